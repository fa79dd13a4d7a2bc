"""FS2xx: what a Flyte 1 task carries in its decorator."""

from __future__ import annotations

from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
