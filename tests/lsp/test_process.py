"""How the server starts and ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from flyteshift.lsp.parent import alive
from flyteshift.lsp.server import address
from tests.lsp.raw import COMMAND, TIMEOUT, Raw, framed, notification, request
from tests.lsp.samples import TASKS


def test_exit_after_shutdown_is_a_good_end(server: Raw) -> None:
    server.request("shutdown")
    server.notify("exit")
    assert server.end() == 0
    assert "Traceback" not in server.stderr


def test_exit_without_shutdown_is_not(server: Raw) -> None:
    server.notify("exit")
    assert server.end() == 1


def test_exit_before_initialize_is_not(raw: Raw) -> None:
    raw.notify("exit")
    assert raw.end() == 1


def test_the_end_of_the_input_ends_the_server(server: Raw) -> None:
    server.process.stdin.close()
    assert server.end() == 0
    assert "Traceback" not in server.stderr


def test_what_was_sent_before_the_end_of_the_input_is_answered(raw: Raw) -> None:
    raw.send(request(1, "initialize", {"capabilities": {}}), request(2, "shutdown"))
    raw.process.stdin.close()
    assert raw.answer(1)["result"] and raw.answer(2)["result"] is None


def test_a_client_that_no_longer_reads_ends_the_server() -> None:
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        process.stdout.close()
        process.stdin.write(framed(request(1, "initialize", {"capabilities": {}})))
        process.stdin.flush()
        assert process.wait(TIMEOUT) == 0
        assert b"Traceback" not in process.stderr.read()
    finally:
        process.kill()


def test_exit_does_not_wait_for_the_work(server: Raw) -> None:
    big = TASKS * 8_000  # many seconds of work
    item = {"uri": "file:///nowhere/big.py", "languageId": "python", "version": 1, "text": big}
    opened = notification("textDocument/didOpen", {"textDocument": item})
    again = notification(
        "textDocument/didChange",
        {"textDocument": {"uri": item["uri"], "version": 2}, "contentChanges": [{"text": big + "\n"}]},
    )
    server.send(opened, again, opened, again, opened, request(9, "shutdown"))
    time.sleep(0.3)
    began = time.monotonic()
    server.notify("exit")
    assert server.end() == 0
    assert time.monotonic() - began < 10, "a small part of what the work takes"


def test_the_server_ends_with_its_parent() -> None:
    """The process that the client named dies; the pipes stay open."""
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        with Raw() as raw:
            raw.request("initialize", {"processId": parent.pid, "capabilities": {}})
            assert raw.process.poll() is None
            parent.kill()
            parent.wait(TIMEOUT)
            assert raw.end() == 1
    finally:
        parent.kill()


def test_the_server_stays_as_long_as_its_parent(raw: Raw) -> None:
    raw.request("initialize", {"processId": os.getpid(), "capabilities": {}})
    time.sleep(2.5)
    assert raw.process.poll() is None


def test_a_process_is_alive_until_it_was_waited_for() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait(TIMEOUT)
    assert alive(os.getpid())
    assert not alive(process.pid)


def test_printing_does_not_spoil_the_protocol() -> None:
    """A library that prints writes to the log."""
    patched = (
        "import flyteshift.lsp.server as s\n"
        "real = s.Server.initialize\n"
        "def noisy(self, params):\n"
        "    print('noise', flush=True)\n"
        "    return real(self, params)\n"
        "s.Server.initialize = noisy\n"
        "raise SystemExit(s.main())"
    )
    with Raw([sys.executable, "-c", patched]) as raw:
        assert raw.initialize()["serverInfo"]["name"] == "flyteshift"
        raw.request("shutdown")
        assert "noise" in raw.stderr


def test_start_imports_nothing_heavy_before_the_answer() -> None:
    code = (
        "import sys, flyteshift.lsp.server as s\n"
        "s.capabilities(s.Client())\n"
        "print([m for m in ('libcst', 'jedi', 'parso', 'flytekit', 'flyte', 'flyteshift.rules') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.strip() == b"[]"


def test_checking_as_you_type_needs_neither_libcst_nor_jedi() -> None:
    patched = (
        "import sys, flyteshift.lsp.server as s\n"
        "leave = s._leave\n"
        "def told(code):\n"
        "    heavy = ('libcst', 'jedi', 'parso', 'flytekit', 'flyte')\n"
        "    print([m for m in heavy if m in sys.modules], file=sys.stderr, flush=True)\n"
        "    leave(code)\n"
        "s._leave = told\n"
        "s.main()"
    )
    with Raw([sys.executable, "-c", patched]) as raw:
        raw.initialize()
        raw.open(TASKS)
        assert raw.published()["diagnostics"]
        raw.request("shutdown")
        raw.notify("exit")
        assert raw.end() == 0
        time.sleep(0.1)
        assert raw.stderr.strip().endswith("[]")


def test_the_index_does_not_wait_for_the_rules_nor_diagnostics_for_what_answers_requests() -> None:
    code = (
        "import sys, flyteshift.lsp.server as s\n"
        "server = s.Server()\n"
        "server.load()\n"
        "print('flyteshift.rules' in sys.modules, 'flyteshift.migration' in sys.modules)\n"
        "server.load_requests()\n"
        "print('flyteshift.migration' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert found.stdout.split() == ["False", "False", "True"]


def test_garbage_is_looked_for_again_once_all_is_loaded() -> None:
    code = (
        "import gc\n"
        "from flyteshift.collecting import uncollected\n"
        "with uncollected():\n"
        "    import flyteshift.lsp.server as s\n"
        "    with uncollected(): pass\n"
        "    print(gc.isenabled())\n"
        "s.Server().load()\n"
        "print(gc.isenabled(), gc.get_freeze_count() > 10_000)\n"
        "gc.disable()\n"
        "with uncollected(): pass\n"
        "print(gc.isenabled())"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert found.stdout.split() == ["False", "True", "True", "False"]


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("2087", "127.0.0.1", 2087),
        (":2087", "127.0.0.1", 2087),
        ("0.0.0.0:1", "0.0.0.0", 1),
        ("localhost:2", "localhost", 2),
        ("[::1]:3", "::1", 3),
    ],
)
def test_addresses(text: str, host: str, port: int) -> None:
    assert address(text) == (host, port)


@pytest.mark.parametrize("text", ["", "host", "host:", ":port", "1:99999", "1:-1", "1:²"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        address(text)


def test_tcp_serves_one_client_on_loopback() -> None:
    code = "from flyteshift.lsp.server import main; raise SystemExit(main('0'))"
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE)
    try:
        said = process.stderr.readline().decode()
        host, port = re.search(r"listening on (\S+):(\d+)", said).groups()
        assert host == "127.0.0.1"
        with socket.create_connection((host, int(port)), timeout=TIMEOUT) as connection:
            stream = connection.makefile("rb")
            connection.sendall(framed(request(1, "initialize", {"capabilities": {}})))
            assert stream.readline().startswith(b"Content-Length")
            connection.sendall(framed(request(2, "shutdown")) + framed(notification("exit")))
            assert process.wait(TIMEOUT) == 0
    finally:
        process.kill()


def test_a_tcp_address_that_is_taken_gives_a_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code = f"from flyteshift.lsp.server import main; raise SystemExit(main('{port}'))"
        ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=TIMEOUT)
    assert ended.returncode == 2
    assert b"flyteshift: " in ended.stderr and b"Traceback" not in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.skipif(signal.getsignal(signal.SIGINT) == signal.SIG_IGN, reason="a shell has interrupts ignored here")
def test_an_interrupt_ends_the_server_quietly(server: Raw) -> None:
    server.process.send_signal(signal.SIGINT)
    assert server.end() != 0
    assert "Traceback" not in server.stderr
