"""The terminal: what goes to standard output and standard error, in colour where someone looks at it."""

from __future__ import annotations

import io
import os
import sys
import time
from contextlib import suppress
from typing import Literal, TextIO

Style = Literal["bold", "dim", "red", "green", "yellow", "cyan"]

_CODES: dict[Style, str] = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_FIRST_PROGRESS = 1.0
_PROGRESS_EVERY = 0.1


class Console:
    """Standard output and standard error. Text that their encodings cannot hold is written with backslashes."""

    def __init__(self, out: TextIO, err: TextIO, *, quiet: bool = False) -> None:
        self.quiet = quiet
        self.colour = _colour(out)
        self._out, self._err = out, err
        self._progress_due = time.monotonic() + _FIRST_PROGRESS if err.isatty() and not quiet else None
        self._progress_shown = False
        for stream in (out, err):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")

    def paint(self, text: str, *styles: Style) -> str:
        """The text in colour, where standard output shows colours."""
        return f"\x1b[{';'.join(_CODES[s] for s in styles)}m{text}\x1b[0m" if self.colour and styles else text

    def write(self, text: str) -> None:
        """Text for standard output, as it is."""
        self._clear()
        self._out.write(text)

    def line(self, text: str = "") -> None:
        """A line for standard output."""
        self.write(f"{text}\n")

    def note(self, text: str) -> None:
        """A line for standard error, unless the user asked for quiet."""
        if not self.quiet:
            self.error(text)

    def error(self, text: str) -> None:
        """A line for standard error."""
        self._clear()
        self._out.flush()
        self._err.write(f"{text}\n")

    def progress(self, text: str) -> None:
        """What a long run is at, shown now and then and only on a terminal."""
        if self._progress_due is not None and time.monotonic() >= self._progress_due:
            self._out.flush()
            self._err.write(f"\r{text}\x1b[K")
            self._err.flush()
            self._progress_shown = True
            self._progress_due = time.monotonic() + _PROGRESS_EVERY

    def close(self) -> None:
        """Write out what waits. Raises BrokenPipeError where the reader has left."""
        self._clear()
        self._out.flush()

    def interrupted(self) -> None:
        """The user pressed Ctrl-C."""
        with suppress(OSError):
            self.error("flyteshift: interrupted")
            self._out.flush()

    def _clear(self) -> None:
        if self._progress_shown:
            self._err.write("\r\x1b[K")
            self._err.flush()
            self._progress_shown = False


def gone(stream: TextIO) -> None:
    """The reader of a stream left (`flyteshift check | head`): nothing more is written, not even at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _colour(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    plain = os.environ.get("TERM") == "dumb" or (sys.platform == "win32" and "WT_SESSION" not in os.environ)
    return stream.isatty() and not plain
