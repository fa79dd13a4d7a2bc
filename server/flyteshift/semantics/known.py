"""What calls of Flyte 1 give and what its objects hold, by canonical names."""

from __future__ import annotations

from flyteshift.semantics.values import EntityKind

FLYTE2_TASK = "flyte.TaskEnvironment.task"
MIGRATED = f"{FLYTE2_TASK}()"
"""A task of Flyte 2 that another file of the project defines."""

ENTITY_MAKERS: dict[str, EntityKind] = {
    "flytekit.task": "task",
    "flytekit.workflow": "workflow",
    "flytekit.dynamic": "dynamic",
    "flytekit.eager": "eager",
    "flytekit.experimental.eager": "eager",
    "flytekit.reference_task": "reference",
    "flytekit.reference_workflow": "reference",
    "flytekit.reference_launch_plan": "reference",
    "flytekit.map_task": "map",
    "flytekit.experimental.map_task": "map",
    "flytekit.core.map_task.map_task": "map",
    "flytekit.core.legacy_map_task.map_task": "map",
    "union.map": "map",
    "union.ActorEnvironment.task": "task",
}
"""Flyte 1 functions that make an entity of a function, by canonical name."""

GIVES = {
    "flytekit.LaunchPlan.get_or_create": "flytekit.LaunchPlan",
    "flytekit.LaunchPlan.create": "flytekit.LaunchPlan",
    "flytekit.LaunchPlan.get_default_launch_plan": "flytekit.LaunchPlan",
    "flytekit.FlyteContext.current_context": "flytekit.FlyteContext",
    "flytekit.FlyteContextManager.current_context": "flytekit.FlyteContext",
    **dict.fromkeys(
        (
            f"{remote}.{name}"
            for remote in ("flytekit.FlyteRemote", "union.UnionRemote")
            for name in ("execute", "wait", "sync", "sync_execution", "fetch_execution")
        ),
        "flytekit.remote.FlyteWorkflowExecution",
    ),
    "flytekit.StructuredDataset.open": "flytekit.StructuredDataset",
    "flytekit.types.schema.FlyteSchema.open": "flytekit.types.schema.FlyteSchema",
    "flytekit.FlyteFile.new_remote_file": "flytekit.FlyteFile",
    "flytekit.FlyteFile.from_source": "flytekit.FlyteFile",
    "flytekit.FlyteDirectory.new_remote": "flytekit.FlyteDirectory",
    "flytekit.FlyteDirectory.new_file": "flytekit.FlyteFile",
    "flytekit.FlyteDirectory.new_dir": "flytekit.FlyteDirectory",
    "flytekit.FlyteDirectory.from_source": "flytekit.FlyteDirectory",
}
"""What functions and methods give (from the signatures of flytekit 1.16)."""

HOLDS = {
    "flytekit.FlyteContext.user_space_params": "flytekit.current_context()",
    "flytekit.current_context().checkpoint": "flytekit.Checkpoint",
    "flytekit.current_context().default_deck": "flytekit.Deck",
}
"""What attributes that are no calls hold."""

FLUENT = ("flytekit.conditional", "flytekit.ImageSpec")
"""Classes whose methods give their own kind."""
