"""Worker processes: what they give, and that they go."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flyteshift.workspace.workers import Cancelled, Worker, WorkerError, run_all, spawn


def test_a_worker_answers_fails_and_answers_again() -> None:
    worker = Worker()
    try:
        assert worker.call("json:dumps", [1, "ü"]) == '[1, "\\u00fc"]'
        with pytest.raises(WorkerError, match="JSONDecodeError"):
            worker.call("json:loads", "{")
        with pytest.raises(WorkerError, match="AttributeError"):
            worker.call("json:nothing", 1)
        assert worker.call("json:loads", "[2]") == [2]
        worker._process.kill()  # type: ignore[union-attr]
        worker._process.wait()  # type: ignore[union-attr]
        assert worker.call("json:loads", "[3]") == [3], "started anew"
    finally:
        worker.end()


@pytest.mark.timeout(120)
def test_each_thread_gets_its_own_answer() -> None:
    worker = Worker()
    try:
        with ThreadPoolExecutor(8) as threads:
            asked = [threads.submit(worker.call, "operator:neg", number) for number in range(400)]
            assert [each.result() for each in asked] == [-number for number in range(400)]
    finally:
        worker.end()


def test_all_are_answered_but_those_that_fail() -> None:
    found = dict(run_all("json:loads", ["1", "{", "2", "3"], 2))
    assert found == {"1": 1, "2": 2, "3": 3}
    assert list(run_all("json:loads", [], 2)) == []


def test_nobody_waits_for_what_is_cancelled() -> None:
    with pytest.raises(Cancelled):
        list(run_all("time:sleep", [60, 60, 60], 2, lambda: True))


def test_a_worker_goes_with_who_started_it() -> None:
    process = spawn("flyteshift.workspace.workers")
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0


def test_modules_of_the_folder_are_not_taken_for_ours(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(9)\n")
    (tmp_path / "flyteshift.py").write_text("raise SystemExit(9)\n")
    code = "import sys; sys.path[:] = [p for p in sys.path if p]; from flyteshift.workspace.workers import Worker; w = Worker(); print(w.call('json:loads', '[1]')); w.end()"
    done = subprocess.run([sys.executable, "-P", "-c", code] if sys.version_info >= (3, 11) else [sys.executable, "-c", code],
                          cwd=tmp_path, capture_output=True, text=True)  # fmt: skip
    assert done.stdout.strip() == "[1]", done.stderr
