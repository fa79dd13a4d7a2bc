"""Calls in the order that `a >> b` and `a.runs_before(b)` ask for.

A cluster of Flyte 1 follows what is asked for and what the data needs, and no other order. So calls of a block may be
moved over each other where they do nothing but make nodes: each with its comments, and no more of them than needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tree_sitter import Node

from flyteshift.migration import callees, chains, nodes, scopes, stages
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Document, Edit, Span

MOVED = "This call stands where its order is asked for now; a local run of Flyte 1 ran it where it was written."
_MAKERS = (*callees.MAPS, callees.CREATE_NODE, "node.", "flytekit.approve", "flytekit.sleep", "flytekit.wait_for_input",
           "flytekit.Resources", chains.CONDITIONAL)  # fmt: skip
"""What makes nodes or says something of them."""
_ACTS = frozenset({"await", "yield", "lambda", "named_expression", "list_comprehension", "set_comprehension",
                   "dictionary_comprehension", "generator_expression"})  # fmt: skip


@dataclass(frozen=True)
class _Call:
    """A statement that makes nodes, or asks for their order, with the names that it reads and binds."""

    node: Node
    reads: frozenset[str]
    binds: frozenset[str]


def written(model: Model, outside: Outside | None = None) -> Written:
    """The calls that an order is asked for which they do not have, moved."""
    if ">>" not in model.document.text and "runs_before" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    wanted = [pair for statement in nodes.orders(draft) for pair in pairwise(nodes.places(draft, statement))]
    edits: list[Edit] = []
    for first, second in wanted:
        if first is None or second is None or first.start_byte < second.start_byte or first.parent is None:
            continue
        run = _run(draft, first, second)
        order = _sorted(run, _needed(run, wanted))
        if order is not None and not any(_meets(e, draft, run) for e in edits):
            edits += _placed(draft, run, order)
    return Written(edits, draft.notes)


def _run(draft: Draft, *around: Node) -> list[_Call]:
    """The calls in a row, with nothing else between them, that hold two statements of a block; empty: there is more."""
    block = around[0].parent
    found: list[_Call] = []
    for statement in block.named_children if block is not None and block == around[1].parent else ():
        if statement.type == "comment":
            continue
        call = _call(draft, statement)
        if call is not None:
            found.append(call)
            continue
        if all(any(c.node == n for c in found) for n in around):
            break
        found = []
    return found if all(any(c.node == n for c in found) for n in around) else []


def _call(draft: Draft, statement: Node) -> _Call | None:
    """A statement that only makes nodes or orders them; None for others."""
    if statement.type != "expression_statement" or stages.shares_line(statement):
        return None
    inner = statement.named_children[0]
    left = inner.child_by_field_name("left") if inner.type == "assignment" else None
    if left is not None and any(n.type not in _NAMES for n in walk(left)):
        return None
    inside = list(walk(statement))
    if any(n.type in _ACTS for n in inside) or not all(_makes_nodes(draft, n) for n in inside if n.type == "call"):
        return None
    made = chains.stripped(inner.child_by_field_name("right") or inner) if left is not None else inner
    if made.type != "call" and not any(statement == order for order in nodes.orders(draft)):
        return None
    names = {text(n) for n in inside if n.type == "identifier" and not scopes.is_label(n)}
    binds = {text(n) for n in walk(left) if n.type == "identifier"} if left is not None else set()
    return _Call(statement, frozenset(names - binds), frozenset(binds))


_NAMES = frozenset({"identifier", "pattern_list", "tuple_pattern", "list_pattern"})


def _makes_nodes(draft: Draft, call: Node) -> bool:
    """True for calls of tasks and workflows, and those of Flyte 1 that make nodes or say something of them."""
    function = call.child_by_field_name("function")
    if function is None:
        return False
    value, symbol = draft.model.value(function), draft.symbol(function)
    if draft.entity(function) is not None or (symbol is not None and symbol.startswith(_MAKERS)):
        return True
    return value == Symbol("datetime.timedelta") or chains.is_root(draft, chains.root_of(call))


def _needed(run: Sequence[_Call], wanted: Sequence[tuple[Node | None, Node | None]]) -> set[tuple[int, int]]:
    """Which calls of a row have to come before which: for their names, and because it is asked for."""
    index = {call.node.id: i for i, call in enumerate(run)}
    needed = {
        (index[first.id], index[second.id])
        for first, second in wanted
        if first is not None and second is not None and first.id in index and second.id in index
    }
    for i, first in enumerate(run):
        for j, second in enumerate(run[i + 1 :], i + 1):
            if first.binds & (second.reads | second.binds) or first.reads & second.binds:
                needed.add((i, j))
    return needed


def _sorted(run: Sequence[_Call], needed: set[tuple[int, int]]) -> list[int] | None:
    """The calls of a row in an order that has all that is needed, else as written; None where there is no such."""
    left, order = list(range(len(run))), []
    while left:
        free = next((i for i in left if not any(second == i and first in left for first, second in needed)), None)
        if free is None:
            return None
        order.append(free)
        left.remove(free)
    return order


def _placed(draft: Draft, run: Sequence[_Call], order: Sequence[int]) -> Iterator[Edit]:
    """The edits that put the lines of calls at each other's places."""
    document = draft.document
    spans = [_lines(document, call.node) for call in run]
    for place, (span, source) in enumerate(zip(spans, order, strict=True)):
        if source != place:
            yield Edit(span, document.text[slice(*spans[source])])
        if source > place:
            draft.note(run[source].node, MOVED)


def _lines(document: Document, statement: Node) -> Span:
    """The whole lines of a statement, with the comments right above and behind it."""
    lines = document.lines
    first, last = (lines.line_of(offset) for offset in document.span(statement))
    while first > 0 and lines.line_text(first - 1).lstrip().startswith("#"):
        first -= 1
    return Span(lines.starts[first], lines.end_of(last))


def _meets(edit: Edit, draft: Draft, run: Sequence[_Call]) -> bool:
    start, end = draft.span(run[0].node).start, draft.span(run[-1].node).end
    return start <= edit.span.end and edit.span.start <= end
