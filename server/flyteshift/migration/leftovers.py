"""Imports that only code which goes has read."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.rewriting import imports
from flyteshift.text import Edit, Span


def unread(draft: Draft, edits: Iterable[Edit] = ()) -> list[Span]:
    """The names of the standard library that the module imports for code in `draft.gone` alone, as imported.

    A name that `edits` put in again, as where code moves, is none.
    """
    found = []
    written = words(edits)
    shared = draft.outside.shared if draft.outside is not None else {}
    reads = [n for n in draft.document.nodes("identifier", "string") if not _imported(n)]
    for statement in imports.statements(draft.document) if draft.gone else ():
        if statement.node.parent is None or statement.node.parent.type != "module":
            continue
        for node in statement.names:
            name = node.child_by_field_name("name") or node
            bound = text(node.child_by_field_name("alias")) or text(name)
            kept = draft.span(name) in draft.stays or bound in shared or bound in written
            if not kept and _standard(statement.node, name) and _only_gone(draft, reads, bound, node):
                found.append(draft.span(name))
    return found


def words(edits: Iterable[Edit]) -> set[str]:
    """All words of the code that edits put in."""
    return {word for edit in edits for word in re.findall(r"[^\W\d]\w*", edit.text)}


def _imported(node: Node) -> bool:
    """True for a part of an import statement."""
    return node.parent is not None and node.parent.type in ("dotted_name", "aliased_import")


def _standard(statement: Node, name: Node) -> bool:
    module = statement.child_by_field_name("module_name") or name
    return text(module).partition(".")[0] in sys.stdlib_module_names and "." not in text(name)


def _only_gone(draft: Draft, reads: Sequence[Node], bound: str, at: Node) -> bool:
    """True where a name is read, and nowhere but in code that goes."""
    places = [
        draft.span(n)
        for n in reads
        if (text(n) == bound or (n.type == "string" and bound in text(n)))
        and not at.start_byte <= n.start_byte < at.end_byte
    ]
    return bool(places) and all(any(g.start <= p.start and p.end <= g.end for g in draft.gone) for p in places)
