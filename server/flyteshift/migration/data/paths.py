"""Local paths: what is one, and what may be an address as well."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.data.held import ADDRESS, LOCAL, Type
from flyteshift.migration.data.record import Scope
from flyteshift.migration.scopes import targets
from flyteshift.migration.trees import text, walk

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Reader

_LOCAL_ONLY = re.compile(
    r"(os\.(?!path\.(join|basename|dirname|split|splitext)$|fspath$)|shutil\.|open$|Path$|pathlib\.)"
)
"""Calls that take local paths only."""
_FIXTURES = frozenset(["tmp_path", "tmpdir", "tmp_dir"])
"""Parameters of tests that pytest gives a local folder."""
_NO_USE = frozenset(["print", "str", "FlyteFile", "FlyteDirectory", "len", "isinstance"])
_JOINS = frozenset(["os.path.join", "path.join", "join", "osp.join"])
_PATHS = frozenset(["Path", "pathlib.Path", "PurePath", "os.PathLike"])
"""Annotations of what is local only."""
_NUMBERS = frozenset(["int", "float", "bool"])


def local_or_address(reader: Reader, node: Node, kind: Type | None, scope: Scope) -> Type | None:
    """Whether an expression is a local path or an address; None where that cannot be told."""
    if kind in (LOCAL, ADDRESS):
        return kind
    if kind is not None or scope.function is None or is_workflow(reader, scope):
        return None
    bare = _unwrapped(node)
    said = bare != node
    steps = made_of(bare)
    given = parameter(scope.function, steps[-1])
    names = {_lead(bare), *(text(step) for step in steps)}
    if any(_is_written(scope.function, name, strict=given is not None) for name in names):
        return LOCAL
    if given is not None:
        annotation = text(given.child_by_field_name("type"))
        return LOCAL if annotation in _PATHS or (len(steps) > 1 and annotation in _NUMBERS) else None
    # What a library gives is where it has written; a text made of something is made of a `Path`.
    found = bare.type in ("call", "identifier", "subscript", "attribute")
    return LOCAL if found or (said and bare.type == "attribute") or text(bare) in _FIXTURES else None


def made_of(node: Node) -> list[Node]:
    """An expression and what its text begins with, through joined paths, f-strings and variables that are set once."""
    found = [_unwrapped(node)]
    while len(found) < 20:
        inner = _begins(found[-1])
        if inner is None:
            break
        found.append(_unwrapped(inner))
    return found


def _begins(node: Node) -> Node | None:
    """What the text of an expression begins with; None where that is the expression itself, or not seen."""
    if node.type == "identifier":
        made = callees.held(node)
        return made if made is not None and (made.type == "identifier" or _begins(made) is not None) else None
    if node.type == "binary_operator" and text(node.child_by_field_name("operator")) == "+":
        return node.child_by_field_name("left")
    if node.type == "string":
        inner = next((n for n in node.named_children if n.type in ("string_content", "interpolation")), None)
        return inner.child_by_field_name("expression") if inner is not None and inner.type == "interpolation" else None
    if node.type == "call" and text(node.child_by_field_name("function")) in _JOINS:
        holder = node.child_by_field_name("arguments")
        return holder.named_children[0] if holder is not None and holder.named_children else None
    return None


def _unwrapped(node: Node) -> Node:
    """`x` of `str(x)` and `(x)`."""
    said = node.type == "call" and text(node.child_by_field_name("function")) == "str"
    holder = (
        node.child_by_field_name("arguments") if said else node if node.type == "parenthesized_expression" else None
    )
    return _unwrapped(holder.named_children[0]) if holder is not None and len(holder.named_children) == 1 else node


def parameter(function: Node, node: Node) -> Node | None:
    """The parameter that a value is, or is an element or field of, also as the variable of a loop; None for others."""
    while node.type in ("subscript", "attribute") and node.named_children:
        node = node.named_children[0]
    names = {text(name(p)): p for p in _parameters(function)}
    if node.type != "identifier" or text(node) in names:
        return names.get(text(node))
    for loop in walk(function):
        if loop.type in ("for_statement", "for_in_clause") and text(node) in targets(loop.child_by_field_name("left")):
            right = loop.child_by_field_name("right")
            inside = [n for n in walk(right) if n.type == "identifier"] if right is not None else []
            return next((names[text(n)] for n in inside if text(n) in names), None)
    return None


def _parameters(function: Node) -> list[Node]:
    holder = function.child_by_field_name("parameters")
    return holder.named_children if holder is not None else []


def name(parameter: Node) -> Node | None:
    """The name that a parameter binds."""
    if parameter.type == "identifier":
        return parameter
    return parameter.child_by_field_name("name") or next(iter(parameter.named_children), None)


def is_workflow(reader: Reader, scope: Scope) -> bool:
    """True in the body of a workflow, where a promise stands for a value."""
    task = reader.draft.tasks.get(scope.owner)
    return task is not None and task.kind == "workflow"


def _lead(node: Node) -> str:
    """The variable or field that a path begins with."""
    while node.type in ("binary_operator", "call", "parenthesized_expression") and node.named_children:
        holder = node.child_by_field_name("arguments")
        inner = holder.named_children if holder is not None else node.named_children
        if not inner:
            break
        node = inner[0]
    return text(node)


def _is_written(function: Node, name: str, *, strict: bool) -> bool:
    """True where a function uses a name as a local path; `strict` counts what takes no addresses only."""
    for node in walk(function):
        holder = node.child_by_field_name("arguments") if node.type == "call" else None
        called = text(node.child_by_field_name("function"))
        if holder is None or called in _NO_USE:
            continue
        for argument in holder.named_children:
            value = argument.child_by_field_name("value") if argument.type == "keyword_argument" else argument
            if text(value) in (name, f"str({name})") and (not strict or _LOCAL_ONLY.match(called)):
                return True
    return False
