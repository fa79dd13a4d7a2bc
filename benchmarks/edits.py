"""What someone types: the same seed gives the same edits, whatever server they are sent to."""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

_CYCLE = ("letter", "delete", "break", "letter", "repair", "line", "letter", "delete")
"""After two of these eight, so one in four, the syntax is broken; the fifth mends what the third broke."""
_WORD = re.compile(r"[a-z_]{2,}")
_BREAKERS = ("(", "[", '"', "{", " =", ")", '"""')


class Edit(NamedTuple):
    """Replace what stands between two offsets by `text`."""

    start: int
    end: int
    text: str

    def applied(self, text: str) -> str:
        """The text after the edit."""
        return text[: self.start] + self.text + text[self.end :]

    def undone(self, text: str) -> Edit:
        """What takes the edit back; `text` is the one before it."""
        return Edit(self.start, self.start + len(self.text), text[self.start : self.end])

    def change(self, text: str) -> dict[str, Any]:
        """The edit as a content change of the protocol, in UTF-16 units; `text` is the one before it."""
        ends = {"start": _position(text, self.start), "end": _position(text, self.end)}
        return {"range": ends, "text": self.text}


def session(text: str, count: int, seed: int = 1) -> list[Edit]:
    """That many edits of one character or line each, at random places, insertions and deletions."""
    rng = random.Random(f"edits-{seed}")
    made: list[Edit] = []
    repair: Edit | None = None
    for number in range(count):
        kind = _CYCLE[number % len(_CYCLE)]
        if kind == "repair" and repair is not None:
            edit, repair = repair, None
        elif kind == "break":
            edit = next(each for each in _tries(rng, text, kind) if not parses(each.applied(text)))
            repair = edit.undone(text)
        elif repair is None:
            edit = next(each for each in _tries(rng, text, kind) if parses(each.applied(text)))
        else:
            edit, repair = next(_beside(rng, text, kind, repair))
        made.append(edit)
        text = edit.applied(text)
    return made


def _beside(rng: random.Random, text: str, kind: str, repair: Edit) -> Iterator[tuple[Edit, Edit]]:
    """Edits of a broken text that do not prevent its repair, and that repair after each."""
    for edit in _tries(rng, text, kind):
        if edit.end < repair.start:
            shift = len(edit.text) - (edit.end - edit.start)
            moved = Edit(repair.start + shift, repair.end + shift, "")
        elif edit.start > repair.end:
            moved = repair
        else:
            continue
        if parses(moved.applied(edit.applied(text))):
            yield edit, moved


def _tries(rng: random.Random, text: str, kind: str) -> Iterator[Edit]:
    """Edits of a kind at random places, without end."""
    while True:
        at = rng.randrange(len(text))
        if kind == "break":
            yield Edit(at, at, rng.choice(_BREAKERS))
        elif kind == "line":
            start = text.find("\n", at) + 1
            blank = text[start : start + 1] == "\n"
            yield Edit(start, start + 1, "") if blank and rng.random() < 0.5 else Edit(start, start, "\n")
        elif word := _WORD.search(text, at):
            inside = rng.randrange(word.start() + 1, word.end())
            yield Edit(inside, inside + 1, "") if kind == "delete" else Edit(inside, inside, rng.choice("abcdefgh"))


def parses(text: str) -> bool:
    """True for a text without syntax errors."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _position(text: str, offset: int) -> dict[str, int]:
    start = text.rfind("\n", 0, offset) + 1
    return {"line": text.count("\n", 0, offset), "character": len(text[start:offset].encode("utf-16-le")) // 2}
