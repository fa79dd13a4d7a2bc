"""Of what kind the promises of a Flyte 1 workflow are, as annotations tell: what compares, what fits together."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from tree_sitter import Node

from flyteshift.migration import chains, results, signatures
from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.values import Entity

NUMBERS = frozenset({"int", "float", "bool"})
_SIMPLE = frozenset({*NUMBERS, "str", "timedelta", "datetime"})
_LITERALS = {"integer": "int", "float": "float", "true": "bool", "false": "bool", "string": "str", "none": "none"}
_POSITION = re.compile(r"o(\d+)\Z")


class Kind(NamedTuple):
    """The kind of a value: `int`, `str`, ..., `enum:Color`, `none`; empty where it is not known."""

    name: str = ""
    optional: bool = False


@dataclass(frozen=True)
class Scope:
    """A function of the module."""

    draft: Draft
    function: Node


def kind(scope: Scope, node: Node) -> Kind:
    """The kind of what an expression is."""
    node = chains.stripped(node)
    if node.type in _LITERALS:
        return Kind(_LITERALS[node.type])
    if node.type == "unary_operator":
        return kind(scope, node.named_children[0])
    if node.type == "identifier":
        return _of_name(scope, text(node))
    if node.type == "attribute":
        of, name = node.child_by_field_name("object"), text(node.child_by_field_name("attribute"))
        if of is not None and of.type == "identifier":
            if _is_enum(scope.draft, text(of)):
                return Kind(f"enum:{text(of)}")
            return _of_part(scope, text(of), name)
    if node.type == "subscript":
        of, index = node.child_by_field_name("value"), node.child_by_field_name("subscript")
        if of is not None and of.type == "identifier" and index is not None and index.type == "integer":
            return _of_part(scope, text(of), f"o{text(index)}")
    if node.type == "call":
        return _of_result(scope, node, None)
    return Kind()


def assigned(function: Node, name: str) -> list[tuple[Node, int | None]] | None:
    """What a function assigns to a name: the right sides, with the position where it unpacks; None: in other ways too.

    Empty where it assigns nothing: a parameter, or a name from around.
    """
    body = function.child_by_field_name("body")
    found: list[tuple[Node, int | None]] = []
    for node in walk(body) if body is not None else ():
        if node.type != "identifier" or text(node) != name or node.parent is None:
            continue
        above, index = node.parent, None
        if above.type in ("pattern_list", "tuple_pattern", "list_pattern"):
            index = above.named_children.index(node)
            above = above.parent or above
        target = node if index is None else node.parent
        if above.type == "assignment" and above.child_by_field_name("left") == target:
            right = above.child_by_field_name("right")
            while right is not None and right.type == "assignment":
                right = right.child_by_field_name("right")
            if right is None:
                return None
            found.append((right, index))
        elif index is not None or _is_target(above, node):
            return None
    return found


def parameter(function: Node, name: str) -> Node | None:
    """A parameter of a function."""
    holder = function.child_by_field_name("parameters")
    for node in holder.named_children if holder is not None else ():
        inner = node.child_by_field_name("name") or (node.named_children[0] if node.named_children else node)
        if text(inner) == name:
            return node
    return None


def fields(draft: Draft, name: str) -> list[tuple[str, str]]:
    """The fields of a NamedTuple of the module, with the texts of their annotations."""
    for node in draft.document.tree.root_node.children:
        if node.type == "class_definition" and text(node.child_by_field_name("name")) == name:
            body = node.child_by_field_name("body")
            lines = [n.named_children[0] for n in body.named_children if n.named_children] if body is not None else []
            return [(text(n.child_by_field_name("left")), text(n.child_by_field_name("type"))) for n in lines
                    if n.type == "assignment" and n.child_by_field_name("type") is not None]  # fmt: skip
        made = node.named_children[0] if node.type == "expression_statement" and node.named_children else node
        right = made.child_by_field_name("right") if made.type == "assignment" else None
        if right is not None and right.type == "call" and text(made.child_by_field_name("left")) == name:
            return _made_fields(chains.given(right)[1:])
    return []


def annotated(draft: Draft, annotation: str) -> Kind:
    """The kind that an annotation names."""
    annotation = annotation.strip().strip("\"'")
    parts = [p for p in split(annotation, "|") if p != "None"]
    if len(parts) == 1 and parts[0] != annotation:
        return Kind(annotated(draft, parts[0]).name, optional=True)
    head, inner = generic(annotation)
    if head == "Optional" and len(inner) == 1:
        return Kind(annotated(draft, inner[0]).name, optional=True)
    if head == "Union":
        rest = [p for p in inner if p != "None"]
        return Kind(annotated(draft, rest[0]).name, len(rest) < len(inner)) if len(rest) == 1 else Kind()
    if head in _SIMPLE and not inner:
        return Kind(head)
    return Kind(f"enum:{head}") if not inner and _is_enum(draft, annotation) else Kind()


def generic(annotation: str) -> tuple[str, list[str]]:
    """`typing.Dict[str, int]` as `Dict` and its arguments."""
    head, _, rest = annotation.partition("[")
    return head.strip().rpartition(".")[2], split(rest.rstrip().removesuffix("]"), ",") if rest else []


def split(source: str, at: str) -> list[str]:
    """The parts of an annotation between separators outside of brackets."""
    found, depth, part = [], 0, ""
    for char in source:
        depth += (char in "[(") - (char in "])")
        if char == at and depth == 0:
            found.append(part.strip())
            part = ""
        else:
            part += char
    return [*found, part.strip()] if part.strip() else found


def _of_name(scope: Scope, name: str) -> Kind:
    made = assigned(scope.function, name)
    given = parameter(scope.function, name)
    if made is None:
        return Kind()
    if given is not None and not made:
        return _of_parameter(scope, given)
    if made:
        found = {_of_result(scope, right, index) for right, index in made}
        if given is not None:
            found.add(_of_parameter(scope, given))
        return found.pop() if len(found) == 1 else Kind()
    return _of_constant(scope.draft, name)


def _of_parameter(scope: Scope, given: Node) -> Kind:
    annotation = given.child_by_field_name("type")
    return annotated(scope.draft, text(annotation)) if annotation is not None else Kind()


def _of_constant(draft: Draft, name: str) -> Kind:
    """The kind of a module's variable that is set once, to a literal."""
    found = []
    for node in draft.document.tree.root_node.children:
        made = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
        if made is not None and made.type == "assignment" and text(made.child_by_field_name("left")) == name:
            found.append(made.child_by_field_name("right"))
    right = found[0] if len(found) == 1 and name not in draft.model.names.multiple else None
    if right is not None and right.type == "unary_operator":
        right = right.named_children[0]
    return Kind(_LITERALS.get(right.type, "")) if right is not None else Kind()


def _of_result(scope: Scope, right: Node, index: int | None) -> Kind:
    """The kind of the result of a call, or of one of its outputs."""
    right = chains.stripped(right)
    if right.type != "call":
        return kind(scope, right) if index is None and right.type != "identifier" else Kind()
    chain = chains.started_by(scope.draft, right)
    if chain is not None:
        found = {_of_result(scope, case.value, index) for case in chain.cases if not case.fails}
        return found.pop() if len(found) == 1 else Kind()
    function = right.child_by_field_name("function")
    if function is not None and index is None and scope.draft.symbol(function) == "flytekit.wait_for_input":
        return _of_input(scope.draft, right)
    task = called(scope, right)
    annotation = results.returns(task) if task is not None else None
    given = given_elsewhere(scope, right) if task is None else None
    if given is not None and index is None:
        return simple(given)
    if annotation is None:
        return Kind()
    if index is None:
        return annotated(scope.draft, text(annotation))
    outputs = _outputs(scope, annotation)
    return annotated(scope.draft, outputs[index][1]) if index < len(outputs) else Kind()


def _of_input(draft: Draft, call: Node) -> Kind:
    """The kind of what somebody is asked for: `wait_for_input("name", timeout, expected_type)`."""
    given = {one.name or index: one.value for index, one in enumerate(arguments(draft, call))}
    expected = given.get("expected_type", given.get(2))
    return annotated(draft, text(expected)) if expected is not None else Kind()


def _of_part(scope: Scope, name: str, part: str) -> Kind:
    """The kind of `name.part`, where the name is a result with several outputs."""
    made = assigned(scope.function, name)
    if not made or len(made) != 1 or made[0][1] is not None:
        return Kind()
    right = chains.stripped(made[0][0])
    chain = chains.started_by(scope.draft, right)
    if chain is not None:
        right = next((c.value for c in chain.cases if not c.fails), right)
    task = called(scope, right)
    annotation = results.returns(task) if task is not None else None
    outputs = _outputs(scope, annotation) if annotation is not None else []
    if not outputs and annotation is not None and part == "o0":
        return annotated(scope.draft, text(annotation))
    return next((annotated(scope.draft, found) for output, found in outputs if output == part), Kind())


def _outputs(scope: Scope, annotation: Node) -> list[tuple[str, str]]:
    """The outputs of a result annotation that has several: their names and annotations."""
    whole = text(annotation)
    head, inner = generic(whole)
    if head in ("Tuple", "tuple") or annotation.type == "tuple":
        parts = inner or split(whole.strip("()"), ",")
        return [(f"o{i}", part) for i, part in enumerate(parts)]
    return fields(scope.draft, whole)


def called(scope: Scope, call: Node) -> Task | None:
    """The task of the module that a call starts, also one with overrides."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    if function is not None and function.type == "attribute":
        of = function.child_by_field_name("object")
        overridden = text(function.child_by_field_name("attribute")) == "with_overrides"
        return called(scope, chains.stripped(of)) if overridden and of is not None else None
    value = scope.draft.model.value(function) if function is not None else None
    return scope.draft.tasks.get(value.name) if isinstance(value, Entity) else None


def given_elsewhere(scope: Scope, call: Node) -> str | None:
    """The return annotation of a task of another file that a call starts, also one with overrides."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    if function is not None and function.type == "attribute":
        of = chains.stripped(function.child_by_field_name("object") or function)
        if text(function.child_by_field_name("attribute")) == "with_overrides" and of.type == "call":
            return given_elsewhere(scope, of)
    found = signatures.of(scope.draft, function) if function is not None else None
    return found.returns.removeprefix("->").strip() if found is not None else None


def simple(annotation: str) -> Kind:
    """The kind that an annotation names by Python's own types."""
    head, inner = generic(annotation)
    optional = head == "Optional" and len(inner) == 1
    name = inner[0] if optional else annotation
    return Kind(name, optional) if name in _SIMPLE else Kind()


def _is_enum(draft: Draft, name: str) -> bool:
    for node in draft.document.tree.root_node.children:
        if node.type == "class_definition" and text(node.child_by_field_name("name")) == name:
            return "Enum" in text(node.child_by_field_name("superclasses"))
    return False


def _made_fields(given: list[Node]) -> list[tuple[str, str]]:
    """The fields of `NamedTuple("N", a=int)` and `NamedTuple("N", [("a", int)])`."""
    if len(given) == 1 and given[0].type in ("list", "tuple"):
        pairs = [n.named_children for n in given[0].named_children if n.type == "tuple"]
        return [(text(p[0]).strip("\"'"), text(p[1])) for p in pairs if len(p) == 2]
    return [(text(n.child_by_field_name("name")), text(n.child_by_field_name("value"))) for n in given]


def _is_target(above: Node, node: Node) -> bool:
    """True where a loop, a `with` or the like sets a name."""
    if above.type in ("for_statement", "for_in_clause", "augmented_assignment"):
        return above.child_by_field_name("left") == node
    if above.type == "named_expression":
        return above.child_by_field_name("name") == node
    return above.type in ("as_pattern_target", "global_statement", "nonlocal_statement")
