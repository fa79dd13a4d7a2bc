"""`conditional(...)` becomes `if`: golden texts, and what is refused."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = """\
from dataclasses import dataclass
from enum import Enum
from typing import List, NamedTuple, Optional, Tuple

from flytekit import conditional, dynamic, task, workflow

Out = NamedTuple("Out", a=int, b=int)
Other = NamedTuple("Other", b=int, a=int)
Last = NamedTuple("Last", z=int, b=int)


class Color(Enum):
    RED = "red"


@task
def f(n: int) -> int:
    return n


@task
def g(n: int, m: int = 0) -> int:
    return n + m


@task
def word(n: int) -> str:
    return "word"


@task
def check(n: int) -> bool:
    return n > 1


@task
def pair(n: int) -> Tuple[int, str]:
    return n, "x"


@task
def out(n: int) -> Out:
    return Out(n, n)


@task
def other(n: int) -> Other:
    return Other(n, n)


@task
def last(n: int) -> Last:
    return Last(n, n)


@task
def nothing(n: int):
    print(n)


"""


def workflow(body: str, inputs: str = "n: int, b: bool", output: str = " -> int", kind: str = "workflow") -> str:
    return f"{HEAD}@{kind}\ndef wf({inputs}){output}:\n{indent(dedent(body), '    ')}"


def body(after: str) -> str:
    """The body of the last function."""
    return dedent(after.rpartition("def wf(")[2].partition(":\n")[2])


GOLDEN = {
    "returned": (
        'return conditional("a").if_(n > 3).then(f(n=n)).else_().then(g(n=1))\n',
        "if n > 3:\n    return f(n=n)\nelse:\n    return g(n=1)\n",
    ),
    "assigned": (
        'x = (\n    conditional("a")\n    .if_((n > 3) & b.is_true())\n    .then(f(n=n))\n'
        '    .elif_((n < 1) | (b.is_false()))\n    .then(g(n=1))\n    .else_()\n    .fail("neither")\n)\nreturn g(n=x)\n',
        "if n > 3 and b:\n    x = f(n=n)\nelif n < 1 or not b:\n    x = g(n=1)\nelse:\n"
        '    raise ValueError("neither")\nreturn g(n=x)\n',
    ),
    "several outputs": (
        'x, y = conditional("a").if_(n > 3).then(pair(n=n)).else_().then(pair(n=1))\nreturn x\n',
        "if n > 3:\n    x, y = pair(n=n)\nelse:\n    x, y = pair(n=1)\nreturn x\n",
    ),
    "named outputs by name": (
        'r = conditional("a").if_(n > 3).then(out(n=n)).else_().then(out(n=1))\nreturn r.a\n',
        "if n > 3:\n    r = Out(*out(n=n))\nelse:\n    r = Out(*out(n=1))\nreturn r.a\n",
    ),
    "annotated": (
        'x: int = conditional("a").if_(n > 3).then(f(n=n)).else_().then(g(n=1))\nreturn x\n',
        "if n > 3:\n    x: int = f(n=n)\nelse:\n    x = g(n=1)\nreturn x\n",
    ),
    "discarded": (
        'conditional("a").if_(n > 3).then(f(n=n)).else_().then(nothing(n=1))\nreturn f(n=1)\n',
        "if n > 3:\n    f(n=n)\nelse:\n    nothing(n=1)\nreturn f(n=1)\n",
    ),
    "results as branches": (
        'x = f(n=n)\nreturn conditional("a").if_(x >= 3).then(x).else_().then(g(n=x))\n',
        "x = f(n=n)\nif x >= 3:\n    return x\nelse:\n    return g(n=x)\n",
    ),
    "the variable itself": (
        'x = f(n=n)\nx = conditional("a").if_(x > 3).then(g(n=x)).else_().then(x)\nreturn x\n',
        "x = f(n=n)\nif x > 3:\n    x = g(n=x)\nreturn x\n",
    ),
    "the variable itself first": (
        'x = f(n=n)\nx = conditional("a").if_(x > 3).then(x).else_().then(g(n=x))\nreturn x\n',
        "x = f(n=n)\nif x > 3:\n    pass\nelse:\n    x = g(n=x)\nreturn x\n",
    ),
    "the variable itself with a comment": (
        'n = conditional("a").if_(n > 3).then(f(n=n)).else_().then(n)  # kept\nreturn n\n',
        "# kept\nif n > 3:\n    n = f(n=n)\nreturn n\n",
    ),
    "nested": (
        'return (\n    conditional("a")\n    .if_(n > 3)\n    .then(\n        conditional("b").if_(n > 5).then(f(n=n))'
        ".else_().then(g(n=1))\n    )\n    .else_()\n    .then(g(n=2))\n)\n",
        "if n > 3:\n    if n > 5:\n        return f(n=n)\n    else:\n        return g(n=1)\nelse:\n    return g(n=2)\n",
    ),
    "precedence": (
        'return conditional("a").if_(((n > 3) | (n < 1)) & b.is_true() | (n == 2)).then(f(n=n)).else_().then(g(n=1))\n',
        "if (n > 3 or n < 1) and b or n == 2:\n    return f(n=n)\nelse:\n    return g(n=1)\n",
    ),
    "without blanks": (
        'return conditional("a").if_((n>3)&(n<5)).then(f(n=n)).else_().then(g(n=1))\n',
        "if n>3 and n<5:\n    return f(n=n)\nelse:\n    return g(n=1)\n",
    ),
    "inside of a call": (
        'return g(n=f(n=n), m=conditional("pick m").if_(n > 3).then(f(n=n)).else_().then(f(n=1)))\n',
        "if n > 3:\n    pick_m = f(n=n)\nelse:\n    pick_m = f(n=1)\nreturn g(n=f(n=n), m=pick_m)\n",
    ),
    "comments": (
        'x = (\n    conditional("a")\n    # large\n    .if_(n > 3)  # over three\n    .then(\n        f(\n'
        "            n=n,  # itself\n        )\n    )\n    # the rest\n    .else_()\n    .then(g(n=1))  # one\n)\nreturn x\n",
        "# large\nif n > 3:  # over three\n    x = f(\n        n=n,  # itself\n    )\n# the rest\nelse:\n"
        "    x = g(n=1)  # one\nreturn x\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), GOLDEN.values(), ids=GOLDEN)
def test_a_chain_becomes_an_if_statement(before: str, after: str) -> None:
    assert body(migrated(workflow(before))) == after


def test_the_import_goes_and_a_second_pass_changes_nothing() -> None:
    after = migrated(workflow(GOLDEN["returned"][0]))
    assert "conditional" not in after
    assert planned(after).edits == []


def test_texts_of_several_lines_keep_their_content() -> None:
    before = 'return conditional("a").if_(n > 3).then(f(n=n)).else_().fail(\n    """two\nlines"""\n)\n'
    source = (
        HEAD
        + "@workflow\ndef wf(n: int) -> int:\n"
        + "".join(line if line.startswith("lines") else "    " + line for line in before.splitlines(keepends=True))
    )
    assert migrated(source).endswith('    else:\n        raise ValueError("""two\nlines""")\n')


def test_tabs_and_line_ends_stay() -> None:
    source = HEAD.replace("    ", "\t").replace("\n", "\r\n") + (
        "@workflow\r\ndef wf(n: int) -> int:\r\n"
        '\treturn conditional("a").if_(n > 3).then(f(n=n)).else_().then(g(n=1))\r\n'
    )
    after = migrated(source)
    assert after.endswith("\tif n > 3:\r\n\t\treturn f(n=n)\r\n\telse:\r\n\t\treturn g(n=1)\r\n")


def test_a_workflow_without_outputs_returns_none() -> None:
    before = 'return conditional("a").if_(n > 3).then(f(n=n)).else_().then(nothing(n=1))\n'
    after = body(migrated(workflow(before, output="")))
    assert after == "if n > 3:\n    f(n=n)\nelse:\n    nothing(n=1)\n"


def test_none_is_neither_true_nor_false() -> None:
    before = (
        'return conditional("a").if_(o.is_true()).then(f(n=1)).elif_(o.is_false()).then(f(n=2)).else_().then(f(n=3))\n'
    )
    assert "if o is True:" in migrated(workflow(before, inputs="o: Optional[bool]"))
    assert "elif o is False:" in migrated(workflow(before, inputs="o: Optional[bool]"))
    assert "if o == True:" in migrated(workflow(before, inputs="o: int"))


def test_what_a_promise_is_asked_for_is_compared() -> None:
    before = 'return conditional("a").if_(n.is_(3) & b.is_(True)).then(f(n=n)).else_().then(g(n=1))\n'
    assert "if n == 3 and b == True:" in migrated(workflow(before))


def test_an_environment_that_only_a_branch_needs_is_depended_on() -> None:
    before = workflow(GOLDEN["returned"][0]).replace("@task\ndef g", '@task(environment={"A": "b"})\ndef g')
    assert "depends_on=[g_env]" in migrated(before)


CHAIN = 'conditional("a").if_(n > 3).then(f(n=n)).else_().then(g(n=1))'
REFUSED = {
    "half": ('c = conditional("a").if_(n > 3)\nreturn c.then(f(n=n)).else_().then(g(n=1))\n', "only whole chains"),
    "no else": ('x = conditional("a").if_(n > 3).then(f(n=n))\nreturn f(n=1)\n', "only whole chains"),
    "made elsewhere": ("make = conditional\nreturn f(n=1)\n", "conditional"),
    "in a list": (f"xs = [{CHAIN} for _ in range(3)]\nreturn xs[0]\n", "only inside of a workflow"),
    "in a lambda": (f"pick = lambda: {CHAIN}\nreturn pick()\n", "only inside of a workflow"),
    "handed to a function": (f"return abs({CHAIN})\n", "stands inside of another expression"),
    "ordered": (f"x = f(n=1)\nx >> {CHAIN}\nreturn x\n", "stands inside of another expression"),
    "attribute": (f"return {CHAIN}.o0\n", "stands inside of another expression"),
    "in a branch's call": (
        f'return conditional("b").if_(n > 1).then(f(n={CHAIN})).else_().then(f(n=2))\n',
        "stands inside of another expression",
    ),
    "two on a line": (f"x = f(n=1); y = {CHAIN}\nreturn y\n", "lines of its own"),
    "under a condition on one line": (f"if True: x = {CHAIN}\nreturn x\n", "lines of its own"),
    "behind a backslash": (f"x = \\\n    {CHAIN}\nreturn x\n", "lines of its own"),
    "call in a condition": (
        'return conditional("a").if_(f(n=n) > 3).then(f(n=n)).else_().then(g(n=1))\n',
        "did not run `f` in a condition",
    ),
    "asked call": (
        'return conditional("a").if_(check(n=n).is_true()).then(f(n=n)).else_().then(g(n=1))\n',
        "did not run `check` in a condition",
    ),
    "asked for what a task gives": (
        'return conditional("a").if_(n.is_(f(n=n))).then(f(n=n)).else_().then(g(n=1))\n',
        "did not run `f` in a condition",
    ),
    "asked for another kind of value": (
        'return conditional("a").if_(n.is_(Color.RED)).then(f(n=n)).else_().then(g(n=1))\n',
        "compared the plain values",
    ),
    "asked for two values": (
        'return conditional("a").if_(n.is_(1, 2)).then(f(n=n)).else_().then(g(n=1))\n',
        "did not run `n.is_` in a condition",
    ),
    "condition in a variable": (
        'c = n > 3\nreturn conditional("a").if_(c).then(f(n=n)).else_().then(g(n=1))\n',
        "cannot read this condition",
    ),
    "and": (
        'return conditional("a").if_(n > 3 and b).then(f(n=n)).else_().then(g(n=1))\n',
        "cannot read this condition",
    ),
    "bare promise": (
        'return conditional("a").if_(b).then(f(n=n)).else_().then(g(n=1))\n',
        "cannot read this condition",
    ),
    "chained": (
        'return conditional("a").if_(1 < n < 3).then(f(n=n)).else_().then(g(n=1))\n',
        "cannot read this condition",
    ),
    "operands not in brackets": (
        'return conditional("a").if_(n > 3 & n < 5).then(f(n=n)).else_().then(g(n=1))\n',
        "cannot read this condition",
    ),
    "an output of different ones by its name": (
        'x = conditional("a").if_(n > 3).then(f(n=n)).else_().then(pair(n=1))\nreturn x.o0\n',
        "same outputs",
    ),
    "no output in common": (
        'x = conditional("a").if_(n > 3).then(f(n=n)).else_().then(out(n=1))\nreturn x\n',
        "same outputs",
    ),
    "outputs of a variable's other names": (
        'x, y = pair(n=n)\nreturn conditional("a").if_(n > 3).then(y).else_().then(pair(n=1))\n',
        "same outputs",
    ),
    "outputs of a variable that is set to others": (
        'x = f(n=n)\nx = conditional("a").if_(n > 3).then(pair(n=n)).else_().then(x)\nreturn x\n',
        "same outputs",
    ),
    "a variable of another kind by then": (
        'n = word(n=n)\nreturn conditional("a").if_(n == "x").then(f(n=1)).else_().then(g(n=1))\n',
        "compared the plain values",
    ),
    "the same name at the second place": (
        'return conditional("a").if_(n > 3).then(out(n=n)).else_().then(last(n=1))\n',
        "same outputs",
    ),
    "the same names in another order": (
        'x, y = conditional("a").if_(n > 3).then(out(n=n)).else_().then(other(n=1))\nreturn x\n',
        "same outputs",
    ),
    "outputs nobody knows": (
        "def make(n):\n    return f(n=n)\n"
        'x = conditional("a").if_(n > 3).then(make(n)).else_().then(g(n=1))\nreturn x\n',
        "same outputs",
    ),
    "nothing in an expression": (
        'return f(n=conditional("a").if_(n > 3).then(f(n=n)).else_().then(nothing(n=1)))\n',
        "gives nothing",
    ),
    "none": ('return conditional("a").if_(n > 3).then(None).else_().then(g(n=1))\n', "needs a call"),
    "message of a promise": (
        'return conditional("a").if_(n > 3).then(f(n=n)).else_().fail(f"bad {n}")\n',
        "formats a promise",
    ),
    "message nobody knows": (
        'return conditional("a").if_(n > 3).then(f(n=n)).else_().fail(n)\n',
        "made of this message",
    ),
}


@pytest.mark.parametrize(("before", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(before: str, reason: str) -> None:
    found = reasons(workflow(before))
    assert any(reason in r for r in found), found


COMPARED = {
    "enum with text": ("c: Color", 'c == "red"'),
    "text with enum": ("s: str", "s == Color.RED"),
    "unknown with text": ("s", 's == "x"'),
    "two unknown": ("s, t", "s == t"),
    "time": ("d: datetime", "d > datetime(2020, 1, 1)"),
    "element of a list": ("xs: List[str]", 'xs[0] == "x"'),
}


@pytest.mark.parametrize(("inputs", "condition"), COMPARED.values(), ids=COMPARED)
def test_comparisons_that_python_may_see_otherwise_are_refused(inputs: str, condition: str) -> None:
    source = workflow(f'return conditional("a").if_({condition}).then(f(n=1)).else_().then(g(n=1))\n', inputs=inputs)
    assert any("plain values" in r or "did not run" in r for r in reasons("from datetime import datetime\n" + source))


def test_a_conditional_outside_of_a_function_is_refused() -> None:
    assert any("only inside of a workflow" in r for r in reasons(HEAD + f"n = 3\nx = {CHAIN}\n"))


def test_another_conditional_is_left_alone() -> None:
    source = "from rules import conditional\nimport flyte\n\nx = conditional('a').if_(True).then(1).else_().then(2)\n"
    assert planned(source).edits == []


@pytest.mark.parametrize(("kind", "after"), [("bool", "if asked:"), ("int", "if asked == True:")])
def test_what_somebody_is_asked_for_is_of_the_expected_type(kind: str, after: str) -> None:
    wait = f'wait_for_input("ok", timeout=timedelta(hours=1), expected_type={kind})'
    chain = 'conditional("c").if_(asked.is_true()).then(f(n=1)).else_().then(f(n=2))'
    code = "from datetime import timedelta\nfrom flytekit import wait_for_input\n\n\n@workflow\ndef wf() -> int:\n"
    assert f"    {after}\n" in migrated(f"{HEAD}\n{code}    asked = {wait}\n    return {chain}\n")
