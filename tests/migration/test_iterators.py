"""Iterators as lists, and lists without batches."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = """from typing import Annotated, Iterator, List

from flytekit import dynamic, task, workflow
from flytekit.core.type_engine import BatchSize
from flytekit.types.directory import FlyteDirectory
from flytekit.types.iterator.json_iterator import JSON


"""
GIVES = "@task\ndef numbers(n: int) -> Iterator[int]:\n    yield n\n"
TAKES = "\n\n@task\ndef total(it: Iterator[int]) -> int:\n    return {}\n"


def test_what_is_yielded_is_collected() -> None:
    after = migrated(HEAD + GIVES.replace("yield n", "for i in range(n):\n        yield i, n"))
    assert (
        "-> list[int]:\n    results = []\n    for i in range(n):\n        results.append((i, n))\n    return results\n"
        in after
    )
    assert "from typing import Annotated, List\n" in after


def test_another_iterator_is_read() -> None:
    assert "    return list(map(int, str(n)))\n" in migrated(HEAD + GIVES.replace("yield n", "return map(int, str(n))"))
    assert "    return [n, n]\n" in migrated(HEAD + GIVES.replace("yield n", "return [n, n]"))


def test_an_iterator_that_something_else_takes_is_still_imported() -> None:
    after = migrated(
        HEAD + GIVES + "\n\ndef plain(it: Iterator[int]) -> int:\n    return next(iter([1]))\n".replace("next", "len")
    )
    assert "Iterator" in after.partition("\n\n")[0]


def test_a_size_of_batches_goes() -> None:
    after = migrated(HEAD + "@task\ndef f(n: Annotated[List[int], BatchSize(3)]) -> int:\n    return len(n)\n")
    assert "def f(n: List[int]) -> int:" in after
    assert "Annotated" not in after


STAYS = {
    "one value is asked for": TAKES.format("next(it)"),
    "it is handed on": TAKES.format("add(it)"),
    "it is bound again": TAKES.format("sum(it)").replace("    return", "    it = [*it]\n    return"),
    "it is returned": TAKES.format("it"),
    "its class is asked for": TAKES.format("isinstance(it, Iterator)"),
    "a value is sent to it": "\n\n@task\ndef more(n: int) -> Iterator[int]:\n    x = yield n\n    yield x\n",
    "it yields nothing": "\n\n@task\ndef more(n: int) -> Iterator[int]:\n    yield\n",
    "list means something else": "\n\nlist = 3\n",
    "it is dynamic": "\n\n@dynamic\ndef more(n: int) -> Iterator[int]:\n    return numbers(n=n)\n",
    "it gives lines of JSON": "\n\n@task\ndef more(n: int) -> Iterator[JSON]:\n    yield {}\n",
}


@pytest.mark.parametrize("more", STAYS.values(), ids=STAYS)
def test_an_iterator_of_which_more_is_asked_stays(more: str) -> None:
    assert any("generator" in reason for reason in reasons(HEAD + GIVES + more))


def test_a_generator_that_is_no_iterator_is_refused() -> None:
    assert any("generator" in r for r in reasons(HEAD + "@task\ndef f(n: int) -> List[int]:\n    yield n\n"))


def test_batches_of_a_folder_are_refused() -> None:
    source = HEAD + "@task\ndef f(d: Annotated[FlyteDirectory, BatchSize(3)]) -> int:\n    return 1\n"
    assert any("`BatchSize` is Flyte 1" in reason for reason in reasons(source))


def test_a_generator_that_is_no_task_stays() -> None:
    assert planned("from typing import Iterator\n\n\ndef f(n: int) -> Iterator[int]:\n    yield n\n").edits == []


ITERATORS = """\
from typing import Iterator, List

from flytekit import dynamic, task, workflow


@task
def many(n: int) -> Iterator[int]:
    yield n


@task
def taken(xs: Iterator[int]) -> List[int]:
    return [x for x in xs]


@workflow
def wf(n: int) -> List[int]:
    return taken(xs=many(n=n))
"""


def test_a_task_that_yields_collects_a_list() -> None:
    after = migrated(ITERATORS)
    assert "def many(n: int) -> list[int]:\n    results = []\n    results.append(n)\n    return results\n" in after
    assert "def taken(xs: list[int]) -> List[int]:" in after
    assert any("collects its elements" in n.message for n in planned(ITERATORS).notes)


ITERATOR_REFUSED = {
    "elements that may change": ("-> Iterator[int]:\n    yield n", "-> Iterator[dict]:\n    x = {}\n    yield x"),
    "what is sent back": ("    yield n\n", "    x = yield n\n    print(x)\n"),
    "a value behind them": ("    yield n\n", "    yield n\n    return n\n"),
    "one by one": ("[x for x in xs]", "[next(xs)]"),
    "an index": ("[x for x in xs]", "[xs[0]]"),
    "handed on": ("[x for x in xs]", "make(xs)"),
    "bound again": ("    return [x", "    xs = iter(xs)\n    return [x"),
    "read as what it is": ("taken(xs=many(n=n))", "[many(n=n)]"),
    "an element of the result": ("taken(xs=many(n=n))", "taken(xs=many(n=n)[0])"),
    "used by a function": ("@workflow", "def first() -> int:\n    return next(many(n=1))\n\n\n@workflow"),
    "offered to others": ("@workflow", "__all__ = ['many']\n\n\n@workflow"),
    "with a default": ("(xs: Iterator[int])", "(xs: Iterator[int] = iter([1]))"),
    "in step with itself": ("[x for x in xs]", "[x + y for x, y in zip(xs, xs)]"),
    "inside of itself": ("[x for x in xs]", "[x + y for x in xs for y in xs]"),
    "while a loop goes through it": ("    return [x", "    for x in xs:\n        print(sum(xs))\n    return [x"),
    "held, and then started again": ("    return [x", "    ys = map(str, xs)\n    print(*ys)\n    return [x"),
    "twice, by functions of a loop": ("[x for x in xs]", "[g for _ in 'ab' for g in [(x for x in xs)]]"),
    "twice, with elements that may change": (
        "xs: Iterator[int]) -> List[int]:\n",
        "xs: Iterator[dict]) -> List[int]:\n    for x in xs:\n        x.clear()\n",
    ),
    "all on one line": (":\n    yield n\n", ": yield n\n"),
}


@pytest.mark.parametrize(("old", "new"), ITERATOR_REFUSED.values(), ids=ITERATOR_REFUSED)
def test_a_task_that_yields_stays_where_a_list_may_be_another_thing(old: str, new: str) -> None:
    assert old in ITERATORS
    assert any("generator" in r for r in reasons(ITERATORS.replace(old, new, 1)))


AGAIN = {
    "one after the other": "    a = sum(xs)\n    for i, x in enumerate(xs):\n        a += i * x / len(xs)\n",
    "in a loop": "    for i in range(3):\n        print([x + i for x in xs], sorted(map(abs, xs)))\n",
    "started anew": "    for x in xs:\n        break\n",
}


@pytest.mark.parametrize("body", AGAIN.values(), ids=AGAIN)
def test_an_iterator_that_is_gone_through_again_when_it_is_through_is_a_list(body: str) -> None:
    assert "def taken(xs: list[int])" in migrated(ITERATORS.replace("    return [x", f"{body}    return [x"))
