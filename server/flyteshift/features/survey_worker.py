"""The process that surveys folders: what to look at comes in by standard input, what was found goes out, both pickled.

Planning many files takes seconds, so it happens where it cannot hold up typing. Each survey has its own process, which
ends with its answer.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, NamedTuple

import flyteshift
from flyteshift.features.survey import Survey, survey
from flyteshift.workspace.settings import Settings

_ROOT = Path(flyteshift.__file__).parent.parent
_PROGRAM = """\
import json, sys
sys.path[:] = json.loads(sys.argv.pop())
from flyteshift.features.survey_worker import main
main()
"""
PATIENCE = 300
"""Seconds that a survey may take."""


class Job(NamedTuple):
    """A folder to survey. `opened` are the texts of files that are open in the editor."""

    root: Path
    settings: Settings
    opened: dict[Path, str]


def ask(jobs: list[Job]) -> list[Survey]:
    """Survey folders in a process of its own; blocks. Raises RuntimeError or subprocess.TimeoutExpired."""
    # The worker sees our own modules, never those of the folder that the server was started in.
    path = json.dumps([str(_ROOT), *(entry for entry in sys.path if entry)])
    isolated = ["-I"] * sys.flags.isolated + ["-S"] * sys.flags.no_site
    done = subprocess.run(
        [sys.executable, *isolated, "-c", _PROGRAM, path],
        input=pickle.dumps(jobs),
        capture_output=True,
        cwd=_ROOT,
        timeout=PATIENCE,
        check=False,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    if done.returncode != 0:
        raise RuntimeError(f"the survey ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    found = pickle.loads(done.stdout)
    assert isinstance(found, list)
    return found


def main(source: BinaryIO = sys.stdin.buffer, sink: BinaryIO = sys.stdout.buffer) -> None:
    """Answer one question."""
    jobs: list[Job] = pickle.load(source)
    pickle.dump([survey(*job) for job in jobs], sink)
    sink.flush()
