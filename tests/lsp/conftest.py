from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.raw import Raw

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What servers keep on disk goes elsewhere."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture
def raw(cache: Path) -> Iterator[Raw]:
    """A server that was only just started."""
    with Raw() as started:
        yield started


@pytest.fixture
def server(raw: Raw) -> Raw:
    """A server whose client declared nothing, so that diagnostics are pushed."""
    raw.initialize()
    return raw
