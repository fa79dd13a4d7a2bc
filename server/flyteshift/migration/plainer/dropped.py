"""A value that a task returns without saying so in its annotation: Flyte 1 dropped it, Flyte 2 fails.

A task gave nothing; a workflow or dynamic gave nothing on a cluster and failed at the end of a local run (measured with
flytekit 1.16, which looks at results only where the annotation names some). So what is called is called, and no more.
"""

from __future__ import annotations

from itertools import pairwise

from tree_sitter import Node

from flyteshift.migration import bodies
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, with_tasks
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.text import Edit

DROPPED = "`{0}` has no return annotation, so Flyte 1 dropped what it returned; it returns nothing now."
_PLAIN = frozenset(
    {"identifier", "string", "string_start", "string_content", "string_end", "escape_sequence", "integer", "float"}
    | {"true", "false", "none", "tuple", "list", "dictionary", "pair", "expression_list", "parenthesized_expression"}
)
"""What can be left out: it does nothing and cannot fail, but for a name that is not there."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The tasks of a module without the values that Flyte 1 dropped."""
    if "return" not in model.document.text:
        return Written()
    draft = with_tasks(model, outside)
    edits: list[Edit] = []
    for task in draft.tasks.values():
        values = list(bodies.unused_results(draft, task)) if _is_alone(draft, task) else []
        values = values if all(_is_even(v) for v in values) else []
        for value in values:
            edits += _without(draft, task, value)
        if values:
            draft.note(values[0], DROPPED.format(task.name))
    return Written(edits, draft.notes)


def _is_alone(draft: Draft, task: Task) -> bool:
    """True where nothing but Flyte sees what the function returns."""
    decorators = sum(c.type == "decorator" for c in task.statement.children)
    called = f"{task.name}.task_function" in draft.document.text or "pickle_untyped" in text(task.decorator)
    return decorators == 1 and task.kind != "eager" and not called


def _is_even(value: Node) -> bool:
    """True where the statements of the block around start in one column; else it is no Python."""
    statement = value.parent
    block = statement.parent if statement is not None else None
    found = [n for n in block.named_children if n.type != "comment"] if block is not None else []
    firsts = [n for above, n in pairwise(found) if above.end_point[0] != n.start_point[0]]
    return all(n.start_point[1] == found[0].start_point[1] for n in firsts)


def _without(draft: Draft, task: Task, value: Node) -> list[Edit]:
    """The edits of `return value`: what it calls as statements, then a `return` where more would follow."""
    statement = value.parent
    assert statement is not None
    body = task.function.child_by_field_name("body")
    statements = [n for n in body.named_children if n.type != "comment"] if body is not None else []
    last = statements[-1] == statement
    kept = [draft.document.source(part) for part in _parts(value) if not _is_plain(part)]
    if not kept and last and len(statements) > 1:
        return imports.drop(draft.document, statement)
    lines = draft.document.lines
    span = draft.span(statement)
    start = lines.starts[lines.line_of(span.start)]
    head = draft.document.text[start : span.start]
    joint = "; " if head.strip() else lines.newline_at(span.start) + head
    return [Edit(span, joint.join([*kept, *([] if last and kept else ["return"])]))]


def _parts(value: Node) -> list[Node]:
    """The values of `return a, b`, each; else the value."""
    return [n for n in value.named_children if n.type != "comment"] if value.type == "expression_list" else [value]


def _is_plain(part: Node) -> bool:
    return all(n.type in _PLAIN for n in walk(part))
