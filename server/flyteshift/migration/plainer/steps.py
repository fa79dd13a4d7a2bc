"""The steps, in the order in which they are taken; after one that changes something all are taken anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
    rendered,
    shadowed,
    shells,
    spreads,
    tuples,
)
from flyteshift.migration.plainer.written import Written
from flyteshift.semantics.model import Model

Step = Callable[[Model, "Outside | None"], Written]

STEPS: Sequence[Step] = (
    shadowed.written,
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
