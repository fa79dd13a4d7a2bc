"""What goes over files: the workflows of the workspace by state, and migrations of several files as one edit.

Planning is done by another process; no message waits for it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcContentModified, JsonRpcException, JsonRpcInvalidParams

from flyteshift.features import readiness, units
from flyteshift.features.explain import explain, nearest
from flyteshift.features.readiness import Need, Readiness
from flyteshift.features.units import Changes
from flyteshift.lsp import convert
from flyteshift.lsp.edits import workspace_edit
from flyteshift.lsp.manners import Raw
from flyteshift.lsp.navigation import reader, uri_of
from flyteshift.lsp.plain import dig
from flyteshift.lsp.progress import WorkDone
from flyteshift.lsp.server import Server
from flyteshift.text import Span
from flyteshift.workspace.index import Index
from flyteshift.workspace.workers import WorkerError

WORKFLOWS = "flyteshift/workflows"
"""Request without params: the workflows of the workspace."""
EXPLAIN = "flyteshift/explain"
"""Request `{"key": "map-task"}`: what `flyteshift explain` prints, as Markdown."""
PATIENCE = 300.0
"""Seconds that the index is waited for."""
_MOST_REASONS = 5
_STATES = {"done": "migrated", "ready": "ready"}
_UNKNOWN = "flyteshift failed on a file of this workflow; please report it."

logger = logging.getLogger(__name__)


def register(server: Server) -> None:
    """Take on the requests of our own extension."""
    server.feature(WORKFLOWS)(workflows)
    server.feature(EXPLAIN)(explained)


async def workflows(ls: Server, params: Any) -> dict[str, Any]:
    """The workflows of all workspace folders, with state, place and reasons, and how many files use Flyte 1."""
    await ls.indexes.settled(PATIENCE)
    index = ls.indexes.now
    groups = [*readiness.groups(index)]
    made = await ls.plans.all(index, groups)
    files = [path for group in groups for path in group]
    left = (made.get(path, ()) for path in files)
    ready = sum(needs is not None and not any(need.holds for need in needs) for needs in left)
    states = [readiness.readiness(index, place, made) for place in readiness.workflows(index)]
    found = [_workflow(ls, each) for each in states if each is not None]
    return {"workflows": found, "files": len(files), "ready": ready}


def explained(ls: Server, params: Any) -> dict[str, Any]:
    """The page of a rule or symbol; where it is unknown, names that look alike. Raises JsonRpcInvalidParams."""
    key = dig(params, "key")
    if not isinstance(key, str):
        raise JsonRpcInvalidParams(f"{EXPLAIN}: params.key is no string")
    page = explain(key)
    return {"markdown": page, "nearest": [] if page else nearest(key)}


async def migrate(ls: Server, arguments: Sequence[Any] | None) -> Raw | None:
    """Migrate every file that can be: the command `flyteshift.migrateWorkspace`.

    With the argument `{"apply": false}` the edit is the answer; otherwise the client is asked to make it. Planning is
    shown as progress, and ends where the user cancels that. Raises JsonRpcContentModified where a file was changed in
    the meantime.
    """
    await ls.indexes.settled(PATIENCE)
    index = ls.indexes.now
    groups = await ls.plans.groups(index)
    made = await _all_changes(ls, index, groups)
    left = sum(len({need.path for need in changes.left}) for changes in made)
    edit = await asyncio.to_thread(workspace_edit, ls, [changes.files for changes in made if changes.files])
    return await _handed(ls, edit, arguments, "Migrate the workspace to Flyte 2", left)


async def _all_changes(ls: Server, index: Index, groups: Sequence[list[str]]) -> list[Changes]:
    """The changes of each group, planned by all workers, those of many files first."""
    made: dict[str, Changes] = {}
    count, seen = sum(map(len, groups)), 0
    task = asyncio.current_task()
    work = WorkDone(ls, "Flyte: planning the migration", lambda: task is not None and task.cancel())

    async def plan(group: list[str]) -> None:
        nonlocal seen
        made[group[0]] = await _changes(ls, index, group)
        seen += len(group)
        work.report(f"{seen:,} of {count:,} files", seen * 100 // count)

    try:
        await ls.plans.each(sorted(groups, key=len, reverse=True), plan)
    finally:
        work.end(f"{seen:,} of {count:,} files")
    return [made[group[0]] for group in groups]


async def migrate_workflow(ls: Server, argument: Any) -> Raw | None:
    """Migrate a workflow with everything it calls: the command `flyteshift.migrateTogether`.

    The argument is `{"path": ..., "name": ...}`, with `"apply": false` for the edit as the answer. Raises
    JsonRpcException with what stands in the way.
    """
    path, name = dig(argument, "path"), dig(argument, "name")
    if not isinstance(path, str) or not isinstance(name, str):
        raise JsonRpcInvalidParams("flyteshift.migrateTogether: path and name are missing")
    edit = await unit_edit(ls, path, name)
    return await _handed(ls, edit, [argument], f"Migrate {name or Path(path).name} to Flyte 2")


async def unit_edit(ls: Server, path: str, name: str) -> types.WorkspaceEdit:
    """The edit that migrates a workflow, or a file, with all that belongs to it.

    Raises JsonRpcException with what stands in the way, JsonRpcContentModified where a file was changed meanwhile.
    """
    await ls.indexes.settled(PATIENCE)
    index = ls.indexes.of(Path(path))
    unit = units.unit(index, path, name) if index is not None else None
    if index is None or unit is None:
        raise JsonRpcContentModified("there is nothing of other files to migrate with this any more")
    changes = await _changes(ls, index, [*unit.files, *unit.others])
    why_not = units.missing(unit, changes)
    if why_not:
        raise JsonRpcException(why_not, types.LSPErrorCodes.RequestFailed.value)
    return workspace_edit(ls, [changes.files])


async def _changes(ls: Server, index: Index, group: Sequence[str]) -> Changes:
    try:
        return await ls.plans.changes(index, group)
    except (WorkerError, OSError, ValueError) as error:
        logger.warning("planning failed: %s", error)
        return Changes((), tuple(Need(path, 0, 0, 0, _UNKNOWN) for path in group))


async def _handed(
    ls: Server, edit: types.WorkspaceEdit, arguments: Sequence[Any] | None, label: str, left: int = 0
) -> Raw | None:
    """The edit as the answer, or made by the client; a client that makes none is told what to do."""
    empty = not edit.document_changes and not edit.changes
    plain = await asyncio.to_thread(ls.protocol.plain, edit)  # that of a large workspace takes a while
    if arguments and dig(arguments[0], "apply") is False:
        return Raw(json.dumps(plain).encode())
    if empty:
        said = f" {left} files need you; `flyteshift report` lists what." if left else ""
        _tell(ls, f"There is nothing that can be migrated by itself.{said}")
    elif ls.client.apply_edit:
        ls.protocol.ask(types.WORKSPACE_APPLY_EDIT, {"label": label, "edit": plain}, lambda _: None)
    else:
        _tell(ls, "This editor lets no server change files; run `flyteshift migrate --write` in a terminal.")
    return None


def _tell(ls: Server, text: str) -> None:
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, text))


def _workflow(ls: Server, state: Readiness) -> dict[str, Any]:
    defined = state.defined
    reasons = {need.message: need for need in reversed([*state.needs, *state.tests])}
    told = [_reason(ls, need) for need in sorted(reasons.values())[:_MOST_REASONS]]
    location = _location(ls, state.place.path, Span(defined.start, defined.end))
    if state.state == "unknown":
        told.append({"message": _UNKNOWN, "location": location})
    if state.beyond:
        told.append({"message": state.ways_out, "location": location})
    return {
        "name": state.place.name,
        "kind": defined.kind,
        "state": _STATES.get(state.state, "needs you"),
        "location": location,
        "calls": len(state.tasks) + len(state.workflows),
        "reasons": told,
    }


def _reason(ls: Server, need: Need) -> dict[str, Any]:
    return {"message": need.message, "location": _location(ls, need.path, Span(need.start, need.end))}


def _location(ls: Server, path: str, span: Span) -> types.Location:
    document = reader(ls)(path)
    if document is None:
        start = types.Position(0, 0)
        return types.Location(uri_of(path), types.Range(start, start))
    return types.Location(document.uri, convert.range_(document, span, ls.client.encoding))
