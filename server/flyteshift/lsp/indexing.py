"""The index of the workspace folders: made beside the editor's work, and kept up with files and open documents.

A thread of its own makes the next index; the loop's thread only ever swaps one for the next. So neither a slow disk nor
ten thousand files are in the way of a keystroke.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread

from lsprotocol import types

from flyteshift.collecting import uncollected
from flyteshift.lsp import convert, diagnostics
from flyteshift.lsp.plain import dig
from flyteshift.lsp.progress import WorkDone
from flyteshift.lsp.server import Server
from flyteshift.lsp.settings import outermost
from flyteshift.workspace.entries import Given
from flyteshift.workspace.files import SUFFIXES
from flyteshift.workspace.gather import Gatherer
from flyteshift.workspace.imports import imports
from flyteshift.workspace.index import Index
from flyteshift.workspace.locate import inside
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

Listener = Callable[[Index, Collection[str]], None]
"""Gets the new index, and the files that changed in it."""


@dataclass
class _Folder:
    """A workspace folder. `there`: the index holds it."""

    root: str
    gatherer: Gatherer
    stop: Event = field(default_factory=Event)
    there: bool = False


class Indexes:
    """The index of the workspace. All methods are for the loop's thread, and none of them waits."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._folders: dict[str, _Folder] = {}
        self._index = Index()
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._thread: Thread | None = None
        self._edited: set[str] = set()
        self._touched: set[str] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._listeners: list[Listener] = []
        self._ready = asyncio.Event()
        self._building = 0
        self._busy = 0
        """The jobs that were given to the thread and are not done."""
        self._looked = time.monotonic()

    # -- questions

    def of(self, path: Path | None) -> Index | None:
        """The index, if it holds the folder of a file; None where it does not yet."""
        folder = self._of(str(path)) if path is not None else None
        return self._index if folder is not None and folder.there else None

    @property
    def now(self) -> Index:
        """The index of the folders that are known so far."""
        return self._index

    async def ready(self, timeout: float) -> bool:
        """Wait until nothing is being indexed for the first time; False where that takes longer."""
        try:
            await asyncio.wait_for(self._ready.wait(), timeout)
        except asyncio.TimeoutError:
            return False
        return True

    async def settled(self, timeout: float, but: str | None = None) -> None:
        """Wait until the indexes know all that was typed and written so far, at most so many seconds.

        What was typed in the document `but` is not waited for, if there is nothing else.
        """
        await self.ready(timeout)
        path = self._path(but) if but is not None else None
        told = self._server.client.registers_watchers and not self._touched and not self._busy
        if path and told and self._edited <= {path}:
            return
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
        wanted = outermost(self._server.configuration.folder_paths())
        for root in [*self._folders]:
            if root not in wanted:
                self._folders.pop(root).stop.set()
                before, self._index = self._index, self._index.without_root(root)
                gone = [path for path in before.flyte_files() if path not in self._index.entries]
                for path in gone:
                    self._take_given(path, ())
                self._tell(gone)
                self._run(self._rejoin)
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
            if folder.there:
                given = self._index.seen(path, imports(document.data))
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
        if paths:
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
            self._update(paths, folders=True)

    def _update(self, paths: Collection[str], *, folders: bool = False) -> None:
        for folder in self._folders.values():
            mine = [path for path in paths if self._of(path) is folder]
            if mine or folders:
                self._run(lambda folder=folder, mine=mine: self._follow(folder, mine, folders))  # type: ignore[misc]

    def _publish(self, folder: _Folder | None, index: Index, changed: Collection[str], given: dict[str, Given]) -> None:
        if folder is not None and self._folders.get(folder.root) is not folder:
            return
        for root in index.roots:
            if root not in self._folders:  # taken away meanwhile
                index = index.without_root(root)
        if folder is not None:
            folder.there = True
        self._index = index
        for path, found in given.items():
            self._take_given(path, found)
        self._tell(changed)

    def _tell(self, changed: Collection[str]) -> None:
        for listener in self._listeners:
            listener(self._index, changed)

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
        found = [folder for root, folder in self._folders.items() if inside(path, root)]
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
        self._busy += 1
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
            with suppress(RuntimeError):  # the loop is closed: the server ends
                self._server.loop.call_soon_threadsafe(self._done)

    def _done(self) -> None:
        self._busy -= 1

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
            folder.gatherer.progress = lambda progress: done.report(*progress.said())
            folder.gatherer.opened = self._opened()
            again = folder.there
            index = folder.gatherer.build(self._index)
            hand_over = self._prepared if again else self._hand_over
            hand_over(folder, index, index.changed_since(self._index))
        finally:
            folder.gatherer.progress = lambda _: None
            done.end(f"{self._index.count(folder.root):,} files" if folder.there else "stopped")
            call(self._built)
        if not again:  # there was nothing before it, so it came as it was
            with uncollected():
                index.prepare()

    def _refresh(self, folder: _Folder) -> None:
        before = self._index
        if folder.there:
            folder.gatherer.opened = self._opened()
            index = folder.gatherer.refresh(before)
            if index is not before:
                self._prepared(folder, index, index.changed_since(before))
                folder.gatherer.store(index)

    def _follow(self, folder: _Folder, paths: list[str], folders: bool) -> None:
        before = self._index
        if not folder.there:
            return
        folder.gatherer.opened = self._opened()
        index = folder.gatherer.update(before, paths, folders=folders)
        changed = index.changed_since(before)
        if index is before:
            return
        self._prepared(folder, index, changed)
        if any(path not in folder.gatherer.opened for path in changed):
            folder.gatherer.store(index)

    def _rejoin(self) -> None:
        """A folder is gone: files of others may have been read with what they import from it."""
        before = self._index
        gatherer = next((folder.gatherer for folder in self._folders.values() if folder.there), None)
        if gatherer is not None:
            gatherer.opened = self._opened()
            index = gatherer.joined(before)
            self._prepared(None, index, index.changed_since(before))

    def _prepared(self, folder: _Folder | None, index: Index, changed: Collection[str]) -> None:
        """Compute what requests will ask for, then hand the index over."""
        index.prepare()
        self._hand_over(folder, index, changed)

    def _hand_over(self, folder: _Folder | None, index: Index, changed: Collection[str]) -> None:
        """Give the index to the loop's thread, and wait until that has it."""
        known = index.entries
        given = {path: index.seen(path, known[path].imports) for path in self._opened() if path in known}
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
