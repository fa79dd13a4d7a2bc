"""What tasks and functions take and give, and where they are defined."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration.data.held import Source, Type, annotated, definitions
from flyteshift.migration.data.record import Scope
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.values import Entity, Function, Symbol

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Env, Reader

Given = list[tuple[str, Node, Type | None]]
"""Arguments: keyword (empty without one), value, and what it holds."""


def of_callee(reader: Reader, function: Node) -> tuple[dict[str, Type | None], Type | None] | None:
    """What the task behind a callee takes and gives; None where it is none."""
    entity = reader.draft.entity(function)
    if entity is None:
        return None
    return signature(reader, function, entity)


def signature(reader: Reader, function: Node, entity: Entity) -> tuple[dict[str, Type | None], Type | None] | None:
    """What a task takes, by name, and what it gives."""
    source, definition = reader.source, None
    task = reader.draft.tasks.get(entity.name)
    if task is not None:
        definition = task.function
    else:
        value = reader.draft.model.value(function)
        outside = reader.draft.outside
        found = outside.task(value.name) if outside is not None and isinstance(value, Symbol) else None
        other = reader.source.at(found.path) if found is not None else None
        if found is None or other is None:
            return ({}, None)
        source = other
        definition = definition_of(source, found.name)
    if definition is None:
        return ({}, None)
    takes = {name: kind for name, kind, _ in parameters(source, definition)}
    return takes, annotated(source, definition.child_by_field_name("return_type"))


def parameters(source: Source, function: Node) -> list[tuple[str, Type | None, Node | None]]:
    """The parameters of a function: their names, what they hold, and their defaults."""
    holder = function.child_by_field_name("parameters")
    found = []
    for node in holder.named_children if holder is not None else ():
        inner = node.child_by_field_name("name") or (node.named_children[0] if node.named_children else node)
        kind = annotated(source, node.child_by_field_name("type"))
        if inner.type == "list_splat_pattern":
            kind = Type("list", (kind,))
        elif inner.type == "dictionary_splat_pattern":
            kind = Type("dict", (kind,))
        if node.type not in ("comment", "keyword_separator", "positional_separator"):
            found.append((text(inner).lstrip("*"), kind, node.child_by_field_name("value")))
    return found


def definition_of(source: Source, name: str) -> Node | None:
    """The function of a module that has a name."""
    return definitions(source.model, "function_definition").get(name)


def plain_function(reader: Reader, function: Node) -> tuple[Source, Node] | None:
    """The definition of a plain function of the project that is called, with its module."""
    value, outside = reader.draft.model.value(function), reader.draft.outside
    if isinstance(value, Function) and text(function) in reader.functions:
        return reader.source, reader.functions[text(function)]
    found = (
        outside.project.find(outside.path, value.name) if isinstance(value, Symbol) and outside is not None else None
    )
    other = reader.source.at(found.path) if found is not None else None
    definition = definition_of(other, found.name) if other is not None and found is not None else None
    return (other, definition) if other is not None and definition is not None else None


def said_of(definition: Node) -> dict[str, Node | None]:
    """The annotations of a function's parameters."""
    holder = definition.child_by_field_name("parameters")
    found: dict[str, Node | None] = {}
    for node in holder.named_children if holder is not None else ():
        inner = node.child_by_field_name("name") or (node.named_children[0] if node.named_children else node)
        found[text(inner).lstrip("*")] = node.child_by_field_name("type")
    return found


def inner_definition(scope: Scope, name: str) -> Node | None:
    """A function that is defined inside of the one that calls it."""
    body = scope.function.child_by_field_name("body") if scope.function is not None else None
    return _functions(body).get(name) if body is not None else None


@lru_cache(maxsize=64)
def _functions(body: Node) -> dict[str, Node]:
    """The functions that are defined in a body, the first of each name."""
    found: dict[str, Node] = {}
    for node in walk(body):
        if node.type == "function_definition":
            found.setdefault(text(node.child_by_field_name("name")), node)
    return found


def arguments(reader: Reader, holder: Node, env: Env, scope: Scope) -> Given:
    """The arguments of a call: keyword (empty without one), value, and what it holds."""
    from flyteshift.migration.data import values

    if holder.type == "generator_expression":  # `any(x for x in xs)`
        return [("", holder, values.read(reader, holder, env, scope))]
    found = []
    for node in holder.named_children:
        if node.type == "comment":
            continue
        value = node.child_by_field_name("value") if node.type == "keyword_argument" else node
        name = text(node.child_by_field_name("name")) if node.type == "keyword_argument" else ""
        if value is None:
            continue
        if node.type in ("list_splat", "dictionary_splat"):
            kind = values.read(reader, node.named_children[0], env, scope)
            found.append(("*", node, kind))
        else:
            found.append((name, value, values.read(reader, value, env, scope)))
    return found
