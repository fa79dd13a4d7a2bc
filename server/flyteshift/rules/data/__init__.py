"""FS5xx: files, directories, dataframes and other types."""

from __future__ import annotations

from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
