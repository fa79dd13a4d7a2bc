"""Results without the renderer that their annotation names: `Annotated[pd.DataFrame, TopFrameRenderer(10)]`.

Flyte 1 rendered inputs and results into its deck by itself, where the deck was on; Flyte 2 shows what is logged.
"""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, annotated, entities, hints, unread
from flyteshift.migration.trees import text
from flyteshift.semantics.model import Model
from flyteshift.text import Edit

SHOWN = "Flyte 1 showed this value of `{0}` in its deck; Flyte 2 shows what is logged: `flyte.report.log(...)`."
_MODULES = ("flytekit.deck.", "flytekitplugins.deck.")


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that take renderers out of the annotations of tasks and workflows."""
    if "Renderer" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    gone: list[Node] = []
    edits: list[Edit] = []
    for function, _ in entities(draft):
        for node, head, kind, called in (found for hint in hints(function) for found in annotated(hint)):
            symbol = draft.symbol(called) or ""
            if not symbol.startswith(_MODULES) or not symbol.endswith("Renderer"):
                continue
            gone.append(head)
            edits.append(Edit(draft.span(node), text(kind)))
            if "deck" in text(function.parent).partition("def ")[0]:
                draft.note(node, SHOWN.format(text(function.child_by_field_name("name"))))
    return Written([*edits, *unread(draft, gone)], draft.notes)
