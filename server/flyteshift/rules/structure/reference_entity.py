"""FS117: entities that are already deployed."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS117",
    name="reference-entity",
    summary="`@reference_task` and `@reference_workflow` become `flyte.remote.Task.get(name, ...)`.",
    shift="""\
Flyte 1 declares a stub function whose signature must match the registered entity.
Flyte 2 looks the task up by name; the deployed interface is the source of truth, so there is no stub.
Workflows are tasks, so one lookup covers both. The name is `<environment>.<function>`, not the module path.
There is no launch plan to refer to: take the task itself, or its trigger through `flyte.remote.Trigger`.""",
    guide="hybrid-pipelines",
    applicability="display-only",
    automatic=(
        "Not rewritten: the name of the deployed Flyte 2 task is not in the code. "
        "Migrate leaves the module and names the place."
    ),
    gotchas=(
        "`Task.get` finds tasks that were deployed with Flyte 2; Flyte 1 entities live on another control plane.",
        "The result is lazy: nothing is fetched before the first call, so a wrong name shows at run time.",
        "Calling it gives a coroutine also where the deployed task is sync, so the caller must be `async def`.",
        'Give `version=`, or `auto_version="latest"`.',
    ),
    examples=(
        Example(
            before="""\
from flytekit import reference_task, workflow


@reference_task(project="ml", domain="production", name="training.train", version="v7")
def train(rows: int) -> float: ...


@workflow
def nightly(rows: int) -> float:
    return train(rows=rows)
""",
            after="""\
import flyte
import flyte.remote

env = flyte.TaskEnvironment(name="nightly")
train = flyte.remote.Task.get("training.train", project="ml", domain="production", version="v7")


@env.task
async def nightly(rows: int) -> float:
    return await train(rows=rows)
""",
            why_not_run="The task that is referred to lives on a cluster.",
        ),
    ),
    ignores=(
        """\
import flyte.remote

reference_task = flyte.remote.Task.get("training.train", auto_version="latest")
""",
        """\
def reference_workflow(name):
    return f"see {name}"


print(reference_workflow("nightly"))
""",
    ),
)
