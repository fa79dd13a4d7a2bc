"""The rows of the catalog: values without behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Automation = Literal["safe", "assisted", "manual"]
Change = Literal["import", "moves", "breaks"]


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing that is no name of its own: `open(file)`, `a & b`, `FlyteFile(path=remote)`."""

    text: str
    """The Flyte 1 form as a person would write it."""
    v2: str
    transform: str
    automation: Automation
    note: str


@dataclass(frozen=True, slots=True)
class SymbolRow:
    """One Flyte 1 name that can be imported, or a method that makes an entity."""

    id: str
    """The canonical import path, usually the shortest one."""
    paths: tuple[str, ...]
    """Every other import path of the same thing."""
    kind: str
    """module, class, function, decorator, constant or method."""
    v2: str
    """Where it went: a dotted Flyte 2 name, an expression around one, plain Python, or `none`."""
    category: str
    automation: Automation
    safe_when: str
    """The condition under which an assisted rewrite is safe; empty: never."""
    reason: str
    """What differs, in one or two sentences."""
    paradigm: str
    """The shift of thinking behind it, in one sentence."""
    guide: str
    """A key of `guide.PAGES`."""
    rule: str
    """The name of the rule that speaks for it."""
    message: str
    """The diagnostic: one line that names the Flyte 2 way."""
    change: Change
    """`import` for modules, `moves` where only name or place change, else `breaks`."""
    gone: bool
    """True where nothing replaces it."""
    same_as: str | None
    """The row whose facts are these, e.g. `flytekit.task` for `union.task`."""
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class ParamRow:
    """A keyword parameter of a symbol, or an attribute or method of what it gives."""

    owner: str
    """The canonical symbol, e.g. `flytekit.task`, or what a call gives: `flytekit.current_context()`."""
    name: str
    """May be dotted: `secrets.get`."""
    kind: Literal["parameter", "attribute", "method"]
    v2: str
    transform: str
    """How a value is rewritten."""
    automation: Automation
    note: str
    rule: str
    message: str
    change: Change
    gone: bool
    guide: str
