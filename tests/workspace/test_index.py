"""The index: names of one file found in another, and what follows for how a file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.semantics.known import MIGRATED
from flyteshift.semantics.values import Instance, Symbol
from flyteshift.workspace.entries import Place
from flyteshift.workspace.summary import FLYTE2, summarise, values
from tests.workspace.trees import gatherer, index, short, write

PROJECT = {
    "shop/__init__.py": "from .tasks import train as fit\nfrom . import images\n",
    "shop/common.py": """
        from functools import partial
        from flytekit import task, workflow
        from shop.images import image
        cached = partial(task, cache=True)
        def task_with_image(fn=None, **more):
            def inner(f):
                return task(f, container_image=image, **more)
            return inner(fn) if fn else inner
        def plain(fn):
            return fn
    """,
    "shop/images.py": "from flytekit import ImageSpec\nimage = ImageSpec(name='x')\n",
    "shop/tasks.py": """
        from .common import task_with_image

        @task_with_image(retries=2)
        def train(day: int) -> int:
            return day
    """,
    "shop/helpers.py": "from .tasks import train\n\ndef again(x):\n    return train(day=x)\n\ndef nothing():\n    pass\n",
    "shop/flow.py": """
        from shop.common import *
        from shop import fit
        from shop.helpers import again
        import shop.tasks

        @workflow
        def daily(day: int) -> int:
            a = fit(day=day)
            b = shop.tasks.train(day=a)
            return again(b)
    """,
    "tests/test_flow.py": "def test():\n    from shop.flow import daily\n    assert daily(day=1)\n",
    "unrelated.py": "import os\nfrom shop.helpers import nothing\nfrom shop.common import plain\n",
    "cycle_a.py": "from cycle_b import x\nfrom cycle_b import *\n",
    "cycle_b.py": "from cycle_a import x\nfrom cycle_a import *\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT)


def test_what_has_to_do_with_flyte_is_found_through_any_number_of_files(project: Path) -> None:
    found = [short(project, path) for path in index(project).flyte_files()]
    assert found == [f"shop/{n}.py" for n in ("__init__", "common", "flow", "helpers", "images", "tasks")] + [
        "tests/test_flow.py"
    ]


def test_entities_are_known_by_the_projects_own_decorators(project: Path) -> None:
    found = {(d.name, d.kind, d.symbol) for _, d in index(project).everything()}
    assert found == {("train", "task", "flytekit.task"), ("daily", "workflow", "flytekit.workflow")}
    train = next(d for _, d in index(project).everything() if d.name == "train")
    assert (train.signature, train.settings) == ("(day: int) -> int", (("retries", "2"),))


@pytest.mark.parametrize(
    ("importer", "dotted", "path", "name"),
    [
        ("shop/flow.py", "shop.fit", "shop/tasks.py", "train"),
        ("shop/flow.py", "shop.tasks.train", "shop/tasks.py", "train"),
        ("shop/flow.py", "shop.tasks", "shop/tasks.py", ""),
        ("shop/flow.py", "shop.images.image", "shop/images.py", "image"),
        ("tests/test_flow.py", "shop.flow.workflow", "shop/common.py", "workflow"),
    ],
)
def test_names_are_followed_to_where_they_are_defined(
    project: Path, importer: str, dotted: str, path: str, name: str
) -> None:
    assert index(project).resolve(str(project / importer), dotted) == Place(str(project / path), name)


@pytest.mark.parametrize("dotted", ["os.path", "shop.nothing", "cycle_a.x", "flytekit.task", "shop.tasks.train.x", ""])
def test_other_names_lead_nowhere(project: Path, dotted: str) -> None:
    assert index(project).resolve(str(project / "unrelated.py"), dotted) is None


def test_what_imports_hold(project: Path) -> None:
    made = index(project)
    assert made.imported(str(project / "shop/tasks.py")) == {".common.task_with_image": Symbol("flytekit.task")}
    flow = made.imported(str(project / "shop/flow.py"))
    assert flow["shop.common.workflow"] == Symbol("flytekit.workflow")
    assert flow["shop.common.cached"] == Symbol("flytekit.task")
    assert flow["shop.common.image"] == Instance("flytekit.ImageSpec")
    assert made.imported(str(project / "unrelated.py")) == {}
    assert made.imported(str(project / "tests/test_flow.py")) == {}


def test_references_and_calls_across_files(project: Path) -> None:
    made = index(project)
    train = Place(str(project / "shop/tasks.py"), "train")
    found = {(short(project, r.path), r.use.within, r.use.called) for r in made.references(train)}
    assert found == {
        ("shop/__init__.py", "", False),
        ("shop/helpers.py", "", False),
        ("shop/helpers.py", "again", True),
        ("shop/flow.py", "", False),
        ("shop/flow.py", "daily", True),
    }
    called = [place.name for place, _ in made.callees(str(project / "shop/flow.py"), "daily")]
    assert called == ["train", "train", "train"], "twice itself, once by way of a helper"
    assert made.reached(str(project / "shop/flow.py"), "daily") == [
        Place(str(project / "shop/flow.py"), "daily"),
        train,
    ]
    users = {short(project, path): names for path, names in made.users(train.path).items()}
    assert users == {
        "shop/__init__.py": {"train"},
        "shop/helpers.py": {"train"},
        "shop/flow.py": {"train", ""},
    }


def test_the_range_of_a_reference_is_the_name(project: Path) -> None:
    made = index(project)
    text = (project / "shop/flow.py").read_text()
    train = Place(str(project / "shop/tasks.py"), "train")
    found = {text[r.use.start : r.use.end] for r in made.references(train) if r.path.endswith("flow.py")}
    assert found == {"fit", "shop.tasks.train"}


def test_an_edit_inside_a_body_changes_nothing_for_others(project: Path) -> None:
    made = gatherer(project)
    before = made.build()
    path = project / "shop/flow.py"
    path.write_text(path.read_text().replace("a = fit", "c = 1\n    a = fit"))
    after = made.update(before, [str(path)])
    changed = {p for p in after.entries if after.entries[p] is not before.entries[p]}
    assert changed == {str(path)}


def test_a_change_of_an_export_reaches_the_files_behind_it(project: Path) -> None:
    made = gatherer(project)
    before = made.build()
    path = project / "shop/common.py"
    path.write_text(path.read_text().replace("return task(f, container_image=image, **more)", "return f"))
    after = made.update(before, [str(path)])
    assert after.imported(str(project / "shop/tasks.py")) == {}
    assert [d.name for _, d in after.everything()] == ["daily"]
    path.unlink()
    gone = made.update(after, [str(path)])
    assert str(path) not in gone.entries
    assert [d.name for _, d in gone.everything()] == []


def test_open_documents_go_before_files(project: Path) -> None:
    path = str(project / "unrelated.py")
    made = gatherer(project, opened={path: "from flytekit import task\n@task\ndef new(): ...\n"})
    before = made.build()
    assert "new" in {d.name for _, d in before.everything()}
    made.opened = {}
    after = made.update(before, [path])
    assert "new" not in {d.name for _, d in after.everything()}


@pytest.mark.parametrize(
    "source",
    [
        "def f(:\n",
        "from . import *\nfrom .. import *\nfrom ...... import x\n",
        "from flytekit import task\n@task(\n",
        "x = [" * 400,
        "",
    ],
)
def test_no_source_breaks_a_summary(source: str, tmp_path: Path) -> None:
    summarise(source)
    write(tmp_path / "p", {"a.py": source + "\n# flyte", "b.py": "from a import *\nimport a\n"})
    index(tmp_path / "p")._references  # noqa: B018


def test_an_edit_of_a_body_keeps_the_interface() -> None:
    source = "from flytekit import task\n\n@task\ndef f(x: int) -> int:\n    return x\n"
    assert summarise(source).interface == summarise(source.replace("return x", "y = x\n    return y")).interface
    assert summarise(source).interface != summarise(source.replace("x: int", "x: str")).interface


def test_flyte_2_tasks_count(tmp_path: Path) -> None:
    text = "import flyte\nenv = flyte.TaskEnvironment(name='a')\n@env.task(retries=1)\nasync def f(x: int) -> int: ...\n@env.task\ndef g(): ...\n"
    found = summarise(text).defined
    assert [(d.name, d.kind, d.symbol) for d in found] == [
        ("f", "task", "flyte.TaskEnvironment.task"),
        ("g", "task", "flyte.TaskEnvironment.task"),
    ]


def test_names_of_a_star_import_are_found(tmp_path: Path) -> None:
    made = index(
        write(
            tmp_path / "p",
            {
                "tasks.py": "from flytekit import task\n@task\ndef f(x: int) -> int: ...\n@task\ndef _g(): ...\n",
                "flow.py": "from flytekit import workflow\nfrom tasks import *\n@workflow\ndef w(x: int) -> int:\n    print(_g)\n    return f(x=x)\n",
            },
        )
    )
    called = [place.name for place, _ in made.callees(str(tmp_path / "p/flow.py"), "w")]
    assert called == ["f"]


BORDER = {
    "pkg/__init__.py": "from .new import load\n",
    "pkg/new.py": """
        import flyte
        env = flyte.TaskEnvironment(name="new")
        @env.task
        def load(day: int) -> int:
            return day
        def plain(day: int) -> int:
            return day
    """,
    "pkg/either.py": """
        import flyte
        from flytekit import task
        env = flyte.TaskEnvironment(name="either")
        if flyte:
            @env.task
            def load(day: int) -> int:
                return day
        else:
            @task
            def load(day: int) -> int:
                return day
    """,
    "named.py": "from flytekit import task\nfrom pkg.new import load as get, plain\n",
    "handed_on.py": "from flytekit import task\nfrom pkg import load\n",
    "whole.py": "from flytekit import task\nimport pkg.new\nfrom pkg import new as n\n",
    "unsure.py": "from flytekit import task\nfrom pkg.either import load\nfrom pkg.new import *\nfrom gone import load\n",
    "script.py": "from pkg.new import load\nload(day=1)\n",
}


def test_files_with_flyte_1_see_which_of_their_imports_are_flyte_2_by_now(tmp_path: Path) -> None:
    project = write(tmp_path / "project", BORDER)
    made = index(project)
    seen = {name: {dotted for dotted, what in made.seen(str(project / name)) if what == FLYTE2} for name in BORDER}
    assert {name: dotted for name, dotted in seen.items() if dotted} == {
        "named.py": {"pkg.new.load"},
        "handed_on.py": {"pkg.load"},
        "whole.py": {"pkg.new.load"},
    }
    assert all(FLYTE2 not in dict(entry.given).values() for entry in made.entries.values()), "no summary depends on it"
    newer = made.seen(str(project / "unsure.py"), ["pkg.new:load"])
    assert values(dict(newer)) == {"pkg.new.load": Instance(MIGRATED)}
