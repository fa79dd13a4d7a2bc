"""Loops and comprehensions that only make one call of a task for each element: Flyte 1 ran these at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration.scopes import is_label
from flyteshift.migration.sequential import Code
from flyteshift.migration.trees import text, walk


@dataclass(frozen=True)
class Loop:
    """A list comprehension, or a loop that appends to `of`, and the call of a task that it makes for each element."""

    node: Node
    call: Node
    of: Node | None = None


def loops_of(code: Code, driver: str) -> Iterator[Loop]:
    """The loops and comprehensions of a driver that only make one call of a task for each element."""
    function = code.functions[driver]
    for node in walk(function):
        listed = _comprehension(node) if code.called(node) else None
        if listed is not None:
            yield Loop(listed, node)
        elif node.type == "for_statement" and (loop := _appended(code, node, function)) is not None:
            yield loop


def _appended(code: Code, node: Node, function: Node) -> Loop | None:
    """`for x in xs: found.append(f(x=x))`, where nothing else reads what the loop sets."""
    block, left = node.child_by_field_name("body"), node.child_by_field_name("left")
    statement = block.named_children[0] if block is not None and len(block.named_children) == 1 else None
    call = statement.named_children[0] if statement is not None and statement.named_children else None
    made = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    holder = call.child_by_field_name("arguments") if call is not None else None
    of = made.child_by_field_name("object") if made is not None and made.type == "attribute" else None
    given = holder.named_children if holder is not None else []
    if of is None or of.type != "identifier" or left is None or len(given) != 1 or not code.called(given[0]):
        return None
    inside = list(walk(node))
    if text(made).rpartition(".")[2] != "append" or node.child_by_field_name("alternative") is not None:
        return None
    if any(n.type in ("comment", "await", "lambda", "named_expression", "yield") for n in inside):
        return None
    if sum(bool(code.called(n)) for n in inside) != 1 or sum(text(n) == text(of) for n in inside if _is_name(n)) != 1:
        return None
    names = {text(n) for n in walk(left) if n.type == "identifier"}
    outside = (n for n in walk(function) if not node.start_byte <= n.start_byte < node.end_byte)
    if left.type not in ("identifier", "pattern_list", "tuple_pattern") or any(
        _is_name(n) and text(n) in names for n in outside
    ):
        return None
    return Loop(node, given[0], of)


def _is_name(node: Node) -> bool:
    return node.type == "identifier" and not is_label(node)


def _comprehension(node: Node) -> Node | None:
    """The list comprehension whose element a call is: `[f(x=x) for x in xs]`."""
    above = node.parent
    if above is None or above.type != "list_comprehension" or above.child_by_field_name("body") != node:
        return None
    return above
