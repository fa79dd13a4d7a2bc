"""How many outputs what a Flyte 1 workflow computes has, and under which names."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import chains, results, signatures
from flyteshift.migration.kinds import (
    NUMBERS,
    Scope,
    annotated,
    assigned,
    called,
    fields,
    generic,
    given_elsewhere,
    parameter,
    simple,
    split,
)
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Class


def shape(scope: Scope, node: Node) -> tuple[str, ...] | None:
    """How many outputs an expression has and under which names; None where that is not known.

    `("nothing",)`, `("one",)`, `("tuple", "2")`, `("named", "Out")`.
    """
    found = set(_shapes(scope, node, frozenset()))
    return found.pop() if len(found) == 1 else None


def _shapes(scope: Scope, node: Node, seen: frozenset[str]) -> Iterator[tuple[str, ...] | None]:
    """The shapes of all that an expression may be; names in `seen` are on the way: `x = conditional(...).then(x)`."""
    node = chains.stripped(node)
    chain = chains.started_by(scope.draft, node) if node.type == "call" else None
    if chain is not None:
        for case in chain.cases:
            if not case.fails:
                yield from _shapes(scope, case.value, seen)
    elif node.type != "identifier":
        yield _shape_of_call(scope, node) if node.type == "call" else _shape_of_read(node)
    elif text(node) not in seen:
        made = assigned(scope.function, text(node))
        if not made:
            yield None if made is None else ("one",)
        for right, index in made or ():
            if index is not None:
                yield ("one",)
            else:
                yield from _shapes(scope, right, seen | {text(node)})


def _shape_of_read(node: Node) -> tuple[str, ...] | None:
    return ("one",) if node.type in ("attribute", "subscript") else None


def _shape_of_call(scope: Scope, node: Node) -> tuple[str, ...] | None:
    task = called(scope, node)
    if task is not None:
        return _shape_of_task(scope, task)
    given = given_elsewhere(scope, node)
    if given is not None:
        return _shape_of_text(given)
    function = node.child_by_field_name("function")
    inner = function.child_by_field_name("function") if function is not None and function.type == "call" else None
    if inner is not None and scope.draft.symbol(inner) in ("flytekit.map_task", "flytekit.core.array_node_map_task"):
        return ("one",)
    return _shape_of_foreign(scope, function) if function is not None else None


def outputs(scope: Scope, node: Node) -> tuple[str, ...] | None:
    """The names of the outputs of a call, or of the promise that a variable holds, as Flyte 1 names them: `o0`, ...

    None where that is not known.
    """
    node = chains.stripped(node)
    if node.type == "identifier":
        made = assigned(scope.function, text(node))
        if made is None or len(made) != 1:
            return (text(node),) if made == [] and parameter(scope.function, text(node)) is not None else None
        right, index = made[0]
        names = outputs(scope, right) if text(right) != text(node) else None
        return names if index is None or names is None else names[index : index + 1] or None
    task = called(scope, node)
    found = _shape_of_task(scope, task) if task is not None else shape(scope, node)
    if found == ("one",):
        return ("o0",) if node.type == "call" else None
    if found is None or found[0] not in ("tuple", "named"):
        return None
    return tuple(f"o{i}" for i in range(int(found[1]))) if found[0] == "tuple" else _named(scope, found[1])


def _named(scope: Scope, name: str) -> tuple[str, ...] | None:
    return tuple(field for field, _ in fields(scope.draft, name)) or None


def _shape_of_foreign(scope: Scope, function: Node) -> tuple[str, ...] | None:
    """The shape of what a task of another file gives, where its annotation tells without looking at that file."""
    signature = signatures.of(scope.draft, function)
    if signature is None:
        return None
    head, inner = generic(signature.returns)
    if signature.gives_nothing:
        return ("nothing",)
    if head in ("Tuple", "tuple"):
        return ("tuple", str(len(inner)))
    return ("one",) if head in (*NUMBERS, "str", "list", "dict", "List", "Dict") else None


def _shape_of_text(annotation: str) -> tuple[str, ...] | None:
    """The shape that an annotation of another file tells: names stand for what they do there."""
    if annotation in ("", "None"):
        return ("nothing",)
    head, inner = generic(annotation)
    if head in ("Tuple", "tuple") or annotation.startswith("("):
        return ("tuple", str(len(inner or split(annotation.strip("()"), ","))))
    return ("one",) if simple(annotation).name or inner or head in ("list", "dict", "bytes") else ("as", annotation)


def _shape_of_task(scope: Scope, task: Task) -> tuple[str, ...] | None:
    annotation = results.returns(task)
    if annotation is None or results.gives_nothing(task):
        return ("nothing",)
    whole = text(annotation)
    head, inner = generic(whole)
    if head in ("Tuple", "tuple") or annotation.type == "tuple":
        return ("tuple", str(len(inner or split(whole.strip("()"), ","))))
    if results.named(scope.draft, task):
        return ("named", whole)
    known = inner or annotated(scope.draft, whole).name or isinstance(scope.draft.model.value(annotation), Class)
    # What another name stands for is not seen: it may be a tuple. The same name is the same shape all the same.
    return ("one",) if known or head in ("list", "dict", "bytes", "Any", "object") else ("as", whole)
