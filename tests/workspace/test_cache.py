"""The cache on disk: fast where it holds, nothing where it does not."""

from __future__ import annotations

import json
import marshal
import os
from multiprocessing.pool import ThreadPool
from pathlib import Path

import pytest

from flyteshift.workspace import cache, gather
from flyteshift.workspace.gather import Gatherer
from flyteshift.workspace.summary import summarise
from flyteshift.workspace.workers import Cancelled
from tests.workspace.test_index import PROJECT
from tests.workspace.trees import gatherer, write


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read."""
    seen: list[str] = []
    real = gather._look

    def look(path: str, *rest: object) -> object:
        seen.append(Path(path).name)
        return real(path, *rest)

    monkeypatch.setattr(gather, "_look", look)
    return seen


def cached(project: Path) -> Path:
    return next((project.parent / "project-cache").iterdir())


def test_a_warm_start_reads_no_file_and_gives_the_same(project: Path, looked: list[str]) -> None:
    cold = gatherer(project).build()
    assert looked
    looked.clear()
    warm = gatherer(project).build()
    assert looked == []
    assert warm.entries == cold.entries


def test_a_file_of_another_time_or_size_is_read_again(project: Path, looked: list[str]) -> None:
    gatherer(project).build()
    looked.clear()
    os.utime(project / "shop/tasks.py", ns=(1, 1))
    (project / "shop/images.py").write_text("")
    made = gatherer(project).build()
    assert looked[:2] in (["tasks.py", "images.py"], ["images.py", "tasks.py"]), "others only for what these hand on"
    assert "unrelated.py" not in looked
    assert made.entries[str(project / "shop/images.py")].imports == ()


def test_what_was_understood_once_is_known_by_its_content(
    project: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = gatherer(project)
    index = made.build()
    path = project / "shop/tasks.py"
    before, now = path.read_text(), "from flytekit import task\n"
    understood: list[str] = []
    real = gather.summarise
    monkeypatch.setattr(gather, "summarise", lambda text, *rest: (understood.append(text), real(text, *rest))[1])
    path.write_text(now)
    index = made.update(index, [str(path)])
    assert now in understood
    understood.clear()
    path.write_text(before)
    index = made.update(index, [str(path)])
    assert understood == [], "a branch that was seen before"
    assert {d.name for _, d in index.everything()} == {"train", "daily"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"train", b"brain"),
        lambda data: b"[]\n[]",
        lambda data: b"\xff\xfe" + data,
        lambda data: data.replace(b'"format": ', b'"format": 9'),
        lambda data: data.replace(b'"catalog": "', b'"catalog": "0'),
        lambda data: data.replace(b'"flyteshift": "', b'"flyteshift": "0'),
    ],
)
def test_a_cache_that_is_broken_or_of_another_version_counts_as_none(project: Path, damage: object) -> None:
    cold = gatherer(project).build()
    path = cached(project)
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    assert cache.load(str(project), path.parent)[0] == {}
    assert gatherer(project).build().entries == cold.entries
    assert cache.load(str(project), path.parent)[0] != {}, "written anew"


@pytest.mark.parametrize(
    "damage",
    [
        lambda table, used, others: (table, dict.fromkeys(used, (1,)), others),
        lambda table, used, others: (table, dict.fromkeys(used, None), others),
        lambda table, used, others: (table, {}, others),
        lambda table, used, others: (table, {}, dict.fromkeys(used, b"")),
        lambda table, used, others: (table, {}, dict.fromkeys(used, marshal.dumps("none"))),
        lambda table, used, others: (table, {}, None),
        lambda table, used, others: ([], used, others),
        lambda table, used, others: (table, used),
        lambda table, used, others: ([["/x.py"], *[[]] * 6, {}, []], used, others),
        lambda table, used, others: ([*table[:7], {900: ()}, table[8]], used, others),
        lambda table, used, others: ([*table[:4], [900] * len(table[4]), *table[5:]], used, others),
        lambda table, used, others: (table, {key: (*data[:4], ((1, 2),), *data[5:]) for key, data in used.items()}, {}),
        lambda table, used, others: (table, {key: (data[0], "no pairs", *data[2:]) for key, data in used.items()}, {}),
    ],
)
def test_a_sound_file_with_wrong_contents_is_survived(project: Path, damage: object) -> None:
    cold = gatherer(project).build()
    path = cached(project)
    body = marshal.dumps(damage(*marshal.loads(path.read_bytes().partition(b"\n")[2])))  # type: ignore[operator]
    path.write_bytes(json.dumps(cache._header(str(project), body)).encode() + b"\n" + body)
    assert gatherer(project).build().entries == cold.entries


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="files have no modes here")
def test_a_cache_that_others_can_write_counts_as_none(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gatherer(project).build()
    path = cached(project)
    assert cache.load(str(project), path.parent)[0] != {}
    path.chmod(0o666)
    assert cache.load(str(project), path.parent)[0] == {}
    path.chmod(0o600)
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert cache.load(str(project), path.parent)[0] == {}


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(project: Path) -> None:
    blocked = project.parent / "file"
    blocked.write_text("")
    made = gatherer(project)
    made.folder = blocked / "below"
    assert made.build().entries


def test_many_servers_on_one_cache_leave_a_whole_one(project: Path) -> None:
    def build(_: int) -> int:
        return len(Gatherer(project, gatherer(project).settings, folder=project.parent / "c").build().entries)

    with ThreadPool(8) as pool:
        assert set(pool.map(build, range(24))) == {len(PROJECT)}
    files = [*(project.parent / "c").iterdir()]
    assert len(files) == 1
    assert len(cache.load(str(project), files[0].parent)[0]) == len(PROJECT)


def test_old_contents_go_in_the_end() -> None:
    summary = summarise("from flytekit import task\n")
    contents = cache.Contents({f"{n}": summary for n in range(1000)})
    used, others = contents.parted({"999"})
    assert [*used] == ["999"]
    assert len(others) == 200
    assert all(contents[key] == summary for key in ("999", *others))
    assert "0" not in contents


def test_workers_give_what_one_process_gives(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = gatherer(project).build()
    monkeypatch.setattr(gather, "_ALONE", 0)
    monkeypatch.setattr(gather, "_BATCH", 2)
    made = gatherer(project)
    made.folder = project.parent / "other"
    assert made.build().entries == alone.entries


def test_it_stops_when_nobody_wants_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "_ALONE", 0)
    with pytest.raises(Cancelled):
        gatherer(project, cancelled=lambda: True).build()


def test_links_that_go_in_circles_and_folders_without_permission(project: Path) -> None:
    (project / "loop").symlink_to(project)
    (project / "broken.py").symlink_to(project / "nowhere")
    (project / "link.py").symlink_to(project / "shop/tasks.py")
    closed = project / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        made = gatherer(project).build()
    finally:
        closed.chmod(0o700)
    assert str(project / "link.py") in made.entries
    assert not any("loop" in path for path in made.entries)
