"""The names that a function binds, and the places that read one."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration.trees import text, walk

_BINDERS = frozenset(["assignment", "augmented_assignment", "for_statement", "for_in_clause", "as_pattern",
                      "aliased_import"])  # fmt: skip


def bound(function: Node) -> set[str]:
    """The names that a function binds itself."""
    found = set(parameters(function))
    for node in walk(function):
        if node.type in _BINDERS:
            found |= targets(node.child_by_field_name("left") or node.child_by_field_name("alias"))
        if node.type == "function_definition":
            found.add(text(node.child_by_field_name("name")))
        if node.type in ("import_statement", "import_from_statement"):
            found |= imported(node)
    return found


def imported(statement: Node) -> set[str]:
    """The names that an import binds."""
    found = set()
    for node in statement.children_by_field_name("name"):
        alias = node.child_by_field_name("alias")
        found.add(text(alias) if alias is not None else text(node).partition(".")[0])
    return found


def parameters(function: Node) -> set[str]:
    """The names of a function's parameters."""
    holder = function.child_by_field_name("parameters")
    found = set()
    for parameter in holder.named_children if holder else ():
        if parameter.type == "identifier":
            found.add(text(parameter))
        else:
            name = parameter.child_by_field_name("name") or next(iter(parameter.named_children), None)
            found.add(text(name).lstrip("*"))
    return found - {""}


def targets(node: Node | None) -> set[str]:
    """The names that an assignment target sets or fills."""
    if node is None:
        return set()
    if node.type == "identifier":
        return {text(node)}
    if node.type in ("attribute", "subscript"):
        return targets(node.child_by_field_name("object") or node.child_by_field_name("value"))
    return {n for child in node.named_children for n in targets(child)}


def assigned(statement: Node) -> tuple[list[Node], Node]:
    """The targets of `a = b = value`, and the value; no targets and the statement itself where it assigns nothing."""
    found: list[Node] = []
    value: Node | None = statement
    while value is not None and value.type == "assignment":
        found += value.children_by_field_name("left")
        value = value.child_by_field_name("right")
    return found, value or statement


def is_label(node: Node) -> bool:
    """True for the `x` of `f(x=1)` and of `a.x`, which are no variables."""
    above = node.parent
    if above is None or above.type not in ("keyword_argument", "attribute"):
        return False
    return above.child_by_field_name("name" if above.type == "keyword_argument" else "attribute") == node


def is_load(node: Node) -> bool:
    """True where an identifier is read: no keyword, attribute, target or parameter."""
    above = node.parent
    if above is None:
        return False
    if above.type == "keyword_argument":
        return above.child_by_field_name("name") != node
    if above.type == "attribute":
        return above.child_by_field_name("attribute") != node
    if above.type in ("assignment", "augmented_assignment", "for_statement", "for_in_clause"):
        return above.child_by_field_name("left") != node
    if above.type in ("named_expression", "default_parameter", "typed_default_parameter"):
        return above.child_by_field_name("name") != node
    return above.type not in (
        "pattern_list",
        "tuple_pattern",
        "list_pattern",
        "list_splat_pattern",
        "parameters",
        "typed_parameter",
        "as_pattern_target",
        "global_statement",
        "function_definition",
        "lambda_parameters",
    )
