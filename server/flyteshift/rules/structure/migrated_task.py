"""FS120: tasks that are Flyte 2 by now, and workflows of Flyte 1 that still call them."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS120",
    name="migrated-task",
    summary="A Flyte 1 workflow cannot run a task of Flyte 2: migrate the workflow too.",
    shift="""\
A Flyte 1 workflow is compiled before it runs: its body is called with promises. A Flyte 2 task is a plain function
to Flyte 1, so its body is run on the promises at that moment, and the task is in no execution. Three ways lead out:
migrate the workflow along with its tasks, keep the task in Flyte 1 until then, or call the deployed Flyte 2 task by a
bridging task, which is Flyte 1 and has the same name and signature.""",
    guide="hybrid-pipelines",
    applicability="unsafe",
    automatic="""\
Migrate takes the workflow along where nothing is in the way. Another action puts a bridging task in the place of the
import, if the task takes and gives plain values. The finding is silent where a name is imported in several ways.""",
    gotchas=(
        "A workflow whose Flyte 2 task only hands its input on compiles, and the task is missing from the execution.",
        "The body of a Flyte 1 task may call a Flyte 2 task, and the other way round: it runs there, as a function.",
        "A Flyte 1 map over a Flyte 2 task raises a `ValueError` when the module is imported.",
    ),
    examples=(
        Example(
            before="""\
import flyte
from flytekit import workflow

env = flyte.TaskEnvironment(name="orders")


@env.task
def load(day: int) -> int:
    return day * 100


@workflow
def daily(day: int = 1) -> int:
    return load(day=day)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="orders")


@env.task
def load(day: int) -> int:
    return day * 100


@env.task
def daily(day: int = 1) -> int:
    return load(day=day)
""",
            why_not_run="The workflow before does not compile.",
        ),
    ),
    ignores=(
        """\
from prefect import flow

from shop.tasks import load


@flow
def daily(day: int) -> int:
    return load(day=day)
""",
        """\
import flyte

env = flyte.TaskEnvironment(name="orders")


@env.task
def load(day: int) -> int:
    return day * 100


@env.task
def daily(day: int) -> int:
    return load(day=day)
""",
    ),
)
