"""FS404: `.with_overrides(...)` on a result becomes `.override(...)` on the task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS404",
    name="with-overrides",
    summary="`f(x=1).with_overrides(requests=r)` becomes `f.override(resources=r)(x=1)`.",
    shift="""\
In Flyte 1 a call gave a node, and `with_overrides` changed that node afterwards. In Flyte 2 a call runs the task
and gives its value, so what differs must be said before the call: `f.override(...)` gives a task with other
settings, then call it. `requests` and `limits` become one `resources=` with `(request, limit)` pairs; `name` and
`node_name` become `short_name=`. An image belongs to an environment: put the task in a second environment when one
call needs another image.""",
    guide="configuration",
    applicability="unsafe",
    automatic="""\
Migrate moves the overrides before the call, with the resources that the task has itself. It refuses, with the reason:
another image, `task_config`, `aliases`, what would take a setting of the task away (`retries=0`), settings of a
workflow other than its name, overrides of a variable after the call, and resources of a task of another file.""",
    gotchas=(
        "`override(image=...)` raises ValueError: `Image cannot be overridden`.",
        "`override(retries=0)` keeps the old number of retries.",
        "`override(resources=...)` replaces the whole object: repeat CPU and memory when you only change the GPU.",
        "An unknown keyword raises TypeError.",
        "A result has no `with_overrides`: on an int the old code raises AttributeError.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Resources, task, workflow


@task(requests=Resources(cpu="1", mem="1Gi"))
def train(rows: int) -> float:
    return rows / 10


@workflow
def train_large(rows: int) -> float:
    return train(rows=rows).with_overrides(
        node_name="train-large",
        requests=Resources(cpu="4", mem="8Gi"),
        limits=Resources(cpu="8", mem="16Gi"),
        retries=2,
    )
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="training", resources=flyte.Resources(cpu="1", memory="1Gi"))


@env.task
def train(rows: int) -> float:
    return rows / 10


@env.task
def train_large(rows: int) -> float:
    return train.override(
        short_name="train-large",
        resources=flyte.Resources(cpu=("4", "8"), memory=("8Gi", "16Gi")),
        retries=2,
    )(rows=rows)
""",
            call="train_large(rows=25)",
        ),
        Example(
            before="""\
from flytekit import task, workflow


@task
def count(text: str) -> int:
    return len(text.split())


@workflow
def count_with_gpu_image(text: str) -> int:
    return count(text=text).with_overrides(container_image="ghcr.io/acme/gpu:1.4")
""",
            after="""\
import flyte

gpu_env = flyte.TaskEnvironment(name="counts_gpu", image="ghcr.io/acme/gpu:1.4")
env = flyte.TaskEnvironment(name="counts", depends_on=[gpu_env])


@gpu_env.task
def count(text: str) -> int:
    return len(text.split())


@env.task
def count_with_gpu_image(text: str) -> int:
    return count(text=text)
""",
            call="count_with_gpu_image(text='a b c')",
            note="An image cannot be overridden; the task lives in an environment that has it.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="training")


@env.task
def train(rows: int) -> float:
    return rows / 10


@env.task
def train_large(rows: int) -> float:
    return train.override(retries=2)(rows=rows)
""",
        """\
class Settings:
    def with_overrides(self, **changes):
        return self


settings = Settings().with_overrides(retries=2)
""",
    ),
)
