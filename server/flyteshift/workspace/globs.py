"""Globs as in a .gitignore, over paths relative to one folder."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

_WILD = re.compile(r"[*?\[]")


def ignored(path: str, patterns: tuple[str, ...], *, folder: bool = False) -> bool:
    """Whether the patterns ignore a path; the last that matches decides, and `!pattern` takes back.

    `path` is relative and uses `/`. A pattern without an inner slash matches a name at any depth, one with a slash is
    anchored; a final slash asks for a folder; `*` and `?` stay within a name, `**` does not. Only the path itself is
    looked at, not the folders that hold it.
    """
    return ignoring(patterns, folder)(path)


def within(path: str, pattern: str) -> bool:
    """Whether a pattern matches a file's relative path or a folder that holds it."""
    parts = path.split("/")
    folders = ("/".join(parts[:depth]) for depth in range(1, len(parts)))
    return ignored(path, (pattern,)) or any(ignored(folder, (pattern,), folder=True) for folder in folders)


@lru_cache(maxsize=256)
def ignoring(patterns: tuple[str, ...], folder: bool) -> Callable[[str], bool]:
    """`ignored` for many paths: the patterns are only read once."""
    usable = [each for each in patterns if each.strip("!/") and (folder or not each.endswith("/"))]
    runs = [_run(takes_back, [*run]) for takes_back, run in groupby(usable, lambda each: each.startswith("!"))][::-1]

    def ignored(path: str) -> bool:
        name = path[path.rfind("/") + 1 :]
        for takes_back, plain, names, paths in runs:
            if name in plain or (names and names.fullmatch(name)) or (paths and paths.fullmatch(path)):
                return not takes_back
        return False

    return ignored


def spares(patterns: tuple[str, ...], suffixes: tuple[str, ...]) -> bool:
    """True where it is plain to see that the patterns ignore no file whose name ends like that."""
    return not any(_WILD.search(each) or "/" in each.rstrip("/") or each.endswith(suffixes) for each in patterns)


class _Run(NamedTuple):
    """Patterns that stand together and all ignore or all take back: plain names, and expressions for the others."""

    takes_back: bool
    plain: frozenset[str]
    names: re.Pattern[str] | None
    paths: re.Pattern[str] | None


def _run(takes_back: bool, patterns: list[str]) -> _Run:
    stripped = [each.removeprefix("!").rstrip("/") for each in patterns]
    names = [each for each in stripped if "/" not in each]
    plain = frozenset(each for each in names if not _WILD.search(each))
    wild = [_part(each) for each in names if each not in plain]
    return _Run(takes_back, plain, _either(wild), _either([_path(each) for each in stripped if "/" in each]))


def _either(expressions: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(expressions), re.DOTALL) if expressions else None


def _path(pattern: str) -> str:
    parts = pattern.strip("/").removeprefix("./").split("/")
    expression = ""
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if part == "**":
            expression += ".*" if last else "(?:.*/)?"
        else:
            expression += _part(part) + ("" if last else "/")
    return expression


def _part(part: str) -> str:
    """The expression of one name: `*`, `?`, `[abc]`, `[!abc]`; an unclosed bracket stands for itself."""
    out, at = "", 0
    while at < len(part):
        char = part[at]
        close = part.find("]", at + 2) if char == "[" else -1
        if close > 0:
            inside = re.sub(r"([\\\[\]^&~|])", r"\\\1", part[at + 1 : close])
            out += f"[^/{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
            at = close + 1
            continue
        out += {"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char)
        at += 1
    return out
