"""A client of the Language Server Protocol over stdio that says when an answer was there, before it reads it."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_CHUNK = 1 << 20

CAPABILITIES: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "configuration": True,
        "workspaceEdit": {"documentChanges": True},
        "applyEdit": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "textDocument": {
        "synchronization": {},
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
            "codeDescriptionSupport": True,
            "dataSupport": True,
        },
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor.rewrite", "source"]}},
            "resolveSupport": {"properties": ["edit"]},
            "dataSupport": True,
            "disabledSupport": True,
            "isPreferredSupport": True,
        },
    },
}
"""What VS Code declares, as far as it matters here, but for pulling diagnostics."""


class Received(NamedTuple):
    """A message, and when its last byte had come, in seconds of `time.perf_counter`."""

    at: float
    message: dict[str, Any]
    size: int
    """Bytes of its body."""


class Failed(Exception):
    """A server left, kept silent for too long, or answered with an error."""


class Client:
    """One server's process and the conversation with it."""

    def __init__(
        self,
        command: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        *,
        pull: bool,
        progress: bool = False,
    ) -> None:
        self.folder = folder
        self.pull = pull
        self.progress = progress
        self.ended: float | None = None
        """When the first work that the server reported on was done."""
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (lives as long as the process)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=folder,
            env={**os.environ, **environment},
            bufsize=0,
        )
        self.capabilities: dict[str, Any] = {}
        self._buffer = bytearray()
        self._number = 0
        self._versions: dict[str, int] = {}
        self._results: dict[str, str] = {}

    def initialize(self) -> float:
        """Shake hands; gives the seconds from the start of the process to the answer."""
        capabilities = json.loads(json.dumps(CAPABILITIES))
        if self.pull:
            capabilities["textDocument"]["diagnostic"] = {}
        if self.progress:
            capabilities["window"] = {"workDoneProgress": True}
        uri = self.folder.as_uri()
        params = {"processId": os.getpid(), "rootUri": uri, "capabilities": capabilities}
        number = self._request("initialize", {**params, "workspaceFolders": [{"uri": uri, "name": "benchmark"}]})
        received = self._answer(number)
        self.capabilities = received.message["result"]["capabilities"]
        self.notify("initialized", {})
        return received.at - self.started

    def open(self, uri: str, text: str) -> Received:
        """Open a document; gives its diagnostics."""
        self._versions[uri] = 1
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return self._diagnostics(uri)

    def change(self, uri: str, change: Mapping[str, Any]) -> tuple[float, Received]:
        """Send one edit; gives the seconds until the new diagnostics were there, and these."""
        self._drain()
        version = self._versions[uri] = self._versions[uri] + 1
        document = {"uri": uri, "version": version}
        start = time.perf_counter()
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        received = self._diagnostics(uri)
        return received.at - start, received

    def ask(self, method: str, params: Mapping[str, Any]) -> tuple[float, dict[str, Any]]:
        """Send a request; gives the seconds until the answer was there, and the answer: a result or an error."""
        self._drain()
        start = time.perf_counter()
        received = self._answer(self._request(method, params), check=False)
        return received.at - start, received.message

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def wait(self) -> float:
        """Wait until the server has done the work that it reports on; gives when that was."""
        while self.ended is None:
            self._receive()
        return self.ended

    def memory(self) -> float | None:
        """The server's resident memory in MB; None where the system does not tell."""
        try:
            shown = subprocess.run(
                ["ps", "-o", "rss=", "-p", str(self.process.pid)], capture_output=True, text=True, check=True
            )
            return int(shown.stdout) / 1024
        except (OSError, ValueError, subprocess.CalledProcessError):
            return None

    def leave(self) -> None:
        """Shut the server down; kill it where it does not go."""
        try:
            self._answer(self._request("shutdown", None))
            self._send({"method": "exit"})
            self.process.wait(10)
        except (Failed, OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()

    def _diagnostics(self, uri: str) -> Received:
        """The diagnostics of the newest version, pushed or pulled."""
        if self.pull:
            asked = {"textDocument": {"uri": uri}, "previousResultId": self._results.get(uri)}
            received = self._answer(self._request("textDocument/diagnostic", asked))
            self._results[uri] = received.message["result"].get("resultId")
            return received
        while True:
            received = self._receive()
            params = received.message.get("params") or {}
            pushed = received.message.get("method") == "textDocument/publishDiagnostics"
            # A server that names no version sends one answer to each edit.
            if pushed and params.get("uri") == uri and params.get("version") in (None, self._versions[uri]):
                return received

    def _request(self, method: str, params: Mapping[str, Any] | None) -> int:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self._number

    def _answer(self, number: int, *, check: bool = True) -> Received:
        while True:
            received = self._receive()
            if received.message.get("id") == number and "method" not in received.message:
                if check and "error" in received.message:
                    raise Failed(f"error: {received.message['error'].get('message')}")
                return received

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def _receive(self, seconds: float = 60) -> Received:
        """The next message that is not a request to us; those are answered."""
        while True:
            body = self._body(seconds)
            at = time.perf_counter()
            message = json.loads(body)
            if message.get("method") == "$/progress" and message["params"]["value"].get("kind") == "end":
                self.ended = self.ended or at
            if "method" not in message or "id" not in message:
                return Received(at, message, len(body))
            items = (message.get("params") or {}).get("items")
            result = None if items is None else [None for _ in items]
            self._send({"id": message["id"], "result": result})

    def _drain(self) -> None:
        """Take in what came unasked, so that it does not stand before the next answer."""
        try:
            while True:
                self._receive(0)
        except TimeoutError:
            return

    def _body(self, seconds: float) -> bytes:
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            self._fill(seconds)
        length = _LENGTH.search(self._buffer, 0, end)
        if length is None:
            raise Failed("a message without its length")
        start, stop = end + 4, end + 4 + int(length[1])
        while len(self._buffer) < stop:
            self._fill(60)
        body = bytes(self._buffer[start:stop])
        del self._buffer[:stop]
        return body

    def _fill(self, seconds: float) -> None:
        assert self.process.stdout is not None
        stream = self.process.stdout.fileno()
        if not select.select([stream], [], [], seconds)[0]:
            if seconds:
                raise Failed(f"no answer within {seconds:g} seconds")
            raise TimeoutError
        chunk = os.read(stream, _CHUNK)
        if not chunk:
            raise Failed(f"the server left: {self._said()}")
        self._buffer += chunk

    def _said(self) -> str:
        """The end of what the server wrote to its standard error."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-500:].strip()
