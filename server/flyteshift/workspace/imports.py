"""The imports of a file by a quick look at its bytes: what may depend on what, without parsing every file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

HANDED_ON = 3
"""How often a name may be handed on from file to file until it is used."""
_NAME = re.compile(r"[^\W\d]\w*|\*")
_MODULE = re.compile(r"[^\W\d][\w.]*")
_FROM = re.compile(r"from\s*(\.*\s*[\w.]*)\Z")
_CLAUSE = (b";", b":")


class Imported(NamedTuple):
    """`from module import names`, or `import module` where there are none."""

    module: str
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.module}:{','.join(self.names)}" if self.names else self.module

    @staticmethod
    @lru_cache(maxsize=1 << 15)  # the files of a workspace import much the same, and are asked more than once
    def of(text: str) -> Imported:
        """What `str` gives, read back."""
        module, colon, names = text.partition(":")
        return Imported(module, tuple(names.split(","))) if colon else Imported(module)

    def dotted(self) -> list[str]:
        """The dotted names of what is imported, as they are written."""
        joined = self.module if self.module.endswith(".") else f"{self.module}."
        return [f"{joined}{name}" for name in self.names] if self.names else [self.module]


@lru_cache(maxsize=1 << 15)
def targets(text: str) -> tuple[str, ...]:
    """The dotted names of an import by its text; with a star the module's."""
    return tuple(each.removesuffix("*").rstrip(".") or each.removesuffix("*") for each in Imported.of(text).dotted())


def imports(data: bytes) -> tuple[str, ...]:
    """The import statements of Python source, wherever they stand, each as the text of an `Imported`.

    What only looks like one (in a string) counts too; what only a parser finds (over a backslash) does not.
    """
    return tuple(dict.fromkeys(_imports(data)))


def _imports(data: bytes) -> Iterator[str]:
    at = data.find(b"import")
    while at >= 0:
        end = at + 6
        if data[end : end + 1] in (b" ", b"\t", b"(", b"*"):
            start = data.rfind(b"\n", 0, at) + 1
            stop = data.find(b"\n", end)
            head, rest = data[start:at], data[end : stop if stop >= 0 else len(data)]
            if b"(" in rest or b"\\" in rest:
                yield from _statement(head, data, end)
            else:
                yield from _line_alone(head, rest)
        at = data.find(b"import", end)


@lru_cache(maxsize=1 << 14)
def _line_alone(head: bytes, rest: bytes) -> tuple[str, ...]:
    """The files of a workspace say much the same: most lines were seen before."""
    return tuple(_statement(head, rest, 0))


def _statement(head: bytes, data: bytes, end: int) -> Iterator[str]:
    """What an import gives, from the line before the word and the text behind it."""
    head = head.strip()
    for mark in _CLAUSE:
        if mark in head:
            head = head.rpartition(mark)[2].strip()
    if not head:
        yield from map(str, _plain(_line(data, end)))
    elif head.startswith(b"from"):
        found = _FROM.match(head.decode("utf-8", "replace"))
        names = _names(data, end) if found else ()
        if found and names:
            yield str(Imported("".join(found[1].split()), names))


def _plain(text: str) -> Iterator[Imported]:
    for part in text.split(","):
        found = _MODULE.match(part.strip())
        if found:
            yield Imported(found[0].rstrip("."))


def _names(data: bytes, start: int) -> tuple[str, ...]:
    text = _line(data, start).strip()
    if text.startswith("("):
        close = data.find(b")", start)
        whole = data[start : close if close >= 0 else len(data)].decode("utf-8", "replace")
        text = "\n".join(line.partition("#")[0] for line in whole.splitlines()).strip().lstrip("(")
    found = (_NAME.match(part.strip()) for part in text.split(","))
    return tuple(each[0] for each in found if each)


def _line(data: bytes, start: int) -> str:
    """The rest of a logical line, as far as backslashes carry it, without a comment."""
    end = data.find(b"\n", start)
    while end > 0 and data[start:end].rstrip(b"\r").endswith(b"\\"):
        end = data.find(b"\n", end + 1)
    line = data[start : end if end >= 0 else len(data)].decode("utf-8", "replace")
    return line.replace("\\\n", " ").replace("\\\r\n", " ").partition("#")[0].partition(";")[0]
