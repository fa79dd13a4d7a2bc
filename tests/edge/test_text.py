"""The same module in every form that a text can have: edits land where they should, and bring nothing of their own."""

from __future__ import annotations

import pytest

from flyteshift.features.hover import hover
from flyteshift.workspace.files import SourceFile, decode
from tests.edge.outcome import check, found, migrated, model, plan
from tests.edge.sources import FUNCTION, MODULES, SPELLINGS

_MULTI = f"from flytekit import task\n\n\n@task(\n    retries=2,  # twice\n    environment={{\n        'A': '1',  # one\n    }},\n)\n{FUNCTION}"
TEXTS = {
    "names": SPELLINGS["names"].source,
    "comments": SPELLINGS["parentheses-and-comments"].source,
    "decorator-over-lines": _MULTI,
    "comments-on-import-lines": MODULES["comments-on-import-lines"].before,
    "only-statement-of-a-block": MODULES["only-statement-of-a-block"].before,
    "tabs": MODULES["tabs"].before,
    "no-final-newline": MODULES["no-final-newline"].before,
}
EACH = pytest.mark.parametrize("source", TEXTS.values(), ids=TEXTS)


def line_end_cases() -> list[object]:
    return [pytest.param(s, end, id=f"{key}-{end!r}") for key, s in TEXTS.items() for end in ("\r\n", "\r")]


@pytest.mark.parametrize(("source", "end"), line_end_cases())
def test_line_ends(source: str, end: str) -> None:
    assert migrated(source.replace("\n", end)) == migrated(source).replace("\n", end)


@EACH
def test_mixed_line_ends_bring_no_third_kind(source: str) -> None:
    lines = source.split("\n")
    check("".join(line + ("\r\n" if i % 2 else "\n") for i, line in enumerate(lines[:-1])) + lines[-1])


@EACH
def test_a_byte_order_mark_stays_in_front(source: str) -> None:
    assert migrated("\ufeff" + source) == "\ufeff" + migrated(source)


@EACH
def test_a_form_feed_in_front_moves_nothing(source: str) -> None:
    assert migrated("\x0c\n" + source) == "\x0c\n" + migrated(source)


@EACH
@pytest.mark.parametrize("head", ["# 🚀 é \u2028 \x85\n", "X = '🚀\u2028\x0c'\n", '"""𝔉𝔩𝔶𝔱𝔢\n\u2029"""\n'])
def test_characters_of_all_widths_move_findings_and_edits_alike(source: str, head: str) -> None:
    moved = [(f.symbol, f.span.shifted(len(head))) for f in found(source)]
    assert [(f.symbol, f.span) for f in found(head + source)] == moved
    assert migrated(head + source).removeprefix(head).lstrip("\n") == migrated(source).lstrip("\n")


@pytest.mark.parametrize("source", [TEXTS["names"], _MULTI], ids=["names", "over-lines"])
@pytest.mark.parametrize("character", ["é", "🚀", "\u2028", "\x0c"])
def test_a_caret_right_of_wide_characters_is_where_it_is(source: str, character: str) -> None:
    shown = hover(model(f"X = '{character}'; {source}"), len("X = ''; ") + 1 + source.index("task"))
    assert shown is not None and "Flyte 2" in shown.markdown
    assert hover(model(f"X = '{character}'; {source}"), 1) is None


@pytest.mark.parametrize("coding", ["latin-1", "cp1252", "utf-8", "koi8-r"])
@EACH
def test_a_declared_encoding(tmp_path: object, source: str, coding: str) -> None:
    word = "я" if coding == "koi8-r" else "é"
    text = f"# -*- coding: {coding} -*-\n# {word}\n{source}"
    read = decode("flow.py", text.encode(coding))  # type: ignore[arg-type]
    assert isinstance(read, SourceFile) and read.text == text
    assert migrated(read.text).startswith(f"# -*- coding: {coding} -*-\n# {word}\n")


@pytest.mark.parametrize(
    "broken",
    [
        "from flytekit import task\n\n@task(\ndef f(): ...\n",
        "from flytekit import task\n\x00\n@task\ndef f(): ...\n",
        "from flytekit import task\n@task\ndef f():\n  if 1:\n\treturn 1\n   return 2\n",
        "%matplotlib inline\nfrom flytekit import task\n@task\ndef f(): ...\n",
        "from flytekit import task\n<<<<<<< HEAD\n@task\n=======\n@task(cache=True)\n>>>>>>> b\ndef f(): ...\n",
        "from flytekit import task\nx = f'{'\n@task\ndef f(): ...\n",
        "from flytekit import\n\n\n@task\ndef f(): ...\n",
    ],
    ids=["bracket", "nul", "indentation", "magic", "conflict", "f-string", "half-typed"],
)
def test_code_that_does_not_parse_is_never_edited(broken: str) -> None:
    made = plan(broken)
    assert made.edits == []
    assert made.left or not found(broken)
