"""The files around an open one, as they are now: what it imports from them, and which of them use it.

Texts of open documents go before those on disk. What was read is kept as long as the file has the same size and time.
Which files use one is told by the workspace index; until there is one, by a look at the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from flyteshift.migration import plain, reexported, tested
from flyteshift.migration.data import links as data_links
from flyteshift.migration.draft import Note
from flyteshift.migration.foreign import Outside
from flyteshift.migration.several import SECRET
from flyteshift.migration.unit import READ, TOGETHER
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, Span
from flyteshift.workspace import files, users
from flyteshift.workspace.index import Index
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.users import Link

CALLED = (
    "{0} still uses `{1}` with Flyte 1: migrate it too, keep a Flyte 1 copy for it, or let it call a bridging task (an "
    "action on `{1}` there, once this file is migrated)."
)
MOST_FILES = 3000
"""How many files are looked at for imports of a module; those of its own folder first."""
_MOST_MODELS = 300
_MOST_USERS = 20

Stamp = object
Seen = tuple[tuple[Path, Stamp], ...]


class Neighbours:
    """Reads files when they are needed, and again when they have changed."""

    def __init__(
        self,
        opened: Callable[[Path], str | None] = lambda _: None,
        roots: Callable[[Path], Sequence[Path]] = lambda _: (),
        index: Callable[[Path], Index | None] = lambda _: None,
        drafts: Callable[[], Iterable[Path]] = tuple,
        read: Callable[[Path], Model | None] = lambda _: None,
    ) -> None:
        """`opened` gives the text of a file that is open in the editor, `roots` the workspace folder of a file and then
        the others, `index` what is known of the workspace, `drafts` the files that are open and may be newer than that,
        `read` the model of one that is open, made without the others.
        """
        self._opened = opened
        self._roots = roots
        self._index = index
        self._drafts = drafts
        self._read = read
        self._models: dict[Path, tuple[Stamp, Model | None]] = {}
        self._naming: dict[tuple[Path, str], tuple[Stamp, bool]] = {}

    def outside(self, path: Path, settings: Settings) -> Outside:
        """What the file's imports lead to, inside of its workspace folder or project."""
        roots = [*self._roots(path)] or ([settings.root] if settings.root else [])
        inside = bool(roots) and path.is_relative_to(roots[0])
        root, beside = (roots[0], roots[1:]) if inside else (path.parent, [])
        project = _Current(self.model, root, beside, [str(draft) for draft in self._drafts()])
        index = self._index(path)
        users = self._all_users(path, project, settings) if SECRET in (self._text(path) or "") else []
        named = index.environments({str(path)}) if index is not None else ()
        return Outside(path, project, users=users, named=named)

    def with_users(self, outside: Outside, model: Model, settings: Settings) -> tuple[Outside, list[Note]]:
        """The same with the files that use names of this one; a note on each name that Flyte 1 code uses."""
        project, mine = outside.project, outside.path
        candidates = [*self._users(mine, project, settings)]
        direct = users.links(candidates, {mine}, project)
        shared = {link.name: link.user.name for link in direct}
        plain = {link.user for link in direct if not reexported.uses_flyte1(link.user, project)}
        further = [user for helper in sorted(plain) for user in self._users(helper, project, settings)]
        old = [
            path
            for path in dict.fromkeys([*candidates, *further])
            if path != mine and reexported.uses_flyte1(path, project)
        ]
        held = [each for path in self._holders(mine, project, candidates) for each in _held(path, outside, model)]
        behind = users.through_helpers(old, direct, project)
        told = sorted({link for link in [*direct, *behind] if link.user in old})
        tests = tested.tests(dict.fromkeys([*candidates, *further]), project)
        notes = [note for link in told if (note := _note(link, model, project, tests)) is not None]
        firm = {link.name for link in direct if link.user not in tests}
        return replace(outside, shared=shared, tested=shared.keys() - firm), [*notes, *held]

    def seen(self, outside: Outside | None) -> Seen:
        """The files that were read so far, as they were."""
        project = outside.project if outside is not None else None
        return tuple((p, self._stamp(p)) for p in project.read) if isinstance(project, _Current) else ()

    def unchanged(self, seen: Seen) -> bool:
        """True where these files are still as they were."""
        return all(self._stamp(path) == stamp for path, stamp in seen)

    def model(self, path: Path) -> Model | None:
        """The model of a file as it is now; None where it cannot be read."""
        opened = self._read(path)
        # One without statements may only not have been read, and a tree with errors tells how they were typed.
        if opened is not None and opened.statements and not opened.document.tree.root_node.has_error:
            return opened
        stamp = self._stamp(path)
        known = self._models.get(path)
        if known is None or known[0] != stamp:
            text = self._text(path) if stamp is not None else None
            made = build(Document(path.as_uri(), text), known[1] if known else None, whole=True) if text else None
            if len(self._models) >= _MOST_MODELS:
                self._models.clear()
            known = self._models[path] = (stamp, made)
        return known[1]

    def _all_users(self, path: Path, project: Project, settings: Settings) -> list[Path]:
        """The files that may use something of a module, also by way of others; where they are many, not all."""
        found = {path: None}
        queue = [path]
        for user in queue:
            index = self._index(path)
            plain = [Path(each) for each in sorted(index.importing(str(user)))] if index is not None else []
            more = [each for each in (*self._users(user, project, settings), *plain) if each not in found]
            found |= dict.fromkeys(more)
            queue += more if len(queue) < _MOST_USERS else []
        return [each for each in found if each != path]

    def _holders(self, path: Path, project: Project, users: Collection[Path]) -> Iterable[Path]:
        """The files that may have classes with Flyte files of a module, those without Flyte included."""
        index = self._index(path)
        found = {*users, *map(Path, index.depending([str(path)]) if index is not None else ())} - {path}
        return sorted(found) if found and data_links.shares(path, project) else ()

    def _users(self, path: Path, project: Project, settings: Settings) -> Iterator[Path]:
        """The files that may use something of a module."""
        index = self._index(path)
        stem = path.parent.name if path.stem == "__init__" else path.stem
        word = re.compile(rf"\b{re.escape(stem)}\b")
        if index is None:
            yield from self._naming_in_folders(path, stem, word, project.root, settings)
            return
        known = {Path(user) for user in index.importers(str(path))}
        known.update(draft for draft in self._drafts() if draft != path and self._names(draft, stem, word))
        yield from sorted(known)

    def _naming_in_folders(
        self, path: Path, stem: str, word: re.Pattern[str], root: Path | None, settings: Settings
    ) -> Iterator[Path]:
        """The files that name a module anywhere; the look at each is cheap and kept."""
        folders = [path.parent] if root in (None, path.parent) else [path.parent, root]
        for each in islice(files.walk(folders, settings), MOST_FILES):
            user = each.absolute()
            if user != path and self._names(user, stem, word):
                yield user

    def _names(self, path: Path, stem: str, word: re.Pattern[str]) -> bool:
        stamp = self._stamp(path)
        known = self._naming.get((path, stem))
        if known is None or known[0] != stamp:
            known = self._naming[path, stem] = (stamp, word.search(self._text(path) or "") is not None)
        return known[1]

    def _text(self, path: Path) -> str | None:
        opened = self._opened(path)
        if opened is not None:
            return opened
        found = files.read(path)
        return found.text if isinstance(found, files.SourceFile) else None

    def _stamp(self, path: Path) -> Stamp | None:
        """What is equal as long as a file is the same; None where there is none."""
        opened = self._opened(path)
        if opened is not None:
            return opened
        try:
            info = path.stat()
        except OSError:
            return None
        return info.st_mtime_ns, info.st_size


class _Current(Project):
    """A project at one moment, whose models outlive it."""

    def __init__(
        self, read_model: Callable[[Path], Model | None], root: Path, beside: Sequence[Path], drafts: Collection[str]
    ) -> None:
        super().__init__(root=root, beside=beside, drafts=drafts)
        self._read_model = read_model

    @property
    def read(self) -> list[Path]:
        """The files that were asked for so far."""
        return [*self._models]

    def model(self, path: Path) -> Model | None:
        if path not in self._models:
            self._models[path] = self._read_model(path)
        return self._models[path]


def _held(path: Path, outside: Outside, model: Model) -> Iterator[Note]:
    """What is told of classes and functions with Flyte files that another file uses as Flyte 1 gives them."""
    project = outside.project
    for found in data_links.links(path, project):
        flyte1 = reexported.uses_flyte1(path, project)
        if found.path == outside.path != path and (flyte1 or data_links.reads(path, project, found)):
            message = TOGETHER if flyte1 else READ
            yield Note(model.definition(found.name) or Span(0, 0), message.format(found.name, path.name))


def _note(link: Link, model: Model, project: Project, tests: Collection[Path]) -> Note | None:
    """What is told of a use by a file with Flyte 1; None for a test that can go on calling a task as it does."""
    if link.user not in tests:
        return Note(model.definition(link.name) or Span(0, 0), CALLED.format(link.user.name, link.name))
    place = plain.more_than_called(link.user, link.name, link.owner, project)
    return tested.note(link, model, place, asked=False) if place or not plain.knows(model, link.name) else None
