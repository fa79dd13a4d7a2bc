"""What simple expressions of a module are worth: literals, names bound once to them, time spans, texts made of them."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Symbol

_LITERALS = frozenset({"string", "concatenated_string", "integer", "float", "true", "false", "none"})
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
}
_UNITS = ("days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks")
"""The parameters of `timedelta`, in order."""
_LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is known without running the module."""

    value: Any


def evaluate(draft: Draft, node: Node, seen: frozenset[str] = frozenset()) -> Known | None:
    """The value of an expression of module level; None where it is not plain to see."""
    try:
        return _evaluate(draft, node, seen)
    except (ArithmeticError, TypeError, ValueError, SyntaxError):
        return None


def _evaluate(draft: Draft, node: Node, seen: frozenset[str]) -> Known | None:
    if node.type == "parenthesized_expression" and len(node.named_children) == 1:
        return _evaluate(draft, node.named_children[0], seen)
    if node.type in _LITERALS and not _interpolated(node):
        return Known(ast.literal_eval("(" + text(node) + "\n)"))
    if node.type == "string":
        return _formatted(draft, node, seen)
    if node.type == "identifier":
        right = assigned(draft, text(node))
        return _evaluate(draft, right, seen | {text(node)}) if right is not None and text(node) not in seen else None
    if node.type == "unary_operator" and text(node).startswith("-"):
        inner = _evaluate(draft, node.named_children[-1], seen)
        return Known(-inner.value) if inner is not None else None
    if node.type == "binary_operator":
        return _combined(draft, node, seen)
    return _span_of_time(draft, node, seen) if node.type == "call" else None


def assigned(draft: Draft, name: str) -> Node | None:
    """The right side of the only statement that binds a module-level name, where that is a plain assignment."""
    if name not in draft.model.names.events or name in draft.model.names.multiple:
        return None
    for statement in draft.document.tree.root_node.children:
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is not None and inner.type == "assignment":
            for left, right in _pairs(inner):
                if text(left) == name:
                    return right
    return None


def _pairs(assignment: Node) -> list[tuple[Node | None, Node | None]]:
    """What an assignment binds and to what: each by itself for `a, b = 1, 2`."""
    left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
    several = left is not None and left.type in ("pattern_list", "tuple_pattern")
    if left is None or right is None or not several or right.type not in ("expression_list", "tuple"):
        return [(left, right)]
    names, values = ([n for n in of.named_children if n.type != "comment"] for of in (left, right))
    spread = any(n.type in ("list_splat", "list_splat_pattern") for n in (*names, *values))
    return [] if spread or len(names) != len(values) else list(zip(names, values, strict=True))


def is_span_of_time(draft: Draft, node: Node) -> bool:
    """True for a call of `datetime.timedelta`."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    return function is not None and draft.model.value(function) == Symbol("datetime.timedelta")


def _interpolated(node: Node) -> bool:
    return any(c.type == "interpolation" or _interpolated(c) for c in node.named_children)


def _formatted(draft: Draft, node: Node, seen: frozenset[str]) -> Known | None:
    """The text of an f-string without conversions and formats, which is not raw."""
    if "r" in text(node.children[0]).lower():
        return None
    made = ""
    for child in node.named_children:
        if child.type == "string_content":
            content = text(child)
            if "{" in content or "}" in content or "\\" in content:
                return None
            made += content
        elif child.type == "interpolation":
            if len(child.named_children) != 1 or "=" in text(child):
                return None
            inner = _evaluate(draft, child.named_children[0], seen)
            if inner is None:
                return None
            made += str(inner.value)
    return Known(made)


def _combined(draft: Draft, node: Node, seen: frozenset[str]) -> Known | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    combine = _OPERATORS.get(text(node.child_by_field_name("operator")))
    if left is None or right is None or combine is None:
        return None
    first, second = _evaluate(draft, left, seen), _evaluate(draft, right, seen)
    if first is None or second is None:
        return None
    if isinstance(first.value, str) != isinstance(second.value, str):
        return None  # a text times a number may be of any length
    made = combine(first.value, second.value)
    return None if isinstance(made, str) and len(made) > _LONGEST else Known(made)


def _span_of_time(draft: Draft, node: Node, seen: frozenset[str]) -> Known | None:
    holder = node.child_by_field_name("arguments")
    if not is_span_of_time(draft, node) or holder is None or holder.type != "argument_list":
        return None
    given: dict[str, Any] = {}
    for index, child in enumerate(n for n in holder.named_children if n.type != "comment"):
        name, value = _UNITS[index] if index < len(_UNITS) else "", child
        if child.type == "keyword_argument":
            name, value = text(child.child_by_field_name("name")), child.child_by_field_name("value") or child
        inner = _evaluate(draft, value, seen)
        if inner is None or name not in _UNITS:
            return None
        given[name] = inner.value
    return Known(timedelta(**given))
