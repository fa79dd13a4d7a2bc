"""FS409: promises become values."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS409",
    name="promise",
    summary="There are no promises: calls give values, so annotate helpers with the value's own type.",
    shift="""\
In Flyte 1 a call in a workflow gave a `Promise`, a placeholder that could only be passed on, so helpers took and
gave promises, and plain Python on them (`len`, `+`, `if`) failed. In Flyte 2 the driver runs: the same call gives
the int, the list or the dataclass, and helpers are ordinary functions over values. Code that inspected a promise
(`.ref`, `.var`, `.val`, `.is_ready`) has nothing to inspect and goes.""",
    guide="tasks-and-workflows",
    applicability="display-only",
    automatic="Not rewritten: only you know which type a promise stood for.",
    gotchas=(
        "The value of an async task is a coroutine until it is awaited; that is not a promise that can be passed to"
        " a task.",
        "Helpers that call tasks run in the driver's container and must be importable there.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task, workflow
from flytekit.core.promise import Promise


@task
def increment(x: int) -> int:
    return x + 1


def twice(x: Promise) -> Promise:
    return increment(x=increment(x=x))


@workflow
def add_four(x: int) -> int:
    return twice(twice(x))
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="numbers")


@env.task
def increment(x: int) -> int:
    return x + 1


def twice(x: int) -> int:
    return increment(x=increment(x=x))


@env.task
def add_four(x: int) -> int:
    return twice(twice(x))
""",
            call="add_four(x=1)",
        ),
    ),
    ignores=(
        '''\
from concurrent.futures import Future


class Promise(Future):
    """Not flytekit's."""


def resolved(value) -> Promise:
    promise = Promise()
    promise.set_result(value)
    return promise
''',
    ),
)
