"""The server's text follows the client's, whatever is typed."""

from __future__ import annotations

import random
from typing import Any

import pytest
from lsprotocol import types

from flyteshift.features.findings import findings
from flyteshift.lsp import convert
from flyteshift.lsp.sync import Documents
from flyteshift.semantics.model import build
from flyteshift.text import Document, Encoding
from flyteshift.workspace.settings import Settings
from tests.lsp.raw import URI, Raw, event
from tests.lsp.samples import TASKS

UNIT = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
CODEC = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
START = (
    "\ufeff# caf\u00e9 \U0001f600\r\nfrom flytekit import task, workflow, map_task\r\n\x0c\n"
    + TASKS.replace("\n", "\r\n", 4)
    + 'greek = "\u03b1\u2028\u03b2"\n\x0c\n\n@task(cache=True)\ndef g(s: str) -> str:\n\treturn "\U0001f40d" + s\n'
)
PIECES = [
    "\n", "\r\n", "\r", "\x0c", "\u2028", "\x85", "\t", " ", "    ", "\ufeff", "\U0001f600", "\u00e9\u0301", "\u03b1\u03b2",
    "x", "(", ")", '"', '"""', "#", ":", "@", "task", "@task(", "@task(cache=True)\n", "def f(x: int) -> int:\n    return x\n",
    "import flytekit as fk\n", "fk.task", "from flytekit import *\n", "a = b", "; ", "\\\n", "\ud83d", "\x00", "if x:\n",
]  # fmt: skip


def lines_of(text: str) -> list[str]:
    """The lines as the protocol counts them, by hand: LF, CRLF and CR end one, nothing else does."""
    lines, current, at = [], "", 0
    while at < len(text):
        end = "\r\n" if text[at : at + 2] == "\r\n" else text[at] if text[at] in "\r\n" else ""
        if end:
            lines.append(current + end)
            current = ""
            at += len(end)
        else:
            current += text[at]
            at += 1
    return [*lines, current]


def position(text: str, offset: int, encoding: str) -> tuple[int, int]:
    """The position that an editor would send for an offset."""
    for number, line in enumerate(lines_of(text)):
        inside = len(line.rstrip("\r\n"))
        if offset <= inside:
            return number, len(line[:offset].encode(CODEC[encoding], "surrogatepass")) // UNIT[encoding]
        if offset < len(line):  # between CR and LF no caret can stand
            return number, len(line[:inside].encode(CODEC[encoding], "surrogatepass")) // UNIT[encoding]
        offset -= len(line)
    raise AssertionError("offset past the end")


def stops(text: str) -> list[int]:
    """The offsets at which an editor can place a caret: all but those between CR and LF."""
    return [n for n in range(len(text) + 1) if text[n - 1 : n + 1] != "\r\n"]


def random_event(text: str, encoding: str, rng: random.Random) -> tuple[str, dict[str, Any]]:
    """An edit as an editor sends it, and the text after it."""
    carets = stops(text)
    first = rng.randrange(len(carets))
    last = min(first + rng.choice([0, 0, 0, 1, 1, 2, 5, 40]), len(carets) - 1)
    start, end = carets[first], carets[last]
    new = "".join(rng.choices(PIECES, k=rng.choice([0, 1, 1, 1, 2, 3])))
    ranged = event(position(text, start, encoding), position(text, end, encoding), new)
    return text[:start] + new + text[end:], ranged


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_after_each_of_200_edits_text_and_findings_are_those_of_a_fresh_open(encoding: Encoding) -> None:
    rng = random.Random(f"edits {encoding}")
    documents = Documents(encoding)
    documents.open(types.TextDocumentItem(URI, "python", 1, START))
    text = START
    converter = _converter()
    for version in range(2, 202):
        events = []
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            text, ranged = random_event(text, encoding, rng)
            events.append(ranged)
        params = {"textDocument": {"uri": URI, "version": version}, "contentChanges": events}
        documents.change(converter.structure(params, types.DidChangeTextDocumentParams))
        assert documents.get(URI).text == text
        assert documents.get(URI).version == version
        model = documents.model(URI)
        assert findings(model, Settings()) == findings(build(Document(URI, text)), Settings())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_after_each_of_200_edits_a_client_sees_what_it_would_see_after_a_fresh_open(raw: Raw, encoding: str) -> None:
    """The same through the wire, with ASCII-only pieces between the others so that findings come and go."""
    raw.initialize({"general": {"positionEncodings": [encoding]}, "textDocument": {"diagnostic": {}}})
    rng = random.Random(f"wire {encoding}")
    raw.open(START)
    text = START
    with_findings = 0
    for version in range(2, 202):
        if version % 40 == 0:  # a text that is typed over and over ends as rubble
            text = START
            raw.change(version, {"text": text})
        else:
            text, ranged = random_event(text, encoding, rng)
            raw.change(version, ranged)
        fresh = f"file:///nowhere/fresh{version}.py"
        raw.open(text, uri=fresh)
        edited = raw.request("textDocument/diagnostic", {"textDocument": {"uri": URI}})["result"]["items"]
        opened = raw.request("textDocument/diagnostic", {"textDocument": {"uri": fresh}})["result"]["items"]
        raw.notify("textDocument/didClose", {"textDocument": {"uri": fresh}})
        assert edited == opened, repr(text)
        with_findings += bool(edited)
    assert with_findings > 50


@pytest.mark.parametrize(
    ("before", "start", "end", "new", "after"),
    [
        ("a=1\n\x0c\nb=2\n", (2, 0), (2, 1), "ZZ", "a=1\n\x0c\nZZ=2\n"),
        ('a="x\u2028y"\nb=2\n', (1, 0), (1, 1), "ZZ", 'a="x\u2028y"\nZZ=2\n'),
        ("a\r\nb\rc\nd", (2, 0), (3, 1), "", "a\r\nb\r"),
        ("\U0001f600x", (0, 2), (0, 3), "y", "\U0001f600y"),
        ("\U0001f600x", (0, 1), (0, 1), "y", "y\U0001f600x"),
        ("ab\n", (0, 9), (7, 3), "!", "ab!"),
        ("ab\n", (9, 0), (0, 1), "!", "a!"),
        ("", (0, 0), (0, 0), "x", "x"),
    ],
)
def test_edits_that_went_wrong_elsewhere(
    before: str, start: tuple[int, int], end: tuple[int, int], new: str, after: str
) -> None:
    ranged = _converter().structure(event(start, end, new), types.TextDocumentContentChangePartial)
    changed = convert.changed(Document(URI, before, 1), [ranged], 2, "utf-16")
    assert changed.text == after


def test_only_the_newest_model_is_kept_and_only_while_the_document_is_open() -> None:
    documents = Documents("utf-16")
    documents.open(types.TextDocumentItem(URI, "python", 1, TASKS))
    assert documents.model(URI) is documents.model(URI)
    documents.open(types.TextDocumentItem(URI, "toml", 1, TASKS))
    assert documents.get(URI) is None and documents.model(URI) is None and documents.uris() == []


def _converter() -> Any:
    from lsprotocol.converters import get_converter

    return get_converter()
