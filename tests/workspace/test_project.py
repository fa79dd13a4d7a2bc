"""Names imported from other files, found as Python would find them."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.semantics.values import Instance
from flyteshift.workspace.project import Project

TASKS = """\
from typing import NamedTuple
from flytekit import ImageSpec, task, workflow

class Out(NamedTuple):
    a: int

image = ImageSpec(packages=["a"])

@task
def f(x: int) -> int: ...

@workflow
def w() -> Out: ...

def plain(): ...
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in {
        "src/pkg/__init__.py": "from .tasks import f as train\nfrom pkg.deep import *\n",
        "src/pkg/tasks.py": TASKS,
        "src/pkg/deep/__init__.py": "",
        "src/pkg/deep/flow.py": "",
        "src/main.py": "",
        "space/inner/tasks.py": TASKS,
        "cycle_a.py": "from cycle_b import f\n",
        "cycle_b.py": "from cycle_a import f\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("importer", "dotted", "module"),
    [
        ("src/main.py", "pkg.tasks.f", "pkg.tasks"),
        ("src/main.py", "pkg.train", "pkg.tasks"),
        ("src/pkg/deep/flow.py", "..tasks.f", "..tasks"),
        ("src/pkg/deep/flow.py", "pkg.tasks.f", "pkg.tasks"),
        ("src/pkg/__init__.py", ".tasks.f", ".tasks"),
        ("src/pkg/deep/flow.py", "..train", "..tasks"),
        ("space/run.py", "inner.tasks.f", "inner.tasks"),
        ("run.py", "space.inner.tasks.f", "space.inner.tasks"),
    ],
)
def test_tasks_are_found_where_python_finds_them(project: Path, importer: str, dotted: str, module: str) -> None:
    found = Project(root=project).find(project / importer, dotted)
    assert found is not None
    assert (found.module, found.name, found.kind, found.named) == (module, "f", "task", False)


def test_what_names_hold(project: Path) -> None:
    found = Project(root=project).find(project / "src/main.py", "pkg.tasks.image")
    assert found is not None
    assert (found.kind, found.value) == (None, Instance("flytekit.ImageSpec"))
    flow = Project(root=project).find(project / "src/main.py", "pkg.tasks.w")
    assert flow is not None
    assert (flow.kind, flow.named) == ("workflow", True)


@pytest.mark.parametrize(
    ("importer", "dotted"),
    [
        ("src/main.py", "os.path"),
        ("src/main.py", "pkg.tasks.missing"),
        ("src/main.py", "pkg.tasks.f.attribute"),
        ("src/main.py", "pkg"),
        ("src/main.py", "tasks.f"),
        ("src/main.py", "flytekit.task"),
        ("cycle_a.py", "cycle_b.f"),
        ("src/main.py", "......x.f"),
    ],
)
def test_what_is_not_the_projects_is_not_found(project: Path, importer: str, dotted: str) -> None:
    assert Project(root=project).find(project / importer, dotted) is None


def test_an_unreadable_file_is_not_found(project: Path) -> None:
    (project / "src/pkg/tasks.py").write_bytes(b"\x00\xff")
    assert Project(root=project).find(project / "src/main.py", "pkg.tasks.f") is None


def test_what_packages_take_by_star_is_named_as_the_importing_file_has_it(project: Path) -> None:
    (project / "src/pkg/deep/__init__.py").write_text("from ..tasks import *\n")
    found = Project(root=project).find(project / "src/pkg/deep/flow.py", "..deep.f")
    assert found is not None and (found.module, found.path) == ("..tasks", project / "src/pkg/tasks.py")
    main = Project(root=project).find(project / "src/main.py", "pkg.deep.f")
    assert main is not None and main.module == "pkg.tasks"


@pytest.mark.parametrize(
    ("package", "is_task"),
    [
        ("from .f import *\n", True),
        ("from .f import f\n", True),
        ("from .other import *\n", False),  # whose star binds no `f`, so that the module stays one
        ("from .f import g\n", False),
    ],
)
def test_a_task_called_like_its_module_wins_where_the_package_takes_it(
    tmp_path: Path, package: str, is_task: bool
) -> None:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs/__init__.py").write_text(package)
    (tmp_path / "jobs/other.py").write_text("g = 1\n")
    (tmp_path / "jobs/f.py").write_text("from flytekit import task\n\ng = 1\n\n@task\ndef f() -> int: ...\n")
    found = Project(root=tmp_path).find(tmp_path / "main.py", "jobs.f")
    assert (found is not None and found.kind == "task") == is_task
