"""Changes of many files at once: all safe fixes of one rule."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams

from flyteshift.features import fixes
from flyteshift.lsp import convert
from flyteshift.lsp.plain import dig
from flyteshift.lsp.server import Server
from flyteshift.rules.registry import by_name
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document
from flyteshift.workspace import files
from flyteshift.workspace.index import Index


async def fix_rule(ls: Server, argument: Any) -> None:
    """Make all safe fixes of a rule in the workspace. Raises JsonRpcInvalidParams for an unknown rule."""
    rule = dig(argument, "rule")
    if rule not in by_name:
        raise JsonRpcInvalidParams(f"no rule is called {rule!r}")
    changes: list[types.TextDocumentEdit] = []
    index = ls.indexes.now
    for path in [path for path in index.flyte_files() if _has_flyte1(index, path)]:
        model = await _model(ls, path)
        change = _change(ls, index, path, model, rule) if model is not None else None
        changes += [change] if change is not None else []
    if not changes:
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"There is no safe fix of {rule} left."))
        return
    if ls.client.document_changes:
        edit = types.WorkspaceEdit(document_changes=list(changes))
    else:
        edit = types.WorkspaceEdit(changes={each.text_document.uri: _plain(each) for each in changes})
    label = f"Safe fixes of {rule} in {len(changes)} file{'' if len(changes) == 1 else 's'}"
    parameters = types.ApplyWorkspaceEditParams(edit, label)
    ls.protocol.ask(types.WORKSPACE_APPLY_EDIT, parameters, lambda _: None)


async def _model(ls: Server, path: str) -> Model | None:
    """The model of a file as the client has it; one that is not open is read beside the loop."""
    uri = ls.documents.uri_of(path)
    if uri is not None:
        return ls.documents.model_alone(uri)
    return await asyncio.to_thread(_read, path)


def _read(path: str) -> Model | None:
    found = files.read(Path(path))
    return build(Document(Path(path).as_uri(), found.text)) if isinstance(found, files.SourceFile) else None


def _change(ls: Server, index: Index, path: str, model: Model, rule: str) -> types.TextDocumentEdit | None:
    shared = {name for names in index.users(path).values() for name in names}
    edits = fixes.all_edits(model, shared, rule)
    if not edits:
        return None
    document = model.document
    identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.TextDocumentEdit(identifier, list(convert.text_edits(document, edits, ls.client.encoding)))


def _plain(change: types.TextDocumentEdit) -> list[types.TextEdit]:
    return [each for each in change.edits if isinstance(each, types.TextEdit)]


def _has_flyte1(index: Index, path: str) -> bool:
    summary = index.entries[path].summary
    return summary is not None and summary.flyte1
