"""What is measured of language servers. All alternate, so that whatever else the machine does hits each alike."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import sources
from benchmarks.client import Client
from benchmarks.edits import session
from benchmarks.results import Results
from benchmarks.servers import OURS, Server

_SEVERAL = re.compile(r"` and |`, |tasks it calls|everything|this module")
"""In the title of an action that migrates more than one task, or a workflow with one."""
_FLYTE = re.compile(
    r"\b(?:task|workflow|dynamic|map_task|conditional|current_context|ImageSpec|Resources|Secret|LaunchPlan"
    r"|CronSchedule|FlyteFile|FlyteDirectory|retries|cache_version|container_image|requests)\b"
)
_Log = Callable[[str], None]

NOISE = "a fixed loop"
"""Always the same work: what its times differ by is not the servers' doing."""


class Bench:
    """A folder to work in, and how servers are started there."""

    def __init__(self, folder: Path, environment: Mapping[str, str], servers: Sequence[Server], log: _Log) -> None:
        self.folder = folder
        self.environment = environment
        self.servers = servers
        self.log = log
        self._files = 0

    def starts(self, results: Results, rounds: int) -> None:
        """Start, shake hands, open 1,000 lines at once, leave. The first round warms the disk up and does not count."""
        text = sources.module(1000)
        for number in range(rounds + 1):
            self.log(f"start {number}/{rounds}")
            for server in _rotated(self.servers, number):
                client = server.start(self.folder, self.environment)
                seconds = client.initialize()
                received = client.open(self.written(text), text)
                if number:
                    results.add("start to initialize", server.name, seconds)
                    results.add("start to first diagnostics", server.name, received.at - client.started)
                client.leave()

    def typing(self, results: Results, lines: int, count: int, rounds: int, *, ascii_only: bool = True) -> None:
        """Open a module several times, then type into it; the memory after that."""
        text = sources.module(lines)
        if not ascii_only:
            text = text.replace("shop", "café")
        label = f"{lines:,} lines" if ascii_only else f"{lines:,} lines, not ASCII"
        edits = session(text, count)
        with self.started() as clients:
            documents: dict[Server, str] = {}
            for number in range(rounds):
                for server in _rotated(self.servers, number):
                    uri = documents[server] = self.written(text)
                    start = time.perf_counter()
                    received = clients[server].open(uri, text)
                    results.add(f"open to diagnostics, {label}", server.name, received.at - start)
                results.add(NOISE, "python", _spin())
            for number, edit in enumerate(edits):
                if number % 10 == 0:
                    self.log(f"edits, {label}: {number}/{count}")
                change = edit.change(text)
                for server in _rotated(self.servers, number):
                    seconds, received = clients[server].change(documents[server], change)
                    results.add(f"keystroke to diagnostics, {label}", server.name, seconds)
                    results.add(f"diagnostics, {label}", server.name, float(_diagnostics(received.message)))
                    results.add(f"kilobytes, {label}", server.name, received.size / 1000)
                text = edit.applied(text)
                results.add(NOISE, "python", _spin())
            for server in self.servers:
                memory = clients[server].memory()
                if memory is not None:
                    results.add(f"memory, {label}", server.name, memory)

    def hovers(self, results: Results, places: int, passes: int) -> None:
        """Hover over names of Flyte in 1,000 lines, again and again; the first pass warms up and does not count."""
        text = sources.module(1000)
        found = [_position(text, match.start() + 1) for match in _FLYTE.finditer(text)]
        chosen = random.Random("hover").sample(found, min(places, len(found)))
        servers = [server for server in self.servers if server.hovers]
        with self.started() as clients:
            documents = {server: self.written(text) for server in servers}
            for server in servers:
                clients[server].open(documents[server], text)
            for number in range(passes + 1):
                self.log(f"hover {number}/{passes}")
                for position in chosen:
                    for server in _rotated(servers, number):
                        params = {"textDocument": {"uri": documents[server]}, "position": position}
                        seconds, answer = clients[server].ask("textDocument/hover", params)
                        name = "hover" if number else "hover, first time"
                        results.add(name, server.name, seconds)
                        results.add("share of hovers with an answer", server.name, float(bool(answer.get("result"))))

    def actions(self, results: Results, count: int) -> None:
        """List the code actions at places of 1,000 lines, each time after an edit, and resolve what can be."""
        for kind, write in (("mixed", sources.module), ("plain", sources.plain_module)):
            text = write(1000)
            for server in (server for server in self.servers if server.acts):
                self.log(f"code actions, {kind} module")
                with self.started(server) as clients:
                    client, uri = clients[server], self.written(text)
                    client.open(uri, text)
                    for number in range(count):
                        edit = session(text, 1, seed=number)[0]
                        edited = edit.applied(text)
                        client.change(uri, edit.change(text))
                        place = random.Random(number).choice([*_FLYTE.finditer(edited)])
                        self._act(results, client, uri, _position(edited, place.start()), f"{kind} module")
                        client.change(uri, edit.undone(text).change(edited))

    def _act(self, results: Results, client: Client, uri: str, position: dict[str, int], kind: str) -> None:
        where = {"textDocument": {"uri": uri}, "range": {"start": position, "end": position}}
        seconds, listed = client.ask("textDocument/codeAction", {**where, "context": {"diagnostics": []}})
        results.add(f"code actions after an edit, {kind}", OURS, seconds)
        possible = [each for each in listed["result"] or [] if "disabled" not in each]
        fixes = [each for each in possible if each["kind"] == "quickfix"]
        for name, offered in (("a fix", fixes), ("the module", possible)):
            if not offered:
                continue
            if name == "a fix" and _SEVERAL.search(offered[0]["title"]):
                name = "a part of several tasks"
            seconds, resolved = client.ask("codeAction/resolve", offered[0])
            results.add(f"resolve {name} after an edit", OURS, seconds)
            # The edit may have renamed a task that is called elsewhere, and then there is nothing to migrate.
            done = "error" not in resolved and "edit" in resolved["result"]
            results.add("share resolved to edits", OURS, float(done))

    def written(self, text: str) -> str:
        """A new file with the text; gives its URI."""
        self._files += 1
        path = self.folder / f"module_{self._files:04}.py"
        path.write_text(text, encoding="utf-8")
        return path.as_uri()

    @contextmanager
    def started(self, *servers: Server) -> Iterator[dict[Server, Client]]:
        """Initialized and warm processes of the servers; of all, where none is named."""
        clients: dict[Server, Client] = {}
        try:
            for server in servers or self.servers:
                clients[server] = server.start(self.folder, self.environment)
                clients[server].initialize()
                small = sources.module(50)
                clients[server].open(self.written(small), small)
            yield clients
        finally:
            for client in clients.values():
                client.leave()


def _rotated(servers: Sequence[Server], number: int) -> list[Server]:
    """All of them, each time another one first."""
    at = number % len(servers)
    return [*servers[at:], *servers[:at]]


def _position(text: str, offset: int) -> dict[str, int]:
    """A position in a text of ASCII."""
    start = text.rfind("\n", 0, offset) + 1
    return {"line": text.count("\n", 0, offset), "character": offset - start}


def _diagnostics(message: Mapping[str, Any]) -> int:
    """How many diagnostics a message holds."""
    held = message.get("params") or message.get("result") or {}
    return len(held.get("diagnostics") or held.get("items") or ())


def _spin() -> float:
    start = time.perf_counter()
    total = 0
    for number in range(50_000):
        total += number * number % 7
    return time.perf_counter() - start
