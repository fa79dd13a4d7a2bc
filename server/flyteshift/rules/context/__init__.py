"""FS6xx: the running task's context, reports and logging."""

from __future__ import annotations

from flyteshift.rules.context import (
    checkpoint,
    context_secrets,
    current_context,
    deck,
    deck_renderers,
    flyte_context,
    logger,
    working_directory,
)
from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    current_context.RULE,
    context_secrets.RULE,
    working_directory.RULE,
    deck.RULE,
    deck_renderers.RULE,
    checkpoint.RULE,
    logger.RULE,
    flyte_context.RULE,
)
