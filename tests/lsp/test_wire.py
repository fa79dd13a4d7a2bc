from __future__ import annotations

import io

import pytest

from flyteshift.lsp.wire import bodies, frame


def read(data: bytes) -> list[bytes]:
    return list(bodies(io.BytesIO(data)))


def test_what_is_framed_is_read_back() -> None:
    assert read(frame(b'{"a":1}') + frame(b"{}")) == [b'{"a":1}', b"{}"]


@pytest.mark.parametrize("name", [b"Content-Length", b"content-length", b"CONTENT-LENGTH", b"Content-length"])
def test_header_names_count_in_any_case(name: bytes) -> None:
    assert read(name + b": 2\r\n\r\n{}") == [b"{}"]


def test_other_headers_and_their_order_do_not_matter() -> None:
    kind = b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
    assert read(kind + b"Content-Length: 2\r\n\r\n{}") == [b"{}"]
    assert read(b"Content-Length:2\r\n" + kind + b"\r\n{}") == [b"{}"]


def test_bare_line_feeds_end_headers_too() -> None:
    assert read(b"Content-Length: 2\n\n{}") == [b"{}"]


def test_after_a_length_that_is_too_short_the_next_message_is_read() -> None:
    assert read(b'Content-Length: 3\r\n\r\n{"a":1}' + frame(b"{}")) == [b'{"a', b"{}"]


def test_a_body_that_is_cut_off_is_not_given() -> None:
    assert read(b"Content-Length: 9\r\n\r\n{}") == []


@pytest.mark.parametrize("length", [b"-1", b"two", b"", b"99999999999999999999", b"999999999999"])
def test_a_length_that_cannot_be_is_skipped(length: bytes) -> None:
    assert read(b"Content-Length: " + length + b"\r\n\r\n" + frame(b"{}")) == [b"{}"]


def test_nothing_gives_nothing() -> None:
    assert read(b"") == read(b"\r\n\r\n") == read(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n") == []
