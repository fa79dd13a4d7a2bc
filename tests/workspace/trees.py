"""Small projects on disk, and their indexes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

from flyteshift.workspace.gather import Gatherer
from flyteshift.workspace.index import Index
from flyteshift.workspace.settings import Settings


def write(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"))
    return folder


def gatherer(folder: Path, **more: Any) -> Gatherer:
    return Gatherer(folder, Settings(root=folder), folder=folder.parent / f"{folder.name}-cache", **more)


def index(folder: Path, **more: Any) -> Index:
    return gatherer(folder, **more).build()


def short(folder: Path, path: str) -> str:
    return Path(path).relative_to(folder).as_posix()
