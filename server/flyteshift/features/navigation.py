"""Where tasks, workflows and launch plans are defined and used, over all files of the workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, Span
from flyteshift.workspace.entries import Entry, Place
from flyteshift.workspace.index import Index
from flyteshift.workspace.summary import Defined, Summary, Use, of_model

Read = Callable[[str], Document | None]
"""Gives the text of a file as it is now: that of an open document, else that on disk."""
MOST_SYMBOLS = 300


class Location(NamedTuple):
    """A span of a file."""

    document: Document
    span: Span


@dataclass(frozen=True)
class Item:
    """An entity for a list: of symbols, or of calls."""

    place: Place
    kind: str
    detail: str
    location: Location
    """Its name."""
    whole: Span
    """All of its definition."""


@dataclass(frozen=True)
class CallOf:
    """One that calls or is called, with the places of the calls in the caller's file."""

    item: Item
    at: tuple[Span, ...]


class Looked:
    """An open document as it is now, and the index around it."""

    def __init__(self, index: Index, path: str, model: Model) -> None:
        self.index, self.path = index, path
        self.document = model.document
        self.summary = _summary(model)
        entry = index.entries.get(path) or Entry(0, 0, "", (), False)
        self.entry = entry._replace(summary=self.summary)

    def place(self, offset: int) -> tuple[Place, Span] | None:
        """What a caret is on, and the name's span: a definition, or a name that is used."""
        for defined in self.summary.defined:
            if defined.start <= offset <= defined.end:
                return Place(self.path, defined.name), Span(defined.start, defined.end)
        for use in self.summary.uses:
            if use.start <= offset <= use.end:
                place = self._resolve(use, offset)
                if place is not None:
                    return place, Span(use.start, use.end)
        return None

    def uses(self) -> Iterable[tuple[Use, Place]]:
        """What the document names of the workspace."""
        for use in self.summary.uses:
            place = self._resolve(use)
            if place is not None:
                yield use, place

    def _resolve(self, use: Use, offset: int | None = None) -> Place | None:
        target = use.target
        if target in self.summary.exports and "." not in target and self.summary.exports[target][0] != "import":
            return Place(self.path, target)
        if offset is not None and self.document.text[use.start : use.end] == target:
            # In `import a.b` or `a.b.f` the caret may be on a part.
            stop = target.find(".", max(offset - use.start, 0))
            target = target[:stop] if stop > 0 else target
        return self.index.resolve_use(self.path, use._replace(target=target))


def definition(looked: Looked, offset: int, read: Read) -> Location | None:
    """Where what a caret is on is defined."""
    found = looked.place(offset)
    return location(looked.index, found[0], read) if found is not None else None


def references(looked: Looked, offset: int, read: Read, *, declaration: bool) -> list[Location]:
    """The places that name what a caret is on, in order of files; with `declaration`, where it is defined too."""
    found = looked.place(offset)
    if found is None:
        return []
    place = found[0]
    spans: dict[str, list[Span]] = {}
    for reference in looked.index.references(place):
        if reference.path != looked.path:
            spans.setdefault(reference.path, []).append(Span(reference.use.start, reference.use.end))
    spans[looked.path] = [Span(use.start, use.end) for use, other in looked.uses() if other == place]
    locations = []
    if declaration:
        defined = location(looked.index, place, read)
        locations += [defined] if defined is not None else []
    for path in sorted(spans):
        document = looked.document if path == looked.path else read(path)
        if document is not None:
            locations += [Location(document, span) for span in spans[path] if span.end <= len(document.text)]
    return locations


def symbols(indexes: Iterable[Index], query: str, read: Read) -> list[Item]:
    """The entities whose names hold the letters of a query in order, the closest first."""
    wanted = query.lower()
    found = []
    for index in indexes:
        for path, defined in index.everything():
            rank = _rank(defined.name.lower(), wanted)
            if rank is not None:
                found.append((rank, defined.name, path, defined, index))
    items = []
    for _, _, path, defined, index in sorted(found, key=lambda each: each[:3])[:MOST_SYMBOLS]:
        item = _item(index, Place(path, defined.name), defined, read)
        items += [item] if item is not None else []
    return items


def item(index: Index, place: Place, read: Read) -> Item | None:
    """The entity at a place."""
    defined = index.defined(place)
    return _item(index, place, defined, read) if defined is not None else None


def incoming(index: Index, place: Place, read: Read) -> list[CallOf]:
    """Who calls an entity: workflows, tasks, launch plans, and other code by its function."""
    callers: dict[Place, list[Span]] = {}
    for reference in index.references(place):
        use = reference.use
        if use.within and Place(reference.path, use.within) != place:
            callers.setdefault(Place(reference.path, use.within), []).append(Span(use.start, use.end))
    return _calls(index, callers, read)


def outgoing(index: Index, place: Place, read: Read) -> list[CallOf]:
    """Which entities one calls, also by way of plain functions."""
    called: dict[Place, list[Span]] = {}
    for other, use in index.callees(*place):
        called.setdefault(other, []).append(Span(use.start, use.end))
    return _calls(index, called, read)


def location(index: Index, place: Place, read: Read) -> Location | None:
    """Where a name of a file is defined."""
    document = read(place.path)
    if document is None:
        return None
    if not place.name:
        return Location(document, Span(0, 0))
    defined = index.defined(place)
    if defined is not None and document.text[defined.start : defined.end] == defined.name:
        return Location(document, Span(defined.start, defined.end))
    span = build(document, whole=True).definition(place.name)
    return Location(document, span) if span is not None else None


def module(index: Index, path: str) -> str:
    """How a file is called for people: its path below the folder, with dots."""
    relative = Path(path).relative_to(index.root_of(path)).with_suffix("")
    parts = relative.parts[:-1] if relative.name == "__init__" and len(relative.parts) > 1 else relative.parts
    return ".".join(parts[1:] if parts[0] == "src" and len(parts) > 1 else parts)


def _calls(index: Index, found: dict[Place, list[Span]], read: Read) -> list[CallOf]:
    calls = []
    for place, spans in found.items():
        made = item(index, place, read) or _plain(place, read)
        if made is not None:
            calls.append(CallOf(made, tuple(sorted(spans))))
    return calls


def _plain(place: Place, read: Read) -> Item | None:
    """A function or variable that is no entity."""
    document = read(place.path)
    span = build(document, whole=True).definition(place.name) if document is not None else None
    if document is None or span is None:
        return None
    return Item(place, "function", "", Location(document, span), span)


def _item(index: Index, place: Place, defined: Defined, read: Read) -> Item | None:
    found = location(index, place, read)
    if found is None:
        return None
    whole = Span(min(defined.whole_start, found.span.start), max(defined.whole_end, found.span.end))
    return Item(place, defined.kind, f"{defined.kind.replace('_', ' ')} in {module(index, place.path)}", found, whole)


def _summary(model: Model) -> Summary:
    if not model.statements and model.document.text:
        model = build(model.document, whole=True, imported=model.names.imported)
    return of_model(model)


def _rank(name: str, wanted: str) -> int | None:
    """How far a name is from a query: 0 the same, then beginning with it, holding it, holding its letters in order."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    if wanted in name:
        return 2
    letters = iter(name)
    return 3 if all(letter in letters for letter in wanted) else None
