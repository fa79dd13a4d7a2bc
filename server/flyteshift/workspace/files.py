"""Python files on disk: walked, read as Python reads them, written so that either the old or the new file stands."""

from __future__ import annotations

import codecs
import logging
import os
import stat
import tempfile
import tokenize
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from flyteshift.workspace import globs
from flyteshift.workspace.settings import Settings

MAX_BYTES = 2 * 1024 * 1024
SUFFIXES = (".py", ".pyi")

# Without O_NONBLOCK opening a FIFO would wait for its writer.
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SourceFile:
    """A Python file's text, its line ends as they stand, without the byte order mark."""

    path: Path
    text: str
    encoding: str = "utf-8"
    bom: bool = False

    def encoded(self, text: str | None = None) -> bytes:
        """The bytes of this or another text in this file's encoding. Raises UnicodeError where it cannot hold it."""
        data = (self.text if text is None else text).encode(self.encoding)
        return codecs.BOM_UTF8 + data if self.bom else data


@dataclass(frozen=True)
class Skipped:
    """A file that was not read. `failed`: it should have been (no permission, broken encoding)."""

    path: Path
    reason: str
    failed: bool = False


class WriteError(Exception):
    """A file was not written and stands as it was; the message says why."""


def read(path: Path) -> SourceFile | Skipped:
    """A Python file as Python decodes it (byte order mark, PEP 263), or why not. Never raises; logs what it skips."""
    data = read_bytes(path)
    return data if isinstance(data, Skipped) else decode(path, data)


def read_bytes(path: Path) -> bytes | Skipped:
    """The bytes of a regular file of at most `MAX_BYTES`, or why not."""
    found = read_stamped(str(path))
    return found if isinstance(found, Skipped) else found[0]


def read_stamped(path: str) -> tuple[bytes, int, int] | Skipped:
    """`read_bytes` with the time (nanoseconds) and the size that the file had when it was opened."""
    try:
        file = os.open(path, _OPEN)
        try:
            info = os.fstat(file)
            if not stat.S_ISREG(info.st_mode):
                return _skipped(Path(path), "not a regular file")
            if info.st_size > MAX_BYTES:
                size = f"larger than {MAX_BYTES // 1024 // 1024} MB ({info.st_size:,} bytes)"
                return _skipped(Path(path), size)
            data = b""
            while part := os.read(file, max(info.st_size - len(data), 4096) + 1):
                data += part
            return data, info.st_mtime_ns, info.st_size
        finally:
            os.close(file)
    except (FileNotFoundError, NotADirectoryError):
        return _skipped(Path(path), "it is no longer there")
    except (OSError, ValueError) as error:
        return _skipped(Path(path), _reason(error), failed=True)


def decode(path: Path, data: bytes) -> SourceFile | Skipped:
    """The source file that bytes hold, or why not."""
    if b"\0" in data:
        return _skipped(path, "binary (it holds NUL bytes)")
    try:
        # Python's reader takes a lone CR for a line end, detect_encoding's caller has to.
        encoding, _ = tokenize.detect_encoding(iter(data.splitlines(True)).__next__)
    except SyntaxError as error:
        return _skipped(path, f"its encoding is not usable ({error.msg})", failed=True)
    bom = encoding == "utf-8-sig"
    encoding = "utf-8" if bom else encoding
    try:
        text = data[len(codecs.BOM_UTF8) if bom else 0 :].decode(encoding)
    except (UnicodeError, LookupError, ValueError) as error:
        return _skipped(path, f"it does not decode as {encoding} ({error})", failed=True)
    return SourceFile(path, text, encoding, bom)


def walk(paths: Iterable[Path], settings: Settings) -> Iterator[Path]:
    """The Python files among and below paths, each once, folders in order of names.

    A path given itself is always taken if it is a file. Excluded folders and files are left out; symbolic links to
    folders are not followed, so that no cycle is walked and nothing is seen twice.
    """
    seen: set[str] = set()
    for path in paths:
        below = (entry.path for entry in entries(path, settings)) if path.is_dir() else (str(path),)
        for file in below:
            key = os.path.normcase(os.path.abspath(file))  # noqa: PTH100
            if key not in seen:
                seen.add(key)
                yield Path(file)


def entries(folder: Path, settings: Settings) -> Iterator[os.DirEntry[str]]:
    """The Python files below a folder as the system lists them, for `walk`."""
    files, folders = (globs.ignoring(settings.excluded, kind) for kind in (False, True))
    relative = settings.relative(folder)
    spared = globs.spares(settings.excluded, SUFFIXES)
    return _below(str(folder), "" if relative == "." else f"{relative}/", None if spared else files, folders)


_Excludes = Callable[[str], bool]
_NAME = attrgetter("name")


def _below(folder: str, prefix: str, files: _Excludes | None, folders: _Excludes) -> Iterator[os.DirEntry[str]]:
    """The files below a folder, without those that are excluded (None: no file is); globs see names with `prefix`."""
    try:
        with os.scandir(folder) as listing:
            found = sorted(listing, key=_NAME)
    except OSError as error:
        _skipped(Path(folder), _reason(error))
        return
    for entry in found:
        name = entry.name
        source = name.endswith(SUFFIXES)
        if source and entry.is_file(follow_symlinks=False):
            if files is None or not files(prefix + name):
                yield entry
        elif entry.is_dir(follow_symlinks=False):
            if not folders(prefix + name):
                yield from _below(entry.path, f"{prefix}{name}/", files, folders)
        elif source and not (files is not None and files(prefix + name)) and not _is_folder(entry):
            yield entry  # a link, or what is said not to be a file when it is read


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def write_atomic(path: Path, text: str, like: SourceFile) -> None:
    """Replace a file that was read as `like` by `text`, in its encoding and with its byte order mark and mode.

    The new content goes into a temporary file beside the real file (symbolic links are followed) and takes its place
    in one step. Raises WriteError, and leaves the old file, where the encoding cannot hold the text, where the file is
    not any more what was read, or where the folder cannot be written.
    """
    try:
        data = like.encoded(text)
    except UnicodeError as error:
        raise WriteError(f"{path}: its encoding {like.encoding} cannot hold the new text ({error})") from error
    try:
        real = path.resolve(strict=True)
        if real.read_bytes() != like.encoded():
            raise WriteError(f"{path}: it changed on disk since it was read, so it was not written")
        _replace(real, data)
    except (OSError, RuntimeError, UnicodeError) as error:
        raise WriteError(f"{path}: not written ({_reason(error)})") from error


def _replace(real: Path, data: bytes) -> None:
    before = real.stat()
    handle, name = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".tmp", dir=real.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if hasattr(os, "chown"):
            with suppress(OSError):  # only root may give files away
                os.chown(temporary, before.st_uid, before.st_gid)
        temporary.chmod(stat.S_IMODE(before.st_mode))
        temporary.replace(real)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _reason(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _skipped(path: Path, reason: str, *, failed: bool = False) -> Skipped:
    _log.info("%s skipped: %s", path, reason)
    return Skipped(path, reason, failed)
