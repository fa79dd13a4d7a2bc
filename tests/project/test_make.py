"""The Makefile on machines that lack something, with stand-ins for Python."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """`make demo` in a folder that holds only the Makefile, with a shell script in Python's place."""
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "pyproject.toml").touch()
    script = folder / "python"
    script.write_text(f"#!/bin/sh\n{python}\n", "utf-8")
    script.chmod(0o755)
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    command = ["make", f"PYTHON={script}", "demo"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_an_old_python_is_named(tmp_path: Path) -> None:
    found = make(tmp_path, 'case "$1" in --version) echo Python 3.8.18;; *) exit 1;; esac')
    assert found.returncode != 0
    assert "needs Python 3.10 or newer" in found.stderr
    assert "Python 3.8.18" in found.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_missing_python_is_named(tmp_path: Path) -> None:
    found = make(tmp_path, "exit 127")
    assert found.returncode != 0
    assert "make PYTHON=" in found.stderr


def test_a_python_without_ensurepip_and_pip_gets_the_packages_to_install(tmp_path: Path) -> None:
    found = make(tmp_path, 'case "$1" in -c) exit 0;; *) exit 1;; esac')
    assert found.returncode != 0
    assert "apt-get install python3-venv" in found.stderr
    assert not (tmp_path / ".venv").exists()
