"""FS503: `StructuredDataset` becomes `flyte.io.DataFrame`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS503",
    name="structured-dataset",
    summary="`StructuredDataset(dataframe=df)` becomes `DataFrame.from_df(df)`; `.all()` becomes `.all_sync()`.",
    shift="""\
Both are references to a stored table that any engine can open. In Flyte 2 you say more: make it with
`DataFrame.from_df(df)` or, for stored data, `DataFrame.from_existing_remote(uri, format="parquet")`, and read it
with `.open(pd.DataFrame).all_sync()`, or `await ... .all()` in an async task. Columns stay an annotation:
`Annotated[DataFrame, dict(a=int)]`. Where every task uses pandas, plain `pd.DataFrame` annotations work as before.""",
    guide="data-io",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites frames made of data or of a `uri`, `.open(pd.DataFrame).all()`, columns, and wraps pandas "
        "results where a frame is wanted. It refuses `iter`, other engines than pandas and Arrow, and frames that are "
        "opened in the task that has made them, or outside of a run."
    ),
    gotchas=(
        "`DataFrame(dataframe=df)` is accepted and drops the data.",
        "A pandas result passed to a `DataFrame` parameter raises TypeError: wrap it with `DataFrame.from_df(df)`. "
        "The other "
        "way round works.",
        "`.all()` is a coroutine; in sync code write `.all_sync()`.",
        "A frame made by `from_df` cannot be opened in the same task; use `.val`, or the pandas frame itself.",
        "`.iter()` is async only.",
        "An ordinary dict selects columns: `kwtypes(a=int)` becomes `dict(a=int)`.",
    ),
    examples=(
        Example(
            before="""\
from typing import Annotated

import pandas as pd

from flytekit import StructuredDataset, kwtypes, task, workflow


@task
def load(n: int) -> StructuredDataset:
    df = pd.DataFrame({"id": range(n), "amount": [2 * i for i in range(n)]})
    return StructuredDataset(dataframe=df)


@task
def total(orders: Annotated[StructuredDataset, kwtypes(amount=int)]) -> int:
    df = orders.open(pd.DataFrame).all()
    return int(df["amount"].sum()) + len(df.columns)


@workflow
def revenue(n: int) -> int:
    return total(orders=load(n=n))
""",
            after="""\
from typing import Annotated

import pandas as pd

import flyte
from flyte.io import DataFrame

env = flyte.TaskEnvironment(name="orders", image=flyte.Image.from_debian_base().with_pip_packages("pandas", "pyarrow"))


@env.task
def load(n: int) -> DataFrame:
    df = pd.DataFrame({"id": range(n), "amount": [2 * i for i in range(n)]})
    return DataFrame.from_df(df)


@env.task
def total(orders: Annotated[DataFrame, dict(amount=int)]) -> int:
    df = orders.open(pd.DataFrame).all_sync()
    return int(df["amount"].sum()) + len(df.columns)


@env.task
def revenue(n: int) -> int:
    return total(orders=load(n=n))
""",
            call="revenue(n=4)",
        ),
        Example(
            before="""\
import pandas as pd

from flytekit import StructuredDataset, task, workflow


@task
def load(n: int) -> pd.DataFrame:
    return pd.DataFrame({"amount": range(n)})


@task
def total(orders: StructuredDataset) -> int:
    return int(orders.open(pd.DataFrame).all()["amount"].sum())


@workflow
def revenue(n: int) -> int:
    return total(orders=load(n=n))
""",
            after="""\
import pandas as pd

import flyte
from flyte.io import DataFrame

env = flyte.TaskEnvironment(name="orders", image=flyte.Image.from_debian_base().with_pip_packages("pandas", "pyarrow"))


@env.task
def load(n: int) -> pd.DataFrame:
    return pd.DataFrame({"amount": range(n)})


@env.task
def total(orders: DataFrame) -> int:
    return int(orders.open(pd.DataFrame).all_sync()["amount"].sum())


@env.task
def revenue(n: int) -> int:
    return total(orders=DataFrame.from_df(load(n=n)))
""",
            call="revenue(n=4)",
            note="Flyte 1 converted the pandas result on the way; Flyte 2 wants it said.",
        ),
    ),
    ignores=(
        """\
import pandas as pd

import flyte
from flyte.io import DataFrame

env = flyte.TaskEnvironment(name="orders")


@env.task
def total(orders: DataFrame) -> int:
    return int(orders.open(pd.DataFrame).all_sync()["amount"].sum())
""",
        """\
import pandas as pd

df = pd.DataFrame({"a": [1]})
print(df["a"].all(), list(df.items()))
""",
    ),
)
