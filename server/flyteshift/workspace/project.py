"""What a module's imports from other files of the project are: found as Python would find them, read when asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path

from flyteshift.semantics.evaluate import interesting
from flyteshift.semantics.expressions import Import
from flyteshift.semantics.model import Model, build
from flyteshift.semantics.values import Class, Entity, EntityKind, Symbol, Value
from flyteshift.text import Document
from flyteshift.workspace import files
from flyteshift.workspace.beneath import Listing, beneath
from flyteshift.workspace.beneath import on_disk as listing_on_disk
from flyteshift.workspace.imports import Imported, imports
from flyteshift.workspace.locate import Kind, Known, Located, declared, dotted_name, locate, offered
from flyteshift.workspace.locate import on_disk as locate_on_disk
from flyteshift.workspace.settings import USUAL_EXCLUDES

_ALL = re.compile(r"""^__all__\s*=\s*[\[(]((?:\s*["']\w+["']\s*,?)*)\s*[\])]\s*$""", re.MULTILINE)
_TEXT = re.compile(r"""["'](\w+)["']""")
_DEPTH = 12
"""How many re-exports are followed."""


@dataclass(frozen=True)
class Defined:
    """A name of another file of the project, and what it holds there."""

    path: Path
    module: str
    """The module that defines it, as the importing file would import it (with dots for a relative import)."""
    name: str
    value: Value | None
    kind: EntityKind | None = None
    """What kind of Flyte entity it is; None: none."""
    named: bool = False
    """True where a call gives a NamedTuple."""


class Project:
    """The files around those that are looked at. Every file is read and understood at most once."""

    def __init__(
        self,
        read: Callable[[Path], str | None] | None = None,
        root: Path | None = None,
        beside: Sequence[Path] = (),
        drafts: Collection[str] = (),
    ) -> None:
        """`read` gives a file's text, None where there is none; by default from disk.

        Nothing above `root` counts, but `root` may lie in the package that is imported. `beside`: the other folders of
        the workspace, whose modules can be imported too. `drafts`: the paths of files that count though not on disk.
        """
        self._read = read or on_disk
        self.root = root
        self._drafts = frozenset(drafts)
        self._roots = [str(each.absolute()) for each in ((root, *beside) if root is not None else beside)]
        self._models: dict[Path, Model | None] = {}
        self._instead: Mapping[Path, Model] = {}
        self._exists: dict[str, Kind] = {}
        self._below: dict[str, Mapping[str, Sequence[str]]] = {}
        self._listed: dict[str, Listing] = {}
        self._known = Known.nothing()
        self._located: dict[tuple[Path, str], Located | None] = {}

    def with_models(self, models: Mapping[Path, Model]) -> Project:
        """The same project, in which some files read otherwise."""
        other = copy(self)
        other._instead = models
        return other

    def find(self, importer: Path, dotted: str) -> Defined | None:
        """What a file imports as `pkg.tasks.train` or `.tasks.train`; None where that is not the project's."""
        return self._find(importer.absolute(), dotted, _DEPTH)

    def imported(self, importer: Path, model: Model) -> Iterator[tuple[str, Defined]]:
        """The names that a module imports from other files of the project, with what they are."""
        for name in model.names.events:
            value = model.names.final(name)
            if isinstance(value, Symbol):
                found = self.find(importer, value.name)
                if found is not None:
                    yield name, found

    def modules(self, importer: Path, model: Model) -> Iterator[tuple[str, str]]:
        """The modules of the project that a module imports as such: what it calls them, and their dotted names."""
        bound = [
            (name, value.name) for name in model.names.events if isinstance(value := model.names.final(name), Symbol)
        ]
        wider = [longer for name, dotted in bound for longer in _longer(model, name, dotted)]
        inner = [(alias, dotted) for dotted, alias in self.inner_imports(model)]
        seen = set()
        for alias, module in [*bound, *wider, *inner]:
            if module and (alias, module) not in seen and self._file(importer, module) is not None:
                seen.add((alias, module))
                yield alias, module

    def inner_imports(self, model: Model) -> Iterator[tuple[str, str]]:
        """The imports in functions and blocks: dotted names, and what they are called there."""
        for statement in model.statements:
            for use in statement.facts.uses if statement.facts.always else ():
                if isinstance(use, Import) and use.bound is not None:
                    whole = use.dotted.partition(".")[0] == use.bound
                    yield use.dotted, use.dotted if whole else use.bound

    def imports(self, path: Path) -> set[Path]:
        """The files of the project that a file imports, or imports from, wherever in it."""
        model = self.model(path)
        found: set[Path] = set()
        for each in imports(model.document.data) if model is not None else ():
            for dotted in Imported.of(each).dotted():
                located = self.locate(path, dotted.removesuffix("*").rstrip(".") or ".")
                if located is not None:
                    found.add(Path(located.path))
        return found

    def names(self, importer: Path, module: str) -> list[str]:
        """The names that a module of the project binds; empty where it is none."""
        path = self._file(importer, module)
        found = self.model(path) if path is not None else None
        return list(found.names.events) if found is not None else []

    def model(self, path: Path) -> Model | None:
        """The model of a file; None where it cannot be read."""
        if path in self._instead:
            return self._instead[path]
        if path not in self._models:
            text = self._read(path)
            self._models[path] = build(Document(path.as_uri(), text), whole=True) if text is not None else None
        return self._models[path]

    def _file(self, importer: Path, module: str) -> Path | None:
        found = self.locate(importer.absolute(), module)
        return Path(found.path) if found is not None and not found.rest else None

    def locate(self, importer: Path, dotted: str) -> Located | None:
        """Where an import of a file leads (see locate.py)."""
        key = (importer.parent, dotted)
        if key not in self._located:
            self._located[key] = locate(str(importer), dotted, self._kind, self._roots, self._beneath, self._known)
        return self._located[key]

    def _beneath(self, folder: str) -> Mapping[str, Sequence[str]]:
        """The source folders below a folder, by what they offer."""
        if folder not in self._below:
            self._below[folder] = beneath(folder, self._listing, declared)
        return self._below[folder]

    def _listing(self, folder: str) -> Listing:
        if folder not in self._listed:
            self._listed[folder] = listing_on_disk(folder, USUAL_EXCLUDES)
        return self._listed[folder]

    def _find(self, importer: Path, dotted: str, depth: int) -> Defined | None:
        found = self.locate(importer, dotted) if depth else None
        if found is not None and not found.rest:
            found = self._rebound(found)
        return self._defined(importer, found, depth) if found is not None and len(found.rest) == 1 else None

    def _rebound(self, module: Located) -> Located | None:
        """What a package binds by the name of one of its modules: `from .load import load`; None: nothing else."""
        found = offered(module)
        model = self.model(Path(found.path)) if found is not None else None
        if found is None or model is None:
            return None
        if found.rest[0] not in model.names.events:
            return found if self._is_starred(Path(found.path), model, module, found.rest[0]) else None
        value = model.names.final(found.rest[0])
        leads = self.locate(Path(found.path), value.name) if isinstance(value, Symbol) else None
        return None if leads is not None and not leads.rest else found

    def _is_starred(self, package: Path, model: Model, module: Located, name: str) -> bool:
        """True where a package takes everything of its module, a thing of the module's own name included."""
        stars = ((star, self.locate(package, star)) for star in model.names.stars)
        mine = [star for star, at in stars if at is not None and (at.path, at.rest) == (module.path, ())]
        return any(name in self.offers(package, star) for star in mine)

    def _module(self, importer: Path, found: Located, again: Defined) -> str | None:
        """The name under which a file would import the module of what it has by way of another file."""
        known = dotted_name(found._replace(path=str(again.path)))
        if known is not None:
            return known
        if again.module.startswith("."):
            # Both go by dots, so that all three lie in one package.
            up = Path(os.path.relpath(again.path.with_suffix(""), importer.parent)).parts
            parts = [part for part in up if part not in (os.pardir, "__init__")]
            return "." * (up.count(os.pardir) + 1) + ".".join(parts) if found.dots else None
        there = self.locate(importer, again.module)
        return again.module if there is not None and (there.path, there.rest) == (str(again.path), ()) else None

    def _defined(self, importer: Path, found: Located, depth: int) -> Defined | None:
        path, name = Path(found.path), found.rest[0]
        model = self.model(path)
        if model is not None and name not in model.names.events:
            there = self._starred(path, model, name, depth)
            known_as = self._module(importer, found, there) if there is not None else None
            return replace(there, module=known_as) if there is not None and known_as is not None else None
        if model is None:
            return None
        value, module = model.names.final(name), dotted_name(found)
        if isinstance(value, Symbol):
            again = self._find(path, value.name, depth - 1)
            if again is not None:
                path, name, value = again.path, again.name, again.value
                module = self._module(importer, found, again)
            elif not interesting(value):
                return None
        if module is None:
            return None
        if isinstance(value, Entity):
            return Defined(path, module, name, value, value.kind, isinstance(value.gives, Class) and value.gives.named)
        return Defined(path, module, name, value)

    def _starred(self, path: Path, model: Model, name: str, depth: int) -> Defined | None:
        """What a module has of a name by star imports, the last of them that offers it."""
        for module in reversed([*model.names.stars]):
            joined = module if module.endswith(".") else f"{module}."
            if name in self.offers(path, module):
                return self._find(path, f"{joined}{name}", depth - 1)
        return None

    def offers(self, importer: Path, module: str) -> list[str]:
        """The names that a star import of a module gives; all of its names where `__all__` is not plainly written."""
        names = self.names(importer, module)
        if "__all__" not in names:
            return [each for each in names if not each.startswith("_")]
        path = self._file(importer, module)
        model = self.model(path) if path is not None else None
        found = _ALL.findall(model.document.text) if model is not None else []
        if model is None or len(found) != 1 or model.document.text.count("__all__") != 1:
            return names
        return _TEXT.findall(found[0])

    def _kind(self, path: str) -> Kind:
        known = self._exists.get(path)
        if known is None:
            known = self._exists[path] = locate_on_disk(path)
            if f"{path}{os.sep}__init__.py" in self._drafts:
                known = self._exists[path] = "package"
            elif known in ("", "folder") and f"{path}.py" in self._drafts:
                known = self._exists[path] = "module"
        return known


def _longer(model: Model, name: str, dotted: str) -> Iterator[tuple[str, str]]:
    """What `import a.b` makes reachable beside `a`."""
    if dotted != name:
        return
    for statement in model.statements:
        for use in statement.facts.uses:
            if isinstance(use, Import) and use.bound == name and use.dotted.startswith(f"{name}."):
                yield use.dotted, use.dotted


def on_disk(path: Path) -> str | None:
    """The text of a file on disk; None where it cannot be read."""
    found = files.read(path)
    return found.text if isinstance(found, files.SourceFile) else None
