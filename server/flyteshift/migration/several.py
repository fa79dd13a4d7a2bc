"""Many files, planned by several processes: groups of files that have nothing to do with each other.

What comes out is what `plan_files` gives, in the same order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flyteshift.migration.draft import Note, Obstacle
from flyteshift.migration.plan import Plan
from flyteshift.migration.unit import environments, module_names, plan_files
from flyteshift.text import Edit, Span
from flyteshift.workspace.project import Project, on_disk
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.workers import cores, run_all

PLANS = f"{__name__}:plans"
"""The function that a worker runs."""
ALONE = 24
"""Up to so many files with Flyte 1 are planned here; starting workers costs as much."""

SECRET = "ecret"
"""What every text that handles secrets holds, however it does."""


def plan_many(
    paths: Sequence[Path],
    texts: Mapping[Path, str],
    settings: Settings,
    users: Sequence[Path] = (),
    named: Collection[str] = (),
) -> dict[Path, Plan]:
    """`plan_files` on as many cores as pay. `texts` are those of all the files. Raises PlanError.

    Of the plans only what is told and done: no environments.
    """
    project = Project(lambda path: texts[path] if path in texts else on_disk(path), settings.root)
    flyte1 = {path for path in paths if (model := project.model(path)) is not None and model.uses_flyte1}
    together = groups([*paths, *users], project) if cores() > 1 and len(flyte1) > ALONE else []
    asked = [group for group in together if not flyte1.isdisjoint(group)]
    if len(asked) < 2:
        return plan_files(paths, project, settings, users, named=named)
    there = {path: environments(path, project) for path in {*paths, *users}}
    known, names = {*paths}, module_names([path for path in paths if path in flyte1])
    questions: list[dict[str, Any]] = [
        {
            "root": str(settings.root) if settings.root is not None else None,
            "orchestration": settings.orchestration,
            "paths": [str(path) for path in paths if path in group],
            "users": [str(path) for path in users if path in group and path not in known],
            "texts": {str(path): texts[path] for path in group if path in texts},
            "named": sorted(_elsewhere(group, names, there).union(named)),
            "names": {str(path): names[path] for path in group if path in names},
        }
        for group in asked
    ]
    questions.sort(key=lambda question: -sum(map(len, question["texts"].values())))
    made: dict[Path, Plan] = {}
    orders: dict[Path, Iterator[Path]] = {}
    for _, answer in run_all(PLANS, questions, cores()):
        found = {Path(path): _restored(plan) for path, plan in answer}
        made |= found
        order = iter([path for path in found if path in flyte1])
        orders |= dict.fromkeys(found, order)
    if not flyte1 <= made.keys():  # a worker failed: here the error shows
        return plan_files(paths, project, settings, users, named=named)
    ordered: dict[Path, Plan] = {}
    for start in sorted(flyte1):  # each after those that it imports from
        while start not in ordered:
            path = next(orders[start])
            ordered[path] = made[path]
    return ordered | {path: made[path] for path in paths if path in made and path not in ordered}


def _elsewhere(group: Collection[Path], names: Mapping[Path, str], there: Mapping[Path, Collection[str]]) -> set[str]:
    """The names that environments of files outside a group have, or will have."""
    found = {name for path, name in names.items() if path not in group}
    return found.union(*(each for path, each in there.items() if path not in group))


def plans(argument: dict[str, Any]) -> list[list[Any]]:
    """The plans of one group of files: run by a worker."""
    texts = argument["texts"]
    root = Path(argument["root"]) if argument["root"] is not None else None
    project = Project(lambda path: texts[str(path)] if str(path) in texts else on_disk(path), root)
    settings = Settings(root=root, orchestration=argument["orchestration"])
    paths, users = ([Path(path) for path in argument[key]] for key in ("paths", "users"))
    names = {Path(path): name for path, name in argument["names"].items()}
    made = plan_files(paths, project, settings, users, names, argument["named"])
    return [[str(path), _plain(plan)] for path, plan in made.items()]


def groups(paths: Iterable[Path], project: Project) -> list[set[Path]]:
    """The files in groups that import each other, directly or not, or handle secrets, whose names are agreed on."""
    files = [*dict.fromkeys(paths)]
    near: dict[Path, set[Path]] = {}
    queue = [*files]
    seen = {*files}
    for path in queue:
        for other in project.imports(path):
            near.setdefault(path, set()).add(other)
            near.setdefault(other, set()).add(path)
            if other not in seen:
                seen.add(other)
                queue.append(other)
    secret = [path for path in files if (model := project.model(path)) is not None and SECRET in model.document.text]
    for path in secret[1:]:
        near.setdefault(secret[0], set()).add(path)
        near.setdefault(path, set()).add(secret[0])
    found: list[set[Path]] = []
    left = dict.fromkeys(files)
    while left:
        group, stack = set(), [next(iter(left))]
        while stack:
            path = stack.pop()
            if path not in group:
                group.add(path)
                left.pop(path, None)
                stack += near.get(path, ())
        found.append(group)
    return found


def _plain(plan: Plan) -> list[Any]:
    return [
        [[*edit.span, edit.text] for edit in plan.edits],
        plan.done,
        [[*obstacle.span, obstacle.message, obstacle.symbol] for obstacle in plan.left],
        [[*note.span, note.message, note.kind] for note in plan.notes],
    ]


def _restored(values: list[Any]) -> Plan:
    edits, done, left, notes = values
    return Plan(
        [Edit(Span(start, end), text) for start, end, text in edits],
        done,
        [Obstacle(Span(start, end), message, symbol) for start, end, message, symbol in left],
        [Note(Span(start, end), message, kind) for start, end, message, kind in notes],
    )
