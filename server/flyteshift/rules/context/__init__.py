"""FS6xx: the execution context, decks and checkpoints."""

from __future__ import annotations

from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
