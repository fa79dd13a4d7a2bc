"""FS3xx: images, resources, secrets and caching as values."""

from __future__ import annotations

from flyteshift.rules.environment import cache, default_images, image_spec, resources, secret, security_context
from flyteshift.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    image_spec.RULE,
    resources.RULE,
    secret.RULE,
    cache.RULE,
    default_images.RULE,
    security_context.RULE,
)
