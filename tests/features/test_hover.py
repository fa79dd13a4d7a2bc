"""Hover: the right page for the name under the caret, and silence elsewhere."""

from __future__ import annotations

import pytest

from flyteshift.features import excerpt
from flyteshift.features.hover import Hover, hover
from flyteshift.rules.registry import RULES
from flyteshift.rules.rule import Example
from flyteshift.semantics.model import build
from flyteshift.text import Document


def at(marked: str) -> Hover | None:
    """The hover at the caret `|` of a source."""
    offset = marked.index("|")
    return hover(build(Document("file:///m.py", marked.replace("|", "", 1))), offset)


def title(marked: str) -> str:
    found = at(marked)
    return "" if found is None else found.markdown.split("\n")[0]


@pytest.mark.parametrize(
    ("source", "symbol"),
    [
        ("from flytekit import ta|sk\n", "flytekit.task"),
        ("from flytekit import task as t\n\n@|t\ndef f() -> int:\n    return 1\n", "flytekit.task"),
        ("import flytekit as fk\n\n@fk.wo|rkflow\ndef f() -> int:\n    return 1\n", "flytekit.workflow"),
        ("from flytekit import task\n\n@task(re|tries=2)\ndef f() -> int:\n    return 1\n", "flytekit.task(retries)"),
        (
            "from flytekit import current_context\n\nc = current_context()\nc.secrets.g|et('a')\n",
            "flytekit.current_context().secrets.get",
        ),
        ("import flytek|it\n", "flytekit"),
        ("from flytekit.types.file import FlyteFile\n\ndef f(x: Flyte|File): ...\n", "flytekit.FlyteFile"),
        ("from flytekitplugins.spark import Spa|rk\n", "flytekitplugins.spark.Spark"),
    ],
)
def test_flyte_1_names_have_their_page(source: str, symbol: str) -> None:
    assert title(source).startswith(f"**`{symbol}`** → ")


@pytest.mark.parametrize("source", ["import flyte\n\nlist(flyte.m|ap(f, xs))\n", "from flyte import m|ap\n"])
def test_flyte_2_names_tell_what_they_replaced(source: str) -> None:
    found = at(source)
    assert found is not None
    assert "`flytekit.map_task` (FS401)" in found.markdown.split("\n")[0]
    assert found.flyte2 == "flyte.map"


def test_the_span_is_that_of_the_reference() -> None:
    found = at("from flytekit import task\n\n@ta|sk(cache=True, cache_version='1')\ndef f() -> int:\n    return 1\n")
    assert found is not None
    assert found.span == (28, 32)


def test_the_successor_can_be_asked_for_its_signature() -> None:
    assert (at("from flytekit import Cron|Schedule\n") or pytest.fail()).flyte2 == "flyte.Cron"
    assert (at("from flytekit import kw|types\n") or pytest.fail()).flyte2 is None
    assert (at("from flytekit import task\n\n@task(ca|che=True)\ndef f(): ...\n") or pytest.fail()).flyte2 is None


@pytest.mark.parametrize(
    "source",
    [
        "",
        "|",
        "ta|sk = 1\n",
        "def task(f): return f\n\n@ta|sk\ndef f(): ...\n",
        "# flytekit.ta|sk\n",
        "'flytekit.map_ta|sk'\n",
        "import os\n\nos.pa|th.join('a')\n",
        "from flytekit import task\n\n@task\ndef f(x: in|t) -> int:\n    return x\n",
        "from flytekit import task\n\n|\n\n@task\ndef f() -> int:\n    return 1\n",
    ],
)
def test_silent_elsewhere(source: str) -> None:
    assert (at(source) if "|" in source else hover(build(Document("file:///m.py", source)), 0)) is None


def test_what_is_told_nothing_of_may_be_asked_of_the_environment() -> None:
    found = at("import flyte\n\nflyte.nothing_that_ex|ists\n")
    assert found is not None and (found.markdown, found.flyte2) == ("", "flyte.nothing_that_exists")
    assert found.alone
    internal = at("import flytekit.core.internal_th|ing as x\n")
    assert internal is not None and (internal.flyte2, internal.alone) == ("flytekit.core.internal_thing", True)
    known = at("from flytekit import ta|sk\n")
    assert known is not None and not known.alone


def test_an_offset_outside_the_text_is_nothing() -> None:
    model = build(Document("file:///m.py", "import os\n"))
    assert hover(model, 10_000) is None


def test_a_hover_shows_the_example_that_uses_the_name() -> None:
    found = at("from flytekit.testing import pa|tch\n")
    assert found is not None
    assert "@patch(query)" in found.markdown
    assert "@patch.object(query" in found.markdown


LONG = Example(
    before='''\
"""A long module."""

import os
from flytekit import task, workflow, ImageSpec

image = ImageSpec(packages=["pandas"])  # shared


@task
def first() -> int:
    return 1


# about the second
@task(container_image=image)
def second() -> int:
    a = 1
    b = 2
    c = 3
    d = 4
    return a + b + c + d


@workflow
def main() -> int:
    return first()


if __name__ == "__main__":
    print(main(), os.name, ImageSpec)
''',
    after='''\
"""A long module."""

import os
import flyte

image = flyte.Image.from_debian_base().with_pip_packages("pandas")

image_env = flyte.TaskEnvironment(name="second", image=image)
env = flyte.TaskEnvironment(name="main")


@env.task
def first() -> int:
    return 1


# about the second
@image_env.task
def second() -> int:
    return 10


@env.task
def main() -> int:
    return first()
''',
)


def test_a_long_example_is_cut_to_what_the_word_is_about() -> None:
    before, after = excerpt.cut(LONG, "container_image")
    assert before == (
        "from flytekit import task, workflow, ImageSpec\n\n"
        'image = ImageSpec(packages=["pandas"])  # shared\n\n\n'
        "# about the second\n@task(container_image=image)\ndef second() -> int:\n"
        "    a = 1\n    b = 2\n    c = 3\n    d = 4\n    return a + b + c + d"
    )
    assert after == (
        "import flyte\n\n"
        'image = flyte.Image.from_debian_base().with_pip_packages("pandas")\n\n'
        'image_env = flyte.TaskEnvironment(name="second", image=image)\n\n\n'
        "# about the second\n@image_env.task\ndef second() -> int:\n    return 10"
    )


@pytest.mark.parametrize("word", ["nowhere", "print"])
def test_a_word_that_no_statement_is_about_leaves_the_example_whole(word: str) -> None:
    assert excerpt.cut(LONG, word) == (LONG.before.strip("\n"), LONG.after.strip("\n"))


def test_every_excerpt_of_every_rule_is_python() -> None:
    for rule in RULES:
        for example in rule.examples:
            for block in excerpt.blocks(example.before):
                for word in block.names:
                    for part in excerpt.cut(example, word):
                        compile(part, rule.name, "exec")


FLOW = """\
from functools import partial
from flytekit import conditional, dynamic, map_task, task, workflow
from flytekit.core.node_creation import create_node
from jobs.steps import load

@task
def f(x: int, y: int = 1) -> int:
    return x

@workflow
def w(n: int) -> int:
    {}
"""
GRAPHS = {
    "a line": ("return f(x=f(x=n))", "a graph of 2 calls, one after the other."),
    "two branches": ("a = f(x=n)\nb = f(x=n)\nreturn f(x=a, y=b)", "a graph of 3 calls, up to 2 of them side by side."),
    "nested": ("return f(x=f(x=1), y=f(x=2, y=f(x=3)))", "a graph of 4 calls, up to 2 of them side by side."),
    "of another file": ("a = load(x=n)\nb = load(x=1)\nreturn f(x=a, y=b)", "3 calls, up to 2 of them side by side."),
    "ordered": ("a = f(x=n)\nb = f(x=n)\na >> b\nreturn b", "a graph of 2 calls, one after the other."),
    "a map": ("m = map_task(partial(f, y=2))(x=[n])\nreturn f(x=n)", "2 calls, up to 2 of them side by side."),
    "nodes": ("a = create_node(f, x=n)\nb = create_node(f, x=a.o0)\nreturn b.o0", "2 calls, one after the other."),
    "a loop": ("return [f(x=i) for i in range(3)]", "1 call, one after the other; its loops make more at once."),
    "a loop that goes on": ("for i in range(3):\n    n = f(x=n)\nreturn n", "1 call, one after the other."),
    "a conditional": (
        'c = conditional("c").if_(n > 1).then(f(x=n)).else_().then(f(x=2))\nreturn f(x=c)',
        "3 calls, one after the other.",
    ),
    "nothing": ("return n", "`w` calls no task that flyteshift knows."),
}


@pytest.mark.parametrize(("statements", "words"), GRAPHS.values(), ids=GRAPHS)
def test_a_workflow_tells_how_wide_its_graph_is(statements: str, words: str) -> None:
    source = FLOW.format(statements.replace("\n", "\n    "))
    for marked in (source.replace("@workflow", "@work|flow"), source.replace("def w", "def |w")):
        found = at(marked)
        assert found is not None
        assert words in found.markdown
    assert at(source.replace("def f", "def |f")) is None
    assert "graph" not in title(source.replace("import conditional", "import condi|tional"))
