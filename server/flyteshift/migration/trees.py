"""Reading syntax trees: the nodes under one, and their texts."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.text import Document


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


def is_inside(node: Node, around: Node) -> bool:
    """True where a node is another one, or lies in it."""
    return around.start_byte <= node.start_byte and node.end_byte <= around.end_byte


def body_at(document: Document, offset: int) -> Node | None:
    """The body of the function whose name starts at a code-point offset."""
    byte = document.byte_offset(offset)
    function = document.tree.root_node.descendant_for_byte_range(byte, byte + 1)
    while function is not None and function.type != "function_definition":
        function = function.parent
    return function.child_by_field_name("body") if function is not None else None


def is_read(node: Node) -> bool:
    """True where an identifier or attribute reads a value: no import, label of an argument or part of a longer name."""
    above = node.parent
    while above is not None and above.type in ("dotted_name", "aliased_import", "relative_import"):
        above = above.parent
    if above is None or above.type in ("import_statement", "import_from_statement"):
        return False
    if above.type == "keyword_argument":
        return above.child_by_field_name("name") != node
    return above.type != "attribute" or above.child_by_field_name("object") == node
