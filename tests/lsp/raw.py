"""A server process and its pipes: framing and waiting, nothing of the protocol. For what a real client never sends."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from queue import Empty, Queue
from typing import Any

COMMAND = [sys.executable, "-m", "flyteshift", "server"]
TIMEOUT = 12.0

URI = "file:///nowhere/flows.py"


class Raw:
    """One server; every wait ends after `TIMEOUT`."""

    def __init__(self, command: list[str] | None = None) -> None:
        self.process = subprocess.Popen(
            command or COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.seen: list[dict[str, Any]] = []
        self._arrived: Queue[dict[str, Any]] = Queue()
        self._stderr: list[bytes] = []
        self._last = 0
        self._taken: set[Any] = set()
        for target in (self._read, self._read_stderr):
            threading.Thread(target=target, daemon=True).start()

    def __enter__(self) -> Raw:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(TIMEOUT)

    def send_bytes(self, data: bytes) -> None:
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, *messages: dict[str, Any]) -> None:
        """All in one write, so that the server finds them together."""
        self.send_bytes(b"".join(framed(message) for message in messages))

    def next_id(self) -> int:
        self._last += 1
        return self._last

    def request(self, method: str, params: Any = None) -> dict[str, Any]:
        """Send a request and give the whole answer."""
        message = request(self.next_id(), method, params)
        self.send(message)
        return self.answer(message["id"])

    def notify(self, method: str, params: Any = None) -> None:
        self.send(notification(method, params))

    def answer(self, key: Any) -> dict[str, Any]:
        return self.wait(lambda m: "method" not in m and m.get("id") == key)

    def answers(self, keys: Iterable[Any]) -> dict[Any, dict[str, Any]]:
        """The answers to several requests, in whatever order they come."""
        found: dict[Any, dict[str, Any]] = {}
        wanted = {*keys}
        while wanted != found.keys():
            message = self.wait(lambda m: "method" not in m and m.get("id") in wanted)
            found[message["id"]] = message
        return found

    def notified(self, method: str) -> dict[str, Any]:
        """The params of the next message of that method, a request's too."""
        return self.wait(lambda m: m.get("method") == method).get("params")

    def asked(self, method: str) -> dict[str, Any]:
        """The server's next request of that method, one that was passed over included."""
        for message in self.seen:
            if message.get("method") == method and message["id"] not in self._taken:
                break
        else:
            message = self.wait(lambda m: m.get("method") == method)
        self._taken.add(message["id"])
        return message

    def wait(self, wanted: Callable[[dict[str, Any]], bool], timeout: float = TIMEOUT) -> dict[str, Any]:
        """The next message that is wanted; earlier ones are kept in `seen`."""
        end = time.monotonic() + timeout
        while True:
            try:
                message = self._arrived.get(timeout=max(end - time.monotonic(), 0.001))
            except Empty:
                raise AssertionError(f"no such message; seen: {self.seen[-5:]}; stderr: {self.stderr}") from None
            self.seen.append(message)
            if wanted(message):
                return message

    def quiet(self, seconds: float = 0.4) -> list[dict[str, Any]]:
        """All that comes within some seconds."""
        time.sleep(seconds)
        found = []
        while not self._arrived.empty():
            found.append(self._arrived.get())
        self.seen += found
        return found

    def initialize(self, capabilities: Any = None, **more: Any) -> dict[str, Any]:
        params = {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **more}
        result = self.request("initialize", params)["result"]
        self.notify("initialized", {})
        return result

    def open(self, text: str, uri: str = URI, version: int = 1, language: str = "python") -> None:
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def change(self, version: int, *events: dict[str, Any], uri: str = URI) -> None:
        self.send(change(version, *events, uri=uri))

    def published(self, uri: str = URI) -> dict[str, Any]:
        method = "textDocument/publishDiagnostics"
        return self.wait(lambda m: m.get("method") == method and m["params"]["uri"] == uri)["params"]

    def end(self, timeout: float = TIMEOUT) -> int:
        """The exit code; raises where the server does not end."""
        return self.process.wait(timeout)

    @property
    def stderr(self) -> str:
        return b"".join(self._stderr).decode(errors="replace")

    def _read(self) -> None:
        out = self.process.stdout
        while line := out.readline():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
            elif not line.strip():
                self._arrived.put(json.loads(out.read(length)))

    def _read_stderr(self) -> None:
        while line := self.process.stderr.readline():
            self._stderr.append(line)


def framed(message: Any) -> bytes:
    body = json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def request(key: Any, method: str, params: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": key, "method": method, "params": params}


def notification(method: str, params: Any = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "method": method, "params": params}


def change(version: int, *events: dict[str, Any], uri: str = URI) -> dict[str, Any]:
    document = {"uri": uri, "version": version}
    return notification("textDocument/didChange", {"textDocument": document, "contentChanges": [*events]})


def event(start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
    ends = [{"line": line, "character": character} for line, character in (start, end)]
    return {"range": {"start": ends[0], "end": ends[1]}, "text": text}


def at(line: int, character: int, uri: str = URI) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
