"""What the client sent and nobody has looked at yet.

A thread of its own reads, so that a cancellation or an `exit` is seen while the server works.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, BinaryIO

from pygls.exceptions import JsonRpcException, JsonRpcParseError, JsonRpcRequestCancelled

from flyteshift.lsp.plain import dig
from flyteshift.lsp.wire import bodies


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as JSON gave it; with `error`, all that is left to do is to answer that."""

    data: Any
    error: JsonRpcException | None = None

    @property
    def method(self) -> Any:
        """The method it names, if any."""
        return self.data.get("method") if isinstance(self.data, dict) else None

    def changes(self, uri: str) -> bool:
        """True for a `textDocument/didChange` of that document."""
        return self.method == "textDocument/didChange" and bool(dig(self.data, "params", "textDocument", "uri") == uri)


class Inbox:
    """Messages in the order in which they came. `fill` runs in the reading thread, all else in the loop's."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._queue: deque[Incoming | None] = deque()
        self._lock = Lock()
        self._arrived = asyncio.Event()

    async def get(self) -> Incoming | None:
        """The next message; None after the last."""
        while not self._queue:
            self._arrived.clear()
            await self._arrived.wait()
        with self._lock:
            return self._queue.popleft()

    @property
    def is_empty(self) -> bool:
        """True where all that the client sent so far was taken."""
        return not self._queue

    def superseded(self, uri: str) -> bool:
        """True where another change of that document is waiting already."""
        with self._lock:
            return any(waiting is not None and waiting.changes(uri) for waiting in self._queue)

    def fill(self, stream: BinaryIO, at_end: Callable[[int | None], None]) -> None:
        """Read until `exit`, then call `at_end` with the exit code that is due; None at the end of the stream."""
        down = False
        code = None
        try:
            for body in bodies(stream):
                incoming = decoded(body)
                if incoming.method == "$/cancelRequest" and self._cancel(dig(incoming.data, "params", "id")):
                    continue
                self._put(incoming)
                down = down or incoming.method == "shutdown"
                if incoming.method == "exit":
                    code = 0 if down else 1
                    break
        except (OSError, ValueError):  # the stream was closed under our hands
            pass
        self._put(None)
        at_end(code)

    def _put(self, incoming: Incoming | None) -> None:
        with self._lock:
            self._queue.append(incoming)
        try:
            self._loop.call_soon_threadsafe(self._arrived.set)
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    def _cancel(self, request: object) -> bool:
        """Turn the waiting request of that id into its answer; False where none waits."""
        with self._lock:
            for index, waiting in enumerate(self._queue):
                if waiting is not None and waiting.method is not None and dig(waiting.data, "id") == request:
                    self._queue[index] = Incoming(waiting.data, JsonRpcRequestCancelled())
                    return request is not None
        return False


def decoded(body: bytes) -> Incoming:
    """The message in a body; one that is not JSON carries the parse error."""
    try:
        return Incoming(json.loads(body))
    except (ValueError, RecursionError) as error:
        return Incoming(None, JsonRpcParseError(f"not JSON: {error}"))
