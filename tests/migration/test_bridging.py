"""Bridging tasks: Flyte 1 code that calls a deployed Flyte 2 task gets what the task gives."""

from __future__ import annotations

import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path

import pytest

from flyteshift.migration import bridging
from flyteshift.migration.draft import Note
from flyteshift.migration.foreign import Outside
from flyteshift.semantics.model import build
from flyteshift.text import Document, Edit, apply_edits
from flyteshift.workspace.project import Project

STEPS = """\
from typing import Dict, List, Tuple

import flyte

env = flyte.TaskEnvironment(name="steps", resources=flyte.Resources(cpu=1))


@env.task
def load(n: int, by: float = 2.0, run: int = 1, names: List[str] = None) -> List[float]:
    if n < 0:
        raise ValueError("no")
    return [n * by * run]


@env.task(retries=2)
async def count(xs: list[float]) -> Tuple[int, Dict[str, bool]]:
    return len(xs), {"any": bool(xs)}


@env.task
def tell(n: int) -> None:
    print(n)
""".replace(", names: List[str] = None", "")
FLOW = """\
# What still runs on the old cluster.
import flytekit
from flytekit import workflow

from steps import count, load as fetch, tell


@workflow
def wf(n: int = 3) -> int:
    tell(n=n)
    number, some = count(xs=fetch(n=n))
    return number
"""
RUN = """\
import json, os, sys
os.environ["_FSEC_FLYTE_FLYTE_API_KEY"] = "key"
import flyte, flyte.remote
import steps

deployed, keys, run = {task.name: task for task in steps.env.tasks.values()}, [], flyte.with_runcontext(mode="local").run


class Ran:
    # What a run on a cluster is like: it does not raise, and has a phase.
    url, phase, out = "https://cluster/run", "succeeded", ()

    def __init__(self, task, **inputs):
        try:
            self.out = run(task, **inputs).outputs()
        except Exception:
            self.phase = "failed"

    def wait(self):
        pass

    def outputs(self):
        return self.out


class Task:
    @staticmethod
    def get(name, auto_version):
        assert auto_version == "latest"
        return deployed[name]


def init(api_key):
    keys.append(api_key)
    flyte.init()


flyte.init_from_api_key, flyte.run, flyte.remote.Task = init, Ran, Task
import flow

gave = flow.wf(n=2)
try:
    flow.wf(n=-1)
except Exception as error:
    print("GAVE", json.dumps([gave, sorted(set(keys)), str(error)[-40:]]))
"""


def bridged(folder: Path, flow: str, steps: str, *names: str) -> str | tuple[str, list[Note]]:
    """The file with bridging tasks in the place of imports; why not."""
    (folder / "steps.py").write_text(steps, "utf-8")
    path, notes = folder / "flow.py", []
    for name in names:
        path.write_text(flow, "utf-8")
        model, outside = build(Document(path.as_uri(), flow)), Outside(path, Project(root=folder))
        task = bridging.called(model, outside, flow.rindex(f"{name}("))
        assert task is not None
        made = bridging.bridge(model, outside, task)
        if isinstance(made, str):
            return made
        flow = apply_edits(flow, made[0])
        notes.append(made[1])
    path.write_text(flow, "utf-8")
    return flow, notes


@pytest.mark.sdk
def test_the_old_workflow_gets_what_the_deployed_tasks_give(tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    made = bridged(tmp_path, FLOW, STEPS, "count", "fetch", "tell")
    assert isinstance(made, tuple) and "steps import" not in made[0]
    assert [note.message.split(":")[0] for note in made[1]] == [
        "`count` runs the Flyte 2 task `steps.count`",
        "`fetch` runs the Flyte 2 task `steps.load`",
        "`tell` runs the Flyte 2 task `steps.tell`",
    ]
    (tmp_path / "run.py").write_text(RUN, "utf-8")
    done = subprocess.run(
        [sys.executable, "run.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    gave, keys, error = json.loads(done.stdout.rpartition("GAVE ")[2])
    assert (gave, keys) == (1, ["key"])
    assert error.endswith("https://cluster/run: failed")


@pytest.mark.sdk
def test_flyte_has_what_a_bridging_task_asks_of_it() -> None:
    """The stand-ins above say what is asked; this holds them against the SDK, as far as that goes without a cluster."""
    flyte = pytest.importorskip("flyte")
    remote, phases = importlib.import_module("flyte.remote"), importlib.import_module("flyte.models").ActionPhase
    inspect.signature(flyte.init_from_api_key).bind(api_key="key")
    inspect.signature(flyte.run).bind(object(), n=1)
    found = remote.Task.get("steps.load", auto_version="latest")
    assert type(found).__name__ == "LazyEntity" and found.name == "steps.load"
    assert {"succeeded", "recovered"} <= {phase.value for phase in phases}
    assert {"wait", "phase", "outputs", "url"} <= set(dir(remote.Run))


def test_the_rest_of_the_file_stays_as_it_is(tmp_path: Path) -> None:
    made = bridged(tmp_path, FLOW, STEPS, "tell")
    assert isinstance(made, tuple)
    head, _, tail = made[0].partition("\n\n\n@flytekit.task(")
    assert head == FLOW.partition("\n\n\n@workflow")[0].replace(", tell", "")
    assert tail.endswith("\n\n\n@workflow" + FLOW.partition("@workflow")[2])
    assert "def tell(n: int) -> None:\n" in tail and "return" not in tail.partition("@workflow")[0]


def test_flytekit_is_imported_where_it_is_not(tmp_path: Path) -> None:
    made = bridged(tmp_path, FLOW.replace("import flytekit\n", ""), STEPS, "count")
    assert isinstance(made, tuple) and made[0].count("\nimport flytekit\n") == 1
    compile(made[0], "flow.py", "exec")
    assert "-> tuple[int, dict[str, bool]]:" in made[0] and "return tuple(run.outputs())" in made[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("xs: list[float]", "xs: flyte.io.DataFrame", "plain values (`xs: flyte.io.DataFrame`)"),
        ("xs: list[float]", "*xs: float", "plain values (`*xs: float`)"),
        ("xs: list[float]", "xs", "plain values (`xs`)"),
        ("xs: list[float]", "xs: list[float] = make()", "plain values (`xs: list[float] = make()`)"),
        ("Tuple[int, Dict[str, bool]]", "Tuple[int, ...]", "plain values (`Tuple[int, ...]`)"),
        ("Tuple[int, Dict[str, bool]]", "dict", "plain values (`dict`)"),
        ('name="steps"', "name=NAME", "not plainly written"),
        ("xs: list[float]", "task: list[float]", "has an input `task`"),
        ("xs: list[float]", "secrets: list[float]", "has an input `secrets`"),
        ("flyte.TaskEnvironment(name", "make_environment(name", None),
    ],
)
def test_what_cannot_be_said_of_the_task_is_refused(tmp_path: Path, old: str, new: str, said: str | None) -> None:
    assert old in STEPS
    if said is None:
        with pytest.raises(AssertionError):
            bridged(tmp_path, FLOW, STEPS.replace(old, new), "count")
        return
    made = bridged(tmp_path, FLOW, STEPS.replace(old, new), "count")
    assert isinstance(made, str) and said in made


@pytest.mark.parametrize(
    "line",
    [
        "try:\n    from steps import count\nexcept ImportError:\n    count = None\n",
        "from steps import count\nfrom steps import count\n",
        "def late():\n    from steps import count\n\nfrom steps import count\n",
        "from steps import *\n",
    ],
)
def test_imports_of_other_kinds_are_refused(tmp_path: Path, line: str) -> None:
    flow = FLOW.replace("from steps import count, load as fetch, tell\n", line)
    if "*" in line:
        with pytest.raises(AssertionError):
            bridged(tmp_path, flow, STEPS, "count")
        return
    assert bridged(tmp_path, flow, STEPS, "count") == bridging.ALONE.format("count")


def test_a_file_whose_flytekit_is_another_thing_is_left_alone(tmp_path: Path) -> None:
    flow = FLOW.replace("import flytekit\n", "import flytekit.remote as flytekit\n")
    assert bridged(tmp_path, flow, STEPS, "count") == bridging.TAKEN


def test_line_ends_are_kept(tmp_path: Path) -> None:
    (tmp_path / "steps.py").write_text(STEPS, "utf-8")
    flow = FLOW.replace("\n", "\r\n")
    path = tmp_path / "flow.py"
    model, outside = build(Document(path.as_uri(), flow)), Outside(path, Project(root=tmp_path))
    task = bridging.called(model, outside, flow.rindex("count("))
    made = bridging.bridge(model, outside, task) if task is not None else ""
    assert not isinstance(made, str)
    edits: list[Edit] = made[0]
    after = apply_edits(flow, edits)
    assert after.count("\n") == after.count("\r\n") > flow.count("\r\n")
