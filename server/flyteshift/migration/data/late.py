"""What is done with a path after a file was made of it: Flyte 1 uploaded at the end of the task, Flyte 2 at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.data.record import Scope
from flyteshift.migration.data.signatures import plain_function, said_of
from flyteshift.migration.trees import is_inside, text, walk

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Reader

EARLY = "`{0}` is used again after the Flyte file was made of it: Flyte 1 uploads at the end of the task, Flyte 2 here."
_PASSES = frozenset(["str", "Path", "join", "fspath", "joinpath"])
_READS = ("read", "load", "print", "basename", "exists", "is", "len", "info", "debug", "Flyte", "append", "setdefault",
          "Image", "listdir", "glob", "name", "with_suffix", "upload", "log", "warn", "show", "display", "hash", "stat",
          "count", "parse", "dirname", "relpath", "abspath", "get")  # fmt: skip
_MOVES = frozenset(
    ["list", "tuple", "set", "dict", "sorted", "reversed", "enumerate", "zip", "iter", "next", "any", "all"]
)
"""Builtins that only move what they are given."""
_COPIES = ("copy", "copyfile", "copy2", "copytree")
"""Functions that read their first argument and write the second."""
_METHODS = frozenset(["write_text", "write_bytes", "open", "unlink", "touch", "rename", "replace", "mkdir", "rmdir",
                      "chmod", "symlink_to", "hardlink_to"])  # fmt: skip
"""Methods of paths that change what stands there."""


def check(reader: Reader, call: Node, value: Node, scope: Scope) -> None:
    """Refuse a file made of a path that is written afterwards."""
    above = call.parent
    while above is not None and above.type not in (
        "return_statement", "expression_statement", "function_definition", "module"
    ):  # fmt: skip
        above = above.parent
    if above is None or above.type == "return_statement" or scope.function is None:
        return
    names = {text(n) for n in walk(value) if n.type == "identifier" or _is_path_text(n)}
    called = {text(n.child_by_field_name("function")) for n in walk(value) if n.type == "call"}
    names -= {c.partition(".")[0] for c in called}
    again = _loop_with_one_path(value, above, scope.function)
    for node in walk(scope.function):
        if text(node) not in names or not (node.start_byte >= above.end_byte or (again and is_inside(node, again))):
            continue
        if (node.type == "identifier" or _is_path_text(node)) and writes(reader, node):
            reader.record.refuse(call, EARLY.format(text(value)))
            return


def _loop_with_one_path(value: Node, statement: Node, function: Node) -> Node | None:
    """The outermost loop around a statement in which a path is the same each time."""
    found, above = None, statement.parent
    while above is not None and above != function:
        if above.type in ("for_statement", "while_statement"):
            if _varies(value, above):
                break
            found = above
        above = above.parent
    return found


def _varies(value: Node, loop: Node, depth: int = 0) -> bool:
    """True where an expression may have another value in each round of a loop."""
    for node in walk(value):
        if node.type == "call" and text(node.child_by_field_name("function")).rpartition(".")[2] not in _PASSES:
            return True
        if node.type != "identifier":
            continue
        target = loop.child_by_field_name("left")
        if target is not None and any(text(n) == text(node) for n in walk(target)):
            return True
        for binder in callees.bindings(loop, text(node)):
            right = binder.child_by_field_name("right")
            if depth > 3 or binder.type != "assignment" or right is None or _varies(right, loop, depth + 1):
                return True
    return False


def _is_path_text(node: Node) -> bool:
    """True for a text that is given to a call as it is."""
    return (
        node.type == "string" and node.parent is not None and node.parent.type in ("argument_list", "keyword_argument")
    )


def writes(reader: Reader, node: Node, depth: int = 0) -> bool:
    """True where what a path is given to may change what stands there."""
    inner, above = node, node.parent
    while above is not None and above.type != "block":
        if above.type == "assignment" and above.child_by_field_name("right") == inner:
            left = above.child_by_field_name("left")
            return left is not None and any(writes(reader, n, depth + 1) for n in _loads(left)) if depth < 4 else True
        if above.type == "call":
            called = text(above.child_by_field_name("function"))
            last = called.rpartition(".")[2]
            if called == "open":
                return bool(set("wax") & set(open_mode(above)))
            if last not in _PASSES:
                return _called_writes(reader, above, node, last, depth)
        inner, above = above, above.parent
    return False


def _loads(left: Node) -> Iterator[Node]:
    """The places behind an assignment that read the variable which it sets."""
    if left.type != "identifier":
        return iter(())
    return (n for n in callees.loads(callees.scope(left), text(left)) if n.start_byte > left.end_byte)


def _called_writes(reader: Reader, call: Node, node: Node, last: str, depth: int) -> bool:
    """True where a function may write to a path that it is given: one of the project is looked into."""
    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    given = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
    at = next((i for i, n in enumerate(given) if n.start_byte <= node.start_byte < n.end_byte), None)
    if at is None:
        return last in _METHODS
    if (last in _COPIES and at == 0) or text(function) in _MOVES:
        return False
    found = plain_function(reader, function) if function is not None and depth < 4 else None
    if found is None:
        return not last.startswith(_READS)
    named = given[at].child_by_field_name("name") if given[at].type == "keyword_argument" else None
    names = list(said_of(found[1]))
    name = text(named) if named is not None else names[at] if at < len(names) else ""
    if name not in names or given[at].type.endswith("splat"):
        return True
    return any(writes(reader, n, depth + 1) for n in callees.loads(found[1], name))


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
