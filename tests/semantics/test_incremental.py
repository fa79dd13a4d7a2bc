"""Models of edited documents: equal to those of fresh ones, kept where the text is broken elsewhere."""

from __future__ import annotations

import random

import pytest

from flyteshift.semantics.model import Model, build
from flyteshift.text import Change, Document, Span

SOURCE = '''\
"""A pipeline. 😀"""
import flytekit
from flytekit import task, workflow as wf, current_context

BIG = """
from flytekit import map_task
"""

@task(retries=3, cache=True)
def first(x: int) -> int:
    ctx = current_context()
    return len(ctx.working_directory) + x


task2 = task


@task2(container_image="é")
def second(y: int) -> int:
\tif y > 3:
\t\treturn flytekit.current_context().execution_id
\treturn y


@wf
def flow(n: int = 3) -> int:
    a = first(x=n); b = second(y=a)
    a >> b
    return b.with_overrides(retries=1)


if __name__ == "__main__":
    print(flow())
'''


def references(model: Model) -> list[tuple[object, ...]]:
    return [tuple(r) for r in model.references()]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_after_any_edit_the_model_equals_a_fresh_one(seed: int, newline: str) -> None:
    rng = random.Random(seed)
    pieces = [
        "x",
        "(",
        ")",
        '"',
        "'''",
        '"""',
        "\n",
        "task",
        "@",
        ":",
        " ",
        "#",
        "é",
        "😀",
        "\x0c",
        "\u2028",
        "del task\n",
        "from flytekit import task\n",
        "task = 1\n",
        "\ndef first(): ...\n",
        "import union\n",
        ";",
        "\t",
    ]
    document = Document("u", SOURCE.replace("\n", newline))
    model = build(document)
    for version in range(60):
        start = rng.randint(0, len(document.text))
        end = min(len(document.text), start + rng.choice([0, 0, 1, 4, 30]))
        document = document.changed([Change(Span(start, end), rng.choice(pieces))], version)
        model = build(document, model)
        assert references(model) == references(build(Document("u", document.text)))


@pytest.mark.parametrize(
    "typed",
    [
        "@task(cache=\n",
        "def f(\n",
        "x = [\n",
        "class A(\n",
        "from flytekit import (\n",
        "if x\n",
        "x = {'a': (1,\n",
        '"""\n',
        "@task\n",
        "@\n",
        "def\n",
        "return flytekit.\n",
        "f'{\n",
        "x = 'abc\n",
    ],
)
@pytest.mark.parametrize("before", ["@task(retries=3", "task2 = task", "@wf"])
def test_half_typed_code_keeps_what_stands_around_it(typed: str, before: str) -> None:
    whole = build(Document("u", SOURCE))
    at = SOURCE.index(before)
    document = whole.document.changed([Change(Span(at, at), typed + "\n")], 2)
    model = build(document, whole)
    untouched = [r for r in references(whole) if not _in_statement(whole, r, at)]
    found = [(s, (a - _shift(a, at, typed), b - _shift(b, at, typed)), *rest) for s, (a, b), *rest in references(model)]
    missing = [r for r in untouched if tuple(r) not in {(s, Span(*span), *rest) for s, span, *rest in found}]
    assert not missing


def _shift(offset: int, at: int, typed: str) -> int:
    return len(typed) + 1 if offset >= at + len(typed) + 1 else 0


def _in_statement(model: Model, reference: tuple[object, ...], at: int) -> bool:
    """Whether a reference is in the statement that is being typed at, which may lose its findings for the moment."""
    span = reference[1]
    assert isinstance(span, Span)
    return any(s.span.contains(at) and s.span.contains(span.start) for s in model.statements)


def test_unchanged_statements_are_not_read_again() -> None:
    whole = build(Document("u", SOURCE))
    at = SOURCE.index("+ x") + 3
    model = build(whole.document.changed([Change(Span(at, at), " + 1")]), whole)
    fresh = [s for s, old in zip(model.statements, whole.statements, strict=True) if s.facts is not old.facts]
    assert len(fresh) == 1
    kept = [s for s in model.statements if s not in fresh]
    assert all(any(s.references is old.references for old in whole.statements) for s in kept)


def test_a_changed_import_changes_what_uses_it() -> None:
    whole = build(Document("u", SOURCE))
    at = SOURCE.index("task, workflow")
    model = build(whole.document.changed([Change(Span(at, at + 4), "dynamic")]), whole)
    assert "flytekit.task" not in {r.symbol for r in model.references()}


def test_a_document_without_flyte_costs_nothing() -> None:
    assert build(Document("u", "import os\n" * 10)).statements == ()


def test_star_imports_that_come_and_go_change_every_statement() -> None:
    model = build(Document("u", "@task(cache=True)\nimport flyte"))
    for text in ("@task(cache=True)\nflyte", "from flytekit import*\n@task(cache=True)", "@task(cache=True)\nflyte"):
        model = build(model.document.changed([Change(None, text)]), model)
        assert references(model) == references(build(Document("u", text)))
