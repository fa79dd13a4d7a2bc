"""The references of a statement: its uses of names, keywords and attributes that denote Flyte things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from flyteshift.catalog.load import Catalog
from flyteshift.semantics.evaluate import Names, interesting
from flyteshift.semantics.expressions import Chain, Import, Keywords, Name, Operator, Use
from flyteshift.semantics.reader import Facts
from flyteshift.semantics.values import Instance, Node, Symbol
from flyteshift.text import Document, Span

_UNION_USE = re.compile(r"\bunion\.(\w+(?:\.\w+)?)")
ReferenceKind = Literal["import", "name", "parameter", "attribute", "operator"]


class Reference(NamedTuple):
    """An expression that denotes a Flyte thing.

    `symbol` is its canonical dotted name. A parameter is `flytekit.task(cache)`, an attribute of a value
    `flytekit.current_context().secrets.get`, the operator between nodes `node.>>`. `span` is what names it: the whole
    of `fk.task`, a parameter's keyword, the attributes without what they are read off, the imported name of an import.
    """

    symbol: str
    span: Span
    kind: ReferenceKind
    flyte1: bool
    owner: str | None = None
    name: str | None = None
    uses: str | None = None
    """The module-level variable that a parameter's value names, where it holds something of Flyte."""


def references_of(fact: Facts, ordinal: int, names: Names, document: Document) -> Iterator[Reference]:
    """The references of a statement; what they refer to is resolved as of its place, `ordinal`, in the module."""
    indexes = set(fact.always)
    for name, uses in fact.roots.items():
        final = names.final(name)
        if interesting(final) or names.leads(final) or name in names.multiple:
            indexes.update(uses)
    seen: set[tuple[Span, str]] = set()
    for index in sorted(indexes):
        try:
            found = list(_refer(fact.uses[index], ordinal, names, document))
        except RecursionError:  # a chain of hundreds of assignments
            continue
        for reference in found:
            if (reference.span, reference.symbol) not in seen:
                seen.add((reference.span, reference.symbol))
                yield reference


def _refer(use: Use, ordinal: int, names: Names, document: Document) -> Iterator[Reference]:
    known = names.catalog
    if isinstance(use, Import):
        yield from _imported(use, known, document)
    elif isinstance(use, Chain):
        yield from _chain(use, ordinal, names)
    elif isinstance(use, Keywords):
        owner = _owner(use, ordinal, names)
        for name, start, end, given in use.names if owner else ():
            if owner and known.param(owner, name) is not None:
                named = isinstance(given, Name) and isinstance(names.value(given, ordinal), Instance)
                variable = given.name if named and isinstance(given, Name) and given.name in names.events else None
                yield Reference(f"{owner}({name})", Span(start, end), "parameter", True, owner, name, variable)
    elif isinstance(use, Operator) and names.shift(use.shift, ordinal) is not None:
        yield Reference("node.>>", Span(use.start, use.end), "operator", True, "node", ">>")


def _imported(use: Import, known: Catalog, document: Document) -> Iterator[Reference]:
    dotted = use.dotted.removesuffix(".*")
    root = dotted.partition(".")[0]
    if root == "union" and dotted == "union":
        found = any(known.is_flyte1(f"union.{name}") for name in _UNION_USE.findall(document.text))
        if not found and "flytekit" not in document.text:
            return
    flyte1 = known.is_flyte1(dotted)
    if flyte1 or root in ("flyte", "flyteplugins"):
        symbol = known.canonical(dotted) + (".*" if use.bound is None else "")
        yield Reference(symbol, Span(use.start, use.end), "import", flyte1)


def _chain(use: Chain, ordinal: int, names: Names) -> Iterator[Reference]:
    known = names.catalog
    value = names.value(use.base, ordinal)
    attributes = list(use.attributes)
    end = use.end
    while attributes and names.leads(value):
        value, end = names.attribute(value, attributes[0][0]), attributes.pop(0)[2]
    if isinstance(value, Symbol):
        if not interesting(value) or not (attributes or end > use.end or isinstance(use.base, Name)):
            return
        symbol, end = _longest(value.name, end, attributes, known)
        if symbol == "union":
            return  # a module of that name need not be the old SDK; what it is used for tells
        yield Reference(symbol, Span(use.start, end), "name", known.is_flyte1(symbol))
        return
    if isinstance(value, Node) and attributes:
        yield from _node_attribute(value, attributes[0])
    elif isinstance(value, Instance) and attributes:
        for count in range(len(attributes), 0, -1):
            name = ".".join(a[0] for a in attributes[:count])
            if known.attribute(value.of, name) is not None:
                span = Span(attributes[0][1], attributes[count - 1][2])
                flyte1 = not value.of.startswith("flyte.")
                yield Reference(f"{value.of}.{name}", span, "attribute", flyte1, value.of, name)
                return
        if value.of.startswith("flyte."):
            name, start, end = attributes[0]
            yield Reference(f"{value.of}.{name}", Span(start, end), "attribute", False, value.of, name)


def _longest(symbol: str, end: int, attributes: list[tuple[str, int, int]], known: Catalog) -> tuple[str, int]:
    """The thing that a dotted chain names, and where its name ends: `logger` of `logger.info`, all of `fk.core.x.y`."""
    best = (symbol, end) if _is_thing(symbol, known) else None
    for name, _, stop in attributes:
        longer = known.canonical(f"{symbol}.{name}")
        if _is_thing(longer, known) or known.attribute(symbol, name) is not None:
            best = (longer, stop)
        symbol, end = longer, stop
    return best or (symbol, end)


def _is_thing(symbol: str, known: Catalog) -> bool:
    row = known.symbol(symbol)
    return row is not None and row.kind != "module"


_NODE_OUTPUT = re.compile(r"o\d+$|outputs$")


def _node_attribute(node: Node, attribute: tuple[str, int, int]) -> Iterator[Reference]:
    name, start, end = attribute
    if name in ("with_overrides", "runs_before"):
        yield Reference(f"node.{name}", Span(start, end), "attribute", True, "node", name)
    elif node.named or _NODE_OUTPUT.match(name):
        yield Reference("node.outputs", Span(start, end), "attribute", True, "node", name)


def _owner(use: Keywords, ordinal: int, names: Names) -> str | None:
    """The canonical name of what is called with keywords."""
    func = names.value(use.call.func, ordinal)
    if isinstance(func, Symbol) and func.name == "functools.partial":
        func = names.value(use.call.first, ordinal)
    if isinstance(func, Symbol) and interesting(func):
        return func.name
    if not isinstance(func, Instance):
        return None
    made = names.catalog.symbol(func.of)
    return None if made is not None and made.kind == "class" else func.of  # calling a task object passes its inputs
