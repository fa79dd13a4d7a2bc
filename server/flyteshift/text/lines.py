"""Line tables: offsets to lines and characters and back, counted as the Language Server Protocol counts them.

Lines end at LF, CRLF and a lone CR. Form feeds, U+0085, U+2028 and U+2029 are not line ends (`str.splitlines`,
which pygls uses, splits at them).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from io import StringIO
from itertools import accumulate
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_LINE_END = re.compile(r"\r\n|\r|\n")


class LineTable:
    """Where the lines of a text start, in code points."""

    __slots__ = ("_ascii", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = _starts(text)
        self._ascii = text.isascii()

    def __len__(self) -> int:
        """How many lines there are; a text that ends in a line end has an empty last line."""
        return len(self.starts)

    def line_of(self, offset: int) -> int:
        """The 0-based line that holds the code-point offset."""
        return bisect_right(self.starts, offset) - 1

    def end_of(self, line: int, *, with_break: bool = False) -> int:
        """The offset where a 0-based line ends, before or (`with_break`) after its line end."""
        if line + 1 >= len(self.starts):
            return len(self.text)
        end = self.starts[line + 1]
        if with_break:
            return end
        return end - (2 if self.text[end - 2 : end] == "\r\n" else 1)

    def line_text(self, line: int) -> str:
        """The text of a 0-based line, without its line end."""
        return self.text[self.starts[line] : self.end_of(line)]

    def position(self, offset: int, encoding: Encoding = "utf-32") -> tuple[int, int]:
        """(line, character), both 0-based, of a code-point offset; the character counts code units of `encoding`."""
        offset = min(max(offset, 0), len(self.text))
        line = self.line_of(offset)
        start = self.starts[line]
        if self._ascii or encoding == "utf-32":
            return line, offset - start
        return line, units(self.text[start:offset], encoding)

    def offset(self, line: int, character: int, encoding: Encoding = "utf-32") -> int:
        """The code-point offset of a position; positions past a line's or the text's end give that end.

        A character that falls inside a surrogate pair or a UTF-8 sequence gives the start of that code point.
        """
        if line < 0:
            return 0
        if line >= len(self.starts):
            return len(self.text)
        start, end = self.starts[line], self.end_of(line)
        if self._ascii or encoding == "utf-32":
            return min(start + max(character, 0), end)
        return start + _code_points(self.text[start:end], character, encoding)

    def newline_at(self, offset: int) -> str:
        """The line end in use around an offset: that of its line, else of the line before, else LF."""
        line = self.line_of(offset)
        for candidate in (line, line - 1):
            if 0 <= candidate < len(self.starts) - 1:
                return self.text[self.end_of(candidate) : self.starts[candidate + 1]]
        return "\n"


def _starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *(m.end() for m in _LINE_END.finditer(text))]
    starts = [0, *accumulate(map(len, StringIO(text, newline="\n")))]
    if text and text[-1] != "\n":
        starts.pop()
    return starts


def units(text: str, encoding: Encoding) -> int:
    """How many code units of the encoding the text takes."""
    if text.isascii() or encoding == "utf-32":
        return len(text)
    if encoding == "utf-8":
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _code_points(text: str, count: int, encoding: Encoding) -> int:
    """How many whole code points of the text fit into `count` code units."""
    used = 0
    for index, char in enumerate(text):
        if encoding == "utf-8":
            used += len(char.encode("utf-8", "surrogatepass"))
        else:
            used += 2 if char > "\uffff" else 1
        if used > count:
            return index
    return len(text)
