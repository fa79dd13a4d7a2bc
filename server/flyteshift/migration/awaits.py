"""Calls of tasks in `async` functions, which Flyte 1's `@eager` has.

There a sync task gave its value, in Flyte 2 such a call raises in a run: `f(x=1)` becomes `await f.aio(x=1)`, which
works in a run and outside. A call of an async task gives a coroutine in both SDKs (measured with flytekit 1.16 and
flyte 2.12), so it stays.
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
    if not allowed(draft, call):
        return []
    end = draft.document.span(function).end
    found = [Edit(Span(end, end), ".aio")]
    if above.type == "await":
        return found
    start, stop = draft.document.span(call)
    tight = above.type in _TIGHT and above.named_children[0] == call
    found.insert(0, Edit(Span(start, start), "(await " if tight else "await "))
    return [*found, Edit(Span(stop, stop), ")")] if tight else found


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
