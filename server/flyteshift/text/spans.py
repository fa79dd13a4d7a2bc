"""Spans of text and edits to them, in code points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of code-point offsets into one text: `start` included, `end` not."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """True where the two share a character; two insertions at one offset overlap as well."""
        return self == other or (self.start < other.end and other.start < self.end)

    def contains(self, offset: int) -> bool:
        """True where a caret at `offset` touches the span, its end included (as editors count it)."""
        return self.start <= offset <= self.end

    def shifted(self, by: int) -> Span:
        """The span moved by `by` code points."""
        return Span(self.start + by, self.end + by)


class Edit(NamedTuple):
    """Replace `span` of a text by `text`."""

    span: Span
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; they refer to the text as given, in any order.

    Insertions at one offset keep the order in which they come.
    Raises ValueError where two edits overlap or one lies outside the text.
    """
    out: list[str] = []
    at = 0
    for (start, end), new in sorted(edits, key=lambda e: e.span):
        if start < at or end < start or end > len(text):
            raise ValueError(f"edit {start}..{end} overlaps another or lies outside the text")
        out += text[at:start], new
        at = end
    return "".join(out) + text[at:]
