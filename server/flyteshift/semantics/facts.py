"""What one top-level statement says, read off its syntax tree: names bound, expressions used, functions defined.

Facts depend on the text of the statement alone, with offsets from its start, so they are kept as long as it does not
change. What a name means is looked up later, in evaluate.py, by Python's rules of scope.
"""

from __future__ import annotations

from collections.abc import Callable

import tree_sitter

from flyteshift.semantics import read_expressions, read_statements
from flyteshift.semantics.expressions import (
    Call,
    Chain,
    ClassDefinition,
    Definition,
    Display,
    Dotted,
    Either,
    Expr,
    Keywords,
    Name,
    Operator,
    Scope,
    Shift,
    Subscript,
    Use,
)
from flyteshift.semantics.reader import Facts, Handler, Reader
from flyteshift.text.document import parse

_HANDLERS: dict[str, Handler] = {**read_expressions.HANDLERS, **read_statements.HANDLERS}


def read(node: tree_sitter.Node, data: bytes, offset: Callable[[int], int], *, values: bool = False) -> Facts:
    """The facts of a statement's node.

    `offset` turns a byte of `data` into a code-point offset from the statement's start. `values` keeps what every
    expression node says (for migration; typing does not need it).
    """
    reader = Reader(data, offset, _HANDLERS, values)
    try:
        reader.visit(node)
    except RecursionError:
        # Hundreds of levels of nesting are data, not something that a person migrates.
        return Facts(values={} if values else None)
    facts = reader.facts
    for index, use in enumerate(facts.uses):
        roots = _roots(use)
        if _IMPORTED in roots:
            facts.always.append(index)
            continue
        for name in roots:
            facts.roots.setdefault(name, []).append(index)
    return facts


def read_text(text: str) -> Facts:
    """The facts of a statement's text, parsed by itself: for texts whose tree has errors."""
    data = text.encode("utf-8", "surrogatepass")
    root = parse(text)
    ascii_only = len(data) == len(text)

    def offset(byte: int) -> int:
        return byte if ascii_only else len(data[:byte].decode("utf-8", "surrogatepass"))

    return read(root, data, offset)


_IMPORTED = ""


def _roots(use: Use) -> set[str]:
    """The module-level names that the meaning of a use depends on; `_IMPORTED` for an import of its own.

    Empty for what can only be unknown, such as a parameter without annotation.
    """
    roots: set[str] = set()
    seen: set[int] = set()
    if isinstance(use, Chain):
        if isinstance(use.base, Name) and use.base.scope.kind == "module":
            return {use.base.name}
        stack: list[Expr | None] = [use.base]
    elif isinstance(use, Keywords):
        stack = [use.call]
    elif isinstance(use, Operator):
        stack = [use.shift]
    else:
        return {_IMPORTED}
    while stack:
        expr = stack.pop()
        if expr is None:
            continue
        if isinstance(expr, Name):
            _name_roots(expr, roots, stack, seen)
        elif isinstance(expr, Definition):
            stack += [*expr.decorators, expr.returns]
        elif isinstance(expr, ClassDefinition):
            stack += expr.bases
        elif isinstance(expr, Call):
            stack += [expr.func, expr.first, *expr.driver]
        elif isinstance(expr, Subscript):
            stack += [expr.of, *expr.args]
        elif isinstance(expr, Shift):
            stack += [expr.left, expr.right]
        elif isinstance(expr, (Either, Display)):
            stack += expr[0]
        elif isinstance(expr, Dotted):
            roots.add(_IMPORTED)
        else:
            stack.append(expr[0])
    return roots


def _name_roots(expr: Name, roots: set[str], stack: list[Expr | None], seen: set[int]) -> None:
    scope: Scope | None = expr.scope
    first = True
    while scope is not None and scope.kind != "module":
        if (scope.kind != "class" or first) and expr.name not in scope.elsewhere:
            events = scope.events.get(expr.name)
            if events is not None:
                if id(events) not in seen:
                    seen.add(id(events))
                    stack += [event.value for event in events]
                if scope.kind != "class":
                    return
        if scope.kind != "comprehension":
            first = False
        scope = scope.parent
    roots.add(expr.name)
