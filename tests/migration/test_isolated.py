"""Where a direct call gives another value than a run, the tasks are started in one."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated

RUN = 'flyte.with_runcontext(mode="local").run('
HEAD = """\
import random
from datetime import date, datetime
from typing import Dict, List, Optional

import pandas as pd
from flytekit import dynamic, task, workflow


def put(xs, x):
    xs.append(x)


@task
def add(xs: List[int]) -> List[int]:
    {code}
    return xs


@task
def made(n: int) -> List[int]:
    return [n]


@task
def same(xs: List[int]) -> List[int]:
    return xs


@task
def size(xs: List[int]) -> int:
    return len(xs)
"""
TWICE = """
    xs = made(n=n)
    a = add(xs=xs)
    return size(xs=xs)
"""


def called(code: str, body: str) -> str:
    """What becomes of the call of a workflow in a main block."""
    source = f"{HEAD.format(code=code)}\n\n@dynamic\ndef wf(n: int) -> int:\n    {body.strip()}\n"
    return migrated(f'{source}\n\nif __name__ == "__main__":\n    print(wf(n=1))\n').splitlines()[-1].strip()


@pytest.mark.parametrize(
    "code",
    [
        "xs.append(1)",
        "xs += [1]",
        "xs[0] = 1",
        "xs[0] += 1",
        "del xs[0]",
        "xs[0], b = 1, 2",
        "ys = xs\n    ys.sort()",
        "random.shuffle(xs)",
        "xs.fit(1)",
        "put(xs, 1)",
        "xs.drop(inplace=True)",
        "for x in xs:\n        x.name = 1",
        "for i, x in enumerate(xs):\n        x.clear()",
    ],
)
def test_a_value_that_a_task_changes_is_kept_from_others_by_a_run(code: str) -> None:
    assert called(code, TWICE) == f"print({RUN}wf, n=1).outputs()[0])"


@pytest.mark.parametrize(
    "code",
    [
        "xs = [*xs, 1]",
        "xs = xs + [1]",
        "ys = [*xs]\n    ys.append(1)",
        "ys = sorted(xs)[:]\n    put([], xs)",
        "print(xs[0], len(xs))",
        "for x in xs:\n        print(x)",
    ],
)
def test_what_changes_nothing_is_called_as_before(code: str) -> None:
    assert called(code, TWICE) == "print(wf(n=1))"


@pytest.mark.parametrize(
    "body",
    [
        "return size(xs=add(xs=made(n=n)))",
        "xs = made(n=n)\n    return size(xs=add(xs=xs))",
        "return sum([size(xs=add(xs=made(n=i))) for i in range(n)])",
        "for i in range(n):\n        xs = made(n=i)\n        add(xs=xs)\n    return n",
        "return size(xs=add(xs=[n, n]))",
    ],
)
def test_what_nobody_reads_again_is_called_as_before(body: str) -> None:
    assert called("xs.append(1)", body) == "print(wf(n=1))"


@pytest.mark.parametrize(
    "body",
    [
        "xs = made(n=n)\n    ys = same(xs=xs)\n    add(xs=ys)\n    return size(xs=xs)",
        "xs = made(n=n)\n    for i in range(n):\n        ys = add(xs=xs)\n    return n",
        "xs = made(n=n)\n    all_ = [add(xs=xs) for i in range(n)]\n    return n",
    ],
)
def test_what_is_read_by_way_of_another_name_or_round_is_kept_apart(body: str) -> None:
    assert called("xs.append(1)", body) == f"print({RUN}wf, n=1).outputs()[0])"


def test_the_values_of_code_without_tasks_are_kept_from_tasks() -> None:
    after = migrated(
        HEAD.format(code="xs.append(1)") + "\n\ndef main():\n    xs = [1]\n    add(xs=xs)\n    return xs\n"
    )
    assert f"    {RUN}add, xs=xs)\n" in after


@pytest.mark.parametrize(
    ("signature", "call", "after"),
    [
        ("d: datetime) -> str", "f(d=now)", f"{RUN}f, d=now)"),
        ("d: Optional[List[datetime]]) -> None", "f(d=[now])", f"{RUN}f, d=[now])"),
        ("n: int) -> datetime", "f(n=1)", f"{RUN}f, n=1)"),
        ("d: datetime = now) -> str", "f()", "f()"),
        ("d: date) -> date", "f(d=now)", "f(d=now)"),
        ("d: str) -> str", "f(d=str(now))", "f(d=str(now))"),
    ],
)
def test_times_get_their_zone_in_a_run(signature: str, call: str, after: str) -> None:
    source = "from datetime import date, datetime\nfrom typing import List, Optional\n\nfrom flytekit import task\n\n"
    source += f"now = datetime(2024, 1, 1)\n\n\n@task\ndef f({signature}:\n    return d\n\n\ndef main():\n    {call}\n"
    assert migrated(source).splitlines()[-1].strip() == after


def test_a_run_whose_arguments_stand_below_each_other_keeps_their_lines() -> None:
    after = migrated(
        HEAD.format(code="xs.append(1)")
        + "\n\ndef main():\n    xs = [1]\n    ys = add(\n        xs=xs,\n    )\n    return xs, ys\n"
    )
    assert f"    ys = {RUN.rstrip()}\n        add,\n        xs=xs,\n    ).outputs()[0]\n" in after


def test_a_value_that_a_notebook_shows_is_that_of_the_task() -> None:
    after = migrated(HEAD.format(code="xs.append(1)") + "\n\nxs = [1]\nadd(xs=xs)\nprint(xs)\n")
    assert f"{RUN}add, xs=xs).outputs()[0]\n" in after
