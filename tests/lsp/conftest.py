from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lsp.raw import Raw

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def raw() -> Iterator[Raw]:
    """A server that was only just started."""
    with Raw() as started:
        yield started


@pytest.fixture
def server(raw: Raw) -> Raw:
    """A server whose client declared nothing, so that diagnostics are pushed."""
    raw.initialize()
    return raw
