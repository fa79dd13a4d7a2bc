"""FS603: the working directory becomes a temporary folder."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS603",
    name="working-directory",
    summary="`current_context().working_directory` becomes `tempfile.mkdtemp()`.",
    shift="""\
Flyte 1 gave each task a folder of its own to write into. Flyte 2 leaves that to Python: `tempfile.mkdtemp()` gives
an empty folder of your own, `os.getcwd()` is where your code lies in the container. Nothing that is left in it is
kept: return what you need as a `File` or `Dir`.""",
    guide="data-io",
    applicability="unsafe",
    automatic="""\
Migrate rewrites what the body of a task reads: `tempfile.mkdtemp()` where it is read once, else a variable at the top
of the body. It refuses bodies of workflows, code of the module itself, and helpers that several tasks call.""",
    examples=(
        Example(
            before="""\
import os

from flytekit import current_context, task


@task
def shout(text: str) -> str:
    path = os.path.join(current_context().working_directory, "text.txt")
    with open(path, "w") as f:
        f.write(text.upper())
    with open(path) as f:
        return f.read()
""",
            after="""\
import os
import tempfile

import flyte

env = flyte.TaskEnvironment(name="texts")


@env.task
def shout(text: str) -> str:
    path = os.path.join(tempfile.mkdtemp(), "text.txt")
    with open(path, "w") as f:
        f.write(text.upper())
    with open(path) as f:
        return f.read()
""",
            call="shout(text='abc')",
        ),
    ),
    ignores=(
        """\
import os
import tempfile

print(os.path.join(tempfile.mkdtemp(), "text.txt"))
""",
        """\
class Job:
    working_directory = "/tmp"


print(Job().working_directory)
""",
    ),
)
