"""Framing: message bodies out of and into a byte stream.

pygls' own reader wants `Content-Length` in exactly that spelling and never gets over a wrong one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import BinaryIO

_LENGTH = re.compile(rb"content-length:[ \t]*(\d{1,12})[ \t]*\r?\n$", re.IGNORECASE)
_LONGEST_HEADER = 1 << 16
_LONGEST_BODY = 1 << 28

logger = logging.getLogger(__name__)


def frame(body: bytes) -> bytes:
    """The body with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def bodies(stream: BinaryIO) -> Iterator[bytes]:
    """The bodies that the stream holds, until it ends.

    Header names are taken in any case. After a body that its header told too short, reading goes on at the next
    `Content-Length`, wherever in the line that stands.
    """
    length: int | None = None
    while line := stream.readline(_LONGEST_HEADER):
        if found := _LENGTH.search(line):
            length = int(found[1])
            if length > _LONGEST_BODY:
                logger.error("a message of %d bytes is announced: not read", length)
                length = None
        elif length is not None and not line.strip():
            body = stream.read(length)
            if len(body) < length:
                return
            yield body
            length = None
