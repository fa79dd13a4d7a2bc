import pytest

from flyteshift.text import Edit, Span, apply_edits


def test_edits_refer_to_the_text_as_given() -> None:
    assert apply_edits("abcdef", [Edit(Span(4, 5), "E"), Edit(Span(0, 1), "AA"), Edit(Span(2, 2), "-")]) == "AAb-cdEf"


def test_insertions_at_one_offset_keep_their_order() -> None:
    assert apply_edits("ab", [Edit(Span(1, 1), "1"), Edit(Span(1, 1), "2")]) == "a12b"


@pytest.mark.parametrize("edits", [[(0, 2), (1, 3)], [(5, 9)], [(2, 1)]])
def test_overlapping_and_outlying_edits_are_refused(edits: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="edit"):
        apply_edits("abcd", [Edit(Span(*e), "x") for e in edits])
