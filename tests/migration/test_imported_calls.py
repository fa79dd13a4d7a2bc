"""Calls of what other modules have, in the bodies of workflows: which are plain, and which may be tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration.promises import FOREIGN, INSTALLED, ONCE
from tests.migration.test_unit import plans

FLOW = """\
from flytekit import task, workflow

{line}


@task
def double(n: int) -> int:
    return n * 2


@workflow
def wf() -> int:
    return double(n={name}(3){more})
"""


def flow(line: str, name: str, more: str = "") -> str:
    return FLOW.format(line=line, name=name, more=more)


SIZES = """\
from dataclasses import dataclass


@dataclass
class Sizes:
    n: int


def size(n: int) -> int:
    return n + 1


def kept(function):
    return function


@kept
def decorated(n: int) -> int:
    return n


chosen = kept(size)
"""


@pytest.mark.parametrize(
    ("line", "name", "more"),
    [
        ("from sizes import size", "size", ""),
        ("from sizes import Sizes", "Sizes", ".n"),
        ("import sizes", "sizes.size", ""),
        ("from sizes import size as largest", "largest", ""),
    ],
)
def test_classes_and_functions_of_modules_without_flyte_are_no_tasks(
    line: str, name: str, more: str, tmp_path: Path
) -> None:
    made = plans(tmp_path, sizes=SIZES, flow=flow(line, name, more))["flow"]
    assert not made.left
    assert ONCE in [note.message for note in made.notes]


def test_what_an_installed_package_has_is_told_to_the_reviewer(tmp_path: Path) -> None:
    made = plans(tmp_path, flow=flow("from numpy import int64", "int64"))["flow"]
    assert not made.left
    assert INSTALLED.format("int64") in [note.message for note in made.notes]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("from sizes import decorated", "decorated"),
        ("from sizes import chosen", "chosen"),
        ("from sizes import missing", "missing"),
        ("from .numpy import int64", "int64"),
    ],
)
def test_what_may_be_a_task_is_refused(line: str, name: str, tmp_path: Path) -> None:
    made = plans(tmp_path, sizes=SIZES, flow=flow(line, name))["flow"]
    assert FOREIGN.format(name) in [o.message for o in made.left]


def test_a_folder_of_the_name_means_that_the_package_is_not_installed(tmp_path: Path) -> None:
    (tmp_path / "numpy").mkdir()
    made = plans(tmp_path, flow=flow("from numpy import int64", "int64"))["flow"]
    assert FOREIGN.format("int64") in [o.message for o in made.left]


def test_a_function_that_may_run_tasks_is_refused(tmp_path: Path) -> None:
    tasks = "from flytekit import task\n\n\n@task\ndef load(n: int) -> int:\n    return n\n"
    helpers = "from tasks import load\n\n\ndef size(n: int) -> int:\n    return load(n=n)\n"
    made = plans(tmp_path, tasks=tasks, helpers=helpers, flow=flow("from helpers import size", "size"))["flow"]
    assert FOREIGN.format("size") in [o.message for o in made.left]
