"""FS3xx: images, resources, secrets and caching as values."""

from __future__ import annotations

from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
