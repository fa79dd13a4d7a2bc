"""Several workspace folders: what one imports of another is found as if all of them were on Python's path."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.features import readiness, units
from flyteshift.migration.unit import plan_files
from flyteshift.semantics.values import Symbol
from flyteshift.workspace.entries import Place
from flyteshift.workspace.gather import Gatherer
from flyteshift.workspace.index import Index
from flyteshift.workspace.locate import locate, on_disk
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings
from tests.workspace.trees import write

FLOW = "from flytekit import workflow\n\nfrom steps.load import load\n\n\n@workflow\ndef daily(n: int = 2) -> int:\n    return load(n=n)\n"
LOAD = "from flytekit import task\n\n\n@task\ndef load(n: int) -> int:\n    return n\n"
COMMON = "from flytekit import task as job\n"
BY_COMMON = "from common import job\n\n\n@job\ndef late(n: int) -> int:\n    return n\n"


def gatherer(folder: Path) -> Gatherer:
    return Gatherer(folder, Settings(root=folder), folder=folder.parent / "cache")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders: workflows, and a library with a `src` folder."""
    flows = write(tmp_path / "flows", {"daily.py": FLOW, "late.py": BY_COMMON})
    return flows, write(
        tmp_path / "library", {"src/steps/__init__.py": "", "src/steps/load.py": LOAD, "common.py": COMMON}
    )


def joined(folders: tuple[Path, ...]) -> Index:
    index = Index()
    for folder in folders:
        index = gatherer(folder).build(index)
    return index


@pytest.mark.parametrize("backwards", [False, True])
def test_names_lead_from_folder_to_folder_in_whichever_order_they_come(
    folders: tuple[Path, Path], *, backwards: bool
) -> None:
    flows, library = folders
    index = joined(folders[::-1] if backwards else folders)
    daily, load = str(flows / "daily.py"), Place(str(library / "src/steps/load.py"), "load")
    assert index.resolve(daily, "steps.load.load") == load
    assert daily in {reference.path for reference in index.references(load)}
    assert index.reached(daily, "daily") == [Place(daily, "daily"), load]
    assert index.importers(load.path) == {daily}
    assert index.imported(str(flows / "late.py")) == {"common.job": Symbol("flytekit.task")}
    late = index.defined(Place(str(flows / "late.py"), "late"))
    assert late is not None and late.kind == "task", "findings by what another folder hands on"


def test_they_are_migrated_together(folders: tuple[Path, Path]) -> None:
    flows, _ = folders
    index = joined(folders)
    unit = units.unit(index, str(flows / "daily.py"), "daily")
    assert unit is not None and len(unit.files) == 2
    question = readiness.question(index, unit.files, Settings(root=flows), {})
    made = units.restored(units.changes(question))
    assert not made.left and {each.path.name for each in made.files} == {"daily.py", "load.py"}
    (edit,) = [e.text for each in made.files if each.path.name == "daily.py" for e in each.edits if "as " in e.text]
    assert "as load_env" in edit


def test_without_the_other_folder_they_are_not(folders: tuple[Path, Path]) -> None:
    flows, _ = folders
    path = flows / "daily.py"
    assert Project(root=flows).find(path, "steps.load.load") is None
    assert gatherer(flows).build().resolve(str(path), "steps.load.load") is None
    assert plan_files([path], Project(root=flows), Settings(root=flows))[path].left


def test_what_came_from_a_folder_goes_with_it(folders: tuple[Path, Path]) -> None:
    flows, library = folders
    index = gatherer(flows).joined(joined(folders).without_root(str(library)))
    assert index.roots == (str(flows),)
    assert index.resolve(str(flows / "daily.py"), "steps.load.load") is None
    assert not index.imported(str(flows / "late.py"))
    assert index.defined(Place(str(flows / "late.py"), "late")) is None


def test_a_changed_file_of_one_folder_reaches_the_other(folders: tuple[Path, Path]) -> None:
    flows, library = folders
    index = joined(folders)
    (library / "common.py").write_text("def job(f):\n    return f\n")
    index = gatherer(library).update(index, [str(library / "common.py")])
    assert index.defined(Place(str(flows / "late.py"), "late")) is None


def test_the_cache_of_a_folder_serves_it_alone_and_among_others(folders: tuple[Path, Path]) -> None:
    flows, library = folders
    late = Place(str(flows / "late.py"), "late")
    assert joined(folders).defined(late) is not None
    assert gatherer(flows).build().defined(late) is None
    assert joined(folders).defined(late) is not None
    assert joined((library, flows)).defined(late) is not None


def test_its_own_folder_goes_first_and_what_two_others_have_is_left_alone(tmp_path: Path) -> None:
    tree = write(tmp_path, {
        "a/flow.py": "", "a/own.py": "", "b/own.py": "", "b/both.py": "", "c/both.py": "", "c/one.py": "",
        "c/pkg/__init__.py": "", "d/__init__.py": "", "d/inner.py": "", "b/hidden.py": "", "a/pkg/__init__.py": "",
        "c/pkg/more.py": "",
    })  # fmt: skip
    roots = [str(tree / name) for name in "abcd"]

    def found(dotted: str) -> str | None:
        at = locate(str(tree / "a/flow.py"), dotted, on_disk, roots)
        return Path(at.path).relative_to(tree).as_posix() if at is not None else None

    assert found("own") == "a/own.py"
    assert found("one") == "c/one.py"
    assert found("both") is None
    assert found("d.inner") == "d/inner.py"
    assert found("inner") == "d/inner.py"
    assert found(".hidden") is None
    assert found("pkg.more") == "a/pkg/__init__.py", "a package is in one place"
