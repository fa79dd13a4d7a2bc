"""The workspace index: who defines, hands on and uses what. A value per state of the workspace, joined from summaries.

Making a new one costs time and is done away from the keystrokes; asking one is a look into tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from flyteshift.semantics.values import Value
from flyteshift.workspace.imports import Imported
from flyteshift.workspace.locate import Kind, Located, locate, offered
from flyteshift.workspace.summary import LAUNCH_PLAN, Defined, Summary, Use, values

_DEPTH = 8
"""How many re-exports are followed."""
_GIVEN = ("symbol", "wrapper", "instance", "class")
"""The kinds of exports that change how an importing file is read."""

Given = tuple[tuple[str, tuple[str, str]], ...]
"""What a file's imports hold, by dotted name as written: (kind, of), sorted."""


class Entry(NamedTuple):
    """What is known of one file."""

    time: int
    """Nanoseconds; 0 for an open document."""
    size: int
    digest: str
    imports: tuple[str, ...]
    mentions: bool
    """Whether it names Flyte."""
    summary: Summary | None = None
    """None where the file has nothing to do with Flyte, as far as is known."""
    given: Given = ()
    """What its summary was made with."""


class Place(NamedTuple):
    """A name that a file of the project binds."""

    path: str
    name: str
    """Empty for the module itself."""


class Reference(NamedTuple):
    """A use of something, and the file that it stands in."""

    path: str
    use: Use


@dataclass(eq=False)
class Index:
    """One state of a workspace folder. Immutable; what is derived is computed when first asked for, and kept."""

    root: str
    entries: Mapping[str, Entry]

    def with_entries(self, changed: Mapping[str, Entry | None]) -> Index:
        """The next state: files changed, added or (None) gone. Where imports lead is kept if no file comes or goes."""
        entries = {**self.entries, **{path: entry for path, entry in changed.items() if entry is not None}}
        for path, entry in changed.items():
            if entry is None:
                entries.pop(path, None)
        after = Index(self.root, entries)
        if entries.keys() == self.entries.keys():
            after.__dict__["_folders"] = self._folders
            after.__dict__["_located"] = self._located
            after.__dict__["_carriers"] = {}
        return after

    # -- where imports lead

    def locate(self, importer: str, dotted: str) -> Located | None:
        """The file of the workspace that an import leads to."""
        key = (os.path.dirname(importer), dotted)
        if key not in self._located:
            known = self._tops if not dotted.startswith(".") else None
            outside = known is not None and dotted.partition(".")[0] not in known
            self._located[key] = None if outside else locate(importer, dotted, self._kind, self.root)
        return self._located[key]

    def resolve(self, importer: str, dotted: str) -> Place | None:
        """What a file names by a dotted import, followed to the file that defines it; None: not of the workspace."""
        return self._resolve(importer, dotted, _DEPTH)

    def resolve_use(self, path: str, use: Use) -> Place | None:
        """What a use names. Attributes behind what is defined (`task.name`) do not count."""
        if "." not in use.target:
            export = self._exported(path, use.target, _DEPTH)
            return export[0] if export is not None else None
        dotted = use.target
        while dotted.strip("."):
            found = self._resolve(path, dotted, _DEPTH)
            if found is not None:
                return found
            dotted = dotted.rpartition(".")[0]
        return None

    def exported(self, path: str, name: str) -> tuple[Place, tuple[str, str]] | None:
        """Where a name of a module comes from, and what it is there: (kind, of)."""
        return self._exported(path, name, _DEPTH)

    def defined(self, place: Place) -> Defined | None:
        """The Flyte entity at a place."""
        entry = self.entries.get(place.path)
        found = entry.summary.defined if entry is not None and entry.summary is not None else ()
        return next((each for each in found if each.name == place.name), None)

    # -- what follows for the files

    def given(self, path: str) -> Given:
        """What the imports of a file hold that changes how it is read: Flyte 1 by way of the project's own modules."""
        entry = self.entries.get(path)
        return self.given_to(path, entry.imports) if entry is not None else ()

    def given_to(self, path: str, imports: Iterable[str]) -> Given:
        """The same for imports that may be newer than the index."""
        found: dict[str, tuple[str, str]] = {}
        for text in imports:
            imported = Imported.of(text)
            for dotted in imported.dotted():
                star = dotted.endswith(".*")
                module = dotted.removesuffix("*").rstrip(".") or dotted.removesuffix("*")
                located = self.locate(path, module if star else dotted)
                if located is None:
                    continue
                if not located.rest:
                    joined = module if module.endswith(".") else f"{module}."
                    for name, what in self._handed_on(located.path, star):
                        found[f"{joined}{name}"] = what
                elif len(located.rest) == 1 and not star:
                    export = self._exported(located.path, located.rest[0], _DEPTH)
                    if export is not None and export[1][0] in _GIVEN:
                        found[dotted] = export[1]
                    elif export is not None and not export[0].name:
                        for name, what in self._handed_on(export[0].path, False):
                            found[f"{dotted}.{name}"] = what
        return tuple(sorted(found.items()))

    def imported(self, path: str) -> dict[str, Value]:
        """`given` as `semantics.build` takes it."""
        return values(dict(self.given(path)))

    def dependents(self) -> list[str]:
        """Files without a summary that import something of Flyte from files that have one, so that they need one."""
        stems = {_stem(path) for path in self.entries if self.entries[path].summary is not None}
        found = []
        for path, entry in self.entries.items():
            if entry.summary is None and any(self._concerns(path, text, stems) for text in entry.imports):
                found.append(path)
        return found

    def stale(self) -> dict[str, Given]:
        """The files whose summary was made with something else than their imports now hold."""
        found = {}
        for path, entry in self.entries.items():
            if entry.summary is not None:
                given = self.given(path)
                if given != entry.given:
                    found[path] = given
        return found

    # -- questions

    def prepare(self) -> None:
        """Compute the tables now, so that no question waits for them."""
        _ = self._references, self._used

    def flyte_files(self) -> list[str]:
        """The files that have to do with Flyte, in order of their paths."""
        return sorted(path for path, entry in self.entries.items() if entry.summary is not None)

    def everything(self) -> Iterator[tuple[str, Defined]]:
        """All Flyte entities of the workspace."""
        for path in self.flyte_files():
            summary = self.entries[path].summary
            yield from ((path, each) for each in (summary.defined if summary is not None else ()))

    def references(self, place: Place) -> list[Reference]:
        """The places that name something, imports and re-exports included."""
        return self._references.get(place, [])

    def uses_of(self, path: str, within: str) -> list[tuple[Place, Use]]:
        """What a top-level function or variable of a file names of the workspace, in text order."""
        return self._used.get((path, within), [])

    def users(self, path: str) -> dict[str, set[str]]:
        """The files that use names of a module, and which; an empty name is the module as such."""
        found: dict[str, set[str]] = {}
        for place, references in self._references.items():
            if place.path == path:
                for reference in references:
                    if reference.path != path:
                        found.setdefault(reference.path, set()).add(place.name)
        return found

    def callees(self, path: str, name: str) -> Iterator[tuple[Place, Use]]:
        """The entities that one calls, also by way of plain functions of the project, each with the use in `name`."""
        for place, use in self.uses_of(path, name):
            if place == Place(path, name):
                continue
            if self.defined(place) is not None:
                yield place, use
            else:
                yield from ((found, use) for found in sorted(self._behind(place)))

    def reached(self, path: str, name: str) -> list[Place]:
        """An entity with all that it calls, directly or not, itself first."""
        found = {Place(path, name): None}
        queue = [Place(path, name)]
        while queue:
            at = queue.pop()
            for place, _ in self.callees(*at):
                if place not in found:
                    found[place] = None
                    queue.append(place)
        return [*found]

    def _behind(self, place: Place) -> set[Place]:
        """The entities that a plain function or variable names."""
        found: set[Place] = set()
        seen, queue = {place}, [place]
        while queue:
            for inner, _ in self.uses_of(*queue.pop()):
                if inner in seen:
                    continue
                seen.add(inner)
                if self.defined(inner) is not None:
                    found.add(inner)
                elif inner.name:
                    queue.append(inner)
        return found

    def _resolve(self, importer: str, dotted: str, depth: int) -> Place | None:
        found = self.locate(importer, dotted) if depth else None
        if found is None:
            return None
        if not found.rest:
            # A package that binds the name of its module, as by `from .load import load`, offers that.
            other = offered(found)
            rebound = self._exported(other.path, other.rest[0], depth - 1) if other is not None else None
            return rebound[0] if rebound is not None and rebound[0].name else Place(found.path, "")
        export = self._exported(found.path, found.rest[0], depth - 1)
        if export is None:
            return None
        place = export[0]
        if len(found.rest) == 1:
            return place
        if place.name:
            return None
        # `pkg.tasks.f` where `pkg` imports its module `tasks`
        rest = ".".join(found.rest[1:])
        return self._resolve(place.path, f".{_stem(place.path)}.{rest}", depth - 1)

    def _exported(self, path: str, name: str, depth: int) -> tuple[Place, tuple[str, str]] | None:
        entry = self.entries.get(path)
        summary = entry.summary if entry is not None else None
        if summary is None or not depth:
            return None
        export = summary.exports.get(name)
        if export is None:
            for module in summary.stars:
                located = self.locate(path, module)
                if located is not None and not located.rest and self._offers(located.path, name):
                    found = self._exported(located.path, name, depth - 1)
                    if found is not None:
                        return found
            return None
        kind, of = export
        if kind != "import":
            return Place(path, name), export
        located = self.locate(path, of)
        if located is None:
            return None
        if not located.rest:
            return (Place(located.path, ""), ("module", "")) if located.path != path else None
        return self._exported(located.path, located.rest[0], depth - 1) if len(located.rest) == 1 else None

    def _offers(self, path: str, name: str) -> bool:
        """Whether a star import of a module gives a name."""
        summary = self.entries[path].summary if path in self.entries else None
        if summary is not None and summary.offered is not None:
            return name in summary.offered
        return not name.startswith("_")

    def _handed_on(self, path: str, star: bool) -> list[tuple[str, tuple[str, str]]]:
        """The names of a module that change how an importing file is read."""
        if (path, star) not in self._carriers:
            self._carriers[path, star] = []  # for circles
            names = self._names(path, _DEPTH)
            found = []
            for name in names:
                export = self._exported(path, name, _DEPTH) if not star or self._offers(path, name) else None
                if export is not None and export[1][0] in _GIVEN:
                    found.append((name, export[1]))
            self._carriers[path, star] = found
        return self._carriers[path, star]

    def _names(self, path: str, depth: int) -> set[str]:
        entry = self.entries.get(path)
        if entry is None or entry.summary is None or not depth:
            return set()
        names = {*entry.summary.exports} - {"*"}
        for module in entry.summary.stars:
            located = self.locate(path, module)
            if located is not None and not located.rest:
                names |= {each for each in self._names(located.path, depth - 1) if self._offers(located.path, each)}
        return names

    def _concerns(self, path: str, text: str, stems: set[str]) -> bool:
        """Whether an import brings in something of Flyte."""
        imported = Imported.of(text)
        parts = imported.module.rpartition(".")[2]
        if parts not in stems and stems.isdisjoint(imported.names) and imported.module.strip("."):
            return False
        for dotted in imported.dotted():
            star = dotted.endswith(".*")
            module = dotted.removesuffix("*").rstrip(".") or dotted.removesuffix("*")
            located = self.locate(path, module if star else dotted)
            if located is None or located.path == path:
                continue
            summary = self.entries[located.path].summary if located.path in self.entries else None
            if summary is None:
                continue
            if not located.rest:
                if self._bears(located.path):
                    return True
            else:
                export = self._exported(located.path, located.rest[0], _DEPTH)
                if export is not None and (export[1][0] in ("entity", "module", *_GIVEN) or self._behind(export[0])):
                    return True
        return False

    def _bears(self, path: str) -> bool:
        """Whether a module has something of Flyte to give."""
        for name in self._names(path, _DEPTH):
            export = self._exported(path, name, _DEPTH)
            if export is not None and export[1][0] in ("entity", *_GIVEN):
                return True
        return False

    def _kind(self, path: str) -> Kind:
        if f"{path}{os.sep}__init__.py" in self.entries:
            return "package"
        if f"{path}.py" in self.entries:
            return "module"
        return "folder" if path in self._folders else ""

    @cached_property
    def _folders(self) -> frozenset[str]:
        """All folders that hold files, at any depth."""
        found: set[str] = set()
        for path in self.entries:
            folder = os.path.dirname(path)
            while folder not in found and len(folder) >= len(self.root):
                found.add(folder)
                folder = os.path.dirname(folder)
        return frozenset(found)

    @cached_property
    def _tops(self) -> frozenset[str]:
        """Every name that a module or folder of the workspace has: what else an import starts with leads outside."""
        above = os.path.abspath(self.root).split(os.sep)
        files = (os.path.basename(path).rpartition(".")[0] for path in self.entries)
        return frozenset([*files, *(os.path.basename(folder) for folder in self._folders), *above])

    @cached_property
    def _located(self) -> dict[tuple[str, str], Located | None]:
        return {}

    @cached_property
    def _carriers(self) -> dict[tuple[str, bool], list[tuple[str, tuple[str, str]]]]:
        return {}

    @cached_property
    def _uses(self) -> list[tuple[str, Use, Place]]:
        found = []
        for path in self.flyte_files():
            summary = self.entries[path].summary
            for use in summary.uses if summary is not None else ():
                place = self.resolve_use(path, use)
                if place is not None:
                    found.append((path, use, place))
        return found

    @cached_property
    def neighbours(self) -> dict[str, set[str]]:
        """For each file those that it uses something of, and those that use something of it."""
        table: dict[str, set[str]] = {}
        for path, _, place in self._uses:
            if place.path != path:
                table.setdefault(path, set()).add(place.path)
                table.setdefault(place.path, set()).add(path)
        return table

    @cached_property
    def owners(self) -> dict[str, set[str]]:
        """For each file those that it uses something of."""
        table: dict[str, set[str]] = {}
        for path, _, place in self._uses:
            if place.path != path:
                table.setdefault(path, set()).add(place.path)
        return table

    @cached_property
    def _references(self) -> dict[Place, list[Reference]]:
        table: dict[Place, list[Reference]] = {}
        for path, use, place in self._uses:
            table.setdefault(place, []).append(Reference(path, use))
        return table

    @cached_property
    def _used(self) -> dict[tuple[str, str], list[tuple[Place, Use]]]:
        table: dict[tuple[str, str], list[tuple[Place, Use]]] = {}
        for path, use, place in self._uses:
            table.setdefault((path, use.within), []).append((place, use))
        return table


def is_workflow(defined: Defined) -> bool:
    """Whether an entity calls others: workflows and dynamic tasks."""
    return defined.kind in ("workflow", "dynamic", "eager")


def is_plan(defined: Defined) -> bool:
    """Whether an entity is a launch plan."""
    return defined.symbol == LAUNCH_PLAN


def _stem(path: str) -> str:
    """The last part of a module's name."""
    folder, name = os.path.split(path)
    stem = name.rpartition(".")[0]
    return os.path.basename(folder) if stem == "__init__" else stem
