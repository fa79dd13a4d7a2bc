"""Making the index of a workspace folder: look for files, read what is new, join. Made to run beside the editor's work.

Files that the cache knows cost a look at their time and size. Many others are read by worker processes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from flyteshift.collecting import uncollected
from flyteshift.workspace import cache, files
from flyteshift.workspace.cache import Contents, key_of
from flyteshift.workspace.entries import Entry, Given
from flyteshift.workspace.imports import imports
from flyteshift.workspace.index import Index
from flyteshift.workspace.locate import inside
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.summary import plain, restored, summarise, values
from flyteshift.workspace.workers import Cancelled, cores, run_all

_BATCH = 60
_ALONE = 40
"""Up to so many files are read here; starting a worker takes as long as reading them."""
_ROUNDS = 6
"""How often files are read again for what their imports turned out to hold."""


class Progress(NamedTuple):
    """How far it is: files looked at, of how many (0: not known yet)."""

    done: int
    of: int

    def said(self) -> tuple[str, int | None]:
        """In words, and in percent where that is known."""
        if not self.of:
            return "looking for files", None
        return f"{self.done:,} of {self.of:,} files", self.done * 100 // self.of


@dataclass
class Gatherer:
    """Makes and keeps up what an index has of one folder. One thread at a time may use it."""

    root: Path
    settings: Settings
    opened: Mapping[str, str] = field(default_factory=dict)
    """The texts of open documents by path, which go before those on disk."""
    cancelled: Callable[[], bool] = lambda: False
    progress: Callable[[Progress], None] = lambda _: None
    folder: Path | None = None
    """Where the cache lies."""
    contents: Contents = field(default_factory=Contents)

    def build(self, beside: Index | None = None) -> Index:
        """The index with the whole folder in it, `beside` what it has of others. Raises Cancelled."""
        with uncollected():
            return self._built(beside)

    def _built(self, beside: Index | None) -> Index:
        entries, self.contents = cache.load(str(self.root), self.folder)
        before = (beside or Index()).with_root(str(self.root), entries)
        index = self.refresh(before)
        if index is not before:
            self.store(index)
        return self.joined(index) if len(index.roots) > 1 else index

    def refresh(self, index: Index) -> Index:
        """The index after a look at every file of the folder. Raises Cancelled."""
        self.progress(Progress(0, 0))
        known = index.entries
        rest = dict(known)
        new: list[str] = []
        for number, entry in enumerate(files.entries(self.root, self.settings)):
            path = entry.path
            try:
                info = entry.stat()
            except OSError:
                continue
            before = rest.pop(path, None)
            if before is None or before[0] != info.st_mtime_ns or before[1] != info.st_size:
                new.append(path)
            if not number % 256 and self.cancelled():
                raise Cancelled
        gone: dict[str, Entry | None] = dict.fromkeys(path for path in rest if inside(path, str(self.root)))
        read = {path: entry for path, entry in self._read(new).items() if entry != known.get(path)}
        if not gone and not read:
            return index
        return self.joined(index.with_entries(gone | read))

    def update(self, index: Index, paths: Iterable[str], *, folders: bool = False) -> Index:
        """The index after a look at these files, which may have come, changed or gone. Raises Cancelled.

        `folders`: others may be gone with the folder that they were in, of which nobody tells.
        """
        changed: dict[str, Entry | None] = {}
        new = []
        for path in dict.fromkeys([*paths, *(self._lost(index) if folders else ())]):
            if path in self.opened or (os.path.isfile(path) and not self.settings.excludes(path)):
                new.append(path)
            elif path in index.entries:
                changed[path] = None
        changed |= self._read(new)
        if all(_same(index.entries.get(path), entry) for path, entry in changed.items()):
            return _unjoined(index, changed)
        return self.joined(index.with_entries(changed))

    def _lost(self, index: Index) -> Iterator[str]:
        """The files in folders that are no longer there."""
        gone = {each for each in index.folders if inside(each, str(self.root)) and not os.path.isdir(each)}
        yield from (path for path in index.entries if os.path.dirname(path) in gone) if gone else ()

    def store(self, index: Index) -> None:
        """Keep what the index has of the folder for the next start."""
        mine = {path: entry for path, entry in index.entries.items() if entry.time and inside(path, str(self.root))}
        for entry in mine.values():
            key = key_of(entry.digest, entry.given)
            if entry.summary is not None and key not in self.contents:
                self.contents.add(key, entry.summary)  # made for the sake of another folder
        cache.store(str(self.root), mine, self.contents, self.folder)

    def joined(self, index: Index) -> Index:
        """The index with the summaries that depend on those of other files, of whichever folder. Raises Cancelled."""
        for _ in range(_ROUNDS):
            wanted = [(path, index.given(path)) for path in index.dependents()]
            wanted += index.stale().items()
            if not wanted:
                break
            made = self._summarised(wanted, index)
            if not made:
                break
            index = index.with_entries(made)
        return index

    def _summarised(self, wanted: Sequence[tuple[str, Given]], index: Index | None = None) -> dict[str, Entry | None]:
        """The entries of files with what their imports hold taken into account."""
        made: dict[str, Entry | None] = {}
        asked = []
        for path, given in wanted:
            entry = index.entries[path] if index is not None else None
            key = key_of(entry.digest, given) if entry is not None else None
            if entry is not None and key is not None and key in self.contents:
                made[path] = entry._replace(summary=self.contents[key], given=given)
            else:
                asked.append([path, self.opened.get(path), dict(given)])
        for path, values_ in self._answers(asked):
            given = dict(wanted)[path]
            made[path] = self._entry(path, values_, given)
        return made

    def _read(self, paths: Sequence[str]) -> dict[str, Entry]:
        """The entries of files read anew; what is known by its content is not understood again."""
        found: dict[str, Entry] = {}
        for path, values_ in self._answers([[path, self.opened.get(path), None] for path in paths]):
            found[path] = self._entry(path, values_, ())
            if not len(found) % _BATCH:
                self.progress(Progress(len(found), len(paths)))
        # Where the cache held something else than it said.
        lost = [path for path, entry in found.items() if entry.mentions and entry.summary is None]
        for path, values_ in self._answers([[path, self.opened.get(path), {}] for path in lost]):
            found[path] = self._entry(path, values_, ())
        return found

    def _entry(self, path: str, values_: list[Any], given: Given) -> Entry:
        time, size, digest, names, mentions, summary = values_
        key = key_of(digest, given)
        made = None
        if summary is not None:
            made = restored(summary)
            self.contents.add(key, made)
        elif key in self.contents:
            made = self.contents[key]
        return Entry(time, size, digest, tuple(names), bool(mentions), made, given)

    def _answers(self, asked: list[list[Any]]) -> Iterable[tuple[str, list[Any]]]:
        known = [key for key in self.contents if "+" not in key]
        if len(asked) <= _ALONE:
            for each in asked:
                if self.cancelled():
                    raise Cancelled
                answer = look([[each], known])[0]
                if answer is not None:
                    yield each[0], answer
            return
        batches = [[asked[at : at + _BATCH], known] for at in range(0, len(asked), _BATCH)]
        for (batch, _), answers in run_all(f"{__name__}:look", batches, cores(), self.cancelled):
            for each, answer in zip(batch, answers, strict=True):
                if answer is not None:
                    yield each[0], answer


def _unjoined(index: Index, changed: Mapping[str, Entry | None]) -> Index:
    """The index where what others see of the files did not change: nothing else is looked at."""
    kept: dict[str, Entry | None] = {}
    for path, entry in changed.items():
        before = index.entries.get(path)
        touched = entry is not None and before is not None and before.digest == entry.digest
        kept[path] = before._replace(time=entry.time, size=entry.size) if touched and before and entry else entry
    return index.with_entries(kept, alike=True) if kept else index


def look(argument: list[Any]) -> list[Any]:
    """What a worker finds out about files: `[[path, text or None, given or None], ...]` and the digests that are known.

    For each file time, size, digest, imports, whether it names Flyte, and its summary where that is needed and not
    known; None for a file that cannot be read. With `given`, what is known does not count.
    """
    asked, known = argument
    known = set(known)
    return [_look(path, text, given, known) for path, text, given in asked]


def _look(path: str, text: str | None, given: dict[str, list[str]] | None, known: set[str]) -> list[Any] | None:
    if text is not None:
        data, time, size = text.encode("utf-8", "surrogatepass"), 0, len(text)
    else:
        read = _bytes(path)
        if read is None:
            return None
        data, time, size = read
    digest = blake2b(data, digest_size=12).hexdigest()
    mentions = b"flyte" in data or (b"union" in data and b"import" in data)
    summary = None
    if given is not None or (mentions and digest not in known):
        source = text if text is not None else _decoded(path, data)
        summary = plain(summarise(source, values(given or {}))) if source is not None else None
    return [time, size, digest, imports(data) if b"import" in data else (), mentions, summary]


def _bytes(path: str) -> tuple[bytes, int, int] | None:
    found = files.read_stamped(path)
    if not isinstance(found, files.Skipped):
        return found
    try:
        info = os.stat(path)
    except OSError:
        return None
    found = files.read_stamped(path)
    if not isinstance(found, files.Skipped):  # it became readable meanwhile
        return found
    # What is no source is known as that. What could not be read is tried again at every look, since nothing of the file
    # need change for that to be possible.
    return b"", 0 if found.failed else info.st_mtime_ns, info.st_size


def _decoded(path: str, data: bytes) -> str | None:
    found = files.decode(Path(path), data)
    return found.text if isinstance(found, files.SourceFile) else None


def _same(before: Entry | None, after: Entry | None) -> bool:
    """Whether other files cannot tell a file from what it was."""
    if before is None or after is None:
        return before is after
    if before.imports != after.imports or before.mentions != after.mentions:
        return False
    if before.digest == after.digest:
        return True
    if before.summary is None or after.summary is None:
        return before.summary is after.summary
    return not before.given and before.summary.interface == after.summary.interface
