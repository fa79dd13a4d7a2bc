"""The sample project runs under Flyte 1, and its migrated module runs under Flyte 2 with equal results."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flyteshift.cli.main import main

SAMPLE = Path(__file__).parents[2] / "examples" / "sample"

FLYTE_1 = "import orders; print(repr((orders.daily(), orders.daily(day=3), orders.weekly(days=2))))"
FLYTE_2 = """
import flyte, orders
flyte.init()
run = lambda task, **inputs: flyte.with_runcontext(mode="local").run(task, **inputs).outputs()[0]
print(repr((run(orders.daily), run(orders.daily, day=3), run(orders.weekly, days=2))))
"""

pytestmark = [pytest.mark.sdk, pytest.mark.timeout(300)]


def result(folder: Path, program: str) -> str:
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )
    assert found.returncode == 0, found.stderr
    return found.stdout.splitlines()[-1]


def test_the_migrated_module_gives_the_same(tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    shutil.copy(SAMPLE / "orders.py", tmp_path)
    before = result(tmp_path, FLYTE_1)
    assert main(["migrate", "--write", str(tmp_path / "orders.py")]) == 0
    assert "flytekit" not in (tmp_path / "orders.py").read_text("utf-8")
    assert result(tmp_path, FLYTE_2) == before


def test_the_training_module_is_flyte_1_that_loads() -> None:
    pytest.importorskip("flytekit")
    assert result(SAMPLE, "import training; print(type(training.every_night).__name__)") == "LaunchPlan"
