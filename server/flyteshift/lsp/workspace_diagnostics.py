"""Diagnostics of all files of the workspace: pulled, in parts, or pushed where a setting asks for that."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Collection, Iterator
from pathlib import Path
from threading import Event
from typing import Any

from lsprotocol import types

from flyteshift.lsp import closed, diagnostics
from flyteshift.lsp.manners import Raw
from flyteshift.lsp.server import Server
from flyteshift.workspace.entries import Entry
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.workers import Cancelled, cores, run_all

_PATIENCE = 600.0
"""Seconds that a request waits for the index."""
_SETTLE = 0.03
"""Seconds that files which are not open wait, so that what the user waits for goes first."""
_PART = 20
"""Files in one partial result, and in one task of a worker."""
_HERE = 8
"""Up to so many files no worker is started."""

_File = tuple[str, str, Entry]
"""Path, URI, entry with all that is seen through its imports."""


class Pusher:
    """What was pushed of files that are not open."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._told: dict[str, str] = {}
        """The result id of what was pushed, by path."""
        self._task: asyncio.Task[None] | None = None
        self._wanted = False

    def changed(self, *_: Any) -> None:
        """An index or the settings changed."""
        self._wanted = True
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._push())

    def closed(self, path: str) -> None:
        """A document was closed, and its diagnostics taken away: those of the file come."""
        self._told.pop(path, None)
        self.changed()

    async def _push(self) -> None:
        ls = self._server
        while self._wanted:
            await asyncio.sleep(_SETTLE)
            self._wanted = False
            there = {path: (uri, entry) for path, uri, entry in _files(ls, only_pushed=True)}
            for path in [path for path in self._told if path not in there]:
                del self._told[path]
                if ls.documents.uri_of(path) is None:
                    _publish(ls, Path(path).as_uri(), "")
            new = []
            for path, (uri, entry) in there.items():
                result = closed.result_id(entry, ls.configuration.of(uri), ls.client)
                if ls.documents.uri_of(path) is None and self._told.get(path) != result:
                    self._told[path] = result
                    new.append((path, uri, entry))
            async for part in _items(ls, new):
                for (path, uri, _), found in part:
                    if ls.documents.uri_of(path) is None and path in self._told:
                        _publish(ls, uri, found or "")


def register(server: Server) -> None:
    """Take on pull requests; push where the client does not pull."""
    if server.client.pulls_diagnostics:
        server.feature(types.WORKSPACE_DIAGNOSTIC)(pull)
        server.indexes.listen(lambda *_: diagnostics.refresh(server))
    else:
        server.pusher = Pusher(server)
        server.indexes.listen(server.pusher.changed)


async def pull(ls: Server, params: types.WorkspaceDiagnosticParams) -> Raw:
    """The diagnostics of all files: in parts where the client takes parts; `unchanged` for those that it has."""
    await ls.indexes.ready(_PATIENCE)
    before = {each.uri: each.value for each in params.previous_result_ids}
    token = params.partial_result_token
    reports: list[str] = []
    async for part in _reports(ls, before):
        if token is None:
            reports += part
        else:
            ls.protocol.tell(types.PROGRESS, Raw(f'{{"token":{json.dumps(token)},"value":{_list(part)}}}'.encode()))
    return Raw(_list(reports).encode())


def _list(reports: list[str]) -> str:
    return f'{{"items":[{",".join(reports)}]}}'


async def _reports(ls: Server, before: dict[str, str]) -> AsyncIterator[list[str]]:
    there: list[tuple[str, _File]] = []
    quick: list[str] = []
    seen = set()
    for path, uri, entry in _files(ls):
        settings = ls.configuration.of(uri)
        if settings.diagnostics == "open":
            continue
        seen.add(uri)
        if ls.documents.get(uri) is not None:
            quick.append(diagnostics.workspace_report(ls, uri, before.get(uri)))
            continue
        result = closed.result_id(entry, settings, ls.client)
        if before.get(uri) == result:
            quick.append(f'{{"kind":"unchanged","uri":{json.dumps(uri)},"version":null,"resultId":"{result}"}}')
        else:
            there.append((result, (path, uri, entry)))
    quick += [closed.empty(uri) for uri in before if uri not in seen]
    if quick:
        yield quick
    results = {file[0]: result for result, file in there}
    async for part in _items(ls, [file for _, file in there]):
        yield [_full(uri, results[path], found or "") for (path, uri, _), found in part]


def _full(uri: str, result: str, items: str) -> str:
    return f'{{"kind":"full","uri":{json.dumps(uri)},"version":null,"resultId":"{result}","items":[{items}]}}'


def _files(ls: Server, *, only_pushed: bool = False) -> Iterator[_File]:
    """The files that may have findings: those that Flyte is in, and what is open beside them."""
    index = ls.indexes.now
    pushed: dict[str, bool] = {}
    for path in index.flyte_files():
        folder = path.rpartition(os.sep)[0]
        if only_pushed and folder not in pushed:  # the files of a folder share their settings
            pushed[folder] = ls.configuration.of_folder(Path(folder)).diagnostics == "workspace"
        if not only_pushed or pushed[folder]:
            entry = index.entries[path]._replace(given=index.seen(path))
            yield path, ls.documents.uri_of(path) or Path(path).as_uri(), entry


async def _items(ls: Server, asked: list[_File]) -> AsyncIterator[list[tuple[_File, str | None]]]:
    """The diagnostics of files, in parts as they are made."""
    by_settings: dict[Settings, list[_File]] = {}
    for file in asked:
        by_settings.setdefault(ls.configuration.of(file[1]), []).append(file)
    batches = [
        (settings, group[at : at + _PART])
        for settings, group in by_settings.items()
        for at in range(0, len(group), _PART)
    ]
    questions = [closed.question(group, settings, ls.client) for settings, group in batches]
    if len(asked) <= _HERE:
        for question, (_, group) in zip(questions, batches, strict=True):
            found = await asyncio.to_thread(closed.items, question)
            yield list(zip(group, found, strict=True))
        return
    groups = {id(question): group for question, (_, group) in zip(questions, batches, strict=True)}
    stop = Event()
    answers: asyncio.Queue[tuple[Any, Any] | None] = asyncio.Queue()
    work = asyncio.ensure_future(asyncio.to_thread(_work, ls, questions, stop, answers))
    try:
        while (answer := await answers.get()) is not None:
            yield list(zip(groups[id(answer[0])], answer[1], strict=True))
    finally:
        stop.set()
    await work


def _work(ls: Server, questions: Collection[Any], stop: Event, answers: asyncio.Queue[tuple[Any, Any] | None]) -> None:
    try:
        for answer in run_all(closed.ITEMS, questions, cores(), stop.is_set):
            ls.loop.call_soon_threadsafe(answers.put_nowait, answer)
    except Cancelled:
        pass
    finally:
        ls.loop.call_soon_threadsafe(answers.put_nowait, None)


def _publish(ls: Server, uri: str, items: str) -> None:
    params = f'{{"uri":{json.dumps(uri)},"diagnostics":[{items}]}}'
    ls.protocol.tell(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS, Raw(params.encode()))
