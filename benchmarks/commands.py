"""What is measured of command lines: checking a tree, migrating a module."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from benchmarks import sources
from benchmarks.results import Results
from benchmarks.servers import OURS, PYRIGHT, RUFF

_INSIDE = """
import io, json, sys, time
start = time.perf_counter()
from flyteshift.cli.main import main
sys.stdout, out, seconds = io.StringIO(), sys.stdout, []
for _ in range(int(sys.argv[2])):
    code = main(["migrate", "--diff", sys.argv[1]])
    seconds.append(time.perf_counter() - start)
    start = time.perf_counter()
json.dump({"code": code, "seconds": seconds}, out)
"""
"""Migrates a module several times in one process. The first time counts its imports."""


def checks(results: Results, folder: Path, environment: Mapping[str, str], files: int, rounds: int) -> None:
    """`flyteshift check`, `ruff check` and `basedpyright` of a tree, in files a second; the first round warms up."""
    tree = folder / "tree"
    sources.tree(tree, files)
    commands = {
        OURS: [sys.executable, "-m", "flyteshift", "check", "-q", "--output-format", "json", str(tree)],
        RUFF: [find_ruff_bin(), "check", "--quiet", "--isolated", "--no-cache", "--output-format", "json", str(tree)],
    }
    for number in range(rounds + 1):
        for name, command in commands.items():
            seconds = _timed(command, folder, environment, (0, 1))
            if number:
                results.add("files a second", name, files / seconds)
    # A type checker does far more, and takes a minute: once is enough to know where it stands.
    seconds = _timed([sys.executable, "-m", "basedpyright", "--outputjson", str(tree)], folder, environment, (0, 1))
    results.add("files a second", PYRIGHT, files / seconds)


def migrations(
    results: Results, folder: Path, environment: Mapping[str, str], rounds: int, log: Callable[[str], None]
) -> None:
    """Migrate a plain module of 1,000 lines, by the command and inside one process; says so where it is refused."""
    path = folder / "plain.py"
    path.write_text(sources.plain_module(1000), encoding="utf-8")
    for number in range(rounds + 1):
        command = [sys.executable, "-m", "flyteshift", "migrate", "--diff", str(path)]
        seconds = _timed(command, folder, environment, (0, 1))
        if number:
            results.add("migrate 1,000 lines, the command", OURS, seconds)
    done = subprocess.run(
        [sys.executable, "-c", _INSIDE, str(path), str(rounds + 1)],
        cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    if told["code"]:
        log("migrate: the module was refused, so its figures mean little")
    for seconds in told["seconds"][1:]:
        results.add("migrate 1,000 lines, in a running process", OURS, seconds)


def _timed(command: Sequence[str], folder: Path, environment: Mapping[str, str], codes: tuple[int, ...]) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    seconds = time.perf_counter() - start
    if done.returncode not in codes:
        raise RuntimeError(f"{' '.join(command[:4])}: exit code {done.returncode}: {done.stderr.decode()[-300:]}")
    return seconds
