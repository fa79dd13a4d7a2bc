"""Units of several modules give under Flyte 2 what they gave under Flyte 1, imported as packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.workspace.settings import Settings
from tests.migration.cross import PROJECTS, Sample, migrated

NAMES = sorted(path.stem for path in PROJECTS.glob("*.txt"))


@pytest.mark.sdk
@pytest.mark.parametrize(("name", "form"), [*((name, "parallel") for name in NAMES), ("package", "sequential")])
def test_a_unit_gives_what_it_gave(tmp_path: Path, name: str, form: str) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    sample = Sample.read(name)
    sample.write(tmp_path)
    before = sample.outcome(tmp_path, "1")
    plans = migrated(tmp_path, sample, Settings(root=tmp_path, orchestration=form))
    assert not {name: [o.message for o in plan.left] for name, plan in plans.items() if plan.left}
    assert sample.outcome(tmp_path, "2") == before
    again = migrated(tmp_path, sample, Settings(root=tmp_path, orchestration=form))
    assert not [name for name, plan in again.items() if plan.edits or plan.left]


def test_imports_in_several_ways_that_do_not_lead_to_one_task_are_refused(tmp_path: Path) -> None:
    flow = "from flytekit import workflow\ntry:\n    from .steps import f\nexcept ImportError:\n    from other import f\n\n\n@workflow\ndef w(n: int) -> int:\n    return f(n=n)\n"
    step = "from flytekit import task\n\n\n@task\ndef f(n: int) -> int:\n    return n\n"
    sample = Sample({"flow.py": flow, "steps.py": step, "other.py": step}, ())
    sample.write(tmp_path)
    left = migrated(tmp_path, sample)["flow.py"].left
    assert left and "imported in several ways" in left[0].message


def test_an_import_in_a_function_that_breaks_a_circle_stays_there(tmp_path: Path) -> None:
    flow = "from flytekit import workflow\n\nLIMIT = 3\n\n\n@workflow\ndef w(n: int) -> int:\n    from steps import f\n\n    return f(n=n)\n"
    step = (
        "from flytekit import task\n\nfrom flow import LIMIT\n\n\n@task\ndef f(n: int) -> int:\n    return n + LIMIT\n"
    )
    sample = Sample({"flow.py": flow, "steps.py": step}, ())
    sample.write(tmp_path)
    assert migrated(tmp_path, sample)["flow.py"].left


def test_a_function_that_other_files_call_starts_flyte_outside_of_runs_only(tmp_path: Path) -> None:
    sample = Sample.read("read_files")
    sample.write(tmp_path)
    migrated(tmp_path, sample)
    for file, head in (("helpers.py", "-> File:\n    "), ("kinds.py", "folder: Path):\n        ")):
        assert f"{head}if not flyte.ctx():\n" in (tmp_path / file).read_text("utf-8")
        assert "    flyte.init()\n" in (tmp_path / file).read_text("utf-8")
