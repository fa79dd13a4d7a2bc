"""Several outputs of a task that are no tuple: Flyte 1 took those of a list or an array by position.

Flyte 2 takes a list for one output and fails: "Received 1 outputs but return annotation has 2 outputs specified"
(measured with flyte 2.12). `return train_test_split(data)` is the common case. Only what is seen to be a tuple stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import bodies, chains, kinds, results
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, with_tasks
from flyteshift.migration.scopes import bound
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Class
from flyteshift.text import Edit


def written(model: Model, outside: Outside | None = None) -> Written:
    """The tasks of a module with several outputs, each of which gives a tuple."""
    if "uple" not in model.document.text or "tuple" in model.names.events:
        return Written()
    draft = with_tasks(model, outside)
    tasks = draft.tasks.values()
    given = [
        node for task in tasks if task.kind == "task" and _has_several(draft, task) for node in _given(draft, task)
    ]
    return Written([Edit(draft.span(node), _as_tuple(node, draft.document.source(node))) for node in given])


def _as_tuple(node: Node, source: str) -> str:
    plain = node.type == "list" and len(node.named_children) > 1
    return f"({source[1:-1]})" if plain else f"tuple({source})"


def _has_several(draft: Draft, task: Task) -> bool:
    """True for a task that says `Tuple[...]` of no types of Flyte 1, whose values the task would have to convert."""
    kind = results.returns(task)
    head, inner = kinds.generic(text(kind))
    several = head in ("Tuple", "tuple") and len(inner) > 1 and "..." not in inner
    return several and kind is not None and not draft.uses(kind) and "tuple" not in bound(task.function)


def _given(draft: Draft, task: Task) -> Iterator[Node]:
    """What a task returns that may be no tuple."""
    for node in bodies.own_nodes(task.function):
        value = node.named_children[0] if node.type == "return_statement" and node.named_children else None
        if value is None or value.type in ("none", "comment"):
            continue
        if not _is_tuple(kinds.Scope(draft, task.function), value, frozenset({task.name})):
            yield value


def _is_tuple(scope: kinds.Scope, node: Node, seen: frozenset[str]) -> bool:
    """True for what is certainly a tuple; `seen` are the functions that are looked at."""
    node = chains.stripped(node)
    if node.type in ("tuple", "expression_list"):
        return True
    if node.type == "conditional_expression":
        return all(_is_tuple(scope, part, seen) for part in node.named_children[::2])
    if node.type == "await":
        return _is_tuple(scope, node.named_children[0], seen)
    if node.type == "identifier":
        made = kinds.assigned(scope.function, text(node))
        if made:
            return all(index is None and _is_tuple(scope, right, seen) for right, index in made)
        given = kinds.parameter(scope.function, text(node))
        return given is not None and _says_tuple(given.child_by_field_name("type"))
    function = node.child_by_field_name("function") if node.type == "call" else None
    return function is not None and _gives_tuple(scope, function, seen)


def _gives_tuple(scope: kinds.Scope, function: Node, seen: frozenset[str]) -> bool:
    """True for what gives a tuple when it is called: a task, a NamedTuple, a function that says or shows it."""
    draft, name = scope.draft, text(function)
    if name == "tuple" or draft.entity(function) is not None:
        return True
    value = draft.model.value(function)
    if isinstance(value, Class):
        return value.named
    for top in draft.document.tree.root_node.children:
        if top.type == "function_definition" and text(top.child_by_field_name("name")) == name and name not in seen:
            kind = top.child_by_field_name("return_type")
            shown = [
                n.named_children[0] for n in bodies.own_nodes(top) if n.type == "return_statement" and n.named_children
            ]
            inner = kinds.Scope(draft, top)
            return _says_tuple(kind) or (bool(shown) and all(_is_tuple(inner, each, seen | {name}) for each in shown))
    return False


def _says_tuple(kind: Node | None) -> bool:
    return kinds.generic(text(kind))[0] in ("Tuple", "tuple") if kind is not None else False
