"""NamedTuples of one field as what a task gives: the task gives the value itself.

In a run of Flyte 2 such a result arrives as the bare value, outside of one as a NamedTuple (measured with flyte 2.12).
So a task that other tasks call can only be read in one way if it gives the bare value everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration import callees, chains, kinds, leftovers
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, exported
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Class
from flyteshift.text import Edit, Span

BARE = "`{0}` gives the value itself; its output is called `o0` in Flyte 2 and no longer `{1}`."
PRINTED = "This printed `{0}(...)` and prints the value now."
_PLAIN = frozenset({"binary_operator", "comparison_operator", "boolean_operator", "not_operator", "unary_operator",
                    "string", "concatenated_string", "integer", "float", "true", "false", "none", "list", "dictionary",
                    "list_comprehension", "dictionary_comprehension"})  # fmt: skip
"""Code whose value is no tuple."""


@dataclass(frozen=True)
class _Named:
    """A NamedTuple of one field, with the functions that give one, by name."""

    name: str
    field: str
    kind: str
    statement: Node
    functions: dict[str, Node]
    bare: frozenset[str]
    """The functions that are called in runs, which give the bare value then."""


class _Unclear(Exception):
    """What cannot be seen to stay the same."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The tasks of a module that give a NamedTuple of one field, as tasks that give its value."""
    if "amedTuple" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    edits: list[Edit] = []
    for named in _found(draft):
        notes, gone = len(draft.notes), len(draft.gone)
        try:
            edits += list(_edits(draft, named))
        except _Unclear:
            del draft.notes[notes:], draft.gone[gone:]
    return Written(edits, draft.notes, unread=leftovers.unread(draft, edits) if edits else [])


def _found(draft: Draft) -> Iterator[_Named]:
    """The NamedTuples of one field that tasks give which are called in runs."""
    entities = {f.name: f for f in draft.model.functions() if f.entity is not None and f.top_level}
    nodes = {n: f for n, f in _functions(draft).items() if n in entities and n not in draft.model.names.multiple}
    for statement in draft.document.tree.root_node.children:
        name = _defined(statement)
        found = kinds.fields(draft, name) if name and name not in draft.model.names.multiple else []
        if len(found) != 1 or "uple" in found[0][1] or exported(draft, name):
            continue
        given = {n: f for n, f in nodes.items() if _is(draft, _returns(f), name)}
        called = {text(c) for f in nodes.values() for c in _called(f) if text(c) in given}
        unnamed = any(_gives_only(f) for f in given.values())
        if (called or unnamed) and not any(exported(draft, n) for n in called):
            yield _Named(name, *found[0], statement, given, frozenset(called))


def _functions(draft: Draft) -> dict[str, Node]:
    tops = (n.child_by_field_name("definition") for n in draft.document.tree.root_node.children)
    return {text(n.child_by_field_name("name")): n for n in tops if n is not None and n.type == "function_definition"}


def _gives_only(function: Node) -> bool:
    """True for a function that returns `(x,)`."""
    returned = (n.named_children[0] for n in walk(function) if n.type == "return_statement" and n.named_children)
    return any(_only(chains.stripped(n)) is not None for n in returned)


def _called(function: Node) -> Iterator[Node]:
    """The names in the body of a function."""
    body = function.child_by_field_name("body")
    return (n for n in walk(body) if n.type == "identifier") if body is not None else iter(())


def _defined(statement: Node) -> str:
    """The name that a statement binds, if it is a class or an assignment."""
    if statement.type == "class_definition":
        return text(statement.child_by_field_name("name"))
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    return text(inner.child_by_field_name("left")) if inner is not None and inner.type == "assignment" else ""


def _returns(function: Node) -> Node | None:
    kind = function.child_by_field_name("return_type")
    return kind.named_children[0] if kind is not None and kind.named_children else None


def _is(draft: Draft, node: Node | None, name: str) -> bool:
    """True for the name of the NamedTuple, where it means that."""
    if node is None or node.type != "identifier" or text(node) != name:
        return False
    value = draft.model.value(node)
    return isinstance(value, Class) and value.named and value.name in (name, "")


def _edits(draft: Draft, named: _Named) -> Iterator[Edit]:
    """The edits for one NamedTuple; raises `_Unclear`."""
    for name in sorted(named.bare):
        function = named.functions[name]
        kind = _returns(function)
        if kind is not None:
            yield Edit(draft.span(kind), named.kind)
        draft.note(function.child_by_field_name("name") or function, BARE.format(name, named.field))
    for name, function in named.functions.items():
        for node in walk(function):
            if node.type == "return_statement":
                yield from _returned(draft, named, name, node)
    yield from _definition(draft, named)
    for name in sorted(named.bare):
        for node in draft.document.identifiers(name):
            if draft.entity(node) is not None:
                yield from _call(draft, named, node)


def _definition(draft: Draft, named: _Named) -> Iterator[Edit]:
    """The statement that defines the NamedTuple goes where nothing reads it any more and no comment tells of it."""
    rest = 0
    for node in draft.document.identifiers(named.name):
        inside = named.statement.start_byte <= node.start_byte < named.statement.end_byte
        if inside or not _is(draft, node, named.name):
            continue
        function = _around(node)
        name = text(function.child_by_field_name("name")) if function is not None else ""
        annotates = function is not None and _returns(function) == node
        if not annotates and not _is_made(node):
            raise _Unclear
        rest += name not in named.bare
    above = named.statement.prev_sibling
    told = above is not None and above.type == "comment" and above.end_point.row + 1 >= named.statement.start_point.row
    if not rest and not told:
        draft.gone.append(draft.span(named.statement))
        yield from imports.drop(draft.document, named.statement)


def _is_made(node: Node) -> bool:
    """True for `N` of `return N(x)`."""
    above = node.parent
    return callees.is_callee(node) and above is not None and _result_of(above) is not None


def _result_of(node: Node) -> Node | None:
    """The `return` whose whole value an expression is."""
    outer = chains.stripped_up(node).parent
    return outer if outer is not None and outer.type == "return_statement" else None


def _around(node: Node) -> Node | None:
    above = node.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    return above


def _returned(draft: Draft, named: _Named, name: str, statement: Node) -> Iterator[Edit]:
    """The edits of what a function gives that is annotated with the NamedTuple."""
    value = chains.stripped(statement.named_children[0]) if statement.named_children else None
    if value is None or _around(statement) != named.functions[name]:
        raise _Unclear
    only = _only(value)
    if only is not None:
        yield from _unwrapped(draft, value, only, "" if name in named.bare else named.name)
        return
    made = value.child_by_field_name("function") if value.type == "call" else None
    if _is(draft, made, named.name):
        if name not in named.bare:
            return
        given = chains.given(value)
        inner = given[0] if len(given) == 1 else None
        if inner is not None and inner.type == "keyword_argument":
            inner = inner.child_by_field_name("value")
        if inner is None or inner.type in ("list_splat", "dictionary_splat"):
            raise _Unclear
        yield from _unwrapped(draft, value, inner, "")
        return
    gives_bare = _gives_bare(draft, named, value)
    if name in named.bare and not gives_bare and not _is_no_tuple(value):
        raise _Unclear
    if name not in named.bare and gives_bare:
        start, end = draft.span(value)
        yield Edit(Span(start, start), f"{named.name}(")
        yield Edit(Span(end, end), ")")


def _only(value: Node) -> Node | None:
    """`x` of `(x,)`, of which Flyte 1 takes the element."""
    inner = value.named_children if value.type in ("tuple", "expression_list") else []
    return inner[0] if len(inner) == 1 and inner[0].type != "list_splat" else None


def _unwrapped(draft: Draft, whole: Node, inner: Node, name: str) -> Iterator[Edit]:
    """The edits that leave `inner` of an expression, or a NamedTuple made of it by `name`."""
    if any(n.type == "comment" for n in walk(whole)):
        raise _Unclear
    start, end = draft.span(whole)
    opened, closed = "()" if name or inner.start_point.row != inner.end_point.row else ("", "")
    yield Edit(Span(start, draft.span(inner).start), name + opened)
    yield Edit(Span(draft.span(inner).end, end), closed)


def _gives_bare(draft: Draft, named: _Named, value: Node) -> bool:
    """True for a call of a function that gives the bare value now, and a variable that holds what one gave."""
    value = (callees.held(value) or value) if value.type == "identifier" else value
    function = value.child_by_field_name("function") if value.type == "call" else None
    return function is not None and text(function) in named.bare and draft.entity(function) is not None


def _is_no_tuple(value: Node) -> bool:
    held = callees.held(value) if value.type == "identifier" else None
    return (chains.stripped(held) if held is not None else value).type in _PLAIN


def _call(draft: Draft, named: _Named, node: Node) -> Iterator[Edit]:
    """The edits at one call of a function that gives the bare value now."""
    above = node.parent
    if above is not None and above.type == "function_definition" and above.child_by_field_name("name") == node:
        return
    call = callees.runner(draft, node)
    if call is None or above is None or chains.nested_in(draft, call) is not None:
        raise _Unclear
    part = "" if callees.is_callee(node) else ".o0"
    use = chains.stripped_up(call).parent
    if use is None or use.type == "expression_statement" or use.type == "return_statement":
        if use is not None and use.type == "return_statement" and not _gives_named(named, use):
            raise _Unclear
        return
    if use.type in ("attribute", "subscript"):
        yield _read(draft, named, use, call, part)
        return
    left = use.child_by_field_name("left") if use.type == "assignment" else None
    if left is not None and left.type in ("pattern_list", "tuple_pattern", "list_pattern") and not part:
        if len(left.named_children) != 1:
            raise _Unclear
        yield Edit(draft.span(left), text(left.named_children[0]))
        return
    if left is None or left.type != "identifier":
        yield from _shown(draft, named, use, call)
        return
    around = callees.scope(left)
    for read in callees.loads(around, text(left)):
        if callees.binding(read) != use or read.parent is None:
            raise _Unclear
        outer = read.parent
        if outer.type in ("attribute", "subscript"):
            yield _read(draft, named, outer, read, part)
        elif not (outer.type == "return_statement" and _gives_named(named, outer)) and not _orders(draft, outer):
            yield from _shown(draft, named, outer, read)


def _orders(draft: Draft, node: Node) -> bool:
    """True for `a >> b` and `a.runs_before(b)`."""
    return any(r.symbol in ("node.>>", "node.runs_before") for r in draft.uses(node))


def _gives_named(named: _Named, statement: Node) -> bool:
    function = _around(statement)
    return function is not None and named.functions.get(text(function.child_by_field_name("name"))) == function


def _read(draft: Draft, named: _Named, use: Node, value: Node, part: str) -> Edit:
    """`x.field` and `x[0]` as `x`."""
    if use.type == "attribute":
        right = text(use.child_by_field_name("attribute")) == named.field
    else:
        right = text(use.child_by_field_name("subscript")) == "0" and not part
    if not right or use.named_children[0] != value:
        raise _Unclear
    return Edit(Span(draft.span(value).end, draft.span(use).end), part)


def _shown(draft: Draft, named: _Named, use: Node, value: Node) -> Iterator[Edit]:
    """Nothing but a note where code outside of a run prints a result; raises `_Unclear` for other uses."""
    holder = use if use.type == "argument_list" else use.parent
    if use.type == "interpolation":
        holder = use.parent.parent if use.parent is not None else None
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    function = _around(value)
    inside = function is not None
    if inside or call is None or text(call.child_by_field_name("function")) != "print":
        raise _Unclear
    draft.note(value, PRINTED.format(named.name))
    yield from ()
