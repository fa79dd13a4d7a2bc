from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.runs import CLEAN, PLAIN, run, run_apart

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text(PLAIN, "utf-8")
    (tmp_path / "src" / "clean.py").write_text(CLEAN, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows(out: str) -> list[tuple[str, int, int]]:
    return [(each["code"], each["location"]["row"], each["location"]["column"]) for each in json.loads(out)]


def test_findings_with_source_line_and_caret(project: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", "src")
    lines = out.splitlines()
    assert code == 1
    assert err == ""
    at = next(i for i, line in enumerate(lines) if line.startswith(f"{Path('src/a.py')}:4:2 FS111 "))
    assert lines[at + 1 : at + 3] == ["    4 | @task", "      |  ^^^^"]
    assert lines[-1] == "4 Flyte 1 usages in 1 of 2 files."


def test_nothing_found(project: Path, capsys: Capture) -> None:
    assert run(capsys, "check", "src/clean.py") == (0, "No Flyte 1 found in 1 file.\n", "")


def test_the_current_folder_is_the_default(project: Path, capsys: Capture) -> None:
    assert run(capsys, "check").code == 1
    assert run(capsys, "check", "--exclude", "a.py").code == 0


def test_quiet_leaves_the_findings_alone(project: Path, capsys: Capture) -> None:
    (project / "src" / "broken.py").write_text("import flytekit\ndef (:\n", "utf-8")
    code, out, err = run(capsys, "check", "-q", "src")
    assert code == 1
    assert "usages" not in out
    assert err == ""
    assert run(capsys, "check", "-q", "src/clean.py") == (0, "", "")


def test_json(project: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", "src", "--output-format", "json")
    found = json.loads(out)
    assert (code, err) == (1, "")
    assert len(found) == 4
    for each in found:
        assert list(each) == [
            *("filename", "code", "name", "symbol", "message", "severity", "url", "applicability"),
            *("location", "end_location"),
        ]
        assert each["filename"] == str(Path("src/a.py"))
        assert each["severity"] in ("error", "warning", "information", "hint")
        assert each["applicability"] in ("safe", "unsafe", "display-only", None)
        assert each["url"].startswith("https://")
    [task] = [each for each in found if each["code"] == "FS111"]
    assert (task["name"], task["symbol"]) == ("task", "flytekit.task")
    assert task["location"] == {"row": 4, "column": 2}
    assert task["end_location"] == {"row": 4, "column": 6}


def test_json_of_nothing(project: Path, capsys: Capture) -> None:
    assert run(capsys, "check", "src/clean.py", "--output-format", "json") == (0, "[]\n", "")


def test_columns_count_code_points_and_form_feeds_end_no_line(project: Path, capsys: Capture) -> None:
    text = "import flytekit\n\x0c\ns = '\u2028😀é'; t = flytekit.task\n"
    (project / "b.py").write_text(text, "utf-8")
    _, out, _ = run(capsys, "check", "b.py", "--select", "FS111", "--output-format", "json")
    assert rows(out) == [("FS111", 3, text.splitlines(keepends=False)[-1].index("flytekit") + 1 + len("s = '\u2028"))]


def test_github(project: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", "src", "--output-format", "github", "--select", "task")
    [line] = out.splitlines()
    assert (code, err) == (1, "")
    assert line.startswith("::warning file=src/a.py,line=4,col=2,endLine=4,endColumn=6,title=FS111 task::")


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--select", "FS111"], ["FS111"]),
        (["--select", "FS111,workflow"], ["FS111", "FS112"]),
        (["--select", "FS111", "--select", "FS112"], ["FS111", "FS112"]),
        (["--ignore", "FS10"], ["FS111", "FS112"]),
        (["--ignore", "FS1"], []),
        (["--select", "FS4"], []),
    ],
)
def test_select_and_ignore(project: Path, capsys: Capture, options: list[str], codes: list[str]) -> None:
    code, out, _ = run(capsys, "check", "src", "--output-format", "json", *options)
    assert sorted({each[0] for each in rows(out)}) == codes
    assert code == bool(codes)


def test_a_misspelt_selection_is_an_error(project: Path, capsys: Capture) -> None:
    code, _, err = run(capsys, "check", "src/clean.py", "--select", "FS999,map-tsk")
    assert code == 2
    assert "FS999" in err
    assert "did you mean `map-task`?" in err


def test_settings_of_the_project_and_options_over_them(project: Path, capsys: Capture) -> None:
    table = '[tool.flyteshift]\nselect = ["FS111"]\nselct = 1\nignore = ["nope"]\n[tool.flyteshift.severity]\nFS111 = "error"\n'
    (project / "pyproject.toml").write_text(table, "utf-8")
    code, out, err = run(capsys, "check", "src", "--output-format", "json")
    assert code == 1
    assert [(each["code"], each["severity"]) for each in json.loads(out)] == [("FS111", "error")]
    assert "`selct`; did you mean `select`?" in err
    assert "`nope`" in err
    _, out, _ = run(capsys, "check", "src", "--output-format", "json", "--select", "FS112")
    assert {each["code"] for each in json.loads(out)} == {"FS112"}


def test_each_path_has_its_own_settings(project: Path, capsys: Capture) -> None:
    other = project / "other"
    other.mkdir()
    (other / "pyproject.toml").write_text('[tool.flyteshift]\nignore = ["ALL"]\n', "utf-8")
    (other / "b.py").write_text(PLAIN, "utf-8")
    _, out, _ = run(capsys, "check", "src", "other", "--output-format", "json")
    assert {each["filename"] for each in json.loads(out)} == {str(Path("src/a.py"))}


def test_a_missing_path_is_an_error_after_the_rest(project: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "check", "nowhere", "src")
    assert code == 2
    assert "nowhere: there is no such file or folder" in err
    assert "FS111" in out


def test_suppressions_and_their_mistakes(project: Path, capsys: Capture) -> None:
    (project / "b.py").write_text(
        "import flytekit  # flyteshift: ignore\nt = flytekit.task  # flyteshift: ignore[FS999]\n", "utf-8"
    )
    code, out, err = run(capsys, "check", "b.py", "--output-format", "json")
    assert code == 1
    assert rows(out) == [("FS111", 2, 5)]
    assert "b.py:2:20: no rule is called `FS999`" in err


def test_broken_syntax_is_reported_and_the_rest_checked(project: Path, capsys: Capture) -> None:
    (project / "b.py").write_text("import flytekit\nt = flytekit.task\ndef f(:\n    pass\n", "utf-8")
    code, out, err = run(capsys, "check", "b.py")
    assert code == 1
    assert "FS111" in out
    assert "b.py:3:" in err
    assert "syntax error" in err


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"import flytekit\nx = '\xe9'\n", 2, "decode"),
        (b"# coding: nope\nimport flytekit\n", 2, "encoding"),
        (b"import flytekit\0", 0, "binary"),
        (b"import flytekit\n" + b"#" * 2_100_000, 0, "larger than 2 MB"),
    ],
)
def test_what_cannot_be_read_is_told(project: Path, capsys: Capture, data: bytes, code: int, words: str) -> None:
    (project / "b.py").write_bytes(data)
    found = run(capsys, "check", "b.py")
    assert found.code == code
    assert words in found.err
    assert "Traceback" not in found.err


def test_an_undecodable_file_without_flyte_is_nobodys_business(project: Path, capsys: Capture) -> None:
    (project / "b.py").write_bytes(b"x = '\xe9'\n")
    assert run(capsys, "check", "b.py") == (0, "No Flyte 1 found in 1 file.\n", "")


def test_other_encodings(project: Path, capsys: Capture) -> None:
    (project / "b.py").write_bytes("# coding: latin-1\nimport flytekit\ns = 'é'; t = flytekit.task\n".encode("latin-1"))
    (project / "c.py").write_bytes(b"\xef\xbb\xbfimport flytekit\r\nt = flytekit.task\r\n")
    _, out, _ = run(capsys, "check", "b.py", "c.py", "--select", "FS111", "--output-format", "json")
    assert rows(out) == [("FS111", 3, 14), ("FS111", 2, 5)]


def test_a_failure_in_one_file_does_not_stop_the_rest(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flyteshift.semantics import model

    real = model.build

    def build(document: object, **more: object) -> object:
        if "bad.py" in document.uri:  # type: ignore[attr-defined]
            raise ZeroDivisionError("boom")
        return real(document, **more)  # type: ignore[arg-type]

    (project / "bad.py").write_text(PLAIN, "utf-8")
    monkeypatch.setattr(model, "build", build)
    code, out, err = run(capsys, "check", "bad.py", "src")
    assert code == 2
    assert "FS111" in out
    assert "bad.py: flyteshift failed here (ZeroDivisionError: boom); please report this file" in err


def test_deeply_nested_code_does_not_crash(project: Path, capsys: Capture) -> None:
    (project / "b.py").write_text("import flytekit\nx = " + "(" * 3000 + "flytekit.task" + ")" * 3000 + "\n", "utf-8")
    found = run(capsys, "check", "b.py")
    assert found.code in (1, 2)
    assert "Traceback" not in found.err


def test_standard_input() -> None:
    found = run_apart("check", "-", "--output-format", "json", stdin=PLAIN.encode())
    assert found.returncode == 1
    assert {each["filename"] for each in json.loads(found.stdout)} == {"<stdin>"}
    assert run_apart("check", "-", stdin=CLEAN.encode()).returncode == 0


def test_nothing_heavy_is_imported(project: Path) -> None:
    found = run_apart("check", "src", cwd=project, python=("-X", "importtime"))
    imported = found.stderr.decode()
    assert "flyteshift.semantics.model" in imported
    assert [heavy for heavy in ("pygls", "lsprotocol", "libcst", "jedi", "asyncio") if f" {heavy}\n" in imported] == []


def test_files_without_flyte_cost_a_read_only(project: Path) -> None:
    found = run_apart("check", "src/clean.py", cwd=project, python=("-X", "importtime"))
    assert found.returncode == 0
    assert b"flyteshift.semantics" not in found.stderr
    assert b"flyteshift.rules" not in found.stderr


@pytest.mark.parametrize(
    "text",
    [
        "from union import task\n",
        "import union\nt = union.task\n",
        "import os, union\nt = union.task\n",
        "import os,union\nt = union.task\n",
        "import \\\n  union\nt = union.task\n",
        "from \\\r\n\tunion \\\r\n import task\r\n",
        "def f():\n    from union import task\n",
    ],
)
def test_the_union_sdk_however_it_is_imported(project: Path, capsys: Capture, text: str) -> None:
    (project / "b.py").write_bytes(text.encode())
    assert run(capsys, "check", "b.py").code == 1


@pytest.mark.parametrize(
    "text", ["a = b.union(c)\n", "'a union of sets'\n", "def union(a, b): ...\n", "from typing import Union\n"]
)
def test_other_unions_are_not_read(project: Path, text: str) -> None:
    (project / "b.py").write_text(text, "utf-8")
    found = run_apart("check", "b.py", cwd=project, python=("-X", "importtime"))
    assert found.returncode == 0
    assert b"flyteshift.semantics" not in found.stderr


def test_flyte_1_by_the_projects_own_modules_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "common.py").write_text("from flytekit import task as step\n")
    (tmp_path / "jobs.py").write_text("from common import step\n\n\n@step(retries=1)\ndef f() -> None: ...\n")
    alone = run(capsys, "check", "jobs.py")
    assert (alone.code, "No Flyte 1 found" in alone.out) == (0, True), "nothing says what the project is"
    (tmp_path / "pyproject.toml").write_text("")
    found = json.loads(run(capsys, "check", "jobs.py", "--output-format", "json").out)
    assert [(e["symbol"], e["location"]["row"]) for e in found] == [("flytekit.task", 4), ("flytekit.task(retries)", 4)]


def test_a_workflow_whose_task_is_flyte_2_by_now(project: Path, capsys: Capture) -> None:
    (project / "pyproject.toml").write_text("", "utf-8")
    migrated = (
        "import flyte\nenv = flyte.TaskEnvironment(name='t')\n@env.task\ndef load(x: int) -> int:\n    return x\n"
    )
    (project / "src" / "tasks.py").write_text(migrated, "utf-8")
    flow = "from flytekit import task, workflow\nfrom tasks import load\n{0}\ndef f(x: int) -> int:\n    return load(x=x)\n"
    (project / "src" / "flow.py").write_text(flow.format("@workflow"), "utf-8")
    (project / "src" / "inside.py").write_text(flow.format("@task"), "utf-8")
    _, out, _ = run(capsys, "check", "--select", "FS120", "src")
    assert "flow.py:5:12" in out and "FS120" in out and "migrate `f` too" in out
    assert "inside.py" not in out
