"""Unified diffs that `patch` and `git apply` take."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff

from flyteshift.cli.console import Console, Style


def unified(name: str, before: str, after: str, console: Console) -> str:
    """The change of a file as a unified diff, in colour on a terminal. Lines end at LF, as `patch` counts them."""
    path = name.replace("\\", "/").lstrip("/")
    rows = unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(_coloured(row, console) for row in _complete(rows))


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + lines[-1:] * bool(lines[-1])


def _complete(rows: Iterator[str]) -> Iterator[str]:
    for row in rows:
        yield row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n"


def _coloured(row: str, console: Console) -> str:
    text = row.rstrip("\n")
    styles: tuple[Style, ...] = ()
    if text.startswith(("--- ", "+++ ")):
        styles = ("bold",)
    elif text.startswith("@@"):
        styles = ("cyan",)
    elif text[:1] in ("+", "-"):
        styles = ("green",) if text[0] == "+" else ("red",)
    return "\n".join(console.paint(line, *styles) if line else line for line in row.split("\n"))
