"""The editors of this machine. Where one is missing its tests are skipped, or fail if FLYTESHIFT_EDITORS=required."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIRED = os.environ.get("FLYTESHIFT_EDITORS") == "required"
"""CI installs all of them (`.ci/editors`)."""


def program(name: str, hint: str) -> str:
    """The path of a program: of this Python's environment, else on PATH. Skips or fails the test without it."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    return found or missing(f"{name} is not installed: {hint}")


def vsix() -> Path:
    """The packaged extension for this machine."""
    found = sorted((ROOT / "vscode-client").glob("flyteshift-*.vsix"), key=lambda each: each.stat().st_mtime)
    if not found:
        missing("the extension is not packaged: npm ci && npm run package, in vscode-client")
    return found[-1]


def missing(reason: str) -> str:
    """Skip the test; fail it where editors are required."""
    if REQUIRED:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
