"""FS7xx: launch plans, schedules, remote access and configuration."""

from __future__ import annotations

from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
