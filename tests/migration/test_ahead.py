"""What a step makes of a name that other files import: they are planned against that, or all of them stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration import ahead
from flyteshift.migration.unit import plan_files
from flyteshift.text import apply_edits
from flyteshift.workspace.imports import imports
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings
from tests.migration.test_unit import plans, texts

HEAD = "from functools import partial\n\nfrom flytekit import LaunchPlan, Workflow, task, workflow\nfrom flytekit.core.task import Echo\n\n"
ADD = "\n\n@task\ndef add(a: int, b: int) -> int:\n    return a + b\n\n\n"
FLOW = "from flytekit import workflow\nfrom steps import {0}\n\n\n@workflow\ndef w(n: int) -> int:\n    return {1}\n"
GRAPH = 'graph = Workflow(name="g")\ngraph.add_workflow_input("n", int)\nnode = graph.add_entity(add, a=graph.inputs["n"], b=1)\ngraph.add_workflow_output("out", node.outputs["o0"])\n'


def steps(code: str) -> str:
    """A module with a task and some code below it."""
    return HEAD + ADD + code + "\n"


USED = {
    "a partial": ("one = partial(add, b=1)", "one", "one(a=n)", "add(b=1, a=n)"),
    "another name": ("plus = add", "plus", "plus(a=n, b=1)", "add(a=n, b=1)"),
    "another name here": ("plus = add", "plus as p", "p(a=n, b=1)", "add(a=n, b=1)"),
    "an echo": ('echo = Echo(name="echo", inputs={"x": int})', "echo", "echo(x=n)", "echo(x=n)"),
    "an imperative workflow": (GRAPH, "graph", "graph(n=n)", "graph(n=n)"),
    "a launch plan": (
        '@workflow\ndef inner(n: int, by: int) -> int:\n    return add(a=n, b=by)\n\n\nlp = LaunchPlan.get_or_create(inner, "lp", fixed_inputs={"by": 2})',
        "lp",
        "lp(n=n)",
        "inner(n=n, by=2)",
    ),
}


@pytest.mark.parametrize(("code", "name", "call", "after"), USED.values(), ids=USED)
def test_a_name_is_what_the_migration_of_its_file_makes_of_it(
    tmp_path: Path, code: str, name: str, call: str, after: str
) -> None:
    made = texts(tmp_path, steps=steps(code), flow=FLOW.format(name, call))
    assert f"return {after}" in made["flow"]
    assert f"from steps import {after.partition('(')[0]}, env as steps_env" in made["flow"]
    assert "partial(" not in made["steps"]
    assert "plus" not in made["steps"]


STAYS = {
    "a partial that is mapped": ("one = partial(add, b=1)", "one", "one.__name__"),
    "a partial of what a call gives": ("one = partial(add, b=level())", "one", "one(a=n)"),
    "a name that is bound anew": ("one = partial(add, b=1)\none = partial(add, b=2)", "one", "one(a=n)"),
    "an echo whose inputs do not show": ("echo = Echo(name='echo', inputs=kinds())", "echo", "echo(x=n)"),
    "an output by its name": (GRAPH, "graph", "graph(n=n).out"),
    "a graph that is looked into": (GRAPH, "graph", "len(graph.nodes)"),
    "a launch plan whose inputs do not show": (
        '@workflow\ndef inner(n: int, by: int) -> int:\n    return add(a=n, b=by)\n\n\nlp = LaunchPlan.get_or_create(inner, "lp", fixed_inputs=given())',
        "lp",
        "lp(n=n)",
    ),
    "a name offered to others": ("__all__ = ['one']\none = partial(add, b=1)", "one", "one(a=n)"),
}


@pytest.mark.parametrize(("code", "name", "call"), STAYS.values(), ids=STAYS)
def test_what_cannot_be_said_plainer_keeps_all_its_files(tmp_path: Path, code: str, name: str, call: str) -> None:
    made = plans(tmp_path, steps=steps(code), flow=FLOW.format(name, call))
    assert made["steps"].left
    assert made["flow"].left
    assert not made["steps"].edits
    assert not made["flow"].edits


FLOWS = {
    "a task of its own by that name": "add = 3\n\n",
    "the import again in a block": "try:\n    from steps import one\nexcept ImportError:\n    one = None\n\n",
    "a text that names it": 'PATCHED = "steps.one"\n\n',
}


@pytest.mark.parametrize("more", FLOWS.values(), ids=FLOWS)
def test_where_a_definition_cannot_be_brought_both_files_stay(tmp_path: Path, more: str) -> None:
    flow = FLOW.format("one", "one(a=n)").replace("\n\n\n@workflow", f"\n\n{more}\n@workflow")
    made = plans(tmp_path, steps=steps("one = partial(add, b=1)"), flow=flow)
    assert made["steps"].left
    assert made["flow"].left


def test_a_file_that_stays_keeps_the_names_that_it_imports(tmp_path: Path) -> None:
    flow = FLOW.format("one", "one(a=n)") + "\n\nimport flytekit\nflytekit.new_context()\n"
    made = plans(tmp_path, steps=steps("one = partial(add, b=1)"), flow=flow)
    assert made["flow"].left
    assert [o.message for o in made["steps"].left] == [
        "`one` is used by flow.py, which stays Flyte 1; migrate that first."
    ]


def test_a_file_that_stays_takes_back_what_was_written_out_of_it(tmp_path: Path) -> None:
    stays = steps("one = partial(add, b=1)") + "\n\nimport flytekit\nflytekit.new_context()\n"
    made = plans(
        tmp_path, steps=stays, flow=FLOW.format("one", "one(a=n)"), script="from steps import one\n\nprint(one(a=1))\n"
    )
    assert made["steps"].left
    assert made["flow"].left
    assert "script" not in made


def test_a_name_that_another_file_takes_from_the_importer_stays(tmp_path: Path) -> None:
    hands = "from flow import one\n\n\ndef f(make):\n    return make(one)\n"
    made = plans(tmp_path, steps=steps("one = partial(add, b=1)"), flow=FLOW.format("one", "one(a=n)"), hands=hands)
    assert made["steps"].left
    assert made["flow"].left


def test_a_package_that_hands_a_name_on_stops_doing_so(tmp_path: Path) -> None:
    init = '"""Steps."""\n\nfrom .steps import add, one\n'
    flow = FLOW.format("one", "one(a=n)").replace("from steps", "from pkg")
    made = texts(tmp_path, **{"pkg/steps": steps("one = partial(add, b=1)"), "pkg/__init__": init, "flow": flow})
    assert made["pkg/__init__"] == init.replace("add, one", "add")
    assert "from pkg.steps import add, env as steps_env" in made["flow"]


BASE = 'from functools import partial\n\nfrom flytekit import ImageSpec, Resources, task\n\nIMAGE = ImageSpec(name="i")\nsmall = partial(task, container_image=IMAGE, requests=Resources(mem="1Gi"))\n'


@pytest.mark.parametrize(("line", "used"), [("from base import small", "small"), ("import base", "base.small")])
def test_a_decorator_of_another_file_is_written_out_with_what_it_reads(tmp_path: Path, line: str, used: str) -> None:
    task = f"{line}\n\n\n@{used}\ndef f(n: int) -> int:\n    return n\n"
    made = texts(tmp_path, base=BASE, steps=task, flow=FLOW.format("f", "f(n=n)"))
    assert made["base"] == 'import flyte\n\nIMAGE = flyte.Image.from_debian_base(name="i")\n'
    assert "from base import IMAGE\n" in made["steps"]
    assert "image=IMAGE" in made["steps"]
    assert "import base\n" not in made["steps"]
    assert "depends_on=[steps_env]" in made["flow"]


def test_a_decorator_that_is_used_otherwise_keeps_all_its_files(tmp_path: Path) -> None:
    task = "from base import small\n\n\ndef f(n: int) -> int:\n    return n\n\n\nf = small(f)\n"
    made = plans(tmp_path, base=BASE, steps=task, flow=FLOW.format("f", "f(n=n)"))
    assert made["base"].left
    assert made["flow"].left
    assert "steps" not in made


def test_lines_end_as_they_did(tmp_path: Path) -> None:
    sources = {"steps": steps("one = partial(add, b=1)"), "flow": FLOW.format("one", "one(a=n)")}
    paths = []
    for name, source in sources.items():
        paths.append(tmp_path / f"{name}.py")
        paths[-1].write_text(source, "utf-8", newline="\r\n")
    for path, plan in plan_files(paths, Project(root=tmp_path), Settings(root=tmp_path)).items():
        made = apply_edits(path.read_bytes().decode(), plan.edits)
        assert "partial" not in made
        assert made.count("\r\n") == made.count("\n") == made.count("\r")


def test_the_imports_of_a_file_are_read_anew_only_when_it_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each name that is brought is looked for in all files; reading all of these each time took minutes."""
    plus = "".join(f"p{i} = add\n" for i in range(20))
    names = ", ".join(f"p{i}" for i in range(20))
    flows = {f"flow{i}": FLOW.format(names, f"p{i}(a=n, b=1)") for i in range(4)}
    read: list[bytes] = []
    monkeypatch.setattr(ahead, "imports_of", lambda data: read.append(data) or imports(data))
    made = texts(tmp_path, steps=steps(plus), **flows)
    assert "add(a=n, b=1)" in made["flow3"]
    assert len(read) <= len(flows) * 20 + len(made)
