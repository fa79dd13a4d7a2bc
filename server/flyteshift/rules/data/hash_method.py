"""FS510: `HashMethod` becomes `hash_method=` where the data is made."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS510",
    name="hash-method",
    summary="`Annotated[pd.DataFrame, HashMethod(f)]` becomes `Annotated[pd.DataFrame, HashFunction.from_fn(f)]`.",
    shift="""\
Both let a cache compare the content of stored data instead of its address. In Flyte 2 the function stands in the
annotation of a raw dataframe, or in the call that makes the value: `File.from_local_sync(path, hash_method=...)`
and `DataFrame.from_local_sync(df, hash_method=...)` take a `HashFunction` or a ready string.""",
    guide="data-io",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites it in the annotation of a pandas frame. On other types, where Flyte 2 ignores it, it refuses."
    ),
    gotchas=(
        "On other types, `flyte.io.DataFrame` included, the annotation is accepted and ignored.",
        "The function gets the dataframe and gives a `str`; for a file pass a ready string as `hash_method`.",
    ),
    examples=(
        Example(
            before="""\
from typing import Annotated

import pandas as pd

from flytekit import HashMethod, task, workflow


def content(df: pd.DataFrame) -> str:
    return str(pd.util.hash_pandas_object(df).sum())


@task
def load(n: int) -> Annotated[pd.DataFrame, HashMethod(content)]:
    return pd.DataFrame({"amount": range(n)})


@task(cache=True, cache_version="1")
def total(orders: pd.DataFrame) -> int:
    return int(orders["amount"].sum())


@workflow
def revenue(n: int) -> int:
    return total(orders=load(n=n))
""",
            after="""\
from typing import Annotated

import pandas as pd

import flyte
from flyte.io import HashFunction

env = flyte.TaskEnvironment(name="orders", image=flyte.Image.from_debian_base().with_pip_packages("pandas", "pyarrow"))


def content(df: pd.DataFrame) -> str:
    return str(pd.util.hash_pandas_object(df).sum())


@env.task
def load(n: int) -> Annotated[pd.DataFrame, HashFunction.from_fn(content)]:
    return pd.DataFrame({"amount": range(n)})


@env.task(cache=flyte.Cache(behavior="override", version_override="1"))
def total(orders: pd.DataFrame) -> int:
    return int(orders["amount"].sum())


@env.task
def revenue(n: int) -> int:
    return total(orders=load(n=n))
""",
            call="revenue(n=4)",
        ),
    ),
    ignores=(
        '''\
import hashlib


class HashMethod:
    """Not flytekit's."""


print(hashlib.sha256(b"abc").hexdigest())
''',
    ),
)
