"""Test helpers: `task_mock(t)` and `@patch(t)` replace what a task runs; `unittest.mock.patch.object(t, "func")` does.

A direct call of a Flyte 2 task runs its `func` (measured with flyte 2.12). Flyte 1 gave the mock all inputs by name, so
code that asks how the mock was called is left alone.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.trees import text

MOCK, PATCH = "flytekit.testing.task_mock", "flytekit.testing.patch"
NO_TASK = "flyteshift cannot see which task `{0}` is."
ASKED = "Flyte 1 called the mock with all inputs by name, Flyte 2 as the test does; this test asks how it was called."
FORM = "Only a function with the mock as its one parameter is rewritten; use `unittest.mock.patch.object` here."
_ASKS = re.compile(
    r"\bassert_(called|any_call|has_calls)\w*with|\bassert_any_call|\bassert_has_calls|\bcall_args|\bmock_calls"
)


def hand(draft: Draft) -> None:
    """Take care of the tasks that are given to the helpers."""
    for node in draft.document.nodes("call") if _uses(draft) else ():
        function = node.child_by_field_name("function")
        if function is not None and draft.symbol(function) in (MOCK, PATCH):
            draft.handed |= {draft.span(a.value) for a in arguments(draft, node)}


def source(draft: Draft, node: Node) -> str | None:
    """The helper's call as one of `unittest.mock`."""
    function = node.child_by_field_name("function")
    given = arguments(draft, node)
    if function is None or len(given) != 1 or given[0].name not in ("", "t", "target"):
        return None
    symbol = draft.symbol(function)
    draft.claim(function)
    task = given[0].value
    if draft.entity(task) is None:
        draft.refuse(task, NO_TASK.format(text(task)), symbol or MOCK)
        return None
    if _ASKS.search(draft.document.text):
        draft.refuse(node, ASKED, symbol or MOCK)
        return None
    if symbol == PATCH and not _takes_one(node):
        draft.refuse(node, FORM, PATCH)
        return None
    draft.imports.add("import unittest.mock")
    return f'unittest.mock.patch.object({text(task)}, "func")'


def _uses(draft: Draft) -> bool:
    return any(r.symbol in (MOCK, PATCH) for r in draft.references)


def _takes_one(node: Node) -> bool:
    """True for the only decorator of a top-level function with one parameter."""
    above = node.parent
    whole = above.parent if above is not None and above.type == "decorator" else None
    definition = whole.child_by_field_name("definition") if whole is not None else None
    if whole is None or definition is None or definition.type != "function_definition":
        return False
    holder = definition.child_by_field_name("parameters")
    parameters = [p for p in holder.named_children if p.type != "comment"] if holder is not None else []
    at_top = whole.parent is not None and whole.parent.type == "module"
    return at_top and len(parameters) == 1 and sum(c.type == "decorator" for c in whole.children) == 1


HANDLERS: dict[str, Handler] = {f"{MOCK}()": source, f"{PATCH}()": source}
