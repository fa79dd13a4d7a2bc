"""FS410: calls without a common value ran in parallel; say so with `asyncio.gather`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS410",
    name="parallel-branches",
    summary=(
        "Calls that do not need each other ran in parallel; in Flyte 2 gather them, or they run one after the other."
    ),
    shift="""\
A Flyte 1 workflow started every task as soon as its inputs were there, so calls without a path between them ran at
the same time. In Flyte 2 a sync driver waits for each call. The result is the same, the run takes longer. To keep
them parallel make the driver `async def` and `await asyncio.gather(f.aio(...), g.aio(...))`; the tasks may stay
sync. Callers of the driver must then await it too.""",
    guide="parallelism",
    applicability="unsafe",
    automatic="""\
The setting `orchestration` says whether Migrate keeps branches parallel or writes them in sequence. Calls inside of
others, maps without a limit, conditionals, comprehensions and loops that only append are gathered too. It writes a
driver in sequence, with a note, when a caller cannot be made async: a task that is no driver, a plain function that
tasks run, another file. Maps with `concurrency` and loops of several statements go on one after the other, and so
do tasks that write the same path or seed the random numbers of the process.""",
    gotchas=(
        "In an async task a plain call of a sync task raises `SyncTaskCallInAsyncContextError`; write `await "
        "f.aio(...)`.",
        "An async task called from a sync one gives a coroutine that nobody awaits.",
        "When one branch fails, `asyncio.gather` raises at once; the other branches go on.",
        "A local run gives gathered tasks one working directory and threads of one process: two that write `model.pkl` "
        "there get each other's file. On a cluster each has a disk of its own, as in Flyte 1.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task, workflow


@task
def fit(depth: int) -> float:
    return 1 / depth


@task
def best(a: float, b: float) -> float:
    return max(a, b)


@workflow
def compare(a: int, b: int) -> float:
    shallow = fit(depth=a)
    deep = fit(depth=b)
    return best(a=shallow, b=deep)
""",
            after="""\
import asyncio

import flyte

env = flyte.TaskEnvironment(name="models")


@env.task
def fit(depth: int) -> float:
    return 1 / depth


@env.task
def best(a: float, b: float) -> float:
    return max(a, b)


@env.task
async def compare(a: int, b: int) -> float:
    shallow, deep = await asyncio.gather(
        fit.aio(depth=a),
        fit.aio(depth=b),
    )
    return await best.aio(a=shallow, b=deep)
""",
            call="compare(a=2, b=4)",
        ),
        Example(
            before="""\
from typing import List

from flytekit import conditional, map_task, task, workflow


@task
def load(day: int) -> List[float]:
    return [day / 2, day / 4]


@task
def clean(x: float) -> float:
    return round(x, 1)


@task
def join(a: float, b: float) -> float:
    return 10 * a + b


@task
def total(xs: List[float]) -> float:
    return sum(xs)


@workflow
def compare(day: int) -> float:
    today = load(day=day)
    start = conditional("start").if_(day > 2).then(join(a=1.0, b=2.0)).else_().then(clean(x=1.26))
    cleaned = map_task(clean)(x=today)
    return join(a=join(a=total(xs=cleaned), b=total(xs=today)), b=start)
""",
            after="""\
import asyncio
from typing import List

import flyte

env = flyte.TaskEnvironment(name="days")


@env.task
def load(day: int) -> List[float]:
    return [day / 2, day / 4]


@env.task
def clean(x: float) -> float:
    return round(x, 1)


@env.task
def join(a: float, b: float) -> float:
    return 10 * a + b


@env.task
def total(xs: List[float]) -> float:
    return sum(xs)


@env.task
async def compare(day: int) -> float:
    today, start = await asyncio.gather(
        load.aio(day=day),
        join.aio(a=1.0, b=2.0) if day > 2 else clean.aio(x=1.26),
    )
    cleaned, b = await asyncio.gather(
        asyncio.gather(*[clean.aio(item) for item in today]),
        total.aio(xs=today),
    )
    return await join.aio(a=await join.aio(a=await total.aio(xs=cleaned), b=b), b=start)
""",
            call="[compare(day=1), compare(day=4)]",
            note="What stands inside of a call or a conditional is gathered as well, in the order of the data.",
        ),
    ),
    ignores=(
        """\
import asyncio

import flyte

env = flyte.TaskEnvironment(name="models")


@env.task
def fit(depth: int) -> float:
    return 1 / depth


@env.task
async def compare(a: int, b: int) -> list[float]:
    return await asyncio.gather(fit.aio(depth=a), fit.aio(depth=b))
""",
        """\
def left() -> int:
    return 1


def right() -> int:
    return 2


def both() -> int:
    return left() + right()
""",
    ),
)
