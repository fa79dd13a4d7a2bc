"""FS2xx: what a Flyte 1 task carries in its decorator."""

from __future__ import annotations

from flyteshift.rules.configuration import (
    accelerator,
    container_image,
    enable_deck,
    interruptible,
    pod_template,
    retries,
    secret_requests,
    task_cache,
    task_config,
    task_docs,
    task_environment,
    task_internals,
    task_labels,
    task_metadata,
    task_resources,
    timeout,
)
from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    container_image.RULE,
    task_resources.RULE,
    task_environment.RULE,
    secret_requests.RULE,
    task_cache.RULE,
    retries.RULE,
    timeout.RULE,
    interruptible.RULE,
    enable_deck.RULE,
    pod_template.RULE,
    task_config.RULE,
    task_docs.RULE,
    task_labels.RULE,
    task_internals.RULE,
    task_metadata.RULE,
    accelerator.RULE,
)
