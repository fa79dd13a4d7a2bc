"""FS508: file types with a format become `File`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS508",
    name="file-formats",
    summary="`CSVFile`, `PNGImageFile`, `FlyteFile['csv']`, `TensorboardLogs` and the like become `File` or `Dir`.",
    shift="""\
These names are `FlyteFile` or `FlyteDirectory` with a format in the type, which Flyte 1 recorded with the value.
In Flyte 2 the format is no part of the type: annotate with `flyte.io.File` or `flyte.io.Dir`, and treat values as for
those. When a reader needs to know the format, keep the extension in the file's name: it is kept in `file.name`.""",
    guide="data-io",
    applicability="unsafe",
    automatic=("Migrate rewrites these names together with the values, as for `FlyteFile`."),
    gotchas=("`File['csv']` evaluates but means nothing, to Flyte or to a type checker.",),
    examples=(
        Example(
            before="""\
import csv

from flytekit import task, workflow
from flytekit.types.file import CSVFile


@task
def save(names: list[str]) -> CSVFile:
    with open("names.csv", "w", newline="") as f:
        csv.writer(f).writerows([name] for name in names)
    return CSVFile("names.csv")


@task
def count(table: CSVFile) -> int:
    with open(table, newline="") as f:
        return len(list(csv.reader(f)))


@workflow
def count_names(names: list[str]) -> int:
    return count(table=save(names=names))
""",
            after="""\
import csv

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="names")


@env.task
def save(names: list[str]) -> File:
    with open("names.csv", "w", newline="") as f:
        csv.writer(f).writerows([name] for name in names)
    return File.from_local_sync("names.csv")


@env.task
def count(table: File) -> int:
    with open(table.download_sync(), newline="") as f:
        return len(list(csv.reader(f)))


@env.task
def count_names(names: list[str]) -> int:
    return count(table=save(names=names))
""",
            call="count_names(names=['Ada', 'Alan'])",
        ),
    ),
    ignores=(
        '''\
class CSVFile:
    """Not flytekit's."""

    def __init__(self, path: str) -> None:
        self.path = path


table = CSVFile("names.csv")
''',
    ),
)
