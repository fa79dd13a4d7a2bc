"""`failure_policy`: what of a workflow still runs when one of its tasks has failed.

`FAIL_IMMEDIATELY` is what an exception does. With `FAIL_AFTER_EXECUTABLE_NODES_COMPLETE` Flyte 1 ran every node whose
inputs were there before the workflow failed. A body is read as stages that need all that was before them, made of
branches that do not need each other: each branch gets a `try` of its own, and what has failed first is raised after
them. Where a node needs some branches and not others, no such form is right, and the policy is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from tree_sitter import Node

from flyteshift.migration import chains
from flyteshift.migration.arguments import Given
from flyteshift.migration.branches import names_around
from flyteshift.migration.draft import Draft
from flyteshift.migration.order import order
from flyteshift.migration.scopes import is_load
from flyteshift.migration.scopes import parameters as parameter_names
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import body_at, text, walk
from flyteshift.rewriting import indents
from flyteshift.rewriting.calls import Style
from flyteshift.semantics.values import Entity, Function
from flyteshift.text import Document, Edit, Span

POLICY = "flytekit.workflow(failure_policy)"
FINISHED = (
    "Flyte 1 let independent tasks of `{0}` finish before it failed; flyteshift writes that for branches that do not "
    "need each other. Here gather with `return_exceptions=True` by hand, and raise the first error afterwards."
)

Stages = tuple["int | tuple[Stages, ...]", ...]
"""What runs one after the other: a statement, by its first byte, or branches that do not need each other."""


@dataclass(frozen=True)
class _Step:
    """A statement of a workflow that runs tasks, each of which needs the one inside of it."""

    node: Node
    reads: frozenset[str]
    """What the innermost call reads: without it, nothing of the statement runs."""
    further: frozenset[str]
    """What the calls around it read."""
    gives: frozenset[str]


def failure_policy(draft: Draft, task: Task, given: Given) -> None:
    """Drop a policy that Python has by itself, plan a `try` for each branch for the other, or refuse it."""
    value = text(given.value)
    draft.claim_within(given.node)
    if value == "None" or value.endswith("FAIL_IMMEDIATELY"):
        return
    steps = _steps(draft, task) if value.endswith("FAIL_AFTER_EXECUTABLE_NODES_COMPLETE") else None
    stages = _stages(task, steps) if steps is not None else None
    name = task.function.child_by_field_name("name")
    if steps is None or stages is None or name is None:
        draft.refuse(given.node, FINISHED.format(task.name), POLICY)
    elif any(isinstance(stage, tuple) for stage in stages):
        code_points = {step.node.start_byte: draft.document.code_point(step.node.start_byte) for step in steps}
        after = _tail(task.function)
        end = draft.span(after).start if after is not None and after.start_byte not in code_points else None
        made = partial(_finishing, at=draft.span(name).start, stages=stages, starts=code_points, end=end,
                       style=draft.style)  # fmt: skip
        draft.later.insert(0, made)
        draft.laid.add(task.name)


def _steps(draft: Draft, task: Task) -> list[_Step] | None:
    """The statements of a body that run tasks; None where another one, or two calls side by side, stand there."""
    body = task.function.child_by_field_name("body")
    found: list[_Step] = []
    rows: set[int] = set()
    for statement in body.named_children if body is not None else ():
        starts = [n for n in walk(statement) if n.type == "call" and _starts(draft, n)]
        if not starts or _is_order(statement):
            if not _runs_nothing(statement):
                return None
            continue
        inner = chains.stripped(statement.named_children[0]) if statement.named_children else statement
        target = inner.child_by_field_name("left") if inner.type == "assignment" else None
        straight = statement.type in ("expression_statement", "return_statement")
        held = all(a.start_byte <= b.start_byte and b.end_byte <= a.end_byte for a, b in pairwise(starts))
        alone = rows.isdisjoint(range(statement.start_point.row, statement.end_point.row + 1))
        if not straight or not held or not alone or any(_is_helper(draft, n) for n in starts):
            return None
        rows.update(range(statement.start_point.row, statement.end_point.row + 1))
        gives = {text(n) for n in walk(target) if n.type == "identifier"} if target is not None else set()
        reads = _read(starts[-1])
        found.append(_Step(statement, reads, _read(inner) - reads - gives, frozenset(gives)))
    given = [name for step in found for name in step.gives]
    clear = len(given) == len(set(given)) and not parameter_names(task.function) & set(given)
    return found if clear else None


def _read(node: Node) -> frozenset[str]:
    return frozenset(text(n) for n in walk(node) if n.type == "identifier" and is_load(n))


def _runs_nothing(statement: Node) -> bool:
    """True for a text, an order (`a >> b`), and a `return` of what is there."""
    if statement.type in ("comment", "pass_statement") or _is_order(statement):
        return True
    if statement.type == "return_statement":
        return statement.next_named_sibling is None and all(n.type != "call" for n in walk(statement))
    return statement.type == "expression_statement" and statement.named_children[0].type == "string"


def _is_order(statement: Node) -> bool:
    inner = statement.named_children[0] if statement.type == "expression_statement" else statement
    called = text(inner.child_by_field_name("function")) if inner.type == "call" else ""
    return (inner.type == "binary_operator" and ">>" in text(inner)) or called.endswith(".runs_before")


def _stages(task: Task, steps: Sequence[_Step]) -> Stages | None:
    pairs = order(task.function)
    if pairs is None:
        return None
    makers = {name: step.node.start_byte for step in steps for name in step.gives}
    before: dict[int, set[int]] = {}
    for step in steps:
        near = {makers[name] for name in step.reads if name in makers}
        near |= {first for first, second in pairs if second == step.node.start_byte}
        whole = near.union(*(before.get(each, set()) for each in near))
        if any(makers[name] not in whole for name in step.further if name in makers):
            return None  # a call inside of the statement could run without what those around it need
        before[step.node.start_byte] = whole
    return _arranged([step.node.start_byte for step in steps], before)


def _arranged(steps: Sequence[int], before: Mapping[int, Collection[int]]) -> Stages | None:
    """Statements as stages of branches; None where a node needs a part of the branches before it."""
    if len(steps) == 1:
        return (steps[0],)
    branches = _branches(steps, before)
    if len(branches) > 1:
        made = [_arranged(branch, before) for branch in branches]
        return (tuple(each for each in made if each is not None),) if None not in made else None
    for count in range(1, len(steps)):
        if all(set(steps[:count]) <= set(before[each]) for each in steps[count:]):
            first, rest = _arranged(steps[:count], before), _arranged(steps[count:], before)
            return (*first, *rest) if first is not None and rest is not None else None
    return None


def _branches(steps: Sequence[int], before: Mapping[int, Collection[int]]) -> list[list[int]]:
    """The statements in groups that do not need each other, in text order."""
    found: list[list[int]] = []
    for step in steps:
        tied = [group for group in found if not set(before[step]).isdisjoint(group)]
        found = [group for group in found if group not in tied]
        found.append(sorted([step, *(each for group in tied for each in group)]))
    return sorted(found)


def _starts(draft: Draft, call: Node) -> bool:
    """True for a call that starts a task, or may do so."""
    function = call.child_by_field_name("function")
    if function is None:
        return False
    if draft.entity(function) is not None or function.type == "call" or draft.uses(function):
        return True
    value = draft.model.value(function)
    return value is not None and not isinstance(value, Entity) and text(function) not in ("print", "len", "list")


def _is_helper(draft: Draft, call: Node) -> bool:
    """True for the call of a plain function, which may run tasks that do not need each other."""
    function = call.child_by_field_name("function")
    return function is not None and isinstance(draft.model.value(function), Function)


def _tail(function: Node) -> Node | None:
    """The `return` that ends a body."""
    body = function.child_by_field_name("body")
    last = next((n for n in reversed(body.named_children) if n.type != "comment"), None) if body is not None else None
    return last if last is not None and last.type == "return_statement" else None


def _finishing(
    document: Document,
    place: Callable[[int], int],
    *,
    at: int,
    stages: Stages,
    starts: Mapping[int, int],
    end: int | None,
    style: Style,
) -> list[Edit]:
    """The edit that lays out the body of the function whose name starts at `at` as stages."""
    body = body_at(document, place(at))
    if body is None:
        return []
    lines = document.lines
    rows = {start: _first_row(document, lines.line_of(place(offset))) for start, offset in starts.items()}
    last = lines.line_of(document.span(body.named_children[-1]).end) + 1
    stop = _first_row(document, lines.line_of(place(end))) if end is not None else last
    bounds = sorted([*rows.values(), stop])
    page = _Page(document, style, indents.unit(document, body.named_children[0]), indents.texts(body),
                 names_around(body.named_children[0]),
                 {start: (row, bounds[bounds.index(row) + 1]) for start, row in rows.items()})  # fmt: skip
    indent = indents.indent_at(document, document.span(body.named_children[0]).start)
    made = page.stages(stages, indent, 0)
    first = bounds[0]
    span = Span(lines.starts[first], lines.end_of(stop - 1))
    tail = [f"{indent}return {page.result}"] if page.result else []
    return [Edit(span, style.newline.join([*made, *tail]))]


def _first_row(document: Document, row: int) -> int:
    """The row of a statement, or that of the first comment right above it."""
    while document.lines.line_text(row - 1).lstrip(" \t").startswith("#"):
        row -= 1
    return row


@dataclass
class _Page:
    """The new lines of a body in the making."""

    document: Document
    style: Style
    step: str
    fixed: Collection[int]
    """The rows that start inside of a text."""
    taken: set[str]
    rows: Mapping[int, tuple[int, int]]
    """The rows of each statement, the second of them not included."""
    result: str = ""
    """The variable of what the workflow gives, where a branch makes it."""

    def stages(self, stages: Stages, indent: str, depth: int) -> list[str]:
        """The lines of stages, at an indent that lies `depth` steps deeper than they did."""
        found: list[str] = []
        for stage in stages:
            found += self._branches(stage, indent, depth) if isinstance(stage, tuple) else self._lines(stage, depth)
        return found

    def _branches(self, branches: tuple[Stages, ...], indent: str, depth: int) -> list[str]:
        failures, error = self._free("failures"), self._free("error")
        found = [f"{indent}{failures}: list[Exception] = []"]
        for branch in branches:
            found += [f"{indent}try:", *self.stages(branch, indent + self.step, depth + 1)]
            found += [f"{indent}except Exception as {error}:", f"{indent}{self.step}{failures}.append({error})"]
        return [*found, f"{indent}if {failures}:", f"{indent}{self.step}raise {failures}[0]"]

    def _lines(self, start: int, depth: int) -> list[str]:
        first, last = self.rows[start]
        lines = self.document.lines
        while last > first + 1 and not lines.line_text(last - 1).strip():
            last -= 1
        found = []
        for row in range(first, last):
            line = lines.line_text(row)
            if depth and line.lstrip().startswith("return ") and row not in self.fixed and not self.result:
                self.result = self._free("result")
                line = line.replace("return ", f"{self.result} = ", 1)
            found.append(line if row in self.fixed or not line.strip() else self.step * depth + line)
        return found

    def _free(self, name: str) -> str:
        """A name that nothing around has, and nothing made here."""
        free = next(n for n in (name, *(f"{name}_{i}" for i in range(2, len(self.taken) + 3))) if n not in self.taken)
        self.taken.add(free)
        return free
