"""Flyte 1 that is written plainer first: what the text becomes, and what stays as it is."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.migration.helpers import migrated, planned, reasons

ECHOES = """\
from flytekit import kwtypes, task, workflow
from flytekit.core.task import Echo

{0}


@workflow
def wf(x: int) -> int:
    return echo(x=x)
"""

ECHO_REFUSED = {
    "settings": 'echo = Echo(name="echo", inputs={"x": int}, task_config=None)',
    "inputs of a call": 'echo = Echo(name="echo", inputs=make())',
    "no inputs": 'echo = Echo(name="echo")',
    "an input that is no name": 'echo = Echo(name="echo", inputs={"x": int, "class": str})',
    "arguments unpacked": 'OPTIONS = {"inputs": {"x": int}}\necho = Echo("echo", **OPTIONS)',
    "bound twice": 'echo = Echo(name="echo", inputs={"x": int})\necho = Echo(name="other", inputs={"x": int})',
    "a comment inside": 'echo = Echo(\n    name="echo",  # mine\n    inputs={"x": int},\n)',
    "offered to others": '__all__ = ["echo"]\necho = Echo(name="echo", inputs={"x": int})',
    "made in a function": 'def make():\n    return Echo(name="echo", inputs={"x": int})\n\n\necho = make()',
}


@pytest.mark.parametrize("made", ECHO_REFUSED.values(), ids=ECHO_REFUSED)
def test_an_echo_whose_inputs_do_not_show_stays(made: str) -> None:
    assert any("`Echo` has no Flyte 2 form" in r for r in reasons(ECHOES.format(made)))


def test_echoes_are_definitions_with_two_blank_lines_around() -> None:
    made = 'echo = Echo(name="e", inputs={"x": int})\nboth = Echo("b", kwtypes(x=int, y=str))\nLIMIT = 3'
    assert dedent("""\
        @env.task
        def echo(x: int) -> int:
            return x


        @env.task
        def both(x: int, y: str) -> (int, str):
            return x, y


        LIMIT = 3
        """) in migrated(ECHOES.format(made))


def test_an_echo_brings_the_decorator_that_it_needs() -> None:
    source = ECHOES.format('echo = Echo(name="e", inputs={"x": int})').replace("kwtypes, task, workflow", "workflow")
    assert "@env.task\ndef echo(x: int) -> int:\n    return x\n" in migrated(source)
    assert planned(source.replace("from flytekit.core", "task = 3\nfrom flytekit.core")).left


ORDERS = """\
import os

from flytekit import dynamic, task, workflow


@task
def one(a: int = 0) -> int:
    return a


def helper(a):
    return one(a=a)


@{0}
def wf(n: int) -> int:
{1}    return x
"""

ORDER_REFUSED = {
    "against the data": "x = one()\ny = one(a=x)\ny >> x\n",
    "against another order": "x = one()\ny = one()\nx >> y\ny >> x\n",
    "over a call of a plain function": "x = one()\nz = helper(n)\ny = one()\ny >> x\n",
    "over a call of another kind": "x = one()\nprint('here')\ny = one()\ny >> x\n",
    "a call inside of the call": "x = one(a=len(os.environ))\ny = one()\ny >> x\n",
    "over a loop": "x = one()\nfor i in [1, 2]:\n    one(a=i)\ny = one()\ny >> x\n",
    "over an addition": "x = one()\nz = 1 // n\ny = one(a=z)\ny >> x\n",
    "out of a block": "x = one()\nif True:\n    y = one()\n    y >> x\n",
    "on one line": "x = one(); y = one()\ny >> x\n",
    "bound twice": "x = one()\nx = one(a=x)\ny = one()\ny >> x\n",
}


@pytest.mark.parametrize("kind", ["workflow", "dynamic"])
@pytest.mark.parametrize("body", ORDER_REFUSED.values(), ids=ORDER_REFUSED)
def test_an_order_is_refused_where_moving_could_be_seen(body: str, kind: str) -> None:
    found = reasons(ORDERS.format(kind, indent(body, "    ")))
    assert any("order" in r for r in found), found


def test_calls_move_with_their_comments_and_no_more_of_them_than_needed() -> None:
    before = "# stays\nw = one()\nx = one(a=1)  # late\n# early\ny = one(\n    a=2,  # two\n)\nz = one()\ny >> x\n"
    after = "# stays\nw = one()\n# early\ny = one(\n    a=2,  # two\n)\nx = one(a=1)  # late\nz = one()\n"
    assert indent(after.replace("y = one", "one"), "    ") in migrated(
        ORDERS.format("workflow", indent(before, "    "))
    )


def test_tabs_and_line_ends_move_along() -> None:
    source = ORDERS.format("workflow", "    x = one()\n    y = one(a=1)\n    y >> x\n")
    after = migrated(source.replace("    ", "\t").replace("\n", "\r\n"))
    assert "\tone(a=1)\r\n\tx = one()\r\n\treturn x" in after


def test_a_moved_call_is_told() -> None:
    source = ORDERS.format("workflow", "    x = one()\n    y = one(a=1)\n    y >> x\n")
    (note,) = planned(source).notes
    assert source[slice(*note.span)] == "y = one(a=1)"
    assert "where its order is asked for" in note.message


PARTIALS = """\
import functools
from dataclasses import dataclass

from flytekit import dynamic, task, workflow

LIMIT = 3


@dataclass
class Config:
    n: int


@task
def one(a: int, b: int = 0) -> int:
    return a


def make() -> int:
    return 1


{1}@{0}
def wf(n: int) -> int:
{2}
"""

PARTIAL_REFUSED = {
    "a call is bound": ("dynamic", "", "p = functools.partial(one, a=make())\nreturn p(b=1)"),
    "an element is bound": ("dynamic", "", "xs = [n]\np = functools.partial(one, a=xs[0])\nreturn p(b=1)"),
    "an attribute that is set": (
        "dynamic",
        "",
        "c = Config(n)\np = functools.partial(one, a=c.n)\nc.n = 3\nreturn p(b=1)",
    ),
    "a name that is bound again": (
        "dynamic",
        "",
        "x = n\np = functools.partial(one, a=x)\nx = 5\nreturn p(b=1)",
    ),
    "a loop's variable after the loop": (
        "dynamic",
        "",
        "for i in range(n):\n    p = functools.partial(one, a=i)\nfor i in range(2):\n    p(b=1)\nreturn n",
    ),
    "bound in two ways": (
        "dynamic",
        "",
        "p = functools.partial(one, a=1)\nif n > 1:\n    p = functools.partial(one, a=2)\nreturn p(b=1)",
    ),
    "handed on": ("dynamic", "", "p = functools.partial(one, a=1)\nq = [p]\nreturn p(b=1)"),
    "unpacked": ("dynamic", "", "p = functools.partial(one, **{'a': 1})\nreturn p(b=1)"),
    "called with what is unpacked": ("dynamic", "", "p = functools.partial(one, a=1)\nreturn p(**{'b': 1})"),
    "a comment inside": ("dynamic", "", "p = functools.partial(\n    one,\n    a=1,  # why\n)\nreturn p(b=1)"),
    "offered to others": ("workflow", "__all__ = ['p']\np = functools.partial(one, a=1)\n\n\n", "return p(b=1)"),
    "an attribute of a class": ("workflow", "class Steps:\n    p = one\n\n\n", "return Steps.p(a=1)"),
    "a name hidden at the call": (
        "dynamic",
        "p = functools.partial(one, a=LIMIT)\n\n\n",
        "LIMIT = n\nreturn p(b=LIMIT)",
    ),
    "a nested function": (
        "dynamic",
        "",
        "p = functools.partial(one, a=1)\ndef inner():\n    return p(b=1)\nreturn inner()",
    ),
}


@pytest.mark.parametrize(("kind", "before", "body"), PARTIAL_REFUSED.values(), ids=PARTIAL_REFUSED)
def test_a_task_under_another_name_is_refused_where_that_may_be_more(kind: str, before: str, body: str) -> None:
    found = reasons(PARTIALS.format(kind, before, indent(body, "    ")))
    assert any("used as a value" in r for r in found), found


def test_a_partial_goes_with_its_import() -> None:
    source = PARTIALS.format("workflow", "", "    p = functools.partial(one, a=n)\n    return p(b=LIMIT)")
    after = migrated(source)
    assert "functools" not in after
    assert "-> int:\n    return one(a=n, b=LIMIT)\n" in after


def test_what_a_call_says_wins_over_what_is_bound() -> None:
    body = "    p = functools.partial(one, n, b=2)\n    x = p()\n    return p(b=x)"
    after = migrated(PARTIALS.format("workflow", "", body))
    assert "    x = one(n, b=2)\n    return one(n, b=x)\n" in after


FIELDS = """\
from typing import NamedTuple, Tuple

from flytekit import conditional, map_task, task, workflow

Out = NamedTuple("Out", n=int)


def make(x):
    return x


@task
def plain(x: int) -> int:
    return x


@task
def one(x: int) -> Out:
    {0}


@workflow
def wf(x: int) -> int:
    {1}
"""

FIELD_REFUSED = {
    "given by a plain function": ("return make(x)", "return one(x=x).n"),
    "given by a variable that a function fills": ("y = make(x)\n    return y", "return one(x=x).n"),
    "a parameter": ("return x", "return one(x=x).n"),
    "made of what is unpacked": ("return Out(*[x])", "return one(x=x).n"),
    "made before": ("out = Out(x)\n    return out", "return one(x=x).n"),
    "made with a comment": ("return Out(\n        x,  # why\n    )", "return one(x=x).n"),
    "another attribute": ("return Out(x)", "return one(x=x).count"),
    "another place": ("return Out(x)", "r = one(x=x)\n    return r[1]"),
    "bound twice": ("return Out(x)", "r = one(x=x)\n    r = one(x=2)\n    return r.n"),
    "in a branch": (
        "return Out(x)",
        'r = conditional("c").if_(x > 1).then(one(x=x)).else_().then(one(x=1))\n    return r.n',
    ),
    "shown in a run": ("return Out(x)", "r = one(x=x)\n    print(r)\n    return r.n"),
}


@pytest.mark.parametrize(("given", "used"), FIELD_REFUSED.values(), ids=FIELD_REFUSED)
def test_a_named_tuple_of_one_field_stays_where_its_value_does_not_show(given: str, used: str) -> None:
    assert planned(FIELDS.format(given, used)).left


@pytest.mark.parametrize(
    "more",
    [
        "def test():\n    assert one(x=1) == Out(1)\n",
        "__all__ = ['one']\n",
        "@task\ndef taken(o: Out) -> int:\n    return o.n\n",
        "ALL = [one]\n",
        "text = f'{one(x=1)}'\n",
    ],
)
def test_a_named_tuple_of_one_field_stays_where_more_is_done_with_it(more: str) -> None:
    assert planned(FIELDS.format("return Out(x)", "return one(x=x).n") + "\n\n" + more).left


def test_what_is_started_by_hand_alone_keeps_its_named_tuple() -> None:
    source = FIELDS.format("return Out(x)", "return one(x=x).n")
    source += "\n\n@workflow\ndef outer(x: int) -> Out:\n    return one(x=x)\n"
    source += '\n\nif __name__ == "__main__":\n    print(outer(x=1), one(x=1))\n'
    after = migrated(source)
    assert "def one(x: int) -> int:\n    return x\n" in after
    assert "def outer(x: int) -> Out:\n    return Out(one(x=x))\n" in after
    assert 'Out = NamedTuple("Out", n=int)\n' in after
    assert any("printed `Out(...)`" in n.message for n in planned(source).notes)
