"""The open documents: their text as the client has it, and the model of it.

The text is kept in our own immutable documents, because pygls splits lines where the protocol does not (form feeds,
U+2028) and reads the disk for documents that are not open.
"""

from __future__ import annotations

import logging

from lsprotocol import types

from flyteshift.lsp import convert, diagnostics
from flyteshift.lsp.server import Server
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, Encoding
from flyteshift.workspace.files import MAX_BYTES

logger = logging.getLogger(__name__)

_IGNORED_SCHEMES = ("vscode-notebook-cell:",)


class Documents:
    """The open Python documents by URI."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._documents: dict[str, Document] = {}
        self._models: dict[str, Model] = {}

    def uris(self) -> list[str]:
        """The URIs of the open documents, in the order in which they were opened."""
        return [*self._documents]

    def get(self, uri: str) -> Document | None:
        """The document; None where it is not open or no Python."""
        return self._documents.get(uri)

    def model(self, uri: str) -> Model | None:
        """The model of the document's newest version; None where it is not open, or too big to analyse."""
        document = self._documents.get(uri)
        if document is None or convert.too_big(document.text):
            return None
        model = self._models.get(uri)
        if model is None or model.document is not document:
            model = self._models[uri] = build(document, model)
        return model

    def open(self, item: types.TextDocumentItem) -> Document | None:
        """Take in a document; None where it is none of ours."""
        self.close(item.uri)
        if item.language_id != "python" or item.uri.startswith(_IGNORED_SCHEMES):
            return None
        document = self._documents[item.uri] = Document(item.uri, item.text, item.version)
        return document

    def change(self, params: types.DidChangeTextDocumentParams) -> Document | None:
        """Take in changes; None where the document is not open."""
        uri, version = params.text_document.uri, params.text_document.version
        document = self._documents.get(uri)
        if document is None:
            return None
        if document.version is not None and version <= document.version:
            logger.warning("%s: version %s after %s", uri, version, document.version)
        document = self._documents[uri] = convert.changed(document, params.content_changes, version, self._encoding)
        return document

    def close(self, uri: str) -> bool:
        """Forget a document; False where it was not open."""
        self._models.pop(uri, None)
        return self._documents.pop(uri, None) is not None


def register(server: Server) -> None:
    """Take on the notifications about text documents."""
    server.documents = Documents(server.client.encoding)
    server.feature(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    server.feature(types.TEXT_DOCUMENT_DID_CHANGE)(did_change)
    server.feature(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)


def did_open(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    """A document was opened."""
    document = ls.documents.open(params.text_document)
    if document is None:
        return
    ls.configuration.forget(document.uri)
    if convert.too_big(document.text):
        message = f"{document.uri}: larger than {MAX_BYTES // 2**20} MB, not analysed"
        ls.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))
    diagnostics.changed(ls, document.uri)


def did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    """A document was edited."""
    document = ls.documents.change(params)
    if document is not None and not ls.inbox.superseded(document.uri):
        diagnostics.changed(ls, document.uri)


def did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    """A document was closed."""
    if ls.documents.close(params.text_document.uri):
        diagnostics.closed(ls, params.text_document.uri)
