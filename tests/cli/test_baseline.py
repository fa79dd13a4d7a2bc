"""Gradual adoption: what is known does not show, what is new does, and what vanishes leaves the baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flyteshift.workspace.baseline import NAME, attach
from flyteshift.workspace.settings import Settings
from tests.cli.runs import PLAIN, run


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "pyproject.toml").write_text("[tool.flyteshift]\n")
    (tmp_path / "flow.py").write_text(PLAIN)
    (tmp_path / "other.py").write_text(PLAIN)
    return tmp_path


def entries(project: Path) -> dict[str, list[list[object]]]:
    files: dict[str, list[list[object]]] = json.loads((project / NAME).read_text())["files"]
    return files


def test_what_is_known_does_not_show_and_what_is_new_does(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = run(capsys, "check")
    assert before.code == 1
    assert run(capsys, "check", "--write-baseline").code == 0
    assert entries(project)["flow.py"] == [
        ["FS101", "flytekit.task", "task", 1],
        ["FS101", "flytekit.workflow", "task", 1],
        ["FS111", "flytekit.task", "double", 1],
        ["FS112", "flytekit.workflow", "wf", 1],
    ]
    after = run(capsys, "check")
    assert (after.code, "No Flyte 1 found" in after.out) == (0, True)
    assert run(capsys, "check", "--no-baseline").out == before.out

    flow = project / "flow.py"
    flow.write_text("# moved\n\n" + PLAIN + "\n\n@task\ndef new(x: int) -> int:\n    return x\n")
    new = run(capsys, "check", "--output-format", "json")
    assert [(e["code"], e["location"]["row"]) for e in json.loads(new.out)] == [("FS111", 16)]
    assert new.code == 1


def test_it_shrinks_and_never_grows(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "check", "--write-baseline")
    (project / "flow.py").write_text(PLAIN.replace("@workflow\n", "").replace(", workflow", ""))
    (project / "other.py").unlink()
    shrunk = run(capsys, "check")
    assert shrunk.code == 0 and "6 known findings are gone, 2 left" in shrunk.err
    assert entries(project) == {
        "flow.py": [["FS101", "flytekit.task", "task", 1], ["FS111", "flytekit.task", "double", 1]]
    }
    (project / "flow.py").write_text(PLAIN)
    again = run(capsys, "check")
    assert again.code == 1 and "gone" not in again.err
    assert len(entries(project)["flow.py"]) == 2


@pytest.mark.parametrize("args", [("--select", "FS112"), ("--ignore", "FS111"), ("other.py",), ("--no-baseline",)])
def test_what_was_not_looked_for_stays(project: Path, capsys: pytest.CaptureFixture[str], args: tuple[str]) -> None:
    run(capsys, "check", "--write-baseline")
    (project / "flow.py").write_text("x = 1\n")
    before = (project / NAME).read_bytes()
    run(capsys, "check", *args)
    assert (project / NAME).read_bytes() == before


def test_on_ci_it_is_told_and_not_written(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "check", "--write-baseline")
    (project / "flow.py").write_text("x = 1\n")
    before = (project / NAME).read_bytes()
    monkeypatch.setenv("CI", "true")
    assert "are gone" in run(capsys, "check").err
    assert (project / NAME).read_bytes() == before


def test_writing_for_one_file_keeps_the_others(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "check", "--write-baseline")
    before = entries(project)
    run(capsys, "check", "--write-baseline", "flow.py")
    assert entries(project) == before


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"version": 99, "files": {}}',
        '{"version": 1, "files": {"a": [[1]]}}',
        '{"version": 1, "files": {"flow.py": [["a", "b", "c", "d"]]}}',
    ],
)
def test_a_broken_baseline_hides_nothing_and_is_an_error(
    project: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (project / NAME).write_text(content)
    done = run(capsys, "check")
    assert done.code == 2 and NAME in done.err and "FS111" in done.out
    assert (project / NAME).read_text() == content


def test_a_baseline_that_is_named_must_be_there(tmp_path: Path) -> None:
    settings, problems = attach(Settings(root=tmp_path, baseline="known.json"))
    assert settings.baselined is None and "known.json" in problems[0]
    assert attach(Settings(root=tmp_path)) == (Settings(root=tmp_path), [])
