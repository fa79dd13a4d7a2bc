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
The setting `orchestration` says whether Migrate keeps branches parallel or writes them in sequence. It writes them in
sequence, with a note, when a caller of the driver cannot be made async.""",
    gotchas=(
        "In an async task a plain call of a sync task raises `SyncTaskCallInAsyncContextError`; write `await "
        "f.aio(...)`.",
        "An async task called from a sync one gives a coroutine that nobody awaits.",
        "When one branch fails, `asyncio.gather` raises at once; the other branches go on.",
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
