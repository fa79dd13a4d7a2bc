"""What was found out about a workspace, kept on disk for the next start.

A file that is broken, of another version, or of another workspace counts as none. Servers that write at the same time
each put a whole file in place; the last one stays.
"""

from __future__ import annotations

import json
import logging
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
from flyteshift.workspace.summary import FORMAT, Summary, plain, restored

_SPARE = 4
"""How many contents are kept beside those in use, as a multiple of these: other branches, earlier versions."""

logger = logging.getLogger(__name__)


class Contents(Mapping[str, Summary]):
    """Summaries by the content that they are of. Kept as JSON until one is asked for."""

    def __init__(self, raw: dict[str, bytes] | None = None) -> None:
        self._raw = raw or {}
        self._made: dict[str, Summary] = {}

    def __getitem__(self, key: str) -> Summary:
        if key not in self._made:
            try:
                self._made[key] = restored(json.loads(self._raw[key].decode()))
            except (ValueError, TypeError, AttributeError) as error:
                del self._raw[key]
                raise KeyError(key) from error
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._raw, **self._made})

    def __len__(self) -> int:
        return len(self._raw.keys() | self._made.keys())

    def add(self, key: str, summary: Summary) -> None:
        """Keep one more."""
        self._made[key] = summary

    def kept(self, used: set[str]) -> dict[str, bytes]:
        """The JSON of those in use, and of some others."""
        for key, summary in self._made.items():
            if key not in self._raw:
                self._raw[key] = json.dumps(plain(summary), separators=(",", ":")).encode()
        others = [key for key in self._raw if key not in used]
        for key in others[: max(len(others) - _SPARE * max(len(used), 50), 0)]:
            del self._raw[key]
        return self._raw

    def forget(self) -> None:
        """Give back what was made; the JSON stays."""
        self.kept(set(self._made))
        self._made.clear()


def key_of(digest: str, given: Given) -> str:
    """The key of a summary: the content, and what was given to it."""
    return f"{digest}+{blake2b(json.dumps(given).encode(), digest_size=8).hexdigest()}" if given else digest


def load(root: str, folder: Path | None = None) -> tuple[dict[str, Entry], Contents]:
    """What is kept of a workspace folder; empty where nothing usable is. Never raises."""
    path = place(root, folder)
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if json.loads(head) != _header(root, body):
            return {}, Contents()
        table, *lines = body.split(b"\n")
        contents = Contents({key.decode(): text for key, _, text in (line.partition(b" ") for line in lines)})
        return _entries(root, json.loads(table), contents), contents
    except FileNotFoundError:
        return {}, Contents()
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        logger.info("%s: not used (%s)", path, error)
        return {}, Contents()


def store(root: str, entries: Mapping[str, Entry], contents: Contents, folder: Path | None = None) -> None:
    """Keep the entries of a workspace folder. Never raises: a full disk costs the next start some seconds, no more."""
    path = place(root, folder)
    table = _table(root, entries)
    used = {key for key in table[_KEYS] if key is not None}
    rows = (b"%b %b" % (key.encode(), text) for key, text in contents.kept(used).items())
    body = b"\n".join([json.dumps(table, separators=(",", ":")).encode(), *rows])
    data = json.dumps(_header(root, body)).encode() + b"\n" + body
    try:
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
    except OSError as error:
        logger.info("%s: not written (%s)", path, error)


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
    return [*columns, given, [*map(list, numbers)]]


def _entries(root: str, table: list[Any], contents: Contents) -> dict[str, Entry]:
    """The entries again, without those whose summary is lost."""
    below, times, sizes, digests, numbers, mentions, keys, given, imports = table
    shared = [*map(tuple, imports)]
    rows = [row for row, key in enumerate(keys) if key is not None]
    summaries: list[Summary | None] = [None] * len(keys)
    for row in rows:
        summaries[row] = contents.get(keys[row])
    held: list[Given] = [()] * len(keys)
    for row, each in given.items():
        held[int(row)] = _given(each)
    columns = zip(times, sizes, digests, map(shared.__getitem__, numbers), mentions, summaries, held, strict=True)
    paths = [root + each for each in below]
    # What `Entry._make` does, without a call for each.
    found = dict(zip(paths, map(tuple.__new__, repeat(Entry), columns), strict=True))
    for row in rows:
        if summaries[row] is None:
            del found[paths[row]]
    return found


def _given(data: list[Any]) -> Given:
    return tuple((dotted, (kind, of)) for dotted, (kind, of) in data)


def place(root: str, folder: Path | None = None) -> Path:
    """The file for a workspace folder. `folder` is where such files lie, by default the user's cache folder."""
    if folder is None:
        import platformdirs

        folder = Path(platformdirs.user_cache_dir("flyteshift", appauthor=False)) / "index"
    return folder / f"{blake2b(os.fsencode(root), digest_size=12).hexdigest()}.json"


def _header(root: str, body: bytes) -> dict[str, object]:
    digest = blake2b(body, digest_size=16).hexdigest()
    return {"flyteshift": __version__, "format": FORMAT, "catalog": _catalog(), "root": root, "digest": digest}


@lru_cache(maxsize=1)
def _catalog() -> str:
    """The catalog that summaries were made with."""
    return blake2b(COMPILED.read_bytes(), digest_size=8).hexdigest()
