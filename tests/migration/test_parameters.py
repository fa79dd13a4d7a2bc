"""Every parameter of tasks, workflows and what they are made of: it migrates and runs, or is refused with its reason."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

import pytest

from flyteshift.catalog.load import catalog
from tests.migration.parameters import Case, cases, known, outcome, page

CASES = {f"{c.owner.removeprefix('flytekit.')}-{i}-{c.param}": c for i, c in enumerate(cases())}


def _name(param: str) -> str:
    """A method without its arguments."""
    return param.split("(")[0] if param[:1].islower() else param


TABLE = {(c.owner, name) for c in CASES.values() for name in (c.param, _name(c.param))}
PAGE = Path(__file__).parents[2] / "docs" / "parameters.md"
MAP = next((p for d in Path(__file__).parents[3:5] if (p := d / "shared" / "flyte" / "params.toml").exists()), None)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_parameter_is_migrated_or_refused_with_its_reason(case: Case) -> None:
    after, reasons = outcome(case)
    if case.refused:
        assert any(case.refused in reason for reason in reasons), reasons or after
    else:
        assert case.gives in after, reasons or after


def test_no_parameter_is_forgotten() -> None:
    assert known() <= TABLE


@pytest.mark.skipif(MAP is None, reason="the map of parameters is not here")
def test_each_row_of_the_map_has_a_case() -> None:
    assert MAP is not None
    rows = tomllib.loads(MAP.read_text(encoding="utf-8"))["param"]
    asked = [(catalog().canonical(r["owner"]), r["param"]) for r in rows if r["owner"] != "pyflyte CLI"]
    assert [row for row in asked if row not in TABLE and not {(row[0], n) for n in _names(row[1])} <= TABLE] == []


def _names(row: str) -> list[str]:
    """The names in a row of the map: `sync / sync_execution` has two."""
    return [_name(part) for part in row.split(" / ")]


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.migration.parameters docs/parameters.md"


@pytest.mark.sdk
def test_flyte_takes_what_comes_out(tmp_path: Path) -> None:
    """Each migrated module is imported, planned for a deploy, made into what a deploy sends, and run."""
    pytest.importorskip("flyte")
    there = {name: case for name, case in CASES.items() if not case.needs or find_spec(case.needs)}
    modules = {name: (outcome(case)[0], case.runs) for name, case in there.items() if not case.refused}
    (tmp_path / "jobs.json").write_text(json.dumps(modules), encoding="utf-8")
    runner = Path(__file__).with_name("deploy.py")
    done = subprocess.run(
        [sys.executable, str(runner), str(tmp_path)],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    failed = {name: error for name, error in json.loads((tmp_path / "found.json").read_text()).items() if error}
    assert failed == {}
