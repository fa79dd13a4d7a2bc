"""A part of a module migrates alone; the rest stays byte for byte."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flyteshift.migration.components import Component, component_at, components, words
from flyteshift.migration.partial import BOTH, plan_part
from flyteshift.migration.plan import Plan
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, apply_edits
from flyteshift.workspace.settings import Settings
from tests.migration.test_differential import PROGRAMS, calls, run

SOURCE = '''\
"""Jobs."""
from flytekit import ImageSpec, Resources, task, workflow

image = ImageSpec(packages=["pandas"])
small = Resources(cpu="1")


def helper(x):
    return x + 1


@task(container_image=image)
def train(a: int) -> int:
    return helper(a)


# about load
@task(requests=small)
def load(a: int) -> int:
    return helper(a)


@workflow
def wf(a: int = 1) -> int:
    return load(a=load(a=a))


if __name__ == "__main__":
    print(wf(), train(a=1))
'''
TRAIN = (
    SOURCE.replace(
        "from flytekit import ImageSpec, Resources, task, workflow",
        "from flytekit import Resources, task, workflow\nimport flyte",
    )
    .replace('ImageSpec(packages=["pandas"])', 'flyte.Image.from_debian_base().with_pip_packages("pandas")')
    .replace("@task(container_image=image)", 'env = flyte.TaskEnvironment(name="jobs", image=image)\n\n\n@env.task')
)
WORKFLOW = (
    SOURCE.replace("import ImageSpec, Resources, task, workflow", "import ImageSpec, task\nimport flyte")
    .replace("Resources(cpu", "flyte.Resources(cpu")
    .replace(
        "# about load\n@task(requests=small)",
        'load_env = flyte.TaskEnvironment(name="jobs_load", resources=small)\n'
        'env = flyte.TaskEnvironment(name="jobs", depends_on=[load_env])\n\n\n# about load\n@load_env.task',
    )
    .replace("@workflow", "@env.task")
)


def model(source: str) -> Model:
    return build(Document("file:///jobs.py", source))


def part(source: str, name: str) -> Component:
    return next(c for c in components(model(source)) if name in c.entities)


def planned(source: str, name: str) -> Plan:
    return plan_part(model(source), part(source, name), "jobs", Settings(orchestration="sequential"))


def migrated(source: str, name: str) -> str:
    plan = planned(source, name)
    assert not plan.left, plan.left
    return apply_edits(source, plan.edits)


def test_a_task_with_its_image() -> None:
    assert migrated(SOURCE, "train") == TRAIN


def test_a_workflow_with_its_tasks() -> None:
    assert migrated(SOURCE, "wf") == WORKFLOW


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_other_line_ends(newline: str) -> None:
    assert migrated(SOURCE.replace("\n", newline), "train") == TRAIN.replace("\n", newline)


def test_statements_that_share_a_line() -> None:
    source = SOURCE.replace("def helper(x):", "ONE = 1; TWO = 2\n\n\ndef helper(x):")
    assert "ONE = 1; TWO = 2\n" in migrated(source, "train")
    assert "ONE = 1; TWO = 2\n" in migrated(source.replace("(container_image=image)", "(retries=TWO)"), "train")


def test_one_part_after_the_other_is_the_whole() -> None:
    first = migrated(SOURCE, "wf")
    assert components(model(first)) == []
    from flyteshift.migration import plan_module

    rest = plan_module(model(first), "jobs", Settings(orchestration="sequential"))
    after = apply_edits(first, rest.edits)
    assert "flytekit" not in after
    assert 'name="jobs_train"' in after, "an environment's name is taken once"


def test_the_images_need_both_sdks() -> None:
    assert BOTH in [note.message for note in planned(SOURCE, "train").notes]


def test_imports_that_only_the_rest_mentions_in_a_text_stay() -> None:
    source = SOURCE.replace("def helper(x):", "def helper(x):  # ImageSpec")
    assert "from flytekit import ImageSpec, Resources, task, workflow\n" in migrated(source, "train")


def test_nothing_is_removed_where_the_rest_needs_it() -> None:
    source = SOURCE.replace("(container_image=image)", "")
    assert "\nimport flyte\nfrom flytekit import ImageSpec, Resources, task, workflow\n" in migrated(source, "train")


def test_a_part_holds_callers_and_callees() -> None:
    found = components(model(SOURCE))
    assert [c.entities for c in found] == [("train",), ("wf", "load")]
    here = component_at(model(SOURCE), SOURCE.index("small ="), found)
    assert here is not None
    assert here.entities == ("wf", "load")


def test_calls_through_plain_functions_and_variables_count() -> None:
    source = SOURCE.replace("return x + 1", "return train(a=x)").replace("return helper(a)", "return a", 1)
    assert components(model(source)) == []
    source = SOURCE.replace("return load(a=load(a=a))", "return [f(a=a) for f in both][0]")
    source = source.replace("@workflow", "both = [train, load]\n\n\n@workflow")
    assert components(model(source)) == []


def test_code_outside_of_runs_ties_nothing() -> None:
    source = SOURCE.replace('if __name__ == "__main__":', "def main():")
    assert len(components(model(source))) == 2


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n",
        "from flytekit import task\n\n\n@task\ndef f() -> int:\n    return 1\n",
        SOURCE.replace("return load(", "return train("),
    ],
)
def test_a_module_of_one_part_has_none(source: str) -> None:
    assert components(model(source)) == []


def test_an_object_of_two_parts_is_refused() -> None:
    source = SOURCE.replace("(container_image=image)", "(requests=small)")
    (obstacle,) = planned(source, "train").left
    assert obstacle.message == "`small` is used by `load` as well, which would stay Flyte 1; migrate the module."
    assert source[slice(*obstacle.span)].startswith("small =")
    assert component_at(model(source), source.index("small ="), components(model(source))) is None


def test_a_helper_with_flyte_1_of_two_parts_is_refused() -> None:
    source = SOURCE.replace("return x + 1", "return current_context().execution_id and x")
    source = source.replace("import ImageSpec", "import current_context, ImageSpec")
    assert "`helper` is used by" in planned(source, "train").left[0].message


def test_what_cannot_be_migrated_refuses_its_part_only() -> None:
    source = SOURCE.replace("return load(", "print(load(a=a))\n    return load(").replace(
        "def wf(a: int = 1)", "def wf(*a: int)"
    )
    assert planned(source, "wf").left
    assert planned(source, "train").edits


def test_a_star_import_is_refused() -> None:
    source = SOURCE.replace("import ImageSpec, Resources, task, workflow", "import *")
    assert planned(source, "train").left


def test_a_name_that_the_rest_has_is_not_taken() -> None:
    source = SOURCE.replace("small", "env").replace("def helper(x):", "def jobs_env(): ...\n\n\ndef helper(x):")
    after = migrated(source, "train")
    assert "\nenv = Resources(cpu=" in after
    assert "\nflyte_env = flyte.TaskEnvironment(" in after
    assert "\n@flyte_env.task\n" in after


LONG = SOURCE.replace(
    "@task(container_image",
    """\
def unused(a):
    import asyncio

    return asyncio.run(a)  # kept


if unused: pass


class Env:
    env = 1


def later(a):
    return unused(a) or "jobs.load"


@task(container_image""",
)


@pytest.mark.parametrize("name", ["train", "wf"])
def test_what_a_part_has_nothing_to_do_with_changes_nothing(name: str) -> None:
    added = LONG[LONG.index("def unused") : LONG.index("@task(container_image")]
    assert migrated(LONG, name).replace(added, "") == migrated(SOURCE, name)


def test_a_part_of_a_module_of_thousands_of_functions() -> None:
    many = "".join(f"def helper_{n}(x):\n    return x\n\n\n" for n in range(2000))
    source = SOURCE.replace("@task(container_image", many + "@task(container_image")
    assert migrated(source, "train").replace(many, "") == TRAIN


def test_a_text_that_names_a_task_is_read() -> None:
    source = SOURCE + "\n\ndef test_wf():\n    with patch('jobs.load'):\n        return 1\n"
    part_ = part(source, "wf")
    assert len(model(source).statements) - 1 not in part_.around
    assert migrated(source, "wf") == migrated(SOURCE, "wf") + source[len(SOURCE) :]


def test_words() -> None:
    code = "a.b(c=d, e == 1) # f\n'g' f'{h}' \"\"\"i\"\"\" rb'j' F'{k}' + l"
    assert words(code) >= {"a", "d", "e", "h", "k", "l"}
    assert not words(code) & {"b", "c", "f", "g", "i", "j", "rb"}


RUN = """
import json, flyte, jobs
got = [jobs.wf(), jobs.train(a=1)]
got.append(flyte.with_runcontext(mode="local").run(jobs.train, a=1).outputs()[0])
print(json.dumps(got))
"""


@pytest.mark.sdk
def test_both_halves_run_in_one_module(tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    (tmp_path / "jobs.py").write_text(migrated(SOURCE, "train"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", RUN], cwd=tmp_path, check=False, capture_output=True, text=True, timeout=170
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == [3, 2, 2]


def test_a_module_called_flyte_cannot_be_both() -> None:
    source = "import flytekit as flyte\n" + "".join(
        f"\n\n@flyte.task\ndef {n}(x: int) -> int:\n    return x\n" for n in "ab"
    )
    read = build(Document("file:///jobs.py", source))
    for part in components(read):
        plan = plan_part(read, part, "jobs")
        assert plan.edits == []
        assert "a `flyte` of its own" in plan.left[0].message


SHARED = """\
import functools
from typing import NamedTuple

from flytekit import task, workflow
from flytekit.core.context_manager import FlyteContextManager

Out = NamedTuple("Out", n=int)


@task
def one(a: int, b: int = 0) -> {0}:
    return a + 1


@workflow
def wf(n: int) -> int:
    {1}


@task
def two(a: int) -> int:
    FlyteContextManager.current_context()
    return {2}
"""


def _shared(kind: str, body: str, rest: str) -> Plan:
    model = build(Document("file:///jobs.py", SHARED.format(kind, body, rest)))
    part = next(c for c in components(model) if "wf" in c.entities)
    return plan_part(model, part, "jobs")


def test_an_import_that_the_rest_reads_stays() -> None:
    body = "p = functools.partial(one, a=n)\n    return p(b=1)"
    read = SHARED.format("int", body, "functools.reduce(max, [a])")
    assert "import functools" in apply_edits(read, _shared("int", body, "functools.reduce(max, [a])").edits)
    assert "import functools" not in apply_edits(SHARED.format("int", body, "a"), _shared("int", body, "a").edits)


def test_a_definition_that_the_rest_reads_stays() -> None:
    body = "return one(a=n).n"
    assert _shared("Out", body, "Out(a).n").left
    assert "Out" not in apply_edits(SHARED.format("Out", body, "a"), _shared("Out", body, "a").edits)


BESIDE = """

import flytekit as beside


@beside.task
def beside_task(a: int) -> int:
    return a + 1


@beside.workflow
def beside_workflow(a: int = 1) -> int:
    return beside_task(a=a)
"""


@pytest.mark.sdk
@pytest.mark.timeout(500)
def test_each_part_of_a_program_migrates_alone_and_gives_what_it_gave(tmp_path: Path) -> None:
    """With something beside it that stays Flyte 1, each part of each program, one after the other."""
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    before = [{"id": name, "source": source + BESIDE, "call": calls(source)} for name, source in PROGRAMS.items()]
    rounds: list[list[dict[str, str]]] = []
    for job in before:
        model = build(Document("file:///work/jobs.py", job["source"]))
        plans = [plan_part(model, part, "jobs") for part in components(model)]
        mixed = [apply_edits(job["source"], plan.edits) for plan in plans if plan.edits]
        for number, source in enumerate(mixed):
            # A launch plan's name may be taken once in a process: each program is in a round once.
            rounds += [[]] if number == len(rounds) else []
            rounds[number].append({**job, "source": source})
    assert sum(map(len, rounds)) >= len(PROGRAMS)
    old = run("flyte1", before, tmp_path)
    for jobs in rounds:
        new = run("direct", jobs, tmp_path)
        for name, found in new.items():
            assert "error" not in found, f"{name}: {found['error']}"
            assert found["value"] == old[name]["value"], name


def test_what_runs_a_workflow_by_the_command_line_goes_with_it() -> None:
    source = """\
from click.testing import CliRunner
from flytekit import task, workflow
from flytekit.clis.sdk_in_container import pyflyte


@task
def load(n: int) -> int:
    return n


@workflow
def flow(n: int = 1) -> int:
    return load(n=n)


@task
def other(n: int) -> int:
    return n


def started() -> int:
    return CliRunner().invoke(pyflyte.main, ["run", __file__, "flow"]).exit_code
"""
    model = build(Document("file:///work/jobs.py", source))
    one, two = components(model)
    defined = [model.statements[i].span.start for i in one.statements]
    assert source.index("def started") in defined
    assert one.entities == ("flow", "load")
    assert two.entities == ("other",)
    after = apply_edits(source, plan_part(model, one, "jobs").edits)
    assert "pyflyte" not in after
    assert "\n@task\ndef other(" in after
    assert "pyflyte.main" in apply_edits(source, plan_part(model, two, "jobs").edits)
