"""Which task calls of a block do not need each other: Flyte 1 ran them at the same time.

A block's statements are looked at in order. A call is put together with each later one whose inputs are there already;
nothing is moved over a statement that could notice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration import scopes
from flyteshift.migration.trees import text, walk


@dataclass(eq=False)
class Step:
    """One statement of a block. `call` is the task call that it makes and assigns, and nothing else besides."""

    node: Node
    call: Node | None
    wrapper: str = ""
    """`Out` of `x = Out(*f())`."""
    target: Node | None = None
    needs: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()
    fixed: bool = True
    """True where nothing may be moved over it."""
    after: set[int] = field(default_factory=set)
    """Start bytes of the statements that have to come before it, whatever it reads."""


def stages(block: Node, call_of: Callable[[Node], bool], pairs: Collection[tuple[int, int]]) -> list[list[Step]]:
    """The groups of two and more calls that can run at the same time, each in text order, the earliest group first.

    `call_of` tells a task call. `pairs` are start bytes of statements: the first before the second.
    """
    steps = [_step(node, call_of) for node in block.named_children if node.type != "comment"]
    for step in steps:
        step.after = {first for first, second in pairs if second == step.node.start_byte}
    placed: set[int] = set()
    groups = []
    for index, first in enumerate(steps):
        if first.call is None or index in placed:
            continue
        group = [index]
        for later in range(index + 1, len(steps)):
            step = steps[later]
            if step.fixed and step.call is None:
                break
            between = [steps[i] for i in range(index, later) if i not in placed]
            if step.call is not None and later not in placed and _can_join(step, between):
                group.append(later)
        placed.update(group)
        if len(group) > 1:
            groups.append([steps[i] for i in group])
    return groups


def _can_join(step: Step, between: Sequence[Step]) -> bool:
    """True where a call may run together with the first of those that stand before it."""
    if any(step.needs & other.gives or step.gives & (other.needs | other.gives) for other in between):
        return False
    return not any(other.node.start_byte in step.after for other in between)


def _step(node: Node, call_of: Callable[[Node], bool]) -> Step:
    statement = node.named_children[0] if node.type == "expression_statement" and node.named_children else node
    target, value = None, statement
    if statement.type == "assignment" and statement.child_by_field_name("type") is None:
        target, value = statement.child_by_field_name("left"), statement.child_by_field_name("right") or statement
    names = frozenset(text(n) for n in walk(value) if n.type == "identifier" and not scopes.is_label(n))
    gives = frozenset(text(n) for n in walk(target) if n.type == "identifier") if target is not None else frozenset()
    calls = [n for n in walk(node) if n.type == "call"]
    if _shares_line(node):
        return Step(node, None)
    if statement.type in ("string", "concatenated_string", "integer") and not calls:
        return Step(node, None, fixed=False)
    if node.type != "expression_statement" or (target is not None and not _is_plain(target)):
        return Step(node, None)
    wrapper, call = _unwrapped(value)
    if call is not None and call_of(call) and sum(call_of(c) for c in calls) == 1 and _is_pure(call, calls):
        return Step(node, call, wrapper, target, names, gives, fixed=False)
    return Step(node, None, "", target, names, gives, fixed=bool(calls) or statement.type != "assignment")


def _shares_line(node: Node) -> bool:
    """True where another statement stands on a statement's line: lines are moved as a whole."""
    before, after = node.prev_named_sibling, node.next_named_sibling
    if before is not None and before.end_point.row == node.start_point.row:
        return True
    return after is not None and after.type != "comment" and after.start_point.row == node.end_point.row


def _unwrapped(value: Node) -> tuple[str, Node | None]:
    """`f(x)` and `Out(*f(x))`: the wrapper and the task call."""
    if value.type != "call":
        return "", None
    function, holder = value.child_by_field_name("function"), value.child_by_field_name("arguments")
    given = holder.named_children if holder is not None else []
    if function is not None and function.type == "identifier" and len(given) == 1 and given[0].type == "list_splat":
        inner = given[0].named_children[0]
        if inner.type == "call":
            return text(function), inner
    return "", value


def _is_pure(call: Node, calls: Sequence[Node]) -> bool:
    """True where a call's arguments make no calls of their own: those might notice that they run earlier."""
    holder = call.child_by_field_name("arguments")
    return not any(c != call and holder is not None and c.start_byte >= holder.start_byte for c in calls)


def _is_plain(target: Node) -> bool:
    """True for a name, and for names by commas."""
    if target.type == "identifier":
        return True
    return target.type in ("pattern_list", "tuple_pattern") and all(_is_plain(n) for n in target.named_children)
