"""Lists of pickles without a size of batches, which said how they are stored and nothing of the values."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration.data.held import flyte1
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, annotated, entities, hints, unread
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model
from flyteshift.text import Edit

BATCH = "flytekit.BatchSize"


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that take `BatchSize` out of the annotations of tasks and workflows."""
    if "BatchSize" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    gone: list[Node] = []
    edits = [e for f, _ in entities(draft) for node in hints(f) for e in _unbatched(draft, node, gone)]
    return Written([*edits, *unread(draft, gone)])


def _unbatched(draft: Draft, annotation: Node, gone: list[Node]) -> Iterator[Edit]:
    """`Annotated[list[T], BatchSize(3)]` is `list[T]`; a folder's batches are another thing. `gone` gets what goes."""
    for node, head, kind, function in annotated(annotation):
        inside = [n for n in walk(kind) if n.type in ("identifier", "attribute")]
        if draft.symbol(function) == BATCH and not any(flyte1(draft.symbol(n)) for n in inside):
            gone.append(head)
            yield Edit(draft.document.span(node), text(kind))
