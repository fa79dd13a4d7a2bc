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
    "if": images.guard,
    **images.HANDLERS,
}

_DECORATORS = frozenset(
    {"flytekit", "flytekit.task", "flytekit.workflow", "flytekit.dynamic", "flytekit.current_context"}
)
_CALLED = frozenset({"flytekit.conditional"})
"""What stands in the bodies of workflows and is read there."""
_VALUES = (
    "flytekit.extras.accelerators.", "flytekit.Secret.", "flytekit.WorkflowFailurePolicy", "flytekit.ImageSpec",
    "flytekit.constants.", "flytekit.core.python_function_task.", "flytekit.PythonFunctionTask.",
)  # fmt: skip
"""What may stand as a value of a parameter that is handled."""


def known(symbol: str) -> bool:
    """True where some part of a migration may take care of a symbol."""
    return (
        symbol in _DECORATORS | _CALLED or symbol in HANDLERS or f"{symbol}()" in HANDLERS or symbol.startswith(_VALUES)
    )
