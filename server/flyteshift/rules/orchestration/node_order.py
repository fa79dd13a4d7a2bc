"""FS403: `>>`, `runs_before` and `create_node` become the order of statements."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS403",
    name="node-order",
    summary="`a >> b`, `a.runs_before(b)` and `create_node` become calls in the wanted order.",
    shift="""\
A Flyte 1 workflow was a graph: calls without a common value had no order until `>>` or `runs_before` drew an edge,
and `create_node` gave you the node to draw it from. In Flyte 2 a sync driver runs its calls one after the other, so
the order of the statements is the order of the run, and there are no nodes: call the task and keep its value. In an
async driver `await` the first call before you start the second.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic="""\
Migrate takes out `>>` and `runs_before` and moves calls that only make nodes, with their comments, to where their order
is asked for; where it keeps branches parallel, ordered calls are awaited in that order. `create_node(f, x=1)` becomes
`f(x=1)`, `.o0` and fields of a NamedTuple the value. It refuses, with the reason: an order for which a call would have
to move over other code or against its data, nodes that are passed on, `.outputs`.""",
    gotchas=(
        "Check the direction: `b = second(); a = first(); a >> b` must become `first()` and then `second()`. A "
        "local run of "
        "Flyte 1 hid this, because it ran each task where it was called and ignored `>>`.",
        "A call returns its value: `>>` on a task that returns nothing raises TypeError, and on two ints it shifts "
        "bits.",
        "`node.o0` is the value itself, and `node.outputs` has no form.",
        "Two calls without an order ran in parallel; in a sync driver they run one after the other.",
    ),
    examples=(
        Example(
            before="""\
import sqlite3

from flytekit import task, workflow


@task
def create(database: str) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE users (name TEXT)")


@task
def fill(database: str, name: str) -> int:
    with sqlite3.connect(database) as connection:
        return connection.execute("INSERT INTO users VALUES (?)", [name]).rowcount


@workflow
def build(database: str, name: str) -> int:
    created = create(database=database)
    filled = fill(database=database, name=name)
    created >> filled
    return filled
""",
            after="""\
import sqlite3

import flyte

env = flyte.TaskEnvironment(name="users")


@env.task
def create(database: str) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE users (name TEXT)")


@env.task
def fill(database: str, name: str) -> int:
    with sqlite3.connect(database) as connection:
        return connection.execute("INSERT INTO users VALUES (?)", [name]).rowcount


@env.task
def build(database: str, name: str) -> int:
    create(database=database)
    filled = fill(database=database, name=name)
    return filled
""",
            call="build(database='users.db', name='ada')",
        ),
        Example(
            before="""\
from flytekit import task, workflow
from flytekit.core.node_creation import create_node


@task
def clean() -> None:
    print("clean")


@task
def count(text: str) -> int:
    return len(text)


@workflow
def clean_and_count(text: str) -> int:
    cleaned = create_node(clean)
    counted = create_node(count, text=text)
    cleaned.runs_before(counted)
    return counted.o0
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="counts")


@env.task
def clean() -> None:
    print("clean")


@env.task
def count(text: str) -> int:
    return len(text)


@env.task
def clean_and_count(text: str) -> int:
    clean()
    counted = count(text=text)
    return counted
""",
            call="clean_and_count(text='abc')",
        ),
        Example(
            before="""\
from flytekit import task, workflow


@task
def backup(table: str) -> str:
    return table + ".bak"


@task
def drop(table: str) -> None:
    print(f"drop {table}")


@workflow
def clear(table: str) -> str:
    dropped = drop(table=table)
    # never without a copy
    copy = backup(table=table)
    copy >> dropped
    return copy
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="tables")


@env.task
def backup(table: str) -> str:
    return table + ".bak"


@env.task
def drop(table: str) -> None:
    print(f"drop {table}")


@env.task
def clear(table: str) -> str:
    # never without a copy
    copy = backup(table=table)
    drop(table=table)
    return copy
""",
            call="clear(table='users')",
        ),
    ),
    ignores=(
        """\
bits = 256 >> 4
flags = [b >> 1 for b in (2, 4)]
bits >>= 1
""",
        """\
import flyte

env = flyte.TaskEnvironment(name="bits")


@env.task
def number() -> int:
    return 256


@env.task
def shifted() -> int:
    n = number()
    return n >> 4
""",
        """\
from airflow.operators.empty import EmptyOperator

first, second = EmptyOperator(task_id="first"), EmptyOperator(task_id="second")
first >> second
""",
        """\
def create_node(name):
    return {"name": name}


node = create_node("root")
""",
    ),
)
