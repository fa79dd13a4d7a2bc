"""Calls of launch plans, written as what they mean in Flyte 1: calls of the workflow with the inputs that were saved.

`LaunchPlan.__call__` of flytekit adds the default and fixed inputs and calls the workflow. Writing that out is still
Flyte 1, so it is done before the rest of a migration reads the module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tree_sitter import Node

from flyteshift.migration import callees, constants, launch_plans, scopes
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.launch_plans import LaunchPlan
from flyteshift.migration.plainer.written import Written, exported
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.text import Edit, Span

APART = "In Flyte 1 this launch plan was an execution of its own; in Flyte 2 `{0}` runs as a part of this one."
UNNAMED = "The launch plan `{0}` was made for this call only; it is not deployed any more."
WRITTEN = "`{0}` is gone: its inputs are written at its calls, and Flyte 2 has no launch plans to start by their names."
GONE = "`{0}` was the default launch plan of `{1}`: Flyte 2 runs every task by its name, so it is gone."
_PLAIN = frozenset({"workflow", "name", "default_inputs", "fixed_inputs", "ctx", "auto_activate"})
"""What a launch plan says that is not lost where it is only called."""


def inline(model: Model, outside: Outside | None = None) -> Written:
    """The calls of launch plans as calls of their workflows, where all inputs show; without default launch plans.

    Notes are placed in the model's text. Calls that cannot be written out stay, for the migration to refuse.
    """
    if "LaunchPlan" not in model.document.text:
        return Written([], [])
    draft = Draft(model, {}, outside)
    edits: list[Edit] = []
    gone: list[Node] = []
    for plan in launch_plans.find(draft):
        workflow = plan.runs(draft)
        if workflow is None or workflow in draft.model.names.multiple:
            continue
        if _called(plan.call):
            edits += _inline_here(draft, plan, workflow)
        elif plan.statement is not None:
            edits += _inline_variable(draft, plan, workflow, gone)
        else:
            edits += _inline_local(draft, plan, workflow, gone)
    return Written([*edits, *imports.drop_all(draft.document, gone)], draft.notes)


def _inline_here(draft: Draft, plan: LaunchPlan, workflow: str) -> list[Edit]:
    """`LaunchPlan.get_or_create(wf, "name")(x=1)`."""
    call = plan.call.parent
    if call is None or not is_plain(plan) or any(n.type == "comment" for n in walk(plan.call)):
        return []
    found = _written_out(draft, plan, workflow, call, plan.call)
    if found:
        _tell_unnamed(draft, plan)
    return found


def _inline_local(draft: Draft, plan: LaunchPlan, workflow: str, gone: list[Node]) -> list[Edit]:
    """`lp(x=1)` in a function that has made `lp` itself; `gone` gets the statement that made it."""
    assignment = plan.call.parent
    left = assignment.child_by_field_name("left") if assignment is not None else None
    if assignment is None or assignment.type != "assignment" or left is None or assignment.parent is None:
        return []
    around = callees.scope(left)
    reads = list(callees.loads(around, text(left)))
    calls = [_call_of(draft, read) for read in reads]
    once = left.type == "identifier" and len(callees.bindings(around, text(left))) == 1 and around.type != "module"
    if not once or not is_plain(plan) or any(n.start_byte < assignment.end_byte for n in reads):
        return []
    found = [_written_out(draft, plan, workflow, c, n) for c, n in zip(calls, reads, strict=True) if c is not None]
    if not found or len(found) < len(calls) or not all(found):
        return []
    _tell_unnamed(draft, plan)
    gone.append(assignment.parent)
    return [edit for edits in found for edit in edits]


def is_plain(plan: LaunchPlan) -> bool:
    """True where a launch plan says nothing but its inputs and its name."""
    return not any(plan.value(n) is not None for n in plan.given if n not in _PLAIN)


def _tell_unnamed(draft: Draft, plan: LaunchPlan) -> None:
    name = plan.value("name")
    if name is not None:
        draft.note(plan.call, UNNAMED.format(text(name).strip("\"'")))


def _inline_variable(draft: Draft, plan: LaunchPlan, workflow: str, gone: list[Node]) -> list[Edit]:
    """`lp(x=1)`; `gone` gets `lp = ...` where that made a default launch plan or one to be called by workflows."""
    if plan.variable in draft.model.names.multiple:
        return []
    found: list[Edit] = []
    whole = True
    node = False
    for read in launch_plans.reads(draft, plan.variable) if plan.variable else ():
        call = _call_of(draft, read)
        new = _written_out(draft, plan, workflow, call, read) if call is not None else []
        whole = whole and bool(new)
        node = node or _around(read) is not None
        found += new
    if (
        (plan.default or node)
        and whole
        and is_plain(plan)
        and plan.statement is not None
        and not exported(draft, plan.variable)
    ):
        gone.append(plan.statement)
        message = GONE if plan.default else WRITTEN
        draft.note(plan.statement, message.format(plan.variable or "LaunchPlan", workflow))
    return found


def _written_out(draft: Draft, plan: LaunchPlan, workflow: str, call: Node, callee: Node) -> list[Edit]:
    """The edits that make a call of a launch plan one of its workflow; none where that cannot be seen to be equal."""
    holder = call.child_by_field_name("arguments")
    function = _around(call)
    hidden = scopes.bound(function) if function is not None else set()
    default, fixed = saved(draft, plan, "default_inputs"), saved(draft, plan, "fixed_inputs")
    if holder is None or holder.type != "argument_list" or default is None or fixed is None or workflow in hidden:
        return []
    arguments = [n for n in holder.named_children if n.type != "comment"]
    if any(n.type != "keyword_argument" and n != callee for n in arguments):
        return []
    given = {text(n.child_by_field_name("name")) for n in arguments if n != callee}
    added = {**{k: v for k, v in default.items() if k not in given}, **fixed}
    if given & set(fixed) or not all(_stays(draft, v, hidden) for v in added.values()):
        return []
    edits = [Edit(draft.document.span(callee), workflow)]
    if added:
        edits.append(_appended(draft, holder, arguments, [f"{k}={text(v)}" for k, v in added.items()]))
    if function is not None:
        draft.note(call, APART.format(workflow))
    return edits


def saved(draft: Draft, plan: LaunchPlan, name: str) -> dict[str, Node] | None:
    """The inputs that a launch plan is given by a literal dict (or a name bound once to one); None where unseen."""
    node = plan.value(name)
    return {} if node is None else entries(draft, node)


def entries(draft: Draft, node: Node) -> dict[str, Node] | None:
    """The items of a dict display, or of a module-level name bound once to one, by their keys."""
    if node.type == "identifier":
        right = constants.assigned(draft, text(node))
        return entries(draft, right) if right is not None and right.type == "dictionary" else None
    if node.type == "call" and text(node.child_by_field_name("function")) == "dict":
        return _keywords(draft, node)
    if node.type != "dictionary":
        return None
    found: dict[str, Node] = {}
    for item in node.named_children:
        if item.type == "comment":
            continue
        key, value = item.child_by_field_name("key"), item.child_by_field_name("value")
        known = constants.evaluate(draft, key) if item.type == "pair" and key is not None else None
        if known is None or value is None or not isinstance(known.value, str):
            return None
        found[known.value] = value
    return found


def _keywords(draft: Draft, call: Node) -> dict[str, Node] | None:
    """The items of `dict(a=1)` by their keys."""
    holder = call.child_by_field_name("arguments")
    found = {}
    for item in holder.named_children if holder is not None and "dict" not in draft.model.names.events else ():
        value = item.child_by_field_name("value") if item.type == "keyword_argument" else None
        if value is not None:
            found[text(item.child_by_field_name("name"))] = value
        elif item.type != "comment":
            return None
    return found if "dict" not in draft.model.names.events else None


def _stays(draft: Draft, value: Node, hidden: set[str]) -> bool:
    """True for an expression that gives the same wherever it stands: no calls, no name that is bound anew."""
    if value.type == "call":
        return constants.evaluate(draft, value) is not None and not _names(value) & hidden
    for node in walk(value):
        if node.type in ("call", "await", "lambda", "named_expression", "yield", "list_comprehension"):
            return False
    bound = draft.model.names
    return not any(n in hidden or n in bound.multiple for n in _names(value))


def _names(node: Node) -> set[str]:
    return {text(n) for n in walk(node) if n.type == "identifier" and scopes.is_load(n)}


def _appended(draft: Draft, holder: Node, arguments: Sequence[Node], added: Sequence[str]) -> Edit:
    """The insertion of keyword arguments behind those of a call, laid out as they are."""
    if not arguments:
        at = draft.document.span(holder).start + 1
        return Edit(Span(at, at), ", ".join(added))
    last = arguments[-1]
    at = draft.document.span(last).end
    spread = last.start_point[0] != holder.start_point[0]
    between = "," + draft.style.newline + " " * last.start_point[1] if spread else ", "
    return Edit(Span(at, at), "".join(between + one for one in added))


def _call_of(draft: Draft, read: Node) -> Node | None:
    """The call that starts a launch plan: `lp(...)` or `create_node(lp, ...)`."""
    if _called(read):
        return read.parent
    call = callees.first_argument_of(read)
    return call if call is not None and callees.maker(draft, call) == callees.CREATE_NODE else None


def _called(node: Node) -> bool:
    above = node.parent
    return above is not None and above.type == "call" and above.child_by_field_name("function") == node


def _around(node: Node) -> Node | None:
    """The function that a node stands in."""
    above = node.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    return above


def functions(draft: Draft) -> Mapping[str, Node]:
    """The top-level functions of the module by name."""
    found = {}
    for statement in draft.document.tree.root_node.children:
        inner = statement.child_by_field_name("definition") if statement.type == "decorated_definition" else statement
        if inner is not None and inner.type == "function_definition":
            found[text(inner.child_by_field_name("name"))] = inner
    return found
