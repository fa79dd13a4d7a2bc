"""Diagnostics, pushed or pulled: whichever the client declared, never both.

The rules are imported with the first document that is opened.
"""

from __future__ import annotations

import json
import secrets
from itertools import count

from lsprotocol import types

from flyteshift.lsp import convert
from flyteshift.lsp.manners import Raw
from flyteshift.lsp.server import Server

_SESSION = secrets.token_hex(4)
_numbers = count(1)
_NOTHING = Raw(b'{"kind":"full","items":[]}')


def register(server: Server) -> None:
    """Take on pull requests, where the client pulls."""
    if server.client.pulls_diagnostics:
        server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC)(pull)


def pull(ls: Server, params: types.DocumentDiagnosticParams) -> Raw:
    """The diagnostics of a document, or that they are still those of the result id that the client names."""
    uri = params.text_document.uri
    if ls.documents.get(uri) is None:
        return _NOTHING
    items, result = _report(ls, uri)
    if params.previous_result_id == result:
        return Raw(b'{"kind":"unchanged","resultId":"%b"}' % result.encode())
    return Raw(b'{"kind":"full","resultId":"%b","items":[%b]}' % (result.encode(), items))


def workspace_report(ls: Server, uri: str, previous: str | None) -> str:
    """The same of an open document, as a part of the answer to `workspace/diagnostic`."""
    items, result = _report(ls, uri)
    document = ls.documents.get(uri)
    head = (
        f'"uri":{json.dumps(uri)},"version":{json.dumps(document.version if document else None)},"resultId":"{result}"'
    )
    if previous == result:
        return f'{{"kind":"unchanged",{head}}}'
    return f'{{"kind":"full",{head},"items":[{items.decode()}]}}'


def _report(ls: Server, uri: str) -> tuple[bytes, str]:
    """The diagnostics of a document, and the id that they have as long as they are the same."""
    items = _items(ls, uri)
    known, result = ls.reported.get(uri, (None, ""))
    if known != items:
        result = f"{_SESSION}-{next(_numbers)}"
        ls.reported[uri] = (items, result)
    return items, result


def changed(ls: Server, uri: str) -> None:
    """A document was opened or edited: where we push, the client gets its new diagnostics."""
    document = ls.documents.get(uri)
    if document is not None and not ls.client.pulls_diagnostics:
        head = f'{{"uri":{json.dumps(uri)},"version":{json.dumps(document.version)},"diagnostics":['
        ls.protocol.tell(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, Raw(b"%b%b]}" % (head.encode(), _items(ls, uri))))


def closed(ls: Server, uri: str) -> None:
    """A document was closed: its diagnostics go."""
    ls.renderers.pop(uri, None)
    ls.reported.pop(uri, None)
    if not ls.client.pulls_diagnostics:
        nothing = f'{{"uri":{json.dumps(uri)},"diagnostics":[]}}'
        ls.protocol.tell(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, Raw(nothing.encode()))
    path = convert.path(uri)
    if ls.pusher is not None and path is not None:
        ls.pusher.closed(str(path))


def settings_changed(ls: Server) -> None:
    """The settings changed, and with them perhaps the diagnostics of every open document."""
    if not ls.client.pulls_diagnostics:
        for uri in ls.documents.uris():
            changed(ls, uri)
        if ls.pusher is not None:
            ls.pusher.changed()
    else:
        refresh(ls)


def refresh(ls: Server) -> None:
    """Have a pulling client ask again."""
    if ls.client.refreshes_diagnostics:
        ls.protocol.ask(types.WORKSPACE_DIAGNOSTIC_REFRESH, None, lambda _: None)


def _items(ls: Server, uri: str) -> bytes:
    model = ls.documents.model(uri)
    if model is None:
        return b""
    from flyteshift.features import findings as feature
    from flyteshift.lsp.render import Renderer

    path = convert.path(uri)
    found = feature.blocks(model, ls.configuration.of(uri), None if path is None else str(path))
    renderer = ls.renderers.setdefault(uri, Renderer(ls.client))
    return renderer.items(model.document, found, feature.unused(model))
