"""`FlyteContextManager.current_context().file_access`: new local paths and folders, which `flyte.storage` gives too.

Flyte 2 gives a `Path` and makes the folder around it (measured with flyte 2.12), in a run or not.
"""

from __future__ import annotations

from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.text import Edit

MANAGER = "flytekit.FlyteContextManager"
FUNCTIONS = {"get_random_local_path": 1, "get_random_local_directory": 0}
"""The functions, and how many arguments they take at most."""


def edits(draft: Draft) -> list[Edit]:
    """The edits of the calls that ask for a local path; claims what is named in them."""
    found: list[Edit] = []
    for call in draft.document.nodes("call") if "FlyteContextManager" in draft.document.text else ():
        function = call.child_by_field_name("function")
        access = function.child_by_field_name("object") if function is not None else None
        context = access.child_by_field_name("object") if access is not None else None
        asked = context.child_by_field_name("function") if context is not None and context.type == "call" else None
        manager = asked.child_by_field_name("object") if asked is not None else None
        if function is None or access is None or asked is None or manager is None:
            continue
        name, given = text(function.child_by_field_name("attribute")), arguments(draft, call)
        plain = len(given) <= FUNCTIONS.get(name, -1) and not any(g.name or draft.uses(g.value) for g in given)
        if draft.symbol(manager) != MANAGER or text(asked.child_by_field_name("attribute")) != "current_context":
            continue
        if text(access.child_by_field_name("attribute")) == "file_access" and plain:
            draft.claim_within(function)
            draft.imports.add("import flyte.storage")
            code = f"str(flyte.storage.{name}({', '.join(text(g.value) for g in given)}))"
            found.append(Edit(draft.document.span(call), code))
    return found
