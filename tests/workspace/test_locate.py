"""Files behind imports: source roots, packages, namespace packages."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flyteshift.workspace import beneath
from flyteshift.workspace.locate import Kind, Known, locate, on_disk
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


def test_what_nobody_has_is_looked_for_once(tree: Path) -> None:
    asked: list[str] = []

    def kind(path: str) -> Kind:
        asked.append(path)
        return on_disk(path)

    known, importer = Known.nothing(), str(tree / "tests/test_flow.py")
    assert locate(importer, "numpy.array", kind, [str(tree)], known=known) is None
    assert asked
    asked.clear()
    assert locate(importer, "numpy.linalg.norm", kind, [str(tree)], known=known) is None
    assert not asked
    assert locate(importer, "pkg.tasks.train", kind, [str(tree)], known=known) is not None
    assert locate(importer, "pkg.other.train", kind, [str(tree)], known=known) is not None
    assert locate(str(tree / "jobs/run.py"), "numpy.array", kind, [str(tree)], known=known) is None


def listed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that are looked into from now on."""
    found: list[str] = []
    look = beneath._looked_at

    def looked_at(folder: str, left_out: tuple[str, ...]) -> beneath.Listing:
        found.append(folder)
        return look(folder, left_out)

    monkeypatch.setattr(beneath, "_looked_at", looked_at)
    return found


@pytest.mark.parametrize("dotted", ["tasks.predict.f", "flyte.tasks.predict.f", "json.loads", "..tasks.predict.f"])
def test_no_folder_is_listed_for_what_is_nearer_or_comes_with_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dotted: str
) -> None:
    tree = write(tmp_path, MONOREPO)
    found = listed(monkeypatch)
    Project(root=tree).locate(tree / "flyte/workflows/x.py", dotted)
    assert not found


def test_a_folder_is_listed_again_when_it_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = write(tmp_path, MONOREPO)
    for folder in [tree, *(each for each in tree.rglob("*") if each.is_dir())]:
        os.utime(folder, (1_700_000_000, 1_700_000_000))
    found = listed(monkeypatch)
    assert Project(root=tree).locate(tree / "scripts/run.py", "later.f") is None
    assert str(tree / "flyte") in found
    found.clear()
    assert Project(root=tree).locate(tree / "scripts/run.py", "later.f") is None
    assert not found
    write(tree, {"flyte/later.py": "", "services/pyproject.toml": "[tool.pytest.ini_options]\npythonpath = 'extra'\n"})
    write(tree, {"services/extra/beside.py": ""})
    for name, path in (("later", "flyte/later.py"), ("beside", "services/extra/beside.py")):
        there = Project(root=tree).locate(tree / "scripts/run.py", f"{name}.f")
        assert there is not None
        assert there.path == str(tree / path)
    assert {*found} == {str(tree / "flyte"), str(tree / "services"), str(tree / "services/extra")}


def test_the_time_of_a_folder_that_changed_just_now_is_not_trusted(tmp_path: Path) -> None:
    tree = write(tmp_path, MONOREPO)
    assert Project(root=tree).locate(tree / "scripts/run.py", "later.f") is None
    info = (tree / "flyte").stat()
    write(tree, {"flyte/later.py": ""})
    os.utime(tree / "flyte", ns=(info.st_atime_ns, info.st_mtime_ns))
    assert Project(root=tree).locate(tree / "scripts/run.py", "later.f") is not None
