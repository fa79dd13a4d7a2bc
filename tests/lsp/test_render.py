"""The fast JSON says what lsprotocol's objects would say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from flyteshift.lsp.client import Client
from flyteshift.lsp.render import Renderer
from flyteshift.rules.detect import Block
from flyteshift.rules.finding import Finding, Related
from flyteshift.text import Document, Encoding, Span

ALL = Client(code_description=True, deprecated_tag=True, related_information=True, diagnostic_data=True)
TEXT = 'first = 1\r\n"\u00e9\U0001f600"; second(\n    third)\n'


def finding(start: int, end: int, **more: Any) -> Finding:
    made = Finding(
        "FS101", "name", "flytekit.x", 'a "quoted" m\u00e9ssage', "warning", Span(start, end), "https://g", "safe"
    )
    return replace(made, **more)


def items(renderer: Renderer, text: str, *blocks: Block) -> list[dict[str, Any]]:
    return json.loads(b"[%b]" % renderer.items(Document("file:///a.py", text), blocks))


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 10), ("utf-16", 7), ("utf-32", 6)])
def test_ranges_count_in_the_units_of_the_client(encoding: Encoding, character: int) -> None:
    start = TEXT.index("second")
    block = Block(start, 1, 6, (finding(0, len("second(\n    third")),))
    [item] = items(Renderer(Client(encoding)), TEXT, block)
    assert item["range"] == {"start": {"line": 1, "character": character}, "end": {"line": 2, "character": 9}}


def test_a_client_that_declared_nothing_gets_the_bare_diagnostic() -> None:
    full = finding(0, 5, gone=True, related=(Related(Span(0, 5), "there"),))
    [item] = items(Renderer(Client()), TEXT, Block(0, 0, 0, (full,)))
    assert item == {
        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}},
        "severity": 2,
        "code": "FS101",
        "source": "flyteshift",
        "message": full.message,
    }


def test_a_client_that_declared_all_gets_all() -> None:
    full = finding(0, 5, gone=True, related=(Related(Span(11, 12), "there"),))
    [item] = items(Renderer(ALL), TEXT, Block(0, 0, 0, (full,)))
    assert item["codeDescription"] == {"href": "https://g"}
    assert item["tags"] == [2]
    assert item["data"] == {"name": "name", "symbol": "flytekit.x", "applicability": "safe"}
    there = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 1}}
    assert item["relatedInformation"] == [{"location": {"uri": "file:///a.py", "range": there}, "message": "there"}]


def test_what_still_exists_is_not_marked_as_deprecated() -> None:
    [item] = items(Renderer(ALL), TEXT, Block(0, 0, 0, (finding(0, 5),)))
    assert "tags" not in item and "relatedInformation" not in item


@pytest.mark.parametrize(("severity", "number"), [("error", 1), ("warning", 2), ("information", 3), ("hint", 4)])
def test_severities(severity: Any, number: int) -> None:
    [item] = items(Renderer(ALL), TEXT, Block(0, 0, 0, (finding(0, 5, severity=severity),)))
    assert item["severity"] == number


def test_a_statement_that_moves_takes_its_findings_along() -> None:
    renderer = Renderer(ALL)
    kept = (finding(0, 1), finding(2, 3))
    before = items(renderer, "a\nb\n", Block(0, 0, 0, kept))
    after = items(renderer, "\n\na\nb\n", Block(2, 2, 0, kept))
    assert [item["range"]["start"]["line"] for item in before] == [0, 1]
    assert [item["range"]["start"]["line"] for item in after] == [2, 3]


def test_what_stands_before_a_statement_in_its_line_counts() -> None:
    renderer = Renderer(ALL)
    kept = (finding(0, 1),)
    for text in ("x; a", "\u00e9; a", "\U0001f600; a", "xy; a"):
        start = text.index("a")
        [item] = items(renderer, text, Block(start, 0, start, kept))
        assert item["range"]["start"]["character"] == len(text[:start].encode("utf-16-le")) // 2


def test_related_places_move_on_their_own() -> None:
    renderer = Renderer(ALL)
    kept = (finding(0, 1, related=(Related(Span(2, 3), "there"),)),)
    for text, line in (("a\nb\n", 1), ("a b\n", 0)):
        [item] = items(renderer, text, Block(0, 0, 0, kept))
        assert item["relatedInformation"][0]["location"]["range"]["start"]["line"] == line


def test_nothing_gives_nothing() -> None:
    assert items(Renderer(ALL), TEXT) == []
