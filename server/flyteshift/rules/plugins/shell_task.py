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
has plain Python: `subprocess.run(..., check=True)` in an `@env.task`, with files as `flyte.io.File`.
`flyte.extras.shell.create` is for command line tools that have an image of their own: it runs the script there,
with typed inputs, flags and declared outputs, also through `{inputs.x}` templates. It gives a callable to await and
an environment, `tool.env`, for `depends_on`. `subproc_execute(command)` is `subprocess.run(command,
capture_output=True, check=True)`.""",
    guide="tasks-and-workflows",
    applicability="display-only",
    automatic="Never by itself: quoting, templates and outputs need to be rewritten by hand.",
    gotchas=(
        "Forget `check=True` and a failing script succeeds.",
        "`flyte.extras.shell.create` runs in a container also locally, so it needs Docker.",
        "`debug`, `output_locs` and locations such as `{ctx.working_directory}` have no counterpart.",
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
import os
import subprocess
import tempfile

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="words")


@env.task
def sorted_words(words: str) -> File:
    path = os.path.join(tempfile.mkdtemp(), "sorted.txt")
    script = "printf '%s\\\\n' $WORDS | sort"
    with open(path, "w") as f:
        subprocess.run(script, shell=True, check=True, env={**os.environ, "WORDS": words}, stdout=f)
    return File.from_local_sync(path)


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
