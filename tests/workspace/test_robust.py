"""The index of a folder that is not well: links, files that cannot be read, folders that vanish, odd names."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from flyteshift.workspace import files
from flyteshift.workspace.entries import Place
from tests.workspace.trees import gatherer, index, short, write

TASK = "from flytekit import task\n\n\n@task\ndef {0}(n: int) -> int:\n    return n\n"


def names(found: object) -> set[str]:
    return {defined.name for _, defined in found.everything()}  # type: ignore[attr-defined]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(
        tmp_path / "project",
        {"a.py": TASK.format("a"), "sub/b.py": TASK.format("b"), "sub/deep/c.py": TASK.format("c")},
    )


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Files and folders that nobody may read, whoever runs the tests."""
    closed: set[str] = set()
    real_open, real_scan = os.open, os.scandir

    def opened(path: object, *more: object, **named: object) -> int:
        if str(path) in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return real_open(path, *more, **named)  # type: ignore[arg-type]

    def scanned(path: object = ".") -> object:
        if str(path) in closed:
            raise PermissionError(13, "Permission denied", str(path))
        return real_scan(path)  # type: ignore[call-overload]

    monkeypatch.setattr(files.os, "open", opened)
    monkeypatch.setattr(files.os, "scandir", scanned)
    return closed


def test_what_may_not_be_read_does_not_hide_the_rest(project: Path, forbidden: set[str]) -> None:
    forbidden |= {str(project / "a.py"), str(project / "sub/deep")}
    assert names(index(project)) == {"b"}


def test_a_file_that_may_be_read_after_all_is_found_at_the_next_look(project: Path, forbidden: set[str]) -> None:
    forbidden.add(str(project / "a.py"))
    made = gatherer(project)
    before = made.build()
    assert made.refresh(before) is before, "nothing new is no new index"
    forbidden.clear()
    assert names(made.refresh(before)) == {"a", "b", "c"}
    assert names(gatherer(project).build()) == {"a", "b", "c"}, "and at the next start"


def test_files_go_with_a_folder_of_which_alone_is_told(project: Path) -> None:
    made = gatherer(project)
    before = made.build()
    shutil.rmtree(project / "sub")
    (project / "a.py").write_text(TASK.format("again"))
    assert names(made.update(before, [str(project / "a.py")])) == {"again", "b", "c"}
    after = made.update(before, [str(project / "a.py")], folders=True)
    assert names(after) == {"again"} and [short(project, path) for path in after.entries] == ["a.py"]
    assert made.update(after, [], folders=True) is after


def test_a_folder_in_the_place_of_a_file_and_the_other_way_round(project: Path) -> None:
    made = gatherer(project)
    before = made.build()
    (project / "a.py").unlink()
    write(project, {"a.py/inner.py": TASK.format("inner")})
    shutil.rmtree(project / "sub")
    (project / "sub").write_text("x = 1\n")
    changed = [str(project / each) for each in ("a.py", "a.py/inner.py", "sub")]
    for after in (made.update(before, changed, folders=True), made.refresh(before)):
        assert names(after) == {"inner"}


def test_a_workspace_folder_that_is_gone_is_empty_and_may_come_back(project: Path) -> None:
    made = gatherer(project)
    before = made.build()
    project.rename(project.parent / "away")
    gone = made.refresh(before)
    assert not gone.entries and not gatherer(project).build().entries
    (project.parent / "away").rename(project)
    assert names(made.refresh(gone)) == {"a", "b", "c"}


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_to_files_count_links_to_nothing_and_to_folders_do_not(project: Path) -> None:
    write(project.parent, {"elsewhere.py": TASK.format("elsewhere")})
    (project / "linked.py").symlink_to(project.parent / "elsewhere.py")
    (project / "nothing.py").symlink_to(project / "nowhere.py")
    (project / "itself.py").symlink_to(project / "itself.py")
    (project / "round").symlink_to(project)
    found = index(project)
    assert names(found) == {"a", "b", "c", "elsewhere"}
    assert not [path for path in found.entries if "round" in path]
    assert found.defined(Place(str(project / "linked.py"), "elsewhere")) is not None


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_workspace_folder_may_be_a_link(project: Path) -> None:
    link = project.parent / "link"
    link.symlink_to(project)
    write(
        project,
        {
            "flow.py": "from sub.b import b\nfrom flytekit import workflow\n\n\n@workflow\ndef w() -> int:\n    return b(n=1)\n"
        },
    )
    found = index(link)
    assert found.resolve(str(link / "flow.py"), "sub.b.b") == Place(str(link / "sub/b.py"), "b")


@pytest.mark.skipif(os.name == "nt" or os.sys.platform == "darwin", reason="names are text there")
def test_names_that_are_no_text(project: Path) -> None:
    path = os.fsencode(project) + b"/\xff\xe9.py"
    with open(path, "w") as file:  # noqa: PTH123
        file.write(TASK.format("odd"))
    assert names(index(project)) == {"a", "b", "c", "odd"} == names(index(project)), "from the cache too"


def test_another_branch_with_hundreds_of_files_is_what_a_fresh_look_gives(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {f"p{n % 20}/m{n}.py": TASK.format(f"old{n}") for n in range(300)})
    made = gatherer(project)
    before = made.build()
    for n in range(20):
        shutil.rmtree(project / f"p{n}")
    write(project, {f"p{n % 20 + 5}/m{n}.py": TASK.format(f"new{n}") for n in range(300)})
    for after in (made.update(before, _both(before.entries, project), folders=True), made.refresh(before)):
        fresh = gatherer(project).build()
        assert names(after) == names(fresh) == {f"new{n}" for n in range(300)}
        assert after.entries == fresh.entries


def _both(before: object, project: Path) -> list[str]:
    return sorted({*before, *(str(path) for path in project.rglob("*.py"))})  # type: ignore[misc]
