"""Texts inside of f-strings: before Python 3.12 they must have other quotes than the f-string, and stay on its line."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.text import Document, Edit


def requoted(document: Document) -> list[Edit] | None:
    """The edits that give texts inside of f-strings other quotes where these clash; None where that cannot be."""
    edits: list[Edit] = []
    for inner, outer in _clashes(document):
        edit = _edits(document, inner, outer) if inner.type == "string" else None
        if edit is None:
            return None
        edits += edit
    return edits


def clashes(document: Document) -> bool:
    """True for code that Python before 3.12 does not read for what stands inside of an f-string."""
    return next(_clashes(document), None) is not None


def _clashes(document: Document) -> Iterator[tuple[Node, list[str]]]:
    """The texts inside of f-strings that have the quotes of one around, with all quotes around; and spread code."""
    for part in document.nodes("interpolation"):
        around = _around(part)
        if "\n" in _text(part) and any(len(quotes) == 1 for quotes in around):
            yield part, around
            continue
        stack = [part]
        while stack:
            node = stack.pop()
            stack += [n for n in node.named_children if n.type != "interpolation"]
            if node.type == "string" and any(quotes in _text(node) for quotes in around):
                yield node, around


def _around(part: Node) -> list[str]:
    """The quotes of the f-strings around an expression."""
    found: list[str] = []
    above = part.parent
    while above is not None:
        if above.type == "string":
            found.append(_quotes(above))
        above = above.parent
    return found


def _edits(document: Document, node: Node, around: list[str]) -> list[Edit] | None:
    """The edits that give a text the other quotes."""
    old, start, end = _quotes(node), node.children[0], node.children[-1]
    new = ("'" if '"' in old else '"') * len(old)
    inside = _text(node)[len(_text(start)) : -len(old)]
    if len(old) > 1 or new in inside or "\\" in inside or any(q in f"{inside}{new}" for q in around):
        return None
    head = _text(start).replace(old, new)
    return [Edit(document.span(start), head), Edit(document.span(end), new)]


def _quotes(string: Node) -> str:
    return _text(string.children[-1])


def _text(node: Node) -> str:
    return node.text.decode("utf-8", "surrogatepass") if node.text is not None else ""
