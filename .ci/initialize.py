"""Starts a language server, shakes hands, and leaves: `initialize.py COMMAND...`. Needs nothing but Python."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import IO, Any


def send(stream: IO[bytes], message: dict[str, Any]) -> None:
    """Write one message."""
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    stream.flush()


def answer(stream: IO[bytes], number: int) -> Any:
    """Read messages up to the answer of a request."""
    while True:
        length = 0
        while (line := stream.readline().strip()) or not length:
            if not line:
                raise EOFError("the server closed its output")
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message = json.loads(stream.read(length))
        if message.get("id") == number:
            return message["result"]


def main(command: list[str]) -> int:
    """The whole handshake; gives the server's exit code."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        send(process.stdin, {"id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}})
        print("server:", answer(process.stdout, 1)["serverInfo"])
        send(process.stdin, {"method": "initialized", "params": {}})
        send(process.stdin, {"id": 2, "method": "shutdown"})
        answer(process.stdout, 2)
        send(process.stdin, {"method": "exit"})
        return process.wait(30)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
