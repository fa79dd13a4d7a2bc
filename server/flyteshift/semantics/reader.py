"""One walk over the syntax tree of a statement: the state that it carries, and what binds a name to a scope."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import tree_sitter

from flyteshift.semantics.expressions import (
    Definition,
    Event,
    Expr,
    Path,
    Scope,
    Use,
)


@dataclass(eq=False)
class FunctionFact:
    """A function definition: offsets from the start of the statement."""

    name: str
    start: int
    end: int
    definition: Definition
    scope: Scope
    outer: Scope
    parent: FunctionFact | None


_ANY_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(eq=False)
class Facts:
    """What one top-level statement says. Offsets are code points from its start."""

    module: Scope = field(default_factory=lambda: Scope("module"))
    uses: list[Use] = field(default_factory=list)
    functions: list[FunctionFact] = field(default_factory=list)
    roots: dict[str, list[int]] = field(default_factory=dict)
    """Module-level names, each with the indexes of the uses whose meaning depends on it."""
    always: list[int] = field(default_factory=list)
    """Indexes of the uses that depend on an import of their own."""
    values: dict[tuple[int, int, str], Expr] | None = None
    """Where asked for: (start byte, end byte, type) of an expression node to what it says."""
    source: str = ""
    """The text that was read."""

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of that text, also those of its strings and comments."""
        return frozenset(_ANY_WORD.findall(self.source))


_SKIPPED = frozenset({"comment", "integer", "float", "true", "false", "none", "ellipsis", "string_start", "string_end",
                      "string_content", "escape_sequence", "pass_statement", "break_statement", "continue_statement",
                      "line_continuation", "type_conversion"})  # fmt: skip


class Reader:
    """One walk over one statement."""

    def __init__(
        self, data: bytes, offset: Callable[[int], int], handlers: Mapping[str, Handler], values: bool
    ) -> None:
        self.data, self.offset, self.handlers = data, offset, handlers
        self.facts = Facts(values={} if values else None)
        self.scope = self.facts.module
        self.path: Path = ()
        self.driver: tuple[Expr, ...] = ()
        self.function: FunctionFact | None = None
        self.guarded = False
        self.fragment = 0  # code points to add to offsets while a string annotation is read

    def text(self, node: tree_sitter.Node) -> str:
        """The source of a node."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def span(self, node: tree_sitter.Node) -> tuple[int, int]:
        """A node's span, from the statement's start."""
        return self.offset(node.start_byte), self.offset(node.end_byte)

    def bind(self, name: str, offset: int, value: Expr | None, key: str = "") -> None:
        """Binds a name in the scope of the walk; comprehensions leave theirs to the scope around them."""
        scope = self.scope
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self.bind_in(scope, name, Event(offset, self.path, None if self.guarded else value, key))

    def bind_in(self, scope: Scope, name: str, event: Event) -> None:
        """Binds a name in a scope, or where `global` and `nonlocal` say."""
        where = scope.elsewhere.get(name)
        if where == "global":
            event = event._replace(path=(*event.path, (-1, 0, False)))
            scope = self.facts.module
        elif where == "nonlocal":
            owner = scope.parent
            while owner is not None and owner.kind == "function" and name not in owner.events:
                owner = owner.parent
            if owner is None or owner.kind != "function":
                return
            event = event._replace(path=(*event.path, (-1, 0, False)))
            scope = owner
        scope.events.setdefault(name, []).append(event)

    def inside(self, node: tree_sitter.Node, branch: int, arm: int, exclusive: bool) -> None:
        """Visits a node as one arm of a branching statement."""
        before = self.path
        self.path = (*before, (branch, arm, exclusive))
        self.visit(node)
        self.path = before

    def visit_all(self, nodes: Iterable[tree_sitter.Node]) -> None:
        """Visits nodes in order."""
        for node in nodes:
            self.visit(node)

    def visit(self, node: tree_sitter.Node) -> Expr | None:
        """Notes what a node binds and uses; gives what it says where it is an expression."""
        kind = node.type
        if kind in _SKIPPED:
            return None
        handler = self.handlers.get(kind)
        if handler is None:
            self.visit_all(node.named_children)
            return None
        value = handler(self, node)
        if value is not None and self.facts.values is not None and not self.fragment:
            self.facts.values[node.start_byte, node.end_byte, kind] = value
        return value


Handler: TypeAlias = "Callable[[Reader, tree_sitter.Node], Expr | None]"
