"""Tasks that Flyte 1 runs without a plain call: `map_task(f)`, `create_node(f)`, a `partial` of one, with overrides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.scopes import imported, is_load, targets
from flyteshift.migration.scopes import parameters as parameter_names
from flyteshift.migration.trees import is_inside, text, walk
from flyteshift.semantics.values import Symbol

MAPS = frozenset(
    [
        "flytekit.map_task",
        "flytekit.map",
        "flytekit.experimental.map_task",
        "flytekit.core.map_task.map_task",
        "flytekit.core.legacy_map_task.map_task",
        "union.map",
    ]
)
"""The spellings of `map_task`."""
CREATE_NODE = "flytekit.core.node_creation.create_node"
OVERRIDES = "node.with_overrides"


def runner(draft: Draft, node: Node) -> Node | None:
    """The call that runs the task which a name stands for: `f(...)`, `create_node(f, ...)`, with its overrides.

    None where the name is not run by one call whose value is the task's result.
    """
    if is_callee(node):
        return overridden(draft, node.parent) if node.parent is not None else None
    call = first_argument_of(node)
    return overridden(draft, call) if call is not None and maker(draft, call) == CREATE_NODE else None


def is_target(draft: Draft, node: Node) -> bool:
    """True where a name stands for a task that a Flyte 1 call around it runs, now or later."""
    call = first_argument_of(node)
    if call is None:
        return False
    if maker(draft, call) == CREATE_NODE or maker(draft, call) in MAPS:
        return True
    if not is_partial(draft, call):
        return False
    outer = first_argument_of(call)
    if outer is not None:
        return maker(draft, outer) in MAPS
    return _is_mapped_only(draft, call)


def _is_mapped_only(draft: Draft, call: Node) -> bool:
    """True for a `partial` that a variable holds only to be mapped."""
    assignment = call.parent
    left = assignment.child_by_field_name("left") if assignment is not None else None
    if assignment is None or assignment.type != "assignment" or left is None or left.type != "identifier":
        return False
    found = list(loads(scope(left), text(left)))
    outer = [first_argument_of(n) for n in found]
    return bool(found) and all(o is not None and maker(draft, o) in MAPS for o in outer)


def maker(draft: Draft, call: Node) -> str | None:
    """The Flyte 1 function that is called."""
    function = call.child_by_field_name("function")
    return draft.symbol(function) if function is not None else None


def is_partial(draft: Draft, call: Node) -> bool:
    """True for a call of `functools.partial`."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    return function is not None and draft.model.value(function) == Symbol("functools.partial")


def overridden(draft: Draft, call: Node) -> Node:
    """The outermost `call.with_overrides(...)` around a call."""
    while True:
        attribute = call.parent
        above = attribute.parent if attribute is not None else None
        if attribute is None or above is None or not is_override(draft, above):
            return call
        if above.child_by_field_name("function") != attribute:
            return call
        call = above


def is_override(draft: Draft, call: Node) -> bool:
    """True for `result.with_overrides(...)`."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    return function is not None and function.type == "attribute" and draft.symbol(function) == OVERRIDES


def gives_node(draft: Draft, call: Node) -> bool:
    """True for calls of Flyte 1 that give a node, other than those of tasks: `create_node`, overrides, gates."""
    return maker(draft, call) in (
        CREATE_NODE,
        OVERRIDES,
        "flytekit.approve",
        "flytekit.wait_for_input",
        "flytekit.sleep",
    )


def calling(draft: Draft) -> set[str]:
    """The plain functions of the module that call tasks, also through each other."""
    functions = {
        text(n.child_by_field_name("name")): n
        for n in draft.document.tree.root_node.children
        if n.type == "function_definition"
    }
    calls = {name: list(_called(node)) for name, node in functions.items()}
    found = {name for name, called in calls.items() if any(draft.entity(c) is not None for c in called)}
    while more := {n for n, called in calls.items() if n not in found and any(text(c) in found for c in called)}:
        found |= more
    return found


def _called(function: Node) -> Iterator[Node]:
    """The names that a function calls."""
    for node in walk(function):
        called = node.child_by_field_name("function") if node.type == "call" else None
        if called is not None and called.type in ("identifier", "call"):
            yield called


def scope(node: Node) -> Node:
    """The function around a node, else the module."""
    above = node
    while above.parent is not None:
        above = above.parent
        if above.type == "function_definition":
            return above
    return above


def loads(around: Node, name: str) -> Iterator[Node]:
    """The places inside a node that read a name."""
    return (n for n in _index(_root(around)).loads.get(name, ()) if is_inside(n, around))


def bindings(around: Node, name: str) -> list[Node]:
    """The nodes inside a function or module that bind a name: assignments, loops, imports, parameters ..."""
    found = [n for n in _index(_root(around)).bindings.get(name, ()) if n != around and is_inside(n, around)]
    if around.type == "function_definition" and name in parameter_names(around):
        found.append(around)
    return found


@dataclass
class _Index:
    """Where a module's names are bound and read, in text order."""

    bindings: dict[str, list[Node]] = field(default_factory=dict)
    loads: dict[str, list[Node]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    """The names that a function makes those of the module."""


@lru_cache(maxsize=4)
def _index(root: Node) -> _Index:
    found = _Index()
    for node in walk(root):
        for name in _bound_by(node):
            found.bindings.setdefault(name, []).append(node)
        if node.type == "identifier" and is_load(node):
            found.loads.setdefault(text(node), []).append(node)
        elif node.type == "global_statement":
            found.shared |= {text(n) for n in node.named_children}
    return found


def _bound_by(node: Node) -> set[str]:
    """The names that a node binds, those of a function's parameters included."""
    if node.type == "function_definition":
        return {text(node.child_by_field_name("name"))} | parameter_names(node)
    if node.type == "class_definition":
        return {text(node.child_by_field_name("name"))}
    if node.type in ("import_statement", "import_from_statement"):
        return imported(node)
    if node.type == "as_pattern_target":
        return targets(node.named_children[0])
    return targets(_set_by(node))


def _root(node: Node) -> Node:
    while node.parent is not None:
        node = node.parent
    return node


def _set_by(node: Node) -> Node | None:
    """What a node sets: the left side of an assignment or loop, a name behind `as` or before `:=`."""
    if node.type in ("assignment", "augmented_assignment", "for_statement", "for_in_clause"):
        return node.child_by_field_name("left")
    return node.child_by_field_name("name" if node.type == "named_expression" else "alias")


def binding(name: Node) -> Node | None:
    """What binds the name that is read at a node, where nothing else can have bound it; None where that is not sure."""
    around = scope(name)
    while around.type != "module":
        found = bindings(around, text(name))
        if found:
            return found[0] if len(found) == 1 else None
        around = scope(around)
    if text(name) in _index(around).shared:
        return None
    found = [n for n in bindings(around, text(name)) if scope(n) == around]
    return found[0] if len(found) == 1 else None


def held(name: Node) -> Node | None:
    """What the variable that is read at a node holds, where it is set once by a plain assignment."""
    assignment = binding(name)
    if assignment is None or assignment.type != "assignment":
        return None
    left = assignment.child_by_field_name("left")
    return assignment.child_by_field_name("right") if left is not None and left.type == "identifier" else None


def is_callee(node: Node) -> bool:
    """True for `f` of `f(...)`."""
    return (
        node.parent is not None and node.parent.type == "call" and node.parent.child_by_field_name("function") == node
    )


def first_argument_of(node: Node) -> Node | None:
    """The call whose first argument, or whose `target=`, a node is."""
    holder = node.parent
    if holder is not None and holder.type == "keyword_argument":
        if text(holder.child_by_field_name("name")) not in ("target", "task_function"):
            return None
        holder = holder.parent
    elif holder is None or holder.type != "argument_list" or _first(holder) != node:
        return None
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    return call if call is not None and call.type == "call" else None


def _first(holder: Node) -> Node | None:
    return next((n for n in holder.named_children if n.type != "comment"), None)
