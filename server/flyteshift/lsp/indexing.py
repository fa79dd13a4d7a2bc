"""The index of each workspace folder: made beside the editor's work, and kept up with files and open documents.

A thread of its own makes and changes indexes; the loop's thread only ever swaps one for the next. So neither a slow
disk nor ten thousand files are in the way of a keystroke.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread

from lsprotocol import types

from flyteshift.lsp import convert, diagnostics
from flyteshift.lsp.plain import dig
from flyteshift.lsp.progress import WorkDone
from flyteshift.lsp.server import Server
from flyteshift.workspace.entries import Given
from flyteshift.workspace.files import SUFFIXES
from flyteshift.workspace.gather import Gatherer, Progress
from flyteshift.workspace.imports import imports
from flyteshift.workspace.index import Index
from flyteshift.workspace.summary import values
from flyteshift.workspace.workers import Cancelled

logger = logging.getLogger(__name__)

_PAUSE = 0.3
"""Seconds without an edit after which the index takes in what was typed."""
_SETTLE = 0.15
"""Seconds that events of files are gathered, as a change of branch sends hundreds."""
_LOOK_AGAIN = 10.0
"""Seconds after which a document that is opened makes us look for changed files, where the client watches none."""
_MANY = 400
"""More changed files than this: a look at all is as quick."""

Listener = Callable[[str, Index, Collection[str]], None]
"""Gets a folder, its new index, and the files that changed in it."""


@dataclass
class _Folder:
    """A workspace folder with its index, once there is one."""

    root: str
    gatherer: Gatherer
    stop: Event = field(default_factory=Event)
    index: Index | None = None
    given: dict[str, Given] = field(default_factory=dict)
    """What the imports of open documents hold, by path."""


class Indexes:
    """The indexes. All methods are for the loop's thread, and none of them waits."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._folders: dict[str, _Folder] = {}
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread: Thread | None = None
        self._edited: set[str] = set()
        self._touched: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._listeners: list[Listener] = []
        self._ready = asyncio.Event()
        self._building = 0
        self._looked = time.monotonic()

    # -- questions

    def of(self, path: Path | None) -> Index | None:
        """The index of the folder that holds a file; None where there is none yet."""
        folder = self._of(str(path)) if path is not None else None
        return folder.index if folder is not None else None

    def all(self) -> list[Index]:
        """All indexes that are there."""
        return [folder.index for folder in self._folders.values() if folder.index is not None]

    async def ready(self, timeout: float) -> bool:
        """Wait until nothing is being indexed for the first time; False where that takes longer."""
        try:
            await asyncio.wait_for(self._ready.wait(), timeout)
        except asyncio.TimeoutError:
            return False
        return True

    async def settled(self, timeout: float) -> None:
        """Wait until the indexes know all that was typed and written so far, at most so many seconds."""
        await self.ready(timeout)
        for timer in self._timers.values():
            timer.cancel()
        self._take_edits()
        self._take_touches()
        if not self._server.client.registers_watchers:
            self.moved()  # nobody tells of files that others write
        done, loop = asyncio.Event(), asyncio.get_running_loop()

        def reached() -> None:
            loop.call_soon_threadsafe(done.set)

        self._run(reached)
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(done.wait(), timeout)

    def listen(self, listener: Listener) -> None:
        """Tell of every new index."""
        self._listeners.append(listener)

    # -- events

    def start(self) -> None:
        """Index the workspace folders."""
        self.folders_changed()

    def folders_changed(self) -> None:
        """Workspace folders, or what is excluded from them, may have changed."""
        roots = self._server.configuration.folder_paths()
        wanted = [root for root in roots if not any(_inside(root, other) for other in roots if other != root)]
        for root in [*self._folders]:
            if root not in wanted:
                gone = self._folders.pop(root)
                gone.stop.set()
                for path in gone.index.entries if gone.index is not None else ():
                    self._take_given(path, ())
                self._tell(Index(root, {}), gone.index.flyte_files() if gone.index is not None else ())
        for root in wanted:
            settings = self._server.configuration.of(Path(root).as_uri() + "/x.py")
            known = self._folders.get(root)
            if known is not None and known.gatherer.settings.excluded == settings.excluded:
                known.gatherer.settings = settings
                continue
            if known is not None:
                known.stop.set()
            stop = Event()
            folder = _Folder(root, Gatherer(Path(root), settings, cancelled=stop.is_set), stop)
            self._folders[root] = folder
            self._run(lambda folder=folder: self._build(folder))  # type: ignore[misc]
        if not self._folders:
            self._ready.set()

    def rebuild(self) -> None:
        """Look at every file of every folder again."""
        for folder in self._folders.values():
            folder.stop.clear()
            self._run(lambda folder=folder: self._build(folder))  # type: ignore[misc]

    def opened(self, uri: str) -> None:
        """A document was opened: what its imports hold is known at once, where there is an index."""
        path = self._path(uri)
        folder = self._of(path) if path else None
        document = self._server.documents.get(uri)
        if path and folder is not None and document is not None:
            if folder.index is not None:
                given = folder.index.given_to(path, imports(document.data))
                self._server.documents.give(uri, given, values(dict(given)))
            self.edited(uri)
            now = time.monotonic()
            if not self._server.client.registers_watchers and now - self._looked > _LOOK_AGAIN:
                self._looked = now
                self.moved()

    def edited(self, uri: str) -> None:
        """A document was edited or closed: the index follows when the typing pauses."""
        path = self._path(uri)
        if path and self._of(path) is not None:
            self._edited.add(path)
            self._later("edited", _PAUSE, self._take_edits)

    def touched(self, paths: Collection[str]) -> None:
        """Files were made, written or deleted."""
        self._touched.update(path for path in paths if path.endswith(SUFFIXES))
        if self._touched:
            self._later("touched", _SETTLE, self._take_touches)

    def moved(self) -> None:
        """Folders were renamed or deleted, with what is in them."""
        for folder in self._folders.values():
            self._run(lambda folder=folder: self._refresh(folder))  # type: ignore[misc]

    # -- in the loop's thread

    def _take_edits(self) -> None:
        paths, self._edited = self._edited, set()
        self._update(paths)

    def _take_touches(self) -> None:
        paths, self._touched = self._touched, set()
        if len(paths) > _MANY:
            self.moved()
        else:
            self._update(paths)

    def _update(self, paths: Collection[str]) -> None:
        for folder in self._folders.values():
            mine = [path for path in paths if self._of(path) is folder]
            if mine:
                self._run(lambda folder=folder, mine=mine: self._follow(folder, mine))  # type: ignore[misc]

    def _publish(self, folder: _Folder, index: Index, changed: Collection[str], given: dict[str, Given]) -> None:
        if self._folders.get(folder.root) is not folder:
            return
        if folder.index is None:
            # Ten thousand entries that stay: no collection needs to look at them between two keystrokes.
            gc.freeze()
        folder.index = index
        for path, found in given.items():
            self._take_given(path, found)
        self._tell(index, changed)

    def _tell(self, index: Index, changed: Collection[str]) -> None:
        for listener in self._listeners:
            listener(index.root, index, changed)

    def _take_given(self, path: str, given: Given) -> None:
        """What the imports of a document hold is known: its findings follow, if that is news."""
        uri = self._server.documents.uri_of(path)
        if uri is not None and self._server.documents.give(uri, given, values(dict(given)) if given else {}):
            diagnostics.changed(self._server, uri)
            diagnostics.refresh(self._server)

    def _built(self) -> None:
        self._building -= 1
        if not self._building:
            self._ready.set()

    def _path(self, uri: str) -> str | None:
        path = convert.path(uri)
        return str(path) if path is not None else None

    def _of(self, path: str) -> _Folder | None:
        found = [folder for root, folder in self._folders.items() if _inside(path, root)]
        return max(found, key=lambda folder: len(folder.root), default=None)

    def _later(self, name: str, seconds: float, then: Callable[[], None]) -> None:
        if name in self._timers:
            self._timers[name].cancel()
        self._timers[name] = asyncio.get_running_loop().call_later(seconds, then)

    # -- in the thread of the index

    def _run(self, job: Callable[[], None]) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._work, daemon=True, name="index")
            self._thread.start()
        self._jobs.put(job)

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            try:
                job()
            except Cancelled:
                pass
            except Exception:
                logger.exception("indexing failed")

    def _build(self, folder: _Folder) -> None:
        call = self._server.loop.call_soon_threadsafe
        begun = Event()

        def begin() -> None:
            self._building += 1
            self._ready.clear()
            begun.set()

        call(begin)
        begun.wait(1)
        done = WorkDone(self._server, "Flyte: reading the workspace", folder.stop.set)
        try:
            folder.gatherer.progress = lambda progress: done.report(*_said(progress))
            folder.gatherer.opened = self._opened()
            index = folder.gatherer.build()
            self._prepared(folder, index, index.flyte_files())
        finally:
            folder.gatherer.progress = lambda _: None
            index_ = folder.index
            done.end(f"{len(index_.entries):,} files" if index_ is not None else "stopped")
            call(self._built)

    def _refresh(self, folder: _Folder) -> None:
        before = folder.index
        if before is not None:
            folder.gatherer.opened = self._opened()
            index = folder.gatherer.refresh(before)
            if index is not before:
                self._prepared(folder, index, _changed(before, index))
                folder.gatherer.store(index)

    def _follow(self, folder: _Folder, paths: list[str]) -> None:
        before = folder.index
        if before is None:
            return
        folder.gatherer.opened = self._opened()
        index = folder.gatherer.update(before, paths)
        changed = _changed(before, index)
        self._prepared(folder, index, changed)
        if any(path not in folder.gatherer.opened for path in changed):
            folder.gatherer.store(index)

    def _prepared(self, folder: _Folder, index: Index, changed: Collection[str]) -> None:
        """Compute what requests will ask for, then hand the index over and wait until it is taken."""
        index.prepare()
        opened = [path for path in folder.gatherer.opened if _inside(path, folder.root)]
        given = {path: index.given(path) for path in opened}
        taken = Event()

        def publish() -> None:
            try:
                self._publish(folder, index, changed, given)
            finally:
                taken.set()

        self._server.loop.call_soon_threadsafe(publish)
        taken.wait(5)

    def _opened(self) -> dict[str, str]:
        """The texts of the open documents by path."""
        documents = self._server.documents
        found = {}
        for uri in documents.uris():
            path, document = self._path(uri), documents.get(uri)
            if path is not None and document is not None:
                found[path] = document.text
        return found


def register(server: Server) -> None:
    """Take on the events of files and folders."""
    server.indexes = Indexes(server)
    server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)(cancel)
    for event in (types.WORKSPACE_DID_DELETE_FILES, types.WORKSPACE_DID_RENAME_FILES):
        server.feature(event)(did_move_files)


def did_move_files(ls: Server, params: types.DeleteFilesParams | types.RenameFilesParams) -> None:
    """Folders were renamed or deleted in the editor."""
    ls.indexes.moved()


def cancel(ls: Server, params: types.WorkDoneProgressCancelParams) -> None:
    """The user does not want to wait for what the progress was about."""
    then = ls.progress_cancels.get(str(dig({"token": params.token}, "token")))
    if then is not None:
        then()


def _said(progress: Progress) -> tuple[str, int | None]:
    if not progress.of:
        return "looking for files", None
    return f"{progress.done:,} of {progress.of:,} files", progress.done * 100 // progress.of


def _changed(before: Index, after: Index) -> list[str]:
    paths = before.entries.keys() | after.entries.keys()
    return [path for path in paths if before.entries.get(path) is not after.entries.get(path)]


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
