"""FS709: `task_mock` and `patch` become `unittest.mock.patch.object`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS709",
    name="testing",
    summary='`task_mock(t)` and `patch(t)` become `unittest.mock.patch.object(t, "func")`.',
    shift="""\
A Flyte 1 task was only swapped out by Flyte's own helpers, because calls went through the entity. A Flyte 2 task
keeps its function as `task.func`, so the standard library's `patch.object(task, "func")` is enough; the mock works
for direct calls and inside local runs. `patch.object(module, "task_name")` replaces the whole task. Tests that call
a task directly stay plain function calls; a test of what happens at task boundaries should run the task:
`flyte.init()` and `flyte.with_runcontext(mode="local").run(t, ...).outputs()`.""",
    guide="gotchas-and-caveats",
    applicability="display-only",
    automatic="""\
Migrate rewrites `task_mock(task)` and `@patch(task)` on a function with the mock as its one parameter. It refuses tests
that ask how the mock was called: Flyte 1 passed all inputs by name.""",
    gotchas=(
        "A direct call of a sync task raises `flyte.errors.RuntimeUserError`, so `pytest.raises(ValueError)` "
        "fails; `task.func(...)` raises the original error.",
        "NamedTuple results are real NamedTuples in a direct call and plain tuples inside a run, so a test of"
        " direct calls can pass where the run fails.",
        "Types of inputs are checked inside a run only.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task, workflow
from flytekit.testing import task_mock


@task
def query(n: int) -> int:
    return n * 1000


@workflow
def report(n: int) -> int:
    return query(n=n)


def check_report() -> int:
    with task_mock(query) as mock:
        mock.return_value = 42
        return report(n=1)
""",
            after="""\
from unittest.mock import patch

import flyte

env = flyte.TaskEnvironment(name="report")


@env.task
def query(n: int) -> int:
    return n * 1000


@env.task
def report(n: int) -> int:
    return query(n=n)


def check_report() -> int:
    with patch.object(query, "func", return_value=42):
        return report(n=1)
""",
            call="check_report()",
        ),
        Example(
            before="""\
from flytekit import task, workflow
from flytekit.testing import patch


@task
def query(n: int) -> int:
    return n * 1000


@workflow
def report(n: int) -> int:
    return query(n=n)


@patch(query)
def check_report(mock) -> int:
    mock.return_value = 42
    return report(n=1)
""",
            after="""\
from unittest.mock import patch

import flyte

env = flyte.TaskEnvironment(name="report")


@env.task
def query(n: int) -> int:
    return n * 1000


@env.task
def report(n: int) -> int:
    return query(n=n)


@patch.object(query, "func")
def check_report(mock) -> int:
    mock.return_value = 42
    return report(n=1)
""",
            call="check_report()",
        ),
    ),
    ignores=(
        """\
from unittest.mock import patch


@patch("reports.query")
def check(mock) -> None:
    mock.return_value = 1
""",
        """\
from unittest import mock

import flyte

env = flyte.TaskEnvironment(name="report")


@env.task
def query(n: int) -> int:
    return n


def check() -> int:
    with mock.patch.object(query, "func", return_value=42):
        return query(n=1)
""",
    ),
)
