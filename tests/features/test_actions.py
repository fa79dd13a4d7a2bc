"""Code actions: cheap to list, exact when chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.features import actions as feature
from flyteshift.features.actions import MIGRATE_MODULE, Action, Change, actions, resolve
from flyteshift.features.neighbours import Neighbours
from flyteshift.migration.plan import Plan
from flyteshift.migration.review import changes_behaviour
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, Span, apply_edits
from flyteshift.workspace.gather import Gatherer
from flyteshift.workspace.settings import Settings
from tests.migration.test_partial import SOURCE, TRAIN

GOOD = "from flytekit import task\n\n\n@task\ndef f(a: int) -> int:\n    return a\n"
BAD = GOOD + "\n\nt = f\nfrom flytekit import map_task\n"
BRANCHES = GOOD.replace("import task", "import task, workflow") + (
    "\n\n@workflow\ndef w() -> int:\n    a = f(a=1)\n    b = f(a=2)\n    return b\n"
)
MODULE = "Migrate this module to Flyte 2"
SEQUENTIAL = Settings(orchestration="sequential")


def model(source: str, uri: str = "file:///work/jobs.py") -> Model:
    return build(Document(uri, source, 1))


def offered(source: str, offset: int = 0, settings: Settings | None = None) -> list[Action]:
    return actions(model(source), Span(offset, offset), settings)


def named(source: str, offset: int = 0, settings: Settings | None = None) -> dict[str, Action]:
    return {a.title: a for a in offered(source, offset, settings) if a.kind == "refactor.rewrite"}


def after(source: str, change: Change) -> str:
    assert not change.why_not
    return apply_edits(source, change.edits)


def test_the_module_can_be_migrated_from_anywhere() -> None:
    (action,) = offered(GOOD, GOOD.index("return"))
    assert (action.title, action.kind, action.disabled, action.preferred) == (MODULE, "refactor.rewrite", None, True)
    text = after(GOOD, resolve(model(GOOD), action.key, action.span))
    assert text.startswith('import flyte\n\nenv = flyte.TaskEnvironment(name="jobs")\n')


def test_a_finding_offers_it_as_a_quick_fix_on_its_span() -> None:
    at = GOOD.index("@task") + 2
    fix = next(a for a in offered(GOOD, at) if a.kind == "quickfix")
    assert GOOD[slice(*fix.span)] == "task"
    assert fix.preferred


def test_what_stands_in_the_way_disables_it() -> None:
    action = offered(BAD, BAD.index("@task") + 2)[0]
    assert action.disabled is not None
    assert action.disabled.startswith("Line 9: `f` is used as a value")
    change = resolve(model(BAD), action.key, action.span)
    assert (change.edits, change.why_not) == ((), action.disabled)


def test_a_disabled_action_is_no_quick_fix() -> None:
    assert [a.kind for a in offered(BAD, BAD.index("@task") + 2)] == ["refactor.rewrite", "source.fixAll.flyteshift"]


@pytest.mark.parametrize("source", ["", "x = 1\n", "import flyte\n\nenv = flyte.TaskEnvironment(name='a')\n"])
def test_nothing_is_offered_without_flyte_1(source: str) -> None:
    assert offered(source) == []


@pytest.mark.parametrize("key", ["something", "migrate-module:sideways", "migrate-part", "fix"])
def test_an_unknown_key_edits_nothing(key: str) -> None:
    assert resolve(model(GOOD), key, Span(0, 0)) == Change()


def test_long_modules_are_not_planned_when_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature, "_AT_ONCE", 10)
    monkeypatch.setattr(feature, "plan_module", lambda *_: pytest.fail("planned"))
    assert offered(GOOD)[0].disabled is None
    assert set(named(BRANCHES)) == {MODULE, f"{MODULE} (sequential)"}
    unknown = BAD.replace("map_task", "PythonInstanceTask").replace("t = f", "t = PythonInstanceTask(f)")
    assert "Line 9" in str(offered(unknown)[0].disabled)


def test_a_refusal_is_remembered_for_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature, "_AT_ONCE", 10)
    made = model(BAD)
    assert actions(made, Span(0, 0))[0].disabled is None
    change = resolve(made, "migrate-module", Span(0, 0))
    assert change.why_not
    assert actions(made, Span(0, 0))[0].disabled == change.why_not


def test_odd_uris_name_the_module_or_none() -> None:
    made = model(GOOD, "untitled:Untitled-1")
    assert 'name="untitled_1"' in after(GOOD, resolve(made, "migrate-module", Span(0, 0)))


def test_a_syntax_error_disables_everything() -> None:
    (action,) = offered(SOURCE + "def (:\n", SOURCE.index("def train"))
    assert "syntax error" in str(action.disabled)


def test_both_orchestration_forms() -> None:
    assert set(named(BRANCHES)) == {MODULE, f"{MODULE} (sequential)"}
    other = named(BRANCHES)[f"{MODULE} (sequential)"]
    assert not other.preferred
    change = resolve(model(BRANCHES), other.key, other.span)
    assert "gather" not in after(BRANCHES, change)
    assert "gather" in after(BRANCHES, resolve(model(BRANCHES), "migrate-module", Span(0, 0)))
    assert any(changes_behaviour(note) for note in change.notes)


def test_the_settings_form_comes_first() -> None:
    found = named(BRANCHES, settings=SEQUENTIAL)
    assert set(found) == {MODULE, f"{MODULE} (keep parallel branches)"}
    other = found[f"{MODULE} (keep parallel branches)"]
    assert "gather" in after(BRANCHES, resolve(model(BRANCHES), other.key, other.span, SEQUENTIAL))
    assert "gather" not in after(BRANCHES, resolve(model(BRANCHES), "migrate-module", Span(0, 0), SEQUENTIAL))


@pytest.mark.parametrize("source", [GOOD, BRANCHES.replace("f(a=2)", "f(a=a)"), BAD])
def test_one_form_where_they_do_not_differ(source: str) -> None:
    assert [a.title for a in offered(source) if "module" in a.title] == [MODULE]


@pytest.mark.parametrize(
    ("at", "title"),
    [
        ("container_image=", "Migrate `train` with its image and environment"),
        ("return helper", "Migrate `train` with its image and environment"),
        ("ImageSpec(", "Migrate `train` with its image and environment"),
        ("def wf", "Migrate workflow `wf` with the task it calls"),
        ("requests=", "Migrate workflow `wf` with the task it calls"),
    ],
)
def test_the_part_around_the_caret(at: str, title: str) -> None:
    assert set(named(SOURCE, SOURCE.index(at))) >= {MODULE, title}


@pytest.mark.parametrize("at", ["import os", "def helper", "__main__"])
def test_no_part_where_the_caret_is_in_none(at: str) -> None:
    source = SOURCE.replace("from flytekit", "import os\nfrom flytekit")
    assert [t for t in named(source, source.index(at)) if "module" not in t] == []


def test_a_part_is_what_a_finding_prefers() -> None:
    at = SOURCE.index("container_image")
    fixes = [a for a in offered(SOURCE, at) if a.kind == "quickfix"]
    assert [(a.title, a.preferred) for a in fixes] == [("Migrate `train` with its image and environment", True)]
    change = resolve(model(SOURCE), fixes[0].key, fixes[0].span)
    assert after(SOURCE, change) == TRAIN


def test_a_disputed_part_is_disabled() -> None:
    source = SOURCE.replace("(container_image=image)", "(requests=small)")
    action = named(source, source.index("def train"))["Migrate `train` with its resources and environment"]
    assert action.disabled is not None
    assert action.disabled.startswith("Line 5: `small` is used by `load` as well")
    assert resolve(model(source), action.key, action.span).why_not == action.disabled


def test_what_stands_in_the_way_of_one_part_leaves_the_other() -> None:
    source = SOURCE.replace("def wf(a: int = 1)", "def wf(*a: int)")
    found = named(source, source.index("def wf"))
    assert found[MODULE].disabled
    assert found["Migrate workflow `wf` with the task it calls"].disabled
    assert named(source, source.index("def train"))["Migrate `train` with its image and environment"].disabled is None


FLOW = "from flytekit import workflow\n\nfrom tasks import load\n\n\n@workflow\ndef wf(n: int = 3) -> int:\n    return load(n=n)\n"
OLD = "from flytekit import task\n\n\n@task\ndef load(n: int) -> int:\n    return n\n"
NEW = (
    'import flyte\n\nenv = flyte.TaskEnvironment(name="tasks")\n\n\n@env.task\ndef load(n: int) -> int:\n    return n\n'
)


def project(folder: Path, **sources: str) -> Model:
    """The files on disk; gives the model of the first."""
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    name, source = next(iter(sources.items()))
    return build(Document((folder / f"{name}.py").as_uri(), source, 1))


def migrate(made: Model, neighbours: Neighbours | None = None, settings: Settings | None = None) -> Change:
    return resolve(made, "migrate-module", Span(0, 0), settings, neighbours or Neighbours())


def indexed(folder: Path, opened: dict[Path, str] | None = None) -> Neighbours:
    """With an index of what is on disk, and documents that are open."""
    index, texts = Gatherer(folder, Settings(root=folder)).build(), opened or {}
    return Neighbours(texts.get, lambda _: [folder], lambda _: index, lambda: texts)


def test_tasks_of_files_that_are_flyte_2_are_tied_in(tmp_path: Path) -> None:
    change = migrate(project(tmp_path, flow=FLOW, tasks=NEW))
    assert "depends_on=[tasks_env]" in after(FLOW, change)


def test_tasks_of_files_that_are_flyte_1_are_refused(tmp_path: Path) -> None:
    made = project(tmp_path, flow=FLOW, tasks=OLD)
    change = migrate(made)
    assert change.why_not.startswith("Line 8: `load` comes from tasks.py, which is still Flyte 1: migrate that first")
    assert actions(made, Span(0, 0), None, Neighbours())[0].disabled == change.why_not


def test_what_changes_in_other_files_counts_at_once(tmp_path: Path) -> None:
    made, neighbours = project(tmp_path, flow=FLOW, tasks=OLD), Neighbours()
    assert actions(made, Span(0, 0), None, neighbours)[0].disabled
    (tmp_path / "tasks.py").write_text(NEW, encoding="utf-8")
    assert actions(made, Span(0, 0), None, neighbours)[0].disabled is None
    assert migrate(made, neighbours).edits


def test_open_documents_go_before_the_disk(tmp_path: Path) -> None:
    made = project(tmp_path, flow=FLOW, tasks=OLD)
    opened = Neighbours(lambda path: NEW if path.name == "tasks.py" else None)
    assert migrate(made, opened).edits


def test_workflows_that_other_files_call_stay_sync(tmp_path: Path) -> None:
    made = project(tmp_path, jobs=BRANCHES, test_jobs="from jobs import w\n\nassert w() == 2\n")
    change = migrate(made)
    assert "async" not in after(BRANCHES, change)
    assert any("test_jobs.py calls it as well" in n.message for n in change.notes)


def test_flyte_1_files_that_call_its_tasks_are_named(tmp_path: Path) -> None:
    made = project(tmp_path, tasks=OLD, flow=FLOW, other="import tasks_of_others\n")
    (note,) = migrate(made).notes
    assert note.message.startswith("flow.py still uses `load` with Flyte 1: migrate it too, keep a Flyte 1 copy")
    assert OLD[slice(*note.span)] == "@task"


@pytest.mark.parametrize(
    ("user", "told"),
    [
        (
            "from kinds import M\n\n\ndef read(m: M):\n    return open(m.file).read()\n",
            "takes its Flyte files for paths",
        ),
        ("from flytekit import task\nfrom kinds import M\n\n\n@task\ndef f(m: M): ...\n", "which is still Flyte 1"),
        ("from kinds import M\n\n\ndef made(m: M):\n    return m\n", ""),
        ("from others import M\n\n\ndef read(m: M):\n    return open(m.file).read()\n", ""),
    ],
)
def test_who_holds_its_flyte_files_in_a_class_is_named(tmp_path: Path, user: str, told: str) -> None:
    kinds = "from dataclasses import dataclass\nfrom flytekit.types.file import FlyteFile\n\n\n@dataclass\nclass M:\n    file: FlyteFile\n"
    made = project(tmp_path, kinds=kinds, user=user, others="class M: ...\n")
    change = migrate(made, indexed(tmp_path))
    assert change.edits and [told in note.message for note in change.notes] == [True] * bool(told)


@pytest.mark.parametrize(
    "flow",
    [
        "from flytekit import workflow\nfrom tasks import *\n",
        "from flytekit import workflow\ndef late():\n    from tasks import load\n    load(n=1)\n",
        "from flytekit import workflow\nfrom helpers import run\n@workflow\ndef wf() -> int:\n    return run(1)\n",
    ],
)
def test_flyte_1_files_are_named_however_they_import(tmp_path: Path, flow: str) -> None:
    helpers = "from tasks import load\n\ndef run(n):\n    return load(n=n)\n"
    made = project(
        tmp_path,
        tasks=OLD.replace("task\n", "task as _task\n", 1).replace("@task", "@_task"),
        flow=flow,
        helpers=helpers,
    )
    assert any(n.message.startswith("flow.py still uses `load` with Flyte 1: ") for n in migrate(made).notes)
    assert migrate(made, indexed(tmp_path)).notes == migrate(made).notes


def test_flyte_1_files_are_named_that_import_by_way_of_others(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/__init__.py").write_text("from .steps import load\n", encoding="utf-8")
    (tmp_path / "flow.py").write_text(FLOW.replace("from tasks", "from pkg"), encoding="utf-8")
    made = project(tmp_path / "pkg", steps=OLD)
    (note,) = migrate(made, indexed(tmp_path)).notes
    assert note.message.startswith("flow.py still uses `load` with Flyte 1: migrate it too, keep a Flyte 1 copy")


def test_the_index_is_asked_and_what_is_open_but_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = project(tmp_path, tasks=OLD, flow="x = 1\n", other=FLOW)
    neighbours = indexed(tmp_path, {tmp_path / "flow.py": FLOW})
    monkeypatch.setattr("flyteshift.features.neighbours.files.walk", lambda *_: pytest.fail("walked"))
    assert {note.message.partition(" ")[0] for note in migrate(made, neighbours).notes} == {"flow.py", "other.py"}


def test_other_files_are_not_looked_through_when_actions_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project(tmp_path, tasks=OLD, flow=FLOW)
    monkeypatch.setattr(Neighbours, "with_users", lambda *_: pytest.fail("looked"))
    assert actions(made, Span(0, 0), None, Neighbours())


def test_only_so_many_files_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flyteshift.features.neighbours.MOST_FILES", 1)
    made = project(tmp_path, tasks=OLD, flow=FLOW, a="x = 1\n")
    assert migrate(made).notes == ()


def test_listing_plans_no_long_module(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = "".join(f"\n\n@task(retries=2)\ndef f{i}(a: int) -> int:\n    return a + {i}\n" for i in range(200))
    source = "from flytekit import task\n" + tasks

    def planned(*_: object) -> Plan:
        raise AssertionError("planned")

    for module in ("flyteshift.features.actions.plan_module", "flyteshift.migration.partial.plan_part"):
        monkeypatch.setattr(module, planned)
    assert len(actions(model(source), Span(source.index("def f99"), source.index("def f99")))) == 2
    with pytest.raises(AssertionError, match="planned"):
        resolve(model(source), MIGRATE_MODULE, Span(0, 0))


def test_a_task_that_is_flyte_2_by_now_can_be_called_by_a_bridging_task(tmp_path: Path) -> None:
    made, at = project(tmp_path, flow=FLOW, tasks=NEW), Span(FLOW.rindex("load"), FLOW.rindex("load"))
    (action,) = [each for each in actions(made, at, None, Neighbours()) if each.key == "bridge"]
    assert (action.title, action.disabled) == ("Call `load` of Flyte 2 by a bridging task", None)
    change = resolve(made, "bridge", at, None, Neighbours())
    assert "def load(" in after(FLOW, change) and "from tasks" not in after(FLOW, change)
    assert "flyte_api_key" in change.notes[0].message


def test_one_that_is_flyte_1_cannot_be(tmp_path: Path) -> None:
    made, at = project(tmp_path, flow=FLOW, tasks=OLD), Span(FLOW.rindex("load"), FLOW.rindex("load"))
    (action,) = [each for each in actions(made, at, None, Neighbours()) if each.key == "bridge"]
    assert action.disabled == "`load` is still Flyte 1: migrate tasks.py first."
    change = resolve(made, "bridge", at, None, Neighbours())
    assert (change.edits, change.why_not) == ((), action.disabled)


def test_a_test_with_flyte_1_is_named_where_it_does_more_than_call(tmp_path: Path) -> None:
    user = "import flytekit\nfrom tasks import load\n\n\ndef test_load() -> None:\n    flytekit.current_context().log(load)\n"
    (note,) = migrate(project(tmp_path, tasks=OLD, test_tasks=user)).notes
    assert note.message.startswith(
        "`load` is used by test_tasks.py (line 6), which is still Flyte 1; migrate that test"
    )
    assert note.kind == "test"
    calls = user.replace("flytekit.current_context().log(load)", "load(n=1)")
    assert not migrate(project(tmp_path, tasks=OLD, test_tasks=calls)).notes


@pytest.mark.parametrize(("taken", "name"), [("flow", "jobs_flow"), ("flows", "flow")])
def test_an_environment_is_not_called_like_another_one_of_the_workspace(tmp_path: Path, taken: str, name: str) -> None:
    other = f'import flyte\n\nenv = flyte.TaskEnvironment(name="{taken}")\n'
    folder = tmp_path / "jobs"
    folder.mkdir()
    made = project(folder, flow=OLD.replace("load", "store"), other=other)
    assert f'name="{name}"' in after(made.document.text, migrate(made, indexed(folder)))


SECRET = "from flytekit import current_context\n\n\ndef token() -> str:\n    return current_context().secrets.get('g', 'k')\n"
BETWEEN = "from reads import token\n\n\ndef twice() -> str:\n    return 2 * token()\n"
ASKS = "import flyte\nfrom between import twice\n\nenv = flyte.TaskEnvironment(name='e', secrets=[flyte.Secret('k', 'g', as_env_var='TOKEN')])\n\n\n@env.task\ndef f() -> str:\n    return twice()\n"


@pytest.mark.parametrize("index", [True, False])
def test_a_secret_is_read_from_the_variable_that_a_file_further_up_asks_for_it_in(tmp_path: Path, index: bool) -> None:
    made = project(tmp_path, reads=SECRET, between=BETWEEN, asks=ASKS)
    change = migrate(made, indexed(tmp_path) if index else Neighbours())
    assert 'return os.environ["TOKEN"]' in after(SECRET, change)


def test_a_secret_that_nothing_asks_for_disables_the_action(tmp_path: Path) -> None:
    made = project(tmp_path, reads=SECRET, between=BETWEEN)
    change = migrate(made, indexed(tmp_path))
    assert "No file that belongs to this one asks for this secret" in change.why_not
