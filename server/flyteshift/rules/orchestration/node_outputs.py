"""FS408: named outputs of a result become unpacked or re-wrapped values."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS408",
    name="node-outputs",
    summary="`result.o0` becomes `result[0]`; a NamedTuple result is wrapped again: `Out(*f(x=1))`.",
    shift="""\
In Flyte 1 a call with several outputs gave an object whose attributes were promises: `o0`, `o1`, or the
NamedTuple's fields. In Flyte 2 a call gives the value itself, but inside a run a NamedTuple arrives as a plain
tuple without names. Unpack it (`low, high = stats(xs=xs)`), index it, or give the names back with
`Stats(*stats(xs=xs))`. A node of `create_node` is gone: the call's value is what `.o0` or `.outputs` gave.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic="""\
Migrate wraps the call again, or indexes it, when the type of the result is a NamedTuple or tuple that it can see. A
task whose NamedTuple has one field gives the value of that field, if all its calls show. It refuses, with the reason,
when the type is unknown or imported from outside the workspace.""",
    gotchas=(
        "Outside a run the NamedTuple keeps its names, so a test that calls the function passes and the run fails "
        "with "
        "AttributeError; `Out(*f())` works in both.",
        "A NamedTuple with one field arrives as the bare value, in a run only: return the value itself instead.",
        "`Tuple[int]` with one element raises TypeError at the decorator; return the value itself.",
        "A NamedTuple keeps its fields when it is passed as an input.",
    ),
    examples=(
        Example(
            before="""\
from typing import List, NamedTuple

from flytekit import task, workflow

Stats = NamedTuple("Stats", low=int, high=int)


@task
def stats(xs: List[int]) -> Stats:
    return Stats(low=min(xs), high=max(xs))


@task
def subtract(a: int, b: int) -> int:
    return a - b


@workflow
def spread(xs: List[int]) -> int:
    found = stats(xs=xs)
    return subtract(a=found.high, b=found.low)
""",
            after="""\
from typing import List, NamedTuple

import flyte

env = flyte.TaskEnvironment(name="statistics")

Stats = NamedTuple("Stats", low=int, high=int)


@env.task
def stats(xs: List[int]) -> Stats:
    return Stats(low=min(xs), high=max(xs))


@env.task
def subtract(a: int, b: int) -> int:
    return a - b


@env.task
def spread(xs: List[int]) -> int:
    found = Stats(*stats(xs=xs))
    return subtract(a=found.high, b=found.low)
""",
            call="spread(xs=[3, 9, 4])",
        ),
        Example(
            before="""\
from typing import Tuple

from flytekit import task, workflow


@task
def split(text: str) -> Tuple[str, str]:
    head, _, tail = text.partition(" ")
    return head, tail


@task
def upper(text: str) -> str:
    return text.upper()


@workflow
def first_word(text: str) -> str:
    parts = split(text=text)
    return upper(text=parts.o0)
""",
            after="""\
from typing import Tuple

import flyte

env = flyte.TaskEnvironment(name="words")


@env.task
def split(text: str) -> Tuple[str, str]:
    head, _, tail = text.partition(" ")
    return head, tail


@env.task
def upper(text: str) -> str:
    return text.upper()


@env.task
def first_word(text: str) -> str:
    parts = split(text=text)
    return upper(text=parts[0])
""",
            call="first_word(text='over there')",
        ),
        Example(
            before="""\
from typing import List, NamedTuple

from flytekit import task, workflow

Mean = NamedTuple("Mean", mean=float)


@task
def average(xs: List[float]) -> Mean:
    return Mean(sum(xs) / len(xs))


@task
def rounded(x: float) -> int:
    return round(x)


@workflow
def rounded_average(xs: List[float]) -> int:
    found = average(xs=xs)
    return rounded(x=found.mean)
""",
            after="""\
from typing import List

import flyte

env = flyte.TaskEnvironment(name="averages")


@env.task
def average(xs: List[float]) -> float:
    return sum(xs) / len(xs)


@env.task
def rounded(x: float) -> int:
    return round(x)


@env.task
def rounded_average(xs: List[float]) -> int:
    found = average(xs=xs)
    return rounded(x=found)
""",
            call="rounded_average(xs=[1.0, 2.0, 4.5])",
        ),
    ),
    ignores=(
        """\
from typing import NamedTuple


class Point(NamedTuple):
    x: int
    y: int


def length(point: Point) -> int:
    return abs(point.x) + abs(point.y)
""",
        """\
import flyte

env = flyte.TaskEnvironment(name="words")


@env.task
def count(text: str) -> int:
    return len(text)


if __name__ == "__main__":
    run = flyte.run(count, text="abc")
    print(run.outputs().o0)
""",
    ),
)
