import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyteshift.text import Edit, Span, apply_edits, compose, moved


def test_edits_refer_to_the_text_as_given() -> None:
    assert apply_edits("abcdef", [Edit(Span(4, 5), "E"), Edit(Span(0, 1), "AA"), Edit(Span(2, 2), "-")]) == "AAb-cdEf"


def test_insertions_at_one_offset_keep_their_order() -> None:
    assert apply_edits("ab", [Edit(Span(1, 1), "1"), Edit(Span(1, 1), "2")]) == "a12b"


@pytest.mark.parametrize("edits", [[(0, 2), (1, 3)], [(5, 9)], [(2, 1)]])
def test_overlapping_and_outlying_edits_are_refused(edits: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="edit"):
        apply_edits("abcd", [Edit(Span(*e), "x") for e in edits])


SPLITS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.text("xyz", max_size=3)), max_size=4)


def separate(length: int, drawn: list[tuple[int, int, str]]) -> list[Edit]:
    edits: list[Edit] = []
    at = 0
    for start, size, new in sorted(drawn):
        if at <= start <= length:
            edits.append(Edit(Span(start, min(length, start + size)), new))
            at = edits[-1].span.end + 1
    return edits


@given(SPLITS, SPLITS)
def test_composed_edits_do_both_at_once(one: list[tuple[int, int, str]], two: list[tuple[int, int, str]]) -> None:
    text = "abcdefghijkl"
    first = separate(len(text), one)
    middle = apply_edits(text, first)
    second = separate(len(middle), two)
    assert apply_edits(text, compose(text, first, second)) == apply_edits(middle, second)


def test_composed_edits_leave_alone_what_neither_touches() -> None:
    edits = compose("abcdef", [Edit(Span(1, 2), "XX")], [Edit(Span(6, 7), "Y")])
    assert edits == [Edit(Span(1, 2), "XX"), Edit(Span(5, 6), "Y")]


@pytest.mark.parametrize(("offset", "expected"), [(0, 0), (1, 1), (2, 4), (3, 4), (4, 5)])
def test_offsets_move_with_edits(offset: int, expected: int) -> None:
    assert moved(offset, [Edit(Span(1, 3), "123")]) == expected
