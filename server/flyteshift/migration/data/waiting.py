"""Reading and writing in drivers that have become `async`: `f.download_sync()` becomes `await f.download()`."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration import awaits
from flyteshift.migration.trees import text, walk
from flyteshift.text import Document, Edit, Span

BLOCKS = "`{0}` reads a frame by `all_sync()`, which does not work in an `async` function"
_WAITS = {"all_sync": "all", "download_sync": "download", "from_local_sync": "from_local"}
_TIGHT = frozenset({"attribute", "subscript", "call"})
_OWN = frozenset({"lambda", "generator_expression"})


def edits(document: Document) -> list[Edit]:
    """The edits that await what an `async` function reads or writes."""
    found = []
    for node in document.nodes("call"):
        name = _read(node)
        if not name or awaits.around(node) is None or _in_own(node):
            continue
        function, above = node.child_by_field_name("function"), node.parent
        label = function.child_by_field_name("attribute") if function is not None else None
        if label is None or above is None:
            continue
        tight = above.type in _TIGHT and above.named_children[0] == node
        start, end = document.span(node)
        found.append(Edit(Span(start, start), "(await " if tight else "await "))
        found.append(Edit(document.span(label), _WAITS[name]))
        if tight:
            found.append(Edit(Span(end, end), ")"))
    return found


def stuck(function: Node) -> str:
    """Why a function cannot be `async` or run by one: it reads a frame where nothing can be awaited; empty if not."""
    for node in walk(function):
        if _read(node) == "all_sync" and _in_own(node):
            return BLOCKS.format(text(function.child_by_field_name("name")))
    return ""


def blocks(function: Node) -> str:
    """Why an `async` function cannot run a plain one; empty where it can."""
    found = any(_read(node) == "all_sync" for node in walk(function))
    return BLOCKS.format(text(function.child_by_field_name("name"))) if found else ""


def _read(node: Node) -> str:
    """The method by which a call reads or writes a file or frame; empty for others."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    name = text(function.child_by_field_name("attribute")) if function is not None else ""
    return name if name in _WAITS else ""


def _in_own(node: Node) -> bool:
    """True in a lambda or generator, which cannot await."""
    above = node.parent
    while above is not None and above.type != "function_definition":
        if above.type in _OWN:
            return True
        above = above.parent
    return False
