"""Explain by key: a code, a rule's name, a Flyte 1 symbol or parameter, or a Flyte 2 name."""

from __future__ import annotations

import re
from functools import lru_cache

from flyteshift.catalog.load import catalog
from flyteshift.features import explanation
from flyteshift.rules.registry import RULES

_CODE = re.compile(r"fs\d{3}", re.IGNORECASE)
_CALL = re.compile(r"(?P<owner>[\w.]+)\((?P<name>\*{0,2}\w+)=?\)")


def explain(key: str) -> str | None:
    """The page that a hover shows, as Markdown; None where nothing of that name is known (see `nearest`).

    Takes `FS401` (any case), `map-task`, `flytekit.map_task` under any import path or only `map_task`,
    `flytekit.task(cache)` or `task.cache`, `current_context().secrets.get`, `flyte.map`.
    """
    key = key.strip().strip("`").strip()
    if _CODE.fullmatch(key):
        return next((explanation.of_rule(rule.name) for rule in RULES if rule.code == key.upper()), None)
    if page := explanation.of_rule(key.lower()):
        return page
    symbol = _symbol(key)
    if symbol is not None:
        return explanation.of_symbol(symbol)
    return explanation.of_flyte2(key)


def nearest(key: str) -> list[str]:
    """Up to three known keys that look like an unknown one, best first."""
    from difflib import get_close_matches

    key = key.strip().strip("`")
    close = get_close_matches(key.lower(), _keys(), n=8, cutoff=0.6)
    return list(dict.fromkeys(_keys()[name] for name in close))[:3]


def plain(markdown: str) -> str:
    """The same page for a reader without Markdown: code indented, links written out, no marks."""
    out, code = [], False
    for line in markdown.split("\n"):
        if line.startswith("```"):
            code = not code
        else:
            out.append(f"    {line}".rstrip() if code else _unmarked(line))
    return "\n".join(out)


def _unmarked(line: str) -> str:
    line = re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", r"\1: \2", line)
    line = re.sub(r"\*\*(.+?)\*\*", r"\1", re.sub(r"^#+ ", "", line))
    return re.sub(r"\\([*<]|__)", r"\1", line).replace("`", "")


def _symbol(key: str) -> str | None:
    """The canonical Flyte 1 symbol that a key means."""
    if match := _CALL.fullmatch(key):
        owner = _owner(match["owner"])
        return f"{owner}({match['name']})" if owner and catalog().param(owner, match["name"]) else None
    canonical = catalog().canonical(key)
    if catalog().symbol(canonical):
        return canonical
    if short := _shortest(key):
        return short
    return _member(key)


def _owner(key: str) -> str | None:
    """A symbol that has parameters, attributes or methods: by any path, or by the end of its name."""
    canonical = catalog().canonical(key)
    if catalog().symbol(canonical) or canonical in _owners():
        return canonical
    return _shortest(key) or next((owner for owner in _owners() if f".{owner}".endswith(f".{key}")), None)


def _member(key: str) -> str | None:
    """`task.cache` is a parameter, `current_context.secrets.get` and `FlyteFile.download` are attributes."""
    for match in reversed(list(re.finditer(r"\.", key))):
        holder, name = key[: match.start()], key[match.end() :]
        owner = _owner(holder.removesuffix("()"))
        if owner is None:
            continue
        if catalog().param(owner, name):
            return f"{owner}({name})"
        for candidate in dict.fromkeys((owner, f"{owner}()")):
            if catalog().attribute(candidate, name):
                return f"{candidate}.{name}"
    return None


def _shortest(key: str) -> str | None:
    """The symbol whose dotted name ends in the key: that of the shortest such name."""
    ends = [name for name in _symbols() if name.endswith(f".{key}")]
    return min(ends, key=explanation.prominence) if ends else None


@lru_cache(maxsize=1)
def _symbols() -> tuple[str, ...]:
    return tuple(row.id for row in catalog().symbols())


@lru_cache(maxsize=1)
def _owners() -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.owner for row in catalog().params()))


@lru_cache(maxsize=1)
def _keys() -> dict[str, str]:
    """Every key in lower case, with the key as it is written."""
    keys = [rule.code for rule in RULES] + [rule.name for rule in RULES]
    keys += [explanation.last_part(name) for name in _symbols()] + list(_symbols())
    keys += [f"{row.owner}({row.name})" for row in catalog().params() if row.kind == "parameter"]
    return {key.lower(): key for key in reversed(keys)}
