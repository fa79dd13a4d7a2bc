"""FS1xx: imports, decorators and what a program is made of."""

from __future__ import annotations

from flyteshift.rules.rule import Rule
from flyteshift.rules.structure import (
    dynamic,
    eager,
    environment,
    flyteidl_import,
    flytekit_import,
    flytekit_symbol,
    imperative_workflow,
    kwtypes,
    lazy_module,
    migrated_task,
    reference_entity,
    task,
    union_import,
    workflow,
)

RULES: tuple[Rule, ...] = (
    flytekit_import.RULE,
    union_import.RULE,
    flyteidl_import.RULE,
    flytekit_symbol.RULE,
    task.RULE,
    workflow.RULE,
    dynamic.RULE,
    eager.RULE,
    imperative_workflow.RULE,
    environment.RULE,
    reference_entity.RULE,
    kwtypes.RULE,
    lazy_module.RULE,
    migrated_task.RULE,
)
