"""Questions about the user's environment never hang: a worker that does not answer is ended."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flyteshift.features import installed
from flyteshift.features.installed import About, Installed, Interpreter, Source

PYTHON = Interpreter("python", True)
HANGS = "import time\ninput()\ntime.sleep(60)\n"
ANSWERS = 'while True:\n    input()\n    print(\'{"about": ["f()", null, ["a.py", 1, 2]]}\', flush=True)\n'


def test_one_that_hangs_is_ended_and_the_next_question_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = iter([HANGS, ANSWERS])

    def spawn(_: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", next(programs)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    monkeypatch.setattr(installed, "spawn", spawn)
    monkeypatch.setattr(installed, "PATIENCE", 0.5)
    asked = Installed()
    assert asked.ask("flyte.run", PYTHON).result(10) == About()
    monkeypatch.setattr(installed, "PATIENCE", 30)
    assert asked.ask("flyte.map", PYTHON).result(10) == About("f()", None, Source("a.py", 1, 2))
    assert asked.ask("flyte.run", PYTHON).result(10) == About(), "what was answered is known"
