"""Who uses what of a module: one answer, however it is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.workspace.project import Project
from flyteshift.workspace.users import Link, links, through_helpers
from tests.workspace.trees import write

TASKS = "from flytekit import ImageSpec, task\n\nimage = ImageSpec(name='x')\n\n@task\ndef f(x: int) -> int:\n    return x\n\ndef plain(): ...\n"


def used(folder: Path, source: str) -> set[str]:
    write(
        folder, {"pkg/__init__.py": "", "pkg/tasks.py": TASKS, "pkg/user.py": source, "pkg/other.py": "def f(): ...\n"}
    )
    project, owner = Project(root=folder), folder / "pkg/tasks.py"
    return {link.name for link in links([folder / "pkg/user.py"], {owner}, project)}


@pytest.mark.parametrize(
    "source",
    [
        "from pkg.tasks import f\n",
        "from .tasks import f as g\n",
        "from . import tasks\ntasks.f(x=1)\n",
        "import pkg.tasks\npkg.tasks.f(x=1)\n",
        "import pkg.tasks as t\nt.f(x=1)\n",
        "def g():\n    from pkg.tasks import f\n    f(x=1)\n",
        "def g():\n    import pkg.tasks as t\n    t.f(x=1)\n",
        "def g():\n    from . import tasks\n    return tasks.f\n",
        "if True:\n    from .tasks import f\n",
    ],
)
def test_a_use_is_seen_however_it_is_imported(tmp_path: Path, source: str) -> None:
    assert used(tmp_path, source) == {"f"}


def test_a_star_import_may_use_everything(tmp_path: Path) -> None:
    assert {"f", "image"} <= used(tmp_path, "from .tasks import *\n")
    assert {"f", "image"} <= used(tmp_path, "from pkg.tasks import *\n")


@pytest.mark.parametrize(
    "source",
    [
        "from .other import f\n",
        "import os\n",
        "from .tasks import plain\n",
        "tasks = 1\ntasks.f\n",
        "from pkg2.tasks import f\n",
        "from ..tasks import f\n",
    ],
)
def test_other_things_are_no_use(tmp_path: Path, source: str) -> None:
    assert used(tmp_path, source) == set()


def test_uses_by_way_of_helpers(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "tasks.py": TASKS,
            "helpers.py": "from tasks import f\n\ndef run(x):\n    return f(x=x)\n",
            "flow.py": "from flytekit import workflow\nfrom helpers import run\n",
            "alone.py": "from flytekit import workflow\n",
        },
    )
    project = Project(root=tmp_path)
    paths = {name: tmp_path / f"{name}.py" for name in ("tasks", "helpers", "flow", "alone")}
    direct = links(paths.values(), {paths["tasks"]}, project)
    assert direct == [Link(paths["helpers"], paths["tasks"], "f")]
    flyte1 = [paths["tasks"], paths["flow"], paths["alone"]]
    assert [*through_helpers(flyte1, direct, project)] == [Link(paths["flow"], paths["tasks"], "f")]
