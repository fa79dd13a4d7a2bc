"""FS822: SQL tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS822",
    name="sql-task",
    summary="`SQLite3Task` and `SQLTask` become a Python task that runs the query, e.g. with `pandas.read_sql`.",
    shift="""\
Flyte 1 made a task out of a query and a database so that a workflow could call it; `{{.inputs.x}}` in the template
was replaced by text. In Flyte 2 a task is Python: connect, pass the values as parameters of the query, return a
data frame. That also ends the quoting problems of the templates. Engines that run the query for you have connector
tasks in `flyteplugins` (BigQuery, Snowflake). Databases that need a password take it from a secret of the
environment.""",
    guide="tasks-and-workflows",
    applicability="display-only",
    automatic=(
        "Never by itself: the placeholders of a template cannot be turned into query parameters without "
        "knowing the database."
    ),
    gotchas=(
        "`SQLite3Config(uri=...)` also fetched remote and zipped databases; in a task that is a "
        "`flyte.io.File` to download.",
        "`FlyteSchema` results become `pandas.DataFrame` or `flyte.io.DataFrame`.",
    ),
    examples=(
        Example(
            before="""\
import os
import sqlite3
import tempfile

import pandas as pd
from flytekit import kwtypes, task, workflow
from flytekit.extras.sqlite3.task import SQLite3Config, SQLite3Task

DATABASE = os.path.join(tempfile.mkdtemp(), "shop.db")
with sqlite3.connect(DATABASE) as setup:
    setup.execute("CREATE TABLE orders (amount INTEGER)")
    setup.executemany("INSERT INTO orders VALUES (?)", [(5,), (20,), (40,)])

large_orders = SQLite3Task(
    name="large_orders",
    query_template="SELECT amount FROM orders WHERE amount > {{.inputs.limit}}",
    inputs=kwtypes(limit=int),
    task_config=SQLite3Config(uri=DATABASE),
)


@task
def total(orders: pd.DataFrame) -> int:
    return int(orders["amount"].sum())


@workflow
def report(limit: int) -> int:
    return total(orders=large_orders(limit=limit))
""",
            after="""\
import os
import sqlite3
import tempfile

import flyte
import pandas as pd

DATABASE = os.path.join(tempfile.mkdtemp(), "shop.db")
with sqlite3.connect(DATABASE) as setup:
    setup.execute("CREATE TABLE orders (amount INTEGER)")
    setup.executemany("INSERT INTO orders VALUES (?)", [(5,), (20,), (40,)])

env = flyte.TaskEnvironment(
    name="report",
    image=flyte.Image.from_debian_base().with_pip_packages("pandas", "pyarrow"),
)


@env.task
def large_orders(limit: int) -> pd.DataFrame:
    with sqlite3.connect(DATABASE) as connection:
        return pd.read_sql("SELECT amount FROM orders WHERE amount > ?", connection, params=(limit,))


@env.task
def total(orders: pd.DataFrame) -> int:
    return int(orders["amount"].sum())


@env.task
def report(limit: int) -> int:
    return total(orders=large_orders(limit=limit))
""",
            call="report(limit=10)",
        ),
    ),
    ignores=(
        """\
import sqlite3

sqlite3.connect(":memory:").execute("SELECT 1")
""",
        """\
class SQLTask:
    def __init__(self, query: str) -> None:
        self.query = query


task = SQLTask("SELECT 1")
""",
    ),
)
