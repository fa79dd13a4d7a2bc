"""FS101: imports of flytekit itself."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS101",
    name="flytekit-import",
    summary="`import flytekit` becomes `import flyte`, once every name that is used has its Flyte 2 form.",
    shift="""\
Flyte 2 is another SDK under another name: `flyte` instead of `flytekit`, with far fewer public modules.
Files and dataframes are in `flyte.io`, reports in `flyte.report`, remote access in `flyte.remote`.
Both SDKs can be installed side by side, but one task cannot belong to both.
The import is the last thing to change: first each name that comes from it needs its new home.""",
    guide="overview",
    applicability="safe",
    automatic=(
        "Migrate rewrites the imports together with everything that uses them. "
        "It keeps what is still Flyte 1, and refuses star imports, because they hide what is used."
    ),
    gotchas=(
        "Replacing the word does not work: `flyte.task`, `flyte.workflow` and `flyte.ImageSpec` do not exist.",
        "Some names exist in both with other arguments: `Resources`, `Secret`, `Cache`, `FixedRate`, `PodTemplate`.",
    ),
    examples=(
        Example(
            before="""\
import flytekit as fk
from flytekit.types.file import FlyteFile


@fk.task
def lines(file: FlyteFile) -> int:
    with open(file) as f:
        return len(f.readlines())


@fk.task
def write(text: str) -> FlyteFile:
    with open("text.txt", "w") as f:
        f.write(text)
    return FlyteFile("text.txt")


@fk.workflow
def count(text: str) -> int:
    return lines(file=write(text=text))
""",
            after="""\
import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="lines")


@env.task
def lines(file: File) -> int:
    with file.open_sync("r") as f:
        return len(f.readlines())


@env.task
def write(text: str) -> File:
    with open("text.txt", "w") as f:
        f.write(text)
    return File.from_local_sync("text.txt")


@env.task
def count(text: str) -> int:
    return lines(file=write(text=text))
""",
            call='count(text="a\\nb\\nc\\n")',
        ),
        Example(
            before="""\
import flytekit


@flytekit.task
def double(x: int) -> int:
    return 2 * x


@flytekit.workflow
def main(x: int = 1) -> int:
    return double(x=double(x=x))
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="doubles")


@env.task
def double(x: int) -> int:
    return 2 * x


@env.task
def main(x: int = 1) -> int:
    return double(x=double(x=x))
""",
            call="main(x=3)",
        ),
    ),
    ignores=(
        """\
import flyte
from flyte import Image, TaskEnvironment

env = TaskEnvironment(name="lines", image=Image.from_debian_base())
""",
        """\
try:
    import flyte
except ImportError:
    import flytekit as flyte
""",
        """\
import flytekit_extras
from tools import flytekit

print(flytekit.version, flytekit_extras, "import flytekit")
""",
    ),
)
