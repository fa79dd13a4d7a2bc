"""FS710: the modules of the `pyflyte` command line."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS710",
    name="pyflyte",
    summary=("`pyflyte run file.py wf` becomes `flyte run --local file.py wf`; the click command is `flyte.cli.main`."),
    shift="""\
The command line is another program with a verb first: `flyte run`, `flyte deploy`, `flyte create config`, `flyte
get run`. `pyflyte run` was local unless you wrote `--remote`; `flyte run` is remote unless you write `--local`.
`pyflyte register` and `package` become `flyte deploy`, which takes a file and an environment; it builds images
itself. What is run or deployed is always a task; launch plans are triggers and are deployed with their task. Code
that called the click commands of `flytekit.clis` can call those of `flyte.cli`, but the options differ.""",
    guide="cli-and-configuration",
    applicability="unsafe",
    automatic="""\
`runner.invoke(pyflyte.main, ["run", ...])` where the list is plain to read and `flyte run` has an equal for all of it.
Other commands and options, and inputs that `flyte run` reads in another way, are refused. Commands in scripts,
pipelines and documents stay.""",
    gotchas=(
        "Without `--local`, `flyte run` needs a configured endpoint.",
        "`flyte run` names a member of an enum by its name, `pyflyte run` by its value; and it has no `--no-flag`.",
        "`flyte run` fails with an absolute path that is not below the current folder, so the path becomes relative.",
        "Wrong options end `flyte run` with the code 1, `pyflyte run` with 2; the texts that they write differ.",
        "Options of the command stand before the file name, inputs of the task after its name: `flyte run "
        "--local report.py report --n 3`.",
    ),
    examples=(
        Example(
            before="""\
from click.testing import CliRunner
from flytekit import task, workflow
from flytekit.clis.sdk_in_container import pyflyte


@task
def total(n: int) -> int:
    return sum(range(n))


@workflow
def report(n: int) -> int:
    return total(n=n)


def check_command() -> int:
    return CliRunner().invoke(
        pyflyte.main, ["run", __file__, "report", "--n", "3"]
    ).exit_code
""",
            after="""\
import os
from click.testing import CliRunner
import flyte
import flyte.cli

env = flyte.TaskEnvironment(name="example")


@env.task
def total(n: int) -> int:
    return sum(range(n))


@env.task
def report(n: int) -> int:
    return total(n=n)


def check_command() -> int:
    return CliRunner().invoke(
        flyte.cli.main, ["run", "--local", os.path.relpath(__file__), "report", "--n", "3"]
    ).exit_code
""",
            call="check_command()",
        ),
    ),
    ignores=(
        """\
from flyte.cli import main

main(["run", "--local", "report.py", "report"])
""",
        """\
import subprocess

pyflyte = "pyflyte"
subprocess.run([pyflyte, "run", "report.py", "report"], check=True)
""",
    ),
)
