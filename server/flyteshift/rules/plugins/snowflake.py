"""FS807: Snowflake tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS807",
    name="snowflake",
    summary=(
        "`SnowflakeTask(task_config=...)` becomes `flyteplugins.snowflake.Snowflake(plugin_config=...)` in an"
        " environment."
    ),
    shift="""\
The class is called `Snowflake` now. `task_config` is `plugin_config`, `output_schema_type` is
`output_dataframe_type`, and `inputs` is a plain dict. The private key is named at the task:
`snowflake_private_key="..."` with `secret_group=`. The task joins an environment with
`flyte.TaskEnvironment.from_task(name, task)`, which the caller's environment names in `depends_on`. Calling it
gives a coroutine, so the driver is async and awaits it.""",
    guide="ml-workloads",
    applicability="unsafe",
    automatic="""\
Migrate rewrites such a task in a variable of the module: it gets an environment, and the workflows that call it become
`async`. It refuses calls from plain tasks and parameters that Flyte 2 does not have.""",
    gotchas=(
        "The fields of `SnowflakeConfig` have another order: `user` was first and is last. Use keywords.",
        "Called from a sync task it gives an un-awaited coroutine and no error at that point.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import StructuredDataset, kwtypes, workflow
from flytekitplugins.snowflake import SnowflakeConfig, SnowflakeTask

orders = SnowflakeTask(
    name="orders",
    inputs=kwtypes(day=str),
    query_template="SELECT * FROM orders WHERE day = %(day)s",
    task_config=SnowflakeConfig(
        user="flyte", account="acme", database="shop", schema="public", warehouse="reports"
    ),
    output_schema_type=StructuredDataset,
)


@workflow
def report(day: str) -> StructuredDataset:
    return orders(day=day)
""",
            after="""\
import flyte
from flyte.io import DataFrame
from flyteplugins.snowflake import Snowflake, SnowflakeConfig

orders = Snowflake(
    name="orders",
    inputs={"day": str},
    query_template="SELECT * FROM orders WHERE day = %(day)s",
    plugin_config=SnowflakeConfig(
        user="flyte", account="acme", database="shop", schema="public", warehouse="reports"
    ),
    output_dataframe_type=DataFrame,
)

orders_env = flyte.TaskEnvironment.from_task("orders", orders)
env = flyte.TaskEnvironment(name="report", depends_on=[orders_env])


@env.task
async def report(day: str) -> DataFrame:
    return await orders(day=day)
""",
            why_not_run="flytekitplugins-snowflake and flyteplugins-snowflake are not installed.",
        ),
        Example(
            before="""\
from flytekit import workflow
from flytekitplugins.snowflake import SnowflakeConfig, SnowflakeTask

clean = SnowflakeTask(
    name="clean",
    query_template="DELETE FROM orders",
    task_config=SnowflakeConfig(user="etl", account="acme", database="shop", schema="public", warehouse="small"),
)


@workflow
def nightly():
    clean()
""",
            after="""\
import flyte
from flyteplugins.snowflake import Snowflake, SnowflakeConfig

clean = Snowflake(
    name="clean",
    query_template="DELETE FROM orders",
    plugin_config=SnowflakeConfig(user="etl", account="acme", database="shop", schema="public", warehouse="small"),
)
clean_env = flyte.TaskEnvironment.from_task("orders_clean", clean)
env = flyte.TaskEnvironment(name="orders", depends_on=[clean_env])


@env.task
async def nightly():
    await clean()
""",
            why_not_run="It needs Snowflake.",
        ),
    ),
    ignores=(
        """\
from flyteplugins.snowflake import Snowflake, SnowflakeConfig

config = SnowflakeConfig(account="acme", database="shop", schema="public", warehouse="reports", user="flyte")
orders = Snowflake(name="orders", query_template="SELECT 1", plugin_config=config)
""",
        """\
import snowflake.connector

connection = snowflake.connector.connect(user="flyte")
""",
    ),
)
