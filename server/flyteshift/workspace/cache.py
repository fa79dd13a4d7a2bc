"""What was found out about a workspace, kept on disk for the next start.

A file that is broken, of another version, or of another workspace counts as none. Servers that write at the same time
each put a whole file in place; the last one stays.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from flyteshift import __version__
from flyteshift.catalog.load import COMPILED
from flyteshift.workspace.summary import FORMAT, Summary, plain, restored

_SPARE = 4
"""How many contents are kept beside those in use, as a multiple of these: other branches, earlier versions."""

logger = logging.getLogger(__name__)


class Contents(Mapping[str, Summary]):
    """Summaries by the content that they are of. Kept as JSON until one is asked for."""

    def __init__(self, raw: dict[str, str] | None = None) -> None:
        self._raw = raw or {}
        self._made: dict[str, Summary] = {}

    def __getitem__(self, key: str) -> Summary:
        if key not in self._made:
            try:
                self._made[key] = restored(json.loads(self._raw[key]))
            except (ValueError, TypeError, AttributeError) as error:
                del self._raw[key]
                raise KeyError(key) from error
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._raw, **self._made})

    def __len__(self) -> int:
        return len(self._raw.keys() | self._made.keys())

    def add(self, key: str, summary: Summary) -> None:
        """Keep one more."""
        self._made[key] = summary

    def kept(self, used: set[str]) -> dict[str, str]:
        """The JSON of those in use, and of some others."""
        for key, summary in self._made.items():
            if key not in self._raw:
                self._raw[key] = json.dumps(plain(summary), separators=(",", ":"))
        others = [key for key in self._raw if key not in used]
        for key in others[: max(len(others) - _SPARE * max(len(used), 50), 0)]:
            del self._raw[key]
        return self._raw

    def forget(self) -> None:
        """Give back what was made; the JSON stays."""
        self.kept(set(self._made))
        self._made.clear()


Files = dict[str, list[Any]]
"""By path: time, size, digest, imports, whether it names Flyte, key of its summary or None, what was given to that."""


def load(root: str, folder: Path | None = None) -> tuple[Files, Contents]:
    """What is kept of a workspace folder; empty where nothing usable is. Never raises."""
    path = place(root, folder)
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        if json.loads(head) != _header(root, body):
            return {}, Contents()
        files, raw = json.loads(body)
        return files, Contents(raw)
    except FileNotFoundError:
        return {}, Contents()
    except (OSError, ValueError, TypeError, RecursionError) as error:
        logger.info("%s: not used (%s)", path, error)
        return {}, Contents()


def store(root: str, files: Files, contents: Contents, folder: Path | None = None) -> None:
    """Keep it. Never raises: a full or read-only disk costs the next start some seconds, no more."""
    path = place(root, folder)
    used = {str(each[5]) for each in files.values() if each[5]}
    body = json.dumps([files, contents.kept(used)], separators=(",", ":"), ensure_ascii=True).encode()
    data = json.dumps(_header(root, body)).encode() + b"\n" + body
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        logger.info("%s: not written (%s)", path, error)


def place(root: str, folder: Path | None = None) -> Path:
    """The file for a workspace folder. `folder` is where such files lie, by default the user's cache folder."""
    if folder is None:
        import platformdirs

        folder = Path(platformdirs.user_cache_dir("flyteshift", appauthor=False)) / "index"
    return folder / f"{blake2b(os.fsencode(root), digest_size=12).hexdigest()}.json"


def _header(root: str, body: bytes) -> dict[str, object]:
    digest = blake2b(body, digest_size=16).hexdigest()
    return {"flyteshift": __version__, "format": FORMAT, "catalog": _catalog(), "root": root, "digest": digest}


@lru_cache(maxsize=1)
def _catalog() -> str:
    """The catalog that summaries were made with."""
    return blake2b(COMPILED.read_bytes(), digest_size=8).hexdigest()
