"""FS207: how long a task may run."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS207",
    name="timeout",
    summary="`timeout=` stays on the decorator, with the same value.",
    shift="""\
A number of seconds or a `timedelta` means the same in both: the longest time of one attempt.
`flyte.Timeout` can say more: `max_runtime` of an attempt, `max_queued_time` before it starts, `deadline` of the whole.
A timeout reaches the calling task as an exception, so `try`/`except` decides what follows.""",
    guide="configuration",
    applicability="safe",
    automatic="Migrate keeps the argument as it is.",
    gotchas=(
        "Local runs do not enforce it: a task of three seconds with `timeout=1` succeeds.",
        "A float passes the decorator and fails at deployment; Flyte 1 raises at once.",
    ),
    examples=(
        Example(
            before="""\
from datetime import timedelta

from flytekit import task


@task(timeout=timedelta(minutes=10))
def fetch(url: str) -> int:
    return len(url)


@task(timeout=30)
def ping(url: str) -> bool:
    return url.startswith("https://")
""",
            after="""\
from datetime import timedelta

import flyte

env = flyte.TaskEnvironment(name="fetch")


@env.task(timeout=timedelta(minutes=10))
def fetch(url: str) -> int:
    return len(url)


@env.task(timeout=30)
def ping(url: str) -> bool:
    return url.startswith("https://")
""",
            call='[fetch(url="https://flyte.org"), ping(url="https://flyte.org")]',
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="fetch")


@env.task(timeout=30)
def ping(url: str) -> bool:
    return url.startswith("https://")
""",
        """\
import subprocess

subprocess.run(["true"], timeout=30, check=True)
""",
    ),
)
