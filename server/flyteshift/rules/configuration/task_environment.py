"""FS203: environment variables of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS203",
    name="task-environment",
    summary="`environment={...}` becomes `env_vars={...}` of the `flyte.TaskEnvironment`.",
    shift="""\
In Flyte 1 each task carries its environment variables in the decorator.
In Flyte 2 they belong to the environment and hold for all its tasks.
A single call can change them: `f.override(env_vars={...})(x=1)`; a whole run takes `with_runcontext(env_vars=...)`.""",
    guide="configuration",
    applicability="safe",
    automatic=("Migrate moves the dict to the environment as it is."),
    gotchas=(
        "Neither SDK sets these variables in a local run; read them with a default where tests need one.",
        "`env.task(env_vars=...)` raises `TypeError`: they belong to the environment.",
        "The dict is not checked when it is built, so keep names and values strings.",
    ),
    examples=(
        Example(
            before="""\
import os

from flytekit import task


@task(environment={"MODE": "fast", "OMP_NUM_THREADS": "4"})
def threads() -> str:
    return os.environ.get("OMP_NUM_THREADS", "1")
""",
            after="""\
import os

import flyte

env = flyte.TaskEnvironment(name="threads", env_vars={"MODE": "fast", "OMP_NUM_THREADS": "4"})


@env.task
def threads() -> str:
    return os.environ.get("OMP_NUM_THREADS", "1")
""",
            call="threads()",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="threads", env_vars={"MODE": "fast"})
""",
        """\
from invoke import task


@task(environment={"MODE": "fast"})
def build(c):
    c.run("make")
""",
    ),
)
