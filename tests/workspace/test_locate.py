"""Files behind imports: source roots, packages, namespace packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.workspace.locate import locate, on_disk
from tests.workspace.trees import write


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        {
            "src/pkg/__init__.py": "",
            "src/pkg/tasks.py": "",
            "src/space/deep/flow.py": "",
            "tests/test_flow.py": "",
            "pyproject.toml": "[tool.setuptools.packages.find]\nwhere = ['lib', '../outside']\n[tool.pytest.ini_options]\npythonpath = 'helpers'\n",
            "lib/other/__init__.py": "",
            "helpers/fixtures.py": "",
            "jobs/pyproject.toml": "not toml [",
            "jobs/run.py": "",
            "jobs/types.py": "",
        },
    )


@pytest.mark.parametrize(
    ("importer", "dotted", "path", "rest"),
    [
        ("tests/test_flow.py", "pkg.tasks.train", "src/pkg/tasks.py", ("train",)),
        ("tests/test_flow.py", "pkg.thing", "src/pkg/__init__.py", ("thing",)),
        ("tests/test_flow.py", "pkg", "src/pkg/__init__.py", ()),
        ("tests/test_flow.py", "space.deep.flow.wf", "src/space/deep/flow.py", ("wf",)),
        ("tests/test_flow.py", "other.x", "lib/other/__init__.py", ("x",)),
        ("tests/test_flow.py", "fixtures.x.y", "helpers/fixtures.py", ("x", "y")),
        ("src/pkg/tasks.py", ".thing", "src/pkg/__init__.py", ("thing",)),
        ("src/space/deep/flow.py", "...pkg.tasks", "src/pkg/tasks.py", ()),
        ("jobs/run.py", "types.x", "jobs/types.py", ("x",)),
    ],
)
def test_modules_are_found(tree: Path, importer: str, dotted: str, path: str, rest: tuple[str, ...]) -> None:
    found = locate(str(tree / importer), dotted, on_disk, [str(tree)])
    assert found is not None
    assert (found.path, found.rest) == (str(tree / path), rest)


@pytest.mark.parametrize("dotted", ["numpy.array", "space.deep", "outside.x", ".tasks.train", "", ".", "pkg..x"])
def test_others_are_not(tree: Path, dotted: str) -> None:
    found = locate(str(tree / "tests/test_flow.py"), dotted, on_disk, [str(tree)])
    assert found is None or found.rest
