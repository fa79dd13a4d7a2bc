"""Sequences between tasks: iterators as lists, and lists without a size of batches.

Flyte 1 read an iterator to its end and passed on a list (flytekit 1.16, types/iterator), which the task that got it
could go through as often as it liked. A size of batches says how pickles are stored, and nothing of the values.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import awaits, bodies, callees
from flyteshift.migration.data.held import flyte1, parts
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.layout import indent
from flyteshift.migration.plainer.written import Written, unread
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Entity, Symbol
from flyteshift.text import Edit, Span

BATCH = "flytekit.BatchSize"
_ITERATORS = frozenset({"typing.Iterator", "collections.abc.Iterator"})
_DISPLAYS = frozenset({"list", "list_comprehension"})
_FRESH = frozenset({"dictionary", "list_comprehension", "dictionary_comprehension", "call", "string"})
"""What makes a new value each time."""
_LASTING = frozenset({"int", "float", "str", "bool", "bytes", "datetime", "date", "timedelta"})
"""Types of values that nothing changes."""
_READERS = frozenset({"list", "tuple", "set", "sum", "len", "sorted", "enumerate", "zip", "map", "filter", "min", "max",
                      "any", "all", "dict", "reversed"})  # fmt: skip
"""What goes through a list as through the iterator of Flyte 1."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that make lists of iterators, where nothing is asked of one that a list has not."""
    draft = Draft(model, {}, outside)
    functions = list(_functions(draft))
    gone: list[Node] = []
    batched = [e for function, _ in functions for node in _annotations(function) for e in _unbatched(draft, node, gone)]
    iterators = [n for function, _ in functions for node in _annotations(function) for n in _iterators(draft, node)]
    if not all(_is_plain(draft, function, kind) for function, kind in functions):
        return Written([*batched, *unread(draft, gone)])
    edits = [Edit(draft.document.span(parts(node)[0]), "list") for node in iterators]
    for function, kind in functions:
        if kind == "task" and any(_iterators(draft, function.child_by_field_name("return_type"))):
            edits += _listed(draft, function)
    edits += unread(draft, [*gone, *(parts(node)[0] for node in iterators)])
    return Written(sorted([*edits, *batched], key=lambda e: e.span))


def _functions(draft: Draft) -> Iterator[tuple[Node, str]]:
    """The top-level tasks and workflows of a module, with their kinds."""
    for statement in draft.document.tree.root_node.children:
        function = statement.child_by_field_name("definition")
        name = text(function.child_by_field_name("name")) if function is not None else ""
        value = draft.model.names.final(name) if name and name not in draft.model.names.multiple else None
        if function is not None and function.type == "function_definition" and isinstance(value, Entity):
            yield function, value.kind


def _annotations(function: Node) -> Iterator[Node]:
    holder = function.child_by_field_name("parameters")
    for parameter in holder.named_children if holder is not None else ():
        kind = parameter.child_by_field_name("type")
        if kind is not None:
            yield kind
    kind = function.child_by_field_name("return_type")
    if kind is not None:
        yield kind


def _iterators(draft: Draft, annotation: Node | None) -> Iterator[Node]:
    """The `Iterator[T]` that an annotation is."""
    node = annotation
    while node is not None and node.type == "type" and len(node.named_children) == 1:
        node = node.named_children[0]
    if node is not None and node.type in ("subscript", "generic_type"):
        value = draft.model.value(parts(node)[0])
        if isinstance(value, Symbol) and value.name in _ITERATORS:
            yield node


def _is_plain(draft: Draft, function: Node, kind: str) -> bool:
    """True where the iterators that a task or workflow takes and gives may be lists."""
    found = [n for annotation in _annotations(function) for n in _iterators(draft, annotation)]
    if not found:
        return True
    if any(draft.uses(n) for n in found) or awaits.is_async(function) or kind not in ("task", "workflow"):
        return False
    if any(n.type == "identifier" and text(n) in ("next", "list") and not _is_read(n) for n in _words(draft)):
        return False
    holder = function.child_by_field_name("parameters")
    for parameter in holder.named_children if holder is not None and kind == "task" else ():
        name = text(parameter.child_by_field_name("name") or next(iter(parameter.named_children), None))
        if any(_iterators(draft, parameter.child_by_field_name("type"))):
            body = function.child_by_field_name("body")
            reads = [n for n in callees.loads(function, name) if body is not None and n.start_byte >= body.start_byte]
            if not all(_is_gone_through(n) for n in reads) or len(callees.bindings(function, name)) > 1:
                return False
    yields = [n for n in bodies.own_nodes(function) if n.type == "yield"]
    last = _last(function)
    return all(
        n.parent is not None
        and n.parent.type == "expression_statement"
        and n.named_children
        and (last or n.named_children[0].type in _FRESH)
        for n in yields
    )


def _last(function: Node) -> bool:
    """True where nothing can change an element once it is given; Flyte 1 stored each before it went on."""
    kind = text(function.child_by_field_name("return_type"))
    return kind.partition("[")[2].rpartition("]")[0].strip().rpartition(".")[2] in _LASTING


def _words(draft: Draft) -> Iterator[Node]:
    return walk(draft.document.tree.root_node)


def _is_read(node: Node) -> bool:
    """True for `list` where it is the builtin: called, or in an annotation; never for `next`."""
    above = node.parent
    return (
        text(node) == "list" and above is not None and above.type not in ("assignment", "parameters", "aliased_import")
    )


def _is_gone_through(node: Node) -> bool:
    """True where a name stands for values that are gone through: in a loop, or as what a builtin reads."""
    above = node.parent
    if above is None:
        return False
    if above.type in ("for_statement", "for_in_clause"):
        return above.child_by_field_name("right") == node
    called = above.parent if above.type == "argument_list" else None
    function = called.child_by_field_name("function") if called is not None else None
    joined = function is not None and function.type == "attribute" and text(function).endswith(".join")
    return joined or text(function) in _READERS


def _listed(draft: Draft, function: Node) -> list[Edit]:
    """The edits of a body that yields, or returns an iterator."""
    span, newline = draft.document.span, draft.style.newline
    nodes = bodies.own_nodes(function)
    yields = [n for n in nodes if n.type == "yield"]
    returns = [n for n in nodes if n.type == "return_statement"]
    edits: list[Edit] = []
    if not yields:
        for value in (n.named_children[0] for n in returns if n.named_children):
            if value.type not in _DISPLAYS:
                start, end = span(value)
                edits += [Edit(Span(start, start), "list("), Edit(Span(end, end), ")")]
        return edits
    taken = {text(n) for n in walk(function) if n.type == "identifier"}
    name = next(n for n in ("results", "values", "found", "all_results", "results_") if n not in taken)
    for node in yields:
        value = node.named_children[0]
        verb = "extend" if text(node).startswith("yield from") else "append"
        code = f"({text(value)})" if value.type == "expression_list" else text(value)
        edits.append(Edit(span(node), f"{name}.{verb}({code})"))
    edits += [Edit(span(n), f"return {name}") for n in returns]
    body = function.child_by_field_name("body")
    statements = [n for n in body.named_children if n.type != "comment"] if body is not None else []
    first = statements[1] if len(statements) > 1 and _is_text(statements[0]) else statements[0]
    start, end = span(first).start, span(statements[-1]).end
    margin = indent(draft, first)
    edits.append(Edit(Span(start, start), f"{name} = []{newline}{margin}"))
    edits.append(Edit(Span(end, end), f"{newline}{margin}return {name}"))
    return edits


def _is_text(statement: Node) -> bool:
    return statement.type == "expression_statement" and statement.named_children[0].type == "string"


def _unbatched(draft: Draft, annotation: Node, gone: list[Node]) -> Iterator[Edit]:
    """`Annotated[list[T], BatchSize(3)]` is `list[T]`; a folder's batches are another thing. `gone` gets what goes."""
    for node in walk(annotation):
        if node.type not in ("subscript", "generic_type"):
            continue
        head, given = parts(node)
        calls = [c for n in given[1:] for c in walk(n) if c.type == "call"]
        function = calls[0].child_by_field_name("function") if len(calls) == 1 else None
        if text(head).rpartition(".")[2] != "Annotated" or len(given) != 2 or function is None:
            continue
        inside = [n for n in walk(given[0]) if n.type in ("identifier", "attribute")]
        if draft.symbol(function) == BATCH and not any(flyte1(draft.symbol(n)) for n in inside):
            gone.append(head)
            yield Edit(draft.document.span(node), text(given[0]))
