"""FS509: iterators, JSON lines, explicit pickles and batch sizes."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS509",
    name="iterator-pickle",
    summary="Iterator outputs become a list or a `File`; `FlytePickle` goes, because unknown types are pickled anyway.",
    shift="""\
`Iterator[T]` and `Iterator[JSON]` streamed values between tasks; `flyte` has no such type. Give a short sequence as
a `list`, write a long one to a `File` and read it line by line (`flyteplugins-jsonl` offers a JSON Lines type).
`FlytePickle` asked for what Flyte 2 does by itself: a type it does not know is pickled, so annotate with the type.
`BatchSize` on a directory becomes the argument `batch_size` of `Dir.from_local_sync`.""",
    guide="gotchas-and-caveats",
    applicability="display-only",
    automatic="Not rewritten: whether a sequence is short enough for a list is a decision.",
    gotchas=(
        "A task must not be a generator function: as `Iterator[int]` it fails with `cannot pickle 'generator' "
        "object`, as "
        "`list[int]` with `Expected a list`.",
        "A pickle can only be read with the same Python and the same versions of its libraries.",
    ),
    examples=(
        Example(
            before="""\
from typing import Iterator

from flytekit import task, workflow


@task
def squares(n: int) -> Iterator[int]:
    for i in range(n):
        yield i * i


@task
def total(numbers: Iterator[int]) -> int:
    return sum(numbers)


@workflow
def sum_of_squares(n: int) -> int:
    return total(numbers=squares(n=n))
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="squares")


@env.task
def squares(n: int) -> list[int]:
    return [i * i for i in range(n)]


@env.task
def total(numbers: list[int]) -> int:
    return sum(numbers)


@env.task
def sum_of_squares(n: int) -> int:
    return total(numbers=squares(n=n))
""",
            call="sum_of_squares(n=4)",
        ),
        Example(
            before="""\
from flytekit import task, workflow
from flytekit.types.pickle import FlytePickle


class Model:
    def __init__(self, slope: int) -> None:
        self.slope = slope


@task
def fit(slope: int) -> FlytePickle[Model]:
    return Model(slope)


@task
def predict(model: FlytePickle[Model], x: int) -> int:
    return model.slope * x


@workflow
def fit_and_predict(slope: int, x: int) -> int:
    return predict(model=fit(slope=slope), x=x)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="models")


class Model:
    def __init__(self, slope: int) -> None:
        self.slope = slope


@env.task
def fit(slope: int) -> Model:
    return Model(slope)


@env.task
def predict(model: Model, x: int) -> int:
    return model.slope * x


@env.task
def fit_and_predict(slope: int, x: int) -> int:
    return predict(model=fit(slope=slope), x=x)
""",
            call="fit_and_predict(slope=3, x=5)",
        ),
    ),
    ignores=(
        """\
from typing import Iterator


def squares(n: int) -> Iterator[int]:
    for i in range(n):
        yield i * i
""",
        """\
import json

JSON = json.loads("{}")
""",
    ),
)
