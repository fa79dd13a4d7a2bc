"""Exceptions of flytekit that user code raises or extends.

Flyte 1 raised `FlyteRecoverableException` to be run again, Flyte 2 runs a task again after any exception.
"""

from __future__ import annotations

import builtins

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.excepts import caught
from flyteshift.migration.trees import text, walk

CATCHES = "`{0}` becomes `{1}`, which an `except` of this module catches; raise an exception of your own."
INSIDE = "The `try` around this would catch `{1}` with another text than `{0}` had; raise an exception of your own."
BUILTIN = {
    "flytekit.exceptions.user.FlyteRecoverableException": "RuntimeError",
    "flytekit.exceptions.base.FlyteRecoverableException": "RuntimeError",
    "flytekit.exceptions.user.FlyteUserException": "RuntimeError",
    "flytekit.exceptions.user.FlyteAssertion": "AssertionError",
}
"""What is raised in the place of exceptions of flytekit that take a text."""
_BASES = {"flytekit.exceptions.user.FlyteAssertion": {"AssertionError"}}
"""The built-in classes, besides Exception, that they were."""
_BROAD = frozenset({"", "Exception", "BaseException"})


def source(draft: Draft, node: Node) -> str | None:
    """The Flyte 2 code of an exception of flytekit that is raised or extended; other uses are left to be refused."""
    symbol = draft.symbol(node) or ""
    new = BUILTIN.get(symbol)
    raised = _raised(node)
    if new is None or (raised is None and not _is_extended(node)):
        return None
    draft.claim(node)
    changed = _classes(new) ^ _BASES.get(symbol, set())
    if new in draft.model.names.events or changed & _all_caught(draft):
        draft.refuse(node, CATCHES.format(text(node), new), symbol)
        return None
    if raised is not None and _is_tried(raised):
        draft.refuse(node, INSIDE.format(text(node), new), symbol)
        return None
    return new


def _raised(node: Node) -> Node | None:
    """The statement that raises a class: `raise X(...)` with positional arguments, or `raise X`."""
    above = node.parent
    if above is not None and above.type == "call" and above.child_by_field_name("function") == node:
        holder = above.child_by_field_name("arguments")
        if holder is None or any(n.type in ("keyword_argument", "dictionary_splat") for n in holder.named_children):
            return None
        node, above = above, above.parent
    if above is None or above.type != "raise_statement" or above.child_by_field_name("cause") == node:
        return None
    return above


def _is_extended(node: Node) -> bool:
    """True for the base of a class that has no codes of Flyte 1; its initialiser took any texts, as Python's do."""
    above = node.parent
    definition = above.parent if above is not None and above.type == "argument_list" else None
    if definition is None or definition.type != "class_definition":
        return False
    names = {text(n) for n in walk(definition) if n.type == "identifier"}
    if names & {"_ERROR_CODE", "error_code", "timestamp"}:
        return False
    return all(_is_plain_super(n) for n in walk(definition) if n.type == "identifier" and text(n) == "super")


def _is_plain_super(node: Node) -> bool:
    """True for the `super` of `super().__init__(...)`."""
    call = node.parent
    attribute = call.parent if call is not None else None
    return text(call) == "super()" and text(attribute) == "super().__init__"


def _is_tried(statement: Node) -> bool:
    """True inside of a `try` that may catch what is raised."""
    child, above = statement, statement.parent
    while above is not None and above.type not in ("function_definition", "class_definition", "lambda"):
        if above.type == "try_statement" and above.child_by_field_name("body") == child:
            clauses = [n for n in above.named_children if n.type in ("except_clause", "except_group_clause")]
            if any(_BROAD.intersection(caught(c)) or c.type == "except_group_clause" for c in clauses):
                return True
        child, above = above, above.parent
    return False


def _all_caught(draft: Draft) -> set[str]:
    """The last names of all classes that the module catches."""
    clauses = draft.document.nodes("except_clause", "except_group_clause")
    return {name.rpartition(".")[2] for clause in clauses for name in caught(clause)}


def _classes(name: str) -> set[str]:
    """A built-in exception and what it extends, without what nearly all exceptions are."""
    return {c.__name__ for c in getattr(builtins, name).__mro__} - {"object", "BaseException", "Exception"}
