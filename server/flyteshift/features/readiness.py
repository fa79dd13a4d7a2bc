"""How far workflows are from Flyte 2: what each calls, what migrates by itself, and what needs a person.

Planning takes its time, so it is done by worker processes (`plans`), file by file with those that belong together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from flyteshift.semantics.known import FLYTE2_TASK
from flyteshift.workspace.entries import Place, is_workflow
from flyteshift.workspace.index import Index
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.summary import Defined

if TYPE_CHECKING:
    from flyteshift.migration.plan import Plan
    from flyteshift.workspace.project import Project

PLANS = f"{__name__}:plans"
"""The function that a worker runs."""
INDIRECT = (
    "`{}` is of Flyte 1 by a decorator of the project's own, which flyteshift does not take apart; use Flyte 2's."
)
BEYOND = (
    "{0} {1} Flyte 2 by now, which Flyte 1 cannot run: migrate `{2}` too, keep a Flyte 1 copy, or call it by a "
    "bridging task (an action on its name)."
)
_MOST = 40
"""Files that are planned together at most."""


class Need(NamedTuple):
    """One thing that needs a person. Offsets are code points; the line counts from 0."""

    path: str
    start: int
    end: int
    line: int
    message: str
    spares: tuple[str, ...] = ()
    """The tasks and workflows of the file that it is not in the way of, since they can be migrated as a part."""
    holds: bool = True
    """False for what stands in the way of nothing: a test that has to be rewritten once the file is migrated."""


@dataclass(frozen=True)
class Readiness:
    """The state of one workflow."""

    place: Place
    defined: Defined
    tasks: tuple[Place, ...]
    """The tasks that it calls, directly or not."""
    workflows: tuple[Place, ...]
    """The workflows that it calls."""
    modules: tuple[str, ...]
    """The files that all of them stand in, its own first."""
    needs: tuple[Need, ...] = ()
    state: str = "ready"
    """`done` (no Flyte 1 left), `ready` (migrates by itself), `needs you`, or `unknown` where planning failed."""
    tests: tuple[Need, ...] = ()
    """The uses by tests that have to be rewritten by hand; they hold nothing back."""
    beyond: tuple[Place, ...] = ()
    """The tasks that are Flyte 2 by now and that Flyte 1 code of it still calls, which fails."""

    @property
    def ways_out(self) -> str:
        """What can be done about calls from Flyte 1 into Flyte 2; empty where there are none."""
        if not self.beyond:
            return ""
        names = ", ".join(f"`{place.name}`" for place in self.beyond)
        return BEYOND.format(names, "is" if len(self.beyond) == 1 else "are", self.place.name)


Plans = Mapping[str, Sequence[Need] | None]
"""By file what stands in the way of its migration; None where planning failed."""


def together(index: Index, paths: Iterable[str]) -> list[str]:
    """The files with Flyte 1 that must be migrated along with some: those that these use, and that use them."""
    found: dict[str, None] = dict.fromkeys(path for path in paths if _uses_flyte1(index, path))
    queue = [*found]
    neighbours = index.neighbours
    while queue and len(found) < _MOST:
        for other in sorted(neighbours.get(queue.pop(0), ())):
            if other not in found and len(found) < _MOST:
                found[other] = None
                queue.append(other)
    return [path for path in found if _uses_flyte1(index, path)]


def groups(index: Index) -> Iterator[list[str]]:
    """All files with Flyte 1, in groups that use each other, each in order of paths."""
    left = {path for path in index.flyte_files() if _uses_flyte1(index, path)}
    neighbours = index.neighbours
    for start in sorted(left):
        if start not in left:
            continue
        group, queue = {start}, [start]
        while queue:
            near = {other for other in neighbours.get(queue.pop(), ()) if other not in group}
            group |= near
            queue += near
        yield sorted(group & left)
        left -= group


def question(index: Index, group: Sequence[str], settings: Settings, opened: Mapping[str, str]) -> dict[str, Any]:
    """The argument of `plans` for files that are planned together."""
    root = index.root_of(group[0])
    users = {user for path in group for user in index.users(path)}.union(index.depending(group)) - set(group)
    plain = [user for user in sorted(users) if not _uses_flyte1(index, user)]
    texts = {path: opened[path] for path in (*group, *users) if path in opened}
    entities = {path: [[d.name, d.start, d.end] for d in _flyte1_entities(index, path)] for path in group}
    return {
        "root": root,
        "beside": [each for each in index.roots if each != root],
        "paths": [*group],
        "callers": plain,
        "users": sorted(users.difference(plain)),
        "opened": texts,
        "orchestration": settings.orchestration,
        "entities": entities,
        "names": _names(index, group),
        "named": sorted(index.environments({*group, *users})),
    }


def plans(argument: dict[str, Any]) -> dict[str, list[list[Any]] | None]:
    """What stands in the way of each of some files, planned together: run by a worker. Never raises for one of them."""
    project, made, failed = planned(argument)
    found = needs(argument, project, made, failed)
    for path, plan in made.items():
        model, left = project.model(path), found[str(path)]
        if model is not None and left is not None:
            told = [note for note in plan.notes if note.kind == "test"]
            left += [
                [str(path), *n.span, model.document.lines.line_of(n.span.start), n.message, [], False] for n in told
            ]
    return found


def planned(argument: dict[str, Any]) -> tuple[Project, dict[Path, Plan], list[Path]]:
    """The project of a question, the plans of its files, and the files that planning failed for."""
    from flyteshift.migration.unit import PlanError, plan_files
    from flyteshift.workspace.project import Project, on_disk

    opened = argument["opened"]
    paths = [Path(path) for path in argument["paths"]]
    callers = [Path(path) for path in argument["callers"]]
    users = [Path(path) for path in argument["users"]]
    names = {Path(path): name for path, name in argument["names"].items()}
    settings = Settings(root=Path(argument["root"]), orchestration=argument["orchestration"])
    beside = [Path(each) for each in argument["beside"]]
    project = Project(
        lambda path: opened[str(path)] if str(path) in opened else on_disk(path), settings.root, beside, opened
    )
    try:
        return project, plan_files([*paths, *callers], project, settings, users, names, argument["named"]), []
    except PlanError as error:
        path = str(error.path)
        rest = [each for each in argument["paths"] if each != path]
        again = {**argument, "paths": rest, "users": [*argument["users"], path]}
        project, made, failed = planned(again)
        return project, made, [*failed, error.path]


def needs(
    argument: dict[str, Any], project: Project, made: Mapping[Path, Plan], failed: Iterable[Path]
) -> dict[str, list[list[Any]] | None]:
    """What stands in the way of each of the files of a question; None where planning failed."""
    from flyteshift.semantics.evaluate import interesting

    found: dict[str, list[list[Any]] | None] = {str(path): None for path in failed}
    for path, plan in made.items():
        model = project.model(path)
        lines = model.document.lines if model is not None else None
        spared = _alone(path, project, argument) if plan.left else []
        found[str(path)] = [
            [str(path), *o.span, lines.line_of(o.span.start) if lines is not None else 0, o.message, spared, True]
            for o in plan.left
        ]
    moved = {str(path) for path, plan in made.items() if plan.edits}
    for name, entities in argument["entities"].items():
        model = project.model(Path(name))
        left = found.setdefault(name, [])
        if model is None or left is None or name in moved:
            continue
        alone = {function.name for function in model.functions() if function.entity is not None}
        alone |= {each for each in model.names.events if interesting(model.names.final(each))}
        left += [
            [name, start, end, model.document.lines.line_of(start), INDIRECT.format(entity), [], True]
            for entity, start, end in entities
            if entity not in alone
        ]
    return found


def _alone(path: Path, project: Project, argument: dict[str, Any]) -> list[str]:
    """The entities of a file that stays which can be migrated without the rest of it."""
    from flyteshift.migration.components import components
    from flyteshift.migration.foreign import Outside
    from flyteshift.migration.partial import plan_part

    model = project.model(path)
    settings = Settings(root=Path(argument["root"]), orchestration=argument["orchestration"])
    outside = Outside(path, project)
    parts = [part for part in components(model) if part.obstacle is None] if model is not None else []
    made = [part for part in parts if model is not None and plan_part(model, part, path.stem, settings, outside).edits]
    return sorted({name for part in made for name in part.entities})


def restored(answer: Mapping[str, list[list[Any]] | None]) -> dict[str, tuple[Need, ...] | None]:
    """The answer of `plans` from a worker."""
    return {
        path: None if left is None else tuple(Need._make([*each[:5], tuple(each[5]), each[6]]) for each in left)
        for path, left in answer.items()
    }


def readiness(index: Index, place: Place, made: Plans) -> Readiness | None:
    """The state of a workflow, given what stands in the way of its files; None where there is no such entity.

    What stands in the way of something else in the same files does not count.
    """
    defined = index.defined(place)
    if defined is None:
        return None
    reached = index.reached(*place)
    tasks: list[Place] = []
    workflows: list[Place] = []
    for other in reached[1:]:
        found = index.defined(other)
        if found is not None:
            (workflows if is_workflow(found) else tasks).append(other)
    modules = tuple(dict.fromkeys(other.path for other in reached))
    needs: list[Need] = []
    tests: list[Need] = []
    unknown = False
    for path in modules:
        left = made.get(path, ())
        if left is None:
            unknown = True
        else:
            names = {other.name for other in reached if other.path == path}
            needs += concerning(index, path, names, left)
            tests += [need for need in left if not need.holds and _concerns(index, path, names, need)]
    done = not any(_is_flyte1(index, other) for other in reached)
    state = "done" if done else "unknown" if unknown else "needs you" if needs else "ready"
    beyond = tuple(_beyond(index, reached))
    return Readiness(place, defined, tuple(tasks), tuple(workflows), modules, tuple(needs), state, tuple(tests), beyond)


def _beyond(index: Index, reached: Iterable[Place]) -> list[Place]:
    """The Flyte 2 tasks that Flyte 1 workflows call; the body of a task may, as of any function."""
    old = (place for place in reached if _is_flyte1(index, place))
    callers = [place for place in old if (defined := index.defined(place)) is not None and is_workflow(defined)]
    called = {other for place in callers for other, _ in index.callees(*place)}
    return sorted(other for other in called if not _is_flyte1(index, other))


def title(state: Readiness) -> str:
    """The state in a few words: `12 tasks, 3 modules, ready to migrate`."""
    parts = [_count(len(state.tasks), "task")]
    if len(state.modules) > 1:
        parts.append(_count(len(state.modules), "module"))
    if state.state == "done":
        parts.append("on Flyte 2")
    elif state.state == "ready":
        parts.append("ready to migrate")
    elif state.state == "unknown":
        parts.append("could not be planned")
    else:
        parts.append("1 thing needs you" if len(state.needs) == 1 else f"{len(state.needs)} things need you")
    if state.tests:
        parts.append(f"{_count(len(state.tests), 'use')} in tests to rewrite")
    if state.beyond:
        parts.append("calls Flyte 2")
    return ", ".join(parts)


def workflows(index: Index) -> list[Place]:
    """All workflows, in order of files; in Flyte 2 those are the tasks that call others."""
    found = []
    for path, each in index.everything():
        place = Place(path, each.name)
        if is_workflow(each) or (each.symbol == FLYTE2_TASK and any(at != place for at, _ in index.callees(*place))):
            found.append(place)
    return found


def concerning(index: Index, path: str, names: Collection[str], left: Sequence[Need]) -> Sequence[Need]:
    """What of a file's obstacles is in the way of some of its entities."""
    left = [need for need in left if need.holds]
    if all(set(names) <= set(need.spares) for need in left):
        return ()
    # Those that cannot go alone wait for the whole file, whatever stands in its way.
    return [need for need in left if _concerns(index, path, names, need)] or left


def _concerns(index: Index, path: str, names: Collection[str], need: Need) -> bool:
    """Whether an obstacle lies in one of the entities of a file, or outside of all and in the way of one of these."""
    if names and set(names) <= set(need.spares):
        return False
    summary = index.entries[path].summary if path in index.entries else None
    for defined in summary.defined if summary is not None else ():
        if defined.whole_start <= need.start < defined.whole_end:
            return defined.name in names
    return True


def is_test(index: Index, path: str) -> bool:
    """True for a file that pytest collects and that nothing but such files uses: it holds nothing back."""
    from flyteshift.migration.plain import is_test

    return is_test(Path(path)) and all(is_test(Path(user)) for user in index.users(path))


def _names(index: Index, group: Sequence[str]) -> dict[str, str]:
    """The names after which the files of a group name their environments, unlike those of all other files."""
    from flyteshift.migration.unit import module_names

    names = module_names([Path(path) for path in index.flyte_files()])
    return {path: names[Path(path)] for path in group if Path(path) in names}


def _uses_flyte1(index: Index, path: str) -> bool:
    entry = index.entries.get(path)
    return entry is not None and entry.summary is not None and entry.summary.flyte1


def _flyte1_entities(index: Index, path: str) -> list[Defined]:
    entry = index.entries.get(path)
    found = entry.summary.defined if entry is not None and entry.summary is not None else ()
    return [each for each in found if each.symbol != FLYTE2_TASK]


def _is_flyte1(index: Index, place: Place) -> bool:
    defined = index.defined(place)
    return defined is not None and defined.symbol != FLYTE2_TASK


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
