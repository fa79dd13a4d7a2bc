"""The language server: how it starts, what it announces, and how it ends.

What keeps documents and the index is imported once the answer to `initialize` is out, so that no client waits for it;
the rules with the first document; what only answers requests once the first of these comes, or when the workspace is
indexed.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidParams
from pygls.io_ import StdoutWriter
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from flyteshift import __version__
from flyteshift.collecting import uncollected
from flyteshift.lsp.client import Client
from flyteshift.lsp.inbox import Inbox
from flyteshift.lsp.manners import Protocol
from flyteshift.lsp.parent import watch

if TYPE_CHECKING:
    from flyteshift.features.installed import Installed
    from flyteshift.features.neighbours import Neighbours
    from flyteshift.lsp.indexing import Indexes
    from flyteshift.lsp.plans import Plans
    from flyteshift.lsp.render import Renderer
    from flyteshift.lsp.settings import Configuration
    from flyteshift.lsp.sync import Documents
    from flyteshift.lsp.workspace_diagnostics import Pusher

logger = logging.getLogger(__name__)

APPLY = "flyteshift.applyAction"
"""The command behind a code action, for clients that know no other kind."""
SHOW_WORKFLOW = "flyteshift.showWorkflow"
"""Tells what a workflow still needs: the command behind a code lens."""
FIX_RULE = "flyteshift.fixRule"
"""Makes all safe fixes of one rule in the workspace."""
REINDEX = "flyteshift.reindex"
"""Reads the workspace again."""
MIGRATE_WORKSPACE = "flyteshift.migrateWorkspace"
"""Migrates every file of the workspace that can be."""
MIGRATE_WORKFLOW = "flyteshift.migrateTogether"
"""Migrates a workflow with everything it calls."""
KINDS = ("quickfix", "refactor.rewrite", "source.fixAll.flyteshift")
_FIRST = ("settings", "sync", "indexing", "diagnostics", "workspace_diagnostics")
_REQUESTS = ("hover", "actions", "navigation", "lenses", "commands", "workspace")
_PATIENCE = 3.0
"""Seconds that the modules which answer requests wait for the index, if nobody asks for anything."""
_HEADSTART = 0.01
"""Seconds in which the client tells what documents are open, once it has our answer: these go before the index."""
_AHEAD = 100
"""So many messages go before it at most."""
_FOLDERS = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*", matches=types.FileOperationPatternKind.Folder))]
)
"""Watchers of `**/*.py` do not hear of a folder that goes as a whole."""
_GRACE = 0.7
"""Seconds that work may go on after `exit`."""
_LONGER_GRACE = 5.0
"""Seconds that it may go on after the client hung up."""


class Server(LanguageServer):
    """One client's session."""

    protocol: Protocol
    client: Client
    inbox: Inbox
    documents: Documents
    configuration: Configuration
    neighbours: Neighbours
    indexes: Indexes
    installed: Installed
    plans: Plans
    loop: asyncio.AbstractEventLoop

    def __init__(self) -> None:
        super().__init__("flyteshift", __version__, protocol_cls=Protocol, converter_factory=default_converter)
        self.client = Client()
        self.renderers: dict[str, Renderer] = {}
        self.reported: dict[str, tuple[bytes, str]] = {}
        """What a pulling client was last given, and its result id."""
        self.pusher: Pusher | None = None
        self.progress_cancels: dict[str, Callable[[], object]] = {}
        """What stops the work behind a progress, by its token."""
        self._answers_requests = False
        self._answered = 0.0
        """When the client was told what the server can do."""

    def initialize(self, params: Any) -> types.InitializeResult:
        """Take in who the client is. Raises JsonRpcInvalidParams."""
        if not isinstance(params, dict) or not isinstance(params.get("capabilities"), dict):
            raise JsonRpcInvalidParams("initialize: params.capabilities is missing")
        self.client = Client.of(params)
        self.protocol.trace = self.client.trace
        if self.client.process is not None:
            watch(self.client.process, lambda: _leave(1))
        self._answered = time.monotonic()
        return types.InitializeResult(capabilities(self.client), types.ServerInfo(self.name, self.version))

    def load(self) -> None:
        """Import and register what keeps documents and the index."""
        self._register(_FIRST)

    def load_requests(self) -> None:
        """Import and register what answers requests, unless that is done."""
        if not self._answers_requests:
            self._register(_REQUESTS)
            self._answers_requests = True

    def _register(self, names: Sequence[str]) -> None:
        # What is loaded stays: no later collection needs to look at it, least of all between two keystrokes.
        with uncollected():
            for module in _imported(names):
                module.register(self)

    def initialized(self) -> None:
        """The client is ready for our requests."""
        self.configuration.client_is_ready()
        self._getting_ready = asyncio.ensure_future(self._get_ready())

    async def _get_ready(self) -> None:
        """Index the workspace, and load what requests will need, so that the first does not wait for it."""
        await asyncio.sleep(max(self._answered + _HEADSTART - time.monotonic(), 0))
        for _ in range(_AHEAD):
            if self.inbox.is_empty:
                break
            await asyncio.sleep(0)
        self.indexes.start()
        await self.indexes.ready(_PATIENCE)
        with suppress(Exception):  # it comes again below, where it is told
            await asyncio.to_thread(_imported, _REQUESTS)
        self.protocol.load(self.load_requests)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors are logged where they happen; none is shown to the user."""


def _imported(names: Sequence[str]) -> list[Any]:
    return [import_module(f"flyteshift.lsp.{name}") for name in names]


def capabilities(client: Client) -> types.ServerCapabilities:
    """What the server offers this client."""
    if client.action_literals:
        actions: bool | types.CodeActionOptions = types.CodeActionOptions(
            code_action_kinds=[*KINDS], resolve_provider=client.action_resolve
        )
        commands = [SHOW_WORKFLOW, FIX_RULE, REINDEX, MIGRATE_WORKSPACE, MIGRATE_WORKFLOW]
    else:
        actions = True
        commands = [SHOW_WORKFLOW, FIX_RULE, REINDEX, MIGRATE_WORKSPACE, MIGRATE_WORKFLOW, APPLY]
    return types.ServerCapabilities(
        position_encoding=types.PositionEncodingKind(client.encoding),
        text_document_sync=types.TextDocumentSyncOptions(
            open_close=True, change=types.TextDocumentSyncKind.Incremental
        ),
        hover_provider=True,
        code_action_provider=actions,
        execute_command_provider=types.ExecuteCommandOptions(commands),
        definition_provider=True,
        references_provider=True,
        workspace_symbol_provider=True,
        call_hierarchy_provider=True,
        code_lens_provider=types.CodeLensOptions(resolve_provider=True),
        diagnostic_provider=types.DiagnosticOptions(
            inter_file_dependencies=False, workspace_diagnostics=True, identifier="flyteshift"
        )
        if client.pulls_diagnostics
        else None,
        workspace=types.WorkspaceOptions(
            workspace_folders=types.WorkspaceFoldersServerCapabilities(supported=True, change_notifications=True),
            file_operations=types.FileOperationOptions(did_rename=_FOLDERS, did_delete=_FOLDERS),
        ),
    )


def serve(source: BinaryIO, sink: BinaryIO) -> NoReturn:
    """Serve one client until it leaves, then end the process.

    It ends at once, whatever is under way: threads that wait for input would keep Python from ending, or abort it.
    """
    try:
        code = asyncio.run(_serve(Server(), source, sink))
    except KeyboardInterrupt:
        code = 130
    _leave(code)


async def _serve(server: Server, source: BinaryIO, sink: BinaryIO) -> int:
    server.loop = asyncio.get_running_loop()
    server.inbox = Inbox(server.loop)
    server.protocol.set_writer(StdoutWriter(sink))
    threading.Thread(target=server.inbox.fill, args=(source, _leave_later), daemon=True, name="reader").start()
    while server.protocol.exit_code is None and (incoming := await server.inbox.get()) is not None:
        server.protocol.receive(incoming)
        await asyncio.sleep(0)
    return server.protocol.exit_code or 0


def run_stdio() -> NoReturn:
    """Serve the client at standard input and output, then end the process."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may write into the protocol
    serve(source, sink)


def run_tcp(host: str, port: int) -> NoReturn:
    """Wait for one client at an address, serve it, then end the process. Raises OSError where the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        name, number, *_ = listener.getsockname()
        print(f"flyteshift: listening on {name}:{number}", file=sys.stderr, flush=True)
        connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    serve(connection.makefile("rb"), connection.makefile("wb"))


def address(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`, `[HOST]:PORT`, `:PORT` or `PORT`; the host is loopback unless it is given.

    Raises ValueError.
    """
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        raise ValueError(f"{text!r} is no address: HOST:PORT or PORT is")
    return host.strip("[]") or "127.0.0.1", int(port)


def main(tcp: str | None = None) -> int:
    """Run the server at standard input and output, or at a TCP address; returns only where it cannot start, with 2."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    if tcp is None:
        run_stdio()
    try:
        run_tcp(*address(tcp))
    except KeyboardInterrupt:
        return 130
    except (ValueError, OSError) as error:
        print(f"flyteshift: {error}", file=sys.stderr)
        return 2


def _leave_later(code: int | None) -> None:
    """Wait for the work to end, then end the process with it."""
    time.sleep(_LONGER_GRACE if code is None else _GRACE)
    _leave(code or 0)


def _leave(code: int) -> NoReturn:
    logging.shutdown()
    os._exit(code)
