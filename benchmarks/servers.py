"""The servers that are measured."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from benchmarks.client import Client

_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Server:
    """How to start a server, and what it can do."""

    name: str
    command: tuple[str, ...]
    pull: bool = False
    hovers: bool = False
    acts: bool = False

    def start(self, folder: Path, environment: Mapping[str, str]) -> Client:
        """A new process of it, with a folder as its workspace."""
        return Client(self.command, folder, environment, pull=self.pull)


OURS = "flyteshift"
RUFF = "ruff"
FLOOR = "pygls floor"
JEDI = "jedi-language-server"
PYRIGHT = "basedpyright"
"""Its command line only."""


def servers() -> list[Server]:
    """All servers; each Python one runs under the Python that runs this."""
    ours = (sys.executable, "-m", "flyteshift", "server")
    ruff = (find_ruff_bin(), "server")
    jedi = (sys.executable, "-c", "from jedi_language_server.cli import cli; cli()")
    return [
        Server(OURS, ours, hovers=True, acts=True),
        Server(f"{OURS} (pull)", ours, pull=True),
        Server(RUFF, ruff),
        Server(f"{RUFF} (pull)", ruff, pull=True),
        Server(FLOOR, (sys.executable, str(_HERE / "floor.py"))),
        Server(JEDI, jedi, hovers=True),
    ]
