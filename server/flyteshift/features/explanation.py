"""Markdown about one Flyte 1 thing: the hover shows it, `flyteshift explain` prints it.

Everything here is a pure function of the catalog and the rules, so each page is made once and kept.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from flyteshift.catalog import guide
from flyteshift.catalog.load import ParamRow, SymbolRow, catalog
from flyteshift.features import excerpt
from flyteshift.rules.registry import RULES
from flyteshift.rules.rule import Rule

Row = SymbolRow | ParamRow

_PARAMETER = re.compile(r"(?P<owner>.+)\((?P<name>\*{0,2}\w+)\)")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_RULES = {rule.name: rule for rule in RULES}
_REPLACED_SHOWN = 8


class Subject(NamedTuple):
    """What a page is about: a Flyte 1 name as the reader knows it, and the catalog row that decides."""

    symbol: str
    row: Row
    word: str
    """What to look for in examples: the last part of the name."""


@lru_cache(maxsize=4096)
def of_symbol(symbol: str, owner: str | None = None) -> str | None:
    """The page of a Flyte 1 symbol, a parameter `flytekit.task(cache)` or an attribute `flytekit.FlyteFile.download`.

    `owner` tells where an attribute's name starts. A name of Flyte 1 that the catalog does not have, nor the class that
    holds it, is an internal one. None: not of Flyte 1.
    """
    subject = find(symbol, owner)
    if subject is not None:
        return _page(subject)
    return _internal(symbol) if catalog().is_flyte1(symbol) else None


@lru_cache(maxsize=512)
def of_rule(name: str) -> str | None:
    """The page of a rule by its name (`map-task`); None where there is no such rule."""
    rule = _RULES.get(name)
    if rule is None:
        return None
    parts = [f"**{rule.code} {rule.name}**", rule.summary, rule.shift.strip(), *_example(rule, ""), *_closing(rule)]
    return "\n\n".join(parts)


@lru_cache(maxsize=1024)
def of_flyte2(dotted: str) -> str | None:
    """The page of a Flyte 2 name: what it replaced; None where it replaced nothing."""
    rows = sorted(catalog().flyte2(dotted), key=lambda row: prominence(row.id))
    if not rows:
        return None
    parts = [f"**`{dotted}`** in Flyte 2 replaces {_replaced(rows)}."]
    rules = list(dict.fromkeys(rule for row in rows if (rule := _RULES.get(row.rule))))
    if rules:
        first = min(rules, key=lambda rule: rule.code)
        word = next(last_part(row.id) for row in rows if row.rule == first.name)
        parts += [first.summary, first.shift.strip(), *_example(first, word), *_gotchas(first)]
    parts.append(_links({rule.guide for rule in rules} | {row.guide for row in rows}))
    return "\n\n".join(part for part in parts if part)


def find(symbol: str, owner: str | None = None) -> Subject | None:
    """The catalog row that speaks for a symbol: its own, or that of the class or function that holds it."""
    known = catalog()
    if (match := _PARAMETER.fullmatch(symbol)) and (row := known.param(match["owner"], match["name"])):
        return Subject(symbol, row, match["name"])
    if symbol_row := known.symbol(symbol):
        return Subject(symbol, symbol_row, last_part(symbol))
    if owner and symbol.startswith(f"{owner}.") and (row := known.attribute(owner, symbol[len(owner) + 1 :])):
        return Subject(symbol, row, symbol[len(owner) + 1 :])
    for holder, name in _splits(symbol):
        if row := known.attribute(holder, name):
            return Subject(symbol, row, name)
    for holder, name in _splits(_PARAMETER.sub(r"\g<owner>.\g<name>", symbol)):
        if symbol_row := known.symbol(holder.removesuffix("()")):
            return None if symbol_row.kind == "module" else Subject(symbol, symbol_row, name)
    return None


def target(symbol: str, owner: str | None = None) -> str | None:
    """The dotted Flyte 2 name that took a symbol's place, where it is one importable name of `flyte`."""
    subject = find(symbol, owner)
    if subject is None or subject.symbol != getattr(subject.row, "id", None):
        return None
    v2 = subject.row.v2
    return v2 if _DOTTED.fullmatch(v2) and v2.partition(".")[0] in {"flyte", "flyteplugins"} else None


def last_part(symbol: str) -> str:
    """`task` of `flytekit.task`, `current_context` of `flytekit.current_context()`."""
    return symbol.removesuffix("()").rpartition(".")[2]


def prominence(symbol: str) -> tuple[bool, int]:
    """A sort key: names of flytekit before those of union, short paths before long ones."""
    return symbol.startswith("union."), symbol.count(".")


def _splits(symbol: str) -> list[tuple[str, str]]:
    """Every (holder, name) of a dotted symbol, the longest holder first."""
    dots = [match.start() for match in re.finditer(r"\.", symbol)]
    return [(symbol[:dot], symbol[dot + 1 :]) for dot in reversed(dots)]


def _page(subject: Subject) -> str:
    rule = _RULES.get(subject.row.rule)
    parts = [_title(subject, rule), *_answer(subject.row)]
    if rule is None:
        return "\n\n".join([*parts, _links({subject.row.guide})]).strip()
    if rule.summary not in parts:
        parts.append(rule.summary)
    parts += [rule.shift.strip(), *_example(rule, subject.word), *_closing(rule, subject.row.guide)]
    return "\n\n".join(part for part in parts if part)


def _internal(symbol: str) -> str | None:
    rule = _RULES.get("flyteidl-import" if symbol.startswith("flyteidl") else "flytekit-symbol")
    if rule is None:
        return None
    title = f"**`{symbol}`** is internal to Flyte 1: no known Flyte 2 form · {rule.code} {rule.name}"
    return "\n\n".join([title, rule.summary, rule.shift.strip(), *_example(rule, ""), *_closing(rule)])


def _title(subject: Subject, rule: Rule | None) -> str:
    tag = f" · {rule.code} {rule.name}" if rule else ""
    return f"**`{subject.symbol}`** → {place(subject.row)}{tag}"


def place(row: Row) -> str:
    """Where a thing went, in a few words of Markdown."""
    v2 = row.v2.strip()
    if row.gone or v2 in {"", "none"}:
        return "no Flyte 2 form"
    if v2.startswith("see "):
        return f"same as `{v2.removeprefix('see ')}`"
    v2 = v2.removeprefix("builtins.")
    return f"`{v2}`" if re.fullmatch(r"[\w.]+(\([^()\s]*\))?", v2) else marked(v2)


def _answer(row: Row) -> list[str]:
    """The row's own words, most direct first, nothing said twice."""
    detail = row.transform if isinstance(row, ParamRow) else row.reason
    said = [_joined(row.message, detail), row.note if isinstance(row, ParamRow) else ""]
    return [marked(text) for text in said if text]


def _joined(message: str, detail: str) -> str:
    """The message and the detail as one text; a message that ends in the detail's first words is completed."""
    if not detail or detail.casefold().rstrip(".") in message.casefold():
        return message
    for match in re.finditer(r"[:;] ", message):
        tail = message[match.end() :]
        if tail and detail.casefold().startswith(tail.casefold()):
            return message[: match.end()] + tail[0] + detail[1:]
    return f"{message.rstrip('.')}. {detail[0].upper()}{detail[1:]}"


_CODE = re.compile(
    r"`[^`]*`"
    r"|\*{0,2}@?(?!e\.g|i\.e)[A-Za-z_][\w.]*\((?:[^()]|\([^()]*\))*\)(?:\.\w+)*"
    r"|\*{1,2}[a-z]\w*|@[a-z][\w.]*|\b(?!e\.g|i\.e)[A-Za-z]\w*(?:\.[A-Za-z]\w*)+|\b\w*_\w+\b|\b\w+=[^\s,;]*"
)


def marked(text: str) -> str:
    """The catalog's words as Markdown: what looks like code is set as code, the rest is escaped, v1 is Flyte 1."""
    out, at = "", 0
    for match in _CODE.finditer(text):
        code = match[0] if match[0].startswith("`") else f"`{match[0]}`"
        out, at = out + _escaped(text[at : match.start()]) + code, match.end()
    return out + _escaped(text[at:])


def _escaped(text: str) -> str:
    return re.sub(r"\bv([12])\b", r"Flyte \1", re.sub(r"[*<]|__", r"\\\g<0>", text))


def _example(rule: Rule, word: str) -> list[str]:
    example = excerpt.best(rule.examples, word)
    if example is None:
        return []
    before, after = excerpt.cut(example, word) if word else (example.before.strip("\n"), example.after.strip("\n"))
    return [f"Before (Flyte 1)\n{fenced(before)}", f"After (Flyte 2)\n{fenced(after)}"]


def fenced(code: str) -> str:
    """A Python code block."""
    return f"```python\n{code}\n```"


def _gotchas(rule: Rule) -> list[str]:
    return ["**Watch out**\n" + "\n".join(f"- {text}" for text in rule.gotchas)] if rule.gotchas else []


def _closing(rule: Rule, row_guide: str = "") -> list[str]:
    return [*_gotchas(rule), f"**Automatic:** {rule.automatic}", _links({rule.guide, row_guide})]


def _replaced(rows: list[SymbolRow]) -> str:
    named = [f"`{row.id}`{f' ({rule.code})' if (rule := _RULES.get(row.rule)) else ''}" for row in rows]
    more = len(named) - _REPLACED_SHOWN
    listed = ", ".join(named[:_REPLACED_SHOWN])
    return f"{listed} and {more} more of Flyte 1" if more > 0 else f"{listed} of Flyte 1"


def _links(keys: set[str]) -> str:
    return " · ".join(
        f"[Flyte guide: {key.replace('-', ' ')}]({guide.url(key)})" for key in sorted(keys) if key in guide.PAGES
    )
