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
    "arguments unpacked": 'OPTIONS = [{"inputs": {"x": int}}]\necho = Echo("echo", **OPTIONS[0])',
    "bound twice": 'echo = Echo(name="echo", inputs={"x": int})\necho = Echo(name="other", inputs={"x": int})',
    "a comment inside": 'echo = Echo(\n    name="echo",  # mine\n    inputs={"x": int},\n)',
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
    "two values": ("return (x, 2)", "return one(x=x).n"),
    "the elements of another": ("return (*[x],)", "return one(x=x).n"),
    "one value with a comment": ("return (  # why\n        x,\n    )", "return one(x=x).n"),
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


def test_a_value_over_several_lines_stays_one() -> None:
    after = migrated(FIELDS.format("return Out(n=x\n        + 1)", "return one(x=x).n"))
    assert "    return (x\n        + 1)\n" in after


@pytest.mark.parametrize("given", ["return (x,)", "return x,"])
def test_a_tuple_of_one_value_is_that_value(given: str) -> None:
    source = FIELDS.format(given, "return one(x=x).n")
    assert "def one(x: int) -> int:\n    return x\n" in migrated(source)
    source += "\n\n@workflow\ndef outer(x: int) -> Out:\n    return (one(x=x).n,)\n"
    assert "def outer(x: int) -> Out:\n    return Out(one(x=x))\n" in migrated(source)


BOUND_MAPS = """\
from typing import List

from flytekit import task, workflow
from union import map as each


@task
def one(a: int, b: int, c: int = 1) -> int:
    return a + b


@workflow
def wf(xs: List[int], n: int) -> List[int]:
    return {0}
"""


def test_inputs_that_a_map_binds_are_bound_by_a_partial() -> None:
    after = migrated(BOUND_MAPS.format('each(one, bound_inputs={"b": n, "c": 2}, concurrency=3)(a=xs)'))
    assert "import functools\n" in after
    assert "flyte.map(" in after and "functools.partial(one, b=n, c=2)" in after and "concurrency=3" in after
    after = migrated(BOUND_MAPS.format('each(bound_inputs={"b": n, "c": 2}, target=one)(a=xs)'))
    assert "functools.partial(one, b=n, c=2)" in after


@pytest.mark.parametrize(
    "made",
    [
        "each(one, bound_inputs=dict(b=n, c=2))(a=xs)",
        'each(one, bound_inputs={**{"b": n}, "c": 2})(a=xs)',
        'each(one, bound_inputs={"b": n})(a=xs)',
        'each(one, bound_inputs={"b": n, "c": 2, "d": 1})(a=xs)',
        'each(len, bound_inputs={"b": n, "c": 2})(a=xs)',
    ],
)
def test_inputs_that_a_map_binds_are_refused_where_they_do_not_show(made: str) -> None:
    assert planned(BOUND_MAPS.format(made)).left


SPREADS = """\
from flytekit import Resources, task

{0}


@task({1})
def one(x: int) -> int:
    return x
"""

SPREAD_REFUSED = {
    "changed": ("COMMON = {'retries': 1}\nCOMMON['timeout'] = 3", "**COMMON"),
    "updated": ("COMMON = {'retries': 1}\nCOMMON.update(timeout=3)", "**COMMON"),
    "handed on": ("COMMON = {'retries': 1}\nprint(COMMON)", "**COMMON"),
    "bound twice": ("COMMON = {'retries': 1}\nCOMMON = {'retries': 2}", "**COMMON"),
    "given by a function": ("def common():\n    return {'retries': 1}", "**common()"),
    "a value of a function": ("def n():\n    return 1\n\n\nCOMMON = {'retries': n()}", "**COMMON"),
    "a key of a function": ("COMMON = {str('retries'): 1}", "**COMMON"),
    "said twice": ("COMMON = {'retries': 1}", "retries=2, **COMMON"),
    "of another module": ("from settings import COMMON", "**COMMON"),
}


@pytest.mark.parametrize(("before", "said"), SPREAD_REFUSED.values(), ids=SPREAD_REFUSED)
def test_settings_that_do_not_show_are_refused(before: str, said: str) -> None:
    found = reasons(SPREADS.format(before, said))
    assert any("cannot see what" in r for r in found), found


def test_a_dict_of_settings_goes_where_nothing_else_reads_it() -> None:
    source = SPREADS.format('COMMON = {"retries": 1}', "**COMMON")
    assert "COMMON" not in migrated(source)
    assert '__all__ = ["COMMON"]' in migrated(
        SPREADS.format('__all__ = ["COMMON"]\nCOMMON = {"retries": 1}', "**COMMON")
    )


MADE = """\
import functools

from flytekit import Resources, task, workflow


def level():
    return 3


{0}


{1}
def one(x: int) -> int:
    return x
"""

MAKER_REFUSED = {
    "never used": ("mine = functools.partial(task, retries=1)", "@task"),
    "used as a function": ("mine = functools.partial(task, retries=1)\ntwo = mine(level)", "@mine"),
    "a setting of a function": ("mine = functools.partial(task, retries=level())", "@mine"),
    "a position": ("mine = functools.partial(task, retries=1)", "@mine(Resources())"),
    "bound twice": ("mine = functools.partial(task, retries=1)\nmine = functools.partial(task, retries=2)", "@mine"),
    "offered to others": ("__all__ = ['mine']\nmine = functools.partial(task, retries=1)", "@mine"),
    "more than a return": ("def mine(fn):\n    print(fn)\n    return task(fn, retries=1)", "@mine"),
    "a wrapped function": ("def mine(fn):\n    return task(functools.wraps(fn)(fn), retries=1)", "@mine"),
    "another function": ("def mine(fn):\n    return task(level, retries=1)", "@mine"),
    "either way": ("def mine(fn=None):\n    return task(fn, retries=1) if fn else task(retries=1)", "@mine"),
    "a choice": ("def mine(big):\n    return task(retries=3 if big else level())", "@mine(big=True)"),
    "a parameter in a text": ("def mine(m):\n    return task(requests=Resources(mem=f'{m}Gi'))", "@mine(m='2')"),
    "a parameter in a sum": ("def mine(m):\n    return task(retries=m * 2)", "@mine(m=1 + 1)"),
    "a missing keyword": ("def mine(retries):\n    return task(retries=retries)", "@mine()"),
    "an unknown keyword": ("def mine(retries=1):\n    return task(retries=retries)", "@mine(timeout=3)"),
    "a keyword twice": ("def mine(**kw):\n    return task(retries=1, **kw)", "@mine(retries=2)"),
    "a keyword twice, either way": (
        "def mine(fn=None, **kw):\n    return task(fn, retries=1, **kw)",
        "@mine(retries=2)",
    ),
    "a function that is another by default": ("def mine(fn=level):\n    return task(fn, retries=1)", "@mine()"),
    "positions of its own": ("def mine(*a):\n    return task(*a, retries=1)", "@mine"),
    "called where it takes a function": ("def mine(fn):\n    return task(fn, retries=1)", "@mine()"),
    "a default that is another value by then": ("n = 1\ndef mine(m=n):\n    return task(retries=m)\nn = 5", "@mine()"),
    "a default that is made once": ("def mine(m=level()):\n    return task(retries=m)", "@mine()"),
    "not called where it makes a decorator": ("def mine(retries=1):\n    return task(retries=retries)", "@mine"),
}


@pytest.mark.parametrize(("maker", "use"), MAKER_REFUSED.values(), ids=MAKER_REFUSED)
def test_a_decorator_whose_settings_do_not_show_stays(maker: str, use: str) -> None:
    assert planned(MADE.format(maker, use)).left


MADE_AS = {
    "partial": ("mine = functools.partial(task, retries=1)", "@mine", "retries=1"),
    "partial with more": ("mine = functools.partial(task, retries=1)", "@mine(retries=2)", "retries=2"),
    "task": ("mine = task(retries=1)", "@mine", "retries=1"),
    "function": ("def mine(fn):\n    return task(fn, retries=1)", "@mine", "retries=1"),
    "either way": ("def mine(fn=None, **kw):\n    return task(fn, retries=1, **kw)", "@mine", "retries=1"),
    "either way, called": (
        "def mine(fn=None, *, n=1, **kw):\n    return task(fn, retries=n, **kw)",
        "@mine(timeout=2)",
        "retries=1, timeout=2",
    ),
    "parameter": ("def mine(n=1, *, m):\n    return task(retries=n, timeout=m)", "@mine(m=n)", "retries=1, timeout=n"),
}


@pytest.mark.parametrize(("maker", "use", "said"), MADE_AS.values(), ids=MADE_AS)
def test_what_a_decorator_sets_is_written_at_its_use(maker: str, use: str, said: str) -> None:
    after = migrated(MADE.format("n = 4\n" + maker, use))
    assert f"@env.task({said})\ndef one" in after
    assert "mine" not in after
    assert ("functools" in after) == ("functools" not in maker)


def test_what_moved_code_reads_stays() -> None:
    imports = "from datetime import timedelta\n"
    after = migrated(imports + MADE.format("mine = functools.partial(task, timeout=timedelta(minutes=5))", "@mine"))
    assert "@env.task(timeout=timedelta(minutes=5))" in after
    assert imports in after
    before = 'MORE = {"A": "1"}\nCOMMON = {"retries": 1, "environment": {**MORE, "B": "2"}}'
    assert 'MORE = {"A": "1"}\n' in migrated(SPREADS.format(before, "**COMMON"))
    before = 'MORE = {"retries": 1}\nCOMMON = {**MORE, "timeout": 2}'
    assert "MORE" not in migrated(SPREADS.format(before, "**COMMON"))


def test_dicts_of_settings_are_written_out_inside_of_each_other() -> None:
    before = 'SIZE = {"cpu": "2"}\nCOMMON = dict(requests=Resources(**SIZE), retries=1)'
    after = migrated(SPREADS.format(before, "**COMMON"))
    assert 'resources=flyte.Resources(cpu="2")' in after and "@env.task(retries=1)" in after
    assert "SIZE" not in after and "COMMON" not in after


LISTS = """\
from typing import List

from flytekit import CronSchedule, LaunchPlan, task, workflow


def make():
    return [1]


@workflow
def wf(xs: List[int], by: int = 2) -> int:
    return total(xs=xs, by=by)


@task
def total(xs: List[int], by: int) -> int:
    return sum(xs) * by


lp = LaunchPlan.get_or_create(wf, "lp", {0})
{1}
"""


def test_a_launch_plan_with_a_list_is_a_task_that_runs_the_workflow() -> None:
    source = LISTS.format('default_inputs={"xs": [1]}, fixed_inputs={"by": 3}', "")
    assert "@env.task\ndef lp(xs: List[int] = [1]) -> int:\n    return wf(xs=xs, by=3)\n" in migrated(source)
    assert any("cannot carry these inputs" in n.message for n in planned(source).notes)


def test_a_launch_plan_that_a_trigger_can_be_is_none() -> None:
    assert "lp = flyte.Trigger(" in migrated(LISTS.format('default_inputs={"by": 3}', ""))


@pytest.mark.parametrize(
    ("inputs", "more"),
    [
        ('default_inputs={"xs": [1]}, schedule=CronSchedule(schedule="0 0 * * *")', ""),
        ('default_inputs={"xs": make()}', ""),
        ('default_inputs={"ys": [1]}', ""),
        ("default_inputs=make()", ""),
        ('default_inputs={"xs": [1]}', '__all__ = ["lp"]'),
        ('default_inputs={"xs": [1]}', "print(lp.name)"),
        ('default_inputs={"xs": [1]}', "lp = LaunchPlan.get_or_create(wf, 'other')"),
        ('fixed_inputs={"xs": [by]}', "by = 3"),
    ],
)
def test_a_launch_plan_whose_inputs_do_not_show_stays(inputs: str, more: str) -> None:
    assert planned(LISTS.format(inputs, more)).left


GRAPH = """\
from typing import List, Tuple

from flytekit import Workflow, task


@task
def one(x: int) -> int:
    return x


@task
def pair(x: int) -> Tuple[int, str]:
    return x, ""


@task
def nothing(x: int):
    print(x)


LIMIT = 3
wf = Workflow(name="wf")
{0}
"""
GRAPH_BODY = """\
wf.add_workflow_input("x", int)
n = wf.add_entity(one, x=wf.inputs["x"])
wf.add_workflow_output("o", n.outputs["o0"])
"""


def test_files_of_a_launch_plan_are_no_texts() -> None:
    source = LISTS.format('default_inputs={"xs": ["s3://a/b"]}', "").replace("List[int]", "List[FlyteFile]")
    source = source.replace(
        "from flytekit import Cron", "from flytekit.types.file import FlyteFile\nfrom flytekit import Cron"
    )
    assert planned(source.replace("sum(xs) * by", "len(xs) * by")).left


def test_a_graph_becomes_a_function() -> None:
    after = migrated(GRAPH.format("# In.\n" + GRAPH_BODY + "\nprint(wf(x=1))"))
    assert "@env.task\ndef wf(x: int) -> int:\n    # In.\n    n = one(x=x)\n    return n\n\n\nprint(wf(x=1))" in after


GRAPH_REFUSED = {
    "settings": ('Workflow(name="wf")', 'Workflow(name="wf", interruptible=True)'),
    "a loop": ("n = wf.add_entity", "for i in [1]:\n    n = wf.add_entity"),
    "another statement between": ("n = wf.add_entity", "print('here')\nn = wf.add_entity"),
    "an unknown task": ("wf.add_entity(one", "wf.add_entity(print"),
    "an unknown input": ('wf.inputs["x"]', 'wf.inputs["y"]'),
    "an input by a variable": ('"x", int', "LIMIT, int"),
    "a call as an argument": ('x=wf.inputs["x"]', "x=abs(LIMIT)"),
    "an output of a tuple without a type": ("wf.add_entity(one", "wf.add_entity(pair"),
    "an output of nothing": ("wf.add_entity(one", "wf.add_entity(nothing"),
    "another output": ('outputs["o0"]', 'outputs["o1"]'),
    "all outputs": ('n.outputs["o0"]', "n.outputs"),
    "settings of a node": ('wf.inputs["x"])', 'wf.inputs["x"]).with_overrides(retries=2)'),
    "a failure node": ("wf.add_workflow_output", "wf.add_on_failure_handler(one)\nwf.add_workflow_output"),
    "a comment inside": ("(one, x", "(\n    one,  # this\n    x"),
    "a node that is read later": ('n.outputs["o0"])\n', 'n.outputs["o0"])\nprint(n)\n'),
    "nodes of it": ('n.outputs["o0"])\n', 'n.outputs["o0"])\nprint(wf.nodes)\n'),
    "an output by its name": ('n.outputs["o0"])\n', 'n.outputs["o0"])\nr = wf(x=1)\nprint(r.o)\n'),
    "offered to others": ('n.outputs["o0"])\n', 'n.outputs["o0"])\n__all__ = ["wf"]\n'),
    "a name of the module that an input hides": ('"x", int)\n', '"x", int)\nwf.add_workflow_input("LIMIT", int)\n'),
    "no entity": ('n = wf.add_entity(one, x=wf.inputs["x"])\nwf.add_workflow_output("o", n.outputs["o0"])\n', ""),
}


@pytest.mark.parametrize(("old", "new"), GRAPH_REFUSED.values(), ids=GRAPH_REFUSED)
def test_a_graph_that_does_not_show_stays(old: str, new: str) -> None:
    source = GRAPH.format(GRAPH_BODY)
    source = source.replace('x=wf.inputs["x"]', "x=LIMIT") if '("LIMIT", int)' in new else source
    assert old in source
    assert planned(source.replace(old, new, 1)).left


def test_a_graph_in_a_function_stays() -> None:
    lines = "def make():\n" + indent("wf = Workflow(name='wf')\n" + GRAPH_BODY, "    ") + "    return wf\n"
    assert planned(GRAPH.replace('wf = Workflow(name="wf")\n', "").format(lines)).left


def test_a_dict_that_a_default_of_a_parameter_reads_stays() -> None:
    source = 'from flytekit import task\n\nCOMMON = {"retries": 2}\n\n\n@task(**COMMON)\ndef f(x: int) -> int:\n'
    reads = "    return x\n\n\ndef helper(options{0}=COMMON):\n    return options\n"
    assert "COMMON" not in migrated(source + reads.format("").replace("COMMON", "None"))
    assert all(any("`**COMMON`" in r for r in reasons(source + reads.format(kind))) for kind in ("", ": dict"))


QUOTED = """\
from typing import NamedTuple

from flytekit import task, workflow

{above}

@task
def f(x: "int") -> {kind}:
    return {given}


@workflow
def wf(x: int) -> int:
    return f(x=x){read}
{below}"""
OUT = "Out = NamedTuple('Out', a=int, b=int)\n"


def test_quotes_go_where_they_hide_what_a_task_gives() -> None:
    made = migrated(QUOTED.format(above=OUT, kind='"Out"', given="Out(x, 1)", read=".a", below=""))
    assert 'def f(x: "int") -> Out:' in made and "return Out(*f(x=x)).a" in made


def test_quotes_around_one_type_of_pythons_stay() -> None:
    assert '-> "int":' in migrated(QUOTED.format(above="", kind='"int"', given="x", read="", below=""))


@pytest.mark.parametrize(("above", "below"), [("", OUT), ("if True:\n    " + OUT, ""), (OUT + OUT, "")])
def test_quotes_stay_where_the_name_may_not_be_bound_yet(above: str, below: str) -> None:
    source = QUOTED.format(above=above, kind='"Out"', given="Out(x, 1)", read=".a", below=below)
    assert any("Outputs by name" in reason for reason in reasons(source))
