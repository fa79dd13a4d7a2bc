"""What is said of all workflows of a folder, and what is migrated together."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.features import readiness, units
from flyteshift.features.readiness import Readiness
from flyteshift.features.units import Changes, Unit
from flyteshift.workspace.gather import Gatherer
from flyteshift.workspace.index import Index
from flyteshift.workspace.settings import load
from flyteshift.workspace.workers import Worker, WorkerError

READY = """\
from flytekit import task, workflow


@task
def double(x: int) -> int:
    return x * 2


@workflow
def main(x: int = 3) -> int:
    return double(x=double(x=x))
"""
STOPS = """

from flytekit import reference_task


@reference_task(project="p", domain="d", name="n", version="v")
def elsewhere() -> None: ...
"""
REFERRING = """\
from flytekit import reference_task, task, workflow


@reference_task(project="p", domain="d", name="n", version="v")
def elsewhere() -> None: ...


@task
def double(x: int) -> int:
    return x * 2


@workflow
def good(x: int = 3) -> int:
    return double(x=x)


@workflow
def bad() -> None:
    elsewhere()
    elsewhere()
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


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def indexed(folder: Path, opened: dict[str, str] | None = None, **files: str) -> Index:
    """The index of a folder with these files; `__` in a name stands for a slash."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Gatherer(folder, load(folder)[0], opened or {}).build()


def found(folder: Path, opened: dict[str, str] | None = None, **files: str) -> list[Readiness]:
    """The workflows of such a folder."""
    index, made = indexed(folder, opened, **files), {}
    for group in readiness.groups(index):
        question = readiness.question(index, group, load(folder)[0], opened or {})
        made |= readiness.restored(readiness.plans(question))
    states = [readiness.readiness(index, place, made) for place in readiness.workflows(index)]
    return [each for each in states if each is not None]


def states(found: list[Readiness]) -> dict[str, str]:
    return {each.place.name: each.state for each in found}


def changed(index: Index, group: list[str]) -> Changes:
    question = units.question(index, group, load(Path(index.roots[0]))[0], {})
    return units.restored(units.changes(question))


def unit(index: Index, name: str, *, of: str = "main") -> Unit | None:
    return units.unit(index, str(Path(index.roots[0]) / f"{name}.py"), of)


def test_a_workflow_that_can_be_migrated_is_ready(tmp_path: Path) -> None:
    (workflow,) = found(tmp_path, flows=READY)
    assert (workflow.place.name, workflow.defined.kind, workflow.state, len(workflow.tasks)) == (
        "main",
        "workflow",
        "ready",
        1,
    )


def test_one_workflow_of_a_file_can_be_ready_while_another_needs_you(tmp_path: Path) -> None:
    assert states(found(tmp_path, flows=REFERRING)) == {"good": "ready", "bad": "needs you"}


def test_a_workflow_is_not_ready_while_what_uses_it_or_its_tasks_needs_you(tmp_path: Path) -> None:
    planned = (
        'from flytekit import LaunchPlan\nlp = LaunchPlan.get_or_create(good, name="lp", default_inputs={"x": 1}, '
    )
    planned += 'schedule=CronSchedule(schedule="@daily"), kickoff=1)\n'
    shared = REFERRING.replace("    elsewhere()\n    elsewhere()", "    elsewhere()\n    double(x=1)")
    assert states(found(tmp_path / "a", flows=REFERRING + "\n\n" + planned))["good"] == "needs you"
    assert states(found(tmp_path / "b", flows=shared)) == {"good": "needs you", "bad": "needs you"}


def test_needs_say_where_they_are(tmp_path: Path) -> None:
    bad = next(each for each in found(tmp_path, flows=REFERRING) if each.place.name == "bad")
    assert bad.needs
    assert any("reference_task" in REFERRING[need.start : need.end] for need in bad.needs)


def test_flyte_2_tasks_that_call_others_are_migrated_workflows(tmp_path: Path) -> None:
    (workflow,) = found(tmp_path, flows=MIGRATED)
    assert (workflow.place.name, workflow.state, len(workflow.tasks)) == ("main", "done", 1)


def test_tasks_of_other_files_count_as_well(tmp_path: Path) -> None:
    caller = MIGRATED.replace("def double", "def other").replace(
        "import flyte\n", "import flyte\nfrom tasks import double\n"
    )
    assert states(found(tmp_path, tasks=MIGRATED, flows=caller))["main"] == "done"


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
    assert found(tmp_path, flows=text) == []


APART = {
    "tasks": READY.partition("\n\n@workflow")[0].replace(", workflow", "") + "\n",
    "flows": "from flytekit import workflow\n\nfrom tasks import double\n\n\n@workflow\ndef main(x: int) -> int:\n    return double(x=x)\n",
}


def test_files_that_import_each_other_are_planned_together(tmp_path: Path) -> None:
    assert states(found(tmp_path, **APART)) == {"main": "ready"}
    together = unit(indexed(tmp_path), "flows")
    assert together is not None
    assert [Path(each).name for each in together.files] == ["flows.py", "tasks.py"]
    assert together.title == "Migrate workflow `main` with everything it calls (2 modules)"
    made = changed(indexed(tmp_path), [*together.files, *together.others])
    assert units.missing(together, made) == ""
    assert {each.path.name for each in made.files} == {"tasks.py", "flows.py"}


def test_who_uses_the_same_tasks_goes_along(tmp_path: Path) -> None:
    other = APART["flows"].replace("def main", "def other")
    together = unit(
        indexed(
            tmp_path,
            **APART,
            more=other,
            test_main="from flows import main\n\n\ndef test_it():\n    assert main(x=1) == 2\n",
        ),
        "flows",
    )
    assert together is not None
    assert [Path(each).name for each in together.others] == ["more.py"]
    assert "2 modules, and 1 that uses them" in together.title


def test_the_file_of_a_task_takes_its_users_along(tmp_path: Path) -> None:
    together = unit(indexed(tmp_path, **APART), "tasks", of="")
    assert together is not None
    assert together.title == "Migrate this module with the 1 that belongs to it"


def test_a_workflow_of_one_file_is_no_unit(tmp_path: Path) -> None:
    assert unit(indexed(tmp_path, flows=READY, other=READY), "flows") is None
    assert unit(indexed(tmp_path, tasks=MIGRATED.replace("async ", ""), flows=APART["flows"]), "flows") is None


def test_a_unit_says_what_stands_in_its_way_and_where(tmp_path: Path) -> None:
    stays = APART["tasks"] + STOPS
    index = indexed(tmp_path, tasks=stays, flows=APART["flows"])
    together = unit(index, "flows")
    assert together is not None
    made = changed(index, [*together.files, *together.others])
    assert made.files == ()
    line = stays[: stays.index("@reference_task(")].count("\n") + 1
    assert units.missing(together, made).startswith(f"tasks.py, line {line}: ")


def test_environments_of_files_of_one_name_are_told_apart_also_in_other_units(tmp_path: Path) -> None:
    index = indexed(tmp_path, a__flows=READY, b__flows=READY)
    for folder in "ab":
        (made,) = changed(index, [str(tmp_path / folder / "flows.py")]).files
        assert any(f'name="{folder}_flows"' in edit.text for edit in made.edits)


def test_excluded_folders_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.flyteshift]\nexclude = ['old']\n", "utf-8")
    assert found(tmp_path, old__flows=READY, build__flows=READY) == []


def test_an_open_text_counts_in_the_place_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "flows.py").write_text(READY, "utf-8")
    opened = {str(tmp_path / "flows.py"): READY.replace("def main", "def renamed")}
    assert states(found(tmp_path, opened)) == {"renamed": "ready"}
    assert found(tmp_path, {str(tmp_path / "flows.py"): ""}) == []


def test_a_fault_in_planning_one_file_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flyteshift.migration import unit as module
    from flyteshift.migration.unit import PlanError, plan_files

    def fails(paths, *rest):
        for path in paths:
            if path.name == "tasks.py":
                raise PlanError(path) from ValueError("no")
        return plan_files(paths, *rest)

    monkeypatch.setattr(module, "plan_files", fails)
    assert states(found(tmp_path, **APART, single=READY.replace("main", "single"))) == {
        "main": "unknown",
        "single": "ready",
    }
    index = indexed(tmp_path)
    assert changed(index, [str(tmp_path / "tasks.py"), str(tmp_path / "flows.py")]).files == ()


def test_the_worker_gives_what_the_function_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("json", "pickle"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported')\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    index = indexed(tmp_path, **APART)
    group = [str(tmp_path / "flows.py"), str(tmp_path / "tasks.py")]
    question = units.question(index, group, load(tmp_path)[0], {})
    worker = Worker()
    try:
        assert units.restored(worker.call(units.CHANGES, question)) == changed(index, group)
        with pytest.raises(WorkerError):
            worker.call(units.CHANGES, {})
    finally:
        worker.end()


def test_flyte_1_that_calls_what_is_flyte_2_by_now_is_told_the_ways_out(tmp_path: Path) -> None:
    tasks = MIGRATED.partition("\n\n@env.task\nasync")[0] + "\n"
    flows = READY.partition("@task")[0] + "from tasks import double\n\n\n@workflow" + READY.partition("@workflow")[2]
    (workflow,) = found(tmp_path, tasks=tasks, flows=flows)
    assert (workflow.state, [place.name for place in workflow.beyond]) == ("ready", ["double"])
    assert workflow.ways_out.startswith("`double` is Flyte 2 by now, which Flyte 1 cannot run: migrate `main` too, ")
    assert "bridging task" in workflow.ways_out
    assert readiness.title(workflow).endswith("ready to migrate, calls Flyte 2")


def test_the_body_of_a_flyte_1_task_may_call_it(tmp_path: Path) -> None:
    tasks = MIGRATED.partition("\n\n@env.task\nasync")[0] + "\n"
    flows = "from flytekit import task, workflow\n\nfrom tasks import double\n\n\n@task\ndef f(x: int) -> int:\n    return double(x)\n\n\n@workflow\ndef main(x: int) -> int:\n    return f(x=x)\n"
    (workflow,) = found(tmp_path, tasks=tasks, flows=flows)
    assert (workflow.beyond, workflow.ways_out) == ((), "")


def test_a_test_that_has_to_be_rewritten_holds_no_workflow_back(tmp_path: Path) -> None:
    user = "from flytekit.remote import FlyteRemote\n\nfrom flows import main\n\n\ndef test_main(remote: FlyteRemote) -> None:\n    remote.fetch(main)\n"
    (workflow,) = found(tmp_path / "a", flows=READY, test_flows=user)
    assert (workflow.state, len(workflow.tests)) == ("ready", 1)
    assert readiness.title(workflow) == "1 task, ready to migrate, 1 use in tests to rewrite"
    (workflow,) = found(tmp_path / "b", flows=READY, helpers=user)
    assert (workflow.state, len(workflow.tests)) == ("needs you", 0)


SMALL = "from functools import partial\n\nfrom flytekit import task\n\nsmall = partial(task, retries=2)\n"
SMALL_TASK = "from base import small\n\n\n@small\ndef double(x: int) -> int:\n    return 2 * x\n"
FLOW = "from flytekit import workflow\nfrom tasks import double\n\n\n@workflow\ndef main(x: int) -> int:\n    return double(x=x)\n"


def test_a_task_that_a_decorator_of_another_file_makes_is_ready_with_its_workflow(tmp_path: Path) -> None:
    files = {"base": SMALL, "tasks": SMALL_TASK, "flow": FLOW}
    assert states(found(tmp_path, **files)) == {"main": "ready"}
    index = indexed(tmp_path, **files)
    made = changed(index, [str(tmp_path / f"{name}.py") for name in files])
    assert {change.path.stem for change in made.files} == {*files}


def test_a_decorator_that_does_not_show_keeps_its_tasks_and_their_workflow(tmp_path: Path) -> None:
    files = {"base": SMALL.replace("retries=2", "retries=level()"), "tasks": SMALL_TASK, "flow": FLOW}
    assert states(found(tmp_path, **files)) == {"main": "needs you"}


HELD = """\
from dataclasses import dataclass

from flytekit import task
from flytekit.types.file import FlyteFile


@dataclass
class Model:
    weights: FlyteFile


@task
def make() -> Model:
    return Model(FlyteFile("w.txt"))
"""
READER = "from {0} import Model\n\n\ndef read(model: Model) -> str:\n    return open(model.weights).read()\n"


@pytest.mark.parametrize(
    "files",
    [
        {"reader.py": READER.format("types_")},
        {"pkg/__init__.py": "from types_ import Model\n", "pkg/reader.py": READER.format(".")},
        {"api.py": "from types_ import *\n", "reader.py": READER.format("api")},
    ],
)
def test_files_without_flyte_that_take_its_files_for_paths_hold_a_class_back(
    tmp_path: Path, files: dict[str, str]
) -> None:
    """However they come by the class."""
    (tmp_path / "pkg").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    made = changed(indexed(tmp_path, types_=HELD), [str(tmp_path / "types_.py")])
    assert not made.files and "reader.py, which takes its Flyte files for paths" in made.left[0].message


def test_files_that_import_something_else_do_not(tmp_path: Path) -> None:
    other = READER.format("others").replace("Model", "Other")
    made = changed(
        indexed(tmp_path, types_=HELD, others="class Other: ...\n", reader=other), [str(tmp_path / "types_.py")]
    )
    assert [each.path.name for each in made.files] == ["types_.py"] and not made.left
