"""What a step gives, and what steps share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from flyteshift.migration import callees, tasks
from flyteshift.migration.data.held import parts
from flyteshift.migration.draft import Draft, Note
from flyteshift.migration.foreign import Outside
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Entity, Symbol
from flyteshift.text import Document, Edit, Span


def with_tasks(model: Model, outside: Outside | None) -> Draft:
    """A draft of a module that knows its tasks and workflows."""
    draft = Draft(model, {}, outside)
    draft.tasks = {t.name: t for t in tasks.find(draft)}
    return draft


@dataclass(frozen=True)
class Written:
    """The edits that write a module plainer, and what to say of them; notes are placed in the text before."""

    edits: list[Edit] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    afterwards: Callable[[Document], list[Edit] | None] | None = None
    """Gives edits of the module once it is migrated; None where it does not find what it wants to change."""
    unread: list[Span] = field(default_factory=list)
    """The imported names that only code which goes has read."""

    def without_unread(self, document: Document, stays: Collection[Span]) -> Written:
        """The same with edits that take those imports out, but for names that `stays` keeps for other code."""
        gone = [span for span in self.unread if span not in stays]
        return replace(self, edits=[*self.edits, *imports.replace(document, gone, [])]) if gone else self

    def original(self, span: Span) -> Span:
        """Where a place of the edited text stands in the text before; what edits have put in, at their start."""
        return Span(_before(self.edits, span.start), _before(self.edits, span.end))


def _before(edits: Sequence[Edit], offset: int) -> int:
    """The offset in the text before the edits of an offset in the text after them."""
    shift = 0
    for (start, end), new in sorted(edits, key=lambda e: e.span):
        if offset < start + shift:
            break
        if offset < start + shift + len(new):
            return start
        shift += len(new) - (end - start)
    return offset - shift


def spelled(draft: Draft, symbol: str) -> tuple[str, list[Edit]] | None:
    """How a module says a thing of flytekit at its top level, `task` or `fk.task`, with the edits that import it.

    None where the name that it would be imported by means something else already.
    """
    name = symbol.rpartition(".")[2]
    for wanted, rest in ((symbol, ""), ("flytekit", f".{name}")):
        found = _imported(draft, wanted)
        if found is not None:
            return found + rest, []
    if name in draft.model.names.events:
        return None
    beside = [r.span for r in draft.references if r.kind == "import"]
    return name, imports.replace(draft.document, [], [f"from flytekit import {name}"], beside)


def _imported(draft: Draft, symbol: str) -> str | None:
    """The name that a module binds to a thing of flytekit and to nothing else."""
    names = draft.model.names
    found = (n for n in names.events if n not in names.multiple and names.final(n) == Symbol(symbol))
    return next(found, None)


def unread(draft: Draft, gone: Sequence[Node], added: Sequence[str] = ()) -> list[Edit]:
    """The edits that take imported names out which nothing reads but the code that goes, and put statements in."""
    root = draft.document.tree.root_node
    names = {text(n) for each in gone for n in walk(each) if n.type == "identifier"}
    found = []
    for name in names:
        reads = [n for n in callees.loads(root, name) if n.parent is None or n.parent.type != "dotted_name"]
        if all(any(g.start_byte <= n.start_byte and n.end_byte <= g.end_byte for g in gone) for n in reads):
            found.append(name)
    imported = [imports.name_of(n) for s in imports.statements(draft.document) for n in s.names]
    spans = [draft.document.span(n) for n in imported if n.type == "dotted_name" and text(n) in found]
    spans = [s for s in spans if not any(r.flyte1 and r.span == s for r in draft.references)]
    beside = [r.span for r in draft.references if r.kind == "import"]
    return imports.replace(draft.document, spans, added, beside) if spans or added else []


def exported(draft: Draft, variable: str) -> bool:
    """True where a module offers a name to others: in `__all__`, or another file reads it."""
    shared = draft.outside is not None and variable in draft.outside.shared
    return shared or any(
        statement.type == "expression_statement"
        and text(statement).startswith("__all__")
        and any(n.type == "string" and text(n).strip("\"'") == variable for n in walk(statement))
        for statement in draft.document.tree.root_node.children
    )


def assignment(statement: Node) -> tuple[str, Node] | None:
    """The name and the value of a statement `name = value`."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type != "assignment" or inner.child_by_field_name("type") is not None:
        return None
    left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if left is None or right is None or left.type != "identifier":
        return None
    return text(left), right


def definitions(document: Document, found: Sequence[tuple[Node, Node, str]]) -> list[Edit]:
    """The edits that put definitions in the places of top-level statements, two blank lines around each.

    `found` has the first and the last of the statements whose place a definition takes.
    """
    ends = {last.id for _, last, _ in found}
    edits: list[Edit] = []
    for first, last, code in found:
        before = first.prev_named_sibling
        while before is not None and before.type == "comment":
            before = before.prev_named_sibling
        edits += _apart(document, first, last, code, before is not None and before.id in ends)
    return edits


def _apart(document: Document, statement: Node, until: Node, code: str, joined: bool) -> Iterator[Edit]:
    """The edits of one definition; `joined` tells that the one above it has made the gap between them."""
    lines = document.lines
    start, end = document.span(statement).start, document.span(until).end
    newline = lines.newline_at(start)
    first, last = lines.line_of(start), lines.line_of(end)
    above = first
    while above > 0 and lines.line_text(above - 1).startswith("#"):
        above -= 1
    blank_above = _blank(document, above - 1, -1)
    blank_below = _blank(document, last + 1, 1)
    top = newline * (2 - blank_above) if blank_above is not None and not joined else ""
    bottom = newline * (2 - blank_below) if blank_below is not None else ""
    if above != first and top:
        yield Edit(Span(lines.starts[above], lines.starts[above]), top)
        top = ""
    yield Edit(Span(start, end), top + code.replace("\n", newline) + bottom)


def _blank(document: Document, line: int, step: int) -> int | None:
    """How many blank lines stand from a line on, two at most; None where nothing but such follows."""
    found = 0
    while 0 <= line < len(document.lines):
        if document.lines.line_text(line).strip():
            return min(found, 2)
        found, line = found + 1, line + step
    return None


def entities(draft: Draft) -> Iterator[tuple[Node, str]]:
    """The top-level tasks and workflows of a module, with their kinds."""
    for statement in draft.document.tree.root_node.children:
        function = statement.child_by_field_name("definition")
        name = text(function.child_by_field_name("name")) if function is not None else ""
        value = draft.model.names.final(name) if name and name not in draft.model.names.multiple else None
        if function is not None and function.type == "function_definition" and isinstance(value, Entity):
            yield function, value.kind


def hints(function: Node) -> Iterator[Node]:
    """The annotations of parameters and result."""
    holder = function.child_by_field_name("parameters")
    for parameter in holder.named_children if holder is not None else ():
        kind = parameter.child_by_field_name("type")
        if kind is not None:
            yield kind
    kind = function.child_by_field_name("return_type")
    if kind is not None:
        yield kind


def annotated(annotation: Node) -> Iterator[tuple[Node, Node, Node, Node]]:
    """Each `Annotated[T, call(...)]` in an annotation: the whole, the name `Annotated`, `T`, and what is called."""
    for node in walk(annotation):
        head, given = parts(node) if node.type in ("subscript", "generic_type") else (None, [])
        calls = [c for n in given[1:] for c in walk(n) if c.type == "call"]
        function = calls[0].child_by_field_name("function") if len(calls) == 1 else None
        if head is None or text(head).rpartition(".")[2] != "Annotated" or len(given) != 2 or function is None:
            continue
        yield node, head, given[0], function
