"""Several files at once: what they import from each other must be of one generation when all is done."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from flyteshift.migration import carried, secrets
from flyteshift.migration.carried import USED
from flyteshift.migration.data import links as data_links
from flyteshift.migration.draft import Draft, Obstacle
from flyteshift.migration.foreign import Outside
from flyteshift.migration.names import slug
from flyteshift.migration.plan import Plan, plan_module
from flyteshift.semantics.model import Model
from flyteshift.text import Span
from flyteshift.workspace import users as users_of
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.users import Link

TOGETHER = "`{0}` is used by {1}, which is still Flyte 1: migrate both together."
READ = "`{0}` is used by {1}, which takes its Flyte files for paths; download them there, then migrate."
OWNED = "`{0}` comes from {1}, which stays Flyte 1; migrate that first."


_STAYS = Plan(left=[Obstacle(Span(0, 0), "This file is not migrated now.")])


class PlanError(Exception):
    """Planning a file failed, by a fault of flyteshift; `path` is the file, the cause is chained."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


def plan_files(
    paths: Sequence[Path], project: Project, settings: Settings, users: Sequence[Path] = ()
) -> dict[Path, Plan]:
    """The plans of those of the files that use Flyte 1, each fitting to the others.

    A file stays Flyte 1 where one that it imports tasks or images from does, or one that imports them from it, also
    one of `users`, which are not migrated. The workflows that files without Flyte 1 (tests, scripts) call stay sync.
    Raises PlanError.
    """
    models = {path: model for path in paths if (model := project.model(path)) is not None and model.uses_flyte1}
    links = users_of.links([*paths, *users], models, project)
    stay = [path for path in users if (model := project.model(path)) is not None and model.uses_flyte1]
    held = [
        (path, found)
        for path in [*paths, *users]
        for _, found in data_links.links(path, project)
        if found.path in models and found.path != path
    ]
    links += [Link(path, found.path, found.name) for path, found in held]
    links += users_of.through_helpers([*models, *stay], links, project)
    names = module_names(list(models))
    asked = _secrets(models.values())
    plans: dict[Path, Plan] = {}
    environments: dict[tuple[Path, str], str] = {}
    shared = {path: {link.name: link.user.name for link in links if link.owner == path} for path in models}
    changes = carried.carry(models, project, shared)
    strangers: dict[Path, list[Obstacle]] = {}
    for path in _owners_first(models, links):
        outside = Outside(path, project, dict(environments), shared[path], asked, set(models))
        change = changes.get(path)
        try:
            plan = plan_module(change.changed() if change else models[path], names[path], settings, outside)
        except Exception as error:
            raise PlanError(path) from error
        plans[path], elsewhere = change.back(plan) if change else (plan, {})
        strangers |= elsewhere
        if not plans[path].left:
            environments |= {(path, task): variable for task, variable in plans[path].environments.items()}
    for path, obstacles in strangers.items():
        plans[path] = Plan(left=[*plans[path].left, *obstacles])
    for path, found in held:
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
