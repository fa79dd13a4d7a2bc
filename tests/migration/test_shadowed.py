"""Functions whose name a task takes over further down."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.migration.helpers import migrated, planned, reasons

PLAIN = "def pay(x):\n    return x + 1\n\n\n"
TASK = "@task\ndef pay(x: int) -> int:\n    return x * 10\n"
HEAD = "from flytekit import LaunchPlan, map_task, task, workflow\n\n\n"


def test_the_first_gets_a_name_of_its_own() -> None:
    source = HEAD + PLAIN + "def twice(x):\n    return pay(x) + pay(x=x)\n\n\n" + TASK
    after = migrated(source)
    assert "def pay_first(x):" in after
    assert "@env.task\ndef pay(x: int)" in after
    assert "return pay(x) + pay(x=x)" in after
    assert [n.message for n in planned(source).notes if "nothing reaches" in n.message]


def test_those_that_are_replaced_call_each_other_as_they_did() -> None:
    flow = "\n\n@workflow\ndef total(x: int) -> int:\n    return pay(x=x)\n"
    after = migrated(HEAD + PLAIN + "def total(x):\n    return pay(pay=pay(x))\n\n\n" + TASK + flow)
    assert "def total_first(x):\n    return pay_first(pay=pay_first(x))" in after
    assert "def total(x: int) -> int:\n    return pay(x=x)" in after


def test_a_taken_name_is_not_taken_twice() -> None:
    assert "def pay_first_(x):" in migrated(HEAD + "pay_first = 1\n\n\n" + PLAIN + TASK)


REFUSED = {
    "it is called between": PLAIN + "START = pay(1)\n\n\n" + TASK,
    "it is handed on between": PLAIN + "CHECKS = [pay]\n\n\n" + TASK,
    "what calls it is called between": PLAIN + "def both(x):\n    return pay(x)\n\n\nSTART = both(1)\n\n\n" + TASK,
    "a default calls it": PLAIN + "def both(x=pay(1)):\n    return x\n\n\n" + TASK,
    "a class calls it": PLAIN + "class Both:\n    start = pay(1)\n\n\n" + TASK,
    "another decorator has it": "def log(f):\n    return f\n\n\n@log\n" + PLAIN + TASK,
    "both are tasks": TASK + "\n\n" + TASK,
    "the task is the first": TASK + "\n\n" + PLAIN,
    "there are three": PLAIN + PLAIN + TASK,
    "it may not be there": "if True:\n    def pay(x):\n        return x\n\n\n" + TASK,
    "it is no function": "pay = 3\n\n\n" + TASK,
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED)
def test_what_may_have_meant_the_first_one_is_refused(body: str) -> None:
    assert any("bound more than once" in reason for reason in reasons(HEAD + dedent(body)))


FIRST = "from shop import other, pay\n\n\n"


def test_an_import_that_nothing_reads_goes() -> None:
    source = HEAD + FIRST + "X = other()\n\n\ndef twice(x):\n    return pay(x=x)\n\n\n" + TASK
    after = migrated(source)
    assert "from shop import other\n" in after
    assert "@env.task\ndef pay(x: int)" in after
    assert [n.message for n in planned(source).notes if "the import is gone" in n.message]


def test_all_of_them_go_at_once() -> None:
    two = TASK + "\n\n" + TASK.replace("pay", "split")
    assert "import pay" not in migrated(
        HEAD + "from shop import pay\nfrom os.path import join, split\n\nX = join('a')\n\n\n" + two
    )


IMPORTED = {
    "it is called between": FIRST + "START = pay(1)\n\n\n" + TASK,
    "it is handed on between": FIRST + "CHECKS = [pay]\n\n\n" + TASK,
    "what calls it is called between": FIRST + "def both(x):\n    return pay(x)\n\n\nSTART = both(1)\n\n\n" + TASK,
    "a decorator of the task reads it": FIRST + "@task(retries=pay)\ndef pay(x: int) -> int:\n    return x\n",
    "the import is the last": TASK + "\n\n" + FIRST,
    "it may not be made": "try:\n    from shop import pay\nexcept ImportError:\n    pass\n\n\n" + TASK,
    "there are three": FIRST + "from store import pay\n\n\n" + TASK,
}


@pytest.mark.parametrize("body", IMPORTED.values(), ids=IMPORTED)
def test_an_import_that_may_be_read_stays(body: str) -> None:
    assert any("bound more than once" in reason for reason in reasons(HEAD + body))
