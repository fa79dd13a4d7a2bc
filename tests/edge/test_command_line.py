"""Folders full of edge cases on the command line: the counts add up, files that cannot be migrated stay as they were."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flyteshift.cli import migrate
from flyteshift.workspace.files import write_atomic
from tests.cli.runs import CLEAN, run
from tests.edge.outcome import check, found, plan, unmarked
from tests.edge.refusals import REFUSED, SILENT
from tests.edge.sources import SETTLED, SPELLINGS

Capture = pytest.CaptureFixture[str]
_MOVED = {key: module.before for key, module in SETTLED.items() if found(module.before)}
_NAME = re.compile(r'name="\w*flow"')
_LEFT = {key: unmarked(marked)[0] for key, marked in REFUSED.items() if plan(unmarked(marked)[0]).left}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders with a `flow.py` for each module, by what becomes of it."""
    for kind, sources in (("moved", _MOVED), ("left", _LEFT), ("silent", SILENT)):
        for key, source in sources.items():
            folder = tmp_path / kind / key
            folder.mkdir(parents=True)
            (folder / "flow.py").write_bytes(source.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def test_the_counts_add_up(project: Path, capsys: Capture) -> None:
    code, out, _ = run(capsys, "migrate", ".")
    heads = [line for line in out.splitlines() if line[:1].strip()]
    silent_but_imported = sum(bool(found(source)) for source in SILENT.values())
    moved, left = len(_MOVED) + silent_but_imported, len(_LEFT)
    assert code == 1
    assert f"{moved + left} files with Flyte 1: {moved} can be migrated, {left} left as they are." in heads[-1]
    assert sum(": can be migrated" in head for head in heads[:-1]) == moved
    assert sum(": not migrated, " in head for head in heads[:-1]) == left
    assert len(heads) == moved + left + 1


@pytest.mark.parametrize("key", sorted(_LEFT))
def test_the_reasons_are_all_told_with_their_places(project: Path, capsys: Capture, key: str) -> None:
    code, out, _ = run(capsys, "migrate", f"left/{key}/flow.py")
    reasons = plan(_LEFT[key]).left
    assert code == 1
    number = "one thing is" if len(reasons) == 1 else f"{len(reasons)} things are"
    assert out.splitlines()[0].endswith(f"not migrated, {number} in the way")
    for each in reasons:
        line = _LEFT[key].count("\n", 0, each.span.start) + 1
        assert f"flow.py:{line}:" in out and each.message in out


def test_what_is_written_and_what_stays(project: Path, capsys: Capture) -> None:
    before = contents(project)
    run(capsys, "migrate", "--write", ".")
    after = contents(project)
    assert {k: v for k, v in after.items() if not k.startswith("moved")} == {
        k: check(v.decode()).encode() if "silent" in k and found(v.decode()) else v  # type: ignore[union-attr]
        for k, v in before.items()
        if not k.startswith("moved")
    }
    moved = {key: after[f"moved/{key}/flow.py"].decode() for key in _MOVED}
    assert {key: _NAME.sub('name="flow"', code) for key, code in moved.items()} == {
        key: SETTLED[key].after for key in _MOVED
    }
    names = [name for code in moved.values() for name in _NAME.findall(code)]
    assert len(names) == len(set(names)) > 20, "two environments of one project have one name"


def test_a_second_run_writes_nothing_and_finds_only_what_was_left(project: Path, capsys: Capture) -> None:
    run(capsys, "migrate", "--write", ".")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in project.rglob("*.py")}
    out = run(capsys, "migrate", "--write", ".").out
    assert f"{len(_LEFT)} files with Flyte 1: {len(_LEFT)} left as they are." in out
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in project.rglob("*.py")} == before
    rows = json.loads(run(capsys, "check", ".", "--output-format", "json").out)
    assert {Path(row["filename"]).parts[0] for row in rows} == {"left"}


def test_check_tells_each_finding_once(project: Path, capsys: Capture) -> None:
    rows = json.loads(run(capsys, "check", "moved", "left", "--output-format", "json").out)
    wanted = sum(len(found(source)) for source in [*_MOVED.values(), *_LEFT.values()])
    places = [(r["filename"], r["location"]["row"], r["location"]["column"], r["symbol"]) for r in rows]
    assert len(places) == len(set(places)) == wanted
    text = run(capsys, "check", "moved", "left").out.splitlines()[-1]
    assert text.replace(",", "").startswith(f"{wanted} Flyte 1 usages in ")


@pytest.mark.parametrize("end", [b"\n", b"\r"], ids=["lf", "cr"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"], ids=["", "bom"])
def test_bytes_on_disk(tmp_path: Path, capsys: Capture, bom: bytes, end: bytes) -> None:
    for key, module in SETTLED.items():
        path = tmp_path / key / "flow.py"
        path.parent.mkdir()
        path.write_bytes(bom + module.before.encode().replace(b"\n", end))
        run(capsys, "migrate", "--write", path)
        assert path.read_bytes() == bom + module.after.encode().replace(b"\n", end)


def test_latin_1_on_disk(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "flow.py"
    path.write_bytes(
        "# vim: set fileencoding=latin-1 :\n# caf\xe9\n".encode("latin-1") + SPELLINGS["names"].source.encode()
    )
    assert run(capsys, "migrate", "--write", path).code == 0
    assert path.read_bytes().startswith(b"# vim: set fileencoding=latin-1 :\n# caf\xe9\nimport flyte\n")


def test_a_comment_that_a_bad_encoding_hides_is_no_python(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "flow.py"
    path.write_bytes(b"# caf\xe9\n" + SPELLINGS["names"].source.encode())
    code, _, err = run(capsys, "migrate", "--write", path)
    assert code == 2 and "flow.py: skipped" in err
    assert path.read_bytes().startswith(b"# caf\xe9\nfrom flytekit")


def test_a_file_that_is_edited_or_deleted_meanwhile(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = SPELLINGS["names"].source
    deleted, edited, kept = (tmp_path / name for name in ("deleted.py", "edited.py", "kept.py"))
    for path in (deleted, edited, kept):
        path.write_text(source, "utf-8")

    def meanwhile(*args: object) -> None:
        deleted.unlink(missing_ok=True)
        edited.write_text(source + "X = 1\n", "utf-8")
        write_atomic(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(migrate, "write_atomic", meanwhile)
    code, out, err = run(capsys, "migrate", "--write", tmp_path)
    assert code == 2
    assert "deleted.py" in err and "edited.py" in err and "kept.py" not in err
    assert "3 files with Flyte 1: 1 migrated, 2 failed." in out
    assert not deleted.exists()
    assert edited.read_text("utf-8") == source + "X = 1\n"
    assert "flytekit" not in kept.read_text("utf-8")


def test_files_without_flyte_are_not_even_read_as_python(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "clean.py").write_text(CLEAN, "utf-8")
    (tmp_path / "broken.py").write_bytes(b"\xff\xfe not python \x00")
    assert run(capsys, "migrate", "--write", tmp_path) == (0, "No Flyte 1 found in 2 files.\n", "")
