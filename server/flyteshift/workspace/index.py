"""The workspace index: who defines, hands on and uses what. A value per state of the workspace, joined from summaries.

Making a new one costs time and is done away from the keystrokes; asking one is a look into tables.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from flyteshift.semantics.known import FLYTE2_TASK
from flyteshift.workspace.entries import Entry, Given, Place, Reference
from flyteshift.workspace.imports import HANDED_ON, Imported, targets
from flyteshift.workspace.locate import home, inside
from flyteshift.workspace.resolve import DEPTH, GIVEN, Resolver, stem
from flyteshift.workspace.summary import FLYTE2, Defined, Use

_WORD = re.compile(r"\w+")
_OF_THE_PATHS = ("_modules", "_folders", "_tops", "_inwards", "_located", "_known", "_below", "_listings")
"""What is the same for all states of the same files, whatever is in them."""


@dataclass(eq=False)
class Index(Resolver):
    """One state of the workspace. Immutable; what is derived is computed when first asked for, and kept."""

    roots: tuple[str, ...] = ()
    """The workspace folders, none inside of another."""
    entries: Mapping[str, Entry] = field(default_factory=dict)

    def with_entries(self, changed: Mapping[str, Entry | None], *, alike: bool = False) -> Index:
        """The next state: files changed, added or (None) gone. Where imports lead is kept if no file comes or goes.

        `alike`: nothing that other files see has changed, so what they use is kept as well.
        """
        entries = {**self.entries, **{path: entry for path, entry in changed.items() if entry is not None}}
        for path, entry in changed.items():
            if entry is None:
                entries.pop(path, None)
        after = Index(self.roots, entries)
        if entries.keys() == self.entries.keys():
            kept = (*_OF_THE_PATHS, *(("_carriers", "_importers", "_naming") if alike else ()))
            after.__dict__.update({name: self.__dict__[name] for name in kept if name in self.__dict__})
            if alike and "_uses" in self.__dict__:
                after.__dict__["_known_uses"] = {p: uses for p, uses in self._uses.items() if p not in changed}
        return after

    def with_root(self, root: str, entries: Mapping[str, Entry]) -> Index:
        """The next state: a folder was added, or is known anew."""
        rest = self.without_root(root)
        return Index((*rest.roots, root), {**rest.entries, **entries} if rest.entries else entries)

    def without_root(self, root: str) -> Index:
        """The next state: a folder was taken away."""
        if root not in self.roots:
            return self
        rest = tuple(each for each in self.roots if each != root)
        return Index(
            rest, {path: entry for path, entry in self.entries.items() if not inside(path, root)} if rest else {}
        )

    def changed_since(self, before: Index) -> list[str]:
        """The files that are new, changed or gone since another state."""
        known = before.entries
        new = [path for path, entry in self.entries.items() if known.get(path) is not entry]
        return [*new, *(path for path in known if path not in self.entries)]

    def count(self, root: str) -> int:
        """How many files of a folder there are."""
        return len(self.entries) if self.roots == (root,) else sum(inside(path, root) for path in self.entries)

    def root_of(self, path: str) -> str:
        """The folder that a file lies in."""
        return home(path, self.roots) or ""

    def defined(self, place: Place) -> Defined | None:
        """The Flyte entity at a place."""
        entry = self.entries.get(place.path)
        found = entry.summary.defined if entry is not None and entry.summary is not None else ()
        return next((each for each in found if each.name == place.name), None)

    def seen(self, path: str, imports: Iterable[str] | None = None) -> Given:
        """What the imports of a file hold that changes what is found in it: `given`, and tasks that are Flyte 2 by now.

        `imports` may be newer than the index.
        """
        if imports is None:
            entry = self.entries.get(path)
            given, migrated = entry.given if entry is not None else (), self._migrated.get(path)
        else:
            imports = tuple(imports)
            given, migrated = self.given_to(path, imports), self._migrated_in(path, imports)
        return tuple(sorted({**migrated, **dict(given)}.items())) if migrated else given

    def _migrated_in(self, path: str, imports: Iterable[str]) -> dict[str, tuple[str, str]]:
        """The Flyte 2 tasks that a file imports by name, or can name by an imported module."""
        found: dict[str, tuple[str, str]] = {}
        for dotted in (each for text in imports for each in self._inward(text)) if self._flyte2 else ():
            place = self.resolve(path, dotted) if not dotted.endswith("*") else None
            if place is None or place.path == path:
                continue
            if not place.name:
                joined = dotted if dotted.endswith(".") else f"{dotted}."
                found.update({f"{joined}{name}": FLYTE2 for name in self._flyte2.get(place.path, ())})
            elif self._is_flyte2(place):
                found[dotted] = FLYTE2
        return found

    @cached_property
    def _migrated(self) -> dict[str, dict[str, tuple[str, str]]]:
        """The same for all files with Flyte 1 that import any."""
        files = [path for path in self.flyte_files() if (s := self.entries[path].summary) is not None and s.flyte1]
        found = ((path, self._migrated_in(path, self.entries[path].imports)) for path in files)
        return {path: migrated for path, migrated in found if migrated}

    @cached_property
    def _flyte2(self) -> dict[str, set[str]]:
        """The Flyte 2 tasks of each file that are nothing else under a condition."""
        table: dict[str, set[str]] = {}
        for path in self.flyte_files():
            summary = self.entries[path].summary
            defined = summary.defined if summary is not None else ()
            names = {each.name for each in defined if each.symbol == FLYTE2_TASK}
            if names:
                names -= {each.name for each in defined if each.symbol != FLYTE2_TASK}
            if names:
                table[path] = names
        return table

    def environments(self, besides: Collection[str] = ()) -> set[str]:
        """The names of the environments of Flyte 2 in the workspace, but for those of some files."""
        known = {path: entry.summary.environments for path, entry in self.entries.items() if entry.summary is not None}
        return {name for path, names in known.items() if path not in besides for name in names}

    # -- what follows for the files

    def dependents(self) -> list[str]:
        """Files without a summary that import something of Flyte from files that have one, so that they need one."""
        stems = {stem(path) for path in self.entries if self.entries[path].summary is not None}
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
        _ = self._references, self._used, self._importers, self._migrated

    def flyte_files(self) -> list[str]:
        """The files that have to do with Flyte, in order of their paths."""
        return [*self._flyte_files]

    @cached_property
    def _flyte_files(self) -> list[str]:
        return sorted([path for path, entry in self.entries.items() if entry.summary is not None])

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

    def importers(self, path: str) -> set[str]:
        """The files with something of Flyte that import a module, or use something of it by way of others."""
        return self._importers.get(path, set()) | self.users(path).keys()

    def importing(self, *paths: str) -> set[str]:
        """All files that import one of some modules, whether they have to do with Flyte or not."""
        wanted, found = {*paths}, set()
        for user in {user for path in paths for user in self._naming.get(stem(path), ())} - wanted:
            for dotted in (each for text in self.entries[user].imports for each in targets(text)):
                located = self.locate(user, dotted)
                if located is not None and located.path in wanted:
                    found.add(user)
                    break
        return found

    def depending(self, paths: Iterable[str]) -> set[str]:
        """All files that import one of some modules, also by way of up to two others that may hand things on."""
        fresh = {*paths}
        found = {*fresh}
        for _ in range(HANDED_ON):
            fresh = self.importing(*fresh) - found
            found |= fresh
        return found.difference(paths)

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
                export = self._exported(located.path, located.rest[0], DEPTH)
                if export is not None and (
                    export[1][0] in ("entity", "module", *GIVEN)
                    or self._is_flyte2(export[0])
                    or self._behind(export[0])
                ):
                    return True
        return False

    def _bears(self, path: str) -> bool:
        """Whether a module has something of Flyte to give."""
        for name in self._names(path, DEPTH):
            export = self._exported(path, name, DEPTH)
            if export is not None and (export[1][0] in ("entity", *GIVEN) or self._is_flyte2(export[0])):
                return True
        return False

    def _is_flyte2(self, place: Place) -> bool:
        """Whether a task of Flyte 2 is defined at a place."""
        return place.name in self._flyte2.get(place.path, ())

    @cached_property
    def _importers(self) -> dict[str, set[str]]:
        """For each file those that import it, or a name of it."""
        table: dict[str, set[str]] = {}
        for path in self.flyte_files():
            for text in self.entries[path].imports:
                for dotted in targets(text) if self._inward(text) else ():
                    found = self.locate(path, dotted)
                    if found is not None and found.path != path:
                        table.setdefault(found.path, set()).add(path)
        return table

    @cached_property
    def _naming(self) -> dict[str, list[str]]:
        """For each word the files whose imports have it: as a name, or as the package that a relative one starts at."""
        table: dict[str, list[str]] = {}
        for path, entry in self.entries.items():
            words = {word for text in entry.imports for word in _WORD.findall(text)}
            for text in (each for each in entry.imports if each.startswith(".")):
                folder = path
                for _ in range(len(text) - len(text.lstrip("."))):
                    folder = os.path.dirname(folder)
                words.add(os.path.basename(folder))
            for word in words:
                table.setdefault(word, []).append(path)
        return table

    @cached_property
    def _known_uses(self) -> dict[str, list[tuple[Use, Place]]]:
        """Taken over from the state before."""
        return {}

    @cached_property
    def _uses(self) -> dict[str, list[tuple[Use, Place]]]:
        """What each file names of the workspace."""
        return {path: self._known_uses.get(path) or self._uses_in(path) for path in self.flyte_files()}

    def _uses_in(self, path: str) -> list[tuple[Use, Place]]:
        summary = self.entries[path].summary
        found = ((use, self.resolve_use(path, use)) for use in (summary.uses if summary is not None else ()))
        return [(use, place) for use, place in found if place is not None]

    def _all_uses(self) -> Iterator[tuple[str, Use, Place]]:
        return ((path, use, place) for path, uses in self._uses.items() for use, place in uses)

    @cached_property
    def neighbours(self) -> dict[str, set[str]]:
        """For each file those that it uses something of, and those that use something of it."""
        table: dict[str, set[str]] = {}
        for path, _, place in self._all_uses():
            if place.path != path:
                table.setdefault(path, set()).add(place.path)
                table.setdefault(place.path, set()).add(path)
        return table

    @cached_property
    def owners(self) -> dict[str, set[str]]:
        """For each file those that it uses something of."""
        table: dict[str, set[str]] = {}
        for path, _, place in self._all_uses():
            if place.path != path:
                table.setdefault(path, set()).add(place.path)
        return table

    @cached_property
    def _references(self) -> dict[Place, list[Reference]]:
        table: dict[Place, list[Reference]] = {}
        for path, use, place in self._all_uses():
            table.setdefault(place, []).append(Reference(path, use))
        return table

    @cached_property
    def _used(self) -> dict[tuple[str, str], list[tuple[Place, Use]]]:
        table: dict[tuple[str, str], list[tuple[Place, Use]]] = {}
        for path, use, place in self._all_uses():
            table.setdefault((path, use.within), []).append((place, use))
        return table
