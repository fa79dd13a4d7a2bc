"""FS4xx: maps, conditionals, order and errors."""

from __future__ import annotations

from flyteshift.rules.orchestration import (
    conditional,
    exceptions,
    gate_node,
    map_task,
    node_order,
    node_outputs,
    on_failure,
    parallel_branches,
    promise,
    with_overrides,
)
from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    map_task.RULE,
    conditional.RULE,
    node_order.RULE,
    with_overrides.RULE,
    on_failure.RULE,
    exceptions.RULE,
    gate_node.RULE,
    node_outputs.RULE,
    promise.RULE,
    parallel_branches.RULE,
)
