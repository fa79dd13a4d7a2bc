"""Tests that expect an error of a task, as `with pytest.raises(ValueError):`, and code that leaves one out."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.draft import Draft
from flyteshift.migration.error_codes import BROAD, ERROR, TEXT, is_sync, is_told
from flyteshift.migration.scopes import is_load
from flyteshift.migration.trees import text, walk
from flyteshift.text import Edit

RAISES = f"In Flyte 2 calling `{{0}}` raises `{ERROR}`, whatever failed; expect that."
EXPECTED = f"This passes with every error of a task now: `{ERROR}` has the name of its class, here `{{0}}`, in `.code`."
SUPPRESSED = f"This would not match: in Flyte 2 what fails in a task arrives as `{ERROR}`. Write a `try` instead."
_EXPECTS = frozenset({"raises", "assertRaises", "assertRaisesRegex"})


def edits(draft: Draft, statement: Node, started: list[Node]) -> list[Edit]:
    """The edits of a `with` around calls that start tasks; refuses ways to expect a class that have no equal form."""
    found: list[Edit] = []
    for item in walk(statement.named_children[0]):
        call = item.named_children[0] if item.type == "with_item" and item.named_children else None
        if call is not None and call.type == "as_pattern":
            call = call.named_children[0]
        called = text(call.child_by_field_name("function")).rpartition(".")[2] if call is not None else ""
        if call is not None and called in _EXPECTS:
            found += expected(draft, call, started)
            _check_uses(draft, item)
        elif call is not None and called == "suppress" and not BROAD.intersection(map(text, _given(call))):
            draft.refuse(call, SUPPRESSED)
    return found


def _given(call: Node) -> list[Node]:
    holder = call.child_by_field_name("arguments")
    return [n for n in holder.named_children if n.type != "comment"] if holder is not None else []


def is_call(node: Node) -> bool:
    """True for `pytest.raises(ValueError, f, 1)`, which calls a function itself."""
    called = text(node.child_by_field_name("function")).rpartition(".")[2] if node.type == "call" else ""
    return called in _EXPECTS and len([n for n in _given(node) if n.type != "keyword_argument"]) > 1


def _check_uses(draft: Draft, item: Node) -> None:
    """Refuse code that asks an expected error for more than whether its text has a part."""
    name = text(item).rpartition(" as ")[2].strip() if " as " in text(item) else ""
    for node in walk(callees.scope(item)) if name.isidentifier() else ():
        above = node.parent
        if node.type != "identifier" or text(node) != name or not is_load(node) or above is None:
            continue
        fits = text(above) in (f"{name}.value", f"{name}.exception") and is_told(above, name)
        if not fits and not text(above).startswith(f"{name}.match"):
            draft.refuse(above, TEXT.format(text(above)))


def expected(draft: Draft, call: Node, started: list[Node]) -> list[Edit]:
    """The edits of what expects a class, and where `started` may fail."""
    given = _given(call)
    if not given or given[0].type == "keyword_argument":
        return []
    names = [text(n) for n in given[0].named_children] if given[0].type == "tuple" else [text(given[0])]
    if BROAD.intersection(names):
        return []
    if {"TypeError", "AssertionError"}.intersection(names) or draft.uses(given[0]):
        draft.refuse(call, RAISES.format(text(started[0])))
        return []
    draft.note(given[0], EXPECTED.format(", ".join(names)))
    alone = all(is_sync(draft, node) for node in started)
    return [Edit(draft.span(given[0]), ERROR if alone else f"({', '.join(names)}, {ERROR})")]
