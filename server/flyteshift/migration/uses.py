"""Where the module's tasks are used: which calls which, and uses that Flyte 2 has no form for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from flyteshift.migration import results
from flyteshift.migration.draft import Draft
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.values import Entity, Symbol
from flyteshift.text import Edit
from flyteshift.workspace.project import Defined

CAUGHT = "`except {0}` would not match: in Flyte 2 what fails in a task arrives as `flyte.errors.RuntimeUserError`."
RAISES = "In Flyte 2 calling `{0}` raises `flyte.errors.RuntimeUserError`, whatever failed; expect that."
AS_VALUE = "`{0}` is used as a value; flyteshift migrates only calls of it."
IN_ASYNC = "`{0}` is called in an `async` function; in a Flyte 2 run that needs `await {0}.aio(...)`."
ASYNC = "`{0}` is an `async` task; its calls need `await` in Flyte 2, which flyteshift does not write yet."
_BROAD = frozenset({"", "Exception", "BaseException"})


def calls(draft: Draft, tasks: Sequence[Task]) -> dict[str, set[str]]:
    """Which tasks each task calls, also through plain functions of the module; refuses uses that cannot stay."""
    by_name = {t.name: t for t in tasks}
    direct = _direct(draft)
    for task in tasks:
        if text(task.function).startswith("async"):
            draft.refuse(task.function.child_by_field_name("name") or task.function, ASYNC.format(task.name))
    for node in identifiers(draft, by_name):
        name = text(node)
        if not is_called(node):
            if not _hint(node):
                draft.doubt(node, AS_VALUE.format(name))
        else:
            _check_errors(draft, node, name)
            if _in_async(node):
                draft.refuse(node, IN_ASYNC.format(name))
    return {t.name: _reach(t.name, direct) & set(by_name) for t in tasks}


def identifiers(draft: Draft, names: dict[str, Task]) -> Iterator[Node]:
    """The places that read one of the module's tasks by its name."""
    for node in walk(draft.document.tree.root_node):
        if node.type != "identifier" or text(node) not in names or _is_other(node):
            continue
        entity = draft.entity(node)
        if entity is not None and entity.name == text(node):
            yield node


def edits(draft: Draft, tasks: Sequence[Task]) -> list[Edit]:
    """The edits where results of tasks are used in a way that Flyte 2 has another form for."""
    by_name = {t.name: t for t in tasks}
    direct = _direct(draft)
    running = set(by_name).union(*(_reach(name, direct) for name in by_name))
    found: list[Edit] = []
    for node in identifiers(draft, by_name):
        if is_called(node) and node.parent is not None:
            in_run = enclosing(node) in running
            for edit in results.edits(draft, by_name[text(node)], node.parent, in_run=in_run):
                if edit not in found or edit.span.start == edit.span.end:
                    found.append(edit)
    return found


def foreign(draft: Draft, tasks: Sequence[Task]) -> Iterator[tuple[str, Node, Defined]]:
    """The calls of other files' tasks: the task that makes it, what is called, and what that is."""
    if draft.outside is None:
        return
    direct = _direct(draft)
    reach = {t.name: _reach(t.name, direct) | {t.name} for t in tasks}
    for node in walk(draft.document.tree.root_node):
        function = node.child_by_field_name("function") if node.type == "call" else None
        value = draft.model.value(function) if function is not None else None
        found = draft.outside.task(value.name) if isinstance(value, Symbol) else None
        if function is None or found is None:
            continue
        around = enclosing(function)
        callers = [name for name, reached in reach.items() if around in reached]
        for caller in callers or [""]:
            yield caller, function, found


def _direct(draft: Draft) -> dict[str, set[str]]:
    """Which functions and classes of the module each of them names."""
    plain = _functions(draft)
    direct: dict[str, set[str]] = {}
    for node in walk(draft.document.tree.root_node):
        if node.type != "identifier" or text(node) not in plain or _is_other(node):
            continue
        if isinstance(draft.model.names.final(text(node)), Entity) and draft.entity(node) is None:
            continue  # a local variable of the name
        if enclosing(node) != text(node):
            direct.setdefault(enclosing(node), set()).add(text(node))
    return direct


def is_called(node: Node) -> bool:
    """True for `f` of `f(...)`."""
    return (
        node.parent is not None and node.parent.type == "call" and node.parent.child_by_field_name("function") == node
    )


def _in_async(node: Node) -> bool:
    """True where the function around a node is an `async` one."""
    above = node.parent
    while above is not None and above.type not in ("function_definition", "lambda"):
        above = above.parent
    return above is not None and above.type == "function_definition" and text(above).startswith("async")


def _hint(node: Node) -> bool:
    """True in `node_dependency_hints=[task]`, which goes."""
    above = node.parent.parent if node.parent is not None else None
    return above is not None and text(above.child_by_field_name("name")) == "node_dependency_hints"


def enclosing(node: Node) -> str:
    """The name of the top-level function or class around a node; empty at module level."""
    name, above = "", node.parent
    while above is not None:
        if above.type in ("function_definition", "class_definition"):
            inner = above.child_by_field_name("name")
            if inner != node:
                name = text(inner)
        above = above.parent
    return name


def _is_other(node: Node) -> bool:
    """True where an identifier is no use of a name: a definition's name, a keyword, an attribute, a parameter."""
    above = node.parent
    if above is None:
        return True
    if above.type in ("function_definition", "class_definition", "keyword_argument"):
        return above.child_by_field_name("name") == node
    if above.type == "attribute":
        return above.child_by_field_name("attribute") == node
    return above.type in ("dotted_name", "aliased_import", "parameters", "global_statement", "nonlocal_statement")


def _functions(draft: Draft) -> set[str]:
    """The names of the module's plain functions and classes."""
    found = set()
    for node in draft.document.tree.root_node.children:
        inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        if inner is not None and inner.type in ("function_definition", "class_definition"):
            found.add(text(inner.child_by_field_name("name")))
    return found


def _reach(name: str, direct: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    stack = [name]
    while stack:
        for callee in direct.get(stack.pop(), ()):
            if callee not in seen:
                seen.add(callee)
                stack.append(callee)
    return seen


def _check_errors(draft: Draft, node: Node, name: str) -> None:
    """Refuse code around a call that expects an error's own class."""
    child, above = node, node.parent
    while above is not None and above.type not in ("function_definition", "class_definition"):
        if above.type == "try_statement" and above.child_by_field_name("body") == child:
            for clause in above.named_children:
                if clause.type == "except_group_clause":
                    draft.refuse(clause, CAUGHT.format("*"))
                if clause.type == "except_clause":
                    caught = _caught(clause)
                    if not caught & _BROAD:
                        draft.refuse(clause, CAUGHT.format(", ".join(sorted(caught))))
        head = text(above.named_children[0]) if above.type == "with_statement" else ""
        if "raises" in head and "raises(Exception" not in head:
            draft.refuse(above.named_children[0], RAISES.format(name))
        child, above = above, above.parent


def _caught(clause: Node) -> set[str]:
    """The classes that an except clause names; empty text for a bare one."""
    kinds = [n for n in clause.named_children if n.type not in ("block", "comment")]
    if not kinds:
        return {""}
    kind = kinds[0]
    if kind.type == "as_pattern":
        kind = kind.named_children[0]
    return {text(n) for n in kind.named_children} if kind.type == "tuple" else {text(kind)}
