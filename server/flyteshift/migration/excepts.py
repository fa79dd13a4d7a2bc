"""The parts of `try` statements: their clauses, and what these catch."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration.trees import text


def clauses(statement: Node) -> list[Node]:
    """The clauses of a `try`, in their order."""
    return [n for n in statement.named_children if n.type in ("except_clause", "except_group_clause")]


def caught(clause: Node) -> list[str]:
    """The classes that an except clause names, as written; one empty text for a bare one."""
    named = kind(clause)
    if named is None:
        return [""]
    return [text(n) for n in named.named_children if n.type != "comment"] if named.type == "tuple" else [text(named)]


def kind(clause: Node) -> Node | None:
    """What stands behind `except`, without the name behind `as`."""
    kinds = [n for n in clause.named_children if n.type not in ("block", "comment")]
    if not kinds:
        return None
    return kinds[0].named_children[0] if kinds[0].type == "as_pattern" else kinds[0]


def alias(clause: Node) -> str:
    """The name behind `as`; empty where there is none."""
    return text(next((n for n in clause.named_children if n.type == "as_pattern"), None)).rpartition(" as ")[2].strip()


def block(clause: Node) -> Node:
    """What a clause does."""
    return next(n for n in clause.named_children if n.type == "block")
