"""Tests and scripts without Flyte 1 expect errors of tasks as they arrive in Flyte 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration import Plan
from flyteshift.migration.unit import plan_files
from flyteshift.text import apply_edits
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings

FLOWS = """\
from flytekit import task, workflow


@task
def boom(x: int) -> int:
    return 1 // x


@workflow
def wf(x: int) -> int:
    return boom(x=x)
"""
STAYS = "from flytekit import task\n\n\n@task\ndef kept(x: int) -> int:\n    return eval('task')(x)\n\n\n@task(nothing=1)\ndef more() -> None: ...\n"
ERROR = "flyte.errors.RuntimeUserError"


def planned(folder: Path, caller: str, name: str = "test_it.py") -> dict[str, Plan]:
    paths = []
    for file, source in (("flows.py", FLOWS), ("stays.py", STAYS), (name, caller)):
        (folder / file).write_text(source, encoding="utf-8")
        paths.append(folder / file)
    made = plan_files(paths, Project(root=folder), Settings(root=folder))
    return {path.name: plan for path, plan in made.items()}


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("with pytest.raises(ValueError):\n        wf(x=0)", f"pytest.raises((ValueError, {ERROR})):"),
        ("with pytest.raises((KeyError, OSError)):\n        wf(x=0)", f"pytest.raises((KeyError, OSError, {ERROR})):"),
        ("pytest.raises(ZeroDivisionError, wf, x=0)", f"pytest.raises((ZeroDivisionError, {ERROR}), wf, x=0)"),
        ("assert boom.task_function(1) == 1", "assert boom.func(1) == 1"),
    ],
)
def test_an_error_of_a_task_is_expected_as_it_arrives(tmp_path: Path, code: str, after: str) -> None:
    source = f"import pytest\nfrom flows import boom, wf\n\n\ndef test_it():\n    {code}\n"
    result = apply_edits(source, planned(tmp_path, source)["test_it.py"].edits)
    assert after in result
    assert ("import flyte\nfrom flows" in result) == (ERROR in after)


@pytest.mark.parametrize(
    "code",
    [
        "with pytest.raises(Exception):\n        wf(x=0)",
        "with pytest.raises(ValueError):\n        int('a')",
        "assert wf(x=1) == 1",
        "assert wf.task_function(1) == 1",
    ],
)
def test_what_no_task_raises_stays(tmp_path: Path, code: str) -> None:
    source = f"import pytest\nfrom flows import wf\n\n\ndef test_it():\n    {code}\n"
    assert "test_it.py" not in planned(tmp_path, source)


def test_a_file_that_also_calls_a_task_which_stays_keeps_what_it_expects(tmp_path: Path) -> None:
    source = "import pytest\nfrom flows import wf\nfrom stays import kept\n\n\ndef test_it():\n    with pytest.raises(ValueError):\n        kept(x=wf(x=0))\n"
    made = planned(tmp_path, source)
    assert made["stays.py"].left and "test_it.py" not in made


@pytest.mark.parametrize(("name", "kind"), [("test_it.py", "test"), ("main.py", "")])
def test_what_cannot_be_written_is_told_with_the_file_that_is_called(tmp_path: Path, name: str, kind: str) -> None:
    source = "from flows import wf\n\n\ndef main():\n    try:\n        wf(x=0)\n    except ValueError:\n        pass\n"
    made = planned(tmp_path, source, name)
    assert name not in made
    told = [note for note in made["flows.py"].notes if note.message.startswith(f"{name} (line 7): `except ValueError`")]
    assert [note.kind for note in told] == [kind]


def test_a_part_that_cannot_be_written_leaves_the_others(tmp_path: Path) -> None:
    source = "import pytest\nfrom flows import wf\n\n\ndef test_it():\n    with pytest.raises(ValueError):\n        wf(x=0)\n    with pytest.raises(TypeError):\n        wf(x=0)\n"
    plan = planned(tmp_path, source)["test_it.py"]
    assert apply_edits(source, plan.edits).count(ERROR) == 1
    assert any("expect that" in note.message for note in plan.notes)
