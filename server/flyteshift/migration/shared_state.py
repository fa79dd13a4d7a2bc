"""What tasks share in a local run: files whose path is the same each time, random numbers that one of them seeds.

On a cluster every task has a disk and a process of its own. A local run has one of each for all of them, and runs
gathered tasks in threads (measured with flyte 2.12), where Flyte 1 ran them one after the other.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.trees import text, walk

_LOOKS = re.compile(r"[^\s:]*(/|\.\w{1,12}\Z)[^\s:]*\Z")
"""What a text that names a file looks like."""
_MODE = re.compile(r"""["'][rbt]*[wax+][bt+]*([:|]\w*)?["']""")
"""The mode of a file that is opened to be written, also of archives (`w:gz`)."""
_JOINS = frozenset(["Path", "PurePath", "join", "joinpath", "str", "fspath", "abspath", "normpath"])
_SAME = frozenset(["absolute", "resolve", "as_posix", "expanduser"])
_SEEDS = re.compile(r"\b(seed|manual_seed|set_seed|set_random_seed|seed_everything)\(")
_DRAWS = re.compile(
    r"((np|numpy)\.)?random\.(?!(default_rng|RandomState|Generator|SeedSequence|Random|SystemRandom)\b)\w+"
)
RANDOM = "random numbers"
_METHODS = frozenset(["write_text", "write_bytes", "touch", "unlink"])
_FUNCTIONS = ("to_", "save", "dump", "from_local", "copy", "move", "make_archive", "urlretrieve", "export", "connect",
              "rmtree")  # fmt: skip


def shared_state(tops: Mapping[str, Node], module: str) -> dict[str, frozenset[str]]:
    """What each top-level function and class of a module changes, itself or by what it names.

    The paths that it writes, as far as they are the same each time: made of texts and of what stands at the top of the
    module. Random numbers where the text of the module seeds them anywhere; else no run gives what another gave.
    """
    seeded = bool(_SEEDS.search(module))
    own = {name: frozenset([*_written(node), *(_drawn(node) if seeded else ())]) for name, node in tops.items()}
    if not any(own.values()):
        return own
    names = {name: {text(n) for n in walk(node) if n.type == "identifier"} & tops.keys() for name, node in tops.items()}
    return {name: frozenset(path for n in _reached(name, names) for path in own[n]) for name in tops}


def _reached(name: str, names: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    stack = [name]
    while stack:
        name = stack.pop()
        if name not in seen:
            seen.add(name)
            stack += names[name]
    return seen


def _written(function: Node) -> Iterator[str]:
    """The paths that are written by the calls of a function or class itself; `.` where it changes to another folder."""
    for node in walk(function):
        if node.type == "call" and text(node.child_by_field_name("function")).rpartition(".")[2] == "chdir":
            yield "."
        for value in _targets(node) if node.type == "call" else ():
            path = _fixed(value)
            if path and (value.type != "string" or _LOOKS.match(path)):
                yield posixpath.normpath(path)


def _drawn(function: Node) -> Iterator[str]:
    """The random numbers of the process, where a function or class seeds or draws them."""
    for node in walk(function):
        called = text(node.child_by_field_name("function")) if node.type == "call" else ""
        if _DRAWS.fullmatch(called) or _SEEDS.search(f"{called}("):
            yield RANDOM


def _targets(call: Node) -> Iterator[Node]:
    """What a call may write to, as far as it names files."""
    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    of = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
    given = [n.child_by_field_name("value") or n for n in (holder.named_children if holder is not None else ())]
    last = text(function).rpartition(".")[2]
    if any(n.type == "string" and _MODE.fullmatch(text(n)) for n in given):
        yield from ([of] if of is not None else []) + given[:1]
    elif last in _METHODS and of is not None:
        yield of
    elif last.startswith(_FUNCTIONS):
        yield from given


def _fixed(node: Node | None, depth: int = 0) -> str | None:
    """The path that an expression is each time; None where it may be another one, or is none."""
    if node is None or depth > 8:
        return None
    if node.type == "parenthesized_expression" and len(node.named_children) == 1:
        return _fixed(node.named_children[0], depth + 1)
    if node.type == "string":
        return _said(node)
    if node.type == "identifier":
        return _assigned(node, depth)
    parts: list[Node | None] = []
    if node.type == "binary_operator" and text(node.child_by_field_name("operator")) == "/":
        parts = [node.child_by_field_name("left"), node.child_by_field_name("right")]
    elif node.type == "call":
        function, holder = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        last = text(function).rpartition(".")[2]
        if text(function) in ("os.getcwd", "Path.cwd", "pathlib.Path.cwd"):
            return "."
        if function is not None and (last in _SAME or last == "joinpath"):
            parts.append(function.child_by_field_name("object"))
        if last in _SAME or last in _JOINS:
            parts += holder.named_children if holder is not None else []
    found = [_fixed(part, depth + 1) for part in parts]
    known = [part for part in found if part is not None]
    return posixpath.join(*known) if known and len(known) == len(found) else None


def _assigned(node: Node, depth: int) -> str | None:
    """What a variable holds that is assigned once. One of the module is the same path each time, whatever that is."""
    scope = callees.scope(node)
    binders = callees.bindings(scope, text(node))
    while not binders and scope.parent is not None:
        scope = callees.scope(scope)
        binders = callees.bindings(scope, text(node))
    if scope.parent is None:
        binders = [n for n in binders if callees.scope(n) == scope]
    if not binders or any(n.type != "assignment" for n in binders):
        return None
    found = _fixed(binders[0].child_by_field_name("right"), depth + 1) if len(binders) == 1 else None
    return found or (text(node) if scope.parent is None else None)


def _said(node: Node) -> str | None:
    try:
        said = ast.literal_eval(text(node))
    except (SyntaxError, ValueError):
        return None
    return said if isinstance(said, str) else None
