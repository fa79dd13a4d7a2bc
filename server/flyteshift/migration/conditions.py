"""What stands in `.if_(...)`: comparisons of promises, put together by `&` and `|`, as conditions of Python.

Flyte 1 compared the plain values of promises (flytekit.core.promise, ComparisonExpression): an Enum by its text, a
time with its zone. Where Python would compare something else, the condition is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from flyteshift.migration import chains
from flyteshift.migration.kinds import NUMBERS, Kind, Scope, kind
from flyteshift.migration.trees import text, walk
from flyteshift.text import Edit, Span

CONDITION = (
    "flyteshift cannot read this condition; Flyte 1 takes comparisons of promises, with `&` and `|` between them."
)
CALLS = "Flyte 1 did not run `{0}` in a condition; call it before the chain and compare the result."
COMPARED = "Flyte 1 compared the plain values of `{0}`; flyteshift cannot tell whether Python compares the same."
_ASKED = {"is_true": ("", "", " is True", " == True"), "is_false": ("not ", "", " is False", " == False")}
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_JOINED = {"&": "and", "|": "or"}


def edits(scope: Scope, condition: Node) -> list[Edit]:
    """The edits that make a condition one of Python; refuses what is none that Flyte 1 took."""
    return list(_condition(scope, condition, inner=False))


def _condition(scope: Scope, node: Node, *, inner: bool) -> Iterator[Edit]:
    if node.type == "parenthesized_expression":
        held = chains.stripped(node)
        joined = held.type == "binary_operator" and inner
        if not joined and node.start_point.row == node.end_point.row and node.parent is not None:
            yield from (Edit(scope.draft.span(bracket), "") for bracket in (node.children[0], node.children[-1]))
        child = next(n for n in node.named_children if n.type != "comment")
        # Of `((a & b))` one pair of brackets is enough.
        yield from _condition(scope, child, inner=inner and child.type != "binary_operator" and joined)
    elif node.type == "binary_operator" and text(node.child_by_field_name("operator")) in _JOINED:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None:
            return
        yield from _condition(scope, left, inner=True)
        yield _spaced(scope, operator)
        yield from _condition(scope, right, inner=True)
    elif node.type == "comparison_operator":
        _check_comparison(scope, node)
    elif node.type == "call":
        yield from _asked(scope, node)
    else:
        scope.draft.refuse(node, CONDITION, chains.CONDITIONAL)


def _spaced(scope: Scope, operator: Node) -> Edit:
    """`&` and `|` as words, with blanks around them."""
    span, source = scope.draft.span(operator), scope.draft.document.text
    before = "" if source[span.start - 1].isspace() else " "
    after = "" if source[span.end].isspace() else " "
    return Edit(span, before + _JOINED[text(operator)] + after)


def _asked(scope: Scope, call: Node) -> Iterator[Edit]:
    """`x.is_true()`, `x.is_false()`, `x.is_none()`, and `x.is_(value)`, which is `x == value`."""
    function = call.child_by_field_name("function")
    of = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
    asked = text(function.child_by_field_name("attribute")) if function is not None and of is not None else ""
    values = chains.given(call)
    if of is not None and asked == "is_" and len(values) == 1:
        yield from _compared(scope, call, of, values[0].child_by_field_name("value") or values[0])
        return
    if of is None or asked not in (*_ASKED, "is_none") or values:
        scope.draft.refuse(call, CALLS.format(text(function)), chains.CONDITIONAL)
        return
    if not _is_operand(scope, of):
        return
    start, end = scope.draft.span(of)
    behind = Span(end, scope.draft.span(call).end)
    if asked == "is_none":
        yield Edit(behind, " is None")
        return
    before, plain, optional, other = _ASKED[asked]
    found = kind(scope, of)
    if found == Kind("bool"):
        if before:
            yield Edit(Span(start, start), before)
        yield Edit(behind, plain)
    else:
        # `== True` is what Flyte 1 asked: true for 1 as well, and None is neither.
        yield Edit(behind, optional if found == Kind("bool", optional=True) else other)


def _compared(scope: Scope, call: Node, of: Node, value: Node) -> Iterator[Edit]:
    """`x == value` of `x.is_(value)`."""
    if any(n.type == "comment" for n in walk(call)):
        scope.draft.refuse(call, CONDITION, chains.CONDITIONAL)
    elif _are_alike(scope, call, [of, value]):
        yield Edit(Span(scope.draft.span(of).end, scope.draft.span(value).start), " == ")
        yield Edit(Span(scope.draft.span(value).end, scope.draft.span(call).end), "")


def _check_comparison(scope: Scope, node: Node) -> None:
    operands = [n for n in node.named_children if n.type != "comment"]
    operators = [n.type for n in node.children if not n.is_named]
    if len(operands) != 2 or operators[0] not in _COMPARISONS:
        scope.draft.refuse(node, CONDITION, chains.CONDITIONAL)
        return
    _are_alike(scope, node, operands)


def _are_alike(scope: Scope, node: Node, operands: Sequence[Node]) -> bool:
    """True where both sides can be compared by Python; refuses others."""
    if not all(_is_operand(scope, n) for n in operands):
        return False
    if _is_alike(*(kind(scope, n) for n in operands)):
        return True
    scope.draft.refuse(node, COMPARED.format(text(node)), chains.CONDITIONAL)
    return False


def _is_operand(scope: Scope, node: Node) -> bool:
    """True for a name, a part of what it names, and a literal."""
    node = chains.stripped(node)
    calls = [n for n in walk(node) if n.type == "call"]
    if calls:
        scope.draft.refuse(calls[0], CALLS.format(text(calls[0].child_by_field_name("function"))), chains.CONDITIONAL)
        return False
    found = node
    while found.type in ("attribute", "subscript", "unary_operator"):
        found = found.named_children[0]
    plain = found.type != "string" or not any(n.type == "interpolation" for n in walk(found))
    if plain and found.type in ("identifier", "integer", "float", "string", "true", "false", "none"):
        return True
    scope.draft.refuse(node, CONDITION, chains.CONDITIONAL)
    return False


def _is_alike(left: Kind, right: Kind) -> bool:
    """True where Python compares two values as Flyte 1 did."""
    names = {left.name, right.name}
    if "none" in names:
        return True
    if any(n in NUMBERS for n in names):
        # What Flyte 1 could compare with a number is one, or is unequal in both.
        return not any(n.startswith("enum:") for n in names)
    return "" not in names and len(names) == 1
