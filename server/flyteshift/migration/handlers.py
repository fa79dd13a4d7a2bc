"""Which function migrates which Flyte 1 expression: canonical symbols, with `()` where they are called."""

from __future__ import annotations

from collections.abc import Sequence

from flyteshift.migration import (
    actors,
    apps,
    caches,
    callees,
    contexts,
    documentation,
    errors,
    executions,
    gates,
    guards,
    images,
    launch_plans,
    local_paths,
    maps,
    mocks,
    nodes,
    notifications,
    overrides,
    plugins,
    remote,
    renderers,
    reports,
    resources,
    schedules,
    secrets,
    setting_objects,
    templates,
    tolerant,
    transformers,
)
from flyteshift.migration.data.held import flyte1
from flyteshift.migration.data.names import FORMATS, KNOWN
from flyteshift.migration.draft import Handler, StatementHandler
from flyteshift.migration.plainer import artifacts, batches, command_line, echoes, imperative, interactive, shells
from flyteshift.migration.tasks import ACTOR_TASK

HANDLERS: dict[str, Handler] = {
    "flytekit.Resources()": resources.source,
    "flytekit.Cache()": caches.source,
    "flytekit.Secret()": secrets.source,
    "flytekit.PodTemplate()": resources.pod_template,
    "flytekit.Documentation()": documentation.source,
    "flytekit.current_context().secrets.get()": secrets.read,
    "map()": maps.source,
    f"{callees.OVERRIDES}()": overrides.source,
    f"{callees.CREATE_NODE}()": nodes.source,
    "flytekit.sleep()": gates.sleep,
    "flytekit.wait_for_input()": gates.wait,
    **dict.fromkeys(errors.BUILTIN, errors.source),
    "if": guards.guard,
    **setting_objects.HANDLERS,
    **images.HANDLERS,
    **contexts.HANDLERS,
    **reports.HANDLERS,
    **renderers.HANDLERS,
    **plugins.HANDLERS,
    **actors.HANDLERS,
    **apps.HANDLERS,
    **templates.HANDLERS,
    **mocks.HANDLERS,
    **transformers.HANDLERS,
    **command_line.HANDLERS,
}

STATEMENTS: Sequence[StatementHandler] = (
    gates.statement,
    nodes.statement,
    tolerant.statement,
    maps.statement,
    reports.statement,
    templates.statement,
)
"""What migrates whole statements, asked in this order before the expressions in them are looked at."""

_DECORATORS = frozenset(
    {
        "flytekit",
        "flytekit.task",
        "flytekit.workflow",
        "flytekit.dynamic",
        "flytekit.current_context",
        "flytekit.eager",
        "flytekit.experimental.eager",
        ACTOR_TASK,
        actors.ACTOR,
    }
)
_CALLED = (
    frozenset({"flytekit.types.error.FlyteError", "flytekit.conditional", "flytekit.approve", "flytekit.TaskMetadata"})
    | callees.MAPS
    | {
        *executions.REMOTES,
        executions.CLASS,
        "flytekit.Config.auto",
        "flytekit.Config.for_endpoint",
        remote.OPTIONS_CLASS,
        echoes.ECHO,
        imperative.WORKFLOW,
        transformers.CONTEXT,
        local_paths.MANAGER,
    }
)
"""What stands in the bodies of workflows and is read there."""
_LAUNCHED = frozenset(launch_plans.ORDER) | notifications.MAILED | {
    schedules.CRON, schedules.RATE, schedules.ON_SCHEDULE, schedules.ON_ARTIFACT, notifications.PHASES,
    "flytekit.LaunchPlan", "flytekit.Labels", "flytekit.Annotations",
}  # fmt: skip
"""What launch plans are made of."""
_WRITTEN = artifacts.ARTIFACTS | interactive.EDITORS | interactive.CONFIGS | {
    batches.BATCH, artifacts.INPUTS, shells.SHELL, shells.LOCATION, shells.EXECUTE
}  # fmt: skip
"""What is written out as other code before the rest of a migration reads a module."""
_VALUES = (
    "flytekit.extras.accelerators.", "flytekit.Secret.", "flytekit.WorkflowFailurePolicy", "flytekit.ImageSpec",
    "flytekit.constants.", "flytekit.core.python_function_task.", "flytekit.PythonFunctionTask.",
    "flytekit.core.artifact.Granularity.",
)  # fmt: skip
"""What may stand as a value of a parameter that is handled."""


_OBJECTS = frozenset(templates.TEMPLATES) | {"flytekit.Config"}
_OWNERS = frozenset(name.rpartition(".")[0] for name in HANDLERS)
"""The classes of which attributes and methods are handled."""


def known(symbol: str) -> bool:
    """True where some part of a migration may take care of a symbol."""
    handled = symbol in HANDLERS or f"{symbol}()" in HANDLERS
    data = flyte1(symbol) is not None or symbol in KNOWN or symbol in FORMATS
    named = symbol in _DECORATORS | _CALLED | _LAUNCHED | _WRITTEN | _OBJECTS | _OWNERS
    return handled or data or named or symbol.startswith(_VALUES)
