"""FS214: parameters that served Flyte 1's compiler."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS214",
    name="task-internals",
    summary="`execution_mode`, `task_resolver` and `pickle_untyped` go; `node_dependency_hints` become `depends_on`.",
    shift="""\
These parameters told the compiler or the container how to treat a task.
`execution_mode` goes: dynamic and eager tasks are plain tasks.
`node_dependency_hints` named what a dynamic may call; Flyte 2 wants the environments of those in `depends_on`.
`pickle_untyped` goes: untyped inputs are always pickled. A resolver follows another protocol in Flyte 2.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic=(
        "Migrate drops `pickle_untyped` and `execution_mode`, and turns `node_dependency_hints` of tasks of "
        "this module into `depends_on`. It refuses `task_resolver`."
    ),
    gotchas=(
        "A task that returns a value needs a return annotation: without one it fails, pickle or not.",
        "`depends_on` takes environment objects, so the called environment must be defined first.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Resources, dynamic, task


@task(requests=Resources(cpu="4"))
def train(depth: int) -> int:
    return depth * 10


@dynamic(node_dependency_hints=[train])
def search(depths: list[int]) -> list[int]:
    return [train(depth=depth) for depth in depths]
""",
            after="""\
import asyncio

import flyte

train_env = flyte.TaskEnvironment(name="search_train", resources=flyte.Resources(cpu="4"))
env = flyte.TaskEnvironment(name="search", depends_on=[train_env])


@train_env.task
def train(depth: int) -> int:
    return depth * 10


@env.task
async def search(depths: list[int]) -> list[int]:
    return list(await asyncio.gather(*[train.aio(depth=depth) for depth in depths]))
""",
            call="search(depths=[1, 3])",
        ),
        Example(
            before="""\
from flytekit import task


@task(pickle_untyped=True)
def show(thing) -> str:
    return repr(thing)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="show")


@env.task
def show(thing) -> str:
    return repr(thing)
""",
            call='show(thing={"a": 1})',
        ),
    ),
    ignores=(
        """\
import flyte

train_env = flyte.TaskEnvironment(name="search_train")
env = flyte.TaskEnvironment(name="search", depends_on=[train_env])
""",
        """\
def run(execution_mode="fast", task_resolver=None):
    return execution_mode, task_resolver


run(execution_mode="slow")
""",
    ),
)
