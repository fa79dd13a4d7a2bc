"""FS407: `approve`, `wait_for_input` and `sleep` become conditions and durable sleep."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS407",
    name="gate-node",
    summary=(
        "`approve` and `wait_for_input` become `flyte.new_condition(...).wait()`, `sleep` becomes "
        "`flyte.durable.sleep`."
    ),
    shift="""\
In Flyte 1 waiting was a node of the graph. In Flyte 2 the running driver waits: `flyte.new_condition(name,
data_type=T, timeout=...)` makes a condition that a person or a service signals, and `.wait()` gives its value. An
approval is a bool that you test; when it is False, raise. `flyte.durable.sleep(seconds)` survives a restart of the
driver, `time.sleep` does not. The driver's container stays alive while it waits. In async code use `.wait.aio()`
and `.sleep.aio()`.""",
    guide="control-flow",
    applicability="unsafe",
    automatic="""\
Migrate rewrites `sleep`, `wait_for_input` for bool, int, float and str, and `approve` that stands in a statement of its
own or first in one; a refused approval raises ValueError, which fails the run as Flyte 1 did. It refuses, with the
reason: other types, names that are no plain text, two approvals in one statement, and gates in async functions.""",
    gotchas=(
        "The name of `new_condition` is positional; `data_type` is bool, int, float or str, anything else raises "
        "TypeError.",
        "`flyte.durable.sleep` takes seconds: write `delay.total_seconds()` for a timedelta.",
        "A timeout raises in the driver; in Flyte 1 it failed the node.",
        "`.wait()` outside a run raises RuntimeError.",
        "A local run of Flyte 1 did not really sleep; Flyte 2 does.",
    ),
    examples=(
        Example(
            before="""\
from datetime import timedelta

from flytekit import sleep, task, workflow


@task
def submit(job: str) -> str:
    return f"{job} submitted"


@workflow
def submit_later(job: str) -> str:
    pause = sleep(timedelta(milliseconds=10))
    done = submit(job=job)
    pause >> done
    return done
""",
            after="""\
import flyte
import flyte.durable

env = flyte.TaskEnvironment(name="jobs")


@env.task
def submit(job: str) -> str:
    return f"{job} submitted"


@env.task
def submit_later(job: str) -> str:
    flyte.durable.sleep(0.01)
    return submit(job=job)
""",
            call="submit_later(job='a')",
        ),
        Example(
            before="""\
from datetime import timedelta

from flytekit import approve, task, wait_for_input, workflow


@task
def summarize(text: str) -> str:
    return text[:20]


@task
def publish(summary: str, title: str) -> str:
    return f"{title}: {summary}"


@workflow
def release(text: str) -> str:
    title = wait_for_input("title", timeout=timedelta(hours=1), expected_type=str)
    summary = approve(summarize(text=text), "summary", timeout=timedelta(hours=1))
    return publish(summary=summary, title=title)
""",
            after="""\
from datetime import timedelta

import flyte

env = flyte.TaskEnvironment(name="releases")


@env.task
def summarize(text: str) -> str:
    return text[:20]


@env.task
def publish(summary: str, title: str) -> str:
    return f"{title}: {summary}"


@env.task
def release(text: str) -> str:
    title = flyte.new_condition("title", prompt="Title?", data_type=str, timeout=timedelta(hours=1)).wait()
    summary = summarize(text=text)
    approved = flyte.new_condition("summary", prompt=f"Publish {summary!r}?", timeout=timedelta(hours=1)).wait()
    if not approved:
        raise ValueError("summary was not approved")
    return publish(summary=summary, title=title)
""",
            why_not_run="Both wait for a person.",
        ),
    ),
    ignores=(
        """\
from time import sleep

sleep(0.1)
""",
        """\
import flyte
import flyte.durable

env = flyte.TaskEnvironment(name="jobs")


@env.task
def later() -> bool:
    flyte.durable.sleep(1)
    return flyte.new_condition("go", data_type=bool).wait()
""",
        """\
def approve(order, name, timeout):
    return order


approve("a", "review", timeout=3)
""",
    ),
)
