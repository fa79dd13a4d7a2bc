import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flyteshift.text import Change, Document, Edit, Span

PIECES = [
    "a",
    "é",
    "😀",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "def f():\n    pass\n",
    "x = (\n",
    ")",
    '"""',
    "\x0c",
    "\u2028",
    "'",
]


@given(st.lists(st.sampled_from(PIECES), max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_incremental_changes_give_the_text_and_valid_trees(pieces: list[str], rng: random.Random) -> None:
    document = Document("file:///a.py", "import x\né = 1\n")
    for version, piece in enumerate(pieces):
        start = rng.randint(0, len(document.text))
        end = min(len(document.text), start + rng.randint(0, 3))
        expected = document.text[:start] + piece + document.text[end:]
        document = document.changed([Change(Span(start, end), piece)], version)
        assert document.text == expected
        fresh = Document("file:///a.py", expected).tree.root_node
        if not fresh.has_error and not document.tree.root_node.has_error:
            assert str(document.tree.root_node) == str(fresh)


def test_several_changes_are_made_one_after_the_other() -> None:
    document = Document("u", "abc\n", 1).changed(
        [Change(Span(0, 1), "xx"), Change(Span(2, 3), ""), Change(None, "new"), Change(Span(0, 0), "# ")], 2
    )
    assert (document.text, document.version) == ("# new", 2)


def test_a_document_stays_as_it_was() -> None:
    before = Document("u", "a = 1\n")
    tree = str(before.tree.root_node)
    before.changed([Change(Span(0, 5), "def f(: pass")]).tree  # noqa: B018
    assert str(before.tree.root_node) == tree
    assert before.text == "a = 1\n"


@pytest.mark.parametrize("text", ["é = '😀'; b = 1", "a\rb = 2\r", "x = '\ud800'; y = 3\n"])
def test_nodes_have_code_point_spans(text: str) -> None:
    document = Document("u", text)
    last = document.tree.root_node.named_children[-1]
    assert document.source(last) in text
    assert document.byte_offset(document.span(last).start) == last.start_byte


def test_lone_carriage_returns_end_lines_for_the_parser_too() -> None:
    document = Document("u", "a = 1\rb = 2\r")
    assert [document.source(n) for n in document.tree.root_node.named_children] == ["a = 1", "b = 2"]


def test_an_edited_document_is_made_once():
    document = Document("file:///m.py", "a = 1\nb = 2\n")
    edits = [Edit(Span(6, 6), "c = 3\n"), Edit(Span(0, 1), "x")]
    first = document.edited(edits)
    assert first.text == "x = 1\nc = 3\nb = 2\n"
    assert first.tree.root_node.named_child_count == 3
    assert document.edited(reversed(edits)) is first
    assert document.edited(edits, version=2).version == 2


def test_an_edited_document_is_not_made_of_edits_that_overlap():
    document = Document("file:///m.py", "a = 1\n")
    with pytest.raises(ValueError, match="overlaps"):
        document.edited([Edit(Span(0, 3), "x"), Edit(Span(2, 4), "y")])
