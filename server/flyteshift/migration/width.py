"""How wide the graph of a Flyte 1 workflow is: the most calls that need none of each other, as the data flow tells.

Told quickly, from a function's own statements; what is called is not looked into.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration import callees, order, scopes
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model, Statement
from flyteshift.semantics.values import Entity, Symbol

DRIVERS = frozenset({"workflow", "dynamic"})
"""What Flyte 1 made a graph of."""
_LOOPS = frozenset({"for_statement", "while_statement", "list_comprehension", "dictionary_comprehension",
                    "generator_expression", "set_comprehension"})  # fmt: skip


@dataclass(frozen=True)
class Width:
    """Of a workflow: how many calls its graph has, how many of them at most side by side, whether loops make more."""

    calls: int
    wide: int
    loops: bool


def may_branch(model: Model) -> bool:
    """True where a workflow has two calls that may not need each other."""
    called = _called(model)
    found = (_known(model, s, called) for s in model.statements if _is_driver(model, s))
    return any(each.wide > 1 or each.loops for each in found)


def width(model: Model, statement: Statement) -> Width | None:
    """The width of the workflow or dynamic that a top-level statement defines; None for other statements."""
    return _known(model, statement, _called(model)) if _is_driver(model, statement) else None


def _called(model: Model) -> frozenset[str]:
    """The names of the module whose calls may be calls of tasks."""
    return frozenset(n for n in model.names.events if isinstance(model.names.final(n), (Entity, Symbol)))


def _known(model: Model, statement: Statement, called: frozenset[str]) -> Width:
    """The width of a driver, kept with what is known of its text."""
    known: tuple[frozenset[str], Width] | None = statement.facts.__dict__.get("_width")
    if known is None or known[0] != called:
        known = statement.facts.__dict__["_width"] = (called, _measured(model, statement, called))
    return known[1]


def _is_driver(model: Model, statement: Statement) -> bool:
    values = [model.names.final(name) for name in statement.facts.module.events]
    return any(isinstance(v, Entity) and v.kind in DRIVERS for v in values)


def _measured(model: Model, statement: Statement, called: frozenset[str]) -> Width:
    document = model.document
    start, end = (document.byte_offset(offset) for offset in statement.span)
    root = document.tree.root_node.descendant_for_byte_range(start, end)
    function = next((n for n in walk(root) if n.type == "function_definition"), None) if root is not None else None
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        return Width(0, 0, loops=False)
    calls = [n for n in walk(body) if _runs(model, n, called)]
    depth: dict[int, int] = {}
    made: dict[str, int] = {}
    pairs = order.order(function) or []
    # A call's arguments end before it does, and what it reads stands above it.
    for call in sorted(calls, key=lambda n: n.end_byte):
        inner = [depth[c.id] for c in calls if c.id in depth and _inside(c, call)]
        read = [made.get(text(n), 0) for n in walk(call) if n.type == "identifier" and not scopes.is_label(n)]
        held = _statement(call)
        before = [depth[c.id] for c in calls if c.id in depth for a, b in pairs
                  if held is not None and b == held.start_byte and _held_by(c, a)]  # fmt: skip
        depth[call.id] = 1 + max([*inner, *read, *before], default=0)
        for name in _targets(call):
            made[name] = max(made.get(name, 0), depth[call.id])
    return Width(len(calls), max(_levels(calls, depth).values(), default=0), any(_looped(c, function) for c in calls))


def _levels(calls: list[Node], depth: dict[int, int]) -> Counter[int]:
    """How many calls of each depth run; of the branches of a conditional only one does."""
    levels = Counter(depth[c.id] for c in calls if _branch(c) is None)
    choices: dict[tuple[int, int], Counter[int]] = {}
    for call in calls:
        branch, held = _branch(call), _statement(call)
        if branch is not None and held is not None:
            choices.setdefault((depth[call.id], held.id), Counter())[branch.id] += 1
    for (level, _), found in choices.items():
        levels[level] += max(found.values())
    return levels


def _branch(call: Node) -> Node | None:
    """The `.then(...)` around a call."""
    above = call.parent
    while above is not None and above.type not in ("expression_statement", "return_statement", "block"):
        function = above.child_by_field_name("function") if above.type == "call" else None
        inside = function is not None and function.end_byte <= call.start_byte
        if inside and function is not None and text(function.child_by_field_name("attribute")) == "then":
            return above
        above = above.parent
    return None


def _runs(model: Model, node: Node, called: frozenset[str]) -> bool:
    """True for calls of tasks and workflows, of maps, and `create_node(...)`."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    if function is None:
        return False
    value = model.value(function)
    if isinstance(value, Entity):
        return True
    if isinstance(value, Symbol):
        own = value.name.partition(".")[0] in ("flytekit", "union", "functools", "typing", "datetime")
        return value.name == callees.CREATE_NODE or (not own and text(function) in called)
    return False


def _inside(inner: Node, outer: Node) -> bool:
    return inner != outer and outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def _statement(node: Node) -> Node | None:
    above: Node | None = node
    while above is not None and above.type not in ("expression_statement", "return_statement"):
        above = above.parent
    return above


def _held_by(call: Node, start: int) -> bool:
    held = _statement(call)
    return held is not None and held.start_byte == start


def _targets(call: Node) -> set[str]:
    """The variables that the statement of a call assigns."""
    held = _statement(call)
    inner = held.named_children[0] if held is not None and held.named_children else None
    return (
        scopes.targets(inner.child_by_field_name("left")) if inner is not None and inner.type == "assignment" else set()
    )


def _looped(call: Node, function: Node) -> bool:
    """True for a call in a loop that does not need what the turn before it gave."""
    above = call.parent
    while above is not None and above != function:
        if above.type in _LOOPS:
            read = {text(n) for n in walk(call) if n.type == "identifier" and not scopes.is_label(n)}
            return not read & _targets(call)
        above = above.parent
    return False
