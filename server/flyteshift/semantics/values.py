"""What an expression denotes, as far as names, assignments and annotations tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

EntityKind = Literal["task", "workflow", "dynamic", "eager", "reference", "launch_plan", "map"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """An imported thing by its dotted name, canonical where it is Flyte's: `flytekit.task`, `functools.partial`."""

    name: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A value of a class, or what a function gives: `flytekit.FlyteFile`, `flytekit.current_context()`."""

    of: str


@dataclass(frozen=True, slots=True)
class Function:
    """A plain function of this module; `gives` is the value of its result. `flyte2`: it is a task of Flyte 2."""

    name: str
    gives: Value | None = None
    flyte2: bool = False


@dataclass(frozen=True, slots=True)
class Class:
    """A class of this module; `named` for NamedTuples; `base` is the Flyte class that it extends."""

    name: str
    named: bool = False
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A Flyte entity that this module defines. `gives` is the value of its result; `symbol` what made it."""

    kind: EntityKind
    name: str
    symbol: str
    gives: Value | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """What a call of an entity gives inside a workflow body: a promise.

    `entity` is None where the callee is not known to this module; `named` where the result is a NamedTuple.
    """

    entity: str | None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A collection whose elements are all alike."""

    item: Value


Value: TypeAlias = "Symbol | Instance | Function | Class | Entity | Node | Items"
