"""The files behind imports, found as Python would find them: packages, namespace packages, `src` layouts, relative."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from flyteshift.workspace.beneath import SOURCES

DEPTH = 12
"""How far up from a file its imports may start."""

Kind = Literal["module", "package", "folder", ""]
"""What a path without suffix is: a file `x.py`, a folder with `__init__.py`, another folder, nothing."""


class Located(NamedTuple):
    """Where a dotted name leads: the file, the names that it does not account for, and where the search began."""

    path: str
    rest: tuple[str, ...]
    base: str
    dots: str
    """The dots that the import starts with."""


Beneath = Callable[[str], Mapping[str, Sequence[str]]]
"""Gives the source folders below a folder by the top-level names that they offer (see beneath.py)."""


class Known(NamedTuple):
    """What was found out for imports by (folder of the file, first name of the import), while no file comes or goes."""

    own: dict[tuple[str, str], tuple[str, ...]]
    """The folders of the file's own root that have something by that name."""
    near: dict[tuple[str, str], tuple[Sequence[str], ...]]
    """The source folders that have, below each of the folders around the file, the nearest first."""

    @classmethod
    def nothing(cls) -> Known:
        """What is known at the start."""
        return cls({}, {})


def locate(
    importer: str,
    dotted: str,
    kind: Callable[[str], Kind],
    roots: Sequence[str] = (),
    below: Beneath | None = None,
    known: Known | None = None,
) -> Located | None:
    """The file that a file imports as `pkg.tasks.train` or `.tasks.train`; None where it is none of the project.

    Paths are absolute. A module wins over a folder of its name that is no package. Nothing above the file's own root
    counts, but that may lie in the package that is imported. Then come the source folders `below` the folders around
    the file, the nearest first, then those of the other roots, as if all were on Python's path; where two that are
    equally near have it, nobody knows which is meant. `known` is read and added to, for many imports of the same files.
    """
    name = dotted.lstrip(".")
    parts = [part for part in name.split(".") if part]
    if name != dotted:
        return _relative(importer, len(dotted) - len(name), parts, kind)
    if not parts:
        return None
    root = home(importer, roots)
    known = known or Known.nothing()
    key = (os.path.dirname(importer), parts[0])
    if key not in known.own:
        known.own[key] = tuple(base for base in _starts(*key, kind, root) if kind(f"{base}{os.sep}{parts[0]}"))
    found = _first(known.own[key], parts, kind)
    if found is not None:
        return found
    if key not in known.near:
        known.near[key] = tuple(_near(*key, root, below)) if below is not None and root is not None else ()
    for bases in known.near[key]:
        there = [each for base in bases if (each := _first([base], parts, kind)) is not None]
        if there:
            return there[0] if len({each.path for each in there}) == 1 else None
    others = (_first(_sources(other, parts[0], kind), parts, kind) for other in roots if other != root)
    elsewhere = [each for each in others if each is not None]
    return elsewhere[0] if len(elsewhere) == 1 else None


def _near(folder: str, name: str, root: str, below: Beneath) -> Iterator[Sequence[str]]:
    """The source folders that offer a name, below each of the folders around a file."""
    if name not in sys.stdlib_module_names:
        for around in _around(folder, root):
            offering = below(around).get(name)
            if offering:
                yield offering


def _around(folder: str, root: str) -> Iterator[str]:
    """A folder and those that it lies in, up to the root."""
    for _ in range(DEPTH):
        if not inside(folder, root):
            return
        yield folder
        folder = os.path.dirname(folder)


def inside(path: str, folder: str) -> bool:
    """True for a folder, and what lies in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def home(path: str, roots: Sequence[str]) -> str | None:
    """The root that a file lies in, the closest of several; the first where it lies in none; None without roots."""
    around = (root for root in roots if inside(path, root))
    return max(around, key=len, default=roots[0] if roots else None)


def offered(found: Located) -> Located | None:
    """A module as what its package binds by the same name, which wins where it does; None for other things."""
    if found.rest:
        return None
    folder, file = os.path.split(found.path)
    if file == "__init__.py":
        folder, file = os.path.split(folder)
    package = os.path.join(folder, "__init__.py")
    return found._replace(path=package, rest=(file.removesuffix(".py"),))


def dotted_name(found: Located) -> str | None:
    """The name under which the importing file would import what was found; None where it has none."""
    prefix = found.base.rstrip(os.sep) + os.sep
    if not found.path.startswith(prefix):
        return None
    parts = found.path[len(prefix) :].removesuffix(".py").split(os.sep)
    if parts[-1] == "__init__":
        parts.pop()
    return found.dots + ".".join(parts) if parts or found.dots else None


def on_disk(path: str) -> Kind:
    """What a path is on disk."""
    if os.path.isfile(os.path.join(path, "__init__.py")):
        return "package"
    if os.path.isfile(f"{path}.py"):
        return "module"
    return "folder" if os.path.isdir(path) else ""


def _first(bases: Iterable[str], parts: list[str], kind: Callable[[str], Kind]) -> Located | None:
    """Where names lead from the first of some folders that has them."""
    for base in bases:
        found = _below(base, parts, kind, package=False)
        if found is not None:
            return Located(*found, base, "")
    return None


def _relative(importer: str, dots: int, parts: list[str], kind: Callable[[str], Kind]) -> Located | None:
    base = os.path.dirname(importer)
    for _ in range(dots - 1):
        base = os.path.dirname(base)
    found = _below(base, parts, kind, package=True)
    return Located(*found, base, "." * dots) if found is not None else None


def _starts(folder: str, name: str, kind: Callable[[str], Kind], root: str | None) -> Iterator[str]:
    """The folders of a file's own root from which an import with that first name may start."""
    base = folder
    for _ in range(DEPTH):
        yield from _sources(base, name, kind, package=False)
        above = os.path.dirname(base)
        if base == root or above == base:
            break
        base = above
    # The root may be a package itself, or a folder of one, as in `flyteshift migrate src/jobs`.
    base = root or ""
    for _ in range(DEPTH):
        if not base or os.path.dirname(base) == base:
            return
        if os.path.basename(base) == name:
            yield os.path.dirname(base)
        base = os.path.dirname(base)


def _sources(base: str, name: str, kind: Callable[[str], Kind], *, package: bool = True) -> Iterator[str]:
    """A folder with its source folders; `package`: it may itself be the package that is imported."""
    yield base
    yield from declared(base)
    if kind(os.path.join(base, SOURCES)) == "folder":
        yield os.path.join(base, SOURCES)
    if package and os.path.basename(base) == name and kind(base) == "package":
        yield os.path.dirname(base)


def _below(
    base: str, parts: list[str], kind: Callable[[str], Kind], *, package: bool
) -> tuple[str, tuple[str, ...]] | None:
    """The file that names lead to, and the names that are left; `package`: the folder itself is imported."""
    folder = base
    inside = package and kind(base) == "package"
    for index, part in enumerate(parts):
        found = kind(f"{folder}{os.sep}{part}")
        if found == "module":
            return f"{folder}{os.sep}{part}.py", tuple(parts[index + 1 :])
        if not found:
            return (f"{folder}{os.sep}__init__.py", tuple(parts[index:])) if inside else None
        folder = f"{folder}{os.sep}{part}"
        inside = found == "package"
    return (f"{folder}{os.sep}__init__.py", ()) if inside and parts else None


def declared(folder: str) -> tuple[str, ...]:
    """The source folders that the pyproject.toml in a folder names, read again when it changes."""
    file = os.path.join(folder, "pyproject.toml")
    try:
        info = os.stat(file)
    except OSError:
        return ()
    return _read(file, info.st_mtime_ns, info.st_size)


@lru_cache(maxsize=256)
def _read(file: str, time: int, size: int) -> tuple[str, ...]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        content = tomllib.loads(Path(file).read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return ()
    folder = os.path.dirname(file)
    named = (os.path.normpath(os.path.join(folder, each)) for each in _named(content.get("tool")))
    inside = (each for each in named if each.startswith(folder.rstrip(os.sep) + os.sep))
    return tuple(dict.fromkeys(inside))


def _named(tool: Any) -> Iterator[str]:
    """The folders that build tools and pytest are told to take modules from."""
    setuptools = _at(tool, "setuptools")
    yield from _strings(_at(setuptools, "packages", "find", "where"))
    directories = _at(setuptools, "package-dir")
    if isinstance(directories, Mapping):
        yield from _strings([directories.get("")])
    yield from _strings(_at(tool, "pytest", "ini_options", "pythonpath"))
    wheel = _at(tool, "hatch", "build", "targets", "wheel")
    yield from _strings(_at(wheel, "sources"))
    yield from (os.path.dirname(each) for each in _strings(_at(wheel, "packages")))
    packages = _at(tool, "poetry", "packages")
    for package in packages if isinstance(packages, list) else ():
        yield from _strings([_at(package, "from")])


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def _strings(value: Any) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str) and each]
