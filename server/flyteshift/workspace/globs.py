"""Globs as in a .gitignore, over paths relative to one folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


def ignored(path: str, patterns: Iterable[str], *, folder: bool = False) -> bool:
    """Whether the patterns ignore a path; the last that matches decides, and `!pattern` takes back.

    `path` is relative and uses `/`. A pattern without an inner slash matches a name at any depth, one with a slash is
    anchored; a final slash asks for a folder; `*` and `?` stay within a name, `**` does not. Only the path itself is
    looked at, not the folders that hold it.
    """
    result = False
    for pattern in patterns:
        taken_back = pattern.startswith("!")
        if result == taken_back and matches(path, pattern[taken_back:], folder=folder):
            result = not taken_back
    return result


def matches(path: str, pattern: str, *, folder: bool = False) -> bool:
    """Whether one pattern (without `!`) matches a relative path."""
    if pattern.endswith("/"):
        return folder and matches(path, pattern.rstrip("/"), folder=True)
    return bool(pattern) and _compiled(pattern).fullmatch(path) is not None


def within(path: str, pattern: str) -> bool:
    """Whether a pattern matches a file's relative path or a folder that holds it."""
    parts = path.split("/")
    folders = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return matches(path, pattern) or any(matches(folder, pattern, folder=True) for folder in folders)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    anchored = "/" in pattern
    parts = pattern.strip("/").removeprefix("./").split("/")
    expression = "" if anchored else "(?:.*/)?"
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            expression += ".*" if last else "(?:.*/)?"
        else:
            expression += _part(part) + ("" if last else "/")
    return re.compile(expression, re.DOTALL)


def _part(part: str) -> str:
    """The expression of one name: `*`, `?`, `[abc]`, `[!abc]`; an unclosed bracket stands for itself."""
    out, at = "", 0
    while at < len(part):
        char = part[at]
        close = part.find("]", at + 2) if char == "[" else -1
        if close > 0:
            inside = part[at + 1 : close].replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
            out += f"[^/{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
            at = close + 1
            continue
        out += {"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char)
        at += 1
    return out
