"""Where Flyte 1 meets what is Flyte 2 by now: workflows that call tasks of Flyte 2, maps over such tasks.

A workflow of Flyte 1 is compiled: the body of a task of Flyte 2 is run there and then, on promises, and the task is in
no execution (measured, flytekit 1.16). The body of a Flyte 1 task may call it, as any function.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from flyteshift.semantics.evaluate import Names
from flyteshift.semantics.expressions import Chain, Event, Name
from flyteshift.semantics.known import ENTITY_MAKERS, MIGRATED
from flyteshift.semantics.model import Statement
from flyteshift.semantics.values import Entity, Function, Instance

_CREATE_NODE = "flytekit.core.node_creation.create_node"
_OPENS = re.compile(r"\(\s*\Z")


class Crossing(NamedTuple):
    """A place where Flyte 1 code wants to run a task of Flyte 2. Offsets are code points from the statement's start."""

    task: str
    start: int
    end: int
    workflow: str
    """The workflow around it; empty at module level."""


def crossings(statement: Statement, names: Names) -> Iterator[Crossing]:
    """The places of a statement where that is certain: the name is bound once, and not under a condition."""
    makers = {r.span.end: names.role(r.symbol) for r in statement.references if r.kind == "name"}
    takers = {end for end, role in makers.items() if role == _CREATE_NODE or ENTITY_MAKERS.get(role) == "map"}
    if not takers and "workflow" not in map(ENTITY_MAKERS.get, makers.values()):
        return
    source = statement.facts.source
    for use in statement.facts.uses:
        end = _end(use, statement.ordinal, names) if isinstance(use, Chain) else None
        if end is None or not isinstance(use, Chain):
            continue
        opens = _OPENS.search(source, 0, use.start)
        workflow = _workflow(statement, use.start, names)
        if (workflow and source[end:].lstrip().startswith("(")) or (opens and opens.start() in takers):
            yield Crossing(source[use.start : end].rpartition(".")[2], use.start, end, workflow)


def _end(use: Chain, ordinal: int, names: Names) -> int | None:
    """Where the name of a Flyte 2 task ends; None where the use names none, or something of one."""
    if not isinstance(use.base, Name) or not _bound_once(use.base, names):
        return None
    value, end, attributes = names.value(use.base, ordinal), use.end, [*use.attributes]
    while attributes and names.leads(value):
        name, _, end = attributes.pop(0)
        value = names.attribute(value, name)
    migrated = value == Instance(MIGRATED) or (isinstance(value, Function) and value.flyte2)
    return end if migrated and not attributes else None


def _bound_once(name: Name, names: Names) -> bool:
    scope = name.scope
    while scope.kind != "module" and scope.parent is not None:
        if name.name in scope.events:
            return _single(scope.events[name.name])
        scope = scope.parent
    return _single([event for _, event in names.events.get(name.name, ())])


def _single(events: list[Event]) -> bool:
    return len(events) == 1 and not events[0].path


def _workflow(statement: Statement, offset: int, names: Names) -> str:
    """The workflow that an offset stands directly in; empty where it is none."""
    around = [each for each in statement.facts.functions if each.start <= offset < each.end]
    if not around:
        return ""
    inner = max(around, key=lambda each: each.start)
    entity = names.definition(inner.definition, statement.ordinal)
    return inner.name if isinstance(entity, Entity) and entity.kind == "workflow" else ""
