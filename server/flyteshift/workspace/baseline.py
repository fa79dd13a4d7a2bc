"""The baseline: findings that were there when a project began to look, and are not shown. A file of the project.

An entry says file, rule, symbol, the top-level name that it stands in, and how often: it survives that lines move and
that code is laid out anew.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from flyteshift.workspace.settings import Settings

NAME = ".flyteshift-baseline.json"
VERSION = 1

Key = tuple[str, str, str]
"""Code, symbol, and the top-level name around it (empty for other code)."""


class Baseline:
    """The known findings by file, its path relative to the project's root. Immutable; equal only to itself."""

    def __init__(self, files: Mapping[str, Mapping[Key, int]], digest: str = "") -> None:
        self.files = files
        self._digest = digest

    def __repr__(self) -> str:
        return f"Baseline({self._digest})"

    def __len__(self) -> int:
        """How many findings it holds."""
        return sum(count for counts in self.files.values() for count in counts.values())

    def of(self, relative: str) -> Mapping[Key, int]:
        """The known findings of a file."""
        return self.files.get(relative, {})


def path_of(settings: Settings) -> Path:
    """The file of the baseline that settings name."""
    return (settings.root or Path()) / (settings.baseline or NAME)


def attach(settings: Settings) -> tuple[Settings, list[str]]:
    """The settings with the baseline that they name, if there is one, and what is wrong with it."""
    path = path_of(settings)
    try:
        info = path.stat()
    except (OSError, ValueError):
        missing = [f"{path}: there is no such baseline; `flyteshift check --write-baseline` makes it"]
        return settings, missing if settings.baseline else []
    found = _load(path, info.st_mtime_ns, info.st_size)
    if isinstance(found, str):
        return settings, [found]
    return replace(settings, baselined=found), []


def plain(settings: Settings) -> dict[str, Any]:
    """Settings as JSON has them, for a worker; the baseline is read again there."""
    found = {each.name: getattr(settings, each.name) for each in fields(settings) if each.name != "baselined"}
    return {**found, "root": str(settings.root) if settings.root else None, "attach": settings.baselined is not None}


def restored(data: Mapping[str, Any]) -> Settings:
    """Settings that were JSON."""

    def tuples(value: Any) -> Any:
        return tuple(map(tuples, value)) if isinstance(value, list) else value

    rest = {key: tuples(value) for key, value in data.items() if key not in ("root", "attach")}
    made = Settings(**rest, root=Path(data["root"]) if data["root"] else None)
    return attach(made)[0] if data["attach"] else made


def write(path: Path, files: Mapping[str, Mapping[Key, int]]) -> int:
    """Write a baseline; gives how many findings it holds. Raises OSError."""
    rows = []
    for name in sorted(files):
        entries = [[*key, count] for key, count in sorted(files[name].items()) if count > 0]
        if entries:
            listed = ",\n".join(f"   {json.dumps(entry)}" for entry in entries)
            rows.append(f"  {json.dumps(name)}: [\n{listed}\n  ]")
    body = ",\n".join(rows)
    text = f'{{\n "version": {VERSION},\n "files": {{\n{body}\n }}\n}}\n'
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise
    return sum(count for counts in files.values() for count in counts.values())


def shrunk(before: Baseline, seen: Mapping[str, Counter[Key]], gone: Iterable[str]) -> dict[str, dict[Key, int]]:
    """What is left of a baseline: of each file that was looked at what was found again; nothing of files `gone`."""
    left: dict[str, dict[Key, int]] = {}
    gone = set(gone)
    for name, known in before.files.items():
        if name in gone:
            continue
        found = seen.get(name)
        counts = {key: min(count, found[key]) if found is not None else count for key, count in known.items()}
        left[name] = {key: count for key, count in counts.items() if count}
    return {name: counts for name, counts in left.items() if counts}


@lru_cache(maxsize=16)
def _load(path: Path, time: int, size: int) -> Baseline | str:
    try:
        data = path.read_bytes()
        content = json.loads(data)
        if content["version"] != VERSION:
            return f"{path}: is a baseline of another version; write it anew with `flyteshift check --write-baseline`"
        files = {str(name): dict(_entries(entries)) for name, entries in content["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return f"{path}: cannot be read, so nothing is hidden by it ({error})"
    return Baseline(files, blake2b(data, digest_size=8).hexdigest())


def _entries(entries: Iterable[Iterable[object]]) -> Iterator[tuple[Key, int]]:
    for code, symbol, where, count in entries:
        if not isinstance(count, int):
            raise TypeError(f"{count!r} is no number")
        yield (str(code), str(symbol), str(where)), count
