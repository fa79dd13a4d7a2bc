"""What a task gives: return annotations, NamedTuples and `.o0`.

Inside a run of Flyte 2 a NamedTuple result arrives as a plain tuple: its names are lost. Wrapping it again
(`Out(*task(...))`) gives them back, inside a run and outside (measured).
"""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.migration.draft import Draft, text, walk
from flyteshift.migration.tasks import Task
from flyteshift.semantics.values import Class
from flyteshift.text import Edit, Span

UNNAMED = "`{0}` gives a NamedTuple without a name in this module; in a Flyte 2 run its fields are lost."
SINGLE = "`{0}` gives a NamedTuple of one field, which arrives as the bare value in a Flyte 2 run."
_POSITION = re.compile(r"o(\d+)$")


def returns(task: Task) -> Node | None:
    """The return annotation of a task."""
    kind = task.function.child_by_field_name("return_type")
    return kind.named_children[0] if kind is not None and kind.named_children else None


def gives_nothing(task: Task) -> bool:
    """True where a task has no result."""
    kind = returns(task)
    return kind is None or text(kind) == "None"


def named(draft: Draft, task: Task) -> bool:
    """True where a task gives a NamedTuple."""
    kind = returns(task)
    if kind is None:
        return False
    value = draft.model.value(kind)
    return (isinstance(value, Class) and value.named) or "NamedTuple" in text(kind) or "namedtuple" in text(kind)


def edits(draft: Draft, task: Task, call: Node, inside: Task | None) -> list[Edit]:
    """The edits at one call of a task whose result has names or is read by `.o0`."""
    if not named(draft, task):
        return _positions(draft, task, call)
    use = call.parent
    while use is not None and use.type == "parenthesized_expression":
        use = use.parent
    if use is None or inside is None and not _in_function(call):
        return []
    if use.type == "expression_statement" or _unpacked(use, call):
        return []
    if use.type == "return_statement" and inside is not None:
        return []
    kind = returns(task)
    if _fields(draft, task) == 1:
        draft.refuse(call, SINGLE.format(task.name))
        return []
    for place in _readers(use, call):
        draft.claim(place)
    if kind is None or kind.type != "identifier":
        draft.refuse(call, UNNAMED.format(task.name))
        return []
    start, end = draft.document.span(call)
    return [Edit(Span(start, start), f"{text(kind)}(*"), Edit(Span(end, end), ")")]


def _in_function(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if above.type == "function_definition":
            return True
        above = above.parent
    return False


def _unpacked(use: Node, call: Node) -> bool:
    """True for `a, b = call`."""
    if use.type != "assignment":
        return False
    left = use.child_by_field_name("left")
    return left is not None and left.type in ("pattern_list", "tuple_pattern", "list_pattern")


def _readers(use: Node, call: Node) -> list[Node]:
    """The attributes read off the result of a call: off itself, and off the variable that it is assigned to."""
    if use.type == "attribute":
        name = use.child_by_field_name("attribute")
        return [name] if name is not None else []
    left = use.child_by_field_name("left") if use.type == "assignment" else None
    if left is None or left.type != "identifier":
        return []
    return [n for n, _ in attributes_of(left)]


def attributes_of(variable: Node) -> list[tuple[Node, Node]]:
    """The attributes read off a variable in its function (or module), each with the whole `variable.name`."""
    scope = variable.parent
    while scope is not None and scope.type not in ("function_definition", "module"):
        scope = scope.parent
    found = []
    for node in walk(scope) if scope is not None else ():
        if node.type == "attribute":
            of, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
            if of is not None and name is not None and of.type == "identifier" and text(of) == text(variable):
                found.append((name, node))
    return found


def _positions(draft: Draft, task: Task, call: Node) -> list[Edit]:
    """`.o0` of a result becomes `[0]`, or nothing where the task gives one value."""
    use = call.parent
    places: list[tuple[Node, Node]] = []
    if use is not None and use.type == "attribute":
        name = use.child_by_field_name("attribute")
        places = [(name, use)] if name is not None else []
    elif use is not None and use.type == "assignment":
        left = use.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            places = attributes_of(left)
    kind = returns(task)
    several = kind is not None and re.match(r"(typing\.)?[Tt]uple\b", text(kind)) is not None
    found = []
    for name, whole in places:
        match = _POSITION.match(text(name))
        if match is None or kind is None:
            continue
        of = whole.child_by_field_name("object")
        if of is None:
            continue
        draft.claim(name)
        end = draft.document.span(of).end
        position = f"[{match.group(1)}]" if several else ""
        found.append(Edit(Span(end, draft.document.span(whole).end), position))
    return found


def _fields(draft: Draft, task: Task) -> int | None:
    """How many fields the NamedTuple of a task has, where the module defines it in a way that shows."""
    kind = returns(task)
    if kind is None:
        return None
    for node in draft.document.tree.root_node.children:
        if node.type == "class_definition" and text(node.child_by_field_name("name")) == text(kind):
            body = node.child_by_field_name("body")
            parts = [n.named_children[0] for n in body.named_children if n.type == "expression_statement"] if body else []
            return len([p for p in parts if p.type == "assignment" and p.child_by_field_name("type") is not None])
        if node.type == "expression_statement" and node.named_children and node.named_children[0].type == "assignment":
            made = node.named_children[0]
            right = made.child_by_field_name("right")
            if text(made.child_by_field_name("left")) == text(kind) and right is not None and right.type == "call":
                return _made_fields(right)
    return None


def _made_fields(call: Node) -> int | None:
    """The fields of `NamedTuple("N", a=int)` or `NamedTuple("N", [("a", int)])`."""
    holder = call.child_by_field_name("arguments")
    if holder is None:
        return None
    given = [n for n in holder.named_children if n.type != "comment"][1:]
    if len(given) == 1 and given[0].type in ("list", "tuple"):
        return len(given[0].named_children)
    return len(given) if all(n.type == "keyword_argument" for n in given) else None
