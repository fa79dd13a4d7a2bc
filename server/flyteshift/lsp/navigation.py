"""Definitions, references, symbols and call hierarchies over the workspace."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from lsprotocol import types

from flyteshift.features import navigation as feature
from flyteshift.features.hover import known
from flyteshift.features.installed import Source
from flyteshift.features.navigation import Item, Location, Looked
from flyteshift.lsp import convert
from flyteshift.lsp.hover import about
from flyteshift.lsp.plain import dig
from flyteshift.lsp.server import Server
from flyteshift.text import Document, Span
from flyteshift.workspace import files
from flyteshift.workspace.entries import Place
from flyteshift.workspace.index import Index

_PATIENCE = 3.0
"""Seconds that a definition in the environment is waited for; one that comes later is there next time."""
_KINDS = {"launch_plan": types.SymbolKind.Event, "workflow": types.SymbolKind.Class, "dynamic": types.SymbolKind.Class}


def register(server: Server) -> None:
    """Take on the requests."""
    server.feature(types.TEXT_DOCUMENT_DEFINITION)(definition)
    server.feature(types.TEXT_DOCUMENT_REFERENCES)(references)
    server.feature(types.WORKSPACE_SYMBOL)(symbols)
    server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)(prepare)
    server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)(incoming)
    server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)(outgoing)


async def definition(ls: Server, params: types.DefinitionParams) -> types.Location | None:
    """Where the task, workflow or launch plan under the cursor is defined; of Flyte's own names, in the environment."""
    uri = params.text_document.uri
    looked, model = _looked(ls, uri), ls.documents.model(uri)
    if model is None:
        return None
    offset = convert.offset(model.document, params.position, ls.client.encoding)
    found = feature.definition(looked, offset, reader(ls)) if looked is not None else None
    if found is not None:
        return _location(ls, found)
    reference = model.at(offset)
    if reference is None or not known(reference.symbol):
        return None
    source = (await about(ls, uri, reference.symbol, _PATIENCE)).source
    name = reference.symbol.rpartition(".")[2]
    located = await asyncio.to_thread(_installed, source, name) if source is not None else None
    return _location(ls, located) if located is not None else None


def _installed(source: Source, name: str) -> Location | None:
    """A place in a file of an environment."""
    found = files.read(Path(source.path))
    if not isinstance(found, files.SourceFile):
        return None
    document = Document(uri_of(source.path), found.text)
    starts = document.lines.starts
    at = starts[source.line] + source.column if source.line < len(starts) else 0
    return Location(document, Span(at, at + len(name) if document.text.startswith(name, at) else at))


def references(ls: Server, params: types.ReferenceParams) -> list[types.Location]:
    """Where it is used."""
    looked = _looked(ls, params.text_document.uri)
    if looked is None:
        return []
    offset = convert.offset(looked.document, params.position, ls.client.encoding)
    found = feature.references(looked, offset, reader(ls), declaration=params.context.include_declaration)
    return [_location(ls, each) for each in found]


def symbols(ls: Server, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
    """The tasks, workflows and launch plans whose names are like the query."""
    return [
        types.SymbolInformation(
            location=_location(ls, item.location),
            name=item.place.name,
            kind=_kind(item),
            container_name=item.detail,
        )
        for item in feature.symbols([ls.indexes.now], params.query, reader(ls))
    ]


def prepare(ls: Server, params: types.CallHierarchyPrepareParams) -> list[types.CallHierarchyItem] | None:
    """The entity under the cursor."""
    looked = _looked(ls, params.text_document.uri)
    if looked is None:
        return None
    found = looked.place(convert.offset(looked.document, params.position, ls.client.encoding))
    item = feature.item(looked.index, found[0], reader(ls)) if found is not None else None
    return [_call_item(ls, item)] if item is not None else None


def incoming(
    ls: Server, params: types.CallHierarchyIncomingCallsParams
) -> list[types.CallHierarchyIncomingCall] | None:
    """Who calls it."""
    index, place = _of(ls, params.item)
    if index is None or place is None:
        return None
    found = feature.incoming(index, place, reader(ls))
    return [
        types.CallHierarchyIncomingCall(_call_item(ls, call.item), _ranges(ls, call.item.location.document, call.at))
        for call in found
    ]


def outgoing(
    ls: Server, params: types.CallHierarchyOutgoingCallsParams
) -> list[types.CallHierarchyOutgoingCall] | None:
    """What it calls."""
    index, place = _of(ls, params.item)
    document = reader(ls)(place.path) if place is not None else None
    if index is None or place is None or document is None:
        return None
    found = feature.outgoing(index, place, reader(ls))
    return [
        types.CallHierarchyOutgoingCall(_call_item(ls, call.item), _ranges(ls, document, call.at)) for call in found
    ]


def reader(ls: Server) -> feature.Read:
    """Gives files as the client has them, each read once per request."""
    known: dict[str, Document | None] = {}

    def read(path: str) -> Document | None:
        if path not in known:
            uri = ls.documents.uri_of(path)
            document = ls.documents.get(uri) if uri is not None else None
            if document is None:
                found = files.read(Path(path))
                document = Document(uri_of(path), found.text) if isinstance(found, files.SourceFile) else None
            known[path] = document
        return known[path]

    return read


def uri_of(path: str) -> str:
    """The URI of a file that is not open."""
    return Path(path).as_uri()


def _looked(ls: Server, uri: str) -> Looked | None:
    path, model = convert.path(uri), ls.documents.model(uri)
    index = ls.indexes.of(path)
    return Looked(index, str(path), model) if index is not None and model is not None else None


def _of(ls: Server, item: types.CallHierarchyItem) -> tuple[Index | None, Place | None]:
    """What an item stands for; it may have been given to the client before an edit, so its range counts for nothing."""
    path, name = dig(item.data, "path"), dig(item.data, "name")
    if not isinstance(path, str) or not isinstance(name, str):
        return None, None
    return ls.indexes.of(Path(path)), Place(path, name)


def _call_item(ls: Server, item: Item) -> types.CallHierarchyItem:
    document = item.location.document
    return types.CallHierarchyItem(
        name=item.place.name,
        kind=_kind(item),
        uri=document.uri,
        range=convert.range_(document, item.whole, ls.client.encoding),
        selection_range=convert.range_(document, item.location.span, ls.client.encoding),
        detail=item.detail or None,
        data={"path": item.place.path, "name": item.place.name},
    )


def _kind(item: Item) -> types.SymbolKind:
    return _KINDS.get(item.kind, types.SymbolKind.Function)


def _location(ls: Server, found: Location) -> types.Location:
    return types.Location(found.document.uri, convert.range_(found.document, found.span, ls.client.encoding))


def _ranges(ls: Server, document: Document, spans: tuple[Span, ...]) -> list[types.Range]:
    inside: Any = (span for span in spans if span.end <= len(document.text))
    return [convert.range_(document, span, ls.client.encoding) for span in inside]
