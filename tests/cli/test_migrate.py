from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from flyteshift.cli import sources
from flyteshift.migration import unit
from flyteshift.migration.plan import Plan
from flyteshift.text import Edit, Span
from tests.cli.runs import BEYOND, CLEAN, PLAIN, run

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "plain.py").write_text(PLAIN, "utf-8")
    (tmp_path / "clean.py").write_text(CLEAN, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_report_says_what_would_be_done_and_writes_nothing(project: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "migrate", ".")
    assert (code, err) == (0, "")
    assert out.startswith("plain.py: can be migrated\n")
    assert out.endswith(
        "1 file with Flyte 1: 1 can be migrated. Use --diff to see the changes, --write to make them.\n"
    )
    assert (project / "plain.py").read_text("utf-8") == PLAIN


def test_write(project: Path, capsys: Capture) -> None:
    (project / "plain.py").chmod(0o750)
    code, out, err = run(capsys, "migrate", "--write", ".")
    text = (project / "plain.py").read_text("utf-8")
    assert (code, err) == (0, "")
    assert "plain.py: migrated" in out
    assert "flytekit" not in text
    assert "@env.task\ndef double(x: int) -> int:\n    return x * 2\n" in text
    assert stat.S_IMODE((project / "plain.py").stat().st_mode) == 0o750
    assert (project / "clean.py").read_text("utf-8") == CLEAN
    compile(text, "plain.py", "exec")


def test_a_second_run_finds_nothing(project: Path, capsys: Capture) -> None:
    run(capsys, "migrate", "--write", ".")
    before = (project / "plain.py").read_bytes()
    assert run(capsys, "migrate", "--write", ".") == (0, "No Flyte 1 found in 2 files.\n", "")
    assert (project / "plain.py").read_bytes() == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_and_line_ends_are_kept(project: Path, capsys: Capture, encoding: str, end: str) -> None:
    head = "# coding: latin-1\n# é\n" if encoding == "latin-1" else "# é\n"
    before = (head + PLAIN).replace("\n", end).encode(encoding)
    (project / "plain.py").write_bytes(before)
    assert run(capsys, "migrate", "--write", "plain.py").code == 0
    after = (project / "plain.py").read_bytes()
    assert b"flytekit" not in after
    text = after.decode(encoding)
    assert text.replace(end, "").count("\n") == text.replace(end, "").count("\r") == 0
    assert after.startswith(head.replace("\n", end).encode(encoding))


def test_what_is_in_the_way_is_told_and_the_file_stays(project: Path, capsys: Capture) -> None:
    (project / "beyond.py").write_text(BEYOND, "utf-8")
    code, out, _ = run(capsys, "migrate", "--write", ".")
    assert code == 1
    assert "beyond.py: not migrated, " in out
    assert "\n    beyond.py:11:" in out
    assert "2 files with Flyte 1: 1 migrated, 1 left as they are." in out
    assert (project / "beyond.py").read_text("utf-8") == BEYOND
    assert "flytekit" not in (project / "plain.py").read_text("utf-8")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(
    "text", [PLAIN, PLAIN.replace("\n", "\r\n"), PLAIN.rstrip("\n"), "\x0c\n" + PLAIN, "s = '\u2028'\n" + PLAIN]
)
def test_the_diff_is_a_patch(project: Path, capsys: Capture, text: str) -> None:
    (project / "plain.py").write_bytes(text.encode())
    code, out, err = run(capsys, "migrate", "--diff", ".")
    assert code == 0
    assert "1 file with Flyte 1: 1 can be migrated." in err
    assert (project / "plain.py").read_bytes() == text.encode()
    run(capsys, "migrate", "--write", ".")
    expected = (project / "plain.py").read_bytes()
    (project / "plain.py").write_bytes(text.encode())
    subprocess.run(["git", "apply", "-p1", "-"], input=out.encode(), cwd=project, check=True, timeout=30)
    assert (project / "plain.py").read_bytes() == expected


def test_the_diff_of_nothing_is_empty(project: Path, capsys: Capture) -> None:
    assert run(capsys, "migrate", "--diff", "clean.py") == (0, "", "No Flyte 1 found in 1 file.\n")


def test_diff_and_write_exclude_each_other(project: Path, capsys: Capture) -> None:
    assert run(capsys, "migrate", "--diff", "--write", ".").code == 2
    assert run(capsys, "migrate").code == 2


def test_a_missing_path_is_an_error_after_the_rest(project: Path, capsys: Capture) -> None:
    code, out, err = run(capsys, "migrate", "nowhere", "plain.py")
    assert code == 2
    assert "nowhere: there is no such file or folder" in err
    assert "plain.py: can be migrated" in out


def test_a_file_with_a_syntax_error_is_left(project: Path, capsys: Capture) -> None:
    broken = PLAIN + "def f(:\n"
    (project / "plain.py").write_text(broken, "utf-8")
    code, out, _ = run(capsys, "migrate", "--write", "plain.py")
    assert code == 1
    assert "syntax error" in out
    assert (project / "plain.py").read_text("utf-8") == broken


def test_a_failed_write_is_an_error_and_the_file_stands(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fails)
    code, out, err = run(capsys, "migrate", "--write", "plain.py")
    assert code == 2
    assert "No space left on device" in err
    assert "1 failed" in out
    assert (project / "plain.py").read_text("utf-8") == PLAIN


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (Plan([Edit(Span(0, 4), "def (")], ["broken"]), "would not parse"),
        (Plan([Edit(Span(0, 4), "a"), Edit(Span(2, 6), "b")], ["overlap"]), "overlaps another"),
        (Plan([Edit(Span(0, 9**9), "")], ["outside"]), "outside the text"),
    ],
)
def test_a_plan_that_breaks_the_code_is_not_written(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, plan: Plan, words: str
) -> None:
    monkeypatch.setattr(unit, "plan_module", lambda *_: plan)
    code, _, err = run(capsys, "migrate", "--write", "plain.py")
    assert code == 2
    assert words in err
    assert (project / "plain.py").read_text("utf-8") == PLAIN


def test_the_plan_gets_the_modules_name(project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    def plan(_: object, module: str, *__: object) -> Plan:
        names.append(module)
        return Plan()

    for name in ("pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/a.py", "lone/b.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("import flytekit\n", "utf-8")
    monkeypatch.setattr(unit, "plan_module", plan)
    run(capsys, "migrate", "pkg", "lone")
    assert sorted(names) == ["a", "b", "pkg", "sub"]


def test_tests_that_have_to_be_rewritten_are_counted(project: Path, capsys: Capture) -> None:
    user = "from flytekit.remote import FlyteRemote\n\nfrom plain import double\n\n\ndef test_it(remote: FlyteRemote) -> None:\n    remote.fetch(double)\n"
    (project / "test_plain.py").write_text(user, "utf-8")
    code, out, _ = run(capsys, "migrate", ".")
    assert code == 1
    assert " review: `double` is used by test_plain.py (line 7), which stays Flyte 1; that test has to be" in out
    assert "1 can be migrated, 1 left as they are, 1 use in tests to rewrite by hand." in out
    calls = user.replace("remote.fetch(double)", "pass\n\n\ndef test_double() -> None:\n    assert double(x=1) == 2")
    (project / "test_plain.py").write_text(calls, "utf-8")
    assert "by hand" not in run(capsys, "migrate", ".").out


def test_a_file_among_very_many_is_migrated_all_the_same_and_the_user_is_told(
    project: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "_BESIDE", 3)
    for number in range(9):
        (project / f"other_{number}.py").write_text("import os\n", "utf-8")
    code, out, err = run(capsys, "migrate", "plain.py")
    assert code == 0
    assert "plain.py: can be migrated" in out
    assert err.count(sources.TOO_MANY) == 1
    (project / "pyproject.toml").write_text("", "utf-8")
    assert run(capsys, "migrate", "plain.py").err == ""


@pytest.mark.parametrize(
    ("other", "name"),
    [
        ('env = flyte.TaskEnvironment(name="plain")', "jobs_plain"),
        ('env = flyte.TaskEnvironment(image="i", name="plain")', "jobs_plain"),
        ('env = flyte.TaskEnvironment(name="plain_2")', "plain"),
        ('NAME = "plain"', "plain"),
    ],
)
def test_an_environment_is_not_called_like_one_of_a_file_that_is_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, other: str, name: str
) -> None:
    folder = tmp_path / "jobs"
    folder.mkdir()
    (folder / "plain.py").write_text(PLAIN, "utf-8")
    (folder / "other.py").write_text(f"import flyte\n\n{other}\n", "utf-8")
    monkeypatch.chdir(folder)
    assert run(capsys, "migrate", "--write", "plain.py")[0] == 0
    assert f'flyte.TaskEnvironment(name="{name}")' in (folder / "plain.py").read_text("utf-8")


def test_who_takes_a_class_off_its_own_package_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """`from . import Model` names no module."""
    held = "from dataclasses import dataclass\nfrom flytekit.types.file import FlyteFile\n\n\n@dataclass\nclass Model:\n    file: FlyteFile\n"
    for name, text in {
        "__init__.py": "from .kinds import Model\n",
        "kinds.py": held,
        "reader.py": "from . import Model\n\n\ndef read(model: Model):\n    return open(model.file).read()\n",
    }.items():
        (tmp_path / "lib").mkdir(exist_ok=True)
        (tmp_path / "lib" / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "migrate", "lib")
    assert code == 1 and "`Model` is used by reader.py, which takes its Flyte files for paths" in out


@pytest.mark.parametrize(("here", "found"), [(".", True), ("pkg", True), ("pkg/deep", True), ("other", False)])
def test_who_uses_a_file_is_found_where_no_project_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, here: str, found: bool
) -> None:
    """In the packages around it, and below the current folder; elsewhere nothing tells that it belongs to it."""
    step = "from flytekit import task\n\n\n@task\ndef step(x: int) -> int:\n    return x\n"
    flow = "from flytekit import workflow\nfrom pkg.deep.steps import step\n\n\n@workflow\ndef w() -> int:\n    return step(x=1)\n"
    inside = here.startswith("pkg")
    for name, text in {
        "pkg/deep/steps.py": step,
        "pkg/flow.py" if inside else "flow.py": flow,
        "other/none.py": "",
        **({"pkg/__init__.py": "", "pkg/deep/__init__.py": ""} if inside else {}),
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path / here)
    code, out, _ = run(capsys, "migrate", os.path.relpath(tmp_path / "pkg/deep/steps.py"))
    assert (code == 1) == ("flow.py" in out) == found
