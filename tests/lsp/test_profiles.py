"""What the server sends to clients with the capabilities of Neovim and VS Code; pytest-lsp checks it against these."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities
from pytest_lsp.checks import LspSpecificationWarning

from tests.lsp.raw import COMMAND, TIMEOUT
from tests.lsp.samples import PLAIN, TASKS


@pytest_lsp.fixture(params=["neovim@v0.11", "visual_studio_code", "emacs"], config=ClientServerConfig(COMMAND))
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    folder = types.WorkspaceFolder(tmp_path.as_uri(), "w")
    await lsp_client.initialize_session(
        types.InitializeParams(capabilities=client_capabilities(request.param), workspace_folders=[folder])
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", LspSpecificationWarning)
        yield
    await lsp_client.shutdown_session()


async def limited(awaitable: Any) -> Any:
    return await asyncio.wait_for(awaitable, TIMEOUT)


async def opened(client: LanguageClient, uri: str, text: str) -> list[types.Diagnostic]:
    """Open a document; gives its diagnostics, pulled or pushed."""
    item = types.TextDocumentItem(uri, "python", 1, text)
    pushes = client.capabilities.text_document.diagnostic is None
    pushed = asyncio.ensure_future(client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS))
    await asyncio.sleep(0)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    if pushes:
        return [*(await limited(pushed)).diagnostics]
    pushed.cancel()
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
    report = await limited(client.text_document_diagnostic_async(params))
    assert uri not in client.diagnostics, "pulled, so never pushed"
    return [*report.items]


async def test_diagnostics(client: LanguageClient) -> None:
    found = await opened(client, "file:///nowhere/a.py", TASKS)
    assert {"FS101", "FS111", "FS112"} <= {d.code for d in found}


async def test_no_diagnostics(client: LanguageClient) -> None:
    assert await opened(client, "file:///nowhere/a.py", PLAIN) == []


async def test_hover(client: LanguageClient) -> None:
    uri = "file:///nowhere/a.py"
    await opened(client, uri, TASKS)
    params = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(3, 2))
    hover = await limited(client.text_document_hover_async(params))
    assert hover.contents.kind is types.MarkupKind.Markdown
    assert "Flyte 2" in hover.contents.value
    params.position = types.Position(5, 12)
    assert await limited(client.text_document_hover_async(params)) is None


async def test_the_module_is_migrated(client: LanguageClient) -> None:
    uri = "file:///nowhere/a.py"
    await opened(client, uri, TASKS)
    where = types.Range(types.Position(3, 1), types.Position(3, 1))
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, types.CodeActionContext([]))
    actions = await limited(client.text_document_code_action_async(params))
    action = next(action for action in actions if "Migrate" in action.title)
    if action.edit is None:
        action = await limited(client.code_action_resolve_async(action))
    document_changes = client.capabilities.workspace.workspace_edit.document_changes
    edits = action.edit.document_changes[0].edits if document_changes else action.edit.changes[uri]
    assert any("flyte" in edit.new_text for edit in edits)
    assert (action.edit.changes is None) == bool(document_changes)
