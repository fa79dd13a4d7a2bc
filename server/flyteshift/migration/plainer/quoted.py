"""Annotations in quotes that name types of Flyte, `f: "FlyteFile"`, without the quotes; also what tasks give.

What is read of a result follows from its annotation: `-> "Out"`, `-> "Tuple[int, str]"`, `-> "None"`.

Only where the names mean the same at that place: they are bound above, or no annotation of the module is evaluated
when its function is defined (`from __future__ import annotations`).
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Collection

from tree_sitter import Node

from flyteshift.migration.data.held import flyte1, parts
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit

_FRAMES = re.compile(r"\b(?:\w+\.)?DataFrame\b")
_SURE = frozenset({"import_statement", "import_from_statement", "future_import_statement", "expression_statement",
                   "class_definition", "function_definition", "decorated_definition"})  # fmt: skip
"""The statements that bind their names whenever the module is imported."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that take the quotes off."""
    draft = Draft(model, {}, outside)
    late = any(n.type == "future_import_statement" and "annotations" in text(n) for n in _tops(draft))
    starts = {f.span.start for f in model.functions() if f.entity is not None}
    edits = []
    for annotation in filter(_is_whole, model.document.nodes("type")):
        for node in walk(annotation):
            names = _names(node) if node.type == "string" and _is_type(node, annotation) else None
            tells = names is not None and (_tells_of_data(draft, node) or _tells_of_result(draft, node, starts))
            if tells and (late or all(_is_bound(draft, n, node) for n in names or ())):
                edits.append(Edit(draft.span(node), text(node)[1:-1]))
    return Written(edits)


def _is_whole(annotation: Node) -> bool:
    """False for a type inside of another one."""
    above = annotation.parent
    while above is not None and above.type in ("type", "type_parameter", "generic_type", "union_type", "subscript"):
        if above.type == "type":
            return False
        above = above.parent
    return True


def _tops(draft: Draft) -> list[Node]:
    return draft.document.tree.root_node.children


def _names(string: Node) -> set[str] | None:
    """The variables that the expression in a text reads; None where it holds no expression of one line."""
    code = text(string)[1:-1]
    if text(string)[0] not in "\"'" or code[:1] in ("", '"', "'") or {"\n", "\\", "#"} & {*code}:
        return None
    try:
        tree = ast.parse(code, mode="eval")
    except (SyntaxError, ValueError):
        return None
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _is_type(node: Node, annotation: Node) -> bool:
    """False inside of `Literal[...]` and for what `Annotated[...]` says beside the type."""
    child, above = node, node.parent
    while above is not None and above != annotation:
        if above.type in ("subscript", "generic_type"):
            head, given = parts(above)
            name = text(head).rpartition(".")[2]
            beside = name == "Annotated" and not (given and given[0].start_byte <= child.start_byte < given[0].end_byte)
            if name == "Literal" or beside:
                return False
        if above.type == "call":
            return False
        above = above.parent
    return True


def _tells_of_data(draft: Draft, node: Node) -> bool:
    """True where a text names a file, folder or dataset of Flyte, or a frame of pandas."""
    if any(flyte1(draft.model.names.role(r.symbol)) for r in draft.uses(node)):
        return True
    found = (draft.model.names.final(name.partition(".")[0]) for name in _FRAMES.findall(text(node)))
    return any(isinstance(value, Symbol) and value.name.partition(".")[0] == "pandas" for value in found)


def _tells_of_result(draft: Draft, node: Node, tasks: Collection[int]) -> bool:
    """True for all that a task gives, where it is not one value of a type of Python's; `tasks`: where tasks start."""
    annotation = node.parent
    function = annotation.parent if annotation is not None else None
    if function is None or function.type != "function_definition" or function.parent is None:
        return False
    if function.child_by_field_name("return_type") != annotation:
        return False
    whole = function.parent if function.parent.type == "decorated_definition" else function
    return draft.span(whole).start in tasks and not isinstance(getattr(builtins, text(node)[1:-1], None), type)


def _is_bound(draft: Draft, name: str, node: Node) -> bool:
    """True for a name that the module has bound above a place, once, or that is Python's."""
    if name not in draft.model.names.events:
        return hasattr(builtins, name)
    if name in draft.model.names.multiple:
        return False
    start = draft.span(node).start
    sure = {draft.document.span(n) for n in _tops(draft) if n.type in _SURE}
    return any(name in s.facts.module.events and s.span.end <= start and s.span in sure for s in draft.model.statements)
