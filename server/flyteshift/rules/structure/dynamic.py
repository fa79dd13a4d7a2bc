"""FS113: every task is dynamic."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS113",
    name="dynamic",
    summary="`@dynamic` becomes `@env.task`: every task may call tasks in loops.",
    shift="""\
Flyte 1 needs `@dynamic` where the graph depends on values: the body runs in a container and compiles a new graph.
In Flyte 2 there is no graph to compile, so there is nothing special left: it is a task that calls tasks.
Results are real values at once: they can be compared, summed or indexed inside the loop.
Calls in the loop run one after another. Where Flyte 1 ran them in parallel, use `flyte.map` or `asyncio.gather`.""",
    guide="control-flow",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites bodies of calls, loops and plain Python. "
        "It refuses, with the reason, bodies that use promises (`.o0`, `>>`, `with_overrides`) "
        "or settings it cannot place."
    ),
    gotchas=(
        "The image and resources of a dynamic are those of the driver now: they must be large enough for the loop and "
        "for every result it holds.",
        "`flyte.map` gives a lazy generator and by default returns failures as values: write "
        "`list(flyte.map(f, xs, return_exceptions=False))`.",
        "A sync `flyte.map` inside an `async def` task gives deadlock errors as values; use `flyte.map.aio`.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import dynamic, task


@task
def square(x: int) -> int:
    return x * x


@task
def total(xs: list[int]) -> int:
    return sum(xs)


@dynamic
def sum_of_squares(n: int) -> int:
    squares = []
    for x in range(n):
        squares.append(square(x=x))
    return total(xs=squares)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="squares")


@env.task
def square(x: int) -> int:
    return x * x


@env.task
def total(xs: list[int]) -> int:
    return sum(xs)


@env.task
def sum_of_squares(n: int) -> int:
    squares = []
    for x in range(n):
        squares.append(square(x=x))
    return total(xs=squares)
""",
            call="sum_of_squares(n=5)",
        ),
        Example(
            before="""\
from flytekit import dynamic, task


@task
def size(name: str) -> int:
    return len(name)


@dynamic
def sizes(names: list[str]) -> list[int]:
    return [size(name=name) for name in names]
""",
            after="""\
import asyncio

import flyte

env = flyte.TaskEnvironment(name="sizes")


@env.task
def size(name: str) -> int:
    return len(name)


@env.task
async def sizes(names: list[str]) -> list[int]:
    return list(await asyncio.gather(*[size.aio(name=name) for name in names]))
""",
            call='sizes(names=["a", "bcd"])',
            note="The calls were parallel nodes in Flyte 1; `gather` keeps them so.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="squares")


@env.task
def dynamic(n: int) -> list[int]:
    return [x * x for x in range(n)]
""",
        """\
from numba.core import dynamic


@dynamic
def f(x):
    return x
""",
        """\
settings = {"dynamic": True}
dynamic = settings["dynamic"]
print(dynamic)
""",
    ),
)
