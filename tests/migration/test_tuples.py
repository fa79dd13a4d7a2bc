"""What a task gives as several outputs is a tuple in Flyte 2."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated

HEAD = """\
from typing import List, NamedTuple, Tuple

from flytekit import task
from sklearn.model_selection import train_test_split

Pair = NamedTuple("Pair", [("a", int), ("b", int)])


def shown(n):
    return n, n


def said(n) -> Tuple[int, int]:
    return made(n)


def unknown(n):
    return made(n)
"""


def given(body: str, kind: str = "Tuple[int, int]") -> str:
    """What a task with the body gives after the migration."""
    source = f"{HEAD}\n\n@task\ndef other(n: int) -> Tuple[int, int]:\n    return n, n\n"
    source += f"\n\n@task\ndef f(n: int, pair: Tuple[int, int]) -> {kind}:\n    {body}\n"
    return migrated(source).rpartition("return ")[2].rstrip()


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("return train_test_split(n)", "tuple(train_test_split(n))"),
        ("return [n, n]", "(n, n)"),
        ("return [n + i for i in (1, 2)]", "tuple([n + i for i in (1, 2)])"),
        ("return unknown(n)", "tuple(unknown(n))"),
        ("parts = train_test_split(n)\n    return parts", "tuple(parts)"),
        ("return shown(n) if n else train_test_split(n)", "tuple(shown(n) if n else train_test_split(n))"),
    ],
)
def test_what_may_be_no_tuple_is_made_one(body: str, after: str) -> None:
    assert given(body) == after


@pytest.mark.parametrize(
    "value",
    ["n, n", "(n, n)", "shown(n)", "said(n)", "other(n=n)", "pair", "tuple([n, n])", "shown(n) if n else (n, n)"],
)
def test_a_tuple_stays(value: str) -> None:
    assert given(f"return {value}") == value


def test_a_tuple_in_a_variable_stays() -> None:
    assert given("both = shown(n)\n    return both") == "both"


@pytest.mark.parametrize("kind", ["List[int]", "Tuple[int, ...]"])
def test_one_output_stays(kind: str) -> None:
    source = f"{HEAD}\n\n@task\ndef f(n: int) -> {kind}:\n    return train_test_split(n)\n"
    assert "tuple(" not in migrated(source).partition("def f")[2]


def test_what_calls_itself_tuple_is_left_alone() -> None:
    source = f"{HEAD}\n\ndef tuple(x):\n    return x\n\n\n@task\ndef f(n: int) -> Tuple[int, int]:\n    return [n, n]\n"
    assert migrated(source).endswith("return [n, n]\n")
