"""Values that Flyte 1 dropped, since no annotation tells of them, are dropped."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = """\
import functools
from flytekit import conditional, dynamic, eager, task, workflow


def log(f):
    @functools.wraps(f)
    def inner(*args, **kwargs):
        print(f(*args, **kwargs))

    return inner


@task
def score(x: int) -> int:
    return x + 1


"""

DROPPED = {
    "a call": ("    return score(x=x)\n", "    score(x=x)\n"),
    "a name": ("    y = score(x=x)\n    return y\n", "    y = score(x=x)\n"),
    "all there is": ("    return x\n", "    return\n"),
    "a name and a call": ("    return x, score(x=x), 'a'\n", "    score(x=x)\n"),
    "calls": ("    return score(x=1), score(x=x)\n", "    score(x=1)\n    score(x=x)\n"),
    "a list": ("    return [score(x=1), x]\n", "    [score(x=1), x]\n"),
    "with comments": ("    # first\n    return score(x=x)  # then\n", "    # first\n    score(x=x)  # then\n"),
}


@pytest.mark.parametrize(("body", "after"), DROPPED.values(), ids=DROPPED)
def test_a_workflow_only_calls(body: str, after: str) -> None:
    source = HEAD + "@workflow\ndef wf(x: int):\n" + body
    assert migrated(source).endswith("@env.task\ndef wf(x: int):\n" + after)
    assert any("Flyte 1 dropped" in n.message for n in planned(source).notes)


def test_a_task_ends_where_it_did() -> None:
    body = "    if x > 1:\n        return x  # big\n    print(x)\n    return x / 2\n"
    after = "    if x > 1:\n        return  # big\n    print(x)\n    x / 2\n"
    assert migrated(HEAD + "@task\ndef t(x: int) -> None:\n" + body).endswith(after)


KEPT = {
    "another decorator sees it": "@task\n@log\ndef t(x: int):\n    return x\n",
    "its function is called": "@task\ndef t(x: int):\n    return x\n\n\nX = t.task_function(1)\n",
    "it is eager": "@eager\nasync def t(x: int):\n    return x\n",
    "it is a generator": "@task\ndef t(x: int):\n    yield x\n    return x\n",
}


@pytest.mark.parametrize("source", KEPT.values(), ids=KEPT)
def test_a_value_that_something_may_see_is_refused(source: str) -> None:
    assert reasons(HEAD + source)


def test_a_value_with_an_annotation_stays() -> None:
    assert "return x + 1" in migrated(HEAD)
    assert not any("dropped" in n.message for n in planned(HEAD).notes)
