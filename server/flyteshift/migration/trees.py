"""Reading syntax trees: the nodes under one, and their texts."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node


def walk(node: Node) -> Iterator[Node]:
    """A node and all nodes under it, in text order."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.named_children))


def text(node: Node | None) -> str:
    """The text of a node; empty for None. The grammar counts the CR of a CRLF as part of a comment; it is none."""
    return node.text.decode("utf-8", "surrogatepass").rstrip("\r") if node is not None and node.text is not None else ""
