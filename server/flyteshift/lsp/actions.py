"""Code actions: titles when asked for, edits when one is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams

from flyteshift.features import actions as feature
from flyteshift.features import units
from flyteshift.features.actions import Action, Change
from flyteshift.features.neighbours import Neighbours
from flyteshift.lsp import convert, workspace
from flyteshift.lsp.plain import dig, whole
from flyteshift.lsp.server import APPLY, FIX_RULE, MIGRATE_WORKFLOW, Server
from flyteshift.migration.draft import Note
from flyteshift.migration.review import changes_behaviour
from flyteshift.semantics.model import Model
from flyteshift.text import Span
from flyteshift.workspace.entries import Place

_PATIENCE = 2.0
"""Seconds that a chosen action waits until the index knows what was typed and written."""
_REVIEW = "review"
"""The id of the one annotation of a change."""


def register(server: Server) -> None:
    """Take on what the client can use: actions to resolve, finished actions, or commands."""
    server.neighbours = Neighbours(
        lambda path: _open_text(server, path),
        lambda path: server.configuration.roots(path),
        lambda path: server.indexes.of(path),
        lambda: [path for uri in server.documents.uris() if (path := convert.path(uri)) is not None],
        lambda path: server.documents.model_alone(path.as_uri()),
    )
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION)(code_actions)
    if server.client.action_resolve:
        server.feature(types.CODE_ACTION_RESOLVE)(resolve)


def code_actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction | types.Command]:
    """The actions at a range, of the kinds that were asked for."""
    uri = params.text_document.uri
    model = ls.documents.model_alone(uri)
    if model is None:
        return []
    span = convert.span(model.document.lines, params.range, ls.client.encoding)
    unit = _unit(ls, model, span.start)
    offered = [
        action
        for action in feature.actions(model, span, ls.configuration.of(uri), ls.neighbours, unit)
        if wanted(action.kind, params.context.only) and (action.disabled is None or ls.client.disabled_actions)
    ]
    offered = [action for action in offered if ls.client.apply_edit or not _is_command(ls, action)]
    if not ls.client.action_literals:
        return [_command(ls, model, action) for action in offered]
    made = (_code_action(ls, model, action, params.context.diagnostics) for action in offered)
    return [action for action in made if action is not None]


async def resolve(ls: Server, params: types.CodeAction) -> types.CodeAction:
    """The action with its edit. Raises JsonRpcContentModified where the document is no longer as it was."""
    name, _, workflow = str(dig(params.data, "key")).partition(":")
    if name == feature.MIGRATE_UNIT:
        path = convert.path(_model_of(ls, params.data).document.uri)
        params.edit = await workspace.unit_edit(ls, str(path), workflow)
    else:
        uri = str(dig(params.data, "uri"))
        if name in feature.BY_USERS and ls.indexes.of(convert.path(uri)) is not None:
            await ls.indexes.settled(_PATIENCE, but=uri)
        params.edit = _edit_for(ls, params.data)
    return params


def apply(ls: Server, ticket: Any) -> None:
    """Have the client make the edit of an action that it got as a command."""
    edit = _edit_for(ls, ticket)
    if ls.client.apply_edit:
        ls.protocol.ask(types.WORKSPACE_APPLY_EDIT, types.ApplyWorkspaceEditParams(edit), lambda _: None)


def wanted(kind: str, only: Sequence[str] | None) -> bool:
    """True where an action of the kind was asked for; a kind stands for all below it, the empty one for all."""
    return only is None or any(not asked or kind == asked or kind.startswith(f"{asked}.") for asked in only)


def _code_action(
    ls: Server, model: Model, action: Action, diagnostics: Sequence[types.Diagnostic]
) -> types.CodeAction | None:
    made = types.CodeAction(action.title, action.kind)
    if action.kind.startswith("quickfix"):
        made.diagnostics = [d for d in diagnostics if _concerns(ls, model, d, action)] or None
    if action.preferred and ls.client.preferred_actions:
        made.is_preferred = True
    if action.disabled is not None:
        made.disabled = types.CodeActionDisabled(action.disabled)
    elif _is_command(ls, action):
        made.command = _command(ls, model, action)
    elif ls.client.action_resolve:
        made.data = _ticket(model, action)
    else:
        made.edit = _edit(ls, model, _change(ls, model, action.key, action.span))
        if made.edit is None:
            return None
    return made


def _command(ls: Server, model: Model, action: Action) -> types.Command:
    name, _, of = action.key.partition(":")
    if name == feature.FIX_RULE_EVERYWHERE:
        return types.Command(action.title, FIX_RULE, arguments=[{"rule": of}])
    if name == feature.MIGRATE_UNIT:
        path = str(convert.path(model.document.uri))
        return types.Command(action.title, MIGRATE_WORKFLOW, arguments=[{"path": path, "name": of}])
    return types.Command(action.title, APPLY, arguments=[_ticket(model, action)])


def _is_command(ls: Server, action: Action) -> bool:
    """True for an action that concerns other files too, and whose edit the client cannot ask for later."""
    name = action.key.partition(":")[0]
    return name == feature.FIX_RULE_EVERYWHERE or (name == feature.MIGRATE_UNIT and not ls.client.action_resolve)


def _unit(ls: Server, model: Model, offset: int) -> units.Unit | None:
    """What is migrated with the workflow at an offset, where the index is as new as the document there."""
    path = convert.path(model.document.uri)
    index = ls.indexes.of(path) if path is not None and model.uses_flyte1 else None
    if index is None or path is None:
        return None
    found = units.unit_at(index, str(path), offset)
    known = index.defined(Place(found.path, found.name)) if found is not None and found.name else None
    stale = known is not None and model.document.text[known.start : known.end] != known.name
    return None if stale else found


def _concerns(ls: Server, model: Model, diagnostic: types.Diagnostic, action: Action) -> bool:
    span = convert.span(model.document.lines, diagnostic.range, ls.client.encoding)
    return diagnostic.source == "flyteshift" and action.span.start <= span.start and span.end <= action.span.end


def _ticket(model: Model, action: Action) -> dict[str, Any]:
    """What it takes to find the action again, if the document is the same by then."""
    document = model.document
    return {"uri": document.uri, "version": document.version, "key": action.key, "span": [*action.span]}


def _edit_for(ls: Server, ticket: Any) -> types.WorkspaceEdit:
    uri, key, ends = dig(ticket, "uri"), dig(ticket, "key"), dig(ticket, "span")
    start, end = [whole(each) for each in ends] if isinstance(ends, list) and len(ends) == 2 else (None, None)
    if not isinstance(uri, str) or not isinstance(key, str) or start is None or end is None:
        raise JsonRpcInvalidParams("this action does not come from flyteshift")
    model = _model_of(ls, ticket)
    change = _change(ls, model, key, Span(start, end))
    edit = _edit(ls, model, change)
    if edit is None:
        raise JsonRpcException(change.why_not or "there is nothing to change", types.LSPErrorCodes.RequestFailed.value)
    return edit


def _model_of(ls: Server, ticket: Any) -> Model:
    """The document that an action was offered for, if it is the same. Raises JsonRpcContentModified."""
    uri = dig(ticket, "uri")
    model = ls.documents.model_alone(uri) if isinstance(uri, str) else None
    if model is None or model.document.version != dig(ticket, "version"):
        raise JsonRpcContentModified("the document has changed since this action was offered")
    return model


def _change(ls: Server, model: Model, key: str, span: Span) -> Change:
    return feature.resolve(model, key, span, ls.configuration.of(model.document.uri), ls.neighbours)


def _edit(ls: Server, model: Model, change: Change) -> types.WorkspaceEdit | None:
    """The change in the form that the client takes; None where it changes nothing."""
    document = model.document
    if not change.edits:
        return None
    edits = convert.text_edits(document, change.edits, ls.client.encoding)
    if not ls.client.document_changes:
        return types.WorkspaceEdit(changes={document.uri: edits})
    identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    if not change.notes or not ls.client.change_annotations:
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, edits)])
    annotated = [types.AnnotatedTextEdit(_REVIEW, edit.range, edit.new_text) for edit in edits]
    return types.WorkspaceEdit(
        document_changes=[types.TextDocumentEdit(identifier, annotated)],
        change_annotations={_REVIEW: _annotation(model, change.notes)},
    )


def _annotation(model: Model, notes: Sequence[Note]) -> types.ChangeAnnotation:
    """All notes as one annotation of all edits.

    Editors let the user decline annotated edits one by one, and half of a migration is broken code.
    """
    points = "1 point" if len(notes) == 1 else f"{len(notes)} points"
    lines = (f"Line {model.document.lines.line_of(n.span.start) + 1}: {n.message}" for n in notes)
    return types.ChangeAnnotation(
        label=f"Migrate to Flyte 2: {points} to review",
        needs_confirmation=any(changes_behaviour(note) for note in notes),
        description="\n".join(lines),
    )


def _open_text(ls: Server, path: Path) -> str | None:
    """The text of an open document."""
    document = ls.documents.get(path.as_uri())
    return document.text if document is not None else None
