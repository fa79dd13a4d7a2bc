"""Work-done progress: what the user sees of work in the background, where the client shows it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import Any

from lsprotocol import types

from flyteshift.lsp.server import Server

_EVERY = 0.1
"""Seconds between two reports."""


class WorkDone:
    """One piece of work. Its methods may be called from any thread; what is sent is sent by the loop's."""

    def __init__(self, server: Server, title: str, cancel: Callable[[], object] | None = None) -> None:
        self._server = server
        self._token = f"flyteshift-{secrets.token_hex(6)}"
        self._begun = False
        self._ended: str | None = None
        self._last = 0.0
        if server.client.work_done_progress:
            server.loop.call_soon_threadsafe(self._create, title, cancel)

    def report(self, message: str, percentage: int | None = None) -> None:
        """Say how far it is; what comes too soon after the last report is left out."""
        now = time.monotonic()
        if now - self._last >= _EVERY and self._server.client.work_done_progress:
            self._last = now
            value = types.WorkDoneProgressReport(message=message, percentage=percentage)
            self._server.loop.call_soon_threadsafe(self._send, value)

    def end(self, message: str) -> None:
        """It is over."""
        if self._server.client.work_done_progress:
            self._server.loop.call_soon_threadsafe(self._end, message)

    def _create(self, title: str, cancel: Callable[[], object] | None) -> None:
        if cancel is not None:
            self._server.progress_cancels[self._token] = cancel

        def begin(_: Any) -> None:
            self._begun = True
            self._send(types.WorkDoneProgressBegin(title, cancellable=cancel is not None, percentage=0))
            if self._ended is not None:  # quicker than the client's answer
                self._end(self._ended)

        parameters = types.WorkDoneProgressCreateParams(self._token)
        self._server.protocol.ask(types.WINDOW_WORK_DONE_PROGRESS_CREATE, parameters, begin)

    def _end(self, message: str) -> None:
        self._ended = message
        self._server.progress_cancels.pop(self._token, None)
        self._send(types.WorkDoneProgressEnd(message=message))
        self._begun = False

    def _send(self, value: Any) -> None:
        if self._begun:
            self._server.protocol.notify(types.PROGRESS, types.ProgressParams(self._token, value))
