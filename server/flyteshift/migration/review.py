"""Which notes of a plan tell of a change in what the code does, so that somebody has to agree to it."""

from __future__ import annotations

from flyteshift.migration import caches, partial, settings
from flyteshift.migration.draft import Note

_CHANGES = frozenset({settings.RETRIES, caches.COLD, partial.BOTH})


def changes_behaviour(note: Note) -> bool:
    """True for: retries that now cover every exception, caches that start cold, branches that run one by one now; tests
    that are to be rewritten."""
    return note.message in _CHANGES or note.kind in ("sequential", "test")
