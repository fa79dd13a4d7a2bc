"""FS502: `FlyteDirectory` becomes `flyte.io.Dir`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS502",
    name="flyte-directory",
    summary="`FlyteDirectory(path)` becomes `Dir.from_local_sync(path)`; read it after `d.download_sync()`.",
    shift="""\
As with files, a `flyte.io.Dir` is a reference to a stored prefix: it is no path, and nothing is moved until you
ask. Upload a folder with `Dir.from_local_sync(path)`, get all of it with `d.download_sync()`, one file with
`d.get_file_sync(name)`, and go through it with `d.walk_sync()`. `Dir.from_existing_remote(uri)` refers to what is
stored. There is no `new_file` or `new_dir`: fill a local folder and upload it.""",
    guide="data-io",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites constructors, returned paths, `download`, and folders that are read as paths. It refuses "
        "`listdir`, `crawl`, `new_file` and `new_dir`, and what it cannot follow."
    ),
    gotchas=(
        "`os.listdir(d)`, `os.fspath(d)` and `os.path.join(d, name)` raise TypeError; use the path that "
        "`download_sync()` gives.",
        "`list_files_sync()` also gives the files of sub-directories; `walk_sync(max_depth=1)` gives the top level "
        "only.",
        "`walk_sync` ignores `recursive` and `file_pattern`: filter the files yourself.",
        "`crawl` gave `(root, {path: info})`; `walk_sync` gives `File` objects.",
        "`d.path` is the stored prefix, not a local folder.",
        "Returning a `str` where a `Dir` is declared raises.",
    ),
    examples=(
        Example(
            before="""\
import os
from pathlib import Path

from flytekit import current_context, task, workflow
from flytekit.types.directory import FlyteDirectory


@task
def write(names: list[str]) -> FlyteDirectory:
    folder = Path(current_context().working_directory) / "letters"
    folder.mkdir()
    for name in names:
        (folder / f"{name}.txt").write_text(f"Dear {name}")
    return FlyteDirectory(str(folder))


@task
def titles(letters: FlyteDirectory) -> list[str]:
    return sorted(os.listdir(letters))


@workflow
def write_letters(names: list[str]) -> list[str]:
    return titles(letters=write(names=names))
""",
            after="""\
import os
import tempfile
from pathlib import Path

import flyte
from flyte.io import Dir

env = flyte.TaskEnvironment(name="letters")


@env.task
def write(names: list[str]) -> Dir:
    folder = Path(tempfile.mkdtemp()) / "letters"
    folder.mkdir()
    for name in names:
        (folder / f"{name}.txt").write_text(f"Dear {name}")
    return Dir.from_local_sync(str(folder))


@env.task
def titles(letters: Dir) -> list[str]:
    return sorted(os.listdir(letters.download_sync()))


@env.task
def write_letters(names: list[str]) -> list[str]:
    return titles(letters=write(names=names))
""",
            call="write_letters(names=['Ada', 'Alan'])",
        ),
        Example(
            before="""\
from pathlib import Path

from flytekit import task, workflow
from flytekit.types.directory import FlyteDirectory


@task
def parts(n: int) -> FlyteDirectory:
    folder = Path("parts")
    folder.mkdir(exist_ok=True)
    for i in range(n):
        (folder / f"part-{i}").write_text(str(i))
    return FlyteDirectory(str(folder))


@task
def total(folder: FlyteDirectory) -> int:
    result = 0
    for part in FlyteDirectory.listdir(folder):
        with open(part) as f:
            result += int(f.read())
    return result


@workflow
def total_of_parts(n: int) -> int:
    return total(folder=parts(n=n))
""",
            after="""\
from pathlib import Path

import flyte
from flyte.io import Dir

env = flyte.TaskEnvironment(name="parts")


@env.task
def parts(n: int) -> Dir:
    folder = Path("parts")
    folder.mkdir(exist_ok=True)
    for i in range(n):
        (folder / f"part-{i}").write_text(str(i))
    return Dir.from_local_sync(str(folder))


@env.task
def total(folder: Dir) -> int:
    result = 0
    for part in folder.walk_sync(max_depth=1):
        with part.open_sync("r") as f:
            result += int(f.read())
    return result


@env.task
def total_of_parts(n: int) -> int:
    return total(folder=parts(n=n))
""",
            call="total_of_parts(n=4)",
            note="Each file is read where it is stored; nothing else is downloaded.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyte.io import Dir

env = flyte.TaskEnvironment(name="parts")


@env.task
def count(folder: Dir) -> int:
    return len(list(folder.walk_sync()))
""",
        """\
import os
from pathlib import Path

print(os.listdir("."), [p.name for p in Path(".").iterdir()])
""",
    ),
)
