"""Where names lead between the files of a workspace: through imports, re-exports, stars and wrappers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from flyteshift.semantics.values import Value
from flyteshift.workspace.beneath import Listing, beneath
from flyteshift.workspace.entries import Entry, Given, Place
from flyteshift.workspace.imports import Imported
from flyteshift.workspace.locate import Kind, Known, Located, declared, home, locate, offered
from flyteshift.workspace.summary import Use, values

DEPTH = 8
"""How many re-exports are followed."""
GIVEN = ("symbol", "wrapper", "instance", "class")
"""The kinds of exports that change how an importing file is read."""


class Resolver:
    """One state of the files below some folders. Immutable; where imports lead is found out once."""

    roots: tuple[str, ...]
    entries: Mapping[str, Entry]

    def locate(self, importer: str, dotted: str) -> Located | None:
        """The file of the workspace that an import leads to."""
        if dotted[:1] != "." and dotted.partition(".")[0] not in self._tops:
            return None
        key = (importer[: importer.rfind(os.sep)], dotted)
        if key not in self._located:
            self._located[key] = locate(importer, dotted, self._kind, self.roots, self._beneath, self._known)
        return self._located[key]

    def _inward(self, text: str) -> tuple[str, ...]:
        """The dotted names of an import by its text, if it may lead to a file of the workspace."""
        found = self._inwards.get(text)
        if found is None:
            imported = Imported.of(text)
            leads = imported.module[:1] == "." or imported.module.partition(".")[0] in self._tops
            found = self._inwards[text] = tuple(imported.dotted()) if leads else ()
        return found

    def resolve(self, importer: str, dotted: str) -> Place | None:
        """What a file names by a dotted import, followed to the file that defines it; None: not of the workspace."""
        return self._resolve(importer, dotted, DEPTH)

    def resolve_use(self, path: str, use: Use) -> Place | None:
        """What a use names. Attributes behind what is defined (`task.name`) do not count."""
        if "." not in use.target:
            export = self._exported(path, use.target, DEPTH)
            return export[0] if export is not None else None
        dotted = use.target
        while dotted.strip("."):
            found = self._resolve(path, dotted, DEPTH)
            if found is not None:
                return found
            dotted = dotted.rpartition(".")[0]
        return None

    def exported(self, path: str, name: str) -> tuple[Place, tuple[str, str]] | None:
        """Where a name of a module comes from, and what it is there: (kind, of)."""
        return self._exported(path, name, DEPTH)

    def given(self, path: str) -> Given:
        """What the imports of a file hold that changes how it is read: Flyte 1 by way of the project's own modules."""
        entry = self.entries.get(path)
        return self.given_to(path, entry.imports) if entry is not None else ()

    def given_to(self, path: str, imports: Iterable[str]) -> Given:
        """The same for imports that may be newer than the index."""
        found: dict[str, tuple[str, str]] = {}
        for text in imports:
            for dotted in self._inward(text):
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
                    export = self._exported(located.path, located.rest[0], DEPTH)
                    if export is not None and export[1][0] in GIVEN:
                        found[dotted] = export[1]
                    elif export is not None and not export[0].name:
                        for name, what in self._handed_on(export[0].path, False):
                            found[f"{dotted}.{name}"] = what
        return tuple(sorted(found.items()))

    def imported(self, path: str) -> dict[str, Value]:
        """`given` as `semantics.build` takes it."""
        return values(dict(self.given(path)))

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
        return self._resolve(place.path, f".{stem(place.path)}.{rest}", depth - 1)

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
            names = self._names(path, DEPTH)
            found = []
            for name in names:
                export = self._exported(path, name, DEPTH) if not star or self._offers(path, name) else None
                if export is not None and export[1][0] in GIVEN:
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

    def _kind(self, path: str) -> Kind:
        if f"{path}{os.sep}__init__.py" in self.entries:
            return "package"
        if f"{path}.py" in self.entries:
            return "module"
        return "folder" if path in self._folders else ""

    def _beneath(self, folder: str) -> Mapping[str, Sequence[str]]:
        """The source folders below a folder, by what they offer."""
        if folder not in self._below:
            self._below[folder] = beneath(folder, lambda each: self._listings.get(each, Listing()), declared)
        return self._below[folder]

    @cached_property
    def _below(self) -> dict[str, Mapping[str, Sequence[str]]]:
        return {}

    @cached_property
    def _modules(self) -> Mapping[str, list[str]]:
        """The names of the files in each folder that holds some."""
        found: dict[str, list[str]] = {}
        for path in self.entries:
            folder, _, name = path.rpartition(os.sep)
            if folder in found:
                found[folder].append(name)
            else:
                found[folder] = [name]
        return found

    @cached_property
    def _listings(self) -> Mapping[str, Listing]:
        """What each folder holds."""
        folders: dict[str, list[str]] = {}
        for each in self._folders:
            folders.setdefault(os.path.dirname(each), []).append(os.path.basename(each))
        modules = {each: [name.removesuffix(".py") for name in names] for each, names in self._modules.items()}
        return {each: Listing(folders.get(each, ()), modules.get(each, ())) for each in self._folders}

    @property
    def folders(self) -> frozenset[str]:
        """All folders that hold files, at any depth."""
        return self._folders

    @cached_property
    def _folders(self) -> frozenset[str]:
        """All folders that hold files, at any depth."""
        found: set[str] = set()
        for each in self._modules:
            folder, root = each, "" if each in found else home(each, self.roots) or ""
            while folder not in found and len(folder) >= len(root):
                found.add(folder)
                folder = os.path.dirname(folder)
        return frozenset(found)

    @cached_property
    def _tops(self) -> frozenset[str]:
        """Every name that a module or folder of the workspace has: what else an import starts with leads outside."""
        above = [part for root in self.roots for part in os.path.abspath(root).split(os.sep)]
        modules = [name[: name.rfind(".")] for names in self._modules.values() for name in names]
        return frozenset([*modules, *(os.path.basename(folder) for folder in self._folders), *above])

    @cached_property
    def _inwards(self) -> dict[str, tuple[str, ...]]:
        return {}

    @cached_property
    def _located(self) -> dict[tuple[str, str], Located | None]:
        return {}

    @cached_property
    def _known(self) -> Known:
        return Known.nothing()

    @cached_property
    def _carriers(self) -> dict[tuple[str, bool], list[tuple[str, tuple[str, str]]]]:
        return {}


def stem(path: str) -> str:
    """The last part of a module's name."""
    folder, name = os.path.split(path)
    stem = name.rpartition(".")[0]
    return os.path.basename(folder) if stem == "__init__" else stem
