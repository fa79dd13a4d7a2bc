"""Exceptions: those of flytekit that user code raises, and code around task calls that expects an error's own class.

Flyte 1 raised `FlyteRecoverableException` to be run again, Flyte 2 runs a task again after any exception. What fails
in a task reaches its caller as `flyte.errors.RuntimeUserError`, whose `code` is the name of the class (measured with
flyte 2.12, inside of a run and outside); a subclass has its own name there, so `except ValueError` has no equal form.
"""

from __future__ import annotations

import builtins

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text, walk

CAUGHT = (
    "`except {0}` would not match: in Flyte 2 what fails in a task arrives as `flyte.errors.RuntimeUserError`. "
    "Catch that `as error`, then `if error.code {1}: raise`."
)
GROUP = "`except*` would not match: in Flyte 2 what fails in a task arrives as `flyte.errors.RuntimeUserError`."
ASKED = (
    "`{0}` sees another class in Flyte 2: what fails in a task arrives as `flyte.errors.RuntimeUserError`; ask `.code`."
)
RAISES = "In Flyte 2 calling `{0}` raises `flyte.errors.RuntimeUserError`, whatever failed; expect that."
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


def check(draft: Draft, node: Node, name: str) -> None:
    """Refuse code around a call of a task that expects an error's own class."""
    child, above = node, node.parent
    while above is not None and above.type not in ("function_definition", "class_definition"):
        if above.type == "try_statement" and above.child_by_field_name("body") == child:
            for clause in above.named_children:
                _check_clause(draft, clause)
        head = text(above.named_children[0]) if above.type == "with_statement" else ""
        if "raises" in head and "raises(Exception" not in head:
            draft.refuse(above.named_children[0], RAISES.format(name))
        child, above = above, above.parent


def caught(clause: Node) -> list[str]:
    """The classes that an except clause names, as written; one empty text for a bare one."""
    kinds = [n for n in clause.named_children if n.type not in ("block", "comment")]
    if not kinds:
        return [""]
    kind = kinds[0].named_children[0] if kinds[0].type == "as_pattern" else kinds[0]
    return [text(n) for n in kind.named_children if n.type != "comment"] if kind.type == "tuple" else [text(kind)]


def _check_clause(draft: Draft, clause: Node) -> None:
    if clause.type not in ("except_clause", "except_group_clause"):
        return
    if text(clause).removeprefix("except").lstrip().startswith("*"):
        draft.refuse(clause, GROUP)
        return
    names = caught(clause)
    if not _BROAD.intersection(names):
        codes = [name.rpartition(".")[2] for name in names]
        asked = f'!= "{codes[0]}"' if len(codes) == 1 else "not in (" + ", ".join(f'"{c}"' for c in codes) + ")"
        draft.refuse(clause, CAUGHT.format(", ".join(sorted(names)), asked))
    alias = next((n for n in walk(clause) if n.type == "as_pattern_target"), None)
    for node in walk(clause) if alias is not None else ():
        if (asks := _asks_class(node, text(alias))) is not None:
            draft.refuse(asks, ASKED.format(text(asks)))


def _asks_class(node: Node, name: str) -> Node | None:
    """`isinstance(e, ...)`, `type(e)` and `e.__class__`."""
    if node.type == "attribute" and text(node) == f"{name}.__class__":
        return node
    function = node.child_by_field_name("function") if node.type == "call" else None
    holder = node.child_by_field_name("arguments")
    if text(function) not in ("isinstance", "type", "issubclass") or holder is None or not holder.named_children:
        return None
    return node if text(holder.named_children[0]) == name else None


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
    """True for the base of a class that has a body of its own only in name: no codes of Flyte 1, no initialiser."""
    above = node.parent
    definition = above.parent if above is not None and above.type == "argument_list" else None
    if definition is None or definition.type != "class_definition":
        return False
    names = {text(n) for n in walk(definition) if n.type == "identifier"}
    return not names & {"_ERROR_CODE", "error_code", "timestamp", "super"}


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
    clauses = [n for n in walk(draft.document.tree.root_node) if n.type in ("except_clause", "except_group_clause")]
    return {name.rpartition(".")[2] for clause in clauses for name in caught(clause)}


def _classes(name: str) -> set[str]:
    """A built-in exception and what it extends, without what nearly all exceptions are."""
    return {c.__name__ for c in getattr(builtins, name).__mro__} - {"object", "BaseException", "Exception"}
