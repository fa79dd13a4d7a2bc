"""Calls of a task under another name, `p = functools.partial(task, a=x)` or `p = task`, as calls of the task.

Only where nothing but calls reads the name, and what is bound is worth the same at each call as where it was bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration import callees, leftovers, scopes
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, exported
from flyteshift.migration.trees import is_inside, text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.text import Edit, Span

_RUN = frozenset({"task", "workflow", "dynamic", "eager"})
_LASTING = frozenset({"identifier", "attribute", "string", "string_start", "string_content", "string_end",
                      "integer", "float", "true", "false", "none", "unary_operator", "list", "tuple", "dictionary",
                      "pair", "concatenated_string", "keyword_argument", "argument_list"})  # fmt: skip
"""What may be written at another place, once more or not at all."""


@dataclass(frozen=True)
class _Bound:
    """A task with arguments that are bound already."""

    task: Node
    given: Sequence[Node]
    whole: Node
    """What is bound to the name: the call of `partial`, or the task itself."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The calls of tasks under other names as calls by their own."""
    draft = Draft(model, {}, outside)
    edits: list[Edit] = []
    gone: list[Node] = []
    for call in model.document.nodes("call"):
        callee = call.child_by_field_name("function")
        bound = bound_task(draft, callee) if callee is not None and callee.type == "call" else None
        new = _call(draft, bound, call) if bound is not None else []
        edits += new
        draft.gone += [draft.span(bound.whole)] if bound is not None and new else []
    for assignment in model.document.nodes("assignment"):
        right = assignment.child_by_field_name("right")
        bound = bound_task(draft, right) if right is not None else None
        edits += _variable(draft, bound, assignment, gone) if bound is not None else []
    draft.gone += [draft.span(n) for n in gone]
    edits += imports.drop_all(model.document, gone)
    return Written(edits, unread=leftovers.unread(draft, edits) if edits else [])


def bound_task(draft: Draft, node: Node) -> _Bound | None:
    """What `partial(task, a=1)` binds, and the task itself as a value; None for other nodes and what may change."""
    if node.type in ("identifier", "attribute"):
        entity = draft.entity(node)
        return _Bound(node, (), node) if entity is not None and entity.kind in _RUN else None
    if "partial" not in draft.document.text or not callees.is_partial(draft, node):
        return None
    holder = node.child_by_field_name("arguments")
    given = list(holder.named_children) if holder is not None and holder.type == "argument_list" else []
    entity = draft.entity(given[0]) if given else None
    if entity is None or entity.kind not in _RUN or holder is None:
        return None
    inside = (n for each in given for n in walk(each))
    return _Bound(given[0], given[1:], node) if all(n.type in _LASTING for n in inside) else None


def _variable(draft: Draft, bound: _Bound, assignment: Node, gone: list[Node]) -> list[Edit]:
    """The calls by a variable; `gone` gets the statement that sets it where nothing else reads it."""
    left, statement = assignment.child_by_field_name("left"), assignment.parent
    if left is None or statement is None or left.type != "identifier" or statement.type != "expression_statement":
        return []
    if assignment.child_by_field_name("type") is not None or exported(draft, text(left)):
        return []
    around = callees.scope(left)
    if _in_class(left) or not all(_lasting(draft, n) for each in bound.given for n in walk(each)):
        return []
    reads = list(callees.loads(around, text(left)))
    mapped = [n for n in reads if (c := callees.first_argument_of(n)) and callees.maker(draft, c) in callees.MAPS]
    called = [n for n in reads if n not in mapped]
    if not called or any(callees.binding(n) != assignment or not callees.is_callee(n) for n in called):
        return []
    if not all(_lasts(draft, n, assignment, read) for n in _names(bound) for read in called):
        return []
    found = [_call(draft, bound, n.parent) for n in called if n.parent is not None]
    if not all(found):
        return []
    if not mapped:
        gone.append(statement)
    return [edit for edits in found for edit in edits]


def _in_class(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type not in ("function_definition", "class_definition"):
        above = above.parent
    return above is not None and above.type == "class_definition"


def _lasting(draft: Draft, node: Node) -> bool:
    """False for `a.b` where the module sets such an attribute."""
    if node.type != "attribute":
        return True
    return not any(
        text(n.child_by_field_name("left")) == text(node)
        for n in draft.document.nodes("assignment", "augmented_assignment")
    )


def _names(bound: _Bound) -> list[Node]:
    """The names that are read where the arguments are bound."""
    return [
        n for each in (bound.task, *bound.given) for n in walk(each) if n.type == "identifier" and scopes.is_load(n)
    ]


def _lasts(draft: Draft, name: Node, assignment: Node, read: Node) -> bool:
    """True where a name stands for the same at a call as where the arguments were bound."""
    inner, outer = callees.scope(read), callees.scope(assignment)
    if inner != outer and (callees.bindings(inner, text(name)) or outer.type != "module"):
        return False
    if read.start_byte < assignment.end_byte and inner == outer:
        return False
    found = callees.bindings(outer, text(name)) if outer.type != "module" else []
    if not found:
        return text(name) not in draft.model.names.multiple
    if len(found) > 1 or found[0].type not in ("assignment", "function_definition", "for_statement"):
        return False
    made = found[0]
    if made.type == "assignment":
        above = made.start_byte < assignment.start_byte and _block(made) == _block(assignment)
        return above or _is_first(made, outer)
    return made.type == "function_definition" or (is_inside(assignment, made) and is_inside(read, made))


def _block(assignment: Node) -> Node | None:
    return assignment.parent.parent if assignment.parent is not None else None


def _is_first(assignment: Node, function: Node) -> bool:
    """True for an assignment of a function's body that no loop repeats."""
    return _block(assignment) == function.child_by_field_name("body")


def _call(draft: Draft, bound: _Bound, call: Node) -> list[Edit]:
    """The edits that make a call one of the task with all arguments; none where they do not show."""
    holder, callee = call.child_by_field_name("arguments"), call.child_by_field_name("function")
    if holder is None or callee is None or holder.type != "argument_list":
        return []
    given = [n for n in holder.named_children if n.type != "comment"]
    if any(n.type in ("list_splat", "dictionary_splat") for n in given):
        return []
    named = {text(n.child_by_field_name("name")) for n in given if n.type == "keyword_argument"}
    places = [text(n) for n in bound.given if n.type != "keyword_argument"]
    words = [n for n in bound.given if n.type == "keyword_argument"]
    words = [n for n in words if text(n.child_by_field_name("name")) not in named]
    edits = [Edit(draft.span(callee), text(bound.task))]
    behind = any(n.type != "keyword_argument" for n in given)
    first = places if behind else [*places, *(text(n) for n in words)]
    if first and given:
        at = draft.span(given[0]).start
        spread = given[0].start_point.row != holder.start_point.row
        between = "," + draft.style.newline + " " * given[0].start_point.column if spread else ", "
        edits.append(Edit(Span(at, at), "".join(one + between for one in first)))
    elif first:
        at = draft.span(holder).start + 1
        edits.append(Edit(Span(at, at), ", ".join(first)))
    if behind and words:
        at = draft.span(given[-1]).end
        edits.append(Edit(Span(at, at), "".join(f", {text(n)}" for n in words)))
    return edits
