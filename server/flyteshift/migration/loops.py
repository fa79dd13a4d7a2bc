"""Loops and comprehensions that only make one call of a task for each element: Flyte 1 ran these at the same time."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration.scopes import is_label
from flyteshift.migration.sequential import Code
from flyteshift.migration.trees import text, walk


@dataclass(frozen=True)
class Loop:
    """A list comprehension, or a loop, and the call of a task that it makes for each element, maybe to append it."""

    node: Node
    call: Node
    of: Node | None = None


def others(code: Code, driver: str, found: Collection[Loop]) -> bool:
    """True where a driver has loops besides those found that call tasks."""
    own = {loop.call.start_byte for loop in found}
    return any(
        node.start_byte not in own and code.called(node) and _in_loop(node, code.functions[driver])
        for node in walk(code.functions[driver])
    )


def _in_loop(node: Node, function: Node) -> bool:
    above = node.parent
    while above is not None and above != function:
        if above.type in ("for_statement", "dictionary_comprehension"):
            return True
        above = above.parent
    return False


def loops_of(code: Code, driver: str) -> Iterator[Loop]:
    """The loops and comprehensions of a driver that only make one call of a task for each element."""
    function = code.functions[driver]
    for node in walk(function):
        listed = _comprehension(node) if code.called(node) else None
        if listed is not None and listed.start_byte not in code.limited:
            yield Loop(listed, node)
        elif node.type == "for_statement" and (loop := _single(code, node, function)) is not None:
            yield loop


def _single(code: Code, node: Node, function: Node) -> Loop | None:
    """`for x in xs: f(x=x)` and `for x in xs: found.append(f(x=x))`, where nothing else reads what the loop sets."""
    block, left = node.child_by_field_name("body"), node.child_by_field_name("left")
    statement = block.named_children[0] if block is not None and len(block.named_children) == 1 else None
    made = statement.named_children[0] if statement is not None and statement.named_children else None
    if made is None or left is None or statement is None or statement.type != "expression_statement":
        return None
    of, call = _appended(code, made)
    inside = list(walk(node))
    if call is None or node.child_by_field_name("alternative") is not None:
        return None
    if any(n.type in ("comment", "await", "lambda", "named_expression", "yield") for n in inside):
        return None
    if sum(bool(code.called(n)) for n in inside) != 1:
        return None
    if of is not None and sum(text(n) == text(of) for n in inside if _is_name(n)) != 1:
        return None
    names = {text(n) for n in walk(left) if n.type == "identifier"}
    outside = (n for n in walk(function) if not node.start_byte <= n.start_byte < node.end_byte)
    if left.type not in ("identifier", "pattern_list", "tuple_pattern") or any(
        _is_name(n) and text(n) in names for n in outside
    ):
        return None
    return Loop(node, call, of)


def _appended(code: Code, made: Node) -> tuple[Node | None, Node | None]:
    """The list and the call of `found.append(f())`; no list for `f()`."""
    if code.called(made):
        return None, made
    function = made.child_by_field_name("function") if made.type == "call" else None
    holder = made.child_by_field_name("arguments")
    of = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
    given = holder.named_children if holder is not None else []
    if of is None or of.type != "identifier" or text(function).rpartition(".")[2] != "append":
        return None, None
    return of, given[0] if len(given) == 1 and code.called(given[0]) else None


def _is_name(node: Node) -> bool:
    return node.type == "identifier" and not is_label(node)


def _comprehension(node: Node) -> Node | None:
    """The list comprehension whose element a call is: `[f(x=x) for x in xs]`."""
    above = node.parent
    if above is None or above.type != "list_comprehension" or above.child_by_field_name("body") != node:
        return None
    return above
