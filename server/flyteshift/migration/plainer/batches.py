"""Lists of pickles without a size of batches, which said how they are stored and nothing of the values."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration.data.held import flyte1, parts
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, entities, hints, unread
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
    for node in walk(annotation):
        if node.type not in ("subscript", "generic_type"):
            continue
        head, given = parts(node)
        calls = [c for n in given[1:] for c in walk(n) if c.type == "call"]
        function = calls[0].child_by_field_name("function") if len(calls) == 1 else None
        if text(head).rpartition(".")[2] != "Annotated" or len(given) != 2 or function is None:
            continue
        inside = [n for n in walk(given[0]) if n.type in ("identifier", "attribute")]
        if draft.symbol(function) == BATCH and not any(flyte1(draft.symbol(n)) for n in inside):
            gone.append(head)
            yield Edit(draft.document.span(node), text(given[0]))
