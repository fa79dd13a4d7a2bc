"""Calls of tasks in `async` functions, which Flyte 1's `@eager` has.

There a sync task gave its value, in Flyte 2 such a call raises in a run: `f(x=1)` becomes `await f.aio(x=1)`, which
works in a run and outside. Before flytekit 1.14 it gave a coroutine; code that awaits it gets that of `f.aio(x=1)`. A
call of an async task gives a coroutine in both SDKs (measured with flytekit 1.16 and flyte 2.12), so it stays.
"""

from __future__ import annotations

import sys

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit, Span

IN_DRIVER = (
    "Flyte 1 does not run the async task `{0}` in a workflow or dynamic; flyteshift migrates it in `@eager` only."
)
PLACE = "`{0}` is called where an `async` function runs it but cannot await it; write `await {0}.aio(...)` in that one."
NODE = "`{0}` makes a node of Flyte 1, which an `async` function has none of."
UNKNOWN = "`{0}` comes from another module; if it is a task, its call in an `async` function needs an `await`."
_NO_AWAIT = frozenset({"lambda", "generator_expression"})
_RUNS = frozenset({"gather", "create_task", "ensure_future", "wait", "wait_for", "as_completed", "shield"})
"""The functions of asyncio that are given what can be awaited."""
_HANDS_ON = frozenset(
    ["argument_list", "list_splat", "list", "list_comprehension", "generator_expression", "tuple", "keyword_argument"]
)
_TIGHT = frozenset({"attribute", "subscript", "call"})


def is_async(function: Node) -> bool:
    """True for `async def`."""
    return any(child.type == "async" for child in function.children)


def refused(draft: Draft, call: Node) -> bool:
    """Refuse a call that makes a node, in an `async` function; False elsewhere."""
    if around(call) is None:
        return False
    draft.refuse(call, NODE.format(text(call.child_by_field_name("function")).rpartition(".")[2]))
    return True


def around(node: Node) -> Node | None:
    """The `async` function that a node is part of; None where the nearest function is a sync one."""
    above = node.parent
    while above is not None and above.type not in ("function_definition", "lambda"):
        above = above.parent
    return above if above is not None and above.type == "function_definition" and is_async(above) else None


def edits(draft: Draft, call: Node) -> list[Edit]:
    """The edits that await a call of a sync task in an `async` function."""
    function, above = call.child_by_field_name("function"), call.parent
    if function is None or above is None:
        return []
    end = draft.document.span(function).end
    found = [Edit(Span(end, end), ".aio")]
    if above.type == "await" or _stays_open(draft, call):
        return found
    if not allowed(draft, call):
        return []
    start, stop = draft.document.span(call)
    tight = above.type in _TIGHT and above.named_children[0] == call
    found.insert(0, Edit(Span(start, start), "(await " if tight else "await "))
    return [*found, Edit(Span(stop, stop), ")")] if tight else found


def _stays_open(draft: Draft, call: Node) -> bool:
    """True where code awaits or gathers what a call of a sync task gives, as it had to before flytekit 1.14.

    Later ones give the value, so that this fails; what its author meant is a coroutine.
    """
    function = around(call)
    if function is None:
        return False
    for node in walk(function):
        inner = node.named_children[0] if node.type == "await" and node.named_children else None
        called = inner.child_by_field_name("function") if inner is not None and inner.type == "call" else None
        task = draft.tasks.get(text(called))
        if called is not None and task is not None and not is_async(task.function) and draft.entity(called) is not None:
            return True
    above = call.parent
    while above is not None and above.type in _HANDS_ON:
        above = above.parent
    runs = text(above.child_by_field_name("function")) if above is not None and above.type == "call" else ""
    return runs.rpartition(".")[2] in _RUNS


def allowed(draft: Draft, call: Node) -> bool:
    """Refuse a call that has to be awaited where nothing can be; True elsewhere, also in sync functions."""
    holder = call.parent
    while around(call) is not None and holder is not None and holder.type != "function_definition":
        if holder.type in _NO_AWAIT:
            draft.refuse(call, PLACE.format(text(call.child_by_field_name("function"))))
            return False
        holder = holder.parent
    return True


def check(draft: Draft, function: Node) -> None:
    """Refuse calls of an eager body that may be of tasks which flyteshift does not know."""
    for node in walk(function) if draft.outside is None else ():
        called = node.child_by_field_name("function") if node.type == "call" else None
        value = draft.model.value(called) if called is not None else None
        root = value.name.partition(".")[0] if isinstance(value, Symbol) else "builtins"
        if called is not None and root not in (*sys.stdlib_module_names, "flytekit", "union"):
            draft.refuse(called, UNKNOWN.format(text(called)))
