"""FS509: iterators, JSON lines, explicit pickles and batch sizes."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS509",
    name="iterator-pickle",
    summary="Iterator outputs become a list or a `File`; `FlytePickle` goes, because unknown types are pickled anyway.",
    shift="""\
`Iterator[T]` looked like a stream between tasks, but Flyte 1 read it to its end and passed on a list; say `list[T]`.
`Iterator[JSON]` was a file of lines: write a `File` and read it line by line (`flyteplugins-jsonl` offers such a type).
`FlytePickle` asked for what Flyte 2 does by itself: a type it does not know is pickled, so annotate with the type.
`BatchSize` on a list goes; on a directory it becomes the argument `batch_size` of `Dir.from_local_sync`.""",
    guide="gotchas-and-caveats",
    applicability="unsafe",
    automatic=(
        "Migrate takes `FlytePickle` and the `BatchSize` of lists out. A task that yields plain values, "
        "`Iterator[int]`, collects them into a list: Flyte 1 stored them as one as well. It refuses `Iterator[JSON]`, "
        "which was a file, elements that may change, and iterators that are gone over in another way than once."
    ),
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
def total_of_squares(n: int) -> int:
    return total(numbers=squares(n=n))
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="example")


@env.task
def squares(n: int) -> list[int]:
    results = []
    for i in range(n):
        results.append(i * i)
    return results


@env.task
def total(numbers: list[int]) -> int:
    return sum(numbers)


@env.task
def total_of_squares(n: int) -> int:
    return total(numbers=squares(n=n))
""",
            call="total_of_squares(n=4)",
        ),
        Example(
            before="""\
from typing import Iterator

from flytekit import task, workflow
from flytekit.types.iterator.json_iterator import JSON


@task
def orders(n: int) -> Iterator[JSON]:
    for i in range(n):
        yield {"id": i, "amount": 2 * i}


@task
def total(rows: Iterator[JSON]) -> int:
    return sum(row["amount"] for row in rows)


@workflow
def revenue(n: int) -> int:
    return total(rows=orders(n=n))
""",
            after="""\
import json

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="orders")


@env.task
def orders(n: int) -> File:
    with open("orders.jsonl", "w") as f:
        for i in range(n):
            print(json.dumps({"id": i, "amount": 2 * i}), file=f)
    return File.from_local_sync("orders.jsonl")


@env.task
def total(rows: File) -> int:
    with rows.open_sync("r") as f:
        return sum(json.loads(row)["amount"] for row in f)


@env.task
def revenue(n: int) -> int:
    return total(rows=orders(n=n))
""",
            call="revenue(n=4)",
            note="The file is written and read line by line, so its length does not matter.",
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
