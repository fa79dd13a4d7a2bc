"""Flyte 1's `conditional(...)` becomes Python's `if`.

Reading and writing are two steps. This module reads the chains of the Flyte 1 code: what they mean, where they stand,
whether `if` means the same. It changes the conditions in place; `branches` then lays the statements out anew, over the
code in which everything else has changed already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import takewhile

from tree_sitter import Node

from flyteshift.migration import branches, chains, conditions, results
from flyteshift.migration.chains import Chain
from flyteshift.migration.draft import Draft
from flyteshift.migration.kinds import Scope, assigned, kind, parameter
from flyteshift.migration.shapes import outputs, shape
from flyteshift.migration.trees import text
from flyteshift.text import Document, Edit, Span

HALF = "flyteshift migrates only whole chains, from `conditional(...)` to what `.else_()` gives."
OUTSIDE = "Flyte 1 takes a conditional only inside of a workflow."
INSIDE = "This conditional stands inside of another expression; assign it to a variable first, then migrate."
LINE = "Put this conditional into a statement with lines of its own, then migrate."
SHAPES = (
    "flyteshift cannot see that all branches give the same outputs; Flyte 1 keeps only those that all of them have."
)
NOTHING = "One branch gives nothing, so Flyte 1 gives nothing; do not use the result, then migrate."
MESSAGE = "flyteshift cannot tell what Flyte 1 made of this message; write it as a text."
BARE = "A branch of Flyte 1 needs a call or the result of one; `{0}` is none."
_THROUGH = frozenset({"argument_list", "keyword_argument", "parenthesized_expression", "list", "tuple",
                      "expression_list", "dictionary", "pair"})  # fmt: skip


def edits(draft: Draft) -> list[Edit]:
    """The edits of the conditions of all chains; the chains themselves are laid out later."""
    found: list[Edit] = []
    roots: list[int] = []
    for call in _roots(draft):
        chain = chains.read(call)
        function = _function(call)
        if chain is None or function is None:
            draft.refuse(call, HALF if chain is None else OUTSIDE, chains.CONDITIONAL)
            continue
        draft.claim(call.child_by_field_name("function") or call)
        scope = Scope(draft, function)
        for case in chain.cases:
            if case.condition is not None:
                found += conditions.edits(scope, case.condition)
            _check_value(scope, case)
        if chains.nested_in(draft, chain.top) is None:
            found += _placed(scope, chain)
            roots.append(draft.span(call).start)
    if roots:
        draft.later.append(partial(_laid_out, style=draft.style, roots=roots))
    return found


def _laid_out(
    document: Document, place: Callable[[int], int], *, style: branches.Style, roots: list[int]
) -> list[Edit]:
    return branches.edits(document, [place(r) for r in roots], style)


def _roots(draft: Draft) -> list[Node]:
    """The calls of `conditional`, in text order; it is left to be refused where it is no call."""
    found = []
    document = draft.document
    for reference in draft.references:
        if reference.symbol == chains.CONDITIONAL and reference.kind == "name":
            start, end = (document.byte_offset(o) for o in reference.span)
            node = document.tree.root_node.descendant_for_byte_range(start, end)
            call = node.parent if node is not None else None
            if call is not None and call.type == "call" and call.child_by_field_name("function") == node:
                found.append(call)
    return found


def _function(node: Node) -> Node | None:
    """The function around a node; None where there is none, or a lambda or comprehension is nearer."""
    above = node.parent
    while above is not None and above.type != "function_definition":
        if above.type in ("lambda", "class_definition") or above.type.endswith(
            ("comprehension", "generator_expression")
        ):
            return None
        above = above.parent
    return above


def _check_value(scope: Scope, case: chains.Case) -> None:
    """Refuse what a case gives where it is not clear what Flyte 1 made of it."""
    value = chains.stripped(case.value)
    if case.fails:
        constant = value.type == "identifier" and assigned(scope.function, text(value)) == []
        constant = constant and parameter(scope.function, text(value)) is None and kind(scope, value).name == "str"
        if value.type not in ("string", "concatenated_string") and not constant:
            scope.draft.refuse(value, MESSAGE, chains.CONDITIONAL)
    elif value.type not in ("call", "identifier", "attribute", "subscript"):
        scope.draft.refuse(value, BARE.format(text(value)), chains.CONDITIONAL)


def _placed(scope: Scope, chain: Chain) -> list[Edit]:
    """Check where a chain stands and what becomes of its result."""
    draft = scope.draft
    statement = _statement(draft, chain)
    if statement is None:
        return []
    if not _has_lines(draft, statement, chain.outer):
        draft.refuse(chain.root, LINE, chains.CONDITIONAL)
        return []
    if statement.type == "expression_statement" and chain.outer.parent == statement:
        return []
    whole = branches.is_whole(statement, chain.outer)
    shapes = {shape(scope, c.value) for c in chain.cases if not c.fails}
    if ("nothing",) in shapes:
        if not whole:
            draft.refuse(chain.root, NOTHING, chains.CONDITIONAL)
        return _returning_nothing(scope, chain, statement, shapes) if statement.type == "return_statement" else []
    if statement.type == "return_statement" and whole and _gives_nothing(scope):
        return _returning_nothing(scope, chain, statement, shapes)
    if len(shapes) == 1 and None not in shapes:
        return []
    kept = _kept(scope, chain)
    if kept is None:
        draft.refuse(chain.root, SHAPES, chains.CONDITIONAL)
    return kept or []


def _kept(scope: Scope, chain: Chain) -> list[Edit] | None:
    """The edits after which branches of different outputs give those that all have; None where that is not known.

    A cluster of Flyte 1 takes them by their names, a local run by their places (flytekit 1.16, core/condition.py): so
    both have to tell the same.
    """
    values = list(_values(scope, chain))
    names = [outputs(scope, v) for v in values]
    if None in names:
        return None
    size = len(list(takewhile(lambda each: len(set(each)) == 1, zip(*(n or () for n in names), strict=False))))
    if not size or len(set.intersection(*(set(n or ()) for n in names))) != size:
        return None
    found: list[Edit] = []
    for value, own in zip(values, names, strict=True):
        if own is not None and len(own) > size:
            end = scope.draft.span(value).end
            found.append(Edit(Span(end, end), "[0]" if size == 1 else f"[:{size}]"))
    use = chains.consumer(scope.draft, chain.top)
    return None if found and use is not None and results.readers(use) else found


def _values(scope: Scope, chain: Chain) -> Iterator[Node]:
    """What the branches give, those of chains inside of the chain one by one."""
    for case in chain.cases:
        inner = chains.started_by(scope.draft, case.value)
        if inner is not None:
            yield from _values(scope, inner)
        elif not case.fails:
            yield case.value


def _statement(draft: Draft, chain: Chain) -> Node | None:
    """The statement that a chain can be taken out of; None (refused) where it cannot."""
    node = chain.outer
    while node.parent is not None:
        above = node.parent
        if above.type in ("expression_statement", "return_statement"):
            return above
        plain = above.type == "assignment" and above.child_by_field_name("right") == node
        function = above.child_by_field_name("function") if above.type == "call" else None
        takes = function is not None and function != node and draft.entity(function) is not None
        if not plain and not takes and above.type not in _THROUGH:
            break
        if above.type == "argument_list" and chains.nested_in(draft, node) is None and above.parent is not None:
            inner = above.parent.child_by_field_name("function")
            if inner is None or draft.entity(inner) is None:
                break
        node = above
    draft.refuse(chain.root, INSIDE, chains.CONDITIONAL)
    return None


def _has_lines(draft: Draft, statement: Node, outer: Node) -> bool:
    """True where nothing but a comment shares the lines of a statement, and the chain starts on its first line."""
    document, lines = draft.document, draft.document.lines
    start, end = document.span(statement)
    head = document.text[lines.starts[lines.line_of(start)] : start]
    tail = document.text[end : lines.end_of(lines.line_of(end))].strip()
    return (
        not head.strip() and (not tail or tail.startswith("#")) and outer.start_point.row == statement.start_point.row
    )


def _returning_nothing(scope: Scope, chain: Chain, statement: Node, shapes: set[tuple[str, ...] | None]) -> list[Edit]:
    """`return` of a chain by a workflow without outputs: it goes where a branch would return something."""
    draft = scope.draft
    if not _gives_nothing(scope):
        draft.refuse(chain.root, NOTHING, chains.CONDITIONAL)
        return []
    if shapes == {("nothing",)}:
        return []
    body = scope.function.child_by_field_name("body")
    if body is None or body.named_children[-1] != statement:
        draft.refuse(chain.root, NOTHING, chains.CONDITIONAL)
        return []
    start = draft.span(statement).start
    return [Edit(Span(start, draft.span(chain.outer).start), "")]


def _gives_nothing(scope: Scope) -> bool:
    """True where the function around is a workflow without outputs."""
    name = text(scope.function.child_by_field_name("name"))
    task = scope.draft.tasks.get(name)
    return task is not None and task.function == scope.function and results.gives_nothing(task)
