"""Several files: what they import from each other fits when all is done."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from flyteshift.migration import Plan
from flyteshift.migration.unit import module_names, plan_files
from flyteshift.text import apply_edits
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings

TASKS = """\
from flytekit import Resources, task


@task
def load(n: int) -> int:
    return n


@task(requests=Resources(cpu="1"))
def train(n: int) -> int:
    return n * 2
"""
FLOW = """\
from flytekit import workflow

from tasks import load, train


@workflow
def wf(n: int = 3) -> int:
    return train(n=load(n=n))
"""


def plans(folder: Path, settings: Settings | None = None, **sources: str) -> dict[str, Plan]:
    paths = []
    for name, source in sources.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")
        paths.append(path)
    made = plan_files(paths, Project(root=folder), settings or Settings(root=folder))
    return {path.relative_to(folder).with_suffix("").as_posix(): plan for path, plan in made.items()}


def texts(folder: Path, **sources: str) -> dict[str, str]:
    made = plans(folder, **sources)
    assert not [o.message for plan in made.values() for o in plan.left]
    return {name: apply_edits((folder / f"{name}.py").read_text(encoding="utf-8"), p.edits) for name, p in made.items()}


def test_an_environment_has_its_own_line_where_the_other_names_have(tmp_path: Path) -> None:
    flow = FLOW.replace("from tasks import load, train", "from tasks import (\n    load,\n    train,\n)")
    after = texts(tmp_path, tasks=TASKS, flow=flow)["flow"]
    assert "(\n    load,\n    train,\n    train_env as tasks_train_env,\n    env as tasks_env,\n)" in after


def test_a_workflow_takes_along_the_environments_of_another_file(tmp_path: Path) -> None:
    after = texts(tmp_path, tasks=TASKS, flow=FLOW)["flow"]
    assert "from tasks import load, train, train_env as tasks_train_env, env as tasks_env" in after
    assert 'env = flyte.TaskEnvironment(name="flow", depends_on=[tasks_env, tasks_train_env])' in after


@pytest.mark.parametrize(
    ("line", "prefix"),
    [
        ("import tasks", "tasks."),
        ("import tasks as t", "t."),
        ("from tasks import *", ""),
    ],
)
def test_modules_imported_whole(tmp_path: Path, line: str, prefix: str) -> None:
    flow = FLOW.replace("from tasks import load, train", line).replace(
        "train(n=load(", f"{prefix}train(n={prefix}load("
    )
    made = plans(tmp_path, tasks=TASKS, flow=flow)
    if "*" in line:
        assert made["flow"].left
        assert made["tasks"].left
        return
    assert not made["flow"].left, made["flow"].left
    assert "from tasks import env as tasks_env" in apply_edits(flow, made["flow"].edits)


def test_tasks_of_a_workflow_that_stays_stay_too(tmp_path: Path) -> None:
    stays = FLOW.replace("import workflow", "import workflow, FlyteContextManager") + "\n\nFlyteContextManager.push\n"
    made = plans(tmp_path, tasks=TASKS, flow=stays)
    assert made["flow"].left
    assert [o.message for o in made["tasks"].left] == [
        "`load` is used by flow.py (line 8), which stays Flyte 1; migrate that first."
    ]


def test_a_workflow_of_tasks_that_stay_stays_too(tmp_path: Path) -> None:
    made = plans(tmp_path, tasks=TASKS + "\nimport flytekit\nflytekit.FlyteContextManager.push\n", flow=FLOW)
    assert made["tasks"].left
    assert any("`load` comes from tasks.py, which is still Flyte 1" in o.message for o in made["flow"].left)


def test_what_stays_passes_on(tmp_path: Path) -> None:
    middle = FLOW.replace("wf(", "middle(")
    last = "from flytekit import workflow, new_context\nfrom flow import middle\n\nnew_context()\n\n\n@workflow\ndef w() -> int:\n    return middle(n=1)\n"
    made = plans(tmp_path, tasks=TASKS, flow=middle, last=last)
    assert all(plan.left for plan in made.values())


def test_files_that_do_not_know_each_other_are_planned_alone(tmp_path: Path) -> None:
    made = plans(tmp_path, a=TASKS, b=TASKS.replace("load", "save") + "\nimport flytekit\nflytekit.new_context()\n")
    assert made["a"].edits
    assert made["b"].left


def test_a_file_that_two_others_use_is_planned_before_both(tmp_path: Path) -> None:
    task = "from flytekit import task\n{}\n\n@task\ndef {}(n: int) -> int:\n    return {}\n"
    made = texts(
        tmp_path,
        one=task.format("", "one", "n"),
        two=task.format("from one import one\n", "two", "one(n=n)"),
        all="from flytekit import workflow\nfrom one import one\nfrom two import two\n\n\n"
        "@workflow\ndef wf(n: int) -> int:\n    return two(n=one(n=n))\n",
    )
    assert "depends_on=[one_env]" in made["two"]
    assert "depends_on=[one_env, two_env]" in made["all"]


SECRETS_READ = """\
from flytekit import current_context


def _secret(name):
    return current_context().secrets.get("g", {0})


def token(name):
    return _secret(name)
"""
SECRETS_ASKED = """\
from flytekit import Secret, task
{0}


@task(secret_requests=[Secret(group="g", key="k")])
def t(n: int{1}) -> str:
    return {2}("k")
"""
BY_NAME, BY_MODULE = ("from reader import token", "token"), ("import reader", "reader.token")
BY_STAR = ("from reader import *", "token")


@pytest.mark.parametrize(("line", "call"), [BY_NAME, BY_MODULE, BY_STAR])
def test_a_function_that_reads_the_context_moves_with_the_tasks_that_call_it(
    tmp_path: Path, line: str, call: str
) -> None:
    asks, both = SECRETS_ASKED.format(line, "", call), SECRETS_READ.format("'k'")
    stays = plans(tmp_path / "stays", reader=SECRETS_READ.format("name"), flow=asks)
    assert [plan.edits for plan in stays.values()] == [[], []]
    back = plans(tmp_path / "back", reader=both, flow=SECRETS_ASKED.format(line, ", *more: int", call))
    assert [plan.edits for plan in back.values()] == [[], []]
    moved = plans(tmp_path / "moved", reader=both, flow=asks)
    assert [plan.left for plan in moved.values()] == [[], []]


def test_a_circle_of_files_is_refused(tmp_path: Path) -> None:
    a = "from flytekit import task, workflow\nfrom b import g\n\n\n@task\ndef f() -> int:\n    return 1\n\n\n@workflow\ndef w() -> int:\n    return g()\n"
    b = (
        a.replace("from b import g", "from a import f")
        .replace("def f()", "def g()")
        .replace("return g()", "return f()")
    )
    made = plans(tmp_path, a=a, b=b.replace("def w()", "def v()"))
    assert all(plan.left for plan in made.values())
    assert any("(b.py → a.py → b.py)" in o.message for o in made["b"].left)
    assert not [o.message for plan in made.values() for o in plan.left if "both together" in o.message]


def test_a_circle_over_three_files_is_named_the_shortest_way(tmp_path: Path) -> None:
    flow = "from flytekit import task, workflow\nfrom {1} import {1}_f\n\n\n@task\ndef {0}_f() -> int:\n    return 1\n\n\n@workflow\ndef {0}_w() -> int:\n    return {1}_f()\n"
    made = plans(tmp_path, a=flow.format("a", "b"), b=flow.format("b", "c"), c=flow.format("c", "a"), d=TASKS)
    assert made["d"].edits and not any(made[name].edits for name in "abc")
    assert "(c.py → a.py → b.py → c.py)" in made["c"].left[0].message


@pytest.mark.parametrize("back", [False, True])
def test_a_module_that_is_imported_back_gets_no_import_of_an_environment(tmp_path: Path, *, back: bool) -> None:
    flow = "import tasks\nfrom flytekit import workflow\n\nLIMIT = 3\n\n\n@workflow\ndef wf(n: int = 3) -> int:\n    return tasks.load(n=n)\n"
    tasks = TASKS.replace("    return n\n", "    return n + flow.LIMIT\n", 1)
    made = plans(tmp_path, flow=flow, tasks=f"import flow\n{tasks}" if back else tasks)
    assert bool(made["flow"].left) == back
    if back:
        assert made["flow"].left[0].message.startswith("tasks.py imports this file")


NAMED = """\
from typing import NamedTuple
from flytekit import task


class Out(NamedTuple):
    a: int
    b: int


class One(NamedTuple):
    a: int


@task
def load(n: int) -> Out:
    return Out(n, n)


@task
def one(n: int) -> One:
    return One(n)
"""
READER = "from flytekit import workflow\nfrom tasks import load, one\n\n\n@workflow\ndef w(n: int) -> int:\n    {0}\n    return a\n"


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("a, b = load(n=n)", "a, b = load(n=n)"),
        ("a = load(n=n).a", "a = Out(*load(n=n)).a"),
        ("p = load(n=n)\n    a = p.b", "p = Out(*load(n=n))\n    a = p.b"),
    ],
)
def test_a_named_tuple_from_another_file_gets_its_names_again(tmp_path: Path, body: str, after: str) -> None:
    made = plans(tmp_path, tasks=NAMED, flow=READER.format(body))["flow"]
    assert not made.left
    result = apply_edits(READER.format(body), made.edits)
    assert f"    {after}\n" in result
    assert ("import load, one, Out" in result) == ("Out" in after)


def test_a_named_tuple_is_read_off_the_module_that_is_imported(tmp_path: Path) -> None:
    flow = READER.replace("from tasks import load, one", "import tasks").format("a = tasks.load(n=n).a")
    made = plans(tmp_path, tasks=NAMED, flow=flow)["flow"]
    assert "a = tasks.Out(*tasks.load(n=n)).a" in apply_edits(flow, made.edits)


@pytest.mark.parametrize("body", ["a = one(n=n).a", "Out = 3\n    a = load(n=n).a", "(a,) = one(n=n)"])
def test_a_named_tuple_without_a_name_or_with_one_field_must_be_unpacked(tmp_path: Path, body: str) -> None:
    flow = READER.format(body).replace("\n\n\n@", "\n\n\nOut = 4\n\n\n@" if "Out" in body else "\n\n\n@")
    made = plans(tmp_path, tasks=NAMED, flow=flow)
    assert made["flow"].left
    assert made["tasks"].left


def test_a_named_tuple_of_another_file_can_be_made_in_a_workflow(tmp_path: Path) -> None:
    flow = "from flytekit import workflow\nfrom tasks import Out, load\n\n\n@workflow\ndef w(n: int) -> Out:\n    a, b = load(n=n)\n    return Out(a=a, b=b)\n"
    assert not plans(tmp_path, tasks=NAMED, flow=flow)["flow"].left
    other = "from flytekit import workflow\nfrom tasks import load\nfrom kinds import Out\n\n\n@workflow\ndef w(n: int) -> int:\n    a, b = load(n=n)\n    return Out(a, b)\n"
    kinds = "def Out(a, b):\n    return a + b\n"
    assert plans(tmp_path, tasks=NAMED, flow=other, kinds=kinds)["flow"].left


BRANCHES = """\
from flytekit import task, workflow


@task
def f(n: int) -> int:
    return n


@workflow
def w() -> int:
    a = f(n=1)
    b = f(n=2)
    return b
"""
CALLS_IT = "from flow import w\n\n\ndef test_w() -> None:\n    assert w() == 2\n"


def test_tests_and_scripts_call_what_is_async_now(tmp_path: Path) -> None:
    after = texts(tmp_path, flow=BRANCHES, test_flow=CALLS_IT)
    assert "async def w" in after["flow"]
    assert after["test_flow"] == "import asyncio\n\n" + CALLS_IT.replace("w() ==", "asyncio.run(w()) ==")
    script = CALLS_IT.replace("def test_w", "def main") + '\n\nif __name__ == "__main__":\n    main()\n'
    assert "asyncio.run(w())" in texts(tmp_path, flow=BRANCHES, script=script)["script"]


@pytest.mark.parametrize(
    "user",
    [
        CALLS_IT.replace("def test_w", "async def test_w"),
        CALLS_IT.replace("w() == 2", "use(w) == 2"),
        CALLS_IT.replace("test_w()", "test_w(w)"),
        CALLS_IT + "\n\ndef test_v(monkeypatch) -> None:\n    monkeypatch.setattr('flow.w', None)\n",
        CALLS_IT + "\n\nasync def g() -> None:\n    test_w()\n",
        CALLS_IT + "\n\ndef g() -> None:\n    asyncio = w()\n",
    ],
)
def test_a_workflow_stays_sync_where_a_test_could_not_call_it_otherwise(tmp_path: Path, user: str) -> None:
    made = plans(tmp_path, flow=BRANCHES, test_flow=user)
    assert "async" not in apply_edits(BRANCHES, made["flow"].edits)
    assert any(note.kind == "sequential" and "test_flow.py" in note.message for note in made["flow"].notes)
    assert "test_flow" not in made


def test_a_workflow_that_a_library_calls_stays_sync(tmp_path: Path) -> None:
    made = plans(tmp_path, flow=BRANCHES, library=CALLS_IT.replace("test_w", "run"))
    assert "async" not in apply_edits(BRANCHES, made["flow"].edits)
    assert any("library.py calls it as well" in note.message for note in made["flow"].notes)


def test_files_that_are_not_to_be_changed_are_not(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(BRANCHES, "utf-8")
    (tmp_path / "test_flow.py").write_text(CALLS_IT, "utf-8")
    settings, project = Settings(root=tmp_path), Project(root=tmp_path)
    made = plan_files([tmp_path / "flow.py"], project, settings, [tmp_path / "test_flow.py"])
    assert [*made] == [tmp_path / "flow.py"]
    assert not any("async" in edit.text for edit in made[tmp_path / "flow.py"].edits)


OUTER = """\
from flytekit import task, workflow
from flow import f, w


@workflow
def outer() -> int:
    a = f(n=w())
    return f(n=a)
"""


def test_workflows_of_other_files_that_call_one_are_async_with_it(tmp_path: Path) -> None:
    after = texts(tmp_path, flow=BRANCHES, outer=OUTER)
    assert "async def outer" in after["outer"]
    assert "f.aio(n=await w())" in after["outer"]


def test_one_that_cannot_be_async_keeps_all_of_them_sync(tmp_path: Path) -> None:
    made = plans(
        tmp_path,
        flow=BRANCHES,
        outer=OUTER,
        library="from outer import outer\n\n\ndef run() -> int:\n    return outer()\n",
    )
    assert not any(plan.left for plan in made.values())
    assert not any("async" in edit.text for plan in made.values() for edit in plan.edits)
    (note,) = (n for n in made["flow"].notes if n.kind)
    assert "outer.py cannot await it (library.py calls it as well)" in note.message


def test_a_task_that_calls_a_workflow_keeps_it_sync(tmp_path: Path) -> None:
    leaf = OUTER.replace("@workflow", "@task").replace("f(n=w())", "w()").replace("f(n=a)", "a")
    made = plans(tmp_path, flow=BRANCHES, outer=leaf)
    assert not any("async" in edit.text for plan in made.values() for edit in plan.edits)
    assert any("the task `outer` calls `w`" in n.message for n in made["flow"].notes)


STAYS = CALLS_IT + "\n\nimport flytekit\nflytekit.FlyteContextManager.push\n"


def test_a_test_that_stays_may_call_a_migrated_workflow(tmp_path: Path) -> None:
    made = plans(tmp_path, flow=BRANCHES, test_flow=STAYS)
    assert made["test_flow"].left
    assert made["flow"].edits
    assert not any("async" in edit.text for edit in made["flow"].edits)


HANDS_OVER = [
    ("assert w() == 2", "flytekit.remote.FlyteRemote.for_sandbox().execute(w)", 5),
    ("assert w() == 2", "with flytekit.new_context():\n        assert w() == 2", 6),
    ("assert w() == 2", "with pytest.raises(ValueError):\n        w()", 6),
    ("assert w() == 2", "flytekit.current_context().log(w())", 5),
    ("def test_w", "@flytekit.task\ndef test_w", 6),
    ("assert w() == 2", "mock.patch('flow.w')", 5),
]


@pytest.mark.parametrize(("old", "new", "line"), HANDS_OVER)
def test_a_test_that_hands_a_workflow_to_flyte_1_is_told_and_holds_nothing_back(
    tmp_path: Path, old: str, new: str, line: int
) -> None:
    made = plans(tmp_path, flow=BRANCHES, test_flow=STAYS.replace(old, new))
    assert made["test_flow"].left
    assert "async def w" in apply_edits(BRANCHES, made["flow"].edits)
    assert [n.message for n in made["flow"].notes if n.kind == "test"] == [
        f"`w` is used by test_flow.py (line {line}), which stays Flyte 1; that test has to be rewritten by hand."
    ]


@pytest.mark.parametrize(("old", "new", "line"), HANDS_OVER)
def test_what_is_no_test_holds_back_what_it_hands_to_flyte_1(tmp_path: Path, old: str, new: str, line: int) -> None:
    made = plans(tmp_path, flow=BRANCHES, resources=STAYS.replace(old, new))
    assert [o.message for o in made["flow"].left] == [
        f"`w` is used by resources.py (line {line}), which stays Flyte 1; migrate that first."
    ]


def test_a_test_that_another_kind_of_file_uses_is_none(tmp_path: Path) -> None:
    hands = STAYS.replace("assert w() == 2", "flytekit.remote.FlyteRemote.for_sandbox().execute(w)")
    made = plans(tmp_path, flow=BRANCHES, test_flow=hands, tool="from test_flow import test_w\n\ntest_w()\n")
    assert made["flow"].left
    made = plans(tmp_path, flow=BRANCHES, test_flow=hands, test_more="from test_flow import test_w\n\ntest_w()\n")
    assert made["flow"].edits
    more = "from test_flow import test_w\n\ntest_w()\n"
    tool = "from test_more import test_w\n\ntest_w()\n"
    assert plans(tmp_path, flow=BRANCHES, test_flow=hands, test_more=more, tool=tool)["flow"].left


def test_a_test_that_may_be_migrated_later_is_told(tmp_path: Path) -> None:
    (tmp_path / "flow.py").write_text(BRANCHES, "utf-8")
    hands = STAYS.replace("assert w() == 2", "flytekit.remote.FlyteRemote.for_sandbox().execute(w)")
    (tmp_path / "test_flow.py").write_text(hands, "utf-8")
    settings, project = Settings(root=tmp_path), Project(root=tmp_path)
    made = plan_files([tmp_path / "flow.py"], project, settings, [tmp_path / "test_flow.py"])[tmp_path / "flow.py"]
    assert any("migrate that test along, or rewrite it by hand" in n.message for n in made.notes if n.kind == "test")
    assert "async def w" in apply_edits(BRANCHES, made.edits)


def test_a_plain_call_beside_other_uses_keeps_a_workflow_sync(tmp_path: Path) -> None:
    both = STAYS + "\n\ndef test_remote() -> None:\n    flytekit.remote.FlyteRemote.for_sandbox().execute(w)\n"
    made = plans(tmp_path, flow=BRANCHES, test_flow=both)["flow"]
    assert {n.kind for n in made.notes} == {"test", "sequential"}
    assert "async" not in apply_edits(BRANCHES, made.edits)


def test_a_test_is_migrated_along_where_it_can_be(tmp_path: Path) -> None:
    own = (
        CALLS_IT + "\n\n@flytekit.task\ndef g() -> int:\n    return 1\n\n\ndef test_g() -> None:\n    assert g() == 1\n"
    )
    made = plans(tmp_path, flow=BRANCHES, test_flow="import flytekit\n" + own)
    assert made["test_flow"].edits
    assert not [n for n in made["flow"].notes if n.kind == "test"]


SCHEDULED = (
    BRANCHES.replace("import task", "import LaunchPlan, task") + '\nlp = LaunchPlan.get_or_create(w, "nightly")\n'
)


def test_a_launch_plan_that_plain_code_calls_becomes_a_trigger_and_the_code_calls_its_workflow(tmp_path: Path) -> None:
    calls = "from flow import {0}\n\n\ndef test_plan() -> None:\n    assert {0}() == 2\n"
    made = texts(tmp_path, flow=SCHEDULED, user=calls.format("lp"))
    assert made["user"] == calls.format("w")
    assert "nightly" in made["flow"]
    made = texts(tmp_path / "tests", flow=SCHEDULED, test_flow=calls.format("lp"))
    assert made["test_flow"] == "import asyncio\n\n" + calls.format("w").replace(
        "assert w()", "assert asyncio.run(w())"
    )


def test_a_launch_plan_that_a_test_looks_into_becomes_a_trigger_and_the_test_is_told(tmp_path: Path) -> None:
    user = "from flow import lp\n\n\ndef test_lp() -> None:\n    assert lp.name\n"
    made = plans(tmp_path, flow=SCHEDULED, test_flow=user)["flow"]
    assert any("`lp` is used by test_flow.py (line 5), and Flyte 2 has nothing" in n.message for n in made.notes)
    assert [n.kind for n in made.notes if "test_flow.py" in n.message] == ["test"]
    held = plans(tmp_path, flow=SCHEDULED, user=user)["flow"].left
    assert ["`lp` is used in user.py" in o.message for o in held] == [True]


def test_a_launch_plan_of_a_test_that_cannot_go_along_stays_there(tmp_path: Path) -> None:
    user = "from flytekit import FixedRate, LaunchPlan\nfrom flow import w\n\n"
    user += 'lp = LaunchPlan.get_or_create(w, "often", schedule=FixedRate(unknown()))\n'
    made = plans(tmp_path, flow=BRANCHES, test_flow=user)
    assert made["test_flow"].left
    assert made["flow"].edits
    assert plans(tmp_path, flow=BRANCHES, user=user)["flow"].left


def test_what_flyte_1_and_2_do_not_pass_alike_is_not_mixed(tmp_path: Path) -> None:
    flow = BRANCHES.replace("def w() -> int:", "def w(given: FlyteFile) -> int:")
    flow = flow.replace("import task", "import FlyteFile, task")
    assert plans(tmp_path, flow=flow, library=STAYS)["flow"].left
    made = plans(tmp_path, flow=flow, test_flow=STAYS)["flow"]
    assert any("run that test, since values may reach Flyte 2 differently" in n.message for n in made.notes)
    assert "async" not in apply_edits(flow, made.edits)


def test_tasks_that_are_flyte_2_already_are_tied_in(tmp_path: Path) -> None:
    done = 'import flyte\n\nmy_env = flyte.TaskEnvironment(name="tasks")\n\n\n@my_env.task\ndef load(n: int) -> int:\n    return n\n\n\n@my_env.task(retries=1)\ndef train(n: int) -> int:\n    return n\n'
    after = texts(tmp_path, tasks=done, flow=FLOW)["flow"]
    assert "my_env as tasks_my_env" in after
    assert "depends_on=[tasks_my_env]" in after
    after = texts(tmp_path, tasks=done.replace("\ndef load", "\nasync def load"), flow=FLOW)["flow"]
    assert "async def wf" in after
    assert "await train.aio(n=await load(n=n))" in after


def test_plain_functions_of_other_files_are_no_tasks(tmp_path: Path) -> None:
    helpers = "import flyte\n\n\ndef load(n: int) -> int:\n    return n\n\n\ndef train(n: int) -> int:\n    return n\n"
    assert plans(tmp_path, tasks=helpers, flow=FLOW)["flow"].left


def test_names_that_other_files_take_from_here_stay(tmp_path: Path) -> None:
    sdk = "from flytekit import task, workflow\n\n\n@task\ndef f() -> int:\n    return 1\n"
    assert plans(tmp_path, sdk=sdk)["sdk"].edits
    made = plans(tmp_path, sdk=sdk, user="import sdk\n\n\n@sdk.workflow\ndef w() -> int:\n    return 1\n")
    assert ["`workflow`" in o.message for o in made["sdk"].left] == [True]
    package = {"pkg/__init__": "from flytekit import task\n"}
    assert plans(tmp_path, **package)["pkg/__init__"].left


def test_names_of_modules_are_told_apart() -> None:
    paths = [Path("/p/a/tasks.py"), Path("/p/b/tasks.py"), Path("/p/flow.py"), Path("/p/pkg/__init__.py")]
    assert list(module_names(paths).values()) == ["flow", "pkg", "a_tasks", "b_tasks"]


RUN = """\
import sys, json
sys.path.insert(0, sys.argv[1])
if sys.argv[2] == "1":
    from {module} import {name}
    print("GAVE", json.dumps({name}(n=4)))
else:
    import flyte
    from {module} import {name}
    flyte.init()
    print("GAVE", json.dumps(list(flyte.with_runcontext(mode="local").run({name}, n=4).outputs())[0]))
    def names(env):
        return {{env.name}}.union(*(names(e) for e in env.depends_on))
    import {module} as m
    print("ENVIRONMENTS", sorted(names(m.env)))
"""


@pytest.mark.sdk
def test_a_package_of_modules_gives_what_it_gave(tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    sources = {
        "pkg/__init__": "from .tasks import load as read\n",
        "pkg/tasks": TASKS,
        "pkg/steps": "from flytekit import workflow\nfrom .tasks import train\n\n\n@workflow\ndef twice(n: int) -> int:\n    return train(n=train(n=n))\n",
        "pkg/flow": "from flytekit import workflow\nfrom pkg import read\nfrom . import steps\nfrom pkg.tasks import train as fit\n\n\n"
        "@workflow\ndef wf(n: int = 3) -> int:\n    a = read(n=n)\n    b = fit(n=n)\n    c = steps.twice(n=a)\n    return fit(n=c)\n",
    }

    def run(folder: Path, sdk: str) -> list[str]:
        script = RUN.format(module="pkg.flow", name="wf")
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder), sdk], capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return [line for line in done.stdout.splitlines() if line.startswith(("GAVE", "ENV"))]

    made = plans(tmp_path, **sources)
    before = run(tmp_path, "1")
    assert not [o.message for plan in made.values() for o in plan.left]
    for name, plan in made.items():
        path = tmp_path / f"{name}.py"
        path.write_text(apply_edits(path.read_text(encoding="utf-8"), plan.edits), encoding="utf-8")
    gave, environments = run(tmp_path, "2")
    assert [gave] == before
    assert environments == "ENVIRONMENTS ['flow', 'steps', 'tasks', 'tasks_train']"


STEPS = """\
from typing import List, Tuple

from flytekit import task, workflow


@task
def scale(x: int, by: int) -> int:
    return x * 10 + by


@task
def total(xs: List[int]) -> int:
    return sum(xs)


@task
def tell(x: int) -> None:
    print(x)


@task
def pair(x: int) -> Tuple[int, int]:
    return x, x


@workflow
def twice(x: int) -> int:
    return scale(x=scale(x=x, by=2), by=3)
"""
USES = """\
from functools import partial
from typing import List

from flytekit import conditional, map_task, workflow

from steps import scale, total, twice


@workflow
def wf(xs: List[int], ys: List[int], k: int) -> int:
    a = map_task(scale)(by=ys, x=xs)
    b = map_task(partial(scale, by=k))(x=xs)
    c = map_task(partial(scale, x=k))(by=xs)
    t = twice(x=k)
    r = conditional("r").if_((k > 2) & (t > 1)).then(total(xs=a)).else_().then(twice(x=k))
    return total(xs=[total(xs=a), total(xs=b), total(xs=c), t, r])
"""
CALL = "from uses import wf; import inspect, asyncio; r = wf(xs=[1, 2], ys=[4, 5], k={}); print(asyncio.run(r) if inspect.iscoroutine(r) else r)"


@pytest.mark.sdk
@pytest.mark.parametrize("orchestration", ["parallel", "sequential"])
def test_maps_and_conditionals_over_tasks_of_another_file(tmp_path: Path, orchestration: str) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")

    def given() -> list[str]:
        runs = (
            subprocess.run(
                [sys.executable, "-c", CALL.format(k)], cwd=tmp_path, capture_output=True, text=True, check=True
            )
            for k in (1, 3)
        )
        return [done.stdout.splitlines()[-1] for done in runs]

    made = plans(tmp_path, Settings(root=tmp_path, orchestration=orchestration), steps=STEPS, uses=USES)
    before = given()
    for name, plan in made.items():
        assert not plan.left, [o.message for o in plan.left]
        path = tmp_path / f"{name}.py"
        path.write_text(apply_edits(path.read_text(encoding="utf-8"), plan.edits), encoding="utf-8")
    after = (tmp_path / "uses.py").read_text(encoding="utf-8")
    assert ("scale.aio(*item) for item in zip(xs, ys)" if orchestration == "parallel" else "map(scale, xs, ys") in after
    assert given() == before


def test_branches_of_another_file_give_what_all_of_them_have(tmp_path: Path) -> None:
    branches = "total(xs=[x])).else_().then(pair(x=x)"
    flow = "from flytekit import conditional, workflow\n\nfrom steps import pair, tell, total\n\n\n@workflow\n"
    flow += f'def wf(x: int) -> int:\n    r = conditional("r").if_(x > 2).then({branches})\n    return r\n'
    plan = plans(tmp_path, steps=STEPS, flow=flow)["flow"]
    assert not plan.left
    assert "r = pair(x=x)[0]\n" in apply_edits(flow, plan.edits)


SIZED = 'from flytekit import Resources, task\n\n\n@task\ndef f() -> int:\n    return 1\n\n\n@task(requests=Resources(gpu="1"))\ndef g() -> int:\n    return 1\n\n\n@task(requests=Resources(gpu="1"))\ndef h() -> int:\n    return 1\n'


def names_in(text: str) -> set[str]:
    return set(re.findall(r'TaskEnvironment\(\s*name="(\w+)"', text))


def test_environments_of_two_files_have_no_name_in_common(tmp_path: Path) -> None:
    made = texts(tmp_path, train=SIZED, train_gpu=SIZED)
    assert not names_in(made["train"]) & names_in(made["train_gpu"])
    assert "train_gpu" in names_in(made["train_gpu"])


def test_a_name_that_no_other_file_has_stays_short(tmp_path: Path) -> None:
    other = 'import flyte\n\nenv = flyte.TaskEnvironment(name="gpu")\n'
    made = plans(tmp_path, train=SIZED, other=other)["train"]
    assert names_in("".join(e.text for e in made.edits)) == {"train", "train_gpu"}
