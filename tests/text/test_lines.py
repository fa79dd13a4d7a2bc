import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyteshift.text import LineTable
from flyteshift.text.lines import Encoding

TEXTS = st.text(alphabet="ab\n\r\x0c\x85\u2028\u2029\té😀\ud800", max_size=40)
ENCODINGS: list[Encoding] = ["utf-8", "utf-16", "utf-32"]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("", [0]),
        ("a\nb\r\nc\rd", [0, 2, 5, 7]),
        ("a\n", [0, 2]),
        ("a\x0cb\u2028c\x85d\u2029e\x1cf", [0]),
        ("\r\r\n\n", [0, 1, 3, 4]),
    ],
)
def test_lines_end_where_the_protocol_says(text: str, starts: list[int]) -> None:
    assert LineTable(text).starts == starts


@pytest.mark.parametrize(("encoding", "character"), [("utf-8", 6), ("utf-16", 3), ("utf-32", 2)])
def test_characters_count_code_units(encoding: Encoding, character: int) -> None:
    table = LineTable("x\né😀z")
    assert table.position(4, encoding) == (1, character)
    assert table.offset(1, character, encoding) == 4


def test_positions_outside_are_taken_to_the_nearest_place() -> None:
    table = LineTable("ab\r\ncd")
    assert table.offset(0, 99) == 2
    assert table.offset(9, 0) == 6
    assert table.offset(-1, 3) == 0
    assert table.position(99) == (1, 2)


def test_a_position_inside_a_surrogate_pair_is_its_start() -> None:
    assert LineTable("😀a").offset(0, 1, "utf-16") == 0
    assert LineTable("é").offset(0, 1, "utf-8") == 0


@given(TEXTS)
def test_offsets_survive_the_way_there_and_back(text: str) -> None:
    table = LineTable(text)
    for encoding in ENCODINGS:
        for offset in range(len(text) + 1):
            line, character = table.position(offset, encoding)
            inside_break = offset > table.end_of(line)
            assert table.offset(line, character, encoding) == (table.end_of(line) if inside_break else offset)


def test_the_line_end_in_use() -> None:
    assert LineTable("a\r\nb").newline_at(4) == "\r\n"
    assert LineTable("a\nb\r\n").newline_at(0) == "\n"
    assert LineTable("a").newline_at(0) == "\n"
