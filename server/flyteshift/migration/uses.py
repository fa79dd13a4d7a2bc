"""Where the module's tasks are used: which calls which, and uses that Flyte 2 has no form for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from flyteshift.migration import awaits, callees, nodes, results
from flyteshift.migration.draft import Draft
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit
from flyteshift.workspace.project import Defined

AS_VALUE = "`{0}` is used as a value; flyteshift migrates only calls of it."
PRINTED = "This prints the object `{0}` and does not run it; Flyte 2 prints another text for it."
IN_ASYNC = "`{0}` is called in an `async` function; in a Flyte 2 run that needs `await {0}.aio(...)`."


def calls(draft: Draft, tasks: Sequence[Task]) -> dict[str, set[str]]:
    """Which tasks each task calls, also through plain functions of the module; refuses uses that cannot stay."""
    by_name = {t.name: t for t in tasks}
    direct = namings(draft)
    driven = set().union(*({t.name} | reach_of(t.name, direct) for t in tasks if t.driver))
    beside = _run_by_async(draft, direct)
    for node in identifiers(draft, by_name):
        name = text(node)
        if awaits.is_async(by_name[name].function):
            if enclosing(node) in driven and not _hint(node):
                draft.refuse(node, awaits.IN_DRIVER.format(name))
        elif awaits.around(node) is None and enclosing(node) in beside:
            draft.refuse(node, awaits.PLACE.format(name))
        value = not is_called(node) and not callees.is_target(draft, node) and not _function(by_name[name], node)
        if value and not _hint(node) and draft.span(node) not in draft.handed:
            if _is_printed(draft, node):
                draft.note(node, PRINTED.format(name))
            else:
                draft.doubt(node, AS_VALUE.format(name))
    return {t.name: reach_of(t.name, direct) & set(by_name) for t in tasks}


def identifiers(draft: Draft, names: dict[str, Task]) -> Iterator[Node]:
    """The places that read one of the module's tasks by its name."""
    for node in draft.document.nodes("identifier"):
        if text(node) not in names or _is_other(node):
            continue
        entity = draft.entity(node)
        if entity is not None and entity.name == text(node):
            yield node


def edits(draft: Draft, tasks: Sequence[Task]) -> list[Edit]:
    """The edits where results of tasks are used in a way that Flyte 2 has another form for."""
    by_name = {t.name: t for t in tasks}
    direct = namings(draft)
    running = set(by_name).union(*(reach_of(name, direct) for name in by_name))
    found: list[Edit] = []
    for node in identifiers(draft, by_name):
        call = callees.runner(draft, node)
        plain = _function(by_name[text(node)], node)
        if plain is not None:
            found.append(Edit(draft.span(plain), "func"))
        if call is not None:
            in_run = enclosing(node) in running
            read = results.edits if callees.is_callee(node) else nodes.reads
            for edit in read(draft, by_name[text(node)], call, in_run=in_run):
                if edit not in found or edit.span.start == edit.span.end:
                    found.append(edit)
            if awaits.around(node) is not None and not awaits.is_async(by_name[text(node)].function):
                draft.awaited[text(node)] = enclosing(node)
                found += awaits.edits(draft, call)
    return found


def foreign(draft: Draft, tasks: Sequence[Task]) -> Iterator[tuple[str, Node, Defined]]:
    """The calls of other files' tasks: the task that makes it, what is called, and what that is."""
    if draft.outside is None:
        return
    direct = namings(draft)
    reach = {t.name: reach_of(t.name, direct) | {t.name} for t in tasks}
    for node in draft.document.nodes("identifier", "attribute"):
        if not is_called(node) and not callees.is_target(draft, node):
            continue
        value = draft.model.value(node)
        found = draft.outside.task(value.name) if isinstance(value, Symbol) else None
        if found is None:
            continue
        around = enclosing(node)
        callers = [name for name, reached in reach.items() if around in reached]
        for caller in callers or [""]:
            yield caller, node, found


def namings(draft: Draft) -> dict[str, set[str]]:
    """Which functions and classes of the module each of them names; found once for a draft."""
    if draft.naming is None:
        draft.naming = _namings(draft)
    return draft.naming


def _namings(draft: Draft) -> dict[str, set[str]]:
    plain = _functions(draft)
    direct: dict[str, set[str]] = {}
    for node in draft.document.nodes("identifier"):
        name = text(node) if text(node) in plain else _behind(draft, node)
        if _is_other(node) or (name in draft.tasks and draft.entity(node) is None):
            continue  # a keyword or a local variable of the name
        if name in plain and enclosing(node) != name:
            direct.setdefault(enclosing(node), set()).add(name)
    return direct


def _behind(draft: Draft, node: Node) -> str:
    """The task that a variable of the module maps or binds arguments of; empty for other names."""
    if text(node) not in draft.model.names.events or _is_other(node):
        return ""
    entity = draft.entity(node)
    return entity.name if entity is not None else ""


def is_called(node: Node) -> bool:
    """True for `f` of `f(...)`."""
    return (
        node.parent is not None and node.parent.type == "call" and node.parent.child_by_field_name("function") == node
    )


def _function(task: Task, node: Node) -> Node | None:
    """`task_function` of `f.task_function(...)`, which Flyte 2 calls `func`; that of a driver may become `async`."""
    above = node.parent
    name = above.child_by_field_name("attribute") if above is not None and above.type == "attribute" else None
    return name if name is not None and text(name) == "task_function" and not task.driver else None


def _is_printed(draft: Draft, node: Node) -> bool:
    """True for `print(task)` and `print(f"{task}")`, which show the object."""
    holder = node.parent
    if holder is not None and holder.type == "interpolation" and len(holder.named_children) == 1:
        holder = holder.parent.parent if holder.parent is not None else None
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    shown = call is not None and text(call.child_by_field_name("function")) == "print"
    return shown and "print" not in draft.model.names.events


def _hint(node: Node) -> bool:
    """True in `node_dependency_hints=[task]` and `on_failure=task`, which go."""
    above = node.parent.parent if node.parent is not None else None
    named = [text(n.child_by_field_name("name")) for n in (node.parent, above) if n is not None]
    return "on_failure" in named[:1] or "node_dependency_hints" in named[1:]


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


def _run_by_async(draft: Draft, direct: dict[str, set[str]]) -> set[str]:
    """The module's `async` functions and the plain ones that they run; a task runs on its own."""
    tops = (n.child_by_field_name("definition") or n for n in draft.document.tree.root_node.children)
    seen = {text(n.child_by_field_name("name")) for n in tops if awaits.is_async(n)}
    stack = list(seen)
    while stack:
        more = direct.get(stack.pop(), set()) - seen - set(draft.tasks)
        seen |= more
        stack += more
    return seen


def _functions(draft: Draft) -> set[str]:
    """The names of the module's plain functions and classes."""
    found = set()
    for node in draft.document.tree.root_node.children:
        inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        if inner is not None and inner.type in ("function_definition", "class_definition"):
            found.add(text(inner.child_by_field_name("name")))
    return found


def reach_of(name: str, direct: dict[str, set[str]]) -> set[str]:
    """The functions that one names, directly or through others; `direct` is what `namings` gives."""
    seen: set[str] = set()
    stack = [name]
    while stack:
        for callee in direct.get(stack.pop(), ()):
            if callee not in seen:
                seen.add(callee)
                stack.append(callee)
    return seen
