"""FS821: shell tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS821",
    name="shell-task",
    summary=(
        "`ShellTask` becomes a Python task that calls `subprocess.run`, or `flyte.extras.shell.create` for a "
        "tool in an image."
    ),
    shift="""\
In Flyte 1 a shell task ran a script in the project's own image and collected files as outputs. For that, Flyte 2
has plain Python: `subprocess.run(script, shell=True)` in an `@env.task`, with files as `flyte.io.File`. The script's
`{inputs.x}` and `{outputs.y}` are fields of an f-string then.
`flyte.extras.shell.create` is for command line tools that have an image of their own: it runs the script there,
with typed inputs, flags and declared outputs. It gives a callable to await and an environment, `tool.env`, for
`depends_on`. `subproc_execute(command)` is `subprocess.run(command, check=True)`.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic=(
        "Migrate writes a `ShellTask` that a variable of the module holds as a task which runs its script, and "
        "`subproc_execute` as `subprocess.run`. It refuses `script_file`, `{ctx...}`, and what it cannot see."
    ),
    gotchas=(
        "Forget `check=True` or `check_returncode()` and a failing script succeeds.",
        "`flyte.extras.shell.create` runs in a container also locally, so it needs Docker.",
        "Where nobody reads what a command prints, Flyte 1 kept it to itself; `subprocess.run` shows it in the log.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import kwtypes, task, workflow
from flytekit.extras.tasks.shell import OutputLocation, ShellTask
from flytekit.types.file import FlyteFile

sorted_words = ShellTask(
    name="sorted_words",
    script="printf '%s\\\\n' {inputs.words} | sort > {outputs.out}",
    inputs=kwtypes(words=str),
    output_locs=[OutputLocation(var="out", var_type=FlyteFile, location="sorted.txt")],
)


@task
def first(file: FlyteFile) -> str:
    with open(file) as f:
        return f.readline().strip()


@workflow
def smallest(words: str) -> str:
    return first(file=sorted_words(words=words))
""",
            after="""\
import subprocess

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="example")


@env.task
def sorted_words(words: str) -> File:
    out = "sorted.txt"
    script = f"printf '%s\\\\n' {words} | sort > {out}"
    done = subprocess.run(script, shell=True, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        print(line)
    done.check_returncode()
    return File.from_local_sync(out)


@env.task
def first(file: File) -> str:
    with open(file.download_sync()) as f:
        return f.readline().strip()


@env.task
def smallest(words: str) -> str:
    return first(file=sorted_words(words=words))
""",
            call='smallest(words="pear apple plum")',
        ),
        Example(
            before="""\
from flytekit import kwtypes
from flytekit.extras.tasks.shell import OutputLocation, ShellTask
from flytekit.types.file import FlyteFile

index = ShellTask(
    name="index",
    script="samtools faidx {inputs.genome} -o {outputs.index}",
    inputs=kwtypes(genome=FlyteFile),
    output_locs=[OutputLocation(var="index", var_type=FlyteFile, location="genome.fai")],
)
""",
            after="""\
import flyte
from flyte.extras import shell
from flyte.io import File

index = shell.create(
    name="index",
    image="quay.io/biocontainers/samtools:1.21--h50ea8bc_0",
    script="samtools faidx {inputs.genome} -o {outputs.index}",
    inputs={"genome": File},
    outputs={"index": File},
)

env = flyte.TaskEnvironment(name="genomes", depends_on=[index.env])


@env.task
async def indexed(genome: File) -> File:
    return await index(genome=genome)
""",
            why_not_run="It needs Docker.",
            note="A command line tool with an image of its own.",
        ),
    ),
    ignores=(
        """\
import subprocess

subprocess.run(["ls"], check=True)
""",
        """\
from flyte.extras import shell

listing = shell.create(name="listing", image="alpine:3.20", outputs={"files": str}, script="ls > {outputs.files}")
""",
    ),
)
