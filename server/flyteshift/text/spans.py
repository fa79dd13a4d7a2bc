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


def compose(text: str, first: Iterable[Edit], second: Iterable[Edit]) -> list[Edit]:
    """The edits of `text` that do at once what `first` does, and then `second` to the text that it leaves.

    Raises ValueError where edits of one list overlap.
    """
    first = sorted(first, key=lambda e: e.span)
    pieces = _pieces(len(text), first)
    middle = apply_edits(text, first)
    out: list[tuple[Span | None, str]] = []
    at, index, done = 0, 0, 0  # offset in the middle text, piece, code points of that piece that are used up

    def take(upto: int, *, keep: bool) -> None:
        nonlocal at, index, done
        while at < upto:
            span, new = pieces[index]
            length = span.end - span.start if span is not None else len(new)
            step = min(upto - at, length - done)
            if keep and span is not None:
                out.append((Span(span.start + done, span.start + done + step), ""))
            elif keep:
                out.append((None, new[done : done + step]))
            at, done = at + step, done + step
            if done == length:
                index, done = index + 1, 0

    for (start, end), new in sorted(second, key=lambda e: e.span):
        if start < at or end > len(middle):
            raise ValueError(f"edit {start}..{end} overlaps another or lies outside the text")
        take(start, keep=True)
        out.append((None, new))
        take(end, keep=False)
    take(len(middle), keep=True)
    return _edits(len(text), out)


def moved(offset: int, edits: Iterable[Edit]) -> int:
    """Where an offset of a text stands after the edits; inside a replaced span: where the replacement ends."""
    shift = 0
    for (start, end), new in sorted(edits, key=lambda e: e.span):
        if end <= offset:
            shift += len(new) - (end - start)
        elif start < offset:
            return start + shift + len(new)
    return offset + shift


def _pieces(length: int, edits: Iterable[Edit]) -> list[tuple[Span | None, str]]:
    """An edited text as spans that are kept and texts that are new."""
    pieces: list[tuple[Span | None, str]] = []
    at = 0
    for (start, end), new in edits:
        if start > at:
            pieces.append((Span(at, start), ""))
        if new:
            pieces.append((None, new))
        at = end
    if length > at:
        pieces.append((Span(at, length), ""))
    return pieces


def _edits(length: int, pieces: Iterable[tuple[Span | None, str]]) -> list[Edit]:
    """The edits that make a text of kept spans, in their order, and new texts."""
    edits: list[Edit] = []
    at, new = 0, ""
    for span, text in [*pieces, (Span(length, length), "")]:
        if span is None:
            new += text
            continue
        if new or span.start > at:
            edits.append(Edit(Span(at, span.start), new))
        at, new = span.end, ""
    return edits
