"""The server under what editors really do: late answers, vanished files, switched branches, odd characters, two at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.edge.outcome import found, migrated, plan, unmarked
from tests.edge.refusals import REFUSED, SILENT
from tests.edge.sources import MODULES, SPELLINGS
from tests.lsp.raw import Raw, event

pytestmark = pytest.mark.timeout(90)

_TITLE = "Migrate this module to Flyte 2"
_FULL = {"resolveSupport": {"properties": ["edit"]}, "disabledSupport": True, "dataSupport": True,
         "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}  # fmt: skip
URI = "file:///project/flow.py"
SOURCE = SPELLINGS["names"].source
UNITS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


def started(encoding: str = "utf-16", **more: Any) -> Raw:
    raw = Raw()
    raw.initialize(
        {
            "general": {"positionEncodings": [encoding]},
            "textDocument": {"codeAction": _FULL, "publishDiagnostics": {"versionSupport": True}},
            "workspace": {"workspaceEdit": {"documentChanges": True}},
        },
        **more,
    )
    return raw


@pytest.fixture(scope="module")
def server() -> Iterator[Raw]:
    """One server for all tests that leave it as they found it."""
    with started() as raw:
        yield raw


def offered(raw: Raw, uri: str = URI, line: int = 0) -> list[dict[str, Any]]:
    where = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 0}}
    params = {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": []}}
    return [a for a in raw.request("textDocument/codeAction", params)["result"] or [] if a["title"] == _TITLE]


def shown(raw: Raw, text: str, uri: str = URI, version: int = 1) -> list[dict[str, Any]]:
    raw.open(text, uri, version)
    return raw.published(uri)["diagnostics"]


def close(raw: Raw, uri: str = URI) -> list[dict[str, Any]]:
    raw.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    return raw.published(uri)["diagnostics"]


def applied(text: str, edits: list[dict[str, Any]], encoding: str) -> str:
    """The edits made as a client makes them: lines by the protocol's three ends, characters in code units."""
    starts = [0]
    for i, c in enumerate(text):
        if c == "\n" or (c == "\r" and text[i + 1 : i + 2] != "\n"):
            starts.append(i + 1)
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]

    def offset(position: dict[str, int]) -> int:
        start = starts[position["line"]]
        if encoding == "utf-32":
            return start + position["character"]
        data = text[start:].encode(UNITS[encoding])[: position["character"] * size]
        return start + len(data.decode(UNITS[encoding]))

    for edit in sorted(edits, key=lambda e: -offset(e["range"]["start"])):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


def edits_of(raw: Raw, action: dict[str, Any]) -> list[dict[str, Any]]:
    (change,) = raw.request("codeAction/resolve", action)["result"]["edit"]["documentChanges"]
    return change["edits"]


ODD = {
    "emoji": "X = '🚀𝔉'  # é\n" + MODULES["comments-on-import-lines"].before.replace("# SDK", "# 🚀 SDK"),
    "emoji-before-on-the-line": "X = '🚀'; from flytekit import task\n\n\n@task\ndef f(): ...\n",
    "cr": SOURCE.replace("\n", "\r"),
    "crlf": SOURCE.replace("\n", "\r\n"),
    "form-feeds": MODULES["form-feeds"].before,
    "u2028": "X = '\u2028\x85'\n" + SOURCE,
    "bom": "\ufeff" + SOURCE,
    "tabs": MODULES["tabs"].before,
    "no-final-newline": MODULES["no-final-newline"].before,
}


@pytest.mark.parametrize("encoding", UNITS)
def test_the_client_makes_what_was_planned(encoding: str) -> None:
    with started(encoding) as raw:
        for key, source in ODD.items():
            uri = f"file:///project/{key}/flow.py"
            diagnostics = shown(raw, source, uri)
            assert len(diagnostics) == len(found(source))
            action = next(a for a in offered(raw, uri) if "disabled" not in a)
            after = applied(source, edits_of(raw, action), encoding)
            assert after == migrated(source), key
            raw.change(2, {"text": after}, uri=uri)
            assert raw.published(uri)["diagnostics"] == []
            assert offered(raw, uri) == []


@pytest.mark.parametrize("encoding", UNITS)
def test_an_edit_right_of_wide_characters(encoding: str) -> None:
    """Half-typed code completed behind an emoji, after a form feed and a U+2028 that end no line."""
    head = "\x0c\nX = '\u2028'\nfrom flytekit import task; Y = '🚀é'; Z = tas"
    width = {"utf-8": 4 + 2, "utf-16": 2 + 1, "utf-32": 1 + 1}[encoding] + len(
        "from flytekit import task; Y = ''; Z = tas"
    )
    with started(encoding) as raw:
        assert len(shown(raw, head)) == len(found(head)) == 1
        raw.change(2, event((2, width - 1), (2, width), "sk"), uri=URI)
        *_, last = raw.published(URI)["diagnostics"]
        assert len(found(head[:-1] + "sk")) == 2
        assert last["range"] == {
            "start": {"line": 2, "character": width - 3},
            "end": {"line": 2, "character": width + 1},
        }


@pytest.mark.parametrize("key", [*SILENT])
def test_silence(server: Raw, key: str) -> None:
    uri = f"file:///silent/{key}.py"
    assert len(shown(server, SILENT[key], uri)) == len(found(SILENT[key]))
    assert found(SILENT[key]) or offered(server, uri) == []
    close(server, uri)


@pytest.mark.parametrize("key", ["alias", "star-import", "all", "syntax-error", "unpacked-keywords", "bound-twice"])
def test_a_refused_module_has_a_disabled_action_with_the_reason(server: Raw, key: str) -> None:
    source = unmarked(REFUSED[key])[0]
    shown(server, source)
    (action,) = offered(server)
    assert plan(source).left[0].message in action["disabled"]["reason"]
    assert "edit" not in action and "data" not in action
    close(server)


def test_an_edit_between_request_and_apply(server: Raw) -> None:
    shown(server, SOURCE, version=1)
    action = offered(server)[0]
    server.change(2, event((0, 0), (0, 0), "# new\n"), uri=URI)
    answer = server.request("codeAction/resolve", action)
    assert answer["error"]["code"] == -32801 and "result" not in answer
    fresh = offered(server)[0]
    assert applied("# new\n" + SOURCE, edits_of(server, fresh), "utf-16") == migrated("# new\n" + SOURCE)
    close(server)


def test_a_closed_document_gives_no_edit(server: Raw) -> None:
    shown(server, SOURCE)
    action = offered(server)[0]
    close(server)
    assert "error" in server.request("codeAction/resolve", action)
    server.open(SOURCE.replace("double", "twice"), URI, version=7)
    assert "error" in server.request("codeAction/resolve", action)
    close(server)


def test_an_action_of_another_document_is_not_mixed_up(server: Raw) -> None:
    other = "file:///project/other.py"
    shown(server, SOURCE)
    shown(server, "# other\n" + SOURCE, other)
    action = offered(server)[0]
    (change,) = server.request("codeAction/resolve", action)["result"]["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": URI, "version": 1}
    close(server)
    close(server, other)


def test_a_file_deleted_while_it_is_open(server: Raw, tmp_path: Path) -> None:
    path = tmp_path / "flow.py"
    path.write_text(SOURCE, "utf-8")
    uri = path.as_uri()
    before = shown(server, SOURCE, uri)
    path.unlink()
    tmp_path.rmdir()
    server.change(2, event((0, 0), (0, 0), "\n"), uri=uri)
    assert len(server.published(uri)["diagnostics"]) == len(before) == len(found(SOURCE))
    assert edits_of(server, offered(server, uri)[0])
    assert close(server, uri) == []


def test_a_branch_switch_replaces_everything(server: Raw) -> None:
    shown(server, SOURCE)
    texts = [MODULES["form-feeds"].before, "", SILENT["flyte-2"], SOURCE, SILENT["prefect"]]
    for version, text in enumerate(texts, 2):
        server.change(version, {"text": text}, uri=URI)
        published = server.published(URI)
        assert (published["version"], len(published["diagnostics"])) == (version, len(found(text)))
    close(server)


def test_diagnostics_carry_the_version_that_they_are_for(server: Raw) -> None:
    shown(server, SOURCE, version=3)
    for version in range(4, 12):
        server.change(version, event((version, 0), (version, 0), "X = 1\n@task\ndef g(): ...\n\n\n"), uri=URI)
    published = server.published(URI)
    while published["version"] != 11:
        published = server.published(URI)
    assert published["diagnostics"]
    close(server)


def test_two_servers_at_once(tmp_path: Path) -> None:
    path = tmp_path / "flow.py"
    path.write_text(SOURCE, "utf-8")
    with started() as one, started() as two:
        for raw in (one, two):
            raw.open(SOURCE, path.as_uri())
        first, second = (raw.published(path.as_uri())["diagnostics"] for raw in (one, two))
        assert first == second and len(first) == len(found(SOURCE))
        one.change(2, {"text": "X = 1\n"}, uri=path.as_uri())
        assert one.published(path.as_uri())["diagnostics"] == []
        assert applied(SOURCE, edits_of(two, offered(two, path.as_uri())[0]), "utf-16") == migrated(SOURCE)
        one.request("shutdown")
        one.notify("exit")
        assert one.end() == 0
        assert offered(two, path.as_uri())


def test_hover_on_what_is_not_flyte_gives_nothing(server: Raw) -> None:
    source = "from flytekit import task\n\n\ndef f(task):\n    # task\n    return task, 'task'\n"
    shown(server, source)
    for line, character in ((3, 7), (4, 7), (5, 12), (5, 19), (1, 0), (99, 99)):
        where = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
        assert server.request("textDocument/hover", where)["result"] is None, (line, character)
    where = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 22}}
    assert "Flyte 2" in str(server.request("textDocument/hover", where)["result"]["contents"])
    close(server)
