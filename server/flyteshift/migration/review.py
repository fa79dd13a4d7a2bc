"""Which notes of a plan tell of a change in what the code does, so that somebody has to agree to it."""

from __future__ import annotations

from flyteshift.migration import bodies, caches, parallel, partial, settings
from flyteshift.migration.draft import Note

_CHANGES = frozenset({settings.RETRIES, caches.COLD, partial.BOTH})
_SEQUENTIAL = parallel.KEPT.partition("`{0}`")[2].partition("{1}")[0]


def changes_behaviour(note: Note) -> bool:
    """True for: retries that now cover every exception, caches that start cold, branches that run one by one now."""
    return note.message in _CHANGES or _SEQUENTIAL in note.message or bodies.is_parallel(note)
