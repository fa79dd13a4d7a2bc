"""FS114: eager was a preview of how all tasks work now."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS114",
    name="eager",
    summary="`@eager` becomes `@env.task` on the same `async def`.",
    shift="""\
`@eager` was Flyte 1's opt-in way to orchestrate in running Python instead of a compiled graph.
In Flyte 2 that is how all tasks work, so the decorator is the plain `@env.task`.
Async tasks are awaited as before. A sync task called from an async one needs its async form: `await f.aio(x=1)`.
`remote=`, `client_secret_*` and the like are gone: a task needs no client to start other tasks.""",
    guide="overview",
    applicability="unsafe",
    automatic=(
        "Migrate keeps the `async def` and writes `await f.aio(...)` where a sync task of the module is called; an "
        "`await` that stands there already, as before flytekit 1.14, stays. It refuses calls where nothing can be "
        "awaited, tasks of other files, and options of `@eager`."
    ),
    gotchas=(
        "In an `@eager` body Flyte 1 calls sync tasks without `await`; in Flyte 2 that call raises "
        "`SyncTaskCallInAsyncContextError`.",
        "Before flytekit 1.14 that call gave something to await; Migrate tells such code by its `await` or `gather`.",
        "`EagerException` has no counterpart: a failed call raises `flyte.errors.RuntimeUserError`.",
    ),
    examples=(
        Example(
            before="""\
import asyncio

from flytekit import eager, task


@task
def add_one(x: int) -> int:
    return x + 1


@task
async def double(x: int) -> int:
    return x * 2


@eager
async def climb(x: int) -> int:
    out = add_one(x=x)
    if out < 0:
        return out
    results = await asyncio.gather(*[double(x=out + i) for i in range(3)])
    return sum(results)


def result(x: int) -> int:
    return asyncio.run(climb(x=x))
""",
            after="""\
import asyncio

import flyte

env = flyte.TaskEnvironment(name="climb")


@env.task
def add_one(x: int) -> int:
    return x + 1


@env.task
async def double(x: int) -> int:
    return x * 2


@env.task
async def climb(x: int) -> int:
    out = await add_one.aio(x=x)
    if out < 0:
        return out
    results = await asyncio.gather(*[double(x=out + i) for i in range(3)])
    return sum(results)


def result(x: int) -> int:
    flyte.init()
    return flyte.with_runcontext(mode="local").run(climb, x=x).outputs()[0]
""",
            call="[result(x=1), result(x=-5)]",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="climb")


@env.task
async def eager(x: int) -> int:
    return x
""",
        """\
import celery

app = celery.Celery(task_always_eager=True)
eager = app.conf.task_always_eager
print(eager)
""",
    ),
)
