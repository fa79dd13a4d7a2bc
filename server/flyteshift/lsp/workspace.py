"""What concerns the whole workspace: its workflows by state, and the migration of all that is ready.

Both rest on a survey of all files, which another process makes; no message waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcInvalidParams

from flyteshift.features.explain import explain, nearest
from flyteshift.features.survey import Reason, Survey, Workflow
from flyteshift.features.survey_worker import Job, ask
from flyteshift.lsp import convert
from flyteshift.lsp.plain import dig
from flyteshift.lsp.server import Server
from flyteshift.migration.draft import Note
from flyteshift.migration.review import changes_behaviour
from flyteshift.text import Document, Span

WORKFLOWS = "flyteshift/workflows"
"""Request without params: the workflows of the workspace."""
EXPLAIN = "flyteshift/explain"
"""Request `{"key": "map-task"}`: what `flyteshift explain` prints, as Markdown."""


def register(server: Server) -> None:
    """Take on the requests of our own extension."""
    server.feature(WORKFLOWS)(workflows)
    server.feature(EXPLAIN)(explained)


async def workflows(ls: Server, params: Any) -> dict[str, Any]:
    """The workflows of all workspace folders, with state, place and reasons, and how many files use Flyte 1."""
    surveys = await _surveys(ls)
    plans = [plan for survey in surveys for plan in survey.plans.values()]
    return {
        "workflows": [_workflow(ls, survey, each) for survey in surveys for each in survey.workflows],
        "files": len(plans),
        "ready": sum(not plan.left for plan in plans),
    }


def explained(ls: Server, params: Any) -> dict[str, Any]:
    """The page of a rule or symbol; where it is unknown, names that look alike. Raises JsonRpcInvalidParams."""
    key = dig(params, "key")
    if not isinstance(key, str):
        raise JsonRpcInvalidParams(f"{EXPLAIN}: params.key is no string")
    page = explain(key)
    return {"markdown": page, "nearest": [] if page else nearest(key)}


async def migrate(ls: Server, arguments: list[Any] | None) -> types.WorkspaceEdit | None:
    """Migrate every file that can be: the command `flyteshift.migrateWorkspace`.

    With the argument `{"apply": false}` the edit is the answer; otherwise the client is asked to make it.
    Raises JsonRpcContentModified where a file was changed in the meantime.
    """
    edit = _edit(ls, await _surveys(ls))
    if arguments and dig(arguments[0], "apply") is False:
        return edit
    if ls.client.apply_edit and (edit.document_changes or edit.changes):
        params = types.ApplyWorkspaceEditParams(edit, label="Migrate the workspace to Flyte 2")
        ls.protocol.ask(types.WORKSPACE_APPLY_EDIT, params, lambda _: None)
    return None


async def _surveys(ls: Server) -> list[Survey]:
    """A survey of each workspace folder that is on disk. What lies in two of them counts in the inner one."""
    roots = [root for uri in ls.configuration.folders if (root := convert.path(uri)) is not None and root.is_dir()]
    opened: dict[Path, dict[Path, str]] = {root: {} for root in roots}
    for uri in ls.documents.uris():
        path, document = convert.path(uri), ls.documents.get(uri)
        root = ls.configuration.root(path) if path is not None else None
        if path is not None and document is not None and root in opened:
            opened[root][path] = document.text
    jobs = [Job(root, ls.configuration.of((root / "_.py").as_uri()), opened[root]) for root in roots]
    surveys = await asyncio.to_thread(ask, jobs) if jobs else []
    return [_own(ls, job.root, survey) for job, survey in zip(jobs, surveys, strict=True)]


def _own(ls: Server, root: Path, survey: Survey) -> Survey:
    """What no inner workspace folder has as well."""
    mine = {path for path in survey.texts if ls.configuration.root(path) == root}
    return Survey(
        [each for each in survey.workflows if each.path in mine],
        {path: plan for path, plan in survey.plans.items() if path in mine},
        survey.texts,
    )


def _workflow(ls: Server, survey: Survey, found: Workflow) -> dict[str, Any]:
    document = Document(found.path.as_uri(), survey.texts[found.path])
    return {
        "name": found.name,
        "kind": found.kind,
        "state": found.state,
        "location": _location(ls, document, found.span),
        "calls": found.calls,
        "reasons": [_reason(ls, document, each) for each in found.reasons],
    }


def _reason(ls: Server, document: Document, reason: Reason) -> dict[str, Any]:
    return {"message": reason.message, "location": _location(ls, document, reason.span)}


def _location(ls: Server, document: Document, span: Span) -> types.Location:
    return types.Location(document.uri, convert.range_(document, span, ls.client.encoding))


def _edit(ls: Server, surveys: Iterable[Survey]) -> types.WorkspaceEdit:
    """One edit of all files, in the form that the client takes, with notes for review where it shows them."""
    plain: dict[str, list[types.TextEdit]] = {}
    changes: list[types.TextDocumentEdit] = []
    annotations: dict[str, types.ChangeAnnotation] = {}
    for survey in surveys:
        for path, (edits, notes) in survey.edits.items():
            opened = ls.documents.get(path.as_uri())
            if opened is not None and opened.text != survey.texts[path]:
                raise JsonRpcContentModified(f"{path.name} was changed while the migration was planned; ask again")
            document = Document(path.as_uri(), survey.texts[path], opened.version if opened is not None else None)
            made = convert.text_edits(document, edits, ls.client.encoding)
            plain[document.uri] = made
            identifier = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
            if not notes or not ls.client.change_annotations:
                changes.append(types.TextDocumentEdit(identifier, [*made]))
                continue
            key = str(path)
            annotations[key] = _annotation(path, document, notes)
            annotated = [types.AnnotatedTextEdit(key, each.range, each.new_text) for each in made]
            changes.append(types.TextDocumentEdit(identifier, [*annotated]))
    if not ls.client.document_changes:
        return types.WorkspaceEdit(changes=plain)
    return types.WorkspaceEdit(document_changes=[*changes], change_annotations=annotations or None)


def _annotation(path: Path, document: Document, notes: list[Note]) -> types.ChangeAnnotation:
    points = "1 point" if len(notes) == 1 else f"{len(notes)} points"
    lines = (f"Line {document.lines.line_of(note.span.start) + 1}: {note.message}" for note in notes)
    return types.ChangeAnnotation(
        label=f"{path.name}: {points} to review",
        needs_confirmation=any(changes_behaviour(note) for note in notes),
        description="\n".join(lines),
    )
