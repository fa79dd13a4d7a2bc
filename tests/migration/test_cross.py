"""Units of several modules give under Flyte 2 what they gave under Flyte 1, imported as packages."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.workspace.settings import Settings
from tests.migration.cross import PROJECTS, Sample, migrated

NAMES = sorted(path.stem for path in PROJECTS.glob("*.txt"))


@pytest.mark.sdk
@pytest.mark.parametrize("form", ["parallel", "sequential"])
@pytest.mark.parametrize("name", NAMES)
def test_a_unit_gives_what_it_gave(tmp_path: Path, name: str, form: str) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    sample = Sample.read(name)
    sample.write(tmp_path)
    before = sample.outcome(tmp_path, "1")
    plans = migrated(tmp_path, sample, Settings(root=tmp_path, orchestration=form))
    assert not {name: [o.message for o in plan.left] for name, plan in plans.items() if plan.left}
    assert sample.outcome(tmp_path, "2") == before
    again = migrated(tmp_path, sample, Settings(root=tmp_path, orchestration=form))
    assert not [name for name, plan in again.items() if plan.edits or plan.left]
