"""Expressions behind a star, which tree-sitter reads otherwise than Python does."""

from __future__ import annotations

import pytest

from flyteshift.migration import plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from tests.migration.helpers import migrated

SOURCE = """\
from typing import List

from flytekit import task, workflow
from flytekit.types.file import FlyteFile


def read(f):
    with open(f) as lines:
        return lines.readlines()


@task
def t(f: FlyteFile, n: int = 1) -> List[str]:
    # here
    return []


@workflow
def w(f: FlyteFile) -> List[str]:
    return t(f=f)
"""

FORMS = {
    "list": "[*read(f), 'x']",
    "tuple without parentheses": "list(map(str, (1, *read(f))))",
    "argument": "list(map(str, zip('a', *read(f))))",
    "set": "sorted({'x', *read(f)})",
    "attribute": "[*read(f), *f.path.split('/')[-1:]]",
    "element": "[*read(f)[0], 'x']",
    "sum": "[*read(f) + ['y'], 'x']",
    "with parentheses of its own": "[*(read(f)), 'x']",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_stands_behind_a_star_is_read_as_python_reads_it(form: str) -> None:
    after = migrated(SOURCE.replace("    return []", f"    return {form}"))
    assert f"return {form}\n" in after
    assert "open(f.download_sync())" in after


def test_what_a_helper_behind_a_star_gets_is_the_file() -> None:
    after = migrated(SOURCE.replace("    return []", "    print('a', *read(f))\n    return [*read(f), 'x']"))
    assert "    print('a', *read(f))\n    return [*read(f), 'x']\n" in after
    assert "open(f.download_sync())" in after


def test_tasks_behind_a_star_are_called() -> None:
    after = migrated(SOURCE + "\n\n@task\ndef u(f: FlyteFile) -> List[str]:\n    return [*t(f=f), 'x']\n")
    assert "    return [*t(f=f), 'x']\n" in after


def test_a_star_in_code_that_stays_is_not_touched() -> None:
    source = SOURCE + "\n\ndef words(text):\n    return [*text.split(), *reversed('ab')]\n"
    plan = plan_module(build(Document("file:///stars.py", source)), "stars")
    start = source.index("def words")
    assert not plan.left
    assert all(edit.span.end <= start for edit in plan.edits)
    assert apply_edits(source, plan.edits).endswith(source[start:])
