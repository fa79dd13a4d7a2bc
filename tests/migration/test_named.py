"""What tasks of other files give: classes that a third file defines, which may be NamedTuples."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration.foreign import NAMED
from flyteshift.migration.results import FOREIGN
from flyteshift.migration.unit import plan_files
from flyteshift.text import apply_edits
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings

TASKS = "from flytekit import task\nfrom {0} import {1}\n\n\n@task\ndef mk(n: int) -> {1}: ...\n\n\n@task\ndef show(n: int) -> int:\n    return n\n"
FLOW = "from flytekit import workflow\n{0}\n\n\n@workflow\ndef w(n: int) -> int:\n    out = {1}mk(n=n)\n    return {1}show(n=out.size)\n"
KINDS = """\
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from elsewhere import Unseen


class Pair(NamedTuple):
    size: int
    more: int


class Longer(Pair): ...


@dataclass
class Data:
    size: int


class Child(Data): ...


class Odd(Unseen): ...
"""


def after(folder: Path, kind: str, line: str = "from tasks import mk, show", prefix: str = "", **more: str) -> str:
    """The workflow after the migration, or why it or its tasks stay."""
    sources = {"kinds": KINDS, "tasks": TASKS.format("kinds", kind), "flow": FLOW.format(line, prefix), **more}
    for name, source in sources.items():
        (folder / f"{name}.py").parent.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(source, "utf-8")
    paths = [folder / f"{name}.py" for name in sources]
    plan = plan_files(paths, Project(root=folder), Settings(root=folder))[folder / "flow.py"]
    return apply_edits(sources["flow"], plan.edits) if plan.edits else "\n".join(o.message for o in plan.left)


def test_the_names_of_a_third_files_named_tuple_are_given_back(tmp_path: Path) -> None:
    flow = after(tmp_path, "Pair")
    assert "out = Pair(*mk(n=n))" in flow and "Pair" in flow.partition("\n\n")[0]


def test_one_whose_fields_do_not_show_is_refused(tmp_path: Path) -> None:
    assert NAMED.format("mk", "tasks.py") in after(tmp_path, "Longer")


@pytest.mark.parametrize(
    ("package", "written"),
    [
        ("from tasks import mk, show, Pair\n", "steps.Pair(*steps.mk(n=n))"),
        ("from tasks import mk, show\n", "Pair(*steps.mk(n=n))"),
    ],
)
def test_they_are_read_off_a_package_that_has_them(tmp_path: Path, package: str, written: str) -> None:
    flow = after(tmp_path, "Pair", "import steps", "steps.", **{"steps/__init__": package})
    assert f"out = {written}" in flow


@pytest.mark.parametrize("kind", ["Data", "Child"])
def test_the_fields_of_a_third_files_dataclass_stay(tmp_path: Path, kind: str) -> None:
    assert "    out = mk(n=n)\n    return show(n=out.size)\n" in after(tmp_path, kind)


@pytest.mark.parametrize("kind", ["Odd", "Missing"])
def test_fields_of_a_class_that_may_be_a_named_tuple_are_refused(tmp_path: Path, kind: str) -> None:
    assert FOREIGN.format(kind, "mk") in after(tmp_path, kind)
