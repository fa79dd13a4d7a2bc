"""A plan in the making: which Flyte 1 references are taken care of, by which edits, and what stands in the way.

Every part of a migration claims the references that it handles. What nobody claims in the end is an obstacle, so a
Flyte 1 usage that nobody thought of is refused and never left behind or guessed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from tree_sitter import Node

from flyteshift.catalog.load import SymbolRow, catalog
from flyteshift.migration.foreign import Outside
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Style
from flyteshift.semantics.model import Model
from flyteshift.semantics.references import Reference
from flyteshift.semantics.values import Entity, Instance, Symbol
from flyteshift.text import Document, Edit, Span, apply_edits
from flyteshift.workspace.project import Defined

if TYPE_CHECKING:
    from flyteshift.migration.starts import Start
    from flyteshift.migration.tasks import Task


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a module is not migrated: a place, the reason, and the Flyte 1 symbol (empty where it is none)."""

    span: Span
    message: str
    symbol: str = ""


NoteKind = Literal["", "sequential", "gathered", "test"]
"""Whether a note tells that branches which were parallel run one after the other, or that they still are parallel; or
that a test has to be rewritten by hand."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a reviewer should know of a migration that is made."""

    span: Span
    message: str
    kind: NoteKind = ""


_WHOLE = frozenset({"expression_statement", "return_statement"})
_STATEMENTS = frozenset({"expression_statement", "return_statement", "block", "module", "assignment"})

PLUGIN = (
    "flyteshift does not know `{0}`, a plugin of Flyte 1: do what it does in an `@env.task` function, or with a plugin "
    "of your own (`flyte.extend`), then migrate."
)
OLD = (
    "`{0}` is of the first flytekit, and Flyte 1 has it no longer: write functions with `@task` and `@workflow`, "
    "then migrate."
)
_OLD = frozenset({"sdk", "common", "contrib", "engines", "type_engines", "legacy", "annotated", "plugins"})
"""Modules that flytekit had before 1.0 (measured with 1.16: it has none of them)."""

Handler = Callable[["Draft", Node], "str | None"]
"""Gives the new source of a node; None where it has refused."""

Later = Callable[[Document, Callable[[int], int]], "list[Edit]"]
"""Gives edits of the code that a plan has made so far; the function tells where an offset of the document is in it."""

StatementHandler = Callable[["Draft", Node], "list[Edit] | None"]
"""Gives the edits of a whole statement; None where it is none of its own."""


class Draft:
    """The state of one migration; see the module's text."""

    def __init__(self, model: Model, handlers: Mapping[str, Handler], outside: Outside | None = None) -> None:
        self.model = model
        self.outside = outside
        self.document = model.document
        self.handlers = handlers
        self.statements: Sequence[StatementHandler] = ()
        self.tasks: dict[str, Task] = {}
        """The module's tasks and workflows by name."""
        self.inline: list[Edit] = []
        """Edits at results of tasks, which also hold inside of code that a handler prints anew."""
        self.awaited: dict[str, str] = {}
        """The tasks called as `await f.aio(...)`, with a function that calls each."""
        self.watched: set[int] = set()
        """Where calls start that are Flyte 1's though nothing in them names it."""
        self.tolerated: set[int] = set()
        """Where maps are called of whose elements some may fail."""
        self.limited: set[int] = set()
        """Where maps are called that are written out, with a limit of how many calls may run at once."""
        self.references = [r for r in model.references() if r.flyte1]
        self.obstacles: list[Obstacle] = []
        self.notes: list[Note] = []
        self.imports: set[str] = set()
        self.stays: frozenset[Span] = frozenset()
        """Imported names that are kept, for code that is not looked at."""
        self.done: list[str] = []
        self.handed: set[Span] = set()
        """Where a task is a value that is taken care of, as in `LaunchPlan.create("name", workflow)`."""
        self.gone: list[Span] = []
        """Code that is not printed anew; what only it imports goes as well."""
        self.later: list[Later] = []
        """What is laid out anew once everything else has changed."""
        self.environments: dict[str, str] = {}
        self.base = ""
        """What the names of the module's environments start with."""
        self.templates: dict[str, str] = {}
        """The module's tasks that are objects, such as a `ContainerTask`: variable and class."""
        self.foreign: set[str] = set()
        """The names under which the module calls tasks of other files."""
        self.awaitable: dict[str, Defined] = {}
        """Those of them that are `async`."""
        self.named: set[str] = set()
        """The NamedTuples of other files that results are put into."""
        self.laid: set[str] = set()
        """The workflows whose branches are laid out one after the other (see policies.py)."""
        self.naming: dict[str, set[str]] | None = None
        """Which functions and classes of the module each of them names, once that is asked for."""
        self.starts: Mapping[str, Start] = {}
        """What direct calls of the module's tasks need (see starts.py)."""
        self.calling: set[str] | None = None
        """The plain functions that call tasks, once they are asked for."""
        self.folders: dict[int, str] | None = None
        """The variable of each read of a task's working directory, once they are asked for (see contexts.py)."""
        self.style = style_of(model.document)
        self._claimed: set[Span] = set()
        self._doubts: list[tuple[Span, Obstacle]] = []
        self._starts = [r.span.start for r in self.references]

    def refuse(self, at: Node | Span, message: str, symbol: str = "") -> None:
        """Record an obstacle."""
        self.obstacles.append(Obstacle(self.span(at), message, symbol))

    def doubt(self, at: Node, message: str) -> None:
        """Record an obstacle, unless it stands inside a Flyte 1 call that is one itself (see `settled`)."""
        around = at
        while around.parent is not None and around.type not in _STATEMENTS:
            around = around.parent
            function = around.child_by_field_name("function") if around.type == "call" else None
            if function is not None and function != at and self.uses(function):
                self._doubts.append((self.span(function), Obstacle(self.span(at), message)))
                return
        self.refuse(at, message)

    def settled(self) -> list[Obstacle]:
        """All obstacles: those recorded, the references that nobody claimed, and the doubts that no such one covers."""
        open_ = [Obstacle(r.span, reason(r), r.symbol) for r in self.unclaimed()]
        left = {o.span for o in open_}
        covered = [span for span, _ in self._doubts if any(span.start <= s.start and s.end <= span.end for s in left)]
        return [*self.obstacles, *open_, *(o for span, o in self._doubts if span not in covered)]

    def note(self, at: Node | Span, message: str) -> None:
        """Record what a reviewer should know."""
        self.notes.append(Note(self.span(at), message))

    def span(self, at: Node | Span) -> Span:
        """The span of a node."""
        return at if isinstance(at, Span) else self.document.span(at)

    def claim(self, at: Node | Span) -> None:
        """Take care of the references at exactly this place."""
        self._claimed.add(self.span(at))

    def claim_within(self, at: Node | Span) -> None:
        """Take care of all references inside: the code goes."""
        self._claimed.update(r.span for r in self.uses(at))

    def unclaimed(self) -> Iterator[Reference]:
        """The references that nobody takes care of."""
        return (r for r in self.references if r.span not in self._claimed)

    def uses(self, at: Node | Span) -> list[Reference]:
        """The Flyte 1 references inside a place."""
        start, end = self.span(at)
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end)
        return [r for r in self.references[first:last] if r.span.end <= end]

    def symbol(self, node: Node) -> str | None:
        """The canonical Flyte 1 name that an expression is, `union.task` being `flytekit.task`; None: another thing."""
        span = self.document.span(node)
        for reference in self.uses(span):
            if reference.kind == "name" and reference.span == span:
                return self.model.names.role(reference.symbol)
            if reference.kind == "attribute" and reference.span.end == span.end and node.type == "attribute":
                return reference.symbol
        return None

    def entity(self, node: Node) -> Entity | None:
        """The task or workflow that an expression is: one of this module, or of another file of the project."""
        value = self.model.value(node)
        if isinstance(value, Symbol) and self.outside is not None:
            return self.outside.entity(value.name, text(node))
        if isinstance(value, Instance) and self.templates.get(text(node)) == self.model.names.role(value.of):
            return Entity("task", text(node), value.of)
        return value if isinstance(value, Entity) else None

    def edits(self, node: Node) -> list[Edit]:
        """The edits that turn the Flyte 1 expressions inside a node into Flyte 2 ones, where handlers know them."""
        start, end = self.document.span(node)
        if not self.uses(node) and not any(start <= at < end for at in self.watched):
            return []
        if node.type in _WHOLE:
            for statement in self.statements:
                found = statement(self, node)
                if found is not None:
                    return found
        handler = self._handler(node)
        if handler is not None:
            new = handler(self, node)
            if new is None:
                return []
            head = node.child_by_field_name("consequence") if node.type == "if_statement" else None
            return [Edit(self._head(node) if head is not None else self.document.span(node), new)]
        return [edit for child in node.named_children for edit in self.edits(child)]

    def _head(self, node: Node) -> Span:
        """The span of `if ...:` alone."""
        colon = next(c for c in node.children if c.type == ":")
        return Span(self.document.span(node).start, self.document.span(colon).end)

    def source(self, node: Node) -> str:
        """The source of a node after `edits`."""
        return self.between(*self.document.span(node), [node])

    def between(self, start: int, end: int, nodes: Sequence[Node]) -> str:
        """The source between two offsets after the edits of `nodes`, which lie there."""
        edits = self.with_inline([e for node in nodes for e in self.edits(node)], Span(start, end))
        return apply_edits(self.document.text[start:end], [Edit(e.span.shifted(-start), e.text) for e in edits])

    def with_inline(self, edits: list[Edit], span: Span) -> list[Edit]:
        """The edits of a place together with those at results there that none of them has printed anew already."""
        inside = [e for e in self.inline if span.start <= e.span.start and e.span.end <= span.end]
        return [*edits, *(e for e in inside if not any(_covers(o.span, e.span) for o in edits))]

    def _handler(self, node: Node) -> Handler | None:
        if node.type == "if_statement":
            return self.handlers.get("if") if ".is_container" in text(node.child_by_field_name("condition")) else None
        if node.type == "call":
            function = node.child_by_field_name("function")
            symbol = self.symbol(function) if function is not None else None
            held = symbol is None and self.document.span(node).start in self.watched
            if function is not None and (function.type == "call" or held):
                value = self.model.value(function)
                symbol = value.kind if isinstance(value, Entity) else None
            return self.handlers.get(f"{symbol}()") if symbol else None
        if node.type in ("identifier", "attribute"):
            symbol = self.symbol(node)
            return self.handlers.get(symbol) if symbol else None
        return None


def reason(reference: Reference) -> str:
    """Why a reference that nobody claimed stands in the way, and what to do."""
    known = catalog()
    row = None
    if reference.kind == "parameter" and reference.owner and reference.name:
        row = known.param(reference.owner, reference.name)
    elif reference.kind in ("attribute", "operator") and reference.owner and reference.name:
        row = known.attribute(reference.owner, reference.name)
    named = known.symbol(reference.symbol) or known.attribute(*reference.symbol.rpartition(".")[::2])
    message = getattr(row or named or _nearest(reference.symbol), "message", "")
    return message or _unknown(reference.symbol)


def _unknown(symbol: str) -> str:
    """Why a name that the catalog does not hold stands in the way."""
    root, module, *_ = [*symbol.split("."), ""]
    if root == "flytekitplugins" and module:
        return PLUGIN.format(f"{root}.{module}")
    if root == "flytekit" and module in _OLD:
        return OLD.format(f"{root}.{module}")
    return f"`{symbol}` is not migrated by flyteshift yet."


def _nearest(symbol: str) -> SymbolRow | None:
    """The row of a symbol, else that of the class or module that it is part of."""
    while symbol not in ("", "flytekit", "flytekitplugins"):
        row = catalog().symbol(symbol)
        if row is not None:
            return row
        symbol = symbol.rpartition(".")[0]
    return None


def _covers(outer: Span, inner: Span) -> bool:
    """True where an edit lies inside of what another one replaces."""
    if inner.start == inner.end:
        return outer.start < inner.start < outer.end
    return outer.start <= inner.start and inner.end <= outer.end


def style_of(document: Document) -> Style:
    """How new code is laid out in a module: its line ends and the length of its lines."""
    lines, least = document.lines, Style().width
    wide = (i for i, (start, end) in enumerate(pairwise([*lines.starts, len(document.text)])) if end - start > least)
    longest = max((len(lines.line_text(i)) for i in wide), default=least)
    return Style(lines.newline_at(0), min(max(longest, least), 100))
