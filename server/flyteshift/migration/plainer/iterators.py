"""Iterators between tasks as lists: Flyte 2 runs no generator as a task.

Flyte 1 read an iterator to its end and passed on a list (flytekit 1.16, types/iterator), which the task that got it
could go through as often as it liked. So the types change together, where nothing is asked that a list has not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tree_sitter import Node

from flyteshift.migration import awaits, bodies, callees, chains
from flyteshift.migration.data.held import parts
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.layout import indent
from flyteshift.migration.plainer.written import Written, entities, exported, hints, unread
from flyteshift.migration.trees import is_inside, text, walk
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit, Span

LISTED = "`{0}` collects its elements into a list and gives them all at the end."
SHOWN = "This printed an iterator and prints the list now."
_ITERATORS = frozenset({"typing.Iterator", "collections.abc.Iterator"})
_DISPLAYS = frozenset({"list", "list_comprehension"})
_LASTING = frozenset({"int", "float", "str", "bool", "bytes", "datetime", "date", "timedelta"})
"""Types of elements that nothing can change once they are given."""
_OTHERS = frozenset({"identifier", "attribute", "subscript", "parenthesized_expression", "await"})
"""Code that may give something that is changed afterwards."""
_READERS = frozenset({"list", "tuple", "set", "sum", "len", "sorted", "enumerate", "zip", "map", "filter", "min", "max",
                      "any", "all", "dict", "reversed"})  # fmt: skip
"""What goes through a list as through the iterator of Flyte 1."""
_LAZY = frozenset({"enumerate", "zip", "map", "filter", "reversed"})
"""What goes through a list only when something goes through its own result."""
_COMPREHENSIONS = frozenset({"list_comprehension", "set_comprehension", "dictionary_comprehension",
                             "generator_expression"})  # fmt: skip
_WITHIN = _COMPREHENSIONS | {"for_statement", "for_in_clause", "argument_list", "call"}
_REPEATS = _COMPREHENSIONS | {"for_statement", "while_statement", "function_definition", "lambda"}


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that make lists of the iterators of a module; none unless all of them can be."""
    if "Iterator[" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    functions = {text(f.child_by_field_name("name")): (f, kind) for f, kind in entities(draft)}
    found = [n for function, _ in functions.values() for kind in hints(function) for n in _iterators(draft, kind)]
    if not found or "list" in model.names.events or not all(_is_plain(draft, *each) for each in functions.values()):
        return Written()
    edits = [Edit(draft.document.span(parts(node)[0]), "list") for node in found]
    for name, (function, kind) in functions.items():
        if not any(_iterators(draft, function.child_by_field_name("return_type"))):
            continue
        places = [n for n in draft.document.identifiers(name) if draft.entity(n) is not None]
        if exported(draft, name) or not all(_is_read_as_list(draft, functions, n) for n in places):
            return Written()
        if kind == "task":
            edits += _listed(draft, function)
    edits += unread(draft, [parts(node)[0] for node in found])
    return Written(sorted(edits, key=lambda e: e.span), draft.notes)


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
    found = [n for annotation in hints(function) for n in _iterators(draft, annotation)]
    if not found:
        return True
    if any(draft.uses(n) for n in found) or awaits.is_async(function) or kind not in ("task", "workflow"):
        return False
    if any(not _is_read(n) for name in ("next", "list") for n in draft.document.identifiers(name)):
        return False
    holder, body = function.child_by_field_name("parameters"), function.child_by_field_name("body")
    for parameter in holder.named_children if holder is not None and kind == "task" else ():
        name = text(parameter.child_by_field_name("name") or next(iter(parameter.named_children), None))
        if any(_iterators(draft, parameter.child_by_field_name("type"))):
            if parameter.child_by_field_name("value") is not None:
                return False
            reads = [n for n in callees.loads(function, name) if body is not None and n.start_byte >= body.start_byte]
            if not all(_is_gone_through(n) for n in reads) or len(callees.bindings(function, name)) > 1:
                return False
            if not _are_apart(function, parameter, reads):
                return False
    nodes = bodies.own_nodes(function)
    yields = [n for n in nodes if n.type == "yield"]
    lines = body is not None and body.start_point.row > function.start_point.row
    if yields and (not lines or any(n.type == "return_statement" and n.named_children for n in nodes)):
        return False
    element = text(function.child_by_field_name("return_type")).partition("[")[2].rpartition("]")[0].strip()
    return all(
        n.parent is not None
        and n.parent.type == "expression_statement"
        and len(n.named_children) == 1
        and (element in _LASTING or n.named_children[0].type not in _OTHERS)
        for n in yields
    )


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


def _are_apart(function: Node, parameter: Node, reads: list[Node]) -> bool:
    """True where a parameter is gone through once, or again when it is through, with elements that nothing changes.

    An iterator of Flyte 1 has one place, which each start sets back, and reads its elements anew.
    """
    going = [n for n in reads if not _is_counted(n)]
    if len(going) < 2 and not any(_is_repeated(function, n) for n in going):
        return True
    element = text(parameter.child_by_field_name("type")).partition("[")[2].rpartition("]")[0].strip()
    extents = [_extent(n) for n in going]
    return element in _LASTING and all(
        extent is not None and not any(other != n and is_inside(other, extent) for other in going)
        for n, extent in zip(going, extents, strict=True)
    )


def _is_counted(node: Node) -> bool:
    """True in `len(it)`, which goes nowhere."""
    call = _argument_of(node)
    return call is not None and text(call.child_by_field_name("function")) == "len"


def _is_repeated(function: Node, node: Node) -> bool:
    """True where code may run more than once in one call of a function."""
    below, above = node, node.parent
    while above is not None and above != function:
        once = above.type == "for_statement" and above.child_by_field_name("right") == below
        if above.type in _REPEATS and not once and not _is_first(above, below):
            return True
        below, above = above, above.parent
    return False


def _is_first(comprehension: Node, clause: Node) -> bool:
    """True for the part of a comprehension that is worth one value only."""
    clauses = [n for n in comprehension.named_children if n.type == "for_in_clause"]
    return comprehension.type in _COMPREHENSIONS and clauses[:1] == [clause]


def _extent(node: Node) -> Node | None:
    """The code during which an iterator is gone through; None where it is handed on."""
    above = node.parent
    while above is not None and above.type in _WITHIN:
        if above.type == "for_statement" or (above.type in _COMPREHENSIONS and above.type != "generator_expression"):
            return above
        if above.type == "call" and text(above.child_by_field_name("function")) not in _LAZY:
            return above
        above = above.parent
    return None


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
    draft.note(
        function.child_by_field_name("name") or function, LISTED.format(text(function.child_by_field_name("name")))
    )
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


def _is_read_as_list(draft: Draft, functions: Mapping[str, tuple[Node, str]], node: Node) -> bool:
    """True where a name of a task that gives an iterator is called, and the result used as a list can be."""
    above = node.parent
    if above is not None and above.type == "function_definition":
        return True
    call = above if callees.is_callee(node) else None
    if call is None:
        return False
    around = callees.scope(call)
    if around in [function for function, _ in functions.values()]:
        use = chains.stripped_up(call).parent
        left = use.child_by_field_name("left") if use is not None and use.type == "assignment" else None
        reads = callees.loads(around, text(left)) if left is not None else ()
        kept = use is not None and use.type in ("return_statement", "assignment", "expression_statement")
        handed = (_is_passed(draft, r) or (r.parent is not None and r.parent.type == "return_statement") for r in reads)
        return (kept or _is_passed(draft, call)) and all(handed)
    outer = _argument_of(call)
    if outer is not None and text(outer.child_by_field_name("function")) == "print":
        draft.note(call, SHOWN)
        return True
    return _is_gone_through(call)


def _argument_of(node: Node) -> Node | None:
    """The call that a value is given to, also in an f-string."""
    holder = node.parent
    if holder is not None and holder.type == "interpolation" and holder.parent is not None:
        holder = holder.parent.parent
    return holder.parent if holder is not None and holder.type == "argument_list" else None


def _is_passed(draft: Draft, node: Node) -> bool:
    """True for an argument of a task."""
    above = node.parent
    holder = above.parent if above is not None and above.type == "keyword_argument" else above
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    return function is not None and draft.entity(function) is not None
