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
from tests.workspace.test_index import PROJECT
from tests.workspace.trees import write


@pytest_lsp.fixture(params=["neovim@v0.11", "visual_studio_code", "emacs"], config=ClientServerConfig(COMMAND))
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    lsp_client.feature(types.WORKSPACE_CODE_LENS_REFRESH)(lambda params: None)
    write(tmp_path, PROJECT)
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


async def test_the_workspace(client: LanguageClient, tmp_path: Path) -> None:
    """All that is asked across files, with the types of the protocol on both sides."""
    path = tmp_path / "shop/flow.py"
    text, uri = path.read_text(), path.as_uri()
    query = types.WorkspaceSymbolParams("train")
    for _ in range(60):
        symbols = await limited(client.workspace_symbol_async(query))
        if symbols:
            break
        await asyncio.sleep(0.2)
    assert [(s.name, s.location.uri) for s in symbols] == [("train", (tmp_path / "shop/tasks.py").as_uri())]
    await opened(client, uri, text)
    line = next(n for n, each in enumerate(text.splitlines()) if "fit(day" in each)
    document, spot = types.TextDocumentIdentifier(uri), types.Position(line, text.splitlines()[line].index("fit"))
    found = await limited(client.text_document_definition_async(types.DefinitionParams(document, spot)))
    assert found.uri.endswith("/shop/tasks.py")
    context = types.ReferenceContext(include_declaration=True)
    references = await limited(
        client.text_document_references_async(
            types.ReferenceParams(context=context, text_document=document, position=spot)
        )
    )
    assert len({each.uri for each in references}) == 4
    [item] = await limited(
        client.text_document_prepare_call_hierarchy_async(types.CallHierarchyPrepareParams(document, spot))
    )
    incoming = await limited(client.call_hierarchy_incoming_calls_async(types.CallHierarchyIncomingCallsParams(item)))
    assert {call.from_.name for call in incoming} == {"daily", "again"}
    caller = next(call.from_ for call in incoming if call.from_.name == "daily")
    outgoing = await limited(client.call_hierarchy_outgoing_calls_async(types.CallHierarchyOutgoingCallsParams(caller)))
    assert [call.to.name for call in outgoing] == ["train"]
    [lens] = await limited(client.text_document_code_lens_async(types.CodeLensParams(document)))
    resolved = await limited(client.code_lens_resolve_async(lens))
    assert resolved.command.title == "1 task, 2 modules, 2 things need you"
    if client.capabilities.text_document.diagnostic is not None:
        report = await limited(client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([])))
        assert {Path(each.uri).name for each in report.items if each.items} == {
            "common.py", "flow.py", "images.py", "tasks.py"
        }  # fmt: skip
