"""Several files at once: what they import from each other must be of one generation when all is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from flyteshift.migration import adapted, carried, handed, plain, reexported, secrets, setting_objects, tested, ties
from flyteshift.migration.ahead import Ahead, ahead
from flyteshift.migration.carried import USED
from flyteshift.migration.data import links as data_links
from flyteshift.migration.draft import Draft, Note, Obstacle
from flyteshift.migration.foreign import SHARED, Outside
from flyteshift.migration.names import tail
from flyteshift.migration.plan import Plan, plan_module
from flyteshift.migration.starts import Start
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Entity, EntityKind
from flyteshift.text import Span
from flyteshift.workspace import users as users_of
from flyteshift.workspace.project import Defined, Project
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.summary import ENVIRONMENT
from flyteshift.workspace.users import Link

TOGETHER = (
    "`{0}` is used by {1}, which is still Flyte 1: migrate both together, or keep a Flyte 1 copy of it for that file."
)
READ = "`{0}` is used by {1}, which takes its Flyte files for paths; download them there, then migrate."
CHANGED = "`{0}` is used by {1} as Flyte 1 has it; make what that file needs of it here, then migrate."
OWNED = "`{0}` comes from {1}, which stays Flyte 1; migrate that first."
BEGIN = "{1} calls `{0}` outside of a run: in Flyte 2 that needs `flyte.init()` first; migrate both files together."
APART = "{1} calls `{0}` outside of a run, which gives another value in Flyte 2; migrate both files together."
CANNOT_AWAIT = "{0} cannot await it ({1})"

DRIVERS: frozenset[EntityKind] = frozenset({"workflow", "dynamic"})
_CALLED: frozenset[EntityKind] = frozenset({"task", "workflow", "dynamic"})
_STAYS = Plan(left=[Obstacle(Span(0, 0), "This file is not migrated now.")])


class PlanError(Exception):
    """Planning a file failed, by a fault of flyteshift; `path` is the file, the cause is chained."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


def plan_files(
    paths: Sequence[Path],
    project: Project,
    settings: Settings,
    users: Sequence[Path] = (),
    names: Mapping[Path, str] | None = None,
    named: Collection[str] = (),
) -> dict[Path, Plan]:
    """The plans of the files, each fitting to the others: of all that use Flyte 1, and of tests and scripts that call
    what is `async` now.

    A file stays Flyte 1 where one that it imports tasks or images from does, or one that imports them from it and does
    more than call them, also one of `users`, which are not changed. Tests hold nothing back (see tested.py). `names`
    are those of the environments, where they are to be unlike those of further files, which `named` holds as far as
    they are there already. Raises PlanError.
    """
    first = ahead(paths, users, project)
    unit = _Unit(paths, first, settings, users, names, named)
    plans = unit.plans()
    while news := unit.sync(plans):
        for path, reasons in news.items():
            unit.sequential[path] |= reasons
        plans = unit.plans()
    callers: dict[Path, Link] = {}
    for link in unit.links:
        if link.user in paths and link.user not in plans and plans[link.owner].edits:
            callers.setdefault(link.user, link)
    called = {path: adapted.plan(path, plans, first.project) for path in callers}
    for path, plan in called.items():
        if plan.notes and not plan.edits:
            owner = callers[path].owner
            plans[owner] = replace(plans[owner], notes=[*plans[owner].notes, *unit.by_hand(callers[path], plan)])
    called = {path: plan for path, plan in called.items() if plan.edits}
    return first.back({**plans, **called})


class _Unit:
    """Files that are planned together. `sequential` holds what is found out about drivers that cannot be `async`."""

    def __init__(
        self,
        paths: Sequence[Path],
        first: Ahead,
        settings: Settings,
        users: Sequence[Path],
        names: Mapping[Path, str] | None,
        named: Collection[str],
    ) -> None:
        project = first.project
        self.project, self.settings = project, settings
        models = {path: model for path in paths if (model := project.model(path)) is not None and model.uses_flyte1}
        self.models = models
        links = [*first.links]
        self.unchanged = set(users) - set(paths)
        self.stay = [
            *(path for path in users if reexported.uses_flyte1(path, project)),
            *(path for path in paths if path not in models and any(reexported.flyte1(path, project))),
        ]
        self.held = [
            (path, found)
            for path in [*paths, *users]
            for found in data_links.links(path, project)
            if found.path in models and found.path != path
        ]
        links += [Link(path, found.path, found.name) for path, found in self.held]
        self.objects = [
            (path, found)
            for path in [*paths, *users]
            if (model := project.model(path)) is not None and not model.uses_flyte1
            for found in setting_objects.strangers(path, project)
            if found.path in models
        ]
        everything = [*models, *self.stay]
        self.together = [
            *ties.reading(everything, models, project),
            *ties.fields(everything, models, project),
            *handed.links(everything, models, project),
        ]
        self.behind = [*users_of.through_helpers([*models, *self.stay], links, project)]
        self.harmless = {link for link in links if self._only_calls(link)}
        self.links = [*first.gone, *links, *self.behind]
        everyone = [*paths, *users]
        self.tests = tested.tests(everyone, project)
        self.calling = self.harmless | {link for link in links if self._is_called_by_test(link)}
        self.names = {**module_names(list(models)), **(names or {})}
        self.there = {path: environments(path, project) for path in everyone}
        self.named = {*named}
        self.secrets = _secrets(model for path in everyone if (model := project.model(path)) is not None)
        self.shared = ties.shared([*links, *self.behind], models)
        self.tested = ties.tested([*links, *self.behind], models, self.tests)
        self.apart: set[Path] = set()
        """Tests whose launch plans cannot be carried to other files."""
        self.changes = self._carried()
        self.order = ties.owners_first(models, self.links)
        self.circles = ties.circles(self.links)
        self.sequential: dict[Path, dict[str, str]] = {path: {} for path in models}
        for link in self.behind:
            self.sequential[link.owner][link.name] = SHARED.format(link.user.name)
        for link in links:
            if reason := self._obstacle(link, paths, everyone):
                self.sequential[link.owner].setdefault(link.name, reason)
        self.known: dict[object, tuple[Plan, dict[Path, list[Obstacle]]]] = {}

    def plans(self) -> dict[Path, Plan]:
        """The plans of all files with Flyte 1, with what is known of the drivers."""
        plans: dict[Path, Plan] = {}
        environments: dict[tuple[Path, str], str] = {}
        asyncs: set[tuple[Path, str]] = set()
        starts: dict[tuple[Path, str], Start] = {}
        strangers: dict[Path, list[Obstacle]] = {}
        for path in self.order:
            plans[path], elsewhere = self._plan(path, environments, asyncs, starts)
            strangers |= elsewhere
            if not plans[path].left:
                environments |= {(path, task): variable for task, variable in plans[path].environments.items()}
                asyncs |= {(path, name) for name in plans[path].asyncs}
                starts |= {(path, name): start for name, start in plans[path].starts.items()}
        if (strangers.keys() & self.tests) - self.apart:
            self.apart |= strangers.keys() & self.tests
            self.changes = self._carried()
            self.known.clear()
            return self.plans()
        for path, obstacles in strangers.items():
            plans[path] = Plan(left=[*plans[path].left, *obstacles])
        told = []
        for path, found, message in self._strangers(plans):
            at = self.models[found.path].definition(found.name) or Span(0, 0)
            said = message.format(found.name, path.name)
            if path in self.tests:
                told.append((found.path, Note(at, said, "test")))
            else:
                plans[found.path] = Plan(left=[Obstacle(at, said)])
        known = {**plans, **dict.fromkeys(self.stay, _STAYS)}
        if not any(plan.stuck for plan in plans.values()):
            _agree(known, plans, self.models, [*self.links, *self.together], self.harmless, self._hold, self.tests)
            for path, note in [*told, *self._told({**known, **plans})]:
                plan = plans[path]
                if plan.edits and note not in plan.notes:
                    plans[path] = replace(plan, notes=sorted([*plan.notes, note], key=lambda n: n.span))
        return plans

    def _told(self, known: Mapping[Path, Plan]) -> Iterator[tuple[Path, Note]]:
        """What is told of files that use another in a way that Flyte 2 may not serve, with that other file."""
        for link in self.links:
            owner = known.get(link.owner, Plan())
            start = owner.starts.get(link.name) if owner.edits and link.user in self.unchanged else None
            if start is not None and plain.calls(link.user, link.name, link.owner, self.project):
                at = self.models[link.owner].definition(link.name) or Span(0, 0)
                yield link.owner, Note(at, (APART if start.run else BEGIN).format(link.name, link.user.name))
        for link in self.links:
            if link.user not in self.tests or link in self.harmless:
                continue
            plan, model = known.get(link.user), self.models[link.owner]
            used = plain.used_at(link.user, link.name, link.owner, self.project)
            if plan is None:
                note = tested.lost(link, model, used or link.user.name)
            elif plan.left and (used or link in self.behind):
                note = tested.note(link, model, self._hold(link), asked=plan is not _STAYS)
            else:
                continue
            if note is not None:
                yield link.owner, note

    def _strangers(self, plans: Mapping[Path, Plan]) -> Iterator[tuple[Path, Defined, str]]:
        """The files without Flyte 1 that need something of a file as Flyte 1 has it, while that is migrated.

        Each with what it needs, and what is told of it.
        """
        for path, found in self.held:
            model = self.project.model(path)
            plain = plans[found.path].edits and not (model and model.uses_flyte1)
            if plain and data_links.reads(path, self.project, found):
                yield path, found, tested.FILES if path in self.tests else READ
        yield from ((path, found, CHANGED) for path, found in self.objects if plans[found.path].edits)

    def by_hand(self, link: Link, plan: Plan) -> Iterator[Note]:
        """The notes of a caller that is not changed, for the file that it calls something of."""
        model = self.project.model(link.user)
        at = self.models[link.owner].definition(link.name) or Span(0, 0)
        for note in plan.notes if model is not None else ():
            line = model.document.lines.line_of(note.span.start) + 1 if model is not None else 0
            yield Note(at, f"{link.user.name} (line {line}): {note.message}", note.kind)

    def sync(self, plans: Mapping[Path, Plan]) -> dict[Path, dict[str, str]]:
        """Drivers that turn out to have to stay sync, with the reason; empty where the plans can stay as they are."""
        found: dict[Path, dict[str, str]] = {}
        for user, plan in plans.items():
            for (path, name), reason in plan.stuck.items():
                if path in self.models and name not in self.sequential[path]:
                    found.setdefault(path, {})[name] = CANNOT_AWAIT.format(user.name, reason)
        for link in self.calling:
            stays = link.user in self.stay or (link.user in plans and plans[link.user].left)
            if stays and link.name in plans[link.owner].asyncs:
                found.setdefault(link.owner, {})[link.name] = SHARED.format(link.user.name)
        return found

    def _carried(self) -> dict[Path, carried.Change]:
        models = {path: model for path, model in self.models.items() if path not in self.apart}
        firm = {
            path: {name: user for name, user in names.items() if name not in self.tested[path]}
            for path, names in self.shared.items()
        }
        return carried.carry(models, self.project, firm)

    def _plan(
        self,
        path: Path,
        environments: Mapping[tuple[Path, str], str],
        asyncs: Collection[tuple[Path, str]],
        starts: Mapping[tuple[Path, str], Start],
    ) -> tuple[Plan, dict[Path, list[Obstacle]]]:
        near = {link.owner for link in self.links if link.user == path}
        there = {key: variable for key, variable in environments.items() if key[0] in near or path in self.changes}
        called = frozenset(key for key in asyncs if key[0] in near or path in self.changes)
        started = {key: start for key, start in starts.items() if key[0] in near or path in self.changes}
        sync = self.sequential[path]
        key = (path, tuple(sorted(there.items())), called, frozenset(started.items()), tuple(sorted(sync.items())))
        if key not in self.known:
            change = self.changes.get(path)
            outside = Outside(
                path,
                self.project,
                there,
                self.shared[path],
                self.tested[path],
                {link.user for link in self.links if link.owner == path},
                self._named(path),
                self.secrets,
                set(self.models),
                called,
                self.circles.get(path, {}),
                dict(sync),
                started,
            )
            model = change.changed() if change else self.models[path]
            try:
                plan = plan_module(model, self.names[path], self.settings, outside)
            except Exception as error:
                raise PlanError(path) from error
            back, elsewhere = change.back(plan) if change else (plan, {})
            if taken := reexported.obstacles(path, self.project):
                back = Plan(left=[*back.left, *taken])
            self.known[key] = (replace(back, stuck=plan.stuck, starts=plan.starts), elsewhere)
        return self.known[key]

    def _named(self, path: Path) -> set[str]:
        """The names that environments of other files have, or will have."""
        others = {name for other, name in self.names.items() if other != path}
        return others.union(self.named, *(names for other, names in self.there.items() if other != path))

    def _obstacle(self, link: Link, paths: Collection[Path], everyone: Collection[Path]) -> str | None:
        """Why a driver cannot become `async`, as far as its users are no part of the unit."""
        entity = self.models[link.owner].names.final(link.name)
        if not isinstance(entity, Entity) or entity.kind not in DRIVERS:
            return None
        if link.user in self.models:
            early = self.order.index(link.user) < self.order.index(link.owner)
            return SHARED.format(link.user.name) if early else None
        if link.user not in paths:
            idle = link.user in self.tests and link.user in self.stay and link not in self.calling
            called = not idle and plain.uses(link.user, link.name, link.owner, self.project)
            return SHARED.format(link.user.name) if called else None
        return plain.obstacle(link.user, link.name, link.owner, self.project, everyone)

    def _only_calls(self, link: Link) -> bool:
        """True for a link that a file with Flyte 1 may keep when it stays as it is."""
        entity = self.models[link.owner].names.final(link.name)
        flyte1 = link.user in self.models or link.user in self.stay
        if not flyte1 or not isinstance(entity, Entity) or entity.kind not in _CALLED:
            return False
        return plain.knows(self.models[link.owner], link.name) and self._hold(link) is None

    def _is_called_by_test(self, link: Link) -> bool:
        """True where a test with Flyte 1 calls a driver, whatever else it does with it."""
        entity = self.models[link.owner].names.final(link.name)
        flyte1 = link.user in self.models or link.user in self.stay
        driver = isinstance(entity, Entity) and entity.kind in DRIVERS
        asked = driver and flyte1 and link.user in self.tests
        return asked and plain.calls(link.user, link.name, link.owner, self.project)

    def _hold(self, link: Link) -> str | None:
        """Where a file with Flyte 1 does more with a task than call it, for a message; None where it does not."""
        return plain.more_than_called(link.user, link.name, link.owner, self.project)


def environments(path: Path, project: Project) -> list[str]:
    """The names of the environments of Flyte 2 that a file has already."""
    model = project.model(path)
    return ENVIRONMENT.findall(model.document.text) if model is not None else []


def _secrets(models: Iterable[Model]) -> dict[tuple[str, str], set[str]]:
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
        found = {path: tail(path, depth) for path in left}
        taken = Counter([*names.values(), *found.values()])
        alone = [p for p in left if taken[found[p]] == 1 or depth > len(p.parts)]
        names |= {p: found[p] for p in alone}
        left = [p for p in left if p not in names]
        depth += 1
    return names


def _agree(
    known: Mapping[Path, Plan],
    plans: dict[Path, Plan],
    models: Mapping[Path, Model],
    links: Sequence[Link],
    harmless: Collection[Link],
    place: Callable[[Link], str | None],
    tests: Collection[Path],
) -> None:
    """Takes back plans that do not fit to a file that stays as it is, until all fit; `known` are those of others.

    `place` names the file of a link with the line that is in the way. `tests` hold nothing back.
    """
    changed = True
    while changed:
        changed = False
        for link in links:
            user, owner = plans.get(link.user, known.get(link.user)), plans[link.owner]
            if user is not None and user.left and owner.edits and link not in harmless and link.user not in tests:
                at = models[link.owner].definition(link.name) or Span(0, 0)
                message = TOGETHER if user is _STAYS else USED
                plans[link.owner] = Plan(left=[Obstacle(at, message.format(link.name, place(link) or link.user.name))])
                changed = True
            elif user is not None and user.edits and owner.left:
                plans[link.user] = Plan(left=[Obstacle(Span(0, 0), OWNED.format(link.name, link.owner.name))])
                changed = True
