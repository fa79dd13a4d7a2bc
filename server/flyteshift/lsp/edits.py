"""Changes of several files as one edit, in the form that the client takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified

from flyteshift.features.units import FileChange
from flyteshift.lsp import convert
from flyteshift.lsp.server import Server
from flyteshift.migration.review import changes_behaviour
from flyteshift.text import Document


def workspace_edit(ls: Server, units: Iterable[Sequence[FileChange]]) -> types.WorkspaceEdit:
    """One edit of all files: with versions and notes for review, or plain changes where the client knows no others.

    Files that belong together share one annotation, so that nobody can decline a part of them. Raises
    JsonRpcContentModified where an open file is no longer as it was planned.
    """
    changes: list[types.TextDocumentEdit] = []
    annotations: dict[str, types.ChangeAnnotation] = {}
    for number, unit in enumerate(units, 1):
        key = f"review-{number}"
        noted = ls.client.change_annotations and any(each.notes for each in unit)
        for each in unit:
            document = _document(ls, each)
            edits = convert.text_edits(document, each.edits, ls.client.encoding)
            identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
            made = [types.AnnotatedTextEdit(key, edit.range, edit.new_text) for edit in edits] if noted else edits
            changes.append(types.TextDocumentEdit(identifier, [*made]))
        if noted:
            annotations[key] = _annotation(unit)
    if ls.client.document_changes:
        return types.WorkspaceEdit(document_changes=[*changes], change_annotations=annotations or None)
    plain = {each.text_document.uri: [e for e in each.edits if isinstance(e, types.TextEdit)] for each in changes}
    return types.WorkspaceEdit(changes=plain)


def _document(ls: Server, change: FileChange) -> Document:
    """The file as the client has it."""
    uri = ls.documents.uri_of(str(change.path))
    opened = ls.documents.get(uri) if uri is not None else None
    if opened is None:
        return Document(change.path.as_uri(), change.text)
    if opened.text != change.text:
        raise JsonRpcContentModified(f"{change.path.name} was changed while the migration was planned; ask again")
    return opened


def _annotation(unit: Sequence[FileChange]) -> types.ChangeAnnotation:
    count = sum(len(each.notes) for each in unit)
    points = "1 point" if count == 1 else f"{count} points"
    lines = []
    for each in unit:
        table = Document(each.path.as_uri(), each.text).lines
        lines += [f"{each.path.name}, line {table.line_of(n.span.start) + 1}: {n.message}" for n in each.notes]
    names = [each.path.name for each in unit if each.notes]
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return types.ChangeAnnotation(
        label=f"Migrate to Flyte 2: {points} to review in {shown}",
        needs_confirmation=any(changes_behaviour(note) for each in unit for note in each.notes),
        description="\n".join(lines),
    )
