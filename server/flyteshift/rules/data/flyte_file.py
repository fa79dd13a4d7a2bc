"""FS501: `FlyteFile` becomes `flyte.io.File`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS501",
    name="flyte-file",
    summary="`FlyteFile(path)` becomes `File.from_local_sync(path)`; `open(f)` becomes `open(f.download_sync())`.",
    shift="""\
A `FlyteFile` behaved like a path: it was uploaded when a task returned it, downloaded when something opened it, and
a `str` could stand for it. A `flyte.io.File` is only a reference. You upload with `File.from_local_sync(path)`,
read with `f.download_sync()` or `with f.open_sync("r")`, and refer to what is already stored with
`File.from_existing_remote(uri)`. In async tasks the same methods without `_sync` are awaited. To stream into a new
file use `File.new_remote()` with `open_sync("wb")`.""",
    guide="data-io",
    applicability="unsafe",
    automatic=(
        "Migrate follows each file through variables, lists, classes and calls, and rewrites every use that it knows: "
        "constructors, returned paths, `download`, `open`, and files given to libraries as paths. "
        "A `str` parameter may hold a path or an address, which the new code asks. It refuses what it cannot follow, "
        "files that are written after they were made, and other texts that may be an address."
    ),
    gotchas=(
        "Returning or passing a `str` where a `File` is declared raises.",
        "`File(path)` raises TypeError; `File(path=local)` is accepted, but the file is not uploaded.",
        "`open(f)` and `os.fspath(f)` raise TypeError, and `str(f)` is not a path.",
        "`File.from_local_sync` needs `flyte.init()` first, also in local runs and tests; a run on a cluster has it.",
        "`f.path` is the address of the stored file; it stays so after a download.",
        "`open_sync()` opens `rb` by default; `FlyteFile.open` needs its mode.",
        "In a local run nothing is copied: `f.path` and `download_sync()` give the author's own file.",
        "`FlyteFile['csv']` becomes plain `File`; the format is not part of the type.",
    ),
    examples=(
        Example(
            before="""\
import os

from flytekit import current_context, task, workflow
from flytekit.types.file import FlyteFile


@task
def write(text: str) -> FlyteFile:
    path = os.path.join(current_context().working_directory, "out.txt")
    with open(path, "w") as f:
        f.write(text)
    return FlyteFile(path)


@task
def count(file: FlyteFile) -> int:
    with open(file) as f:
        return len(f.read())


@workflow
def round_trip(text: str) -> int:
    return count(file=write(text=text))
""",
            after="""\
import os
import tempfile

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="files")


@env.task
def write(text: str) -> File:
    path = os.path.join(tempfile.mkdtemp(), "out.txt")
    with open(path, "w") as f:
        f.write(text)
    return File.from_local_sync(path)


@env.task
def count(file: File) -> int:
    with open(file.download_sync()) as f:
        return len(f.read())


@env.task
def round_trip(text: str) -> int:
    return count(file=write(text=text))
""",
            call="round_trip(text='abc')",
        ),
        Example(
            before="""\
import csv
from pathlib import Path

from flytekit import task, workflow
from flytekit.types.file import FlyteFile


@task
def save(names: list[str]) -> FlyteFile:
    path = Path("names.csv")
    path.write_text("\\n".join(["name", *names]))
    return str(path)


@task
def longest(table: FlyteFile) -> str:
    with table.open("r") as f:
        return max((row["name"] for row in csv.DictReader(f)), key=len)


@workflow
def longest_name(names: list[str]) -> str:
    return longest(table=save(names=names))
""",
            after="""\
import csv
from pathlib import Path

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="names")


@env.task
def save(names: list[str]) -> File:
    path = Path("names.csv")
    path.write_text("\\n".join(["name", *names]))
    return File.from_local_sync(str(path))


@env.task
def longest(table: File) -> str:
    with table.open_sync("r") as f:
        return max((row["name"] for row in csv.DictReader(f)), key=len)


@env.task
def longest_name(names: list[str]) -> str:
    return longest(table=save(names=names))
""",
            call="longest_name(names=['Ada', 'Grace', 'Alan'])",
            note="A returned path must be turned into a `File`.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="files")


@env.task
def count(file: File) -> int:
    with file.open_sync("r") as f:
        return len(f.read())
""",
        '''\
from pathlib import Path


class FlyteFile:
    """Not flytekit's."""

    def __init__(self, path: Path) -> None:
        self.path = path


with open(FlyteFile(Path("out.txt")).path, "w") as f:
    f.write("text")
''',
    ),
)
