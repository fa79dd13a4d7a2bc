"""Tasks that yield, `-> Iterator[int]`, as tasks that give a list: Flyte 2 runs no generator.

Flyte 1 stored the elements as a list and gave each task that asked for an `Iterator` one over that list (flytekit 1.16,
types/iterator). So the types change together, and only where elements are gone over once.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import callees, chains
from flyteshift.migration.bodies import own_nodes
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, exported
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import indents
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit, Span

LISTED = "`{0}` collects its elements into a list and gives them all at the end."
SHOWN = "This printed an iterator and prints the list now."
_ITERATOR = (Symbol("typing.Iterator"), Symbol("collections.abc.Iterator"))
_LASTING = frozenset({"int", "float", "str", "bool", "bytes", "datetime", "date", "timedelta"})
"""Types of elements that nothing can change once they are given."""
_ONCE = frozenset({"list", "sum", "sorted", "tuple", "set", "enumerate", "zip", "max", "min", "any", "all"})


class _Unclear(Exception):
    """What cannot be seen to stay the same."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The tasks of a module that give or take iterators, with lists."""
    if "Iterator[" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    try:
        edits = list(_edits(draft))
    except _Unclear:
        return Written()
    return Written(edits, draft.notes) if any("yield" in text(f) for f in _entities(draft).values()) else Written()


def _entities(draft: Draft) -> dict[str, Node]:
    """The tasks and workflows of the module's top level that are bound once."""
    names = {f.name for f in draft.model.functions() if f.entity is not None and f.top_level}
    tops = (n.child_by_field_name("definition") for n in draft.document.tree.root_node.children)
    found = {text(n.child_by_field_name("name")): n for n in tops if n is not None and n.type == "function_definition"}
    return {n: f for n, f in found.items() if n in names - draft.model.names.multiple}


def _edits(draft: Draft) -> Iterator[Edit]:
    entities = _entities(draft)
    kinds = {f.entity.kind for f in draft.model.functions() if f.entity is not None}
    giving = {name: kind for name, f in entities.items() if (kind := _annotation(draft, f)) is not None}
    if not giving or any(exported(draft, name) for name in entities) or kinds & {"eager", "dynamic"}:
        raise _Unclear
    for name, kind in giving.items():
        yield from _typed(draft, kind)
        yield from _body(draft, name, entities[name], set(giving))
    for function in entities.values():
        for parameter, kind in _parameters(draft, function):
            yield from _typed(draft, kind)
            _check_once(draft, function, parameter)
    changed = {n.id for n in [*giving.values(), *(k for f in entities.values() for _, k in _parameters(draft, f))]}
    for node in draft.document.nodes("identifier"):
        if text(node) == "Iterator" and _is_iterator(draft, node) and not _is_inside(node, changed):
            raise _Unclear
    for name in giving:
        for node in draft.document.identifiers(name):
            if draft.entity(node) is not None:
                _check_result(draft, entities, node)


def _annotation(draft: Draft, function: Node) -> Node | None:
    """The return annotation of a function that gives an iterator."""
    kind = function.child_by_field_name("return_type")
    return kind if kind is not None and _head(draft, kind) is not None else None


def _parameters(draft: Draft, function: Node) -> Iterator[tuple[str, Node]]:
    """The parameters that take an iterator, with their annotations."""
    holder = function.child_by_field_name("parameters")
    for node in holder.named_children if holder is not None else ():
        kind = node.child_by_field_name("type")
        if kind is not None and _head(draft, kind) is not None:
            name = node.child_by_field_name("name") or node.named_children[0]
            if node.child_by_field_name("value") is not None:
                raise _Unclear
            yield text(name), kind


def _head(draft: Draft, kind: Node) -> Node | None:
    """`typing.Iterator` of `typing.Iterator[int]`."""
    inner = kind.named_children[0] if kind.type == "type" and kind.named_children else kind
    head = inner.named_children[0] if inner.type in ("generic_type", "subscript") and inner.named_children else None
    return head if head is not None and _is_iterator(draft, head) else None


def _is_iterator(draft: Draft, node: Node) -> bool:
    whole = node.parent if node.parent is not None and node.parent.type == "attribute" else node
    return draft.model.value(whole) in _ITERATOR


def _is_inside(node: Node, places: set[int]) -> bool:
    above: Node | None = node
    while above is not None:
        if above.id in places or above.type in ("import_statement", "import_from_statement"):
            return True
        above = above.parent
    return False


def _typed(draft: Draft, kind: Node) -> Iterator[Edit]:
    head = _head(draft, kind)
    if head is not None:
        yield Edit(draft.span(head), "list")


def _body(draft: Draft, name: str, function: Node, giving: set[str]) -> Iterator[Edit]:
    """The edits of the body of a function that gives an iterator."""
    body = function.child_by_field_name("body")
    nodes = own_nodes(function)
    yields = [n for n in nodes if n.type == "yield"]
    returns = [n for n in nodes if n.type == "return_statement"]
    if body is None or body.start_point.row == function.start_point.row:
        raise _Unclear
    if not yields:
        if not returns or not all(_gives(draft, n, giving) for n in returns):
            raise _Unclear
        return
    element = text(function.child_by_field_name("return_type")).partition("[")[2].rpartition("]")[0].strip()
    if any(n.named_children for n in returns) or text(function).startswith("async") or element not in _LASTING:
        raise _Unclear
    taken = {text(n) for n in walk(function) if n.type == "identifier"}
    found = next(n for n in ("found", "elements", "results", "collected") if n not in taken)
    for node in yields:
        above = node.parent
        value = node.named_children[0] if len(node.named_children) == 1 else None
        whole = above is not None and above.type == "expression_statement"
        if not whole or value is None or any(c.type == "from" for c in node.children):
            raise _Unclear
        start, end = draft.span(node)
        yield Edit(Span(start, draft.span(value).start), f"{found}.append(")
        yield Edit(Span(draft.span(value).end, end), ")")
    for node in returns:
        end = draft.span(node).end
        yield Edit(Span(end, end), f" {found}")
    first = next(n for n in body.named_children if n.type != "comment")
    doc = first.type == "expression_statement" and first.named_children[0].type == "string"
    first = first.next_named_sibling if doc and first.next_named_sibling is not None else first
    start = draft.span(first).start
    indent, newline = indents.indent_at(draft.document, start), draft.style.newline
    yield Edit(Span(start, start), f"{found} = []{newline}{indent}")
    end = draft.document.lines.end_of(draft.document.lines.line_of(draft.span(body.named_children[-1]).end))
    yield Edit(Span(end, end), f"{newline}{indent}return {found}")
    draft.note(function.child_by_field_name("name") or function, LISTED.format(name))


def _gives(draft: Draft, statement: Node, giving: set[str]) -> bool:
    """True for `return f(...)` of a task that gives an iterator, also by a variable, and for lists."""
    value = chains.stripped(statement.named_children[0]) if statement.named_children else statement
    value = (callees.held(value) or value) if value.type == "identifier" else value
    function = value.child_by_field_name("function") if value.type == "call" else None
    called = function is not None and text(function) in giving and draft.entity(function) is not None
    return called or value.type in ("list", "list_comprehension")


def _check_once(draft: Draft, function: Node, parameter: str) -> None:
    """Refuse a parameter whose elements may be gone over more than once, or in another way than one by one."""
    body = function.child_by_field_name("body")
    reads = [n for n in callees.loads(function, parameter) if body is not None and n.start_byte >= body.start_byte]
    kind = draft.model.value(function.child_by_field_name("name") or function)
    driver = getattr(kind, "kind", "") == "workflow"
    if len(callees.bindings(function, parameter)) != 1:
        raise _Unclear
    if not all(_goes_over(draft, n) or (driver and _is_passed(draft, n)) for n in reads):
        raise _Unclear
    if not driver and (len(reads) > 1 or any(_is_repeated(n, function) for n in reads)):
        raise _Unclear


def _goes_over(draft: Draft, node: Node) -> bool:
    """True for `for x in p`, `[... for x in p]`, `list(p)`."""
    above = node.parent
    if above is None:
        return False
    if above.type in ("for_statement", "for_in_clause"):
        return above.child_by_field_name("right") == node
    call = above.parent if above.type == "argument_list" else None
    name = text(call.child_by_field_name("function")) if call is not None else ""
    return name in _ONCE and name not in draft.model.names.events


def _is_passed(draft: Draft, node: Node) -> bool:
    """True for an argument of a task."""
    above = node.parent
    holder = above.parent if above is not None and above.type == "keyword_argument" else above
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    return function is not None and draft.entity(function) is not None


def _is_repeated(node: Node, function: Node) -> bool:
    """True for what stands in a loop: each time but the first, an iterator would have been empty."""
    above = node.parent
    while above is not None and above != function:
        right = above.child_by_field_name("right")
        own = right is not None and right.start_byte <= node.start_byte < right.end_byte
        if above.type in ("while_statement", "lambda", "function_definition"):
            return True
        if above.type == "for_statement" and not own:
            return True
        if above.type.endswith(("comprehension", "generator_expression")):
            clause = next(n for n in above.named_children if n.type == "for_in_clause")
            if not clause.start_byte <= node.start_byte < clause.end_byte:
                return True
        above = above.parent
    return False


def _check_result(draft: Draft, entities: dict[str, Node], node: Node) -> None:
    """Refuse a use of a result that a list and an iterator answer in different ways."""
    above = node.parent
    if above is not None and above.type == "function_definition":
        return
    call = above if callees.is_callee(node) else None
    if call is None:
        raise _Unclear
    around = callees.scope(call)
    if around in entities.values():
        use = chains.stripped_up(call).parent
        kept = use is not None and use.type in ("return_statement", "assignment", "expression_statement")
        if not kept and not _is_passed(draft, call):
            raise _Unclear
        left = use.child_by_field_name("left") if use is not None and use.type == "assignment" else None
        for read in callees.loads(around, text(left)) if left is not None else ():
            returned = read.parent is not None and read.parent.type == "return_statement"
            if not returned and not _is_passed(draft, read):
                raise _Unclear
        return
    holder = call.parent
    if holder is not None and holder.type == "interpolation" and holder.parent is not None:
        holder = holder.parent.parent
    outer = holder.parent if holder is not None and holder.type == "argument_list" else None
    if outer is not None and text(outer.child_by_field_name("function")) == "print":
        draft.note(call, SHOWN)
    elif not _goes_over(draft, call):
        raise _Unclear
