"""Code that catches the error of a secret that is not there.

`secrets.get` raised ValueError, a variable that is not set raises KeyError (measured); an `except` that tells the two
apart has to follow.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.draft import Draft
from flyteshift.migration.error_codes import BROAD, is_told
from flyteshift.migration.excepts import alias, block, caught, clauses, kind
from flyteshift.migration.scopes import is_load
from flyteshift.migration.trees import is_inside, text, walk
from flyteshift.text import Edit

GET = "flytekit.current_context().secrets.get"
OTHER = (
    "A secret that is not there raises `KeyError` in Flyte 2, not `ValueError`, and this `except` tells the two apart: "
    "give the line that reads the secret a `try` of its own with `except ValueError`, then migrate."
)
TEXT = "`{0}` has another text in Flyte 2 where the secret is not there; print or log it, or write a text of your own."
_OLD, _NEW = BROAD | {"ValueError"}, BROAD | {"LookupError", "KeyError"}
_QUIET = frozenset({"print", "debug", "info", "warning", "error", "critical", "log"})
"""Calls that raise neither of the two."""
_RISKY = frozenset({"raise_statement", "assert_statement", "binary_operator", "for_statement", "with_statement"})


def edits(draft: Draft) -> list[Edit]:
    """The edits of `except ValueError` around what reads a secret; refuses what has no equal form."""
    found: dict[int, Edit] = {}
    waiting = (
        [n for n in draft.document.nodes("call") if _called(draft, n) == GET] if "except" in draft.document.text else []
    )
    named: set[str] = set()
    while waiting:
        read = waiting.pop()
        clause = _clause(draft, read, found)
        function = callees.scope(read)
        name = text(function.child_by_field_name("name"))
        if clause is None and name and name not in named:
            named.add(name)
            waiting += [n for n in draft.document.nodes("call") if text(n.child_by_field_name("function")) == name]
    return [*found.values()]


def _called(draft: Draft, call: Node) -> str | None:
    function = call.child_by_field_name("function")
    return draft.symbol(function) if function is not None else None


def _clause(draft: Draft, read: Node, found: dict[int, Edit]) -> Node | None:
    """The clause of its function that catches the error of a reading; adds the edit that has it do so."""
    for statement in _tried(read):
        there = clauses(statement)
        old, new = (next((c for c in there if known.intersection(caught(c))), None) for known in (_OLD, _NEW))
        if old is None and new is None:
            continue
        if old is None or (old != new and (new is not None or not _is_alone(draft, statement, read))):
            draft.refuse(old or new or statement, OTHER)
            return old or new
        for node in walk(block(old)) if alias(old) else ():
            is_asked = node.type == "identifier" and text(node) == alias(old) and is_load(node)
            if is_asked and not is_told(node, alias(old)):
                draft.refuse(node, TEXT.format(text(node)))
        named = kind(old)
        for node in walk(named) if old != new and named is not None else ():
            if text(node) == "ValueError" and node.type == "identifier":
                found[node.start_byte] = Edit(draft.span(node), "KeyError")
        return old
    return None


def _tried(node: Node) -> Iterator[Node]:
    """The `try` statements around a node in its function, the inmost first, that catch what fails at it."""
    inside, above = node, node.parent
    while above is not None and inside.type != "function_definition":
        if above.type == "try_statement" and above.child_by_field_name("body") == inside:
            yield above
        inside, above = above, above.parent


def _is_alone(draft: Draft, statement: Node, read: Node) -> bool:
    """True where nothing in a `try` but the reading of secrets raises ValueError or KeyError."""
    body = statement.child_by_field_name("body")
    for node in walk(body) if body is not None else ():
        if is_inside(node, read):
            continue
        if node.type in _RISKY or (node.type == "subscript" and _is_read(node)):
            return False
        if node.type == "call" and not _is_quiet(draft, node):
            return False
    return True


def _is_quiet(draft: Draft, call: Node) -> bool:
    """True for the reading of a secret, what it is read off, and what prints or logs."""
    symbol = _called(draft, call) or ""
    name = text(call.child_by_field_name("function")).rpartition(".")[2]
    return symbol in (GET, GET.partition("()")[0]) or name in _QUIET


def _is_read(subscript: Node) -> bool:
    """True for a subscript that is read, not set."""
    above = subscript.parent
    return above is None or above.type != "assignment" or above.child_by_field_name("left") != subscript
