"""Code actions: titles when asked for, edits when one is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams

from flyteshift.features import actions as feature
from flyteshift.features.actions import Action, Change
from flyteshift.features.neighbours import Neighbours
from flyteshift.lsp import convert
from flyteshift.lsp.plain import dig, whole
from flyteshift.lsp.server import APPLY, FIX_RULE, Server
from flyteshift.migration.draft import Note
from flyteshift.migration.review import changes_behaviour
from flyteshift.semantics.model import Model
from flyteshift.text import Span

_REVIEW = "review"
"""The id of the one annotation of a change."""


def register(server: Server) -> None:
    """Take on what the client can use: actions to resolve, finished actions, or commands."""
    server.neighbours = Neighbours(lambda path: _open_text(server, path), lambda path: server.configuration.root(path))
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
    offered = [
        action
        for action in feature.actions(model, span, ls.configuration.of(uri), ls.neighbours)
        if wanted(action.kind, params.context.only) and (action.disabled is None or ls.client.disabled_actions)
    ]
    offered = [action for action in offered if ls.client.apply_edit or not _rule_of(action)]
    if not ls.client.action_literals:
        return [_command(model, action) for action in offered]
    made = (_code_action(ls, model, action, params.context.diagnostics) for action in offered)
    return [action for action in made if action is not None]


def resolve(ls: Server, params: types.CodeAction) -> types.CodeAction:
    """The action with its edit. Raises JsonRpcContentModified where the document is no longer as it was."""
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
    elif _rule_of(action):
        made.command = _command(model, action)
    elif ls.client.action_resolve:
        made.data = _ticket(model, action)
    else:
        made.edit = _edit(ls, model, _change(ls, model, action.key, action.span))
        if made.edit is None:
            return None
    return made


def _command(model: Model, action: Action) -> types.Command:
    rule = _rule_of(action)
    if rule:
        return types.Command(action.title, FIX_RULE, arguments=[{"rule": rule}])
    return types.Command(action.title, APPLY, arguments=[_ticket(model, action)])


def _rule_of(action: Action) -> str:
    """The rule of an action that concerns all files, which is a command; empty for others."""
    name, _, rule = action.key.partition(":")
    return rule if name == feature.FIX_RULE_EVERYWHERE else ""


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
    model = ls.documents.model_alone(uri)
    if model is None or model.document.version != dig(ticket, "version"):
        raise JsonRpcContentModified("the document has changed since this action was offered")
    change = _change(ls, model, key, Span(start, end))
    edit = _edit(ls, model, change)
    if edit is None:
        raise JsonRpcException(change.why_not or "there is nothing to change", types.LSPErrorCodes.RequestFailed.value)
    return edit


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
