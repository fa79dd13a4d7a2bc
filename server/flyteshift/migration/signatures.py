"""What a task takes, in order, and whether it gives something: read where it is defined, here or in another file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Symbol


@dataclass(frozen=True)
class Signature:
    """The parameters of a function in order, and the text of its return annotation, empty for none."""

    parameters: tuple[str, ...]
    returns: str

    @property
    def gives_nothing(self) -> bool:
        """True where there is no result."""
        return self.returns in ("", "None")


def of(draft: Draft, node: Node) -> Signature | None:
    """The signature of the task that a name stands for; None where that is not known."""
    entity = draft.entity(node)
    if entity is not None and entity.name in draft.tasks and entity.name == text(node):
        return read(draft.tasks[entity.name].function)
    function = elsewhere(draft, node)
    return read(function) if function is not None else None


def elsewhere(draft: Draft, node: Node) -> Node | None:
    """The definition of the task of another file that a name stands for; None where that is not known."""
    value = draft.model.value(node)
    found = draft.outside.task(value.name) if draft.outside is not None and isinstance(value, Symbol) else None
    model = draft.outside.project.model(found.path) if draft.outside is not None and found is not None else None
    if found is None or model is None:
        return None
    functions = [
        f for f in _functions(model.document.tree.root_node) if text(f.child_by_field_name("name")) == found.name
    ]
    return functions[0] if len(functions) == 1 else None


def read(function: Node) -> Signature | None:
    """The signature of a function definition; None where it takes `*args` and the like."""
    holder = function.child_by_field_name("parameters")
    names = []
    for parameter in holder.named_children if holder is not None else ():
        if parameter.type == "comment":
            continue
        name = parameter.child_by_field_name("name") or (
            parameter if parameter.type == "identifier" else next(iter(parameter.named_children), None)
        )
        if name is None or name.type != "identifier":
            return None
        names.append(text(name))
    return Signature(tuple(names), text(function.child_by_field_name("return_type")))


def _functions(root: Node) -> Iterator[Node]:
    for node in root.children:
        inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        if inner is not None and inner.type == "function_definition":
            yield inner
