"""FS504: `FlyteSchema` becomes `flyte.io.DataFrame`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS504",
    name="flyte-schema",
    summary="`FlyteSchema[kwtypes(a=int)]` becomes `Annotated[DataFrame, dict(a=int)]` or plain `pd.DataFrame`.",
    shift="""\
`FlyteSchema` was Flyte 1's first table type, long replaced by `StructuredDataset`; Flyte 2 has one type,
`flyte.io.DataFrame`. Writers become `DataFrame.from_df(df)`, and `.open().all()` becomes
`.open(pd.DataFrame).all_sync()`. Where both sides are pandas, annotate with `pd.DataFrame` and drop the schema.""",
    guide="data-io",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites schemas that are read by `.open().all()`, and pandas frames that are returned for one. "
        "It refuses a schema that is opened to write."
    ),
    gotchas=(
        "There is no writer object: build the frame first, then make the `DataFrame`.",
        "A pandas result passed to a `DataFrame` parameter raises TypeError; wrap it with `DataFrame.from_df(df)`.",
    ),
    examples=(
        Example(
            before="""\
import pandas as pd

from flytekit import kwtypes, task, workflow
from flytekit.types.schema import FlyteSchema

Orders = FlyteSchema[kwtypes(id=int, amount=float)]


@task
def load(n: int) -> Orders:
    return pd.DataFrame({"id": range(n), "amount": [0.5 * i for i in range(n)]})


@task
def total(orders: Orders) -> float:
    return float(orders.open().all()["amount"].sum())


@workflow
def revenue(n: int) -> float:
    return total(orders=load(n=n))
""",
            after="""\
from typing import Annotated

import pandas as pd

import flyte
from flyte.io import DataFrame

env = flyte.TaskEnvironment(name="orders", image=flyte.Image.from_debian_base().with_pip_packages("pandas", "pyarrow"))

Orders = Annotated[DataFrame, dict(id=int, amount=float)]


@env.task
def load(n: int) -> Orders:
    return DataFrame.from_df(pd.DataFrame({"id": range(n), "amount": [0.5 * i for i in range(n)]}))


@env.task
def total(orders: Orders) -> float:
    return float(orders.open(pd.DataFrame).all_sync()["amount"].sum())


@env.task
def revenue(n: int) -> float:
    return total(orders=load(n=n))
""",
            call="revenue(n=4)",
        ),
    ),
    ignores=(
        """\
import pandera.pandas as pa


class Orders(pa.DataFrameModel):
    id: int
    amount: float
""",
    ),
)
