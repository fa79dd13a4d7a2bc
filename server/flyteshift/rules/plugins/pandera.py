"""FS809: pandera validation."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS809",
    name="pandera",
    summary="`flytekitplugins.pandera` becomes `flyteplugins.pandera`; annotations with pandera types keep working.",
    shift="""\
The plugin still makes `pandera.typing.DataFrame[Schema]` a type of inputs and outputs that is validated at task
boundaries. `ValidationConfig(on_error="warn")` keeps its one field and its place in `Annotated`. The transformers
are found when `flyte.init()` loads the type plugins; the import of the package alone was needed in Flyte 1. The
image needs `flyteplugins-pandera` instead of `flytekitplugins-pandera`.""",
    guide="data-io",
    applicability="unsafe",
    automatic="Migrate renames `ValidationConfig` and the package in images; the types are known without an import.",
    gotchas=("`PandasReportRenderer` was renamed and is not exported.",),
    examples=(
        Example(
            before="""\
from typing import Annotated

import pandera
from flytekit import task
from flytekitplugins.pandera import ValidationConfig
from pandera.typing import DataFrame, Series


class Orders(pandera.DataFrameModel):
    amount: Series[int] = pandera.Field(ge=0)


@task
def total(orders: Annotated[DataFrame[Orders], ValidationConfig(on_error="warn")]) -> int:
    return int(orders["amount"].sum())
""",
            after="""\
from typing import Annotated

import flyte
import pandera
from flyteplugins.pandera import ValidationConfig
from pandera.typing import DataFrame, Series

env = flyte.TaskEnvironment(
    name="orders",
    image=flyte.Image.from_debian_base().with_pip_packages("flyteplugins-pandera"),
)


class Orders(pandera.DataFrameModel):
    amount: Series[int] = pandera.Field(ge=0)


@env.task
def total(orders: Annotated[DataFrame[Orders], ValidationConfig(on_error="warn")]) -> int:
    return int(orders["amount"].sum())
""",
            why_not_run="flytekitplugins-pandera and flyteplugins-pandera are not installed.",
        ),
    ),
    ignores=(
        """\
from flyteplugins.pandera import ValidationConfig

lenient = ValidationConfig(on_error="warn")
""",
        """\
import pandera


class Orders(pandera.DataFrameModel):
    amount: int
""",
    ),
)
