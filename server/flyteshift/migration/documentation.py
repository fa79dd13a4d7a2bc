"""`Documentation(short_description=...)` becomes `flyte.Documentation(description=...)` (flyte._doc, measured)."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.catalog.load import catalog
from flyteshift.migration.arguments import by_name
from flyteshift.migration.draft import Draft
from flyteshift.rewriting.calls import Argument, print_call

_DOCS = "flytekit.Documentation"
_ORDER = ("short_description", "long_description", "source_code")


def source(draft: Draft, node: Node) -> str | None:
    """The call in Flyte 2's words; refused where it says more than one text."""
    given = by_name(draft, node, _ORDER)
    if given is None:
        return None
    for name in _ORDER[1:]:
        if name in given and given[name].value.type != "none":
            row = catalog().param(_DOCS, name)
            draft.refuse(given[name].node, row.message if row is not None else "", f"{_DOCS}({name})")
            return None
    short = given.get("short_description")
    if short is None or short.value.type == "none":
        draft.refuse(node, "This says nothing; leave it out, then migrate.", _DOCS)
        return None
    said = Argument("description=" + draft.source(short.value), short.before, short.behind)
    return print_call("flyte.Documentation", [said], draft.style)
