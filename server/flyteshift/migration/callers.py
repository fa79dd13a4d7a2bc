"""Who calls a driver: whether all of them can call one that is `async`."""

from __future__ import annotations

from collections.abc import Collection

from flyteshift.migration import awaits, callees
from flyteshift.migration.sequential import Code, binds, bound_otherwise, defines, is_run
from flyteshift.migration.trees import is_read, text, walk

HELPER = "`{0}`, a plain function that runs inside of tasks or `async` code, calls `{1}`"
LEAF = "the task `{0}` calls `{1}`"
SHADOWED = "`{0}` means something else inside `{1}`"
VALUE = "`{0}` is used as a value"


def stuck_at(code: Code, name: str) -> str | None:
    """Why the module cannot use an `async` task of another file; None where it can."""
    first = name.partition(".")[0]
    for node in code.document.nodes():
        if node.type == "identifier" and text(node) == first and (binds(node) or defines(node)):
            return SHADOWED.format(first, code.around(node) or "the module")
        if text(node) == name and node.type in ("identifier", "attribute") and is_read(node):
            call = node.parent
            called = call is not None and call.type == "call" and code.called(call) == name
            override = call is not None and call.type == "attribute" and text(call) == f"{name}.override"
            if not called and not override and not is_run(node):
                return VALUE.format(name)
    if "asyncio" not in code.imported and bound_otherwise(code.document, "asyncio"):
        return SHADOWED.format("asyncio", "the module")
    return used_by(code, name, code.running)


def used_by(code: Code, name: str, running: Collection[str]) -> str | None:
    """Why the calls of a driver by what is no driver cannot be written for an `async` one."""
    for node, called in code.calls:
        if called != name:
            continue
        around = code.around(node)
        if around not in code.drivers and around in code.tasks:
            return LEAF.format(around, name)
        if around not in code.drivers and (
            around in running or awaits.is_async(callees.scope(node)) or around in _beside(code)
        ):
            return HELPER.format(around, name)
    return None


def _beside(code: Code) -> set[str]:
    """The plain functions that `async` ones name, directly or not: an event loop may be running there."""
    loops = (n for n in code.document.nodes("function_definition") if text(n).startswith("async"))
    stack = [text(n) for loop in loops for n in walk(loop) if n.type == "identifier"]
    seen: set[str] = set()
    while stack:
        name = stack.pop()
        if name in code.functions and name not in seen and name not in code.tasks:
            seen.add(name)
            stack += code.names[name]
    return seen
