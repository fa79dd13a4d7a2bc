"""Bodies and signatures of tasks: what would mean something else in Flyte 2.

Flyte 1 ran the body of a `@workflow` or `@dynamic` with promises in the place of results, Flyte 2 runs it with the
values. Most that can be done with a promise (pass it on, put it into a list, return it, read a field) means the same
with the value. What a promise answers for itself (its text, `is None`, a type check) does not; neither does
code that was run once, when the workflow was registered. Operations that raise on a promise cannot be in working code.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import awaits, chains, results
from flyteshift.migration.draft import Draft
from flyteshift.migration.promises import Promises
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text, walk

STAR = "A Flyte 2 task takes no `{0}`; name its parameters."
NO_ANNOTATION = "`{0}` returns a value without a return annotation; Flyte 1 dropped the value, Flyte 2 fails."
ONE_TUPLE = "Flyte 2 does not take a tuple of one type as a result; return the value itself."
FILES = "Flyte 1 passed a `{0}` between tasks as a file, Flyte 2 does not; use `flyte.io.File`."
_FILES = frozenset({"PathLike", "TextIO", "BinaryIO"})
"""Types of the standard library that Flyte 1 had transformers for (flytekit.types.file, flytekit.types.io)."""
GENERATOR = "`{0}` is a generator, which Flyte 2 does not run as a task."
NESTED = "`{0}` calls `{1}`: in Flyte 1 that ran inside the same container, in Flyte 2 it is a task of its own."


def check(draft: Draft, task: Task) -> None:
    """Refuse or note what means something else in Flyte 2."""
    _signature(draft, task)
    _results(draft, task)
    if awaits.is_async(task.function):
        awaits.check(draft, task.function)
    if task.kind == "eager":
        return
    if not task.driver:
        _nested_calls(draft, task)
        return
    Promises(draft, task.function, parameters=task.kind == "workflow").check()


def _signature(draft: Draft, task: Task) -> None:
    parameters = task.function.child_by_field_name("parameters")
    for parameter in parameters.named_children if parameters else ():
        inner = parameter.named_children[0] if parameter.type == "typed_parameter" else parameter
        if inner.type in ("list_splat_pattern", "dictionary_splat_pattern"):
            draft.refuse(parameter, STAR.format(text(inner)))
        if text(parameter).partition(":")[0].partition("=")[0].strip() in ("self", "task"):
            draft.note(parameter, "`flyte.run` has a parameter of this name itself; start such a task by a driver.")
    for node in _annotations(task):
        if node.type == "identifier" and text(node) in _FILES:
            draft.refuse(node, FILES.format(text(node)))
    kind = results.returns(task)
    if kind is not None and _is_one_tuple(kind):
        draft.refuse(kind, ONE_TUPLE)
    if kind is not None and kind.type == "tuple" and len(kind.named_children) < 2:
        draft.refuse(kind, ONE_TUPLE)


def _annotations(task: Task) -> Iterator[Node]:
    """The nodes of a signature's annotations."""
    parameters = task.function.child_by_field_name("parameters")
    for parameter in parameters.named_children if parameters else ():
        kind = parameter.child_by_field_name("type")
        if kind is not None:
            yield from walk(kind)
    kind = task.function.child_by_field_name("return_type")
    if kind is not None:
        yield from walk(kind)


def _is_one_tuple(kind: Node) -> bool:
    head, _, rest = text(kind).partition("[")
    if head.rpartition(".")[2] not in ("Tuple", "tuple") or not rest:
        return False
    inner = [n for n in kind.named_children if n.type == "type_parameter"]
    arguments = inner[0].named_children if inner else kind.named_children[1:]
    return len(arguments) == 1


def _results(draft: Draft, task: Task) -> None:
    for node in own_nodes(task.function):
        if node.type == "yield":
            draft.refuse(node, GENERATOR.format(task.name))
    for value in unused_results(draft, task):
        draft.refuse(value, NO_ANNOTATION.format(task.name))


def unused_results(draft: Draft, task: Task) -> Iterator[Node]:
    """What a task returns though it says to have no result, but for what is nothing in Flyte 2 as well."""
    for node in own_nodes(task.function) if results.gives_nothing(task) else ():
        value = node.named_children[0] if node.type == "return_statement" and node.named_children else None
        if value is None or value.type == "none" or _call_of_nothing(draft, value):
            continue
        if not chains.started_by(draft, value):
            yield value


def _call_of_nothing(draft: Draft, value: Node) -> bool:
    """True for a call of a task that has no result."""
    function = value.child_by_field_name("function") if value.type == "call" else None
    entity = draft.entity(function) if function is not None else None
    if entity is None:
        return False
    for definition in draft.document.tree.root_node.children:
        inner = definition.child_by_field_name("definition")
        if inner is not None and text(inner.child_by_field_name("name")) == entity.name:
            kind = inner.child_by_field_name("return_type")
            return kind is None or text(kind) == "None"
    return False


def own_nodes(function: Node) -> list[Node]:
    """The nodes of a function's body without those of functions and classes inside it."""
    body = function.child_by_field_name("body")
    stack, found = [body] if body is not None else [], []
    while stack:
        node = stack.pop()
        found.append(node)
        if node.type not in ("function_definition", "class_definition", "lambda"):
            stack.extend(reversed(node.named_children))
    return found


def _nested_calls(draft: Draft, task: Task) -> None:
    for node in walk(task.function):
        function = node.child_by_field_name("function") if node.type == "call" else None
        entity = draft.entity(function) if function is not None else None
        if entity is not None and function is not None:
            draft.note(function, NESTED.format(task.name, entity.name))
