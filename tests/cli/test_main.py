from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from flyteshift import __version__
from tests.cli.runs import PLAIN, path_of_ours, run, run_apart

Capture = pytest.CaptureFixture[str]


def test_version(capsys: Capture) -> None:
    assert run(capsys, "--version") == (0, f"flyteshift {__version__}\n", "")


@pytest.mark.parametrize(
    "args", [[], ["--help"], ["check", "--help"], ["migrate", "--help"], ["server", "--help"], ["explain", "-h"]]
)
def test_help(capsys: Capture, args: list[str]) -> None:
    code, out, err = run(capsys, *args)
    assert code == (0 if args else 2)
    assert "usage: flyteshift" in out + err


@pytest.mark.parametrize(
    "args", [["chek"], ["check", "--output-format", "xml"], ["check", "--colour"], ["explain"], ["server", "x"]]
)
def test_wrong_usage_is_an_error(capsys: Capture, args: list[str]) -> None:
    code, out, err = run(capsys, *args)
    assert (code, out) == (2, "")
    assert "usage: flyteshift" in err


def test_an_old_python_gets_a_clear_message(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    from flyteshift.cli import main as module

    monkeypatch.setattr(module.sys, "version_info", (3, 9, 18))
    assert module.main(["--version"]) == 2
    assert "needs Python 3.10 or newer" in capsys.readouterr().err


def test_as_a_module() -> None:
    found = run_apart("--version")
    assert (found.returncode, found.stdout.decode().split()) == (0, ["flyteshift", __version__])


@pytest.mark.parametrize(
    "key", ["FS401", "fs401", "map-task", "flytekit.map_task", "flytekit.core.array_node_map_task.map_task"]
)
def test_explain(capsys: Capture, key: str) -> None:
    code, out, err = run(capsys, "explain", key)
    assert (code, err) == (0, "")
    assert "flyte.map" in out


def test_explain_what_nobody_knows(capsys: Capture) -> None:
    code, out, err = run(capsys, "explain", "map-tsk")
    assert (code, out) == (2, "")
    assert "`map-tsk`" in err
    assert "`map-task`" in err


def test_explain_is_what_the_hover_says(capsys: Capture) -> None:
    from flyteshift.features.explain import explain

    page = explain("map-task")
    assert page is not None
    assert run(capsys, "explain", "map-task").out == page.rstrip("\n") + "\n"


def test_no_colours_in_a_pipe_and_colours_on_demand(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(PLAIN, "utf-8")
    assert b"\x1b[" not in run_apart("check", "a.py", cwd=tmp_path).stdout
    assert b"\x1b[" in run_apart("check", "a.py", cwd=tmp_path, FORCE_COLOR="1").stdout
    assert b"\x1b[" not in run_apart("check", "a.py", cwd=tmp_path, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert b"\x1b[31m-" in run_apart("migrate", "--diff", "a.py", cwd=tmp_path, FORCE_COLOR="1").stdout


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "shift-jis"])
def test_a_narrow_output_encoding_does_not_crash(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.py").write_text("# €\n" + PLAIN + "s = '日本 😀'; t = task\n", "utf-8")
    for args in (["check", "a.py"], ["migrate", "--diff", "a.py"], ["explain", "FS401"]):
        found = run_apart(*args, cwd=tmp_path, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert found.returncode in (0, 1)
        assert b"Traceback" not in found.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="names are bytes on POSIX only")
def test_a_file_name_that_is_no_utf8(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.py")).write_text(PLAIN, "utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    for form in ("text", "json", "github"):
        found = run_apart("check", ".", "--output-format", form, cwd=tmp_path)
        assert found.returncode == 1
        assert found.stderr == b""
    assert run_apart("migrate", "--diff", ".", cwd=tmp_path).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close otherwise")
def test_a_reader_that_leaves_early(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import flytekit\n" + "t = flytekit.task\n" * 3000, "utf-8")
    command = [sys.executable, "-m", "flyteshift", "check", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=path_of_ours(dict(os.environ))
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs")
def test_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flyteshift", "check", "-"]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # what a shell has put in the background does not
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=path_of_ours(dict(os.environ)), preexec_fn=heard
    ) as process:
        assert process.stderr is not None
        status = Path(f"/proc/{process.pid}/wchan")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and status.exists() and "pipe" not in status.read_text():
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b"flyteshift: interrupted\n"
        assert process.wait(60) == 130


def test_progress_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    from flyteshift.cli import console

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    clock = iter(range(100))
    monkeypatch.setattr(console.time, "monotonic", lambda: next(clock))
    out, shown, silent = io.StringIO(), Terminal(), io.StringIO()
    for err in (shown, silent):
        each = console.Console(out, err)
        each.progress("7 files")
        each.line("found")
        each.close()
    assert shown.getvalue() == "\r7 files\x1b[K\r\x1b[K"
    assert silent.getvalue() == ""
    assert out.getvalue() == "found\nfound\n"
