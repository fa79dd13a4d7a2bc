"""The steps, in the order in which they are taken; after one that changes something all are taken anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flyteshift.migration import launch_calls
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer import artifacts, echoes, orders, sequences, shadowed, shells
from flyteshift.migration.plainer.written import Written
from flyteshift.semantics.model import Model

Step = Callable[[Model, "Outside | None"], Written]

STEPS: Sequence[Step] = (
    shadowed.written,
    shells.written,
    artifacts.written,
    sequences.written,
    launch_calls.inline,
    echoes.written,
    orders.written,
)
