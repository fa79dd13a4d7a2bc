"""All workflows of a folder: which can be migrated, which cannot and why, and which are Flyte 2 already.

It reads and plans every file that mentions Flyte, so it belongs into a process of its own (see survey_worker.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from tree_sitter import Node

from flyteshift.migration.components import component_at, components, words
from flyteshift.migration.draft import Note, Obstacle
from flyteshift.migration.foreign import Outside, flyte2_environment
from flyteshift.migration.partial import plan_part
from flyteshift.migration.plan import Plan
from flyteshift.migration.trees import text
from flyteshift.migration.unit import PlanError, plan_files
from flyteshift.semantics.model import FunctionDefinition, Model
from flyteshift.semantics.values import Entity, EntityKind, Instance, Symbol
from flyteshift.text import Edit, Span
from flyteshift.workspace.files import Skipped, SourceFile, decode, read_bytes, walk
from flyteshift.workspace.modules import module_name
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings

State = Literal["ready", "needs you", "migrated"]

_DRIVERS: frozenset[EntityKind] = frozenset({"workflow", "dynamic", "eager"})
_MENTIONED = (b"flyte", b"union")
_DECORATOR = re.compile(r"@\s*(\w+)\.task\b")
_FAILED = "flyteshift failed on this file; please report it."
_MOST_REASONS = 5


class Reason(NamedTuple):
    """What keeps a workflow in Flyte 1."""

    span: Span
    message: str


@dataclass(frozen=True)
class Workflow:
    """A workflow of a file; in Flyte 2 that is a task which calls others. `span` is its name's."""

    path: Path
    name: str
    kind: str
    state: State
    span: Span
    calls: int = 0
    """How many tasks and workflows its body names."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Survey:
    """What was found in a folder. `texts` holds the files that are named, as they were read."""

    workflows: list[Workflow] = field(default_factory=list)
    plans: dict[Path, Plan] = field(default_factory=dict)
    """Of all files that use Flyte 1."""
    texts: dict[Path, str] = field(default_factory=dict)

    @property
    def edits(self) -> dict[Path, tuple[list[Edit], list[Note]]]:
        """What migrates every file that can be, and what its reviewer should know. All belong together."""
        return {path: (plan.edits, plan.notes) for path, plan in self.plans.items() if plan.edits}


def survey(root: Path, settings: Settings, opened: Mapping[Path, str] | None = None) -> Survey:
    """Look at all Python files below a folder; `opened` are texts that count in the place of files. Never raises."""
    opened = opened or {}
    texts: dict[Path, str] = {}
    others: list[Path] = []
    for path in walk([root], settings):
        found = _mentioning(path.absolute(), opened)
        if found is None:
            others.append(path.absolute())
        else:
            texts[path.absolute()] = found
    project = Project(lambda path: texts[path] if path in texts else _text(path, opened), root)
    plans = _plans([*texts], project, settings, [*_users(others, texts, opened)])
    workflows = [each for path in texts for each in _workflows(path, project, settings, plans.get(path))]
    return Survey(workflows, plans, texts)


def _plans(paths: Sequence[Path], project: Project, settings: Settings, users: Sequence[Path]) -> dict[Path, Plan]:
    """The plans of all files together; a file that planning fails on stays as it is, like one that cannot be moved."""
    try:
        plans = plan_files(paths, project, settings, users)
    except PlanError as error:
        rest = [path for path in paths if path != error.path]
        failed = Plan(left=[Obstacle(Span(0, 0), _FAILED)])
        return {**_plans(rest, project, settings, [*users, error.path]), error.path: failed}
    return {path: plan for path, plan in plans.items() if plan != Plan()}


def _workflows(path: Path, project: Project, settings: Settings, plan: Plan | None) -> Iterator[Workflow]:
    model = project.model(path)
    if model is None:
        return
    names = {name for name in model.names.events if isinstance(model.names.final(name), Entity)}
    names |= {name for name, found in project.imported(path, model) if found.kind is not None}
    for function in model.functions() if plan is not None else ():
        if function.entity is not None and function.entity.kind in _DRIVERS and function.top_level:
            state, reasons = _state(model, function.span.start, path, project, settings, plan or Plan())
            calls = len(_reads(model, function.span.start) & names - {function.name})
            yield Workflow(path, function.name, function.entity.kind, state, _name(model, function), calls, reasons)
    yield from _migrated(path, model, project)


def _state(
    model: Model, at: int, path: Path, project: Project, settings: Settings, plan: Plan
) -> tuple[State, tuple[Reason, ...]]:
    """Whether the workflow at an offset can be migrated: with its file, or as a part of it."""
    if not plan.left:
        return "ready", ()
    left = plan.left
    part = component_at(model, at, components(model))
    if part is not None:
        alone = plan_part(model, part, module_name(path), settings, Outside(path, project))
        if alone.edits:
            return "ready", ()
        left = alone.left or left
    first = {each.message: each.span for each in reversed(left)}
    told = sorted((span, message) for message, span in first.items())
    return "needs you", tuple(Reason(span, message) for span, message in told[:_MOST_REASONS])


def _migrated(path: Path, model: Model, project: Project) -> Iterator[Workflow]:
    """The Flyte 2 tasks that call other tasks."""
    if "TaskEnvironment" not in model.document.text and ".task" not in model.document.text:
        return
    tasks = {text(name): (node, name) for node, name in _flyte2_tasks(path, model, project)}
    known = set(tasks)
    known |= {name for name, found in project.imported(path, model) if flyte2_environment(project, found)}
    for task, (node, name) in tasks.items():
        calls = words(text(node)) & known - {task}
        if calls:
            yield Workflow(path, task, "task", "migrated", model.document.span(name), len(calls))


def _flyte2_tasks(path: Path, model: Model, project: Project) -> Iterator[tuple[Node, Node]]:
    """The definitions of Flyte 2 tasks, each with the node of its name."""
    for node in model.document.tree.root_node.children:
        definition = node.child_by_field_name("definition")
        if definition is None or definition.type != "function_definition":
            continue
        matches = (_DECORATOR.match(text(each)) for each in node.named_children if each.type == "decorator")
        name = definition.child_by_field_name("name")
        if name is not None and any(m and _is_environment(m[1], path, model, project) for m in matches):
            yield definition, name


def _is_environment(name: str, path: Path, model: Model, project: Project) -> bool:
    value = model.names.final(name)
    if isinstance(value, Symbol):
        found = project.find(path, value.name)
        value = found.value if found is not None else None
    return value == Instance("flyte.TaskEnvironment")


def _name(model: Model, function: FunctionDefinition) -> Span:
    found = re.compile(rf"\bdef\s+({re.escape(function.name)})\b").search(model.document.text, *function.span)
    return Span(*found.span(1)) if found else function.span


def _reads(model: Model, at: int) -> frozenset[str]:
    statement = next(s for s in model.statements if s.span.contains(at))
    return words(model.document.text[slice(*statement.span)])


def _mentioning(path: Path, opened: Mapping[Path, str]) -> str | None:
    """The text of a file that may use Flyte; None for every other one."""
    if path in opened:
        known = opened[path]
        return known if any(word.decode() in known for word in _MENTIONED) else None
    data = read_bytes(path)
    if isinstance(data, Skipped) or not any(word in data for word in _MENTIONED):
        return None
    found = decode(path, data)
    return found.text if isinstance(found, SourceFile) else None


def _users(paths: Sequence[Path], texts: Mapping[Path, str], opened: Mapping[Path, str]) -> Iterator[Path]:
    """Those of the paths that seem to import one of the modules."""
    stems = {path.parent.name if path.stem == "__init__" else path.stem for path in texts}
    if not stems:
        return
    either = "|".join(map(re.escape, sorted(stems)))
    named = re.compile(rf"\bimport\b[^#]*?\b(?:{either})\b|\b(?:{either})\s+import\b")
    for path in paths:
        found = _text(path, opened)
        if found is not None and "import" in found and named.search(found):
            yield path


def _text(path: Path, opened: Mapping[Path, str]) -> str | None:
    if path in opened:
        return opened[path]
    data = read_bytes(path)
    found = decode(path, data) if isinstance(data, bytes) else data
    return found.text if isinstance(found, SourceFile) else None
