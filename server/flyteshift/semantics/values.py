"""What an expression denotes, as far as names and annotations tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EntityKind = Literal["task", "workflow", "dynamic", "eager", "reference", "launch_plan", "container"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """An imported thing or a builtin by its dotted name: `flytekit.task` (canonical), `functools.partial`, `flyte.map`."""

    name: str


@dataclass(frozen=True, slots=True)
class Instance:
    """A value of a class, or what a function gives: `flytekit.FlyteFile`, `flytekit.current_context()`."""

    of: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A task, workflow or other Flyte entity that this module defines."""

    kind: EntityKind
    name: str


@dataclass(frozen=True, slots=True)
class Node:
    """What a call of an entity gives inside a workflow body: a promise. `entity` is None where the callee is unknown."""

    entity: str | None


@dataclass(frozen=True, slots=True)
class Items:
    """A collection whose elements are all alike."""

    item: Value


Value = "Symbol | Instance | Entity | Node | Items"
