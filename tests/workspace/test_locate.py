"""Files behind imports: source roots, packages, namespace packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.workspace import beneath
from flyteshift.workspace.locate import locate, on_disk
from flyteshift.workspace.project import Project
from tests.workspace.trees import index, write


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


PYPROJECT = "[tool.setuptools.packages.find]\nwhere = ['python']\n"
MONOREPO = {
    "flyte/tasks/predict.py": "",
    "flyte/workflows/x.py": "",
    "scripts/run.py": "",
    "services/a/src/one/load.py": "",
    "services/a/src/both.py": "",
    "services/a/tests/test_one.py": "",
    "services/b/src/two/load.py": "",
    "services/b/src/both.py": "",
    "services/b/jobs/both.py": "",
    "services/b/jobs/run.py": "",
    "services/b/plain.py": "",
    "libs/shared/pyproject.toml": PYPROJECT,
    "libs/shared/python/shared/base.py": "",
    "pkg/__init__.py": "",
    "pkg/inner.py": "",
    "flyte/json.py": "",
    "node_modules/left/out.py": "",
    "left/other.py": "",
}


def located(tree: Path, importer: str, dotted: str) -> str | None:
    """Where an import leads, of which the index and the project must give one answer."""
    found = Project(root=tree).locate(tree / importer, dotted)
    assert index(tree).locate(str(tree / importer), dotted) == found
    return Path(found.path).relative_to(tree).as_posix() if found is not None else None


@pytest.mark.parametrize(
    ("importer", "dotted", "path"),
    [
        ("flyte/workflows/x.py", "tasks.predict.f", "flyte/tasks/predict.py"),
        ("scripts/run.py", "tasks.predict.f", "flyte/tasks/predict.py"),
        ("scripts/run.py", "one.load.f", "services/a/src/one/load.py"),
        ("services/b/jobs/run.py", "one.load.f", "services/a/src/one/load.py"),
        ("services/b/jobs/run.py", "both.f", "services/b/jobs/both.py"),
        ("services/a/tests/test_one.py", "both.f", "services/a/src/both.py"),
        ("services/b/jobs/run.py", "shared.base.f", "libs/shared/python/shared/base.py"),
    ],
)
def test_what_lies_in_a_source_folder_of_another_part_is_found_nearest_first(
    tmp_path: Path, importer: str, dotted: str, path: str
) -> None:
    assert located(write(tmp_path, MONOREPO), importer, dotted) == path


@pytest.mark.parametrize(
    ("importer", "dotted"),
    [
        ("scripts/run.py", "both.f"),
        ("scripts/run.py", "plain.f"),
        ("scripts/run.py", "inner.f"),
        ("scripts/run.py", "json.f"),
        ("scripts/run.py", ".tasks.predict"),
        ("scripts/run.py", "tasks.other.f"),
        ("scripts/run.py", "out.f"),
        ("scripts/run.py", "a.src.one"),
    ],
)
def test_what_two_have_and_what_nobody_would_put_on_the_path_is_not(tmp_path: Path, importer: str, dotted: str) -> None:
    assert located(write(tmp_path, MONOREPO), importer, dotted) is None


def test_nothing_is_known_below_a_folder_with_very_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = write(tmp_path, MONOREPO)
    monkeypatch.setattr(beneath, "MOST", 3)
    assert located(tree, "scripts/run.py", "tasks.predict.f") is None
    assert located(tree, "flyte/workflows/x.py", "tasks.predict.f") == "flyte/tasks/predict.py"
