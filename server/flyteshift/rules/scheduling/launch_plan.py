"""FS701: a launch plan becomes a trigger on the task that it starts."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS701",
    name="launch-plan",
    summary=(
        "`LaunchPlan.get_or_create(wf, ...)` becomes a `flyte.Trigger` in the decorator: `@env.task(triggers=...)`."
    ),
    shift="""\
In Flyte 1 a launch plan was an entity of its own: it named a workflow and gave it inputs, a schedule and
notifications. In Flyte 2 that is a `flyte.Trigger`, a property of the task that it starts. Decorators are evaluated
where they stand, so the trigger moves above the function. `default_inputs` and `fixed_inputs` both become `inputs`,
the schedule becomes `automation`, and the trigger is deployed together with its task. A launch plan without a
schedule that only renamed a workflow or preset its inputs is not needed: call the task, or run it with those
inputs.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate makes a launch plan at the top of the module a trigger of the task that the module defines, together "
        "with the variables that it reads. Launch plans that are called become calls of the task. One without a "
        "schedule whose inputs a trigger cannot carry (lists, dicts) becomes a task that runs the workflow with them. "
        "It refuses such inputs with a schedule, files, `concurrency`, accounts, raw data, and launch plans that are "
        "used as values."
    ),
    gotchas=(
        "`auto_activate` is False by default in Flyte 1 and True in Flyte 2: write it out, or the schedule "
        "starts at deploy.",
        "`fixed_inputs` were locked on the platform; the inputs of a trigger are values that a run may change.",
        "`max_action_concurrency` counts the action of the task itself too, and 1 raises ValueError: "
        "`max_parallelism=4` is `max_action_concurrency=5`.",
        "A list in `inputs` is accepted, and fails when the task reads it: make it the default of the parameter.",
        "An input name that the task does not have is only refused at deploy.",
        "`LaunchPlan.get_or_create(wf)` without a name took the workflow's name; a trigger needs one.",
        "A launch plan called inside a workflow becomes a call of the task with the inputs written out.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import CronSchedule, LaunchPlan, task, workflow


@task
def total(n: int) -> int:
    return sum(range(n))


@workflow
def report(n: int = 10) -> int:
    return total(n=n)


nightly = LaunchPlan.get_or_create(
    report,
    "nightly",
    schedule=CronSchedule(schedule="0 2 * * *"),
    fixed_inputs={"n": 12},
    auto_activate=True,
)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="report")


@env.task
def total(n: int) -> int:
    return sum(range(n))


nightly = flyte.Trigger(
    name="nightly",
    automation=flyte.Cron("0 2 * * *"),
    inputs={"n": 12},
    auto_activate=True,
)


@env.task(triggers=nightly)
def report(n: int = 10) -> int:
    return total(n=n)
""",
            call="report(n=4)",
        ),
        Example(
            before="""\
from flytekit import LaunchPlan, task, workflow


@task
def scale(n: int, by: int) -> int:
    return n * by


@workflow
def scaled(n: int, by: int = 1) -> int:
    return scale(n=n, by=by)


tripled = LaunchPlan.create("tripled", scaled, default_inputs={"by": 3})


@workflow
def main(n: int) -> int:
    return tripled(n=n)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="scaling")


@env.task
def scale(n: int, by: int) -> int:
    return n * by


@env.task
def scaled(n: int, by: int = 1) -> int:
    return scale(n=n, by=by)


@env.task
def main(n: int) -> int:
    return scaled(n=n, by=3)
""",
            call="main(n=5)",
            note="A launch plan inside a workflow: its inputs are written at the call.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="report")


@env.task(triggers=flyte.Trigger(name="nightly", automation=flyte.Cron("0 2 * * *"), auto_activate=False))
def report(n: int = 10) -> int:
    return n
""",
        """\
class LaunchPlan:
    @classmethod
    def get_or_create(cls, name: str) -> "LaunchPlan":
        return cls()


apollo = LaunchPlan.get_or_create("apollo")
""",
    ),
)
