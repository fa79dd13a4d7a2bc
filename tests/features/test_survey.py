"""What is said of all workflows of a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.features import survey_worker
from flyteshift.features.survey import Survey, survey
from flyteshift.workspace.settings import Settings, load

READY = """\
from flytekit import task, workflow


@task
def double(x: int) -> int:
    return x * 2


@workflow
def main(x: int = 3) -> int:
    return double(x=double(x=x))
"""
STOPS = '\n\nfrom flytekit.extras.tasks.shell import ShellTask\nshell = ShellTask(name="s", script="echo")\n'
SHELL = """\
from flytekit import task, workflow
from flytekit.extras.tasks.shell import ShellTask

shell = ShellTask(name="s", script="echo")


@task
def double(x: int) -> int:
    return x * 2


@workflow
def good(x: int = 3) -> int:
    return double(x=x)


@workflow
def bad() -> None:
    shell()
    shell()
"""
MIGRATED = """\
import flyte

env = flyte.TaskEnvironment(name="flows")


@env.task
def double(x: int) -> int:
    return x * 2


@env.task
async def main(x: int = 3) -> int:
    return double(x)
"""


def found(folder: Path, **files: str) -> Survey:
    """A survey of a folder with these files; `__` in a name stands for a slash."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return survey(folder, load(folder)[0])


def states(found: Survey) -> dict[str, str]:
    return {each.name: each.state for each in found.workflows}


def test_a_workflow_that_can_be_migrated_is_ready(tmp_path: Path) -> None:
    (workflow,) = found(tmp_path, flows=READY).workflows
    assert (workflow.name, workflow.kind, workflow.state, workflow.calls) == ("main", "workflow", "ready", 1)
    assert READY[slice(*workflow.span)] == "main"
    assert READY[: workflow.span.start].endswith("def ")


def test_one_workflow_of_a_file_can_be_ready_while_another_needs_you(tmp_path: Path) -> None:
    assert states(found(tmp_path, flows=SHELL)) == {"good": "ready", "bad": "needs you"}


def test_reasons_say_what_is_in_the_way_once_and_where(tmp_path: Path) -> None:
    surveyed = found(tmp_path, flows=SHELL)
    bad = next(each for each in surveyed.workflows if each.name == "bad")
    messages = [reason.message for reason in bad.reasons]
    assert messages and len(messages) == len(set(messages))
    assert any(
        "ShellTask" in SHELL[slice(*reason.span)] or "shell" in SHELL[slice(*reason.span)] for reason in bad.reasons
    )
    assert not surveyed.edits


def test_flyte_2_tasks_that_call_others_are_migrated_workflows(tmp_path: Path) -> None:
    (workflow,) = found(tmp_path, flows=MIGRATED).workflows
    assert (workflow.name, workflow.state, workflow.calls) == ("main", "migrated", 1)
    assert MIGRATED[slice(*workflow.span)] == "main"


def test_tasks_of_other_files_count_as_well(tmp_path: Path) -> None:
    caller = MIGRATED.replace("def double", "def other").replace(
        "import flyte\n", "import flyte\nfrom tasks import double\n"
    )
    assert states(found(tmp_path, tasks=MIGRATED, flows=caller)) == {"main": "migrated"}


@pytest.mark.parametrize(
    "text",
    [
        "import os\n\n\ndef main():\n    return 1\n",
        "from prefect import flow, task\n\n\n@task\ndef f(): ...\n\n\n@flow\ndef main():\n    f()\n",
        "from flytekit import task\n\n\n@task\ndef alone() -> int:\n    return 1\n",
        "import flyte\n\nenv = flyte.TaskEnvironment(name='x')\n\n\n@env.task\ndef alone() -> int:\n    return 1\n",
        "class Env:\n    def task(self, f):\n        return f\n\n\nenv = Env()  # flyte\n\n\n@env.task\ndef f(): ...\n\n\n@env.task\ndef main():\n    f()\n",
        "from flytekit import task\n\n@task(\n",
        "",
    ],
)
def test_what_is_no_workflow_is_not_listed(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, flows=text).workflows == []


def test_files_that_import_each_other_are_planned_together(tmp_path: Path) -> None:
    tasks = READY.partition("\n\n@workflow")[0].replace(", workflow", "") + "\n"
    flows = "from flytekit import workflow\n\nfrom tasks import double\n\n\n@workflow\ndef main(x: int) -> int:\n    return double(x=x)\n"
    both = found(tmp_path, tasks=tasks, flows=flows)
    assert states(both) == {"main": "ready"}
    assert {path.name for path in both.edits} == {"tasks.py", "flows.py"}


def test_a_file_whose_user_stays_flyte_1_stays_too(tmp_path: Path) -> None:
    tasks = READY.partition("\n\n@workflow")[0].replace(", workflow", "") + "\n"
    flows = SHELL.replace("@task\ndef double(x: int) -> int:\n    return x * 2\n\n\n", "").replace(
        "workflow\n", "workflow\nfrom tasks import double\n", 1
    )
    both = found(tmp_path, tasks=tasks, flows=flows)
    assert not both.edits
    assert all(plan.left for plan in both.plans.values())


def test_excluded_folders_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.flyteshift]\nexclude = ['old']\n", "utf-8")
    assert found(tmp_path, old__flows=READY, build__flows=READY).workflows == []


def test_an_open_text_counts_in_the_place_of_its_file(tmp_path: Path) -> None:
    found(tmp_path, flows=READY)
    opened = {tmp_path / "flows.py": READY.replace("def main", "def renamed")}
    assert states(survey(tmp_path, Settings(root=tmp_path), opened)) == {"renamed": "ready"}
    assert survey(tmp_path, Settings(root=tmp_path), {tmp_path / "flows.py": ""}).workflows == []


def test_a_fault_in_planning_one_file_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flyteshift.features import survey as module
    from flyteshift.migration.unit import PlanError, plan_files

    def fails(paths, *rest):
        for path in paths:
            if path.name == "broken.py":
                raise PlanError(path) from ValueError("no")
        return plan_files(paths, *rest)

    monkeypatch.setattr(module, "plan_files", fails)
    broken = (
        READY.replace("def main", "def other").replace("def double", "def triple").replace("double(x=", "triple(x=")
    )
    seen = found(tmp_path, flows=READY, broken=broken)
    assert states(seen)["main"] == "ready"
    assert {path.name for path in seen.edits} == {"flows.py"}


def test_the_worker_gives_what_the_function_gives(tmp_path: Path) -> None:
    here = found(tmp_path, flows=READY, other=SHELL, new=MIGRATED)
    (there,) = survey_worker.ask([survey_worker.Job(tmp_path, load(tmp_path)[0], {})])
    assert there == here


def test_modules_of_the_surveyed_folder_are_never_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('imported')\n", "utf-8")
    (tmp_path / "pickle.py").write_text("raise SystemExit('imported')\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    (there,) = survey_worker.ask([survey_worker.Job(tmp_path, Settings(root=tmp_path), {})])
    assert there.workflows == []


def test_a_worker_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="survey ended"):
        survey_worker.ask([survey_worker.Job(None, None, None)])  # type: ignore[arg-type]
