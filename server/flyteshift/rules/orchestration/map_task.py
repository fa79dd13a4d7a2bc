"""FS401: `map_task` becomes `flyte.map` or `asyncio.gather`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS401",
    name="map-task",
    summary="`map_task(f)(x=xs)` becomes `list(flyte.map(f, xs, return_exceptions=False))`.",
    shift="""\
In Flyte 1 `map_task` made a new entity that you called with keyword lists; the result was one promise of a list.
In Flyte 2 a fan-out is a loop over calls: `flyte.map(f, xs)` takes the lists by position, in the order of the task's
parameters, and is a lazy generator, so `list(...)` makes it run. In an async task use
`[r async for r in flyte.map.aio(f, xs)]`, or `asyncio.gather` over calls when the elements differ.
`functools.partial` still binds the inputs that stay the same, and `concurrency=` still limits how many run at once.""",
    guide="parallelism",
    applicability="unsafe",
    automatic="""\
Migrate rewrites maps of a task of the project or a `partial` of one, called at once or by a variable, with
`concurrency`, `metadata`, overrides, and with a `min_success_ratio` below 1 where a statement takes the whole result.
What `flyte.map` cannot bind becomes calls in a comprehension, in an async driver `asyncio.gather`. It refuses, with the
reason: `min_successes`, maps of workflows and launch plans, inputs by `**`, a map that is passed on, and tasks that
give a NamedTuple.""",
    gotchas=(
        "`return_exceptions` is True by default: a failed element comes back as a value and nothing raises. Write "
        "`return_exceptions=False` to fail as Flyte 1 did.",
        "Keyword lists raise TypeError; lists go by position in the order of the task's parameters, not of the old "
        "call.",
        "Lists of different lengths are cut to the shortest; Flyte 1 raised IndexError.",
        "Keywords bound by `partial` must come after the mapped parameter, and one parameter must be left, defaults"
        " included: "
        "otherwise the map raises. Call the task in a comprehension or with `asyncio.gather` instead.",
        "Inside an async task the sync form gives a list of `Deadlock detected` errors as values; use `flyte.map.aio`.",
        "A local run maps one element after the other.",
        "With `min_success_ratio`, Flyte 1 gave `None` for a failed element; Flyte 2 gives the exception.",
    ),
    examples=(
        Example(
            before="""\
from functools import partial
from typing import List

from flytekit import map_task, task, workflow


@task
def scale(x: int, by: int) -> int:
    return x * by


@workflow
def scale_all(xs: List[int]) -> List[int]:
    return map_task(partial(scale, by=2), concurrency=4)(x=xs)
""",
            after="""\
from functools import partial
from typing import List

import flyte

env = flyte.TaskEnvironment(name="scaling")


@env.task
def scale(x: int, by: int) -> int:
    return x * by


@env.task
def scale_all(xs: List[int]) -> List[int]:
    return list(flyte.map(partial(scale, by=2), xs, concurrency=4, return_exceptions=False))
""",
            call="scale_all(xs=[1, 2, 3])",
            note="`return_exceptions=False` fails the run when one element fails, as before.",
        ),
        Example(
            before="""\
from typing import List

from flytekit import map_task, task, workflow


@task
def power(base: int, exponent: int) -> int:
    return base**exponent


@workflow
def powers(bases: List[int], exponents: List[int]) -> List[int]:
    return map_task(power)(exponent=exponents, base=bases)
""",
            after="""\
from typing import List

import flyte

env = flyte.TaskEnvironment(name="powers")


@env.task
def power(base: int, exponent: int) -> int:
    return base**exponent


@env.task
def powers(bases: List[int], exponents: List[int]) -> List[int]:
    return list(flyte.map(power, bases, exponents, return_exceptions=False))
""",
            call="powers(bases=[2, 3], exponents=[5, 4])",
            note="The lists follow the parameters of `power`, not the order of the old keywords.",
        ),
        Example(
            before="""\
from functools import partial
from typing import List

from flytekit import map_task, task, workflow


@task
def power(base: int, exponent: int) -> int:
    return base**exponent


@workflow
def powers_of_two(exponents: List[int]) -> List[int]:
    return map_task(partial(power, base=2))(exponent=exponents)
""",
            after="""\
import asyncio
from typing import List

import flyte

env = flyte.TaskEnvironment(name="powers")


@env.task
def power(base: int, exponent: int) -> int:
    return base**exponent


@env.task
async def powers_of_two(exponents: List[int]) -> List[int]:
    return await asyncio.gather(*[power.aio(base=2, exponent=e) for e in exponents])
""",
            call="powers_of_two(exponents=[1, 2, 10])",
            note="`flyte.map` cannot bind `base`, which comes first; `asyncio.gather` takes any calls.",
        ),
        Example(
            before="""\
from typing import List, Optional

from flytekit import map_task, task, workflow


@task
def parse(line: str) -> int:
    return int(line)


@workflow
def parse_all(lines: List[str]) -> List[Optional[int]]:
    return map_task(parse, min_success_ratio=0.5)(line=lines)
""",
            after="""\
from typing import List, Optional

import flyte

env = flyte.TaskEnvironment(name="parsing")


@env.task
def parse(line: str) -> int:
    return int(line)


@env.task
def parse_all(lines: List[str]) -> List[Optional[int]]:
    results = list(flyte.map(parse, lines))
    failures = [r for r in results if isinstance(r, Exception)]
    if len(results) - len(failures) < 0.5 * len(results):
        raise failures[-1]
    return [None if isinstance(r, Exception) else r for r in results]
""",
            call="(parse_all(lines=['1', 'two', '3']), fails(lambda: parse_all(lines=['one', 'two', '3'])))",
            note="How many failures are too many becomes ordinary code over the results.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="scaling")


@env.task
def double(x: int) -> int:
    return 2 * x


@env.task
def double_all(xs: list[int]) -> list[int]:
    return list(flyte.map(double, xs, return_exceptions=False))
""",
        """\
def map_task(function):
    return lambda x: [function(item) for item in x]


print(map_task(abs)(x=[-1, 2]), list(map(abs, [-1, 2])))
""",
    ),
)
