"""Files, folders and frames: where their values go, and how each use is said in Flyte 2."""

from __future__ import annotations

from collections.abc import Sequence

from flyteshift.migration.data import downloads, flow, names, outside
from flyteshift.migration.data.held import flyte1
from flyteshift.migration.data.record import Record
from flyteshift.migration.draft import Draft
from flyteshift.migration.tasks import Task
from flyteshift.text import Edit

__all__ = ["edits"]


def edits(draft: Draft, tasks: Sequence[Task], direct: dict[str, set[str]]) -> list[Edit]:
    """The edits of all that a module does with files, folders and frames; claims their references.

    `direct` tells which functions of the module name which.
    """
    record = Record(draft)
    if _concerns(draft):
        reader, record = flow.read(draft)
        names.rename(reader, record)
        downloads.settle(record)
    draft.starts = outside.settle(record, list(tasks), direct)
    for span, message in record.refused:
        draft.refuse(span, message)
    for span in record.claimed:
        draft.claim(span)
    draft.gone += list(record.gone)
    draft.imports |= set(record.imports)
    return sorted(record.edits.values(), key=lambda e: e.span)


def _concerns(draft: Draft) -> bool:
    """True where a module may handle such values: it names their types, or tasks and classes of other files."""
    roles = (draft.model.names.role(r.symbol) for r in draft.references)
    return any(flyte1(role) is not None or role in names.KNOWN for role in roles) or draft.outside is not None
