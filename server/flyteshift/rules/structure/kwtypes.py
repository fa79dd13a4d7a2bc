"""FS118: mappings of names to types."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS118",
    name="kwtypes",
    summary="`kwtypes(a=int)` becomes the plain `dict(a=int)`.",
    shift="""\
`kwtypes` builds an ordered dict of names and types, for interfaces that no function signature describes.
Python dicts are ordered, and Flyte 2 takes them as they are:
in `ContainerTask(inputs=..., outputs=...)` and as the columns in `Annotated[flyte.io.DataFrame, {...}]`.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic=(
        "Migrate writes the dict, together with the task object that takes it. Columns of a table are another "
        "thing: they go with the table."
    ),
    examples=(
        Example(
            before="""\
from typing import Annotated

import pandas as pd
from flytekit import StructuredDataset, kwtypes, task, workflow

People = Annotated[StructuredDataset, kwtypes(name=str, age=int)]


@task
def people() -> People:
    return StructuredDataset(dataframe=pd.DataFrame({"name": ["Ann", "Bo"], "age": [41, 12]}))


@task
def adults(df: People) -> list[str]:
    table = df.open(pd.DataFrame).all()
    return table[table.age >= 18]["name"].tolist()


@workflow
def names() -> list[str]:
    return adults(df=people())
""",
            after="""\
from typing import Annotated

import flyte
import pandas as pd
from flyte.io import DataFrame

env = flyte.TaskEnvironment(name="people", image=flyte.Image.from_debian_base().with_pip_packages("pandas"))

People = Annotated[DataFrame, {"name": str, "age": int}]


@env.task
def people() -> People:
    return DataFrame.from_df(pd.DataFrame({"name": ["Ann", "Bo"], "age": [41, 12]}))


@env.task
def adults(df: People) -> list[str]:
    table = df.open(pd.DataFrame).all_sync()
    return table[table.age >= 18]["name"].tolist()


@env.task
def names() -> list[str]:
    return adults(df=people())
""",
            call="names()",
        ),
    ),
    ignores=(
        """\
from typing import Annotated

from flyte.io import DataFrame

People = Annotated[DataFrame, {"name": str}]
""",
        """\
def kwtypes(**types):
    return types


print(kwtypes(a=int))
""",
    ),
)
