"""FS806: BigQuery tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS806",
    name="bigquery",
    summary=(
        "`BigQueryTask(task_config=...)` becomes `flyteplugins.bigquery.BigQueryTask(plugin_config=...)` in "
        "an environment."
    ),
    shift="""\
The task keeps its name, query and config, in `flyteplugins.bigquery`. `task_config` is `plugin_config`,
`output_structured_dataset_type` is `output_dataframe_type`, and `inputs` is a plain dict instead of `kwtypes(...)`.
A task that you construct yourself joins an environment with `flyte.TaskEnvironment.from_task(name, task)`; the
caller's environment names that one in `depends_on`. Calling it gives a coroutine, so the driver is async and awaits
it.""",
    guide="ml-workloads",
    applicability="unsafe",
    automatic="""\
Migrate rewrites such a task in a variable of the module: it gets an environment, and the workflows that call it become
`async`. It refuses calls from plain tasks and parameters that Flyte 2 does not have.""",
    gotchas=(
        "Called from a sync task it gives an un-awaited coroutine and no error at that point.",
        "`BigQueryConfig` has the same three fields, so only its import changes.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import StructuredDataset, kwtypes, workflow
from flytekitplugins.bigquery import BigQueryConfig, BigQueryTask

trips = BigQueryTask(
    name="trips",
    inputs=kwtypes(city=str),
    query_template="SELECT * FROM rides.trips WHERE city = @city",
    task_config=BigQueryConfig(ProjectID="acme", Location="EU"),
    output_structured_dataset_type=StructuredDataset,
)


@workflow
def report(city: str) -> StructuredDataset:
    return trips(city=city)
""",
            after="""\
import flyte
from flyte.io import DataFrame
from flyteplugins.bigquery import BigQueryConfig, BigQueryTask

trips = BigQueryTask(
    name="trips",
    inputs={"city": str},
    query_template="SELECT * FROM rides.trips WHERE city = @city",
    plugin_config=BigQueryConfig(ProjectID="acme", Location="EU"),
    output_dataframe_type=DataFrame,
)

trips_env = flyte.TaskEnvironment.from_task("trips", trips)
env = flyte.TaskEnvironment(name="report", depends_on=[trips_env])


@env.task
async def report(city: str) -> DataFrame:
    return await trips(city=city)
""",
            why_not_run="flytekitplugins-bigquery and flyteplugins-bigquery are not installed.",
        ),
        Example(
            before="""\
from flytekit import kwtypes, workflow
from flytekitplugins.bigquery import BigQueryConfig, BigQueryTask

clean = BigQueryTask(
    name="clean",
    inputs=kwtypes(day=str),
    query_template="DELETE FROM orders WHERE day = @day;",
    task_config=BigQueryConfig(ProjectID="shop", Location="EU"),
)


@workflow
def nightly(day: str):
    clean(day=day)
""",
            after="""\
import flyte
from flyteplugins.bigquery import BigQueryConfig, BigQueryTask

clean = BigQueryTask(
    name="clean",
    inputs={"day": str},
    query_template="DELETE FROM orders WHERE day = @day;",
    plugin_config=BigQueryConfig(ProjectID="shop", Location="EU"),
)
clean_env = flyte.TaskEnvironment.from_task("orders_clean", clean)
env = flyte.TaskEnvironment(name="orders", depends_on=[clean_env])


@env.task
async def nightly(day: str):
    await clean(day=day)
""",
            why_not_run="It needs BigQuery.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyteplugins.bigquery import BigQueryConfig, BigQueryTask

trips = BigQueryTask(name="trips", query_template="SELECT 1", plugin_config=BigQueryConfig(ProjectID="acme"))
trips_env = flyte.TaskEnvironment.from_task("trips", trips)
""",
        """\
from google.cloud import bigquery

rows = bigquery.Client().query("SELECT 1").result()
""",
    ),
)
