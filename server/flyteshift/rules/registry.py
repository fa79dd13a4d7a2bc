"""All rules, listed by hand: each group package lists its modules in `RULES`, this module lists the groups."""

from __future__ import annotations

from types import MappingProxyType

from flyteshift.rules import (
    configuration,
    context,
    data,
    environment,
    orchestration,
    plugins,
    project,
    scheduling,
    structure,
)
from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *structure.RULES,
    *configuration.RULES,
    *environment.RULES,
    *orchestration.RULES,
    *data.RULES,
    *context.RULES,
    *scheduling.RULES,
    *plugins.RULES,
    *project.RULES,
)
"""Every rule, in the order of the codes."""

by_name = MappingProxyType({rule.name: rule for rule in RULES})
"""Rules by name, e.g. `by_name["map-task"]`."""

by_code = MappingProxyType({rule.code: rule for rule in RULES})
"""Rules by code, e.g. `by_code["FS401"]`."""
