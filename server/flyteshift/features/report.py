"""The readiness of a whole project, workflow by workflow, and in which order to migrate, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flyteshift.features import readiness as states
from flyteshift.features.navigation import module
from flyteshift.features.readiness import Need, Plans, Readiness
from flyteshift.semantics.known import FLYTE2_TASK
from flyteshift.workspace.entries import Place
from flyteshift.workspace.index import Index
from flyteshift.workspace.summary import Defined

STATES = ("needs you", "unknown", "ready", "done")
"""The states of workflows and steps, those that want attention first."""


@dataclass(frozen=True)
class Step:
    """Files that belong together: they use each other's tasks, so they are migrated at once."""

    paths: tuple[str, ...]
    """Those that others use first."""
    state: str
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Node:
    """An entity in the graph of calls."""

    place: Place
    kind: str
    state: str
    module: str


@dataclass(frozen=True)
class Graph:
    """Entities that call each other, and who calls whom (indexes of nodes)."""

    nodes: tuple[Node, ...]
    edges: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Report:
    """What a project is like on its way to Flyte 2."""

    root: str
    workflows: tuple[Readiness, ...]
    """Those that need a person first, then those that are ready, then those that are done."""
    steps: tuple[Step, ...]
    """In the order in which to migrate: what migrates by itself first, then what needs least."""
    graphs: tuple[Graph, ...]
    flyte1_files: int
    flyte2_files: int
    tasks: int
    """Tasks that are still Flyte 1."""

    def relative(self, path: str) -> str:
        """A file as it is shown."""
        return Path(path).relative_to(self.root).as_posix()


def report(index: Index, plans: Plans) -> Report:
    """The report of an indexed folder, given what stands in the way of its files."""
    found = [states.readiness(index, place, plans) for place in states.workflows(index)]
    workflows = [each for each in found if each is not None]
    workflows.sort(key=lambda each: (STATES.index(each.state), len(each.needs), each.place))
    steps = [step for group in states.groups(index) for step in _steps(index, group, plans)]
    steps.sort(key=lambda step: (step.state != "ready", len(step.needs), len(step.paths), step.paths))
    everything = [*index.everything()]
    flyte2 = {path for path, each in everything if each.symbol == FLYTE2_TASK}
    return Report(
        index.roots[0] if index.roots else "",
        tuple(workflows),
        tuple(steps),
        tuple(_graphs(index, everything, plans)),
        sum(len(step.paths) for step in steps),
        len(flyte2 - {path for step in steps for path in step.paths}),
        sum(each.kind == "task" and each.symbol != FLYTE2_TASK for _, each in everything),
    )


def as_json(made: Report) -> dict[str, Any]:
    """The report for programs. Lines and columns count from 1."""
    return {
        "root": made.root,
        "files": {"flyte1": made.flyte1_files, "flyte2": made.flyte2_files},
        "tasks_left": made.tasks,
        "workflows": [
            {
                "name": each.place.name,
                "kind": each.defined.kind,
                "file": made.relative(each.place.path),
                "state": each.state,
                "tasks": [{"name": task.name, "file": made.relative(task.path)} for task in each.tasks],
                "workflows": [{"name": sub.name, "file": made.relative(sub.path)} for sub in each.workflows],
                "modules": [made.relative(path) for path in each.modules],
                "needs": [_need(made, need) for need in each.needs],
                "tests": [_need(made, need) for need in each.tests],
                "flyte2": [{"name": task.name, "file": made.relative(task.path)} for task in each.beyond],
            }
            for each in made.workflows
        ],
        "order": [
            {
                "files": [made.relative(path) for path in step.paths],
                "state": step.state,
                "needs": [_need(made, need) for need in step.needs],
            }
            for step in made.steps
        ],
    }


def _need(made: Report, need: Need) -> dict[str, Any]:
    return {"file": made.relative(need.path), "line": need.line + 1, "message": need.message}


def _steps(index: Index, group: Sequence[str], plans: Plans) -> Iterator[Step]:
    """The step of files that belong together, and those of tests that stay: they hold nothing back."""
    stay = [path for path in group if states.is_test(index, path) and any(need.holds for need in plans.get(path) or ())]
    together = [path for path in group if path not in stay]
    yield from (_step(index, each, plans) for each in (together, *([path] for path in stay)) if each)


def _step(index: Index, group: Sequence[str], plans: Plans) -> Step:
    needs: list[Need] = []
    unknown = False
    for path in group:
        left = plans.get(path, ())
        unknown = unknown or left is None
        needs += [need for need in left or () if need.holds]
    state = "needs you" if needs else "unknown" if unknown else "ready"
    return Step(tuple(_owners_first(index, group)), state, tuple(needs))


def _owners_first(index: Index, group: Iterable[str]) -> list[str]:
    """Files, those that others use before these; in a circle in the order of their paths."""
    left = sorted(group)
    ordered: list[str] = []
    while left:
        free = [path for path in left if not (index.owners.get(path, set()) & set(left)) - {path}]
        ordered += free or left[:1]
        left = [path for path in left if path not in ordered]
    return ordered


def _graphs(index: Index, everything: Sequence[tuple[str, Defined]], plans: Plans) -> list[Graph]:
    """The entities with what they call, in groups that have to do with each other; those without any are left out."""
    places = [Place(path, each.name) for path, each in everything]
    calls = {place: {other for other, _ in index.callees(*place) if other != place} for place in places}
    near: dict[Place, set[Place]] = {place: set(others) for place, others in calls.items()}
    for place, others in calls.items():
        for other in others:
            near.setdefault(other, set()).add(place)
    blocked = _blocked(index, plans)
    kinds = {Place(path, each.name): each for path, each in everything}
    left = [place for place in places if near[place]]
    graphs = []
    while left:
        group, queue = {left[0]}, [left[0]]
        while queue:
            fresh = near[queue.pop()] - group
            group |= fresh
            queue += fresh
        left = [place for place in left if place not in group]
        members = [place for place in places if place in group]
        number = {place: at for at, place in enumerate(members)}
        nodes = [
            Node(place, kinds[place].kind, _state(kinds[place], place in blocked), module(index, place.path))
            for place in members
        ]
        edges = [(number[a], number[b]) for a in members for b in sorted(calls[a]) if b in number]
        graphs.append(Graph(tuple(nodes), tuple(dict.fromkeys(edges))))
    return sorted(graphs, key=lambda graph: -len(graph.nodes))


def _state(defined: Defined, blocked: bool) -> str:
    if defined.symbol == FLYTE2_TASK:
        return "done"
    return "needs you" if blocked else "ready"


def _blocked(index: Index, plans: Mapping[str, Sequence[Need] | None]) -> set[Place]:
    """The entities that something stands in the way of: in themselves, or in their file outside of all."""
    found = set()
    for path, each in index.everything():
        left = plans.get(path, ())
        if left is None or states.concerning(index, path, {each.name}, left):
            found.add(Place(path, each.name))
    return found
