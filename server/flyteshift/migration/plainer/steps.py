"""The steps, in the order in which they are taken; after one that changes something all are taken anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flyteshift.migration import launch_calls
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer import (
    artifacts,
    batches,
    bound_maps,
    command_line,
    decorators,
    dropped,
    echoes,
    fields,
    imperative,
    interactive,
    iterators,
    launched,
    orders,
    partials,
    quoted,
    rendered,
    shadowed,
    shells,
    spreads,
    stars,
    tuples,
)
from flyteshift.migration.plainer.written import Written
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, Span, moved

Step = Callable[[Model, "Outside | None"], Written]

STEPS: Sequence[Step] = (
    stars.written,
    shadowed.written,
    quoted.written,
    command_line.written,
    decorators.written,
    interactive.written,
    spreads.written,
    shells.written,
    artifacts.written,
    batches.written,
    rendered.written,
    imperative.written,
    launch_calls.inline,
    launched.written,
    echoes.written,
    bound_maps.written,
    partials.written,
    dropped.written,
    tuples.written,
    fields.written,
    iterators.written,
    orders.written,
)


@dataclass(frozen=True)
class Plainer:
    """A module after steps: what it is then, and what each of them has written, with the text that it was given."""

    model: Model
    stays: frozenset[Span] = frozenset()
    """Imported names that are kept, in the text as it is then."""
    taken: tuple[tuple[Written, Document], ...] = ()

    def after(self, written: Written) -> Plainer:
        """The same after one more step."""
        document = self.model.document
        edits = written.edits
        stays = frozenset(Span(moved(s.start, edits), moved(s.end, edits)) for s in self.stays)
        return Plainer(build(document.edited(edits), whole=True), stays, (*self.taken, (written, document)))


def take(start: Plainer, outside: Outside | None) -> Plainer:
    """A module as plain as the steps can say it; one with a syntax error stays as it is."""
    for step in STEPS if not start.model.document.tree.root_node.has_error else ():
        written = step(start.model, outside).without_unread(start.model.document, start.stays)
        if written.edits:
            return take(start.after(written), outside)
    return start
