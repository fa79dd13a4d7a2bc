"""Files that call tasks outside of runs get what Flyte 2 needs there."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration import Plan
from flyteshift.migration.unit import plan_files
from flyteshift.text import apply_edits
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings

RUN = 'flyte.with_runcontext(mode="local").run('
FLOWS = """\
import tempfile
from typing import List, NamedTuple, Tuple

from flytekit import task, workflow
from flytekit.types.file import FlyteFile

Pair = NamedTuple("Pair", [("a", List[int]), ("b", List[int])])


@task
def add(xs: List[int]) -> List[int]:
    xs.append(1)
    return xs


@task
def write(n: int) -> FlyteFile:
    p = tempfile.mktemp()
    with open(p, "w") as h:
        h.write(str(n))
    return FlyteFile(p)


@task
def size(f: FlyteFile) -> int:
    with open(f) as h:
        return len(h.read())


@workflow
def files(n: int) -> int:
    return size(f=write(n=n))


@workflow
def twice(xs: List[int]) -> Tuple[List[int], List[int]]:
    return add(xs=xs), add(xs=xs)


@workflow
def pair(xs: List[int]) -> Pair:
    a = add(xs=xs)
    return Pair(a=a, b=add(xs=xs))


@workflow
def nothing(xs: List[int]) -> None:
    add(xs=xs)
    add(xs=xs)


@task
def still(n: int) -> int:
    return n
"""


def planned(folder: Path, caller: str, *, together: bool = True) -> dict[str, Plan]:
    paths = []
    for name, source in (("flows.py", FLOWS), ("caller.py", caller)):
        (folder / name).write_text(source, encoding="utf-8")
        paths.append(folder / name)
    users = () if together else paths[1:]
    made = plan_files(paths[: 2 if together else 1], Project(root=folder), Settings(root=folder), users)
    assert not [o.message for plan in made.values() for o in plan.left]
    return {path.name: plan for path, plan in made.items()}


def called(folder: Path, caller: str) -> str:
    plan = planned(folder, caller).get("caller.py")
    return apply_edits(caller, plan.edits) if plan is not None else caller


@pytest.mark.parametrize(
    ("imported", "call", "after"),
    [
        ("twice", "a, b = twice(xs=[])", f"a, b = {RUN}twice, xs=[]).outputs()"),
        ("nothing", "nothing(xs=[])", f"{RUN}nothing, xs=[])"),
        ("nothing", "print(nothing(xs=[]))", f"print({RUN}nothing, xs=[]).wait())"),
        ("pair", "print(pair(xs=[]).a)", f"print(Pair(*{RUN}pair, xs=[]).outputs()).a)"),
        ("pair as p", "a, b = p(xs=[])", f"a, b = Pair(*{RUN}p, xs=[]).outputs())"),
        ("files", "print(files(n=1))", "print(files(n=1))"),
    ],
)
def test_a_script_starts_a_run_where_that_gives_another_value(
    tmp_path: Path, imported: str, call: str, after: str
) -> None:
    source = f'from flows import {imported}\n\nif __name__ == "__main__":\n    {call}\n'
    made = called(tmp_path, source)
    assert made.startswith("import flyte\nfrom flows import ")
    assert made.endswith(f'if __name__ == "__main__":\n    flyte.init()\n    {after}\n')
    assert (", Pair\n" in made) == ("Pair" in after)


@pytest.mark.parametrize(
    "source",
    [
        "from flows import still\n\nprint(still(n=1))\n",
        "from flows import twice\n\nWF = twice\n",
        "from flows import still\n\n\ndef twice(xs):\n    return xs\n\n\nprint(twice([]), still(n=1))\n",
        "import flyte\nfrom flows import files\n\n\ndef test():\n    flyte.init()\n    assert files(n=1) == 1\n",
    ],
)
def test_what_needs_nothing_stays(tmp_path: Path, source: str) -> None:
    assert called(tmp_path, source) == source


def test_an_async_function_starts_no_run(tmp_path: Path) -> None:
    source = "from flows import nothing\n\n\nasync def go():\n    nothing(xs=[])\n"
    assert RUN not in called(tmp_path, source)


def test_a_named_tuple_whose_name_is_taken_is_told_of(tmp_path: Path) -> None:
    source = (
        "from flows import files, pair\n\nPair = 3\n\n\ndef test():\n    files(n=1)\n    assert pair(xs=[]).a == [1]\n"
    )
    plan = planned(tmp_path, source)["caller.py"]
    assert [note.message for note in plan.notes] and "has no name here" in plan.notes[0].message
    unpacked = source.replace("assert pair(xs=[]).a == [1]", "a, b = pair(xs=[])")
    assert f"a, b = {RUN}pair, xs=[]).outputs()\n" in called(tmp_path, unpacked)


@pytest.mark.parametrize(
    ("call", "told"),
    [("twice(xs=[])", "gives another value"), ("files(n=1)", "`flyte.init()` first"), ("still(n=1)", "")],
)
def test_a_file_that_stays_as_it_is_is_told_of(tmp_path: Path, call: str, told: str) -> None:
    caller = f"from flows import files, still, twice\n\n\ndef test_it():\n    {call}\n"
    notes = [
        n.message
        for n in planned(tmp_path, caller, together=False)["flows.py"].notes
        if "outside of a run" in n.message
    ]
    assert [told in note for note in notes] == ([True] if told else [])
