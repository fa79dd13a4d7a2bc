from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runs import path_of_ours

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def page() -> str:
    command = [sys.executable, str(ROOT / "examples" / "demo.py")]
    environment = path_of_ours({"PYTHONIOENCODING": "utf-8", "COLUMNS": "120"})
    found = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert found.stderr.decode() == ""
    assert found.returncode == 0
    return found.stdout.decode()


def test_diagnostics_with_source_lines(page: str) -> None:
    lines = page.splitlines()
    at = lines.index("orders.py:26  @workflow")
    assert lines[at + 1].startswith("               ^^^^^^^^ FS112 ")
    assert any(line.startswith("training.py:") and "map_task(" in line for line in lines)


def test_a_hover(page: str) -> None:
    hover = page.split("Hover on `map_task`")[1].split("Code action")[0]
    assert "Before (Flyte 1)" in hover
    assert "flyte.map(" in hover
    assert "https://" in hover


def test_the_migration_as_a_diff(page: str) -> None:
    diff = page.split("Code action")[1]
    assert "-@workflow\n+@env.task\n" in diff
    assert "-from flytekit import dynamic, task, workflow\n+import flyte\n" in diff
    assert '+env = flyte.TaskEnvironment(name="orders")\n' in diff


def test_no_colours_in_a_pipe(page: str) -> None:
    assert "\x1b[" not in page
