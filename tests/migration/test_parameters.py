"""Every parameter of tasks, workflows and what they are made of: it migrates and runs, or is refused with its reason."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.migration.parameters import Case, cases, known, outcome, page

CASES = {f"{c.owner.removeprefix('flytekit.')}-{i}-{c.param}": c for i, c in enumerate(cases())}
PAGE = Path(__file__).parents[2] / "docs" / "parameters.md"
SHARED = Path(__file__).parents[3] / "shared" / "flyte" / "params.toml"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_parameter_is_migrated_or_refused_with_its_reason(case: Case) -> None:
    after, reasons = outcome(case)
    if case.refused:
        assert any(case.refused in reason for reason in reasons), reasons or after
    else:
        assert case.gives in after, reasons or after


def test_no_parameter_is_forgotten() -> None:
    assert known() <= {(c.owner, c.param) for c in CASES.values()}


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.migration.parameters docs/parameters.md"


@pytest.mark.sdk
def test_flyte_takes_what_comes_out(tmp_path: Path) -> None:
    """Each migrated module is imported, planned for a deploy, made into what a deploy sends, and run."""
    pytest.importorskip("flyte")
    modules = {name: outcome(case)[0] for name, case in CASES.items() if not case.refused}
    (tmp_path / "jobs.json").write_text(json.dumps(modules), encoding="utf-8")
    runner = Path(__file__).with_name("deploy.py")
    done = subprocess.run(
        [sys.executable, str(runner), str(tmp_path)], check=False, capture_output=True, text=True, timeout=170
    )
    assert done.returncode == 0, done.stderr[-2000:]
    failed = {name: error for name, error in json.loads((tmp_path / "found.json").read_text()).items() if error}
    assert failed == {}
