"""FS215: TaskMetadata."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS215",
    name="task-metadata",
    summary="`TaskMetadata(retries=2, ...)` dissolves: its fields become keywords where the task is declared.",
    shift="""\
Flyte 1 bundles retries, timeout, cache and interruptible in `TaskMetadata` for tasks that are no functions.
Flyte 2 has no bundle: `flyte.extras.ContainerTask` and `@env.task` take the settings as keywords.
Cache fields become one `cache=flyte.Cache(...)`. `deprecated` and `generates_deck` have no place.""",
    guide="tasks-and-workflows",
    applicability="display-only",
    automatic=(
        "Not yet automatic: Migrate leaves the module as it is and gives the reason. Spread the fields by "
        "hand as shown."
    ),
    gotchas=(
        "`flyte.extras.ContainerTask` takes part in an environment by `flyte.TaskEnvironment.from_task(name, task)`.",
        "`retries` of Flyte 2 covers every exception.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import ContainerTask, TaskMetadata, kwtypes

greet = ContainerTask(
    name="greet",
    image="alpine:3.20",
    inputs=kwtypes(name=str),
    command=["echo", "Hello, {{.inputs.name}}"],
    metadata=TaskMetadata(retries=2, cache=True, cache_version="1.0"),
)
""",
            after="""\
import flyte
from flyte.extras import ContainerTask

greet = ContainerTask(
    name="greet",
    image="alpine:3.20",
    inputs={"name": str},
    command=["echo", "Hello, {{.inputs.name}}"],
    retries=2,
    cache=flyte.Cache(behavior="override", version_override="1.0"),
)
env = flyte.TaskEnvironment.from_task("greetings", greet)
""",
            why_not_run="A container task needs Docker.",
        ),
    ),
    ignores=(
        """\
from flyte.extras import ContainerTask

greet = ContainerTask(name="greet", image="alpine:3.20", command=["true"], retries=2)
""",
        """\
from dataclasses import dataclass


@dataclass
class TaskMetadata:
    retries: int = 0


print(TaskMetadata(retries=2))
""",
    ),
)
