"""`if image.is_container():` around imports."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.images import SPEC
from flyteshift.migration.trees import text

CONTAINER = "This guard protects more than imports; flyteshift cannot tell what it would mean in Flyte 2."


def guard(draft: Draft, node: Node) -> str | None:
    """`if image.is_container():` around imports becomes `with contextlib.suppress(ImportError):`.

    Flyte 1 imported only in containers of this image, and locally. The containers of the module's other tasks, which
    may lack the packages, import it in Flyte 2 as well.
    """
    condition = node.child_by_field_name("condition")
    body = node.child_by_field_name("consequence")
    if condition is None or body is None or not _only_guards(draft, condition):
        return None
    imports = all(
        n.type in ("import_statement", "import_from_statement", "comment", "pass_statement")
        for n in body.named_children
    )
    if not imports or node.child_by_field_name("alternative") is not None:
        draft.refuse(node, CONTAINER, f"{SPEC}.is_container")
        return None
    draft.claim_within(condition)
    draft.imports.add("import contextlib")
    return "with contextlib.suppress(ImportError):"


def _only_guards(draft: Draft, node: Node) -> bool:
    if node.type == "parenthesized_expression":
        return _only_guards(draft, node.named_children[0])
    if node.type == "boolean_operator" and text(node.child_by_field_name("operator")) == "or":
        return all(_only_guards(draft, n) for n in node.named_children)
    if node.type != "call":
        return False
    return any(r.symbol.endswith(".is_container") for r in draft.uses(node.child_by_field_name("function") or node))
