"""Planning on several cores gives what planning on one gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration import several
from flyteshift.migration.plan import Plan
from flyteshift.migration.unit import PlanError, plan_files
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings
from tests.migration.cross import Sample
from tests.migration.test_unit import FLOW, TASKS

SECRET = "from flytekit import Secret, task\n\n\n@task(secret_requests=[Secret(group='g', key='k', env_var='{0}')])\ndef f{0}() -> int:\n    return 1\n"
READS = "from flytekit import current_context, task\n\n\n@task\ndef g() -> str:\n    return current_context().secrets.get('g', 'k')\n"


@pytest.fixture
def workspace(tmp_path: Path) -> dict[Path, str]:
    """Projects that have nothing to do with each other, files alike among them; the texts of all."""
    for name in ("chain", "helpers", "plans", "scripts"):
        (tmp_path / name).mkdir()
        Sample.read(name).write(tmp_path / name)
    sources = {"one/tasks.py": TASKS, "one/flow.py": FLOW, "two/tasks.py": TASKS, "two/flow.py": FLOW,
               "a.py": SECRET.format("a"), "b.py": SECRET.format("b"), "c.py": READS, "plain.py": "import os\n"}  # fmt: skip
    for name, source in sources.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source, "utf-8")
    return {path: path.read_text("utf-8") for path in sorted(tmp_path.rglob("*.py"))}


def told(plans: dict[Path, Plan]) -> list[object]:
    return [(path, plan.edits, plan.done, plan.left, plan.notes) for path, plan in plans.items()]


@pytest.fixture
def cores(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Two cores, and any number of files pays; how many questions were asked of workers."""
    asked: list[int] = []
    monkeypatch.setattr(several, "ALONE", 1)
    monkeypatch.setattr(several, "cores", lambda: 2)
    real = several.run_all
    monkeypatch.setattr(
        several, "run_all", lambda f, questions, n: asked.append(len(questions)) or real(f, questions, n)
    )
    return asked


def test_workers_give_the_same_in_the_same_order(workspace: dict[Path, str], tmp_path: Path, cores: list[int]) -> None:
    settings, paths = Settings(root=tmp_path), [*workspace]
    users = [path for path in paths if path.name.startswith("test_")]
    asked = [path for path in paths if path not in users]
    alone = plan_files(asked, Project(root=tmp_path), settings, users)
    assert told(several.plan_many(asked, workspace, settings, users)) == told(alone)
    assert cores and cores[0] > 4
    assert any(plan.edits for plan in alone.values()) and any(plan.left for plan in alone.values())


def test_the_texts_that_were_read_count(workspace: dict[Path, str], tmp_path: Path, cores: list[int]) -> None:
    path = tmp_path / "one/tasks.py"
    path.write_text("x = 1\n", "utf-8")
    assert several.plan_many([*workspace], workspace, Settings(root=tmp_path))[path].edits


def test_a_fault_shows_as_it_does_on_one_core(
    workspace: dict[Path, str], tmp_path: Path, cores: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(several, "run_all", lambda *_: iter(()))
    monkeypatch.setattr("flyteshift.migration.unit.plan_module", lambda *_: 1 / 0)
    with pytest.raises(PlanError):
        several.plan_many([*workspace], workspace, Settings(root=tmp_path))


def test_few_files_start_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "run_all", lambda *_: pytest.fail("asked"))
    path = tmp_path / "tasks.py"
    assert several.plan_many([path], {path: TASKS}, Settings(root=tmp_path))[path].edits


def test_files_are_grouped_by_what_they_import_and_by_secrets(workspace: dict[Path, str], tmp_path: Path) -> None:
    groups = several.groups(workspace, Project(root=tmp_path))
    named = [{path.relative_to(tmp_path).as_posix() for path in group} for group in groups]
    assert {"a.py", "b.py", "c.py"} in named and {"one/tasks.py", "one/flow.py"} in named and {"plain.py"} in named
    assert sum(map(len, named)) >= len(workspace)
