"""FS112: a workflow is a task that calls tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS112",
    name="workflow",
    summary="`@workflow` becomes `@env.task`: a task that calls other tasks.",
    shift="""\
A Flyte 1 workflow body runs once, at registration, to draw a graph; its variables are promises, not values.
A Flyte 2 driver task runs for real: each call returns its value, so `if`, loops, f-strings and `try` just work.
The graph also gave you parallel branches. Plain calls run one after another; say what runs together with
`async def` and `await asyncio.gather(f.aio(...), g.aio(...))`.
The driver has its own container, so its environment names the ones it calls in `depends_on`.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites bodies that call tasks and pass on what they give, also by a `functools.partial` or another "
        "name of a task that is only called. It refuses, with the reason, what a promise answers otherwise than its "
        "value, and tasks that are handed on as values."
    ),
    gotchas=(
        "`.o0` and `.outputs` on results are gone; a result with several values is a plain tuple.",
        "Inside a run a NamedTuple result arrives as a plain tuple: unpack it or re-wrap it, `r = Out(*f(x=1))`. "
        "A direct call outside a run keeps the names, so unit tests do not show the difference.",
        "A sync task called from an `async def` task raises `SyncTaskCallInAsyncContextError`; use `await f.aio(x=1)`.",
        "`@workflow(on_failure=h)` becomes `try: ... except Exception: h(...); raise`.",
        "`depends_on` is never needed locally; without it a callee whose image has layers fails at run time on the "
        "cluster.",
        "Nothing checks the types between tasks before the run; Flyte 1 did when it compiled the graph.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task, workflow


@task
def load(n: int) -> list[int]:
    return list(range(n))


@task
def total(xs: list[int]) -> int:
    return sum(xs)


@workflow
def pipeline(n: int = 5) -> int:
    xs = load(n=n)
    return total(xs=xs)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="totals")


@env.task
def load(n: int) -> list[int]:
    return list(range(n))


@env.task
def total(xs: list[int]) -> int:
    return sum(xs)


@env.task
def pipeline(n: int = 5) -> int:
    xs = load(n=n)
    return total(xs=xs)
""",
            call="[pipeline(), pipeline(n=3)]",
        ),
        Example(
            before="""\
from typing import NamedTuple

from flytekit import task, workflow

Bounds = NamedTuple("Bounds", low=int, high=int)


@task
def bounds(xs: list[int]) -> Bounds:
    return Bounds(low=min(xs), high=max(xs))


@task
def mean(xs: list[int]) -> float:
    return sum(xs) / len(xs)


@task
def describe(low: int, high: int, mean: float) -> str:
    return f"{low}..{high} around {mean}"


@workflow
def summary(xs: list[int]) -> str:
    b = bounds(xs=xs)
    m = mean(xs=xs)
    return describe(low=b.low, high=b.high, mean=m)
""",
            after="""\
import asyncio
from typing import NamedTuple

import flyte

env = flyte.TaskEnvironment(name="summary")

Bounds = NamedTuple("Bounds", low=int, high=int)


@env.task
def bounds(xs: list[int]) -> Bounds:
    return Bounds(low=min(xs), high=max(xs))


@env.task
def mean(xs: list[int]) -> float:
    return sum(xs) / len(xs)


@env.task
def describe(low: int, high: int, mean: float) -> str:
    return f"{low}..{high} around {mean}"


@env.task
async def summary(xs: list[int]) -> str:
    (low, high), m = await asyncio.gather(bounds.aio(xs=xs), mean.aio(xs=xs))
    return await describe.aio(low=low, high=high, mean=m)
""",
            call="summary(xs=[1, 2, 6])",
            note="`bounds` and `mean` do not depend on each other: Flyte 1 ran them in parallel, and so does this.",
        ),
        Example(
            before="""\
import functools

from flytekit import task, workflow


@task
def scale(n: int, by: int) -> int:
    return n * by


@workflow
def tripled(n: int) -> int:
    triple = functools.partial(scale, by=3)
    return triple(n=triple(n=n))
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="tripled")


@env.task
def scale(n: int, by: int) -> int:
    return n * by


@env.task
def tripled(n: int) -> int:
    return scale(by=3, n=scale(by=3, n=n))
""",
            call="tripled(n=2)",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="pipeline")


@env.task
def load(n: int) -> int:
    return n


@env.task
def workflow(n: int) -> int:
    return load(n=n)
""",
        """\
from prefect import task, workflow


@workflow
def nightly():
    pass
""",
        """\
def describe(workflow):
    return f"{workflow.name} has {len(workflow.steps)} steps"
""",
    ),
)
