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
from flyteshift.semantics.values import Value
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
        self._alone: dict[str, Model] = {}
        self._given: dict[str, tuple[object, dict[str, Value]]] = {}
        self._paths: dict[str, str] = {}

    def uris(self) -> list[str]:
        """The URIs of the open documents, in the order in which they were opened."""
        return [*self._documents]

    def get(self, uri: str) -> Document | None:
        """The document; None where it is not open or no Python."""
        return self._documents.get(uri)

    def model(self, uri: str) -> Model | None:
        """The model of the document's newest version; None where it is not open, or too big to analyse.

        It knows what the project's other files give to this one, as far as that was told (`give`).
        """
        return self._built(uri, self._models, self._given.get(uri, (None, {}))[1])

    def model_alone(self, uri: str) -> Model | None:
        """The same without the other files: what migration works on, which looks at them itself."""
        if uri not in self._given:
            return self.model(uri)
        return self._built(uri, self._alone, {})

    def _built(self, uri: str, models: dict[str, Model], imported: dict[str, Value]) -> Model | None:
        document = self._documents.get(uri)
        if document is None or convert.too_big(document.text):
            return None
        model = models.get(uri)
        if model is None or model.document is not document or model.names.imported != imported:
            model = models[uri] = build(document, model, imported=imported)
        return model

    def give(self, uri: str, given: object, imported: dict[str, Value]) -> bool:
        """Take in what the imports of a document hold; False where that is as before."""
        if self._given.get(uri, ((), {}))[0] == given:
            return False
        if imported:
            self._given[uri] = (given, imported)
        else:
            self._given.pop(uri, None)
            self._alone.pop(uri, None)
        return True

    def uri_of(self, path: str) -> str | None:
        """The URI under which the client has a file open."""
        return self._paths.get(path)

    def open(self, item: types.TextDocumentItem) -> Document | None:
        """Take in a document; None where it is none of ours."""
        self.close(item.uri)
        if item.language_id != "python" or item.uri.startswith(_IGNORED_SCHEMES):
            return None
        document = self._documents[item.uri] = Document(item.uri, item.text, item.version)
        path = convert.path(item.uri)
        if path is not None:
            self._paths[str(path)] = item.uri
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
        for kept in (self._models, self._alone, self._given):
            kept.pop(uri, None)
        self._paths.pop(str(convert.path(uri)), None)
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
    ls.indexes.opened(document.uri)
    diagnostics.changed(ls, document.uri)


def did_change(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    """A document was edited."""
    document = ls.documents.change(params)
    if document is not None:
        ls.indexes.edited(document.uri)
        if not ls.inbox.superseded(document.uri):
            diagnostics.changed(ls, document.uri)


def did_close(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    """A document was closed."""
    if ls.documents.close(params.text_document.uri):
        diagnostics.closed(ls, params.text_document.uri)
        ls.indexes.edited(params.text_document.uri)
