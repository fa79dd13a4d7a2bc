"""Values: what variables, parameters and results hold."""

from __future__ import annotations

import pytest

from flyteshift.semantics.model import build
from flyteshift.semantics.values import Symbol
from flyteshift.text import Document
from tests.semantics.marks import check

HEAD = """\
from typing import *
import flytekit as fk
from flytekit import task, workflow, dynamic, current_context, kwtypes, map_task, StructuredDataset, FlyteFile, FlyteDirectory
@fk.task
def t1(x: int) -> int: ...
class Out(NamedTuple):
    a: int
@fk.task
def t2() -> Out: ...
"""
MARKED_HEAD = HEAD.replace("fk.task", "«fk.task»")


def test_head() -> None:
    check(MARKED_HEAD)


@pytest.mark.parametrize(
    "source",
    [
        "ctx = «current_context»()\nctx.«secrets.get|flytekit.current_context().secrets.get»('a', 'b')\n",
        "def f():\n    ctx = «fk.current_context»()\n    s = ctx.«secrets|flytekit.current_context().secrets»\n    return ctx\n",
        "«current_context»().«working_directory».strip()\n",
        "def f():\n    return «fk.current_context»().«execution_id.name|flytekit.current_context().execution_id.name»\n",
        "if (c := «current_context»()):\n    c.«checkpoint»\n",
        "def f(x: «FlyteFile»):\n    return x.«download|flytekit.FlyteFile.download»()\n",
        "def f(x: '«FlyteFile»'):\n    x.«path»\n",
        "def f(x: «FlyteFile»['csv']):\n    x.«path»\n",
        "def f(x: Optional[«FlyteFile»] = None):\n    x.«path»\n",
        "def f(x: «FlyteFile» | None):\n    x.«path»\n",
        "def f(x: Annotated[«FlyteFile», 'FlyteFile']):\n    x.«path»\n",
        "def f(xs: List[«FlyteFile»]):\n    for x in xs:\n        x.«path»\n    return [y.«path» for y in xs], xs[0].«path»\n",
        "def f(xs: list['«FlyteFile»']):\n    for x in xs:\n        x.«path»\n",
        "def f(xs: Dict[str, «FlyteDirectory»]):\n    xs['a'].«path|flytekit.FlyteDirectory.path»\n",
        "d = «FlyteDirectory»('x')\nd.«download»()\n",
        "def f(d: «StructuredDataset»):\n    return d.«open»(str).«all|flytekit.StructuredDataset.all»()\n",
        "cols = «kwtypes»(a=int)\ndef f() -> Annotated[«StructuredDataset», cols]: ...\n",
        "with «fk.FlyteContextManager».with_context(x) as c:\n    pass\n",
    ],
)
def test_values_of_flyte_types(source: str) -> None:
    check(MARKED_HEAD + source)


@pytest.mark.parametrize(
    "source",
    [
        "@«workflow»\ndef w():\n    a = t1(x=1)\n    b = t1(x=a)\n    a «>>|node.>>» b «>>» t1(x=2)\n    return b.«o0|node.outputs»\n",
        "@«workflow»\ndef w():\n    return t1(x=1).«with_overrides|node.with_overrides»(«retries|node.with_overrides(retries)»=1)\n",
        "@«workflow»\ndef w():\n    r = t2()\n    return r.«a|node.outputs»\n",
        "@«dynamic»\ndef w():\n    t1(x=1).«runs_before»(t2())\n",
        "from mine import other\n@«workflow»\ndef w():\n    other(x=1).«with_overrides»(«cache»=True)\n",
        "@«workflow»\ndef w():\n    «map_task»(t1, «concurrency|flytekit.map_task(concurrency)»=2)(x=[1]).«with_overrides»()\n",
    ],
)
def test_nodes_in_workflows(source: str) -> None:
    check(MARKED_HEAD + source)


@pytest.mark.parametrize(
    "source",
    [
        "def f(path):\n    path.download()\n    path.path\n",
        "def f(x: Annotated[str, 'FlyteFile'], y: Literal['task']): ...\n",
        "x = 1 >> 2\ndef f(a, b):\n    return a >> b\n",
        "def f():\n    a = t1(x=1)\n    return a >> 2\n",
        "@fk_task\ndef f():\n    x.with_overrides(cpu=1)\n",
        "ctx = other()\nctx.secrets.get('a')\nctx.working_directory\n",
        "def f(ctx):\n    return ctx.execution_id\n",
        "class A:\n    def download(self): ...\nA().download()\n",
        "def f(x: 'not a type', y: 'FlyteFil'): ...\n",
    ],
)
def test_what_only_looks_like_it_is_silent(source: str) -> None:
    check(MARKED_HEAD + source)


def test_a_variable_that_changes_is_what_it_is_at_each_place() -> None:
    check(
        MARKED_HEAD
        + "def f(x: «FlyteFile»):\n    x.«path»\n    x = str(x)\n    x.path\n    x = «FlyteFile»(x)\n    x.«path»\n"
    )


def shown(source: str) -> list[str]:
    """What the attributes of a module denote."""
    model = build(Document("file:///m.py", "import flytekit\n" + source))
    found = (model.value(node) for node in model.document.nodes("attribute"))
    return [value.name if isinstance(value, Symbol) else "" for value in found]


def test_what_a_branch_imports_is_known_in_the_branch() -> None:
    assert shown("if __name__ == '__main__':\n    import pandas as pd\n    print(pd.DataFrame)\n") == [
        "pandas.DataFrame"
    ]
    assert shown("if a:\n    import pandas as pd\nelse:\n    pd = None\n    print(pd.DataFrame)\n") == [""]


def test_what_a_branch_imports_may_not_be_there_outside_of_it() -> None:
    assert shown("if a:\n    import pandas as pd\nprint(pd.DataFrame)\n") == [""]
    assert shown("if a:\n    import pandas as pd\ndef f():\n    return pd.DataFrame\n") == [""]
