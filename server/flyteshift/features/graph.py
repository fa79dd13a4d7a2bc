"""How wide the graph of a workflow is, in words."""

from __future__ import annotations

import re

from flyteshift.migration.width import Width, width
from flyteshift.semantics.model import Model
from flyteshift.text import Span

_NAME = re.compile(r"\bdef\s+(\w+)")


def at(model: Model, offset: int) -> tuple[str, Span] | None:
    """What to say of the workflow whose decorator or name is at an offset, and where that name is; None elsewhere."""
    statement = next((s for s in model.statements if s.span.start <= offset < s.span.end), None)
    found = width(model, statement) if statement is not None else None
    name = _NAME.search(model.document.text, statement.span.start) if statement is not None else None
    if found is None or name is None or offset > name.end():
        return None
    return _words(name[1], found), Span(*name.span(1))


def _words(name: str, found: Width) -> str:
    if found.calls == 0:
        return f"`{name}` calls no task that flyteshift knows."
    calls = f"{found.calls} call{'s' * (found.calls > 1)}"
    if found.wide > 1:
        words = f"In Flyte 1 `{name}` is a graph of {calls}, up to {found.wide} of them side by side"
    else:
        words = f"In Flyte 1 `{name}` is a graph of {calls}, one after the other"
    return words + ("; its loops make more at once." if found.loops else ".")
