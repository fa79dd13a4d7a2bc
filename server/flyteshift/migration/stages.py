"""Which task calls of a block do not need each other: Flyte 1 ran them at the same time.

A block's statements are looked at in order. A call is put together with each later one whose inputs are there already;
nothing is moved over a statement that could notice. An `if` that only runs tasks is one statement of these; where each
of its branches assigns one call to the same variable, it can be put together with others like a call.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tree_sitter import Node

from flyteshift.migration import scopes
from flyteshift.migration.trees import text, walk


class Calls(Protocol):
    """What the calls of a module are."""

    def runs(self, node: Node) -> bool:
        """True for a call that can be gathered."""

    def parts(self, node: Node) -> list[Node]:
        """The calls that such a call is made of."""

    def makes(self, node: Node) -> bool:
        """True for a call that makes a reference of a value that is there."""

    def known(self, node: Node) -> bool:
        """True for a call that does nothing but run tasks."""

    def writes(self, node: Node) -> frozenset[str]:
        """What the tasks which a node names write, of what is one in a local run."""


@dataclass(frozen=True)
class Branch:
    """A branch of an `if` that assigns one call: the condition, None for `else`, and the call."""

    condition: Node | None
    call: Node


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
    branches: tuple[Branch, ...] = ()
    """Of an `if`; `call` is that of the first one."""
    after: set[int] = field(default_factory=set)
    """Start bytes of the statements that have to come before it, whatever it reads."""
    writes: frozenset[str] = frozenset()
    """What its tasks write that is one in a local run: paths, random numbers."""
    holds: frozenset[str] = frozenset()
    """What was written so by the tasks whose results it reads."""


def stages(
    block: Node, calls: Calls, pairs: Collection[tuple[int, int]] = (), *, raises: bool = False
) -> list[list[Step]]:
    """The groups of two and more calls that can run at the same time, each in text order, the earliest group first.

    `pairs` are start bytes of statements: the first before the second. `raises` tells that what follows a statement
    which raises ran before all the same.
    """
    steps = [step_of(node, calls, raises=raises) for node in block.named_children if node.type != "comment"]
    for step in steps:
        step.after = {first for first, second in pairs if second == step.node.start_byte}
    made: dict[str, frozenset[str]] = {}
    for step in steps:
        step.writes = calls.writes(step.node)
        step.holds = frozenset(path for name in step.needs for path in made.get(name, ()))
        made |= dict.fromkeys(step.gives, step.writes)
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
    return not any(other.node.start_byte in step.after or share(step, other) for other in between)


def share(one: Step, other: Step) -> bool:
    """True where a statement writes what another writes or reads."""
    return bool(one.writes & (other.writes | other.holds) or one.holds & other.writes)


def step_of(node: Node, calls: Calls, *, raises: bool) -> Step:
    """What a statement does."""
    statement = node.named_children[0] if node.type == "expression_statement" and node.named_children else node
    if shares_line(node):
        return Step(node, None)
    if node.type == "if_statement":
        return _choice(node, calls, raises=raises)
    targets, value = scopes.assigned(statement)
    target = targets[0] if targets else None
    typed = statement.type == "assignment" and statement.child_by_field_name("type") is not None
    names = frozenset(text(n) for n in walk(value) if n.type == "identifier" and not scopes.is_label(n))
    gives = frozenset(text(n) for each in targets for n in walk(each) if n.type == "identifier")
    made = [n for n in walk(node) if n.type == "call"]
    if statement.type in ("string", "concatenated_string", "integer") and not made:
        return Step(node, None, fixed=False)
    if node.type != "expression_statement" or not all(map(_is_plain, targets)):
        return Step(node, None)
    wrapper, call = _unwrapped(value) if len(targets) < 2 else ("", None)
    if call is not None and calls.runs(call) and _is_pure(calls, call, wrapper, made) and not (typed and wrapper):
        return Step(node, call, wrapper, target, names, gives, fixed=False)
    moves = all(calls.known(n) for n in made) and not _asks(node) and (bool(made) or statement.type == "assignment")
    return Step(node, None, "", target, names, gives, fixed=not moves)


def _choice(node: Node, calls: Calls, *, raises: bool) -> Step:
    """The step of an `if`: nothing may be moved over it unless it only runs tasks and assigns what they give."""
    inner = list(walk(node))
    allowed = ("ValueError",) if raises else ()
    if any(n.type in _LEAVES or (n.type == "raise_statement" and not raises) for n in inner) or _asks(node):
        return Step(node, None)
    for each in inner:
        if each.type == "call" and not calls.known(each) and text(each.child_by_field_name("function")) not in allowed:
            return Step(node, None)
    assigned = [n.child_by_field_name("left") for n in inner if n.type == "assignment"]
    if not all(left is not None and _is_plain(left) for left in assigned):
        return Step(node, None)
    needs = frozenset(text(n) for n in inner if n.type == "identifier" and not scopes.is_label(n))
    gives = frozenset(text(n) for left in assigned if left is not None for n in walk(left) if n.type == "identifier")
    target, branches = _branches(node, calls)
    call = branches[0].call if branches else None
    return Step(node, call, "", target, needs, gives, False, branches)


def _branches(node: Node, calls: Calls) -> tuple[Node | None, tuple[Branch, ...]]:
    """The branches of an `if` that assigns one call of a task to one variable in each of them, and the variable."""
    clauses = [node, *(n for n in node.children if n.type in ("elif_clause", "else_clause"))]
    found, target = [], None
    if clauses[-1].type != "else_clause" or any(n.type == "comment" for n in walk(node)):
        return None, ()
    for clause in clauses:
        block = clause.child_by_field_name("consequence") or clause.child_by_field_name("body")
        statement = block.named_children[0] if block is not None and len(block.named_children) == 1 else None
        inner = statement.named_children[0] if statement is not None and statement.named_children else None
        if inner is None or inner.type != "assignment" or inner.child_by_field_name("type") is not None:
            return None, ()
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if left is None or right is None or not _is_plain(left) or (target is not None and text(left) != text(target)):
            return None, ()
        made = [n for n in walk(right) if n.type == "call"]
        if not calls.runs(right) or not _is_pure(calls, right, "", made):
            return None, ()
        target = left
        found.append(Branch(clause.child_by_field_name("condition"), right))
    return target, tuple(found)


_LEAVES = frozenset({"return_statement", "break_statement", "continue_statement", "yield", "lambda", "global_statement",
                     "function_definition", "class_definition", "for_statement", "while_statement", "try_statement",
                     "with_statement", "nonlocal_statement", "delete_statement", "import_statement",
                     "import_from_statement", "named_expression", "augmented_assignment"})  # fmt: skip


def _asks(node: Node) -> bool:
    """True where code does more than to call, assign and pass on."""
    return any(n.type in ("await", "named_expression", "lambda", "list_comprehension") for n in walk(node))


def shares_line(node: Node) -> bool:
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


def _is_pure(calls: Calls, call: Node, wrapper: str, made: Sequence[Node]) -> bool:
    """True where a call's arguments make no calls of their own: those might notice that they run earlier."""
    noticing = [n for n in made if not calls.makes(n)]
    return len(noticing) == len(calls.parts(call)) + bool(wrapper)


def _is_plain(target: Node) -> bool:
    """True for a name, and for names by commas."""
    if target.type == "identifier":
        return True
    return target.type in ("pattern_list", "tuple_pattern") and all(_is_plain(n) for n in target.named_children)
