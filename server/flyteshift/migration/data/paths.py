"""Local paths: what is one, and what is done with one after a file was made of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration.data.held import ADDRESS, LOCAL, Type
from flyteshift.migration.data.record import Scope
from flyteshift.migration.scopes import parameters
from flyteshift.migration.trees import text, walk

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Reader

EARLY = "`{0}` is used again after the Flyte file was made of it: Flyte 1 uploads at the end of the task, Flyte 2 here."
_LOCAL_ONLY = re.compile(r"(os\.|shutil\.|open$|Path$|pathlib\.)")
"""Calls that take local paths only."""
_FIXTURES = frozenset(["tmp_path", "tmpdir", "tmp_dir"])
"""Parameters of tests that pytest gives a local folder."""
_NO_USE = frozenset(["print", "str", "FlyteFile", "FlyteDirectory", "len", "isinstance"])
_PASSES = frozenset(["str", "Path", "join", "fspath", "joinpath"])
_READS = ("read", "load", "print", "basename", "exists", "is", "len", "info", "debug", "Flyte", "append", "get",
          "Image", "listdir", "glob", "name", "with_suffix")  # fmt: skip


def local_or_address(reader: Reader, node: Node, kind: Type | None, scope: Scope) -> Type | None:
    """Whether an expression is a local path or an address; None where that cannot be told."""
    if kind in (LOCAL, ADDRESS):
        return kind
    if kind is not None or scope.function is None or is_workflow(reader, scope):
        return None
    said = False
    while node.type == "call" and text(node.child_by_field_name("function")) == "str":
        holder = node.child_by_field_name("arguments")
        if holder is None or len(holder.named_children) != 1:
            break
        node, said = holder.named_children[0], True
    given = text(node).partition(".")[0] in parameters(scope.function)
    if _is_written(scope.function, _lead(node), strict=text(node) in parameters(scope.function)):
        return LOCAL
    # What a library gives is where it has written; a text made of something is made of a `Path`.
    found = node.type in ("call", "identifier", "subscript", "attribute") and not given
    return LOCAL if found or (said and node.type == "attribute") or text(node) in _FIXTURES else None


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


def check_late(reader: Reader, call: Node, value: Node, scope: Scope) -> None:
    """Refuse a file made of a path that is used again afterwards: Flyte 1 uploaded at the end only."""
    above = call.parent
    while above is not None and above.type not in (
        "return_statement", "expression_statement", "function_definition", "module"
    ):  # fmt: skip
        above = above.parent
    if above is None or above.type == "return_statement" or scope.function is None:
        return
    names = {text(n) for n in walk(value) if n.type == "identifier"}
    called = {text(n.child_by_field_name("function")) for n in walk(value) if n.type == "call"}
    names -= {c.partition(".")[0] for c in called}
    for node in walk(scope.function):
        if node.type == "identifier" and node.start_byte >= above.end_byte and text(node) in names and writes(node):
            reader.record.refuse(call, EARLY.format(text(value)))
            return


def writes(node: Node) -> bool:
    """True where a call that a name is given to may change what the name's path holds."""
    above = node.parent
    while above is not None and above.type != "block":
        if above.type == "call":
            called = text(above.child_by_field_name("function"))
            last = called.rpartition(".")[2]
            if called == "open":
                return bool(set("wax") & set(open_mode(above)))
            if last not in _PASSES:
                return not last.startswith(_READS)
        above = above.parent
    return False


def open_mode(call: Node) -> str:
    """The mode that the builtin `open` is given."""
    holder = call.child_by_field_name("arguments")
    inner = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
    for node in inner[1:]:
        value = node.child_by_field_name("value") if node.type == "keyword_argument" else node
        named = text(node.child_by_field_name("name")) if node.type == "keyword_argument" else "mode"
        if named == "mode":
            return text(value).strip("\"'")
    return "r"
