"""Several files at once: what they import from each other must be of one generation when all is done."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from flyteshift.migration import foreign, secrets
from flyteshift.migration.data import links as data_links
from flyteshift.migration.draft import Draft, Obstacle
from flyteshift.migration.foreign import Outside
from flyteshift.migration.names import slug
from flyteshift.migration.plan import Plan, plan_module
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Instance
from flyteshift.text import Span
from flyteshift.workspace.project import Defined, Project
from flyteshift.workspace.settings import Settings

USED = "`{0}` is used by {1}, which stays Flyte 1; migrate that first."
TOGETHER = "`{0}` is used by {1}, which is still Flyte 1: migrate both together."
READ = "`{0}` is used by {1}, which takes its Flyte files for paths; download them there, then migrate."
OWNED = "`{0}` comes from {1}, which stays Flyte 1; migrate that first."


_STAYS = Plan(left=[Obstacle(Span(0, 0), "This file is not migrated now.")])


class PlanError(Exception):
    """Planning a file failed, by a fault of flyteshift; `path` is the file, the cause is chained."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class Link(NamedTuple):
    """One file uses what another defines and a migration changes. `name` is the name in the file that defines it."""

    user: Path
    owner: Path
    name: str


def plan_files(
    paths: Sequence[Path], project: Project, settings: Settings, users: Sequence[Path] = ()
) -> dict[Path, Plan]:
    """The plans of those of the files that use Flyte 1, each fitting to the others.

    A file stays Flyte 1 where one that it imports tasks or images from does, or one that imports them from it, also
    one of `users`, which are not migrated. The workflows that files without Flyte 1 (tests, scripts) call stay sync.
    Raises PlanError.
    """
    models = {path: model for path in paths if (model := project.model(path)) is not None and model.uses_flyte1}
    links = [
        Link(path, found.path, found.name)
        for path in [*paths, *users]
        for looked in (foreign.links, foreign.by_module, _starred, _inside)
        for _, found in looked(path, project)
        if found.path in models and found.path != path
    ]
    stay = [path for path in users if (model := project.model(path)) is not None and model.uses_flyte1]
    carried = [
        (path, found)
        for path in [*paths, *users]
        for _, found in data_links.links(path, project)
        if found.path in models and found.path != path
    ]
    links += [Link(path, found.path, found.name) for path, found in carried]
    links += _through_helpers([*models, *stay], links, project)
    names = module_names(list(models))
    asked = _secrets(models.values())
    plans: dict[Path, Plan] = {}
    environments: dict[tuple[Path, str], str] = {}
    for path in _owners_first(models, links):
        shared = {link.name: link.user.name for link in links if link.owner == path}
        outside = Outside(path, project, dict(environments), shared, asked, set(models))
        try:
            plans[path] = plan_module(models[path], names[path], settings, outside)
        except Exception as error:
            raise PlanError(path) from error
        if not plans[path].left:
            environments |= {(path, task): variable for task, variable in plans[path].environments.items()}
    for path, found in carried:
        model = project.model(path)
        if plans[found.path].edits and not (model and model.uses_flyte1) and data_links.reads(path, project, found):
            at = models[found.path].definition(found.name) or Span(0, 0)
            plans[found.path] = Plan(left=[Obstacle(at, READ.format(found.name, path.name))])
    _agree({**plans, **dict.fromkeys(stay, _STAYS)}, plans, models, links)
    return plans


def _secrets(models: Collection[Model]) -> dict[tuple[str, str], set[str]]:
    """The environment variables of all secrets that files ask for, by group and key."""
    found: dict[tuple[str, str], set[str]] = {}
    for model in models:
        for secret, names in secrets.variables(Draft(model, {})).items():
            found.setdefault(secret, set()).update(names)
    return found


def module_names(paths: Collection[Path]) -> dict[Path, str]:
    """A name for each module to name its environments after: the file's, with as many folders as tell it apart."""
    names: dict[Path, str] = {}
    depth = 1
    left = list(paths)
    while left:
        found = {path: _tail(path, depth) for path in left}
        taken = [*names.values(), *found.values()]
        alone = [p for p in left if taken.count(found[p]) == 1 or depth > len(p.parts)]
        names |= {p: found[p] for p in alone}
        left = [p for p in left if p not in names]
        depth += 1
    return names


def _tail(path: Path, depth: int) -> str:
    parts = list(path.with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return slug("_".join(p for p in parts[-depth:] if p != "/"))


def _agree(
    known: Mapping[Path, Plan], plans: dict[Path, Plan], models: Mapping[Path, Model], links: Sequence[Link]
) -> None:
    """Takes back plans that do not fit to a file that stays as it is, until all fit; `known` are those of others."""
    changed = True
    while changed:
        changed = False
        for link in links:
            user, owner = plans.get(link.user, known.get(link.user)), plans[link.owner]
            if user is not None and user.left and owner.edits:
                at = models[link.owner].definition(link.name) or Span(0, 0)
                message = TOGETHER if user is _STAYS else USED
                plans[link.owner] = Plan(left=[Obstacle(at, message.format(link.name, link.user.name))])
                changed = True
            elif user is not None and user.edits and owner.left:
                plans[link.user] = Plan(left=[Obstacle(Span(0, 0), OWNED.format(link.name, link.owner.name))])
                changed = True


def _owners_first(models: Collection[Path], links: Sequence[Link]) -> list[Path]:
    """The files, each after those that it imports from; in a circle one of them comes too early."""
    owners: dict[Path, list[Path]] = {}
    for link in links:
        owners.setdefault(link.user, []).append(link.owner)
    ordered: dict[Path, None] = {}
    for start in sorted(models):
        stack, busy = [(start, False)], {start}
        while stack:
            path, ready = stack.pop()
            if ready:
                ordered.setdefault(path)
                continue
            stack.append((path, True))
            for owner in sorted(owners.get(path, ())):
                if owner not in busy and owner not in ordered:
                    busy.add(owner)
                    stack.append((owner, False))
    return [path for path in ordered if path in models]


def _through_helpers(paths: Sequence[Path], links: Sequence[Link], project: Project) -> Iterator[Link]:
    """What files with Flyte 1 use of others by files without, whose functions call tasks."""
    plain: dict[Path, list[Link]] = {}
    for link in links:
        if link.user not in paths:
            plain.setdefault(link.user, []).append(link)
    for path in paths if plain else ():
        model = project.model(path)
        seen = {found.path for _, found in project.imported(path, model)} if model is not None else set()
        yield from (Link(path, link.owner, link.name) for each in seen & set(plain) for link in plain[each])


def _inside(path: Path, project: Project) -> Iterator[tuple[str, Defined]]:
    """What functions of a file import from others."""
    model = project.model(path)
    for node in walk(model.document.tree.root_node) if model is not None and "import" in model.document.text else ():
        if node.type != "import_from_statement" or node.parent is None or node.parent.type == "module":
            continue
        module = text(node.child_by_field_name("module_name"))
        for each in node.children_by_field_name("name"):
            name = text(each.child_by_field_name("name") or each)
            found = project.find(path, f"{module}{'' if module.endswith('.') else '.'}{name}")
            if found is not None and (found.kind is not None or isinstance(found.value, Instance)):
                yield name, found


def _starred(path: Path, project: Project) -> Iterator[tuple[str, Defined]]:
    """What a file may use of others by a star import."""
    model = project.model(path)
    for module in model.names.stars if model is not None else ():
        for name in project.names(path, module):
            found = project.find(path, f"{module}.{name}")
            if found is not None:
                yield name, found
