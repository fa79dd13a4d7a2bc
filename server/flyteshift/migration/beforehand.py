"""What is written anew before the rest of a migration reads a module, and what is left to do after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flyteshift.migration.draft import Note
from flyteshift.text import Document, Edit, Span


@dataclass(frozen=True)
class Beforehand:
    """The edits of a module that is still Flyte 1 afterwards, and what to say of them."""

    edits: list[Edit]
    notes: list[Note]
    afterwards: Callable[[Document], list[Edit]] | None = None
    """Gives edits of the migrated module."""

    def original(self, span: Span) -> Span:
        """Where a place of the edited text stands in the text before; what edits have put in, at their start."""
        return Span(_before(self.edits, span.start), _before(self.edits, span.end))


NOTHING = Beforehand([], [])


def _before(edits: Sequence[Edit], offset: int) -> int:
    """The offset in the text before the edits of an offset in the text after them."""
    shift = 0
    for (start, end), new in sorted(edits, key=lambda e: e.span):
        if offset < start + shift:
            break
        if offset < start + shift + len(new):
            return start
        shift += len(new) - (end - start)
    return offset - shift
