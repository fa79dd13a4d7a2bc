"""Code lenses on workflows: how far each is from Flyte 2, found out beside the editor's work."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lsprotocol import types

from flyteshift.features import readiness as feature
from flyteshift.features import units
from flyteshift.features.readiness import Need, Readiness
from flyteshift.features.units import Changes
from flyteshift.lsp import convert
from flyteshift.lsp.plain import dig
from flyteshift.lsp.server import SHOW_WORKFLOW, Server
from flyteshift.text import Span
from flyteshift.workspace.entries import Place, is_workflow
from flyteshift.workspace.index import Index
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.workers import Worker, WorkerError

logger = logging.getLogger(__name__)

_IDLE = 60.0
"""Seconds after which a worker without work ends."""
_KEPT = 2000


class Plans:
    """What stands in the way of files, planned by a worker and kept by the contents of all that were looked at."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._worker = Worker()
        self._lock = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._known: dict[object, dict[str, tuple[Need, ...] | None]] = {}

    async def of(self, index: Index, paths: list[str]) -> dict[str, tuple[Need, ...] | None]:
        """The plans of files and of those that must be migrated along."""
        group = feature.together(index, paths)
        if not group:
            return {}
        settings = self._settings(group[0])
        question = feature.question(index, group, settings, self._opened(index))
        looked = [*group, *question["callers"], *question["users"]]
        digests = (index.entries[path].digest for path in looked if path in index.entries)
        key = (settings, tuple(looked), tuple(digests))
        async with self._lock:
            if key not in self._known:
                try:
                    self._known[key] = feature.restored(await self._call(feature.PLANS, question))
                except (WorkerError, OSError, ValueError) as error:
                    logger.warning("planning failed: %s", error)
                    return dict.fromkeys(group)
                if len(self._known) > _KEPT:
                    del self._known[next(iter(self._known))]
        return self._known.get(key, {})

    async def changes(self, index: Index, group: Sequence[str]) -> Changes:
        """What migrating files together does. Raises OSError, WorkerError, ValueError."""
        question = units.question(index, group, self._settings(group[0]), self._opened(index))
        async with self._lock:
            return units.restored(await self._call(units.CHANGES, question))

    async def _call(self, function: str, question: dict[str, Any]) -> Any:
        if self._idle is not None:
            self._idle.cancel()
        try:
            return await asyncio.to_thread(self._worker.call, function, question)
        finally:
            self._idle = asyncio.get_running_loop().call_later(_IDLE, self._worker.end)

    def _settings(self, path: str) -> Settings:
        return self._server.configuration.of(Path(path).as_uri())

    def _opened(self, index: Index) -> dict[str, str]:
        documents = self._server.documents
        found = {}
        for uri in documents.uris():
            path, document = convert.path(uri), documents.get(uri)
            if path is not None and document is not None and str(path) in index.entries:
                found[str(path)] = document.text
        return found


def register(server: Server) -> None:
    """Take on the requests for lenses, and tell the client when they may have changed."""
    server.plans = Plans(server)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(lenses)
    server.feature(types.CODE_LENS_RESOLVE)(resolve)

    def changed(index: Index, paths: Any) -> None:
        if server.client.refreshes_lenses:
            server.protocol.ask(types.WORKSPACE_CODE_LENS_REFRESH, None, lambda _: None)

    server.indexes.listen(changed)


def lenses(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
    """A lens above each workflow, without its text; none as long as there is no index."""
    path, document = convert.path(params.text_document.uri), ls.documents.get(params.text_document.uri)
    index = ls.indexes.of(path)
    entry = index.entries.get(str(path)) if index is not None else None
    if document is None or entry is None or entry.summary is None:
        return []
    made = []
    for defined in entry.summary.defined:
        # Where the text is newer than the index, the client asks again soon.
        if is_workflow(defined) and document.text[defined.start : defined.end] == defined.name:
            where = convert.range_(document, Span(defined.start, defined.end), ls.client.encoding)
            made.append(types.CodeLens(where, data={"path": str(path), "name": defined.name}))
    return made


async def resolve(ls: Server, params: types.CodeLens) -> types.CodeLens:
    """The lens with its text."""
    state = await state_of(ls, dig(params.data, "path"), dig(params.data, "name"))
    if state is not None:
        arguments = [{"path": state.place.path, "name": state.place.name}]
        params.command = types.Command(feature.title(state), SHOW_WORKFLOW, arguments=arguments)
    else:
        params.command = types.Command("not known any more", "")
    return params


async def show(ls: Server, argument: Any) -> None:
    """Tell what a workflow still needs."""
    state = await state_of(ls, dig(argument, "path"), dig(argument, "name"))
    if state is None:
        return
    lines = [f"`{state.place.name}`: {feature.title(state)}.", *([state.ways_out] if state.beyond else [])]
    lines += [f"{Path(need.path).name}, line {need.line + 1}: {need.message}" for need in state.needs[:5]]
    if len(state.needs) > 5:
        lines.append(f"and {len(state.needs) - 5} more")
    ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, "\n".join(lines)))


async def state_of(ls: Server, path: Any, name: Any) -> Readiness | None:
    """The state of a workflow; None where there is none of that name any more."""
    if not isinstance(path, str) or not isinstance(name, str):
        return None
    index = ls.indexes.of(Path(path))
    if index is None:
        return None
    place = Place(path, name)
    made = await ls.plans.of(index, [each.path for each in index.reached(*place)])
    return feature.readiness(index, place, made)
