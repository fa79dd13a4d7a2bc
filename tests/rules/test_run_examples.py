"""The harness itself: it tells values apart, and one bad example does not hide the others."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from .conftest import RUNNER
from .run_examples import fails, plain


class Pair(NamedTuple):
    a: int
    b: str


def run(folder: Path, *jobs: tuple[str, str | None]) -> tuple[int, list[dict[str, object]]]:
    """The runner's exit code and its lines, for (source, call) pairs that need no SDK."""
    listed = [{"id": str(n), "source": source, "call": call} for n, (source, call) in enumerate(jobs)]
    (folder / "jobs.json").write_text(json.dumps(listed))
    command = [sys.executable, str(RUNNER), "flyte1", str(folder / "jobs.json"), str(folder / "results")]
    code = subprocess.run(command, check=False, capture_output=True).returncode
    return code, [json.loads(line) for line in (folder / "results").read_text().splitlines()]


def test_an_error_does_not_hide_the_next_example(tmp_path: Path) -> None:
    code, lines = run(tmp_path, ("x = 1", "x"), ("x = 1", "y"), ("import nowhere_at_all", None), ("x = 2", "x + 1"))
    assert code == 0
    assert [line.get("value") for line in lines] == [1, None, None, 3]
    assert "NameError" in str(lines[1]["error"])
    assert lines[2]["missing"] == "nowhere_at_all"


def test_an_example_that_ends_the_process_keeps_those_before_it(tmp_path: Path) -> None:
    code, lines = run(tmp_path, ("x = 1", "x"), ("import os\nos._exit(7)", None), ("x = 2", "x"))
    assert (code, [line["id"] for line in lines]) == (7, ["0"])


def test_equal_results_are_equal_whatever_their_type() -> None:
    assert plain(Pair(1, "x")) == plain((1, "x")) == [1, "x"]
    assert plain({3, 1}) == [1, 3]
    assert plain({"t": timedelta(hours=1)}) == {"t": "1:00:00"}
    assert plain(float("nan")) == plain(float("nan"))


def test_different_results_differ() -> None:
    assert plain([1, 2]) != plain([2, 1])
    assert plain({"a": 1}) != plain({"a": 2})
    assert plain("1") != plain(1)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot be compared"):
        plain(object())


def test_fails_tells_whether_a_call_raises() -> None:
    assert fails(lambda: 1 // 0)
    assert not fails(lambda: 1)
