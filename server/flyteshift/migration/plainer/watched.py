"""What waits for an artifact names it: `OnArtifact(trigger_on=Model)` as `OnArtifact(trigger_on="model")`.

An input that gets the artifact is given as Flyte 2 says it; the rest of a migration makes a trigger of both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.schedules import ON_ARTIFACT, ORDER, TRIGGERED
from flyteshift.migration.trees import text
from flyteshift.text import Edit


@dataclass
class Watched:
    """The edits, the artifacts that something waits for, and the code that has been read whole."""

    edits: list[Edit] = field(default_factory=list)
    artifacts: set[str] = field(default_factory=set)
    taken: list[Node] = field(default_factory=list)


def watched(draft: Draft, names: Mapping[str, str]) -> Watched:
    """What becomes of each `OnArtifact` of a module; `names`: the code of the name of each artifact, by variable."""
    found = Watched()
    for call in draft.document.nodes("call"):
        function = call.child_by_field_name("function")
        if function is None or draft.symbol(function) != ON_ARTIFACT:
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
