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
    "it yields what changes afterwards": "\n\n@task\ndef more(n: int) -> Iterator[List[int]]:\n    batch = []\n"
    "    for i in range(n):\n        batch.append(i)\n        yield batch\n",
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
