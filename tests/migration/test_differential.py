"""Programs of Flyte 1 run by flytekit, migrated, and run by flyte in local mode: the results are equal."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flyteshift.migration import plan_module
from flyteshift.rules.registry import RULES
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from tests.migration.helpers import migrated, planned

RUNNER = Path(__file__).parents[1] / "rules" / "run_examples.py"
PROGRAMS = {p.stem: p.read_text(encoding="utf-8") for p in sorted((Path(__file__).parent / "programs").glob("*.txt"))}

CONFIGURED = {
    "load_env.name": "configured_load",
    "load_env.resources.cpu": ["1", "2"],
    "load_env.resources.memory": ["500Mi", "1Gi"],
    "load_env.image.name": "jobs",
    "load_env.image.registry": "ghcr.io/acme",
    "load_env.image.python_version": [3, 11],
    "[str(layer).split('(')[0] for layer in load_env.image._layers][-4:]": [
        "AptPackages",
        "Env",
        "PipPackages",
        "Commands",
    ],
    "load_env.image._layers[-2].packages": ["pandas"],
    "load_env.image._layers[-1].commands": ["echo a", "echo b"],
    "train_env.resources.gpu": "T4:2",
    "train_env.resources.shm": "auto",
    "[(s.key, s.group, s.as_env_var) for s in notify_env.secrets]": [["token", "slack", "SLACK_TOKEN"]],
    "notify_env.env_vars": {"LEVEL": "3"},
    "sorted(e.name for e in env.depends_on)": ["configured_load", "configured_notify", "configured_train"],
    "env._tasks['configured.tell'].cache.version_override": "2",
    "env._tasks['configured.tell'].pod_template": "main",
    "load_env._tasks['configured_load.fit'].cache.behavior": "override",
    "notify_env._tasks['configured_notify.notify'].report": True,
}


def run(sdk: str, jobs: list[dict[str, Any]], folder: Path) -> dict[str, dict[str, Any]]:
    """What the runner found, by id. One process for all jobs: importing an SDK costs seconds."""
    (folder / f"{sdk}.json").write_text(json.dumps(jobs), encoding="utf-8")
    command = [sys.executable, str(RUNNER), sdk, str(folder / f"{sdk}.json"), str(folder / f"{sdk}.out")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = (folder / f"{sdk}.out").read_text(encoding="utf-8").splitlines()
    return {line["id"]: line for line in map(json.loads, lines)}


def calls(source: str) -> str:
    return source.split("CALLS = ")[1].splitlines()[0][1:-1]


@pytest.mark.sdk
@pytest.mark.timeout(500)
def test_programs_give_what_they_gave(tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    before = [{"id": n, "source": s, "call": calls(s)} for n, s in PROGRAMS.items()]
    after = [{"id": n, "source": migrated(s, f"jobs.{n}"), "call": calls(s)} for n, s in PROGRAMS.items()]
    settings = {"source": migrated(PROGRAMS["configured"], "configured"), "call": f"[{', '.join(CONFIGURED)}]"}
    old, new = run("flyte1", before, tmp_path), run("flyte2", [*after, {"id": "settings", **settings}], tmp_path)
    outside = run("direct", after, tmp_path)
    for name in PROGRAMS:
        assert "error" not in old[name], old[name]["error"]
        for found in (new[name], outside[name]):
            assert "error" not in found, found["error"]
            assert found["value"] == old[name]["value"]
    assert "error" not in new["settings"], new["settings"]["error"]
    assert dict(zip(CONFIGURED, new["settings"]["value"], strict=True)) == CONFIGURED


@pytest.mark.sdk
@pytest.mark.parametrize("part", range(3))
def test_examples_of_rules_that_migrate_give_what_they_gave(part: int, tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    all_ = {f"{r.code}-{i}": e for r in RULES for i, e in enumerate(r.examples) if e.call and planned(e.before).edits}
    assert len(all_) >= 15
    shown = dict(list(all_.items())[part::3])
    old = run("flyte1", [{"id": n, "source": e.before, "call": e.call} for n, e in shown.items()], tmp_path)
    new = run("flyte2", [{"id": n, "source": migrated(e.before), "call": e.call} for n, e in shown.items()], tmp_path)
    for name in shown:
        if not old[name].get("missing"):
            assert "error" not in new[name], new[name]["error"]
            assert new[name]["value"] == old[name]["value"], name


FINISHED = {
    "logged(lambda: beside(n=-1, m=2))": "c-1 is negative",
    "logged(lambda: ended(n=-1))": "d-1 is negative",
    "logged(lambda: beside(n=-1, m=-2))": "-1 is negative",
    "logged(lambda: inside(n=1, m=-2))": "-2 is negative",
    "logged(lambda: series(word='s', n=1, m=-2))": "s-2 is negative",
}
"""What Flyte 1 did on a cluster, where every node whose inputs are there runs: flytekit stops at the first error."""


@pytest.mark.sdk
def test_all_that_can_run_ends_before_a_workflow_fails(tmp_path: Path) -> None:
    pytest.importorskip("flyte")
    plan = plan_module(build(Document("file:///policies.py", PROGRAMS["policies"])), "policies")
    forms = [migrated(PROGRAMS["policies"]), apply_edits(PROGRAMS["policies"], plan.edits)]
    assert ["return_exceptions=True" in form for form in forms] == [False, True]
    jobs = [{"id": str(n), "source": s, "call": f"[{', '.join(FINISHED)}]"} for n, s in enumerate(forms)]
    for sdk in ("flyte2", "direct"):
        for found in run(sdk, jobs, tmp_path).values():
            assert "error" not in found, found["error"]
            assert found["value"] == [*FINISHED.values()]
