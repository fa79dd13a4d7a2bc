"""FS826: interactive debugging."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS826",
    name="interactive",
    summary="Delete `@vscode` and `@jupyter`: `flyte run --debug file.py task` opens VS Code in the task's container.",
    shift="""\
In Flyte 1 the task's code asked for the editor: a decorator started VS Code or Jupyter instead of the function. In
Flyte 2 it is a way of running: `flyte run --debug`, or `flyte.with_runcontext(debug=True).run(task, ...)`, for any
task and without touching the code. `run.get_debug_url()` gives the address. `VscodeConfig` and `get_task_inputs` go
with the decorator.""",
    guide="cli-and-configuration",
    applicability="unsafe",
    automatic="""\
Migrate deletes the decorator, its configuration and the package in an `ImageSpec`. It refuses `run_task_first`,
`pre_execute` and `post_execute`, which run code of yours.""",
    examples=(
        Example(
            before="""\
from flytekit import task, workflow
from flytekit.interactive import vscode


@task
@vscode
def total(n: int) -> int:
    return sum(range(n))


@workflow
def report(n: int) -> int:
    return total(n=n)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="report")


@env.task
def total(n: int) -> int:
    return sum(range(n))


@env.task
def report(n: int) -> int:
    return total(n=n)
""",
            call="report(n=4)",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="report")


@env.task
def total(n: int) -> int:
    return n


if __name__ == "__main__":
    flyte.init_from_config()
    flyte.with_runcontext(debug=True).run(total, n=3)
""",
        """\
def vscode(function):
    return function


@vscode
def total(n: int) -> int:
    return n
""",
    ),
)
