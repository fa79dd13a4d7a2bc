"""Code moved to another indent. Lines that start inside of a text stay as they are: its content would change."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.text import Document


def indent_at(document: Document, offset: int) -> str:
    """The blanks that the line around an offset starts with."""
    line = document.lines.line_text(document.lines.line_of(offset))
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def unit(document: Document, node: Node) -> str:
    """One step of indent, as the function around a node (or else four blanks) has it."""
    above = node.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    body = above.child_by_field_name("body") if above is not None else None
    if above is None or body is None or not body.named_children:
        return "    "
    outer = indent_at(document, document.span(above).start)
    inner = indent_at(document, document.span(body.named_children[0]).start)
    return inner[len(outer) :] if inner.startswith(outer) and len(inner) > len(outer) else "    "


def texts(node: Node) -> set[int]:
    """The rows under a node that start inside of a text."""
    found: set[int] = set()
    stack = [node]
    while stack:
        inner = stack.pop()
        if inner.type == "string":
            found.update(range(inner.start_point.row + 1, inner.end_point.row + 1))
        else:
            stack.extend(inner.children)
    return found


def moved(document: Document, node: Node, indent: str) -> list[str]:
    """The lines of a node: the first without an indent, the others moved as the first one's line moves to `indent`."""
    start, end = document.span(node)
    old, fixed = indent_at(document, start), texts(node)
    lines, first = document.lines, document.lines.line_of(start)
    found = []
    for row in range(first, lines.line_of(end) + 1):
        line_end = min(lines.end_of(row), end)
        line = document.text[max(lines.starts[row], start) : line_end]
        if row == first or row in fixed or not line.strip():
            found.append(line)
        else:
            found.append(indent + (line[len(old) :] if line.startswith(old) else line.lstrip(" \t")))
    return found
