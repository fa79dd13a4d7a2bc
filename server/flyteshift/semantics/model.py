"""The semantic model of a document: which expressions denote Flyte things, and what is defined.

A model is built per version of a document. What the statements say (facts.py) and refer to is taken over from the
model before, so that typing re-reads only the statement that changes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import takewhile
from typing import Any

import tree_sitter

from flyteshift.catalog.load import catalog
from flyteshift.semantics.evaluate import NOTHING_IMPORTED, Imported, Names
from flyteshift.semantics.expressions import Event, Expr
from flyteshift.semantics.facts import read, read_text
from flyteshift.semantics.outline import outlined
from flyteshift.semantics.reader import Facts, FunctionFact
from flyteshift.semantics.references import Reference, references_of
from flyteshift.semantics.split import split_lines
from flyteshift.semantics.values import Entity, Value
from flyteshift.text import Document, Span


@dataclass(frozen=True)
class FunctionDefinition:
    """A function of the document. `node` is its `function_definition` or `decorated_definition`."""

    name: str
    span: Span
    entity: Entity | None
    symbol: str | None
    """The canonical Flyte 1 symbol of the decorator that makes it an entity."""
    parent: FunctionDefinition | None
    top_level: bool


@dataclass(eq=False)
class Statement:
    """A top-level statement of one version, its references with offsets from its start."""

    span: Span
    facts: Facts
    ordinal: int
    references: tuple[Reference, ...] = ()
    derived: dict[str, Any] = field(default_factory=dict)
    """What upper layers derive from the references; kept as long as these are the same."""


class _Outlined(Statement):
    """One whose references are found when they are asked for."""

    def __init__(self, span: Span, facts: Facts, ordinal: int, refer: Callable[[Facts, int], tuple[Reference, ...]]):
        self.span, self.facts, self.ordinal, self.derived = span, facts, ordinal, {}
        self._refer = refer

    @cached_property
    def references(self) -> tuple[Reference, ...]:  # type: ignore[override]
        return self._refer(self.facts, self.ordinal)


_NOTHING: frozenset[str] | None = frozenset()
_MENTIONS = re.compile(r"flyte|union")


@dataclass(eq=False)
class Model:
    """What a document says in terms of Flyte."""

    document: Document
    statements: tuple[Statement, ...]
    names: Names
    bindings: tuple[object, ...]
    _facts: dict[str, Facts] = field(repr=False, default_factory=dict)

    def references(self) -> list[Reference]:
        """All references, absolute spans, in text order."""
        return [r._replace(span=r.span.shifted(s.span.start)) for s in self.statements for r in s.references]

    def at(self, offset: int) -> Reference | None:
        """The innermost reference that a caret at `offset` touches."""
        statement = self._statement_at(offset)
        if statement is None:
            return None
        inside = [r for r in statement.references if r.span.contains(offset - statement.span.start)]
        if not inside:
            return None
        best = min(inside, key=lambda r: (r.span.end - r.span.start, -r.span.start))
        return best._replace(span=best.span.shifted(statement.span.start))

    def value(self, node: tree_sitter.Node) -> Value | None:
        """What an expression node of `document.tree` denotes; None where that is not known."""
        statement = self._statement_at(self.document.code_point(node.start_byte))
        if statement is None:
            return None
        expr = self._values(statement).get((node.start_byte, node.end_byte, node.type))
        return self.names.value(expr, statement.ordinal)

    def definition(self, name: str) -> Span | None:
        """Where a module-level name is last bound: the first line of that statement."""
        statement = self.binding(name)
        if statement is None:
            return None
        start = statement.span.start
        return Span(start, min(self.document.lines.end_of(self.document.lines.line_of(start)), statement.span.end))

    def binding(self, name: str) -> Statement | None:
        """The last top-level statement that binds a module-level name."""
        return self._definitions.get(name)

    @cached_property
    def _definitions(self) -> dict[str, Statement]:
        """The last statement that binds each module-level name."""
        return {name: statement for statement in self.statements for name in statement.facts.module.events}

    def functions(self) -> list[FunctionDefinition]:
        """Every function of the document, outer ones before those inside them."""
        return [function for statement in self.statements for function in self._functions(statement)]

    @cached_property
    def uses_flyte1(self) -> bool:
        """True where the document uses Flyte 1 at all."""
        return any(r.flyte1 for s in self.statements for r in s.references)

    def _functions(self, statement: Statement) -> Iterator[FunctionDefinition]:
        made: dict[int, FunctionDefinition] = {}
        for fact in statement.facts.functions:
            value = self.names.definition(fact.definition, statement.ordinal)
            entity = value if isinstance(value, Entity) else None
            made[id(fact)] = FunctionDefinition(
                fact.name,
                Span(fact.start, fact.end).shifted(statement.span.start),
                entity,
                entity.symbol if entity else None,
                made.get(id(fact.parent)) if fact.parent else None,
                _is_top(fact),
            )
            yield made[id(fact)]

    def _statement_at(self, offset: int) -> Statement | None:
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return None
        statement = self.statements[index]
        return statement if statement.span.contains(offset) else None

    @cached_property
    def _starts(self) -> list[int]:
        return [statement.span.start for statement in self.statements]

    @cached_property
    def _tops(self) -> tuple[list[tree_sitter.Node], list[int]]:
        """The nodes at the top level, and where they end, in bytes."""
        nodes = self.document.tree.root_node.children
        return nodes, [node.end_byte for node in nodes]

    def _values(self, statement: Statement) -> dict[tuple[int, int, str], Expr]:
        cached: dict[int, dict[tuple[int, int, str], Expr]] = self.__dict__.setdefault("_expressions", {})
        if id(statement) not in cached:
            document = self.document
            start, end = (document.byte_offset(at) for at in statement.span)
            nodes, ends = self._tops
            values: dict[tuple[int, int, str], Expr] = {}
            for node in takewhile(lambda n: n.start_byte < end, nodes[bisect_right(ends, start) :]):
                facts = read(node, document.data, _relative(document, statement.span.start), values=True)
                # Scopes of this second reading belong to it; module-level names are found through `names`.
                values.update(facts.values or {})
            cached[id(statement)] = values
        return cached[id(statement)]


def build(
    document: Document,
    previous: Model | None = None,
    *,
    whole: bool = False,
    outline: bool = False,
    imported: Imported = NOTHING_IMPORTED,
) -> Model:
    """The model of a document; `previous` is the model of an earlier version, from which unchanged parts are taken.

    A document that does not mention Flyte gets an empty model, unless `whole` asks for what it binds all the same.
    `outline` leaves out what plain functions and classes say (see outline.py), for who asks what the module binds,
    exports and uses of other files. `imported` tells what other files of the project give to this one; with the same as
    before nothing is read again.
    """
    known = catalog()
    if not whole and not imported and not _MENTIONS.search(document.text):
        return Model(document, (), Names(known, {}), ())
    if outline and not document.tree.root_node.has_error:
        facts = outlined(document, partial(_read, document), imported)
    else:
        facts = _facts(document, previous._facts if previous else {})
    bindings: list[object] = []
    ordinals: list[int] = []
    for _, fact in facts:
        key = _binding_key(fact)
        if key:
            bindings.append(key)
        # Odd where the statement binds names itself, so that one that only follows it is after all of it.
        ordinals.append(2 * len(bindings) - bool(key))
    kept: dict[int, Statement] = {}
    if previous is not None:
        kept = {id(s.facts): s for s in previous.statements}
    if previous is not None and list(previous.bindings) == bindings and previous.names.imported == imported:
        names, changed = previous.names, _NOTHING
    else:
        names = Names(known, _events(facts, ordinals), imported)
        # A few statements are sooner read anew than many names compared.
        changed = _changed(previous.names if previous else None, names) if len(facts) * 4 > len(names.events) else None

    def refer(fact: Facts, ordinal: int) -> tuple[Reference, ...]:
        return tuple(sorted(references_of(fact, ordinal, names, document), key=_by_span))

    statements: list[Statement] = []
    for (span, fact), ordinal in zip(facts, ordinals, strict=True):
        if outline:
            statements.append(_Outlined(span, fact, ordinal, refer))
            continue
        old = kept.get(id(fact))
        if (
            old is not None
            and changed is not None
            and (not changed or changed.isdisjoint(fact.roots))
            and (old.ordinal == ordinal or names.placed.isdisjoint(fact.roots))
        ):
            statements.append(Statement(span, fact, ordinal, old.references, old.derived))
        else:
            statements.append(Statement(span, fact, ordinal, refer(fact, ordinal)))
    table = {fact.source: fact for _, fact in facts}
    return Model(document, tuple(statements), names, tuple(bindings), table)


def _facts(document: Document, known: dict[str, Facts]) -> list[tuple[Span, Facts]]:
    """The statements' spans and facts; those whose text is known are not read again."""
    root, text, offset = document.tree.root_node, document.text, document.code_point
    found: list[tuple[Span, Facts]] = []
    if root.has_error:
        for span in split_lines(text, document.lines):
            source = text[span.start : span.end]
            fact = known.get(source)
            if fact is None:
                fact = read_text(source)
                fact.source = source
            found.append((span, fact))
        return found
    for node in root.children:
        if node.type == "comment":
            continue
        span = Span(offset(node.start_byte), offset(node.end_byte))
        found.append((span, known.get(text[span.start : span.end]) or _read(document, node, span)))
    return found


def _read(document: Document, node: tree_sitter.Node, span: Span) -> Facts:
    """The facts of a statement by its node."""
    fact = read(node, document.data, _relative(document, span.start))
    fact.source = document.text[span.start : span.end]
    return fact


def _relative(document: Document, start: int) -> Callable[[int], int]:
    if document.is_ascii:
        return lambda byte: byte - start
    return lambda byte: document.code_point(byte) - start


def _binding_key(fact: Facts) -> tuple[tuple[str, str], ...]:
    """What decides the module-level names that a statement binds."""
    key: tuple[tuple[str, str], ...] | None = fact.__dict__.get("_key")
    if key is None:
        key = tuple((name, event.key) for name, events in fact.module.events.items() for event in events)
        fact.__dict__["_key"] = key
    return key


def _events(facts: list[tuple[Span, Facts]], ordinals: list[int]) -> dict[str, list[tuple[int, Event]]]:
    events: dict[str, list[tuple[int, Event]]] = {}
    for (_, fact), ordinal in zip(facts, ordinals, strict=True):
        for name, found in fact.module.events.items():
            events.setdefault(name, []).extend((ordinal, event) for event in found)
    return events


def _changed(old: Names | None, new: Names) -> frozenset[str] | None:
    """The names whose meaning may differ between two versions; None: any may, because star imports or files changed."""
    if old is None:
        return frozenset(new.events)
    if old.stars != new.stars or old.imported != new.imported:
        return None
    names = {*old.events, *new.events}
    unsure = old.placed | new.placed
    return frozenset(n for n in names if n in unsure or old.final(n) != new.final(n))


def _by_span(reference: Reference) -> tuple[int, int]:
    return reference.span.start, -reference.span.end


def _is_top(fact: FunctionFact) -> bool:
    return fact.parent is None and fact.outer.kind == "module"
