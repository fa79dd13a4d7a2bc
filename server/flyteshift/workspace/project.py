"""What a module's imports from other files of the project are: found as Python would find them, read when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flyteshift.semantics.evaluate import interesting
from flyteshift.semantics.expressions import Import
from flyteshift.semantics.model import Model, build
from flyteshift.semantics.values import Class, Entity, EntityKind, Symbol, Value
from flyteshift.text import Document
from flyteshift.workspace import files

_DEPTH = 12
"""How far up from a file its imports may start, and how many re-exports are followed."""


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

    def __init__(self, read: Callable[[Path], str | None] | None = None, root: Path | None = None) -> None:
        """`read` gives a file's text, None where there is none; by default from disk.

        Nothing above `root` counts, but `root` may lie in the package that is imported.
        """
        self._read = read or on_disk
        self.root = root
        self._models: dict[Path, Model | None] = {}
        self._exists: dict[Path, str] = {}

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
        seen = set()
        for name in model.names.events:
            value = model.names.final(name)
            dotted = value.name if isinstance(value, Symbol) else ""
            for alias, module in ((name, dotted), *_longer(model, name, dotted)):
                if module and (alias, module) not in seen and self._file(importer, module) is not None:
                    seen.add((alias, module))
                    yield alias, module

    def names(self, importer: Path, module: str) -> list[str]:
        """The names that a module of the project binds; empty where it is none."""
        path = self._file(importer, module)
        found = self.model(path) if path is not None else None
        return list(found.names.events) if found is not None else []

    def model(self, path: Path) -> Model | None:
        """The model of a file; None where it cannot be read."""
        if path not in self._models:
            text = self._read(path)
            self._models[path] = build(Document(path.as_uri(), text), whole=True) if text is not None else None
        return self._models[path]

    def _file(self, importer: Path, module: str) -> Path | None:
        for base, prefix, parts in self._starts(importer.absolute(), module):
            located = self._locate(base, parts, package=bool(prefix))
            if located is not None:
                return located[0] if not located[1] else None
        return None

    def _find(self, importer: Path, dotted: str, depth: int) -> Defined | None:
        if depth == 0:
            return None
        for base, prefix, parts in self._starts(importer, dotted):
            located = self._locate(base, parts, package=bool(prefix))
            if located is None:
                continue
            path, rest = located
            if len(rest) != 1:
                return None
            return self._defined(path, base, prefix, rest[0], depth)
        return None

    def _defined(self, path: Path, base: Path, prefix: str, name: str, depth: int) -> Defined | None:
        model = self.model(path)
        if model is None or name not in model.names.events:
            return None
        value = model.names.final(name)
        if isinstance(value, Symbol):
            again = self._find(path, value.name, depth - 1)
            if again is not None:
                path, name, value = again.path, again.name, again.value
            elif not interesting(value):
                return None
        module = _module(path, base, prefix)
        if module is None:
            return None
        if isinstance(value, Entity):
            return Defined(path, module, name, value, value.kind, isinstance(value.gives, Class) and value.gives.named)
        return Defined(path, module, name, value)

    def _starts(self, importer: Path, dotted: str) -> Iterator[tuple[Path, str, list[str]]]:
        """The folders where an import may start, with the dots that it starts with and the names that follow."""
        name = dotted.lstrip(".")
        dots = len(dotted) - len(name)
        parts = [p for p in name.split(".") if p]
        if dots:
            base = importer.parent
            for _ in range(dots - 1):
                base = base.parent
            yield base, "." * dots, parts
            return
        for base in list(importer.parents)[:_DEPTH]:
            yield base, "", parts
            if base == self.root:
                break
        # The root may be a package itself, or a folder of one, as in `flyteshift migrate src/jobs`.
        for above in [self.root, *self.root.parents][:_DEPTH] if self.root is not None and parts else ():
            if above.name == parts[0]:
                yield above.parent, "", parts

    def _locate(self, base: Path, parts: list[str], *, package: bool) -> tuple[Path, list[str]] | None:
        """The file that dotted names lead to, and the names that are left; `package`: the folder itself is imported."""
        folder = base
        for index, part in enumerate(parts):
            kind = self._kind(folder / part)
            if kind == "folder":
                folder = folder / part
                if index == len(parts) - 1 and (folder / "__init__.py").is_file():
                    return folder / "__init__.py", []
            elif kind == "module":
                return folder / f"{part}.py", parts[index + 1 :]
            else:
                init = folder / "__init__.py"
                return (init, parts[index:]) if (package or folder != base) and init.is_file() else None
        return None

    def _kind(self, path: Path) -> str:
        known = self._exists.get(path)
        if known is None:
            folder = path.is_dir()
            package = folder and (path / "__init__.py").is_file()
            # A module wins over a folder of its name that is no package.
            module = not package and path.with_name(f"{path.name}.py").is_file()
            known = self._exists[path] = "module" if module else "folder" if folder else ""
        return known


def _longer(model: Model, name: str, dotted: str) -> Iterator[tuple[str, str]]:
    """What `import a.b` makes reachable beside `a`."""
    if dotted != name:
        return
    for statement in model.statements:
        for use in statement.facts.uses:
            if isinstance(use, Import) and use.bound == name and use.dotted.startswith(f"{name}."):
                yield use.dotted, use.dotted


def _module(path: Path, base: Path, prefix: str) -> str | None:
    try:
        relative = path.relative_to(base)
    except ValueError:
        return None
    parts = list(relative.with_suffix("").parts)
    if parts and parts[-1] == "__init__":
        parts.pop()
    return prefix + ".".join(parts) if parts or prefix else None


def on_disk(path: Path) -> str | None:
    """The text of a file on disk; None where it cannot be read."""
    found = files.read(path)
    return found.text if isinstance(found, files.SourceFile) else None
