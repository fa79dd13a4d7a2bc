"""Runs the command in this process, and in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from flyteshift.cli.main import main

PLAIN = """\
from flytekit import task, workflow


@task
def double(x: int) -> int:
    return x * 2


@workflow
def wf(x: int = 3) -> int:
    return double(x=x)
"""
BEYOND = """\
from flytekit import map_task, task, workflow


@task
def double(x: int) -> int:
    return x * 2


@workflow
def wf(xs: list[int]) -> list[int]:
    return map_task(double, min_success_ratio=len(xs) / 2)(x=xs)
"""
CLEAN = "from prefect import task\n\n\n@task\ndef f(): ...\n"


class Run(NamedTuple):
    code: int
    out: str
    err: str


def run(capsys: pytest.CaptureFixture[str], *args: str | Path) -> Run:
    """The command in this process."""
    capsys.readouterr()
    try:
        code = main([str(each) for each in args])
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    return Run(code, *capsys.readouterr())


def run_apart(
    *args: str | Path,
    cwd: Path | None = None,
    stdin: bytes = b"",
    python: tuple[str, ...] = (),
    **environment: str,
) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own."""
    command = [sys.executable, *python, "-m", "flyteshift", *(str(each) for each in args)]
    known = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        command,
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
        env={**path_of_ours(known), **environment},
    )


def path_of_ours(environment: dict[str, str]) -> dict[str, str]:
    """The environment in which another process finds the same flyteshift."""
    import flyteshift

    return {**environment, "PYTHONPATH": str(Path(flyteshift.__file__).parent.parent)}
