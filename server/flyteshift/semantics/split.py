"""The top-level statements of a text with syntax errors.

They are found by its lines alone: a statement starts where a line starts at column 0 outside of strings and brackets.
So the pieces are a function of the text, not of the edits that led to it (an incremental tree with errors is not), and
an unfinished statement does not swallow its neighbours as it does in the tree.
"""

from __future__ import annotations

import re
from functools import lru_cache

from flyteshift.text import LineTable, Span

_NO_START = frozenset({"", " ", "\t", "\f", "\v", "\r", "\n", "#", ")", "]", "}", "\\", ","})
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
_STRONG = re.compile(
    r"@|(?:async|def|class|import|from|if|for|while|with|try|return|raise|del|global|assert|pass|type|match)\b"
    r"|[\w.\[\]]+(?:\s*:[^=\r\n]+)?\s+[-+*/@|&]?=\s"
)
_DEFINES = re.compile(r"(?:async\s+def|def|class)\b")


def split_lines(text: str, lines: LineTable) -> list[Span]:
    """The statements of a text with syntax errors, by its lines, decorators included."""
    starts = [start for start in lines.starts if text[start : start + 1] not in _NO_START]
    unterminated, strings = _long_strings(text)
    if unterminated:
        starts = [s for s in starts if _STRONG.match(text, s)]
    elif strings:
        starts = _outside(starts, strings)
    begins: list[int] = []
    undefined = False  # whether decorators still wait for what they decorate
    for start in starts:
        decorator = text[start] == "@"
        if undefined and (decorator or _DEFINES.match(text, start)):
            undefined = decorator
        elif not begins or not _continues(text, begins[-1], start):
            begins.append(start)
            undefined = decorator
    ends = [*begins[1:], len(text)]
    return [Span(start, start + len(text[start:end].rstrip())) for start, end in zip(begins, ends, strict=True)]


def _continues(text: str, begin: int, start: int) -> bool:
    """True where the line at `start` belongs to the statement that begins at `begin`."""
    if _CLAUSE.match(text, start):
        return True
    return not _STRONG.match(text, start) and _open_brackets(text[begin:start]) > 0


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
