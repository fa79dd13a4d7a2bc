"""Flyte 1 that files hand on to each other: who takes its decorators from another file uses Flyte 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration import Plan
from flyteshift.migration.reexported import MADE, TAKEN
from flyteshift.migration.unit import plan_files
from flyteshift.text import apply_edits
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings

STEPS = "from flytekit import task\n\n\n@task\ndef step(x: int) -> int:\n    return x + 1\n"
FLOW = "from compat import {0}\nfrom steps import step\n\n\n@{1}\ndef flow(n: int) -> int:\n    return step(x=n)\n"
GUARDED = "try:\n    from flytekit import workflow\nexcept ImportError:\n    workflow = lambda f: f\n"


def plans(folder: Path, only: str | None = None, **sources: str) -> dict[str, Plan]:
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, "utf-8")
    every = [folder / f"{name}.py" for name in sources]
    asked = [path for path in every if only in (None, path.stem)]
    made = plan_files(asked, Project(root=folder), Settings(root=folder), [p for p in every if p not in asked])
    return {path.stem: plan for path, plan in made.items()}


def said(plan: Plan) -> list[str]:
    return [each.message for each in plan.left]


def test_a_name_of_flytekit_by_way_of_a_file_is_imported_from_flytekit_itself(tmp_path: Path) -> None:
    made = plans(
        tmp_path,
        compat="import os\n\nfrom flytekit import task, workflow\n\nROOT = os.curdir\n",
        steps=STEPS,
        flow=FLOW.format("ROOT, workflow", "workflow"),
    )
    assert not any(plan.left for plan in made.values())
    flow = apply_edits((tmp_path / "flow.py").read_text(), made["flow"].edits)
    assert "from compat import ROOT\n" in flow and "@env.task" in flow and "flytekit" not in flow
    assert "flytekit" not in apply_edits((tmp_path / "compat.py").read_text(), made["compat"].edits)


@pytest.mark.parametrize(
    ("compat", "imported", "used"),
    [
        (GUARDED, "workflow", "workflow"),
        ("from flytekit import workflow\n", "workflow as flow_of", "flow_of"),
        ("import flytekit\n\n\ndef ours(fn):\n    return flytekit.workflow(fn)\n", "ours", "ours"),
    ],
)
def test_tasks_stay_where_a_workflow_that_is_not_migrated_uses_them(
    tmp_path: Path, compat: str, imported: str, used: str
) -> None:
    """Alone: what a Flyte 1 workflow calls would run on promises."""
    made = plans(tmp_path, "steps", compat=compat, steps=STEPS, flow=FLOW.format(imported, used))
    assert "flow.py" in said(made["steps"])[0] and not made["steps"].edits


def test_a_name_that_may_be_another_thing_is_not_taken_for_flytekits(tmp_path: Path) -> None:
    made = plans(tmp_path, compat=GUARDED, steps=STEPS, flow=FLOW.format("workflow", "workflow"))
    assert not made["steps"].edits and made["compat"].left


@pytest.mark.parametrize(
    ("compat", "used", "message"),
    [
        (GUARDED, "workflow", TAKEN.format("workflow", "compat.py")),
        (
            "import flytekit\n\n\ndef ours(fn):\n    print(fn)\n    return flytekit.workflow(fn)\n",
            "ours",
            MADE.format("ours", "compat.py"),
        ),
    ],
)
def test_a_file_with_flyte_1_of_its_own_and_of_others_is_not_half_migrated(
    tmp_path: Path, compat: str, used: str, message: str
) -> None:
    flow = STEPS + FLOW.format(used, used).replace("from steps import step\n", "")
    made = plans(tmp_path, "flow", compat=compat, flow=flow)
    assert message in said(made["flow"]) and not made["flow"].edits


def test_a_file_that_only_hands_on_such_a_name_holds_nothing_back(tmp_path: Path) -> None:
    hands = "from compat import workflow\nfrom steps import step\n\n__all__ = ['step', 'workflow']\n"
    made = plans(tmp_path, "steps", compat="from flytekit import workflow\n", steps=STEPS, api=hands)
    assert made["steps"].edits and not made["steps"].left


SETTINGS = "from flytekit import ImageSpec\n\n\nclass Settings:\n    IMAGE = ImageSpec(name='a')\n    RETRIES = 2\n\n\nsettings = Settings()\n"
USER = "from flytekit import task\nfrom compat import settings, Settings\n\n\n@task({0})\ndef f(n: int) -> int:\n    return n\n"


@pytest.mark.parametrize("of", ["Settings", "settings"])
def test_a_class_stays_while_a_file_that_stays_uses_its_image(tmp_path: Path, of: str) -> None:
    user = USER.format(f"container_image={of}.IMAGE") + "\n\nimport flytekit\nflytekit.FlyteContextManager.push\n"
    made = plans(tmp_path, compat=SETTINGS, user=user)
    assert made["user"].left and not made["compat"].edits
    assert f"`{of}` is used by user.py, which stays Flyte 1" in said(made["compat"])[0]


def test_a_class_whose_plain_fields_are_used_moves(tmp_path: Path) -> None:
    user = USER.format("retries=Settings.RETRIES") + "\n\nimport flytekit\nflytekit.FlyteContextManager.push\n"
    made = plans(tmp_path, compat=SETTINGS, user=user)
    assert made["user"].left and made["compat"].edits
