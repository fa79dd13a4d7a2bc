"""Which function migrates which Flyte 1 expression: canonical symbols, with `()` where they are called."""

from __future__ import annotations

from flyteshift.migration import caches, images, resources, secrets
from flyteshift.migration.draft import Handler

HANDLERS: dict[str, Handler] = {
    "flytekit.Resources()": resources.source,
    "flytekit.Cache()": caches.source,
    "flytekit.Secret()": secrets.source,
    "flytekit.PodTemplate()": resources.pod_template,
    "flytekit.current_context().secrets.get()": secrets.read,
    **images.HANDLERS,
}
