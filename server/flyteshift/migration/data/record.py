"""What the reading of a module's values finds: edits, obstacles, downloads, and what its functions take and give."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration.data.held import Type, either
from flyteshift.migration.draft import Draft
from flyteshift.text import Edit, Span, apply_edits


@dataclass(frozen=True)
class Scope:
    """The function that code runs in."""

    function: Node | None
    """None at the level of the module."""
    owner: str = ""
    """The top-level function or class around; empty for the module."""
    returns: Type | None = None
    task: bool = False
    waits: bool = False
    """True where `await` may be written."""
    inner: bool = False
    """True in lambdas, comprehensions and nested functions, which have variables of their own."""
    name: str = ""
    """What the function is called by, a method with its class."""


@dataclass(frozen=True)
class Download:
    """A place that needs the local path of a file or folder: `base` is the value, `region` what the path stands for."""

    base: Node
    region: Node
    scope: Scope
    kind: Type
    statement: bool = False
    """True for `file.download()` that gives nothing to anyone."""
    around: tuple[str, str] = ("", "")
    """What is put around the path."""


@dataclass
class Record:
    """What one reading has found; the places of an edit are those of the document."""

    draft: Draft
    edits: dict[tuple[int, int, str], Edit] = field(default_factory=dict)
    refused: dict[tuple[Span, str], Node] = field(default_factory=dict)
    claimed: dict[Span, None] = field(default_factory=dict)
    gone: dict[Span, None] = field(default_factory=dict)
    downloads: dict[tuple[int, int], Download] = field(default_factory=dict)
    imports: dict[str, None] = field(default_factory=dict)
    taken: dict[tuple[str, str], Type | None] = field(default_factory=dict)
    """What plain functions get for parameters without an annotation."""
    given: dict[str, Type | None] = field(default_factory=dict)
    """What plain functions return."""
    kept: dict[tuple[str, str], Type | None] = field(default_factory=dict)
    """What the methods of classes keep in `self`, by class and name."""
    opened: list[tuple[str, Node]] = field(default_factory=list)
    """Where code that is no task opens the frame that a task gives, with the function around."""
    known_taken: dict[tuple[str, str], Type | None] = field(default_factory=dict)
    known_given: dict[str, Type | None] = field(default_factory=dict)
    """What the reading before has found of both."""
    uploads: set[str] = field(default_factory=set)
    """The functions that make a file of a local one, for which Flyte 2 has to be initialised."""
    running: set[str] = field(default_factory=set)
    """The functions that work in a run only: they open frames or write remote files."""

    def span(self, node: Node) -> Span:
        """The span of a node."""
        return self.draft.document.span(node)

    def written(self, node: Node) -> str:
        """The source of a node with the edits that are recorded inside of it."""
        start, end = self.span(node)
        inside = [e for e in self.edits.values() if start <= e.span.start and e.span.end <= end]
        return apply_edits(self.draft.document.source(node), [Edit(e.span.shifted(-start), e.text) for e in inside])

    def put(self, start: int, end: int, new: str) -> None:
        """Replace the text between two offsets."""
        self.edits[(start, end, new)] = Edit(Span(start, end), new)

    def close(self, at: int, new: str) -> None:
        """Insert text at an offset before all that was inserted there."""
        key = (at, at, new)
        self.edits = {key: Edit(Span(at, at), new), **self.edits}

    def replace(self, node: Node, new: str) -> None:
        """Replace a node."""
        self.put(*self.span(node), new)

    def wrap(self, node: Node, before: str, after: str = ")") -> None:
        """Put text around a node."""
        start, end = self.span(node)
        self.put(start, start, before)
        self.put(end, end, after)

    def refuse(self, node: Node, message: str) -> None:
        """Record why the module is left as it is."""
        self.refused[(self.span(node), message)] = node

    def claim(self, node: Node) -> None:
        """Take care of the references at a node."""
        self.claimed[self.span(node)] = None

    def takes(self, function: str, parameter: str, kind: Type | None) -> None:
        """Record what a plain function gets."""
        key = (function, parameter)
        self.taken[key] = either(self.taken[key], kind) if key in self.taken else kind

    def keeps(self, owner: str, name: str, kind: Type | None) -> None:
        """Record what an object keeps."""
        key = (owner, name)
        self.kept[key] = either(self.kept[key], kind) if key in self.kept else kind

    def gives(self, function: str, kind: Type | None) -> None:
        """Record what a plain function returns."""
        self.given[function] = either(self.given[function], kind) if function in self.given else kind
