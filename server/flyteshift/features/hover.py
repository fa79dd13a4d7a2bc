"""Hover: what the Flyte name under the caret became, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flyteshift.features import explanation, graph
from flyteshift.semantics.model import Model
from flyteshift.text import Span

_DOTTED = re.compile(r"(?:flyte|flytekit|flyteplugins|flytekitplugins|union)(?:\.[A-Za-z_]\w*)*")
_DRAWN = frozenset({"flytekit.workflow", "flytekit.dynamic"})
"""The decorators whose functions Flyte 1 made graphs of."""


@dataclass(frozen=True, slots=True)
class Hover:
    """What to show for one reference."""

    markdown: str
    span: Span
    flyte2: str | None
    """The dotted name, of Flyte 2 where there is one, whose signature the user's own installation may add."""
    alone: bool = False
    """True where we tell nothing of what the name is, so that its documentation is wanted too."""


def known(symbol: str) -> bool:
    """True for a name that stands in a package of Flyte, and so may be asked of the user's own installation."""
    return _DOTTED.fullmatch(symbol) is not None


def hover(model: Model, offset: int) -> Hover | None:
    """What a caret at a code-point offset touches; None where that is nothing of Flyte, or nothing to tell."""
    reference = model.at(offset)
    if reference is None:
        drawn = graph.at(model, offset)
        return Hover(*drawn, None) if drawn is not None and drawn[1].start <= offset <= drawn[1].end else None
    if not reference.flyte1:
        told = explanation.of_flyte2(reference.symbol) or ""
        alone = not told and known(reference.symbol)
        return Hover(told, reference.span, reference.symbol, alone) if told or alone else None
    markdown = explanation.of_symbol(reference.symbol, reference.owner)
    if markdown is None:
        return None
    drawn = graph.at(model, offset) if model.names.role(reference.symbol) in _DRAWN else None
    if drawn is not None:
        title, _, rest = markdown.partition("\n")
        markdown = f"{title}\n\n{drawn[0]}\n{rest}"
    if explanation.find(reference.symbol, reference.owner) is None and known(reference.symbol):
        return Hover(markdown, reference.span, reference.symbol, alone=True)
    return Hover(markdown, reference.span, explanation.target(reference.symbol, reference.owner))
