"""The top-level statements of a text.

Of a text without syntax errors they are the tree's. Of any other text they are found by its lines alone: a statement
starts where a line starts at column 0 outside of strings. So the pieces are a function of the text, not of the edits
that led to it, and an unfinished statement does not swallow its neighbours as it does in the tree.
"""

from __future__ import annotations

import re
from functools import lru_cache

from flyteshift.text import Document, Span

_LINE_START = re.compile(r"(?:\A|(?<=[\r\n]))(?=[^\s#)\]}\\,])")
_STRINGS = re.compile(
    r"#[^\r\n]*"
    r'|"""(?:\\.|[^\\])*?"""'
    r"|'''(?:\\.|[^\\])*?'''"
    r'|"(?:\\.|[^"\\\r\n])*"?'
    r"|'(?:\\.|[^'\\\r\n])*'?",
    re.DOTALL,
)
_BRACKETS = re.compile(r"[()\[\]{}]")
_CLAUSE = re.compile(r"(?:else|elif|except|finally)\b")
_DECORATED = re.compile(r"@|(?:async|def|class)\b")
_STRONG = re.compile(
    r"@|(?:async|def|class|import|from|if|for|while|with|try|return|raise|del|global|assert|pass|type|match)\b"
    r"|[\w.\[\]]+(?:\s*:[^=\r\n]+)?\s+[-+*/@|&]?=\s"
)
_DEFINES = re.compile(r"(?:\A|(?<=[\r\n]))(?:async\s+def|def|class)\b")


def statements(document: Document) -> list[Span]:
    """The spans of the top-level statements, decorators included, in text order; comments belong to none."""
    root = document.tree.root_node
    if root.has_error:
        return split_lines(document.text)
    offset = document.code_point
    return [Span(offset(n.start_byte), offset(n.end_byte)) for n in root.children if n.type != "comment"]


def split_lines(text: str) -> list[Span]:
    """The statements of a text with syntax errors, by its lines."""
    starts = [m.start() for m in _LINE_START.finditer(text)]
    unterminated, strings = _long_strings(text)
    if unterminated:
        starts = [s for s in starts if _STRONG.match(text, s)]
    elif strings:
        starts = _outside(starts, strings)
    spans: list[Span] = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if spans and _continues(text, spans[-1], start):
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
    return [Span(s.start, s.start + len(text[s.start : s.end].rstrip())) for s in spans]


def _continues(text: str, before: Span, start: int) -> bool:
    """True where the line at `start` belongs to the statement before it."""
    if _CLAUSE.match(text, start):
        return True
    head = text[before.start : before.end]
    if head.startswith("@") and not _DEFINES.search(head):
        return _DECORATED.match(text, start) is not None
    if _STRONG.match(text, start):
        return False
    return _open_brackets(head) > 0


def _long_strings(text: str) -> tuple[bool, list[Span]]:
    """Whether a triple-quoted string lacks its end, and the spans of the strings of several lines."""
    strings, unterminated = [], False
    if '"""' in text or "'''" in text:
        for match in _STRINGS.finditer(text):
            start, end = match.span()
            found = match.group()
            if found.startswith(('"""', "'''")):
                strings.append(Span(start, end))
            elif found in ('""', "''") and text[end : end + 1] == found[0]:
                unterminated = True
    return unterminated, strings


def _outside(starts: list[int], strings: list[Span]) -> list[int]:
    kept, index = [], 0
    for start in starts:
        while index < len(strings) and strings[index].end <= start:
            index += 1
        if index == len(strings) or start <= strings[index].start:
            kept.append(start)
    return kept


@lru_cache(maxsize=4096)
def _open_brackets(text: str) -> int:
    """How many brackets of a text are open at its end."""
    depth = 0
    for bracket in _BRACKETS.findall(_STRINGS.sub("", text)):
        depth = depth + 1 if bracket in "([{" else max(depth - 1, 0)
    return depth
