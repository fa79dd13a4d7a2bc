"""The files that a command was asked to look at, each with its settings."""

from __future__ import annotations

import re
import sys
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from flyteshift.cli.console import Console
from flyteshift.workspace import baseline
from flyteshift.workspace.files import MAX_BYTES, Skipped, SourceFile, decode, read_bytes, walk
from flyteshift.workspace.imports import HANDED_ON
from flyteshift.workspace.settings import Settings, from_mapping, is_project, load

STDIN = "-"
_UNION = re.compile(rb"\bunion\b")


_BESIDE = 3_000
TOO_MANY = (
    f"more than {_BESIDE:,} files lie beside these; only the first were looked at for who uses them. Name the folder "
    "of the project, or put a pyproject.toml into it"
)


class Sources:
    """A command's paths. `failed`: how many could not be looked at; the user was told."""

    def __init__(
        self, paths: Sequence[str], options: dict[str, list[str] | None], console: Console, *, baselined: bool = False
    ) -> None:
        """`baselined`: findings that the project's baseline holds do not count."""
        self.failed = 0
        self.looked: dict[Settings, list[Path]] = {}
        """The files that `groups` gave."""
        self._baselined = baselined
        self.seen = 0
        """How many files were looked at."""
        self.environments: set[str] = set()
        """The names of environments of Flyte 2 in files that `users` has looked at and not given."""
        self._paths = paths
        self._console = console
        self._options = {key: _split(values) for key, values in options.items() if values is not None}
        self._told: set[str] = set()
        self._load = lru_cache(maxsize=None)(self._settings_of)
        for problem in _unknown(from_mapping(self._options, "command line")[0]):
            # A misspelt --select would pass in CI as "nothing found".
            self.fail(f"command line: {problem}")

    def groups(self) -> Iterator[tuple[Settings, list[Path]]]:
        """The files, those with the same settings together, in the order of the paths. Missing paths are reported."""
        groups: dict[Settings, list[Path]] = {}
        for path in map(Path, self._paths):
            if str(path) == STDIN:
                continue
            if not _exists(path):
                self.fail(f"{path}: there is no such file or folder")
                continue
            groups.setdefault(self._load(path if path.is_dir() else path.parent), []).append(path)
        for settings, roots in groups.items():
            self.looked[settings] = list(walk(roots, settings))
            yield settings, self.looked[settings]

    def mentioning(self, paths: Sequence[Path], also: Container[str] = ()) -> Iterator[SourceFile]:
        """Those of the files that mention Flyte 1, or whose absolute path is one of `also`. What is skipped is told."""
        for path in paths:
            self.seen += 1
            self._console.progress(f"{self.seen:,} files looked at, now {shown(path)}")
            data = read_bytes(path)
            yield from self._decoded(path, data, wanted=str(path.absolute()) in also)

    def users(self, settings: Settings, paths: Sequence[Path], modules: Sequence[SourceFile]) -> list[SourceFile]:
        """The files of the project, beside `modules`, that name one of these; unreadable ones are passed over.

        Where nothing tells what the project is, those beside `paths` and the packages around them, then those below the
        current folder if `paths` lie there, but not more than `_BESIDE` files.
        """
        from flyteshift.workspace.summary import ENVIRONMENT

        known = {source.path.absolute() for source in modules}
        whole = settings.root is not None and is_project(settings.root)
        near = [] if whole else sorted({_outside_of_packages(path) for path in paths})
        folders = [*near, *([settings.root] if settings.root is not None else [])]
        found: dict[Path, SourceFile] = {}
        fresh = set(known)
        for _ in range(HANDED_ON):
            stems = {
                (p.parent.name if p.stem == "__init__" else p.stem).encode("utf-8", "surrogateescape") for p in fresh
            }
            if not stems:
                break
            either = b"|".join(map(re.escape, stems))
            named = re.compile(
                rb"\bimport\b[^#]*?\b(?:%s)\b|\b(?:%s)\s+import\b%s"
                % (either, either, rb"|\bfrom\s+\.+\s*import\b" if any(p.stem == "__init__" for p in fresh) else b"")
            )
            fresh = set()
            for path in walk(folders, settings) if whole else self._beside(folders, settings):
                absolute = path.absolute()
                data = read_bytes(path) if absolute not in known and absolute not in found else b""
                if isinstance(data, bytes) and b"TaskEnvironment" in data:
                    self.environments.update(ENVIRONMENT.findall(data.decode("utf-8", "replace")))
                if isinstance(data, bytes) and b"import" in data and named.search(data):
                    source = decode(path, data)
                    if isinstance(source, SourceFile):
                        found[absolute] = source
                        fresh.add(absolute)
        return [*found.values()]

    def _beside(self, folders: Sequence[Path], settings: Settings) -> list[Path]:
        """The files of folders of which nothing tells that they are a project; the user is told where they are many."""
        files = [*islice(walk(folders, settings), _BESIDE + 1)]
        if len(files) > _BESIDE and TOO_MANY not in self._told:
            self._told.add(TOO_MANY)
            self._console.note(f"flyteshift: {TOO_MANY}")
        return files[:_BESIDE]

    def stdin(self) -> Iterator[tuple[Settings, SourceFile]]:
        """Standard input, if it was asked for and mentions Flyte 1."""
        if STDIN in self._paths:
            self.seen += 1
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
            large = Skipped(Path(STDIN), f"larger than {MAX_BYTES:,} bytes", failed=True)
            for source in self._decoded(Path(STDIN), large if len(data) > MAX_BYTES else data):
                yield self._load(Path()), source

    def fail(self, message: str) -> None:
        """Report what makes the command fail in the end."""
        self.failed += 1
        self._console.error(f"flyteshift: {message}")

    def _decoded(self, path: Path, data: bytes | Skipped, *, wanted: bool = False) -> Iterator[SourceFile]:
        if isinstance(data, bytes) and not wanted and not _mentions(data):
            return
        found = decode(path, data) if isinstance(data, bytes) else data
        if isinstance(found, SourceFile):
            yield found
        elif found.failed:
            self.fail(f"{shown(path)}: skipped, {found.reason}")
        else:
            self._console.note(f"flyteshift: {shown(path)}: skipped, {found.reason}")

    def _settings_of(self, folder: Path) -> Settings:
        settings, problems = load(folder)
        here = Path.cwd()
        if settings.root is not None and here in settings.root.parents and not is_project(settings.root):
            settings = replace(settings, root=here)  # so that `migrate src tests` sees both
        for problem in [*problems, *(f"{folder}: {each}" for each in _unknown(settings))]:
            if problem not in self._told:
                self._told.add(problem)
                self._console.error(f"flyteshift: {problem}")
        settings = from_mapping(self._options, "command line", settings)[0]
        if self._baselined:
            settings, problems = baseline.attach(settings)
            for problem in problems:
                self.fail(problem)
        return settings


def _outside_of_packages(path: Path) -> Path:
    """The folder that a file lies in, or the outermost package around it."""
    folder = path.parent
    while (folder / "__init__.py").is_file():
        folder = folder.absolute().parent
    return folder


def _mentions(data: bytes) -> bool:
    """Whether Flyte 1 may be in a file. Where it cannot, the file costs a read and no more."""
    if b"flytekit" in data or b"flyteidl" in data:
        return True
    # As a word `union` is common; as a module it follows one of these.
    heads = (data[max(match.start() - 99, 0) : match.start()] for match in _UNION.finditer(data))
    return any(head.rstrip(b" \t\f\\\r\n").endswith((b"import", b"from", b",")) for head in heads)


def _unknown(settings: Settings) -> list[str]:
    return settings.unknown(known()) if settings.selectors() else []


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def shown(path: Path) -> str:
    """A path as users see it: relative to the current folder where it lies inside."""
    if str(path) == STDIN:
        return "<stdin>"
    try:
        return str(path.relative_to(Path.cwd()) if path.is_absolute() else path)
    except ValueError:
        return str(path)


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """The codes and names of all rules."""
    from flyteshift.rules.registry import RULES

    return frozenset(each for rule in RULES for each in (rule.code, rule.name))


def _split(values: Sequence[str]) -> Any:
    return [each.strip() for value in values for each in value.split(",") if each.strip()]
