"""Nodes: `create_node(f, x=1)` becomes `f(x=1)`, `n.o0` the value, and `a >> b` the order of the statements.

A sync driver runs its calls in the order in which they are written. An order that the statements have already is left
out; one that they do not have is refused. Calls that can move without a change have moved before (plainer/orders.py).
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import awaits, callees, results
from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.layout import indent
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.rewriting import imports
from flyteshift.text import Edit, Span

KEPT = "`{0}` is a node of Flyte 1 here; flyteshift migrates only `{0}.o0`, fields of a NamedTuple and `>>`."
OUTPUT = "flyteshift cannot tell what `.{0}` of `{1}` is."
ENTITY = "`create_node` of `{0}`, which is no task or workflow that flyteshift knows, is not migrated."
ORDER = "`{0}` asks for an order that the statements do not have: write the call of `{1}` above that of `{2}`."
UNKNOWN = "flyteshift cannot tell where the node `{0}` is made, so it cannot tell whether the order holds."
VALUE = "The order of nodes is used as a value here; write the calls one below the other."


def source(draft: Draft, node: Node) -> str | None:
    """`create_node(f, x=1)` as the call of the task."""
    found = started(draft, node) if not awaits.refused(draft, node) else None
    if found is None:
        return None
    task, call = found
    return text(task) + call


def started(draft: Draft, node: Node) -> tuple[Node, str] | None:
    """What a call runs and the code of its arguments: `f` and `(x=1)` of `f(x=1)` and of `create_node(f, x=1)`."""
    function, holder = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if node.type != "call" or function is None or holder is None:
        return None
    if callees.maker(draft, node) != callees.CREATE_NODE:
        entity = draft.entity(function)
        own = entity is not None and function.type in ("identifier", "attribute") and entity.kind != "map"
        return (function, draft.source(holder)) if own else None
    draft.claim(function)
    given = arguments(draft, node)
    entity = draft.entity(given[0].value) if given and not given[0].name else None
    if entity is None or given[0].value.type not in ("identifier", "attribute") or entity.kind == "map":
        draft.refuse(node, ENTITY.format(text(given[0].value) if given else ""), callees.CREATE_NODE)
        return None
    _check_kept(draft, node)
    return given[0].value, "(" + _rest(draft, node, given[0].node, holder)


def _rest(draft: Draft, node: Node, first: Node, holder: Node) -> str:
    """The arguments behind the first one, with the closing bracket."""
    others = [n for n in holder.named_children if n.start_byte > first.start_byte]
    start, end = draft.document.span(first).end, draft.document.span(holder).end - 1
    return (draft.between(start, end, others).lstrip(" ,") if others else "") + ")"


def reads(draft: Draft, task: Task, call: Node, *, in_run: bool) -> list[Edit]:
    """The edits where outputs of a created node are read: `.o0` of a task with one result goes."""
    found = results.readers(call.parent) if call.parent is not None else []
    if results.named(draft, task) or results.several(task):
        return results.edits(draft, task, call, in_run=in_run) if found else []
    out = []
    for name, whole in found:
        of = whole.child_by_field_name("object")
        kind = results.returns(task)
        if text(name) != "o0" or of is None or kind is None or not results.is_single(draft, task):
            draft.refuse(whole, OUTPUT.format(text(name), task.name), "node.outputs")
            continue
        draft.claim(name)
        out.append(Edit(Span(draft.document.span(of).end, draft.document.span(whole).end), ""))
    return out


def _check_kept(draft: Draft, call: Node) -> None:
    """Refuse a created node that goes where only a node can go."""
    outer = callees.overridden(draft, call)
    use = outer.parent
    if use is None or use.type in ("expression_statement", "attribute") or _is_order(draft, use):
        return
    left = use.child_by_field_name("left") if use.type == "assignment" else None
    if left is None or left.type != "identifier":
        draft.refuse(call, KEPT.format(text(call.child_by_field_name("function"))), callees.CREATE_NODE)
        return
    for name in callees.loads(callees.scope(left), text(left)):
        above = name.parent
        if (
            above is not None
            and above.type != "attribute"
            and not _is_order(draft, above)
            and not _is_runs_before(draft, above.parent)
        ):
            draft.refuse(name, KEPT.format(text(name)), callees.CREATE_NODE)


def watch(draft: Draft) -> None:
    """Tell the draft of the calls whose nodes are ordered."""
    for node in orders(draft):
        for operand in _operands(draft, node.named_children[0]) or ():
            made = callees.binding(operand) if operand.type == "identifier" else None
            if made is not None:
                draft.watched.add(draft.document.span(made).start)


def orders(draft: Draft) -> Iterator[Node]:
    """The statements that ask for an order of nodes, in text order."""
    for reference in draft.references:
        if reference.symbol in ("node.>>", "node.runs_before"):
            byte = draft.document.byte_offset(reference.span.start)
            node = draft.document.tree.root_node.descendant_for_byte_range(byte, byte + 1)
            while node is not None and node.type not in ("expression_statement", "block", "module"):
                node = node.parent
            if node is not None:
                yield node


def places(draft: Draft, node: Node) -> list[Node | None]:
    """The statements that make the nodes which a statement orders; None for each where it is not known."""
    return [_place(draft, operand, node) for operand in _operands(draft, node.named_children[0]) or ()]


def statement(draft: Draft, node: Node) -> list[Edit] | None:
    """`a >> b` and `a.runs_before(b)` as statements; calls whose variable was for that only lose it."""
    if node.type != "expression_statement" or len(node.named_children) != 1:
        return None
    inner = node.named_children[0]
    operands = _operands(draft, inner)
    if operands is not None:
        return _ordered(draft, node, operands)
    if inner.type == "assignment":
        return _without_target(draft, inner)
    return None


def _ordered(draft: Draft, node: Node, operands: list[Node]) -> list[Edit] | None:
    _claim_order(draft, node)
    places = [_place(draft, operand, node) for operand in operands]
    for operand, place in zip(operands, places, strict=True):
        if place is None:
            draft.refuse(operand, UNKNOWN.format(text(operand)), "node.>>")
            return []
    for i in range(1, len(places)):
        first, second = places[i - 1], places[i]
        if first is not None and second is not None and first.start_byte >= second.start_byte:
            message = ORDER.format(text(node), text(operands[i - 1]), text(operands[i]))
            draft.refuse(node, message, "node.>>")
            return []
    calls = [o for o in operands if o.type == "call"]
    if not calls:
        if node.parent is not None and len([n for n in node.parent.named_children if n.type != "comment"]) == 1:
            return [Edit(draft.document.span(node), "pass")]
        return _dropped(draft, node)
    lines = (draft.style.newline + indent(draft, node)).join(draft.source(c) for c in calls)
    return [Edit(draft.document.span(node), lines)]


def _dropped(draft: Draft, node: Node) -> list[Edit]:
    """The edits that take an order out; of several in a row, the first takes all."""
    above = node.prev_named_sibling
    if above is not None and _is_order_only(draft, above) and above.end_point.row + 1 == node.start_point.row:
        return []
    row = [node]
    while (below := row[-1].next_named_sibling) is not None and below.start_point.row == row[-1].end_point.row + 1:
        if not _is_order_only(draft, below):
            break
        row.append(below)
    return imports.drop_all(draft.document, row)


def _is_order_only(draft: Draft, node: Node) -> bool:
    """True for a statement that orders nodes and makes none."""
    operands = _operands(draft, node.named_children[0]) if node.type == "expression_statement" else None
    return operands is not None and all(o.type != "call" for o in operands)


def _place(draft: Draft, operand: Node, node: Node) -> Node | None:
    """The call or statement that makes a node; None where it may not have run when the order is asked for."""
    if operand.type == "call":
        return operand
    made = callees.binding(operand) if operand.type == "identifier" else None
    if made is None or made.type != "assignment" or made.parent is None or made.parent.type != "expression_statement":
        return None
    right = made.child_by_field_name("right")
    block, above = made.parent.parent, node.parent
    while above is not None and above != block:
        above = above.parent
    if above is None or right is None or right.type != "call" or made.start_byte > node.start_byte:
        return None
    return made.parent


def _without_target(draft: Draft, assignment: Node) -> list[Edit] | None:
    """`created = create()` as `create()` where `created` was read by orders only."""
    left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
    if left is None or right is None or left.type != "identifier" or right.type != "call":
        return None
    if (
        not _runs(draft, right)
        or assignment.child_by_field_name("type") is not None
        or callees.scope(left).type == "module"
    ):
        return None
    around = callees.scope(left)
    found = list(callees.loads(around, text(left)))
    if not found or len(callees.bindings(around, text(left))) != 1:
        return None
    if not all(_is_ordered(draft, name) for name in found):
        return None
    start, end = draft.document.span(assignment).start, draft.document.span(right).start
    return [Edit(Span(start, end), ""), *draft.edits(right)]


def _runs(draft: Draft, call: Node) -> bool:
    """True for calls of tasks and workflows, and what else gives a node."""
    function = call.child_by_field_name("function")
    return callees.gives_node(draft, call) or (function is not None and draft.entity(function) is not None)


def _is_ordered(draft: Draft, name: Node) -> bool:
    """True where a variable is read by an order that goes."""
    statement = name.parent
    while statement is not None and statement.type != "expression_statement":
        if statement.type in ("block", "module"):
            return False
        statement = statement.parent
    operands = _operands(draft, statement.named_children[0]) if statement is not None else None
    return operands is not None and name in operands


def _operands(draft: Draft, node: Node) -> list[Node] | None:
    """What an order of nodes is asked for: `[a, b, c]` of `a >> b >> c`; None where it is none."""
    while node.type == "parenthesized_expression" and len(node.named_children) == 1:
        node = node.named_children[0]
    if _is_runs_before(draft, node):
        function, holder = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        of = function.child_by_field_name("object") if function is not None else None
        given = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
        return [of, given[0]] if of is not None and len(given) == 1 else None
    if not _is_order(draft, node):
        return None
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return None
    return [*(_operands(draft, left) or [left]), right]


def _is_order(draft: Draft, node: Node) -> bool:
    """True for `a >> b` between nodes."""
    operator = node.child_by_field_name("operator") if node.type == "binary_operator" else None
    return operator is not None and text(operator) == ">>" and any(r.symbol == "node.>>" for r in draft.uses(operator))


def _is_runs_before(draft: Draft, node: Node | None) -> bool:
    function = node.child_by_field_name("function") if node is not None and node.type == "call" else None
    return function is not None and function.type == "attribute" and draft.symbol(function) == "node.runs_before"


def _claim_order(draft: Draft, node: Node) -> None:
    for reference in draft.uses(node):
        if reference.symbol in ("node.>>", "node.runs_before"):
            draft.claim(reference.span)
