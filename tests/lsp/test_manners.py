"""Each row of what pygls 2.1 was measured to get wrong, and what else clients do to servers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lsp.raw import URI, Raw, at, change, event, framed, notification, request
from tests.lsp.samples import TASKS

PARSE_ERROR, INVALID_REQUEST, UNKNOWN_METHOD, INVALID_PARAMS = -32700, -32600, -32601, -32602
NOT_INITIALIZED, CANCELLED = -32002, -32800
HOVER = "textDocument/hover"


def error(answer: dict[str, Any]) -> int:
    """The code of an error that holds a short message and no more."""
    assert set(answer["error"]) == {"code", "message"}, answer
    assert answer["error"]["message"] and "Traceback" not in answer["error"]["message"]
    return answer["error"]["code"]


def works(raw: Raw) -> None:
    """The server still does its job."""
    uri = "file:///nowhere/still_works.py"
    raw.open(TASKS, uri=uri)
    assert raw.published(uri)["diagnostics"]
    assert raw.request(HOVER, at(3, 1, uri))["result"] is not None


@pytest.mark.parametrize(
    ("method", "params"),
    [
        (HOVER, {}),
        (HOVER, None),
        (HOVER, 7),
        (HOVER, {"textDocument": {"uri": URI}, "position": {"line": "one", "character": 0}}),
        (HOVER, {"textDocument": {"uri": URI}, "position": {"line": -1, "character": 0}}),
        (HOVER, {"textDocument": 5, "position": {"line": 0, "character": 0}}),
        ("textDocument/codeAction", {"textDocument": {"uri": URI}}),
        ("workspace/executeCommand", {}),
        ("workspace/executeCommand", {"command": "no.such.command", "arguments": []}),
        ("workspace/executeCommand", {"command": "flyteshift.applyAction", "arguments": [{"uri": 5}]}),
        ("workspace/executeCommand", {"command": "flyteshift.applyAction"}),
    ],
)
def test_invalid_params_are_answered(server: Raw, method: str, params: Any) -> None:
    assert error(server.request(method, params)) == INVALID_PARAMS
    works(server)


@pytest.mark.parametrize("params", [None, [], 3, {}, {"capabilities": None}])
def test_initialize_with_invalid_params_is_refused_and_may_be_tried_again(raw: Raw, params: Any) -> None:
    assert error(raw.request("initialize", params)) == INVALID_PARAMS
    raw.initialize()
    works(raw)


def test_requests_before_initialize_are_refused(raw: Raw) -> None:
    assert error(raw.request(HOVER, at(0, 0))) == NOT_INITIALIZED
    assert error(raw.request("shutdown")) == NOT_INITIALIZED
    raw.initialize()
    works(raw)


def test_notifications_before_initialize_are_dropped(raw: Raw) -> None:
    raw.open(TASKS)
    raw.initialize()
    assert raw.request(HOVER, at(3, 1))["result"] is None
    works(raw)


def test_a_second_initialize_is_refused(server: Raw) -> None:
    assert error(server.request("initialize", {"capabilities": {}})) == INVALID_REQUEST
    works(server)


def test_requests_after_shutdown_are_refused(server: Raw) -> None:
    server.open(TASKS)
    assert server.request("shutdown")["result"] is None
    assert error(server.request(HOVER, at(3, 1))) == INVALID_REQUEST
    assert error(server.request("shutdown")) == INVALID_REQUEST
    assert error(server.request("initialize", {"capabilities": {}})) == INVALID_REQUEST


def test_notifications_after_shutdown_are_dropped(server: Raw) -> None:
    server.request("shutdown")
    server.open(TASKS)
    assert server.quiet() == []


def test_unknown_methods_are_refused_and_unknown_notifications_ignored(server: Raw) -> None:
    assert error(server.request("textDocument/noSuchThing", {})) == UNKNOWN_METHOD
    assert error(server.request("$/noSuchThing", {})) == UNKNOWN_METHOD
    server.notify("textDocument/noSuchThing", {"a": 1})
    server.notify("$/noSuchThing")
    assert server.quiet() == []
    works(server)


@pytest.mark.parametrize("body", [b"{", b"", b"\xff\xfe\x00", b"[" * 100_000, b'{"jsonrpc": "2.0", "id": 1,}'])
def test_a_body_that_is_not_json_is_answered_without_an_id(server: Raw, body: bytes) -> None:
    server.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    assert error(server.answer(None)) == PARSE_ERROR
    works(server)


@pytest.mark.parametrize(
    "message",
    [
        [],
        [request(1, HOVER)],
        3,
        None,
        "hover",
        {"id": 1, "method": HOVER},
        {"jsonrpc": "1.0", "id": 1, "method": HOVER},
        {"jsonrpc": "2.0", "id": 1, "method": 5},
        request(None, HOVER),
        request([1], HOVER),
        request(True, HOVER),
        request(1.5, HOVER),
    ],
)
def test_what_is_no_message_is_refused(server: Raw, message: Any) -> None:
    server.send_bytes(framed(message))
    refused = server.wait(lambda m: "error" in m)
    assert error(refused) == INVALID_REQUEST
    works(server)


def test_a_wrong_length_costs_one_message_at_most(server: Raw) -> None:
    body = json.dumps(request(77, HOVER, at(0, 0))).encode()
    server.send_bytes(b"Content-Length: %d\r\n\r\n%b" % (len(body) - 5, body))
    assert error(server.answer(None)) == PARSE_ERROR
    works(server)


def test_header_names_in_small_letters_are_read(server: Raw) -> None:
    body = json.dumps(request(77, HOVER, at(0, 0))).encode()
    server.send_bytes(b"content-length: %d\r\n\r\n%b" % (len(body), body))
    assert server.answer(77)["result"] is None


def test_string_ids_come_back_as_they_were(server: Raw) -> None:
    server.send(request("sieben", HOVER, at(0, 0)))
    assert server.answer("sieben")["result"] is None


def test_answers_that_nobody_asked_for_are_ignored(server: Raw) -> None:
    server.send(
        {"jsonrpc": "2.0", "id": 99, "result": None},
        {"jsonrpc": "2.0", "id": None, "error": {"code": 1, "message": "?"}},
        {"jsonrpc": "2.0", "id": ["odd"], "result": {}},
        {"jsonrpc": "2.0"},
    )
    works(server)


def test_queued_requests_can_be_cancelled(server: Raw) -> None:
    """All in one write: the server still works on the first when it reads the cancellation of the others."""
    big = TASKS * 2_000
    requests = [request(100 + n, HOVER, at(3, 1)) for n in range(5)]
    cancels = [notification("$/cancelRequest", {"id": 100 + n}) for n in range(1, 5)]
    item = {"uri": URI, "languageId": "python", "version": 1, "text": big}
    server.send(notification("textDocument/didOpen", {"textDocument": item}), *requests, *cancels)
    answers = server.answers(range(100, 105))
    assert answers[100]["result"] is not None
    assert {error(answers[100 + n]) for n in range(1, 5)} == {CANCELLED}
    works(server)


@pytest.mark.parametrize("params", [{"id": 12345}, {"id": None}, {"id": [1]}, {}, None, 3])
def test_cancelling_what_is_not_there_does_nothing(server: Raw, params: Any) -> None:
    server.notify("$/cancelRequest", params)
    works(server)


def test_documents_that_are_not_open_give_nothing(server: Raw, tmp_path: Any) -> None:
    """Not even where the file is on the disk."""
    file = tmp_path / "flows.py"
    file.write_text(TASKS)
    for uri in (URI, file.as_uri(), "untitled:Untitled-1", "", "%%%", "vscode-notebook-cell:/a.ipynb#1"):
        assert server.request(HOVER, at(3, 1, uri))["result"] is None
        params = {"textDocument": {"uri": uri}, "range": event((0, 0), (0, 0), "")["range"]}
        assert server.request("textDocument/codeAction", {**params, "context": {"diagnostics": []}})["result"] == []
        server.change(2, event((0, 0), (0, 0), "x"), uri=uri)
        server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert server.quiet() == []
    assert "Traceback" not in server.stderr
    works(server)


@pytest.mark.parametrize("language", ["toml", "jinja", "", "Python"])
def test_other_languages_are_left_alone(server: Raw, language: str) -> None:
    server.open(TASKS, language=language)
    assert server.request(HOVER, at(3, 1))["result"] is None
    assert server.quiet() == []


def test_notebook_cells_are_left_alone_for_now(server: Raw) -> None:
    server.open(TASKS, uri="vscode-notebook-cell:/w/a.ipynb#W0sZmlsZQ==")
    server.notify("notebookDocument/didOpen", {"notebookDocument": {}, "cellTextDocuments": []})
    assert server.quiet() == []
    assert "Traceback" not in server.stderr
    works(server)


def test_documents_without_a_file_are_analysed(server: Raw) -> None:
    server.open(TASKS, uri="untitled:Untitled-1")
    assert server.published("untitled:Untitled-1")["diagnostics"]


@pytest.mark.parametrize(
    "events",
    [
        [event((500, 0), (600, 0), "x = 1\n")],
        [event((0, 900), (1, 900), "")],
        [event((4, 0), (1, 0), "the wrong way round")],
        [],
        [{"text": ""}],
        [event((2**31 - 1, 2**31 - 1), (2**31 - 1, 2**31 - 1), "\x00")],
    ],
)
def test_odd_changes_are_taken(server: Raw, events: list[Any]) -> None:
    server.open(TASKS)
    server.published()
    server.change(2, *events)
    assert server.published()["version"] == 2
    works(server)


def test_changes_with_invalid_params_leave_the_document_as_it_was(server: Raw) -> None:
    server.open(TASKS)
    before = server.published()["diagnostics"]
    server.notify("textDocument/didChange", {"textDocument": {"uri": URI}, "contentChanges": "all"})
    server.change(2, event((0, 0), (0, 0), ""))
    assert server.published()["diagnostics"] == before


def test_a_version_that_is_not_newer_is_taken_all_the_same(server: Raw) -> None:
    server.open(TASKS, version=5)
    server.published()
    server.change(3, {"text": "x = 1\n"})
    assert server.published() == {"uri": URI, "version": 3, "diagnostics": []}


def test_opening_twice_takes_the_newer_text(server: Raw) -> None:
    server.open(TASKS)
    assert server.published()["diagnostics"]
    server.open("x = 1\n", version=1)
    assert server.published()["diagnostics"] == []


@pytest.mark.parametrize("text", ["\x00\x01\x02\xff" * 50, "\ufffd" * 100, "\ud83d\ude00", "((((" * 500, "\x0c\x0c"])
def test_texts_that_are_no_python_are_no_trouble(server: Raw, text: str) -> None:
    server.open(text)
    assert server.published()["diagnostics"] == []
    works(server)


def test_lone_surrogates_are_no_trouble(server: Raw) -> None:
    server.open(f'a = "\ud800"\n{TASKS}')
    assert server.published()["diagnostics"]


def test_a_document_of_more_than_2_mb_is_only_kept(server: Raw) -> None:
    server.open(TASKS + "# filler\n" * 300_000)
    assert "2 MB" in server.notified("window/logMessage")["message"]
    assert server.published()["diagnostics"] == []
    assert server.request(HOVER, at(3, 1))["result"] is None
    server.change(2, event((0, 0), (0, 0), "\n"))
    assert server.published()["diagnostics"] == []
    assert [m for m in server.quiet() if m.get("method") == "window/logMessage"] == []
    server.change(3, {"text": TASKS})
    assert server.published()["diagnostics"]


def test_a_flood_of_changes_ends_with_the_newest_text(server: Raw) -> None:
    server.open(TASKS)
    server.published()
    count = 300
    edits = [change(2 + n, event((0, 0), (0, 0), f"# {n}\n")) for n in range(count)]
    server.send(*edits, change(2 + count, {"text": "x = 1\n"}))
    last = server.wait(
        lambda m: m.get("method") == "textDocument/publishDiagnostics" and m["params"]["version"] == 2 + count
    )
    assert last["params"]["diagnostics"] == []
    published = [m for m in server.seen if m.get("method") == "textDocument/publishDiagnostics"]
    versions = [m["params"]["version"] for m in published]
    assert versions == sorted(versions)
    assert len(versions) < count, "waiting changes are analysed once"


def test_trace_is_given_when_it_is_asked_for(server: Raw) -> None:
    server.notify("$/setTrace", {"value": "messages"})
    server.request(HOVER, at(0, 0))
    assert {"message": f"received {HOVER}"} in [m["params"] for m in server.seen if m.get("method") == "$/logTrace"]
    server.notify("$/setTrace", {"value": "off"})
    server.request(HOVER, at(0, 0))
    known = len(server.seen)
    server.request(HOVER, at(0, 0))
    assert [m.get("method") for m in server.seen[known:]] == [None]
