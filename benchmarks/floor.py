"""The least that a server on pygls can do: it keeps the documents and answers each edit with the same diagnostic."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("floor", "1")
_START = types.Range(types.Position(0, 0), types.Position(0, 1))
_DIAGNOSTICS = [types.Diagnostic(_START, "always the same", severity=types.DiagnosticSeverity.Information)]


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def did_open(ls: LanguageServer, params: types.DidOpenTextDocumentParams) -> None:
    """A document was opened."""
    _publish(ls, params.text_document.uri, params.text_document.version)


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def did_change(ls: LanguageServer, params: types.DidChangeTextDocumentParams) -> None:
    """A document was edited."""
    _publish(ls, params.text_document.uri, params.text_document.version)


def _publish(ls: LanguageServer, uri: str, version: int) -> None:
    ls.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, _DIAGNOSTICS, version))


if __name__ == "__main__":
    server.start_io()
