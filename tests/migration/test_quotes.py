"""New code inside of f-strings has other quotes than these, which Python before 3.12 asks for."""

from __future__ import annotations

import pytest

from flyteshift.rewriting import quotes
from flyteshift.text import Document, apply_edits
from tests.migration.helpers import migrated, reasons

SOURCE = """\
from datetime import datetime

from flytekit import task

NOW = datetime(2024, 1, 1)


@task
def f(d: datetime) -> str:
    return str(d)


def main():
    print(CODE)
"""
DOUBLE = 'flyte.with_runcontext(mode="local").run(f, d=NOW).outputs()[0]'
SINGLE = "flyte.with_runcontext(mode='local').run(f, d=NOW).outputs()[0]"


@pytest.mark.parametrize(
    ("before", "new"),
    [
        ('f"{f(d=NOW)}"', SINGLE),
        ("f'{f(d=NOW)}'", DOUBLE),
        ('f"""{f(d=NOW)}"""', DOUBLE),
        ("""f"{f(d=NOW)!r:>{len('a')}}\"""", SINGLE),
        ("f(d=NOW)", DOUBLE),
    ],
)
def test_a_run_inside_of_an_f_string_has_other_quotes(before: str, new: str) -> None:
    made = migrated(SOURCE.replace("CODE", before))
    assert made.splitlines()[-1] == f"    print({before.replace('f(d=NOW)', new)})"
    compile(made, "example.py", "exec")


def test_an_f_string_in_another_leaves_no_quotes() -> None:
    source = SOURCE.replace("CODE", """f"{f'{f(d=NOW)}'}\"""")
    assert any("take the call out of the f-string" in reason for reason in reasons(source))


def test_code_for_a_later_python_keeps_its_quotes() -> None:
    made = migrated(SOURCE.replace("CODE", 'f"{f(d=NOW)} {str("a")}"'))
    assert DOUBLE in made and 'str("a")' in made


@pytest.mark.parametrize("code", ["""f"{d['a']}\"""", """f'{x}' + "{x}\"""", 'f"{x:>10} {{y}}"', '''f"""{d["a"]}"""'''])
def test_what_does_not_clash_stays(code: str) -> None:
    document = Document("file:///x.py", f"{code}\n")
    assert not quotes.clashes(document)
    assert quotes.requoted(document) == []


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ('f"{d["a"]}"', """f"{d['a']}\""""),
        ("f'{d['a']}'", """f'{d["a"]}'"""),
        ("""f"{d["it's"]}\"""", None),
        ('f"{d["a\\n"]}"', None),
        ('f"{d[\n1]}"', None),
    ],
)
def test_a_text_that_clashes_gets_the_other_quotes_or_none(code: str, after: str | None) -> None:
    document = Document("file:///x.py", f"{code}\n")
    assert quotes.clashes(document)
    made = quotes.requoted(document)
    assert (apply_edits(document.text, made).rstrip() if made is not None else None) == after
