"""Planning beside the editor's work: by worker processes, kept by the contents of all that was looked at."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyteshift.features import readiness as feature
from flyteshift.features import units
from flyteshift.features.readiness import Need
from flyteshift.features.units import Changes
from flyteshift.lsp import convert
from flyteshift.workspace.index import Index
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.workers import Worker, WorkerError, cores

if TYPE_CHECKING:
    from flyteshift.lsp.server import Server

logger = logging.getLogger(__name__)

_IDLE = 60.0
"""Seconds after which workers without work end."""
_KEPT = 2000

Made = dict[str, tuple[Need, ...] | None]
"""By file what stands in the way of its migration; None where planning failed."""


class Plans:
    """What stands in the way of files. For the loop's thread; one core stays with the keystrokes."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._pool = Pool(max(cores() - 1, 1))
        self._known: dict[object, asyncio.Future[Made]] = {}

    async def of(self, index: Index, paths: Sequence[str]) -> Made:
        """The plans of files and of those that must be migrated along."""
        group = feature.together(index, paths)
        if not group:
            return {}
        settings = self._settings(group[0])
        question = feature.question(index, group, settings, self._opened(index))
        looked = [*group, *question["callers"], *question["users"]]
        digests = (index.entries[path].digest for path in looked if path in index.entries)
        key = (settings, tuple(looked), tuple(digests))
        if key not in self._known:
            self._known[key] = asyncio.ensure_future(self._ask(key, question))
            if len(self._known) > _KEPT:
                del self._known[next(iter(self._known))]
        return await asyncio.shield(self._known[key])

    async def all(self, index: Index, groups: Iterable[list[str]]) -> Made:
        """The plans of many groups of files. What is asked for meanwhile gets its turn."""
        made: Made = {}

        async def plan(group: list[str]) -> None:
            made.update(await self.of(index, group))

        await self.each(groups, plan)
        return made

    async def each(self, groups: Iterable[list[str]], plan: Callable[[list[str]], Awaitable[None]]) -> None:
        """Do something for every group, for as many at a time as there are workers."""
        left = iter(groups)

        async def take() -> None:
            for group in left:
                await plan(group)

        await asyncio.gather(*(take() for _ in range(self._pool.size)))

    async def groups(self, index: Index) -> list[list[str]]:
        """All files with Flyte 1, in the groups that a migration of everything plans together."""
        groups = [*feature.groups(index)]
        secret = await asyncio.to_thread(units.with_secrets, groups, self._opened(index))
        return units.joined(groups, secret, lambda group: (index.root_of(group[0]), self._settings(group[0])))

    async def changes(self, index: Index, group: Sequence[str]) -> Changes:
        """What migrating files together does. Raises OSError, WorkerError, ValueError."""
        question = units.question(index, group, self._settings(group[0]), self._opened(index))
        return units.restored(await self._pool.call(units.CHANGES, question))

    async def _ask(self, key: object, question: dict[str, Any]) -> Made:
        try:
            answer = await self._pool.call(feature.PLANS, question)
        except (WorkerError, OSError, ValueError) as error:
            logger.warning("planning failed: %s", error)
            self._known.pop(key, None)  # whoever asks next has it tried again
            answer = dict.fromkeys(question["paths"])
        return feature.restored(answer)

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


class Pool:
    """Some workers, each with one question at a time."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._free = [Worker() for _ in range(size)]
        self._slots = asyncio.Semaphore(size)
        self._idle: asyncio.TimerHandle | None = None

    async def call(self, function: str, argument: Any) -> Any:
        """The answer of a worker. Raises OSError, WorkerError, ValueError.

        One whose answer is not waited for any more has to give it all the same before it is asked again.
        """
        await self._slots.acquire()
        if self._idle is not None:
            self._idle.cancel()
        worker = self._free.pop()
        asked = asyncio.ensure_future(asyncio.to_thread(worker.call, function, argument))
        asked.add_done_callback(lambda done: self._give_back(worker, done))
        return await asyncio.shield(asked)

    def _give_back(self, worker: Worker, done: asyncio.Future[Any]) -> None:
        _ = done.cancelled() or done.exception()  # nobody may wait for it any more
        self._free.append(worker)
        self._slots.release()
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE, self._end)

    def _end(self) -> None:
        for worker in self._free:
            worker.end()
