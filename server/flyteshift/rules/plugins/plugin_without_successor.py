"""FS819: plugins that have no Flyte 2 package."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS819",
    name="plugin-without-successor",
    summary="This plugin has no Flyte 2 package: do the work with the library's own client in a task.",
    shift="""\
Many Flyte 1 plugins wrapped a service or a library in a task type of its own, because a workflow could only call
tasks. In Flyte 2 a task is plain Python and may be async, so the library itself does: run the query, start the job
and await it, track the experiment, in an `@env.task` whose image has the package. Credentials are secrets of its
environment, what took long and was watched by an agent is a loop with `await asyncio.sleep(...)`, and reports are
HTML given to `flyte.report`. Notebook, MPI, TensorFlow and SageMaker jobs need a decision; `Elastic` covers
distributed PyTorch.""",
    guide="ml-workloads",
    applicability="display-only",
    automatic="Never by itself: there is nothing to rename, the work has to be written with the library.",
    gotchas=(
        "`flyteplugins-openai` exists and is an agents integration: it replaces neither `ChatGPTTask` nor "
        "batch endpoints.",
        "An image for the new task must name the library: the Flyte 1 plugin brought it along.",
    ),
    examples=(
        Example(
            before="""\
import pandas as pd
from flytekit import kwtypes, workflow
from flytekitplugins.duckdb import DuckDBQuery

total = DuckDBQuery(
    name="total",
    query="SELECT SUM(n) AS total FROM rows",
    inputs=kwtypes(rows=pd.DataFrame),
)


@workflow
def report(rows: pd.DataFrame) -> pd.DataFrame:
    return total(rows=rows)
""",
            after="""\
import duckdb
import flyte
import pandas as pd

env = flyte.TaskEnvironment(
    name="report",
    image=flyte.Image.from_debian_base().with_pip_packages("duckdb", "pandas", "pyarrow"),
)


@env.task
def total(rows: pd.DataFrame) -> pd.DataFrame:
    return duckdb.query("SELECT SUM(n) AS total FROM rows").df()


@env.task
def report(rows: pd.DataFrame) -> pd.DataFrame:
    return total(rows=rows)
""",
            why_not_run="flytekitplugins-duckdb is not installed.",
        ),
        Example(
            before="""\
from flytekit import Secret
from flytekitplugins.sqlalchemy import SQLAlchemyConfig, SQLAlchemyTask

orders = SQLAlchemyTask(
    name="orders",
    query_template="SELECT * FROM orders",
    task_config=SQLAlchemyConfig(
        uri="postgresql://shop@db/shop",
        secret_connect_args={"password": Secret(group="db", key="password")},
    ),
)
""",
            after="""\
import os

import flyte
import pandas as pd
import sqlalchemy

env = flyte.TaskEnvironment(
    name="report",
    image=flyte.Image.from_debian_base().with_pip_packages("pandas", "pyarrow", "psycopg2-binary", "sqlalchemy"),
    secrets=[flyte.Secret(key="password", group="db")],
)


@env.task
def orders() -> pd.DataFrame:
    engine = sqlalchemy.create_engine(
        "postgresql://shop@db/shop",
        connect_args={"password": os.environ["DB_PASSWORD"]},
    )
    return pd.read_sql("SELECT * FROM orders", engine)
""",
            why_not_run="flytekitplugins-sqlalchemy is not installed.",
        ),
    ),
    ignores=(
        """\
import duckdb

duckdb.query("SELECT 1")
""",
        """\
from sqlalchemy import create_engine

engine = create_engine("sqlite://")
""",
    ),
)
