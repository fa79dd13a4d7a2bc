"""Who uses what of a module: the one answer for migration, actions and the command line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from flyteshift.semantics.values import Instance, Symbol
from flyteshift.workspace.project import Defined, Project


class Link(NamedTuple):
    """One file uses what another defines and a migration changes. `name` is the name in the file that defines it."""

    user: Path
    owner: Path
    name: str


def links(paths: Iterable[Path], owners: Collection[Path], project: Project) -> list[Link]:
    """What files use of the owners, each name once per user."""
    found = (Link(path, used.path, used.name) for path in paths for _, used in used_by(path, project))
    return [*dict.fromkeys(link for link in found if link.owner in owners and link.owner != link.user)]


def through_helpers(paths: Collection[Path], direct: Iterable[Link], project: Project) -> Iterator[Link]:
    """What files use of others by way of files that are not among them: plain modules whose functions call tasks."""
    plain: dict[Path, list[Link]] = {}
    for link in direct:
        if link.user not in paths:
            plain.setdefault(link.user, []).append(link)
    for path in paths if plain else ():
        model = project.model(path)
        seen = {found.path for _, found in project.imported(path, model)} if model is not None else set()
        yield from (Link(path, link.owner, link.name) for each in sorted(seen & set(plain)) for link in plain[each])


def used_by(path: Path, project: Project) -> Iterator[tuple[str, Defined]]:
    """The things of other files that a file uses: the name here, and what that is there.

    By names that it imports (anywhere, by star too) and by modules that it imports whole, as `tasks.f`.
    """
    yield from imported(path, project)
    yield from by_module(path, project)
    yield from starred(path, project)
    yield from inside(path, project)


def anything(path: Path, project: Project) -> Iterator[tuple[str, Defined]]:
    """The same of all things, whether they know Flyte or not."""
    model = project.model(path)
    if model is None:
        return
    yield from project.imported(path, model)
    yield from by_module(path, project)
    yield from starred(path, project)
    for dotted, bound in project.inner_imports(model):
        found = project.find(path, dotted)
        if found is not None:
            yield bound, found


def imported(path: Path, project: Project) -> Iterator[tuple[str, Defined]]:
    """The Flyte things that a file imports from others, by their names here: tasks, images, flytekit's own."""
    model = project.model(path)
    for name, found in project.imported(path, model) if model is not None else ():
        if found.kind is not None or isinstance(found.value, (Instance, Symbol)):
            yield name, found


def by_module(path: Path, project: Project) -> Iterator[tuple[str, Defined]]:
    """What a file reads off other files' modules, as `tasks.f`."""
    model = project.model(path)
    for alias, module in project.modules(path, model) if model is not None else ():
        for name in sorted(set(re.findall(rf"\b{re.escape(alias)}\.(\w+)", model.document.text if model else ""))):
            found = project.find(path, f"{module}.{name}")
            if found is not None:
                yield f"{alias}.{name}", found


def inside(path: Path, project: Project) -> Iterator[tuple[str, Defined]]:
    """What functions and blocks of a file import from others."""
    model = project.model(path)
    for dotted, bound in project.inner_imports(model) if model is not None else ():
        found = project.find(path, dotted)
        if found is not None and (found.kind is not None or isinstance(found.value, Instance)):
            yield bound, found


def starred(path: Path, project: Project) -> Iterator[tuple[str, Defined]]:
    """What a file may use of others by a star import; names of flytekit's that come along only where it reads them."""
    model = project.model(path)
    for module in model.names.stars if model is not None else ():
        for name in project.offers(path, module):
            found = project.find(path, f"{module}{'' if module.endswith('.') else '.'}{name}")
            if found is None or model is None:
                continue
            if not isinstance(found.value, Symbol) or model.document.identifiers(name):
                yield name, found
