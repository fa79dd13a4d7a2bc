"""Findings as the JSON of the protocol's diagnostics, fast.

Hundreds of diagnostics are sent after each keystroke. Built as lsprotocol objects and converted one by one they cost
more than finding them; here the JSON of a statement's findings is kept as long as the statement does not change, and
only its line numbers are put in anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from flyteshift.lsp.client import Client
from flyteshift.rules.detect import Block
from flyteshift.rules.finding import Finding
from flyteshift.text import Document, Span
from flyteshift.workspace.suppressions import Problem

_SEVERITY = {"error": 1, "warning": 2, "information": 3, "hint": 4}
_UNNECESSARY, _DEPRECATED = 1, 2
UNUSED = "unused-suppression"
"""The code of the diagnostic of a suppression comment that hides nothing."""


class Renderer:
    """The diagnostics of one document, version after version."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._contents: dict[tuple[object, ...], str] = {}
        self._kept: dict[int, _Rendered] = {}

    def items(self, document: Document, blocks: Iterable[Block], problems: Iterable[Problem] = ()) -> bytes:
        """The diagnostics of a version of the document: JSON objects with commas between them.

        `problems` are suppression comments that hide nothing.
        """
        kept: dict[int, _Rendered] = {}
        for block in blocks:
            key = id(block.findings)
            elsewhere = self._elsewhere(document, block)
            known = self._kept.get(key)
            if known is None or not known.holds(block, elsewhere):
                known = _Rendered(block.findings, elsewhere, self._pieces(document, block))
            if known.line != block.line:
                known = known.moved(block.line)
            kept[key] = known
        self._kept = kept
        texts = [rendered.text for rendered in kept.values()]
        texts += [self._unused(document, problem) for problem in problems]
        return ",".join(texts).encode("ascii")

    def _unused(self, document: Document, problem: Problem) -> str:
        start, end = ({"line": line, "character": char} for line, char in self._ends(document, problem.span))
        fields: dict[str, object] = {
            "range": {"start": start, "end": end},
            "severity": _SEVERITY["information"],
            "code": UNUSED,
            "source": "flyteshift",
            "message": problem.message,
        }
        if self._client.unnecessary_tag:
            fields["tags"] = [_UNNECESSARY]
        return json.dumps(fields, separators=(",", ":"))

    def _elsewhere(self, document: Document, block: Block) -> tuple[_Ends, ...]:
        """Where the related places are, which move on their own."""
        if not self._client.related_information:
            return ()
        return tuple(self._ends(document, related.span) for finding in block.findings for related in finding.related)

    def _ends(self, document: Document, span: Span) -> _Ends:
        encoding = self._client.encoding
        return document.lines.position(span.start, encoding), document.lines.position(span.end, encoding)

    def _pieces(self, document: Document, block: Block) -> list[_Piece]:
        pieces = []
        for finding in block.findings:
            start, end = self._ends(document, finding.span.shifted(block.start))
            tail = f',"character":{end[1]}}}}},{self._content(finding)}{self._related(document, finding)}}}'
            middle = f',"character":{start[1]}}},"end":{{"line":'
            pieces.append((start[0] - block.line, middle, end[0] - block.line, tail))
        return pieces

    def _content(self, finding: Finding) -> str:
        """All of a diagnostic but where it stands, without its braces."""
        f = finding
        key = (f.code, f.name, f.symbol, f.message, f.severity, f.url, f.applicability, f.gone)
        content = self._contents.get(key)
        if content is None:
            content = self._contents[key] = json.dumps(self._fields(f), separators=(",", ":"))[1:-1]
        return content

    def _fields(self, finding: Finding) -> dict[str, object]:
        fields: dict[str, object] = {
            "severity": _SEVERITY[finding.severity],
            "code": finding.code,
            "source": "flyteshift",
            "message": finding.message,
        }
        if self._client.code_description and finding.url:
            fields["codeDescription"] = {"href": finding.url}
        if self._client.deprecated_tag and finding.gone:
            fields["tags"] = [_DEPRECATED]
        if self._client.diagnostic_data:
            fields["data"] = {"name": finding.name, "symbol": finding.symbol, "applicability": finding.applicability}
        return fields

    def _related(self, document: Document, finding: Finding) -> str:
        if not (finding.related and self._client.related_information):
            return ""
        entries = []
        for related in finding.related:
            ends = self._ends(document, related.span)
            start, end = ({"line": line, "character": character} for line, character in ends)
            location = {"uri": document.uri, "range": {"start": start, "end": end}}
            entries.append({"location": location, "message": related.message})
        return f',"relatedInformation":{json.dumps(entries, separators=(",", ":"))}'


_Ends = tuple[tuple[int, int], tuple[int, int]]
"""Line and character of start and end."""
_Piece = tuple[int, str, int, str]
"""The lines of start and end, counted from the block's, and the text after each."""


@dataclass(frozen=True, slots=True)
class _Rendered:
    findings: tuple[Finding, ...]
    """Held so that no other tuple can get its id."""
    elsewhere: tuple[_Ends, ...]
    pieces: list[_Piece]
    line: int = -1
    text: str = ""

    def holds(self, block: Block, elsewhere: tuple[_Ends, ...]) -> bool:
        """True where nothing but the statement's line can have changed; what shares its first line may have."""
        return self.findings is block.findings and self.elsewhere == elsewhere and block.character == 0

    def moved(self, line: int) -> _Rendered:
        """The same with the statement at a line."""
        text = ",".join(
            f'{{"range":{{"start":{{"line":{line + start}{middle}{line + end}{tail}'
            for start, middle, end, tail in self.pieces
        )
        return replace(self, line=line, text=text)
