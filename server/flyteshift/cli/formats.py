"""How findings are printed: for people, for programs (JSON), and for GitHub's annotations."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flyteshift.cli.console import Console, Style

if TYPE_CHECKING:
    from tree_sitter import Node

    from flyteshift.rules.finding import Finding
    from flyteshift.text import Document

_COLOURS: dict[str, Style] = {"error": "red", "warning": "yellow", "information": "cyan", "hint": "cyan"}
_GITHUB = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}
_TAB = 4
_WIDEST = 160
_MARGIN = 60


def as_text(name: str, document: Document, finding: Finding, console: Console) -> str:
    """A finding for people: where, what, the source line and a caret under each of its characters."""
    colour = _COLOURS[finding.severity]
    where = f"{name}:{place(document, finding.span.start)}"
    source, caret = underlined(document, *finding.span)
    line = document.lines.line_of(finding.span.start) + 1
    gutter = f"{line:>5} | "
    return (
        f"{console.paint(where, 'bold')} {console.paint(finding.code, colour)} {finding.message}\n"
        f"{console.paint(gutter, 'dim')}{source}\n"
        f"{console.paint(' ' * (len(gutter) - 2) + '| ', 'dim')}{console.paint(caret, colour)}"
    )


def as_json(name: str, document: Document, finding: Finding) -> dict[str, object]:
    """A finding for programs. Rows and columns count from 1, columns in code points; the end is exclusive."""
    (row, column), (end_row, end_column) = (document.lines.position(each) for each in finding.span)
    return {
        "filename": name,
        "code": finding.code,
        "name": finding.name,
        "symbol": finding.symbol,
        "message": finding.message,
        "severity": finding.severity,
        "url": finding.url,
        "applicability": finding.applicability,
        "location": {"row": row + 1, "column": column + 1},
        "end_location": {"row": end_row + 1, "column": end_column + 1},
    }


def json_list(findings: list[dict[str, object]]) -> str:
    """A JSON list, one finding a line."""
    return "[" + ",".join(f"\n  {json.dumps(each)}" for each in findings) + ("\n]" if findings else "]")


def as_github(name: str, document: Document, finding: Finding) -> str:
    """A finding as a workflow command, which GitHub shows beside the line."""
    (row, column), (end_row, end_column) = (document.lines.position(each) for each in finding.span)
    properties = {
        "file": name.replace("\\", "/"),
        "line": row + 1,
        "col": column + 1,
        "endLine": end_row + 1,
        "endColumn": end_column + 1,
        "title": f"{finding.code} {finding.name}",
    }
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{_GITHUB[finding.severity]} {listed}::{_data(finding.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def place(document: Document, offset: int) -> str:
    """`row:column` of an offset, both from 1, in code points."""
    row, column = document.lines.position(offset)
    return f"{row + 1}:{column + 1}"


def count(number: int, what: str) -> str:
    """`1 file`, `1,234 files`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def syntax_error(document: Document) -> str | None:
    """Where the first syntax error stands, as `row:column`; None where the text parses."""
    root = document.tree.root_node
    if not root.has_error:
        return None
    first = next(_errors(root), root)
    return place(document, document.span(first).start)


def _errors(node: Node) -> Iterator[Node]:
    """The outermost error nodes, in text order. Iterative: broken code nests deeply."""
    stack = [node]
    while stack:
        each = stack.pop()
        if each.is_error or each.is_missing:
            yield each
        elif each.has_error:
            stack.extend(reversed(each.children))


def underlined(document: Document, start: int, end: int) -> tuple[str, str]:
    """The line where a span starts and the carets under its part of the span.

    Tabs become blanks, characters that would move the cursor a replacement sign; a long line is cut around the span.
    """
    lines = document.lines
    line = lines.line_of(start)
    first, last = lines.starts[line], lines.end_of(line)
    text = document.text[first:last]
    begin, stop = start - first, max(min(end, last) - first, start - first + 1)
    head, tail = "", ""
    if len(text) > _WIDEST:
        left, right = max(begin - _MARGIN, 0), max(stop + _MARGIN, _WIDEST)
        head, tail = ("…" if left else ""), ("…" if right < len(text) else "")
        text, begin, stop = text[left:right], begin - left, stop - left
    cells = [_cell(char) for char in text]
    indent = len(head) + sum(width for _, width in cells[:begin])
    length = sum(width for _, width in cells[begin:stop])
    return head + "".join(shown for shown, _ in cells) + tail, " " * indent + "^" * max(length, 1)


def _cell(char: str) -> tuple[str, int]:
    """A character as it is shown and how many columns it takes."""
    if " " <= char <= "~":
        return char, 1
    if char == "\t":
        return " " * _TAB, _TAB
    category = unicodedata.category(char)
    if category in ("Mn", "Me"):
        return char, 0
    if category in ("Cc", "Cf", "Zl", "Zp", "Cs"):
        return "\N{REPLACEMENT CHARACTER}", 1
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1
