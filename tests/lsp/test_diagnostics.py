from __future__ import annotations

from typing import Any

import pytest

from tests.lsp.raw import URI, Raw, event
from tests.lsp.samples import PLAIN, TASKS

PULLS = {"textDocument": {"diagnostic": {}}}
PULL = "textDocument/diagnostic"
PUBLISH = "textDocument/publishDiagnostics"


def document(uri: str = URI, **more: Any) -> dict[str, Any]:
    return {"textDocument": {"uri": uri}, **more}


def pull(raw: Raw, uri: str = URI, **more: Any) -> dict[str, Any]:
    return raw.request(PULL, document(uri, **more))["result"]


def published(raw: Raw) -> list[Any]:
    return [m["params"] for m in raw.seen if m.get("method") == PUBLISH]


def test_flyte_1_is_found_where_it_stands(server: Raw) -> None:
    server.open(TASKS, version=7)
    params = server.published()
    assert params["version"] == 7
    found = {(d["code"], d["range"]["start"]["line"], d["range"]["start"]["character"]) for d in params["diagnostics"]}
    assert {("FS111", 3, 1), ("FS112", 8, 1), ("FS101", 0, 21)} <= found
    assert {d["source"] for d in params["diagnostics"]} == {"flyteshift"}


def test_code_without_flyte_gets_an_empty_list(server: Raw) -> None:
    server.open(PLAIN)
    assert server.published()["diagnostics"] == []


def test_every_change_is_followed_by_a_publish_of_its_version(server: Raw) -> None:
    server.open(TASKS)
    before = server.published()["diagnostics"]
    server.change(2, event((0, 0), (0, 0), "\n"))
    moved = server.published()
    assert moved["version"] == 2
    assert [d["range"]["start"]["line"] - 1 for d in moved["diagnostics"]] == [
        d["range"]["start"]["line"] for d in before
    ]
    server.change(3, {"text": PLAIN})
    assert server.published() == {"uri": URI, "version": 3, "diagnostics": []}


def test_closing_clears(server: Raw) -> None:
    server.open(TASKS)
    server.published()
    server.notify("textDocument/didClose", document())
    assert server.published() == {"uri": URI, "diagnostics": []}
    server.notify("textDocument/didClose", document())
    assert server.quiet() == []


def test_who_does_not_pull_cannot_pull(server: Raw) -> None:
    server.open(TASKS)
    assert server.request(PULL, document())["error"]["code"] == -32601


def test_who_pulls_is_not_pushed_to(raw: Raw) -> None:
    assert raw.initialize(PULLS)["capabilities"]["diagnosticProvider"]["identifier"] == "flyteshift"
    raw.open(TASKS)
    first = pull(raw)
    assert first["kind"] == "full" and first["items"]
    raw.change(2, event((0, 0), (0, 0), "\n"))
    raw.notify("textDocument/didClose", document())
    assert pull(raw) == {"kind": "full", "items": []}
    assert published(raw) == []


def test_an_unchanged_report_is_not_sent_again(raw: Raw) -> None:
    raw.initialize(PULLS)
    raw.open(TASKS)
    first = pull(raw)
    again = pull(raw, previousResultId=first["resultId"])
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    raw.change(2, event((5, 11), (5, 16), "x + 1"))
    assert pull(raw, previousResultId=first["resultId"])["kind"] == "unchanged", "the body of a task is no finding"


@pytest.mark.parametrize("other", [None, "", "nonsense"])
def test_a_report_is_sent_in_full_to_who_does_not_have_it(raw: Raw, other: str | None) -> None:
    raw.initialize(PULLS)
    raw.open(TASKS)
    first = pull(raw)
    assert pull(raw, previousResultId=other) == first
    raw.change(2, event((0, 0), (0, 0), "\n"))
    second = pull(raw, previousResultId=first["resultId"])
    assert second["kind"] == "full"
    assert second["resultId"] != first["resultId"]
    raw.change(3, event((0, 0), (1, 0), ""))
    third = pull(raw, previousResultId=second["resultId"])
    assert third["items"] == first["items"]


def test_reports_of_a_reopened_document_start_anew(raw: Raw) -> None:
    raw.initialize(PULLS)
    raw.open(TASKS)
    first = pull(raw)
    raw.notify("textDocument/didClose", document())
    raw.open(PLAIN)
    assert pull(raw, previousResultId=first["resultId"])["items"] == []


@pytest.mark.parametrize("uri", ["file:///not/open.py", "vscode-notebook-cell:/a.ipynb#1", ""])
def test_pulling_what_is_not_open_gives_an_empty_report(raw: Raw, uri: str) -> None:
    raw.initialize(PULLS)
    assert pull(raw, uri) == {"kind": "full", "items": []}


OPTIONAL = {"codeDescription", "tags", "relatedInformation", "data"}


@pytest.mark.parametrize(
    ("declared", "fields"),
    [
        ({}, set()),
        ({"dataSupport": True}, {"data"}),
        ({"codeDescriptionSupport": True}, {"codeDescription"}),
        ({"tagSupport": {"valueSet": [2]}}, {"tags"}),
        ({"tagSupport": {"valueSet": [1]}}, set()),
        ({"tagSupport": True}, set()),
        (
            {"dataSupport": True, "codeDescriptionSupport": True, "tagSupport": {"valueSet": [1, 2]}},
            {"data", "codeDescription", "tags"},
        ),
    ],
)
@pytest.mark.parametrize("pulls", [False, True])
def test_only_what_was_declared_is_sent(raw: Raw, declared: dict[str, Any], fields: set[str], pulls: bool) -> None:
    text = {"publishDiagnostics": declared, **({"diagnostic": {}} if pulls else {})}
    raw.initialize({"textDocument": text})
    raw.open("from flytekit import task\n\n@task(pickle_untyped=True)\ndef f() -> None: ...\n")
    found = pull(raw)["items"] if pulls else raw.published()["diagnostics"]
    assert {key for item in found for key in item} & OPTIONAL == fields


def test_related_places_are_sent_to_who_shows_them(raw: Raw) -> None:
    raw.initialize({"textDocument": {"publishDiagnostics": {"relatedInformation": True}}})
    image = 'from flytekit import ImageSpec, task\n\nimage = ImageSpec(name="x")\n\n\n'
    raw.open(image + "@task(container_image=image)\ndef f() -> int:\n    return 1\n")
    related = [d["relatedInformation"] for d in raw.published()["diagnostics"] if "relatedInformation" in d]
    assert related and all(place["location"]["uri"] == URI for places in related for place in places)
    assert {place["location"]["range"]["start"]["line"] for places in related for place in places} == {2}


def test_half_typed_code_keeps_the_findings_of_its_neighbours(server: Raw) -> None:
    server.open(TASKS + "\n\n")
    before = server.published()["diagnostics"]
    for version, character in enumerate("@task(cache=", 2):
        server.change(version, event((12, version - 2), (12, version - 2), character))
        now = server.published()["diagnostics"]
        assert [d for d in now if d["range"]["start"]["line"] < 12] == before
