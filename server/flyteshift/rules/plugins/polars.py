"""FS810: polars data frames."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS810",
    name="polars",
    summary="`flytekitplugins.polars` becomes the package `flyteplugins-polars`; `pl.DataFrame` annotations stay.",
    shift="""\
The plugin only registers how polars frames are stored, so code rarely names it. In Flyte 2 installing
`flyteplugins-polars` is enough: `flyte.init()` finds its handlers through an entry point, and the import goes away.
Tasks keep `pl.DataFrame` and `pl.LazyFrame` in their signatures. The image needs `flyteplugins-polars`.""",
    guide="data-io",
    applicability="display-only",
    automatic="Not yet automatic: a module that imports a plugin is left as it is, with the reason.",
    gotchas=("The encoding and decoding handler classes are not public in Flyte 2.",),
    examples=(
        Example(
            before="""\
import polars as pl
from flytekit import StructuredDatasetTransformerEngine, task
from flytekitplugins.polars import PolarsDataFrameToParquetEncodingHandler

StructuredDatasetTransformerEngine.register(PolarsDataFrameToParquetEncodingHandler())


@task
def doubled(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("n") * 2)
""",
            after="""\
import flyte
import polars as pl

env = flyte.TaskEnvironment(
    name="rows",
    image=flyte.Image.from_debian_base().with_pip_packages("flyteplugins-polars"),
)


@env.task
def doubled(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("n") * 2)
""",
            why_not_run="flytekitplugins-polars and flyteplugins-polars are not installed.",
        ),
    ),
    ignores=(
        """\
import polars as pl

rows = pl.DataFrame({"n": [1, 2]})
""",
        """\
import flyte
import polars as pl

env = flyte.TaskEnvironment(name="rows")


@env.task
def first(rows: pl.DataFrame) -> int:
    return rows["n"][0]
""",
    ),
)
