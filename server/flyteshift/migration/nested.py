"""Calls inside of other calls, as `join(a=f(), b=g())` has them, taken out into statements of their own.

Only those that can then run together with another call are worth it; `parallel` finds out which those are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from tree_sitter import Node

from flyteshift.migration.branches import names_around
from flyteshift.migration.sequential import Code
from flyteshift.migration.stages import shares_line
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import indents
from flyteshift.text import Edit, Span, apply_edits

_STATEMENTS = frozenset({"expression_statement", "return_statement"})
_THROUGH = frozenset({"argument_list", "keyword_argument", "call", "attribute", "subscript", "list", "tuple", "pair",
                      "dictionary", "expression_list", "parenthesized_expression", "list_splat", "assignment",
                      "return_statement", "expression_statement"})  # fmt: skip


def inner_calls(code: Code, driver: str) -> Iterator[Node]:
    """The calls of a driver that could stand in statements of their own, in text order."""
    for node in walk(code.functions[driver]):
        if node.type not in _STATEMENTS or shares_line(node):
            continue
        calls = [n for n in walk(node) if n.type == "call"]
        if all(code.known(n) for n in calls):
            yield from (n for n in calls if code.runs(n) and _can_leave(n, node))


def taken_out(code: Code, chosen: Collection[int]) -> tuple[list[Edit], dict[int, str]]:
    """The edits that take out the calls that start at the bytes `chosen`, and the variable that each is given."""
    edits: list[Edit] = []
    names: dict[int, str] = {}
    for driver in sorted(code.drivers & set(code.functions)):
        taken: set[str] = set()
        for node in walk(code.functions[driver]):
            if node.type in _STATEMENTS:
                calls = [n for n in walk(node) if n.start_byte in chosen and n.type == "call" and code.runs(n)]
                calls = [n for n in calls if _can_leave(n, node)]
                taken = taken or (names_around(node) if calls else taken)
                for call in calls:
                    names[call.start_byte] = _name(code, call, taken)
                    taken.add(names[call.start_byte])
                edits += _statement(code, node, calls, names)
    return edits, names


def _statement(code: Code, statement: Node, calls: list[Node], names: dict[int, str]) -> Iterator[Edit]:
    document = code.document
    start = document.span(statement).start
    newline = document.lines.newline_at(0) + indents.indent_at(document, start)
    # What stands inside of another call ends before it.
    lines = [
        f"{names[call.start_byte]} = {_source(code, call, calls, names)}{newline}"
        for call in sorted(calls, key=lambda n: n.end_byte)
    ]
    if lines:
        yield Edit(Span(start, start), "".join(lines))
    for call in _outermost(calls):
        yield Edit(document.span(call), names[call.start_byte])


def _source(code: Code, call: Node, calls: list[Node], names: dict[int, str]) -> str:
    """The code of a call in which those taken out of it are variables."""
    document = code.document
    start, end = document.span(call)
    inner = _outermost([n for n in calls if call.start_byte < n.start_byte and n.end_byte <= call.end_byte])
    edits = [Edit(document.span(n).shifted(-start), names[n.start_byte]) for n in inner]
    source = apply_edits(document.text[start:end], edits)
    lines = source.splitlines()
    if len(lines) < 2 or "#" in source or indents.texts(call):
        return source
    return re.sub(r",(?=[)\]])|(?<=[(\[]) | (?=[)\]])", "", " ".join(line.strip() for line in lines))


def _outermost(calls: list[Node]) -> list[Node]:
    return [n for n in calls if not any(o.start_byte <= n.start_byte and n.end_byte < o.end_byte for o in calls)]


def _can_leave(call: Node, statement: Node) -> bool:
    """True where a call always runs when its statement does, and is not all that the statement assigns or runs."""
    above, child = call.parent, call
    if above is None or above == statement:
        return statement.type == "return_statement"
    if above.type == "assignment" and above.parent == statement:
        return False
    if above.type == "list_splat" and _is_assigned(above, statement):
        return False
    while above is not None and child != statement:
        if above.type not in _THROUGH or (above.type == "call" and above.child_by_field_name("function") == child):
            return False
        child, above = above, above.parent
    return True


def _is_assigned(splat: Node, statement: Node) -> bool:
    """True for the `*f()` of `x = Out(*f())`, which is gathered as it is."""
    call = splat.parent.parent if splat.parent is not None else None
    above = call.parent if call is not None else None
    return above is not None and above.type == "assignment" and above.parent == statement


def _name(code: Code, call: Node, taken: Collection[str]) -> str:
    """A name for what a call gives: that of the argument that it is, else one made of its task's."""
    above = call.parent
    mapped = code.mapped(call)
    task = (code.called(call) or text(mapped.task if mapped is not None else None)).rpartition(".")[2]
    wanted = [f"{task}_{'results' if mapped is not None else 'result'}"]
    if above is not None and above.type == "keyword_argument":
        keyword = text(above.child_by_field_name("name"))
        wanted = [keyword, f"{task}_{keyword}"]
    wanted += [f"{wanted[-1]}_{i}" for i in range(2, len(taken) + 3)]
    return next(w for w in wanted if w not in taken)
