from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editors.programs import ROOT


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[str], Path]:
    """The file of a picture, by its path in the checkout: there for `make pictures`, else where it does not last."""
    folder = ROOT if os.environ.get("FLYTESHIFT_PICTURES") else tmp_path

    def file(path: str) -> Path:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        return folder / path

    return file


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A small Flyte 1 project."""
    folder = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "sample", folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return folder
