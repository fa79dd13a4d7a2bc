"""Selectors: how users name rules. `FS401`, a prefix such as `FS4`, a rule's name such as `map-task`, or `ALL`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_PREFIX = re.compile(r"FS\d{0,3}")
_EXACT = 5
_ALL = 1


def canonical(selector: str) -> str:
    """The selector as the rules spell it: codes in capitals, names in small letters."""
    upper = selector.strip().upper()
    return upper if upper == "ALL" or _PREFIX.fullmatch(upper) else upper.lower()


def weight(selectors: Iterable[str], code: str, name: str) -> int:
    """How closely the closest of canonical selectors names a rule: 0 not at all, 1 `ALL`, 2 `FS`, ... 5 itself."""
    return max((_weight(selector, code, name) for selector in selectors), default=0)


def _weight(selector: str, code: str, name: str) -> int:
    if selector in (code, name):
        return _EXACT
    if selector == "ALL":
        return _ALL
    return len(selector) if _PREFIX.fullmatch(selector) and code.startswith(selector) else 0


def problem(selector: str, known: Collection[str]) -> str | None:
    """What is wrong with a canonical selector, given all codes and names of rules; None where nothing is."""
    if selector == "ALL" or selector in known:
        return None
    if _PREFIX.fullmatch(selector) and any(each.startswith(selector) for each in known):
        return None
    return f"no rule is called `{selector}`{did_you_mean(selector, known)}"


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean ...?` with the nearest known word, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""
