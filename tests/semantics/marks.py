"""Sources with the expected references marked: `«task»`; `«cache|flytekit.task(cache)»` names the symbol as well."""

from __future__ import annotations

import re

from flyteshift.semantics.model import Model, build
from flyteshift.text import Document

MARK = re.compile(r"«(.+?)(?:\|([^»]+))?»")


def model(source: str) -> Model:
    return build(Document("file:///m.py", source))


def strip(marked: str) -> str:
    return MARK.sub(lambda m: m[1], marked)


def check(marked: str, *, imports: bool = False) -> None:
    """Asserts that exactly the marked spans are Flyte 1 references (those of import lines only with `imports`)."""
    source, wanted, gone = strip(marked), [], 0
    for match in MARK.finditer(marked):
        start = match.start() - gone
        gone += len(match[0]) - len(match[1])
        wanted.append((start, match[1], match[2]))
    found = [
        (r.span.start, source[r.span.start : r.span.end], r.symbol)
        for r in model(source).references()
        if r.flyte1 and (imports or r.kind != "import")
    ]
    assert [(start, text) for start, text, _ in found] == [(start, text) for start, text, _ in wanted]
    for (_, text, symbol), (_, _, expected) in zip(found, wanted, strict=True):
        assert expected is None or symbol == expected, f"{text}: {symbol}"
