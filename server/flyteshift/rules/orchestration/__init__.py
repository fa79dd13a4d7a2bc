"""FS4xx: maps, conditionals, order, errors and waiting."""

from __future__ import annotations

from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
