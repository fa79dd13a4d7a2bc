"""The examples of all rules, run once per session: one process per SDK."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flyteshift.rules.registry import RULES
from flyteshift.rules.rule import Example, Rule

RUNNER = Path(__file__).with_name("run_examples.py")
SECONDS = 150


@dataclass(frozen=True)
class Case:
    """One example of one rule."""

    id: str
    rule: Rule
    example: Example


CASES = [
    Case(f"{rule.code}-{rule.name}-{i}", rule, example) for rule in RULES for i, example in enumerate(rule.examples, 1)
]


@dataclass(frozen=True)
class Outcome:
    """What an example's call gave; `missing` names the module that could not be found."""

    value: Any = None
    error: str = ""
    missing: str | None = None


def run(sdk: str, source: Callable[[Example], str], folder: Path) -> dict[str, Outcome]:
    """Runs all examples in one process of their own and gives the outcomes by case id."""
    jobs, results = folder / f"{sdk}.json", folder / f"{sdk}.jsonl"
    jobs.write_text(json.dumps([{"id": c.id, "source": source(c.example), "call": c.example.call} for c in CASES]))
    results.write_text("")
    home = folder / sdk
    home.mkdir()
    # A home of its own: both SDKs keep caches and read settings there.
    env = {**os.environ, "HOME": str(home), "USERPROFILE": str(home), "FLYTE_LOCAL_CACHE_ENABLED": "false"}
    command = [sys.executable, str(RUNNER), sdk, str(jobs), str(results)]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=SECONDS, check=False)
        end = f"the process ended with {done.returncode} before this example\n{done.stderr[-2000:]}"
    except subprocess.TimeoutExpired:
        end = f"the process was stopped after {SECONDS} seconds"
    lines = [json.loads(line) for line in results.read_text().splitlines()]
    found = {line.pop("id"): Outcome(**line) for line in lines}
    return {case.id: found.get(case.id, Outcome(error=end)) for case in CASES}


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Outcome, Outcome]]:
    """Case id -> what the example gave under flytekit and under flyte."""
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    folder = tmp_path_factory.mktemp("examples")
    before = run("flyte1", lambda example: example.before, folder)
    after = run("flyte2", lambda example: example.after, folder)
    return {case.id: (before[case.id], after[case.id]) for case in CASES}
