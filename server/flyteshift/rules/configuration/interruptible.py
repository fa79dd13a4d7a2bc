"""FS208: tasks that may run on spot machines."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS208",
    name="interruptible",
    summary="`interruptible=` stays on the task; that of a workflow moves to the environments of the tasks it calls.",
    shift="""\
On a task the bool means the same in both, and a TaskEnvironment can give the default for its tasks.
On a Flyte 1 workflow it is the default of all nodes. A former workflow is a task now,
so there it would move only the driver to a spot machine: set it on the environments of the called tasks instead.""",
    guide="configuration",
    applicability="safe",
    automatic="Migrate keeps the argument of a task as it is, and refuses a workflow that has it, with the reason.",
    gotchas=("Without a value a task takes that of its environment, which is False.",),
    examples=(
        Example(
            before="""\
from flytekit import task, workflow


@task
def load(n: int) -> list[int]:
    return list(range(n))


@task(interruptible=False)
def publish(xs: list[int]) -> str:
    return f"{len(xs)} published"


@workflow(interruptible=True)
def pipeline(n: int) -> str:
    return publish(xs=load(n=n))
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="publishing", interruptible=True)


@env.task
def load(n: int) -> list[int]:
    return list(range(n))


@env.task(interruptible=False)
def publish(xs: list[int]) -> str:
    return f"{len(xs)} published"


@env.task(interruptible=False)
def pipeline(n: int) -> str:
    return publish(xs=load(n=n))
""",
            call="pipeline(n=3)",
            note="The driver itself is better kept on a machine that stays.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="publishing", interruptible=True)
""",
        """\
from threading import Thread


class Job(Thread):
    interruptible = True


def run(interruptible=False):
    return interruptible


run(interruptible=True)
""",
    ),
)
