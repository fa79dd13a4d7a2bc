"""What waits for an artifact or reads it names it: `OnArtifact(trigger_on=Model)` as `OnArtifact(trigger_on="model")`.

An input that gets the artifact is given as Flyte 2 says it; the rest of a migration makes triggers and apps of these.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration.apps import ARTIFACT_VALUE, INPUT
from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.schedules import ON_ARTIFACT, ORDER, TRIGGERED
from flyteshift.migration.trees import text
from flyteshift.text import Edit


@dataclass
class Watched:
    """The edits, the artifacts that something waits for or reads, and the code that has been read whole."""

    edits: list[Edit] = field(default_factory=list)
    artifacts: set[str] = field(default_factory=set)
    taken: list[Node] = field(default_factory=list)


def watched(draft: Draft, names: Mapping[str, str], partitioned: Collection[str]) -> Watched:
    """What becomes of each `OnArtifact` and each `Input` of an app; `names`: the code of each artifact's name.

    Those with partitions are no input: a query of them says which.
    """
    found = Watched()
    for call in draft.document.nodes("call"):
        function = call.child_by_field_name("function")
        symbol = draft.symbol(function) if function is not None else None
        if symbol == INPUT:
            _read(draft, call, {n: c for n, c in names.items() if n not in partitioned}, found)
        if symbol != ON_ARTIFACT:
            continue
        given = arguments(draft, call)
        said = {a.name or ORDER[i]: a.value for i, a in enumerate(given[: len(ORDER)])}
        on = said.get("trigger_on")
        if on is None or text(on) not in names:
            continue
        found.artifacts.add(text(on))
        inputs = said.get("inputs")
        pairs = inputs.named_children if inputs is not None and inputs.type == "dictionary" else []
        values = [v for p in pairs if (v := p.child_by_field_name("value")) is not None and text(v) == text(on)]
        found.edits.append(Edit(draft.document.span(on), names[text(on)]))
        found.edits += [Edit(draft.document.span(v), TRIGGERED) for v in values]
        found.taken += [on, *values]
    return found


def _read(draft: Draft, call: Node, names: Mapping[str, str], found: Watched) -> None:
    """`Input(value=Model.query())` as one of `flyte.app.ArtifactValue(name="model")`."""
    value = next((a.value for i, a in enumerate(arguments(draft, call)) if (a.name or i) in ("value", 0)), None)
    function = value.child_by_field_name("function") if value is not None and value.type == "call" else None
    of = function.child_by_field_name("object") if function is not None else None
    if value is None or function is None or of is None or text(of) not in names or arguments(draft, value):
        return
    if text(function.child_by_field_name("attribute")) == "query":
        found.artifacts.add(text(of))
        found.taken.append(value)
        found.edits.append(Edit(draft.document.span(value), f"{ARTIFACT_VALUE}(name={names[text(of)]})"))
