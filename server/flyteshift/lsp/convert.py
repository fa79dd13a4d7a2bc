"""Between the protocol's objects and ours: positions, ranges, changes, edits and paths. Nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from flyteshift.text import Change, Document, Edit, Encoding, LineTable, Span
from flyteshift.workspace.files import MAX_BYTES


@lru_cache(maxsize=1024)
def path(uri: str) -> Path | None:
    """The file of a `file:` URI; None for every other scheme (`untitled:`, notebook cells)."""
    if not uri.startswith("file:"):
        return None
    found = to_fs_path(uri)
    return Path(found) if found else None


def offset(document: Document, position: types.Position, encoding: Encoding) -> int:
    """The code-point offset of a position, clamped to the text."""
    return document.lines.offset(position.line, position.character, encoding)


def span(lines: LineTable, value: types.Range, encoding: Encoding) -> Span:
    """The span of a range, clamped to the text; a range the wrong way round is turned."""
    ends = [lines.offset(end.line, end.character, encoding) for end in (value.start, value.end)]
    return Span(min(ends), max(ends))


def range_(document: Document, value: Span, encoding: Encoding) -> types.Range:
    """The range of a span."""
    return types.Range(
        types.Position(*document.lines.position(value.start, encoding)),
        types.Position(*document.lines.position(value.end, encoding)),
    )


def changed(
    document: Document, events: Sequence[types.TextDocumentContentChangeEvent], version: int, encoding: Encoding
) -> Document:
    """The document after a `didChange`: its events one after the other, each relative to what the last one left."""
    changes: list[Change] = []
    lines = document.lines
    text = document.text
    for event in events:
        if isinstance(event, types.TextDocumentContentChangePartial):
            where = span(lines, event.range, encoding)
            changes.append(Change(where, event.text))
            text = text[: where.start] + event.text + text[where.end :]
        else:
            changes.append(Change(None, event.text))
            text = event.text
        if len(events) > len(changes):
            lines = LineTable(text)
    if too_big(text) or too_big(document.text):  # without the tree, whose upkeep would cost
        return Document(document.uri, text, version)
    return document.changed(changes, version)


def too_big(text: str) -> bool:
    """True for a text of more UTF-8 bytes than are analysed."""
    if len(text) * 4 <= MAX_BYTES:
        return False
    return len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES


def text_edits(document: Document, edits: Iterable[Edit], encoding: Encoding) -> list[types.TextEdit]:
    """Edits as the protocol has them."""
    return [types.TextEdit(range_(document, edit.span, encoding), edit.text) for edit in edits]
