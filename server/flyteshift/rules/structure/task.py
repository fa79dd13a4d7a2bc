"""FS111: a task joins an environment."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS111",
    name="task",
    summary="`@task` becomes `@env.task`, where `env` is a `flyte.TaskEnvironment`.",
    shift="""\
In Flyte 1 every `@task` describes its own container: image, resources, secrets, environment variables.
In Flyte 2 a `flyte.TaskEnvironment` holds that description once, for all tasks that share it.
`@env.task` puts a function into it and keeps what is particular to that function: retries, timeout, cache, report.
The function body stays. What changes is who may call it: any task may call any other, as plain Python.""",
    guide="tasks-and-workflows",
    applicability="safe",
    automatic=(
        "Migrate rewrites `@task` with the settings that it can place, also those of a dict of the module (`**COMMON`) "
        "and of a decorator of the module that only hands settings on (`small = functools.partial(task, retries=3)`). "
        "A value that is returned without an annotation is dropped, as Flyte 1 did. "
        "It refuses the module, with the reason, when a task carries settings it cannot see or place."
    ),
    gotchas=(
        "A task that returns a value without a return annotation fails in a run (`did you miss a return type "
        "annotation?`). In Flyte 1 a task dropped it; a workflow did so on a cluster and failed in a local run.",
        "Several outputs are a tuple: Flyte 1 also took a list, such as `train_test_split(...)` gives; Flyte 2 fails "
        "with one, so Migrate makes it a tuple.",
        "Environment names must match `^[a-z0-9]+([_-][a-z0-9]+)*$`; dots and capitals raise `ValueError`.",
        "`env.task(image=...)`, `resources=`, `secrets=` and `env_vars=` raise `TypeError`: they belong to the "
        "environment.",
        "`*args` and `**kwargs` in the signature raise `ValueError` at decoration.",
        "A second function of the same name silently replaces the first in its environment.",
        "An exception of a called task arrives as `flyte.errors.RuntimeUserError` with `.code == 'ValueError'`, so "
        "`except ValueError` around the call no longer matches.",
        "Only the function's own name is looked up in the container: a decorator under `@env.task` needs "
        "`functools.wraps`, and a task defined inside a function runs locally but fails remotely.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task


@task
def double(x: int) -> int:
    return x * 2


@task(retries=2)
def describe(x: int, unit: str = "km") -> str:
    return f"{x} {unit}"
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="distances")


@env.task
def double(x: int) -> int:
    return x * 2


@env.task(retries=2)
def describe(x: int, unit: str = "km") -> str:
    return f"{x} {unit}"
""",
            call='[double(x=4), describe(x=7), describe(x=7, unit="mi")]',
        ),
        Example(
            before="""\
from flytekit import Resources, task


@task(requests=Resources(cpu="2", mem="4Gi"))
def train(rows: int) -> float:
    return rows / 2


@task
def report(score: float) -> str:
    return f"score {score}"
""",
            after="""\
import flyte

train_env = flyte.TaskEnvironment(name="training_train", resources=flyte.Resources(cpu="2", memory="4Gi"))
env = flyte.TaskEnvironment(name="training")


@train_env.task
def train(rows: int) -> float:
    return rows / 2


@env.task
def report(score: float) -> str:
    return f"score {score}"
""",
            call="report(score=train(rows=3))",
            note="Tasks with different settings need different environments.",
        ),
        Example(
            before="""\
import functools

from flytekit import Resources, task, workflow

COMMON = {"retries": 3, "interruptible": True}
large_task = functools.partial(task, requests=Resources(mem="8Gi"), **COMMON)


@large_task
def load(n: int) -> int:
    return n + 1


@task(**COMMON)
def double(n: int) -> int:
    return n * 2


@workflow
def doubled(n: int) -> int:
    return double(n=load(n=n))
""",
            after="""\
import flyte

load_env = flyte.TaskEnvironment(name="load", resources=flyte.Resources(memory="8Gi"))
env = flyte.TaskEnvironment(name="numbers", depends_on=[load_env])


@load_env.task(retries=3, interruptible=True)
def load(n: int) -> int:
    return n + 1


@env.task(retries=3, interruptible=True)
def double(n: int) -> int:
    return n * 2


@env.task
def doubled(n: int) -> int:
    return double(n=load(n=n))
""",
            call="doubled(n=2)",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="training")


@env.task
def train(rows: int) -> float:
    return rows / 2
""",
        """\
from celery import task


@task
def send(address: str) -> None:
    print(address)
""",
        """\
def run(tasks):
    for task in tasks:
        task()
    return [task.name for task in tasks]
""",
    ),
)
