"""What was found out about a workspace, kept on disk for the next start.

A file that is broken, of another version, or of another workspace counts as none: it starts with a digest of the rest.
That is `marshal`, as Python itself keeps what it compiled: it is read three times as fast as JSON, and what is alike in
many summaries is there once. It is no format for what others may have written, so such a file counts as none, too.
Servers that write at the same time each put a whole file in place; the last one stays.
"""

from __future__ import annotations

import json
import logging
import marshal
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from itertools import repeat
from pathlib import Path
from typing import Any

from flyteshift import __version__
from flyteshift.catalog.load import COMPILED
from flyteshift.workspace.entries import Entry, Given
from flyteshift.workspace.summary import FORMAT, Summary, packed, unpacked

_BROKEN = (ValueError, TypeError, LookupError, AttributeError, EOFError)
"""What is raised where a file holds something else than it should."""
_SPARE = 4
"""How many contents are kept beside those in use, as a multiple of these: other branches, earlier versions."""

logger = logging.getLogger(__name__)


class Contents(Mapping[str, Summary]):
    """Summaries by the content that they are of. Those that no file has now are kept packed until one is asked for."""

    def __init__(self, made: dict[str, Summary] | None = None, others: dict[str, bytes] | None = None) -> None:
        self._made = made or {}
        self._others = others or {}

    def __getitem__(self, key: str) -> Summary:
        if key not in self._made:
            try:
                self._made[key] = unpacked(marshal.loads(self._others.pop(key)))
            except _BROKEN as error:
                raise KeyError(key) from error
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._others, **self._made})

    def __len__(self) -> int:
        return len(self._others) + len(self._made)

    def add(self, key: str, summary: Summary) -> None:
        """Keep one more."""
        self._others.pop(key, None)
        self._made[key] = summary

    def parted(self, used: set[str]) -> tuple[dict[str, Summary], dict[str, bytes]]:
        """Those in use, and some others, packed."""
        for key in [key for key in self._made if key not in used]:
            self._others[key] = marshal.dumps(packed(self._made.pop(key)))
        spare = [key for key in self._others if key not in used]
        for key in spare[: max(len(spare) - _SPARE * max(len(used), 50), 0)]:
            del self._others[key]
        return self._made, self._others


def key_of(digest: str, given: Given) -> str:
    """The key of a summary: the content, and what was given to it."""
    return f"{digest}+{blake2b(json.dumps(given).encode(), digest_size=8).hexdigest()}" if given else digest


def load(root: str, folder: Path | None = None) -> tuple[dict[str, Entry], Contents]:
    """What is kept of a workspace folder; empty where nothing usable is. Never raises."""
    path = place(root, folder)
    try:
        head, _, body = _trusted(path).partition(b"\n")
        if json.loads(head) != _header(root, body):
            return {}, Contents()
        table, used, others = marshal.loads(body)
        contents = Contents({key: unpacked(data) for key, data in used.items()}, dict(others))
        return _entries(root, table, contents), contents
    except FileNotFoundError:
        return {}, Contents()
    except (OSError, RecursionError, *_BROKEN) as error:
        logger.info("%s: not used (%s)", path, error)
        return {}, Contents()


def store(root: str, entries: Mapping[str, Entry], contents: Contents, folder: Path | None = None) -> None:
    """Keep the entries of a workspace folder. Never raises: a full disk costs the next start some seconds, no more."""
    path = place(root, folder)
    try:
        data = _file(root, entries, contents)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except (OSError, ValueError) as error:
        logger.info("%s: not written (%s)", path, error)


def _trusted(path: Path) -> bytes:
    """What is in a file that nobody else can write. Raises OSError, or ValueError where somebody can."""
    with path.open("rb") as file:
        info = os.fstat(file.fileno())
        if hasattr(os, "getuid") and (info.st_uid != os.getuid() or info.st_mode & 0o022):
            raise ValueError("others may have written it")
        return file.read()


def _file(root: str, entries: Mapping[str, Entry], contents: Contents) -> bytes:
    table = _table(root, entries)
    used, others = contents.parted({key for key in table[_KEYS] if key is not None})
    body = marshal.dumps((table, {key: packed(summary) for key, summary in used.items()}, others))
    return json.dumps(_header(root, body)).encode() + b"\n" + body


_KEYS = 6
"""The column that holds the keys of the summaries."""


def _table(root: str, entries: Mapping[str, Entry]) -> list[Any]:
    """Entries in columns, which take half the time to read back; what few have, or most have alike, beside."""
    numbers: dict[tuple[str, ...], int] = {}
    rows = [
        (
            path[len(root) :],
            *entry[:3],
            numbers.setdefault(entry.imports, len(numbers)),
            entry.mentions,
            key_of(entry.digest, entry.given) if entry.summary is not None else None,
        )
        for path, entry in entries.items()
    ]
    given = {row: entry.given for row, entry in enumerate(entries.values()) if entry.given}
    columns = [*map(list, zip(*rows, strict=True))] or [[] for _ in range(_KEYS + 1)]
    return [*columns, given, [*numbers]]


def _entries(root: str, table: list[Any], contents: Contents) -> dict[str, Entry]:
    """The entries again, without those whose summary is lost."""
    below, times, sizes, digests, numbers, mentions, keys, given, imports = table
    rows = [row for row, key in enumerate(keys) if key is not None]
    summaries: list[Summary | None] = [None] * len(keys)
    for row in rows:
        summaries[row] = contents.get(keys[row])
    held: list[Given] = [()] * len(keys)
    for row, each in given.items():
        held[row] = each
    columns = zip(times, sizes, digests, map(imports.__getitem__, numbers), mentions, summaries, held, strict=True)
    paths = [root + each for each in below]
    # What `Entry._make` does, without a call for each.
    found = dict(zip(paths, map(tuple.__new__, repeat(Entry), columns), strict=True))
    for row in rows:
        if summaries[row] is None:
            del found[paths[row]]
    return found


def place(root: str, folder: Path | None = None) -> Path:
    """The file for a workspace folder. `folder` is where such files lie, by default the user's cache folder."""
    if folder is None:
        import platformdirs

        folder = Path(platformdirs.user_cache_dir("flyteshift", appauthor=False)) / "index"
    return folder / f"{blake2b(os.fsencode(root), digest_size=12).hexdigest()}.index"


def _header(root: str, body: bytes) -> dict[str, object]:
    digest = blake2b(body, digest_size=16).hexdigest()
    versions = {"flyteshift": __version__, "format": FORMAT, "marshal": marshal.version, "catalog": _catalog()}
    return {**versions, "root": root, "digest": digest}


@lru_cache(maxsize=1)
def _catalog() -> str:
    """The catalog that summaries were made with."""
    return blake2b(COMPILED.read_bytes(), digest_size=8).hexdigest()
