"""Immutable, versioned documents with a tree-sitter tree that follows the edits."""

from __future__ import annotations

import re
import threading
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from itertools import accumulate
from typing import NamedTuple

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Point, Tree

from flyteshift.text.lines import LineTable
from flyteshift.text.spans import Edit, Span, apply_edits

_LANGUAGE = Language(tree_sitter_python.language())


class _Local(threading.local):
    """A parser for each thread: one must not be used by two at a time."""

    def __init__(self) -> None:
        self.parser = Parser(_LANGUAGE)


_LOCAL = _Local()
_KEPT = 4
"""How many results of edits a document keeps."""
_LONE_CR = re.compile(rb"\r(?!\n)")


class Change(NamedTuple):
    """One change of a text: `span` (code points of the text before it) is replaced by `text`; None: the whole text."""

    span: Span | None
    text: str


@dataclass(frozen=True)
class Document:
    """A Python source text at one version. Offsets are code points; tree-sitter's bytes are converted here."""

    uri: str
    text: str
    version: int | None = None
    _edited: list[Tree] = field(default_factory=list, repr=False, compare=False)
    _made: dict[str, Document] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def lines(self) -> LineTable:
        """The line table."""
        return LineTable(self.text)

    @cached_property
    def data(self) -> bytes:
        """The text as tree-sitter reads it: UTF-8, each lone CR as LF (the grammar takes CR for a blank)."""
        data = self.text.encode("utf-8", "surrogatepass")
        return _LONE_CR.sub(b"\n", data) if b"\r" in data else data

    @cached_property
    def tree(self) -> Tree:
        """The syntax tree, parsed incrementally where the document came from `changed`."""
        if self._edited:
            return _LOCAL.parser.parse(self.data, self._edited.pop())
        return _LOCAL.parser.parse(self.data)

    def nodes(self, *kinds: str) -> Sequence[Node]:
        """The named nodes of the tree in text order: all of them, or those of some kinds (`identifier`, `call`)."""
        if not kinds:
            return self._nodes
        if len(kinds) == 1:
            return self._nodes_by_kind.get(kinds[0], [])
        return [node for node in self._nodes if node.type in kinds]

    def identifiers(self, name: str) -> Sequence[Node]:
        """The identifiers of that name, in text order."""
        return self._identifiers.get(name, [])

    @cached_property
    def _identifiers(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes("identifier"):
            name = self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")
            found.setdefault(name, []).append(node)
        return found

    @cached_property
    def _nodes(self) -> list[Node]:
        found: list[Node] = []
        stack = [self.tree.root_node]
        while stack:
            node = stack.pop()
            found.append(node)
            stack.extend(reversed(node.named_children))
        return found

    @cached_property
    def _nodes_by_kind(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self._nodes:
            found.setdefault(node.type, []).append(node)
        return found

    def changed(self, changes: Iterable[Change], version: int | None = None) -> Document:
        """The next version: the changes made one after the other, each relative to the text that the last one left."""
        document, tree = self, self.tree.copy()
        whole = False
        for span, new in changes:
            text = document.text
            if span is None:
                document, whole = Document(self.uri, new, version), True
                continue
            start, end = span
            after = Document(self.uri, text[:start] + new + text[end:], version)
            if not whole:
                tree.edit(
                    document.byte_offset(start),
                    document.byte_offset(end),
                    after.byte_offset(start + len(new)),
                    document._point(start),
                    document._point(end),
                    after._point(start + len(new)),
                )
            # A lone CR beside the edit may stop or start to be one, outside the range that the edit names.
            whole = whole or "\r" in after.text
            document = after
        if document is self:
            document = Document(self.uri, self.text, version)
        if not whole:
            document._edited.append(tree)
        return document

    def edited(self, edits: Iterable[Edit], version: int | None = None) -> Document:
        """The document with edits made, as `apply_edits` makes them; the last few are kept, with what is known of them.

        Raises ValueError where two edits overlap or one lies outside the text.
        """
        text = apply_edits(self.text, edits)
        found = self._made.get(text)
        if found is not None and found.version == version:
            return found
        document = Document(self.uri, text, version)
        if len(self._made) >= _KEPT:
            del self._made[next(iter(self._made))]
        self._made[text] = document
        return document

    def span(self, node: Node) -> Span:
        """The code-point span of a syntax node of this document's tree."""
        return Span(self.code_point(node.start_byte), self.code_point(node.end_byte))

    def source(self, node: Node) -> str:
        """The source text of a syntax node, as it stands in the document."""
        start, end = self.span(node)
        return self.text[start:end]

    @property
    def is_ascii(self) -> bool:
        """True where bytes and code points count alike."""
        return self._byte_starts is None

    def code_point(self, byte: int) -> int:
        """The code-point offset of a byte offset into `data`."""
        if self._byte_starts is None:
            return byte
        line = bisect_right(self._byte_starts, byte) - 1
        start = self._byte_starts[line]
        return self.lines.starts[line] + len(self.data[start:byte].decode("utf-8", "surrogatepass"))

    def byte_offset(self, offset: int) -> int:
        """The byte offset into `data` of a code-point offset."""
        if self._byte_starts is None:
            return offset
        line = self.lines.line_of(offset)
        head = self.text[self.lines.starts[line] : offset]
        return self._byte_starts[line] + len(head.encode("utf-8", "surrogatepass"))

    @cached_property
    def _byte_starts(self) -> list[int] | None:
        """Where the lines start in `data`; None where bytes and code points are the same."""
        if self.text.isascii():
            return None
        starts = [0, *accumulate(map(len, BytesIO(self.data)))]
        if not self.data.endswith(b"\n"):
            starts.pop()
        return starts

    def _point(self, offset: int) -> Point:
        line = self.lines.line_of(offset)
        point: Point = Point(line, self.byte_offset(offset) - self.byte_offset(self.lines.starts[line]))
        return point


def parse(text: str) -> Node:
    """The root node of a text parsed by itself; offsets are bytes of its UTF-8 form."""
    return _LOCAL.parser.parse(_LONE_CR.sub(b"\n", text.encode("utf-8", "surrogatepass"))).root_node
