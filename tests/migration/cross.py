"""Projects of several modules: written to a folder, migrated as a unit, run under either SDK."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from flyteshift.migration import Plan
from flyteshift.migration.unit import plan_files
from flyteshift.text import apply_edits
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings

PROJECTS = Path(__file__).parent / "projects"
_RUN = """\
import contextlib, importlib, io, json, os, runpy, sys
import pytest
sdk, runs, scripts, tests = json.loads(sys.argv[1])
gave = {}
def plain(value):
    return [plain(v) for v in value] if isinstance(value, (tuple, list)) else value
def names(env):
    return [(id(env), env.name), *(n for e in env.depends_on for n in names(e))]
for script in scripts:
    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    sys.argv[:] = [script]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        runpy.run_path(script, run_name="__main__")
    gave[script] = said.getvalue()
    del sys.path[0]
with contextlib.redirect_stdout(sys.stderr):
    for test in tests:
        assert pytest.main(["-q", "-p", "no:cacheprovider", test]) == 0
    for target, inputs in runs:
        module, name = target.split(":")
        entry = getattr(importlib.import_module(module), name)
        if sdk == "1":
            gave[target] = plain(entry(**inputs))
        else:
            import flyte
            flyte.init()
            out = list(flyte.with_runcontext(mode="local").run(entry, **inputs).outputs())
            gave[target] = plain(out[0] if len(out) == 1 else out)
            known = {}
            for at, each in names(entry.parent_env()):
                assert known.setdefault(each, at) == at, f"two environments are called {each}"
print("GAVE", json.dumps(gave))
"""


@dataclass(frozen=True)
class Sample:
    """A project: its files, what is run of it (`module:name` with inputs), where modules are looked for, its scripts
    and test files."""

    files: Mapping[str, str]
    runs: tuple[tuple[str, dict[str, object]], ...]
    path: str = "."
    scripts: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

    @classmethod
    def read(cls, name: str) -> Sample:
        """A project of the folder `projects`: lines of directions, then each file behind a line `### path`."""
        head, *parts = (PROJECTS / f"{name}.txt").read_text("utf-8").split("### ")
        said: dict[str, list[str]] = {}
        for line in filter(None, head.splitlines()):
            word, _, rest = line.partition(": ")
            said.setdefault(word, []).append(rest)
        files = {part.partition("\n")[0]: part.partition("\n")[2].rstrip("\n") + "\n" for part in parts}
        runs = tuple((line.partition(" ")[0], json.loads(line.partition(" ")[2] or "{}")) for line in said["run"])
        scripts, tests = tuple(said.get("script", ())), tuple(said.get("test", ()))
        return cls(files, runs, said.get("path", ["."])[0], scripts, tests)

    def write(self, folder: Path) -> None:
        """Put the files into a folder."""
        for name, text in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(dedent(text), "utf-8")

    def outcome(self, folder: Path, sdk: str) -> dict[str, object]:
        """What the runs, scripts and tests give."""
        asked = json.dumps([sdk, self.runs, self.scripts, self.tests])
        done = subprocess.run(
            [sys.executable, "-c", _RUN, asked],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            cwd=folder,
            env={"PYTHONPATH": str(folder / self.path), "PATH": os.environ["PATH"], "HOME": str(folder)},
        )
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        found: dict[str, object] = json.loads(done.stdout.rpartition("GAVE ")[2])
        return found


def migrated(folder: Path, sample: Sample, settings: Settings | None = None) -> dict[str, Plan]:
    """Migrate the files of a project in a folder as a unit; gives the plans by file."""
    paths = [folder / name for name in sample.files if name.endswith(".py")]
    made = plan_files(paths, Project(root=folder), settings or Settings(root=folder))
    for path, plan in made.items():
        if plan.edits:
            path.write_text(apply_edits(path.read_text("utf-8"), plan.edits), "utf-8")
    return {path.relative_to(folder).as_posix(): plan for path, plan in made.items()}
