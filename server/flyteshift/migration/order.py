"""The order that a Flyte 1 workflow asks for beside its data: `a >> b`, `a.runs_before(b)`."""

from __future__ import annotations

from itertools import pairwise

from tree_sitter import Node

from flyteshift.migration import scopes
from flyteshift.migration.trees import text, walk


def order(function: Node) -> list[tuple[int, int]] | None:
    """Pairs of start bytes of statements of a function's body: the first has to run before the second.

    None where the function orders something that is not made by a statement of its own.
    """
    pairs: list[tuple[int, int]] = []
    for node in walk(function):
        found: list[Node] | None = None
        if node.type == "binary_operator" and text(node.child_by_field_name("operator")) == ">>":
            above = node.parent
            if above is not None and above.type == "binary_operator":
                continue  # the whole chain is read from its outermost operator
            found = _operands(node)
        elif node.type == "call" and text(node.child_by_field_name("function")).endswith(".runs_before"):
            function_node, holder = node.child_by_field_name("function"), node.child_by_field_name("arguments")
            of = function_node.child_by_field_name("object") if function_node is not None else None
            found = [of, *holder.named_children] if of is not None and holder is not None else None
        if found is None:
            continue
        places = [_made_by(function, operand, node) for operand in found]
        for first, second in pairwise(places):
            if first is None or second is None:
                return None
            pairs.append((first, second))
    return pairs


def _operands(node: Node) -> list[Node]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return []
    while left.type == "parenthesized_expression" and len(left.named_children) == 1:
        left = left.named_children[0]
    chained = left.type == "binary_operator" and text(left.child_by_field_name("operator")) == ">>"
    return [*(_operands(left) if chained else [left]), right]


def _made_by(function: Node, operand: Node, around: Node) -> int | None:
    """Where the statement starts that makes an operand: the last before the operator that assigns its name."""
    if operand.type != "identifier":
        return None
    body = function.child_by_field_name("body")
    made = None
    for statement in body.named_children if body is not None else ():
        if statement.start_byte >= around.start_byte:
            break
        inner = statement.named_children[0] if statement.type == "expression_statement" else statement
        targets, _ = scopes.assigned(inner)
        if text(operand) in {text(n) for each in targets for n in walk(each) if n.type == "identifier"}:
            made = statement.start_byte
    return made
