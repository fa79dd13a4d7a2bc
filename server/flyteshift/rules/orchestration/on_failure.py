"""FS405: `on_failure` and `failure_policy` become `try` and `except`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS405",
    name="on-failure",
    summary="`@workflow(on_failure=handler)` becomes `try: ... except Exception: handler(...); raise`.",
    shift="""\
In Flyte 1 a failing workflow started a handler that was named in the decorator, and the run still failed.
In Flyte 2 a failed task raises in its driver: catch it, call the handler like any other task, and raise again.
The handler took the workflow's inputs by name and, if it asked for it, `err: FlyteError`; pass `str(error)` instead.
`FAIL_IMMEDIATELY` is what an exception does. For `FAIL_AFTER_EXECUTABLE_NODES_COMPLETE` gather the branches with
`return_exceptions=True`, so that each one ends, and then raise what failed.""",
    guide="control-flow",
    applicability="unsafe",
    automatic=(
        "Migrate puts the body under `try` where the handler is a task or workflow of the module and takes inputs that "
        "the body does not set anew. It refuses other uses of `err` than its message. With "
        "`FAIL_AFTER_EXECUTABLE_NODES_COMPLETE` branches that do not need each other all end before the first error is "
        "raised: gathered, or each under a `try` where a branch has several calls. It refuses bodies in which a task "
        "needs some of the branches before it and not others."
    ),
    gotchas=(
        "Keep the `raise`: without it a failed run counts as succeeded.",
        "`except ValueError` does not catch a ValueError of a called task: it arrives as "
        "`flyte.errors.RuntimeUserError` with "
        "`code == 'ValueError'`. `except Exception` does.",
        "The arguments of the handler must be known before the `try`: inputs are, values of the body may not be.",
    ),
    examples=(
        Example(
            before="""\
from pathlib import Path

from flytekit import task, workflow


@task
def alert(order: str) -> None:
    Path(f"{order}.failed").touch()


@task
def check(order: str) -> int:
    if not order.isdigit():
        raise ValueError("not a number")
    return int(order)


@workflow(on_failure=alert)
def guarded(order: str) -> int:
    return check(order=order)
""",
            after="""\
from pathlib import Path

import flyte

env = flyte.TaskEnvironment(name="orders")


@env.task
def alert(order: str) -> None:
    Path(f"{order}.failed").touch()


@env.task
def check(order: str) -> int:
    if not order.isdigit():
        raise ValueError("not a number")
    return int(order)


@env.task
def guarded(order: str) -> int:
    try:
        return check(order=order)
    except Exception:
        alert(order=order)
        raise
""",
            call="[guarded(order='12'), fails(lambda: guarded(order='x')), Path('x.failed').exists()]",
        ),
        Example(
            before="""\
from pathlib import Path
from typing import Optional

from flytekit import task, workflow
from flytekit.types.error import FlyteError


@task
def report(order: str, err: Optional[FlyteError] = None) -> None:
    reason = err.message if err else "unknown"
    Path(f"{order}.reason").write_text(str("not a number" in reason))


@task
def check(order: str) -> int:
    if not order.isdigit():
        raise ValueError("not a number")
    return int(order)


@workflow(on_failure=report)
def guarded(order: str) -> int:
    return check(order=order)
""",
            after="""\
from pathlib import Path

import flyte

env = flyte.TaskEnvironment(name="orders")


@env.task
def report(order: str, err: str = "unknown") -> None:
    Path(f"{order}.reason").write_text(str("not a number" in err))


@env.task
def check(order: str) -> int:
    if not order.isdigit():
        raise ValueError("not a number")
    return int(order)


@env.task
def guarded(order: str) -> int:
    try:
        return check(order=order)
    except Exception as error:
        report(order=order, err=str(error))
        raise
""",
            call="[fails(lambda: guarded(order='y')), Path('y.reason').read_text()]",
        ),
        Example(
            before="""\
from flytekit import WorkflowFailurePolicy, task, workflow


@task
def load(source: str) -> int:
    return len(source)


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE)
def load_both(left: str, right: str) -> tuple[int, int]:
    a = load(source=left)
    b = load(source=right)
    return a, b
""",
            after="""\
import asyncio

import flyte

env = flyte.TaskEnvironment(name="loading")


@env.task
def load(source: str) -> int:
    return len(source)


@env.task
async def load_both(left: str, right: str) -> tuple[int, int]:
    results = await asyncio.gather(
        load.aio(source=left),
        load.aio(source=right),
        return_exceptions=True,
    )
    for result in results:
        if isinstance(result, BaseException):
            raise result
    a, b = results
    return a, b
""",
            call="load_both(left='ab', right='abc')",
            note="Both branches end before the first failure is raised.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="orders")


@env.task
def guarded(order: str) -> int:
    try:
        return int(order)
    except ValueError:
        print("failed", order)
        raise
""",
        """\
from celery import shared_task


def workflow(on_failure=None):
    return lambda function: function


@workflow(on_failure=print)
def guarded(order):
    return int(order)
""",
    ),
)
