"""What is measured of a large workspace: indexing it, working meanwhile, and a change of branch."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import sources
from benchmarks.client import Client
from benchmarks.edits import session
from benchmarks.results import Results
from benchmarks.servers import OURS

_Log = Callable[[str], None]
_COMMAND = (sys.executable, "-m", "flyteshift", "server")
_SWITCHED = 300


def large(results: Results, folder: Path, environment: Mapping[str, str], files: int, rounds: int, log: _Log) -> None:
    """A workspace of so many files, one in twenty of them with Flyte: indexed cold and warm, worked in, switched."""
    tree = folder / "large"
    sources.project(tree, files)
    cache = folder / "cache"
    environment = {**environment, "XDG_CACHE_HOME": str(cache)}
    label = f"{files:,} files"
    for number in range(rounds + 1):
        log(f"workspace {number}/{rounds}")
        shutil.rmtree(cache, ignore_errors=True)
        for kind in ("cold", "warm"):
            seconds, memory = _indexed(tree, environment)
            if number:
                results.add(f"index of {label}, {kind}", OURS, seconds)
                if memory is not None:
                    results.add(f"memory with {label}, {kind}", OURS, memory)
        shutil.rmtree(cache, ignore_errors=True)
        _worked_in(results, tree, environment, label, count=bool(number))
        _switched(results, tree, environment, label, number)


def _client(tree: Path, environment: Mapping[str, str]) -> Client:
    client = Client(_COMMAND, tree, environment, pull=False, progress=True)
    client.initialize()
    return client


def _indexed(tree: Path, environment: Mapping[str, str]) -> tuple[float, float | None]:
    """Seconds until the index is there, and the memory then."""
    client = _client(tree, environment)
    start = time.perf_counter()
    seconds = client.wait() - start
    memory = client.memory()
    client.leave()
    return seconds, memory


def _worked_in(results: Results, tree: Path, environment: Mapping[str, str], label: str, *, count: bool) -> None:
    """Open a module as soon as the server is there, and type into it as long as it indexes."""
    text = sources.module(1000)
    uri, edits = (tree / "opened.py").as_uri(), session(text, 400)
    client = _client(tree, environment)
    start = time.perf_counter()
    received = client.open(uri, text)
    if count:
        results.add(f"open to diagnostics while {label} are indexed", OURS, received.at - start)
    for edit in edits:
        seconds, _ = client.change(uri, edit.change(text))
        text = edit.applied(text)
        if client.ended is not None:
            break
        if count:
            results.add(f"keystroke to diagnostics while {label} are indexed", OURS, seconds)
        time.sleep(0.02)
    client.leave()


def _switched(results: Results, tree: Path, environment: Mapping[str, str], label: str, number: int) -> None:
    """Hundreds of files change at once: the time until the index knows."""
    client = _client(tree, environment)
    client.wait()
    changed = sorted(tree.rglob("*.py"))[:_SWITCHED]
    name = f"fresh_task_{number}"
    for path in changed:
        text = path.read_text(encoding="utf-8").split("# branch")[0]
        path.write_text(f"{text}# branch {number}\n", encoding="utf-8")
    changed[-1].write_text(
        f"from flytekit import task\n\n\n@task\ndef {name}() -> None: ...\n# branch\n", encoding="utf-8"
    )
    start = time.perf_counter()
    changes = [{"uri": path.as_uri(), "type": 2} for path in changed]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    while not client.ask("workspace/symbol", {"query": name})[1]["result"]:
        time.sleep(0.02)
    if number:
        results.add(f"{_SWITCHED} of {label} change", OURS, time.perf_counter() - start)
    client.leave()
