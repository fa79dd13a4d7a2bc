"""FS202: CPU, memory, GPU and disk of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS202",
    name="task-resources",
    summary="`requests=`, `limits=` and `resources=` become one `resources=` of the `flyte.TaskEnvironment`.",
    shift="""\
Flyte 1 takes two objects, `requests` and `limits`, on every task.
Flyte 2 takes one `flyte.Resources` on the environment; `cpu` and `memory` take a `(request, limit)` tuple.
Tasks that need other resources go into another environment, or are called as `f.override(resources=...)(x=1)`.
`shared_memory=True` becomes `shm="auto"`, and `accelerator=` folds into `gpu="T4:1"`.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate moves them to an environment, requests and limits as ranges. Where `disk` or `gpu` of both differ, it "
        "takes the limit and leaves a note. It refuses what cannot be merged, such as values that it cannot see."
    ),
    gotchas=(
        "Only `cpu` and `memory` take ranges; a tuple for `disk` or `gpu` raises.",
        "`mem=` and `ephemeral_storage=` raise `TypeError`: the names are `memory` and `disk`.",
        '`gpu="1"` raises `ValueError`; write `gpu=1`, or `gpu="T4:1"` where the model is known.',
        '`shm=True` raises; the word is `"auto"`.',
        "`env.task(resources=...)` raises `TypeError`: resources belong to the environment.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Resources, task, workflow


@task(requests=Resources(cpu="1", mem="2Gi"), limits=Resources(cpu="2", mem="4Gi"))
def train(rows: int) -> int:
    return rows * 2


@task(limits=Resources(mem="8Gi"), shared_memory=True)
def evaluate(model: int) -> str:
    return f"model {model}"


@workflow
def fit(rows: int) -> str:
    return evaluate(model=train(rows=rows))
""",
            after="""\
import flyte

train_env = flyte.TaskEnvironment(
    name="fit_train",
    resources=flyte.Resources(cpu=("1", "2"), memory=("2Gi", "4Gi")),
)
evaluate_env = flyte.TaskEnvironment(
    name="fit_evaluate",
    resources=flyte.Resources(memory="8Gi", shm="auto"),
)
env = flyte.TaskEnvironment(name="fit", depends_on=[train_env, evaluate_env])


@train_env.task
def train(rows: int) -> int:
    return rows * 2


@evaluate_env.task
def evaluate(model: int) -> str:
    return f"model {model}"


@env.task
def fit(rows: int) -> str:
    return evaluate(model=train(rows=rows))
""",
            call="fit(rows=3)",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="fit", resources=flyte.Resources(cpu="1", memory="2Gi"))
""",
        """\
import requests

limits = {"cpu": 2}
print(requests.get("https://example.org", limits=limits))
""",
    ),
)
