"""FS1xx: imports, decorators and what a program is made of."""

from __future__ import annotations

from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
