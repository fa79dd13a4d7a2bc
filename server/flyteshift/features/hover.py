"""Hover: what the Flyte name under the caret became, and why."""

from __future__ import annotations

from dataclasses import dataclass

from flyteshift.features import explanation
from flyteshift.semantics.model import Model
from flyteshift.text import Span


@dataclass(frozen=True, slots=True)
class Hover:
    """What to show for one reference."""

    markdown: str
    span: Span
    flyte2: str | None
    """The dotted Flyte 2 name whose signature may be added, from the user's own installation."""


def hover(model: Model, offset: int) -> Hover | None:
    """What a caret at a code-point offset touches; None where that is nothing of Flyte, or nothing to tell."""
    reference = model.at(offset)
    if reference is None:
        return None
    if not reference.flyte1:
        markdown = explanation.of_flyte2(reference.symbol)
        return None if markdown is None else Hover(markdown, reference.span, reference.symbol)
    markdown = explanation.of_symbol(reference.symbol, reference.owner)
    if markdown is None:
        return None
    return Hover(markdown, reference.span, explanation.target(reference.symbol, reference.owner))
