"""Expressions as facts: what the text of one statement says of a value, before any name of the module is known.

They are made once per statement text and evaluated (evaluate.py) against the names that the module binds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

Path: TypeAlias = tuple[tuple[int, int, bool], ...]
"""The blocks around a place: (offset of the branching statement, arm, arms exclude each other)."""


class Name(NamedTuple):
    """A name read at an offset in a scope."""

    name: str
    scope: Scope
    offset: int
    path: Path


class Dotted(NamedTuple):
    """An imported thing."""

    name: str


class Attribute(NamedTuple):
    """`of.name`."""

    of: Expr
    name: str


class Call(NamedTuple):
    """`func(first, ...)`; `driver` are the decorators of the function around it."""

    func: Expr
    first: Expr | None
    driver: tuple[Expr, ...]


class Subscript(NamedTuple):
    """`of[args]`: a type application or an element."""

    of: Expr
    args: tuple[Expr | None, ...]


class Value(NamedTuple):
    """A value of the annotated type."""

    type: Expr


class Element(NamedTuple):
    """One element of a collection."""

    of: Expr


class Display(NamedTuple):
    """A list, tuple or set that holds these."""

    items: tuple[Expr, ...]


class Either(NamedTuple):
    """One of several."""

    options: tuple[Expr, ...]


class Shift(NamedTuple):
    """`left >> right`."""

    left: Expr | None
    right: Expr | None


class Definition(NamedTuple):
    """A function definition."""

    name: str
    decorators: tuple[Expr, ...]
    returns: Expr | None


class ClassDefinition(NamedTuple):
    """A class definition."""

    name: str
    bases: tuple[Expr, ...]


Expr: TypeAlias = (
    "Name | Dotted | Attribute | Call | Subscript | Value | Element | Display | Either | Shift | Definition"
    " | ClassDefinition"
)


class Event(NamedTuple):
    """A name comes to mean `value` (None: something unknown, or nothing after `del`) from `offset` on."""

    offset: int
    path: Path
    value: Expr | None
    key: str
    """The source that decides the value: equal keys mean equal values under equal module names."""


@dataclass(eq=False)
class Scope:
    """The names that one module, function, class or comprehension binds."""

    kind: Literal["module", "function", "class", "comprehension"]
    parent: Scope | None = None
    events: dict[str, list[Event]] = field(default_factory=dict)
    elsewhere: dict[str, Literal["global", "nonlocal"]] = field(default_factory=dict)


class Chain(NamedTuple):
    """A use: an expression and the attributes read off it, each with its span."""

    base: Expr
    start: int
    end: int
    attributes: tuple[tuple[str, int, int], ...]


class Keywords(NamedTuple):
    """A use: the keywords of a call, each with its span and value."""

    call: Call
    names: tuple[tuple[str, int, int, Expr | None], ...]


class Operator(NamedTuple):
    """A use: `>>` with the span of the operator."""

    shift: Shift
    start: int
    end: int


class Import(NamedTuple):
    """A use: an imported name or module. `bound` is the name that it binds, None for a star import."""

    dotted: str
    start: int
    end: int
    bound: str | None


Use: TypeAlias = "Chain | Keywords | Operator | Import"
