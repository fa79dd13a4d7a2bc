"""Which expressions denote Flyte 1 things: imports in all spellings, scopes, rebinding, aliases."""

from __future__ import annotations

import pytest

from tests.semantics.marks import check, model

SPELLINGS = [
    ("from flytekit import task", "task"),
    ("import flytekit", "flytekit.task"),
    ("import flytekit as fk", "fk.task"),
    ("from flytekit import task as t", "t"),
    ("from flytekit.core.task import task", "task"),
    ("import flytekit.core.task", "flytekit.core.task.task"),
    ("import flytekit.core.task as ct", "ct.task"),
    ("from flytekit.core import task as ct", "ct.task"),
    ("from flytekit import *", "task"),
    ("from flytekit import (  # the SDK\n    task,\n    workflow,\n)", "task"),
    ("try:\n    from flytekit import task\nexcept ImportError:\n    raise", "task"),
    ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from flytekit import task", "task"),
    ("import os, flytekit", "flytekit.task"),
    ("import flytekit; x = 1", "flytekit.task"),
]


@pytest.mark.parametrize(("line", "name"), SPELLINGS)
def test_one_symbol_whatever_the_import(line: str, name: str) -> None:
    check(f"{line}\n\n@«{name}|flytekit.task»\ndef f() -> int:\n    return 1\n")


@pytest.mark.parametrize(("line", "name"), SPELLINGS)
def test_a_decorator_with_a_call_and_others_around_it(line: str, name: str) -> None:
    check(f"{line}\n\n@other\n@«{name}»(«retries|flytekit.task(retries)»=2)\n@more(1)\ndef f(): ...\n")


@pytest.mark.parametrize(
    "source",
    [
        "from flytekit import task\ndef f(task):\n    return task(1)\n",
        "from flytekit import task\ndef f(*task, **workflow):\n    return task\n",
        "from flytekit import task\ndef f():\n    task = 1\n    return task\n",
        "from flytekit import task\ndef f():\n    print(task)\n    task = 1\n",
        "from flytekit import task\ndef f():\n    for task in range(3):\n        print(task)\n",
        "from flytekit import task\nx = [task for task in range(3)]\n",
        "from flytekit import task\nx = {task: 1 for a, task in {}}\n",
        "from flytekit import task\nf = lambda task: task(1)\n",
        "from flytekit import task\ntask = print\ntask(1)\n",
        "from flytekit import task\nfor task in range(3):\n    print(task)\nprint(task)\n",
        "from flytekit import task\nwith open('x') as task:\n    task.read()\n",
        "from flytekit import task\ndef f():\n    try:\n        pass\n    except ValueError as task:\n        print(task)\n",
        "from flytekit import task\ndef f():\n    if (task := 1):\n        print(task)\n",
        "from flytekit import task\nfrom mine import task\n@task\ndef f(): ...\n",
        "from flytekit import task\ndef task(f): return f\n@task\ndef f(): ...\n",
        "from flytekit import task\nclass task: ...\ntask()\n",
        "from flytekit import task\ndef f():\n    def task(): ...\n    def g():\n        return task()\n    return g\n",
        "from flytekit import task\ndef f():\n    import mine as task\n    task.run()\n",
        "from flytekit import task\nmatch x:\n    case {'a': task}:\n        print(task)\n",
        "from flytekit import task\nclass A:\n    task = 1\n    x = task\n",
    ],
)
def test_a_name_that_means_something_else_is_silent(source: str) -> None:
    check(source)


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    task = 1\n    def f(self):\n        return «task»\n",
        "def f():\n    return «task»\n\ndef g(task): ...\n",
        "def f():\n    global task\n    return «task»\n",
        "def f(x=«task», *, y: «task» = 1) -> «task»: ...\n",
        "def f(task):\n    def g():\n        return task\n    return g\n«task»\n",
        "x = [«task» for y in range(3)]\n",
        "x = [task for task in f(«task»)]\n",
        "del «task»\ntask\n",
        "def f():\n    if x:\n        task = 1\n    else:\n        return 2\n«task»\n",
        "if x:\n    task = None\n«task»\n",
        "if x:\n    task = None\nelse:\n    «task»\n",
        "class A:\n    task = «task»\n    y = «task»\n",
        "class B(«task»):\n    y = «task»\n",
        "print(f'{«task»!r:>{«task»}}')\n",
        "async def f():\n    await «task»()\n",
        "@decorate(«task»)\nclass A: ...\n",
        "lambda: «task»\n",
        "match «task»:\n    case 1: ...\n",
        "def f():\n    nonlocal_ = 1\n    def g():\n        nonlocal nonlocal_\n        nonlocal_ = «task»\n",
    ],
)
def test_python_scopes(source: str) -> None:
    check("from flytekit import task\n" + source)


@pytest.mark.parametrize(
    "source",
    [
        "my_task = «task»\n@«my_task|flytekit.task»\ndef f(): ...\n",
        "import functools\ncached = functools.partial(«task», «cache|flytekit.task(cache)»=True)\n"
        "@«cached|flytekit.task»(«retries|flytekit.task(retries)»=1)\ndef f(): ...\n",
        "from functools import partial as p\nt = p(«task»)\n@«t»\ndef f(): ...\n",
        "big = «task»(«limits»=None)\n@«big|flytekit.task»\ndef f(): ...\n",
        "a = b = «task»\n@«b»\ndef f(): ...\n",
        "def f():\n    t = «task»\n    return «t»(g)\n",
        "t = «task» if x else None\n«t»\n",
        "t: object = 1\nt\n",
    ],
)
def test_aliases(source: str) -> None:
    check("from flytekit import task\n" + source)


def test_imports_have_one_reference_for_each_name() -> None:
    check(
        "import «flytekit», os\n"
        "import «flytekit.types.file» as f\n"
        "from flytekit import «task|flytekit.task», «workflow» as wf\n"
        "from flytekit.types.file import «FlyteFile|flytekit.FlyteFile»\n"
        "from flytekit.core.base_task import «*»\n"
        "from flytekitplugins.spark import «Spark|flytekitplugins.spark.Spark»\n",
        imports=True,
    )


@pytest.mark.parametrize(
    "source",
    [
        "import flyte\nenv = flyte.TaskEnvironment(name='x')\n@env.task\ndef f(): ...\n",
        "import myflytekit\nimport flytekitx\nmyflytekit.task()\nflytekitx.task()\n",
        "from .flytekit import task\n@task\ndef f(): ...\n",
        '# from flytekit import task\nx = \'flytekit.task\'\n"""from flytekit import task\n@task\n"""\n',
        "from airflow.decorators import task\n@task(retries=1)\ndef f(): ...\n",
        "from prefect import task, flow\n@task\ndef f(): ...\n",
        "import union\nx = union(1)\n",
        "class flytekit:\n    task = 1\nflytekit.task\n",
        "def f(flytekit):\n    return flytekit.task\n",
        "self.flytekit.task()\nx.task\n",
    ],
)
def test_other_code_is_silent(source: str) -> None:
    check(source, imports=True)


@pytest.mark.parametrize("error", ["ImportError", "ModuleNotFoundError", "(ImportError, AttributeError)", "Exception"])
def test_code_for_both_generations_is_silent(error: str) -> None:
    check(
        "try:\n    import flyte\n    env = flyte.TaskEnvironment(name='x')\n    task = env.task\n"
        f"except {error}:\n    from flytekit import task\n\n@task\ndef f(): ...\n",
        imports=True,
    )
    check(
        f"try:\n    import flytekit as sdk\nexcept {error}:\n    import flyte as sdk\n\nsdk.current_context()\n",
        imports=True,
    )


def test_both_sdks_side_by_side_are_told_apart() -> None:
    check(
        "import flyte\nfrom flytekit import task\n@«task»\ndef f(): ...\nflyte.map(f, [])\n@flyte.trace\ndef g(): ...\n"
    )


def test_union_is_flyte_1_only_where_it_is_the_old_sdk() -> None:
    check(
        "import «union»\n@«union.task|union.task»(«container_image»=«union.ImageSpec»())\ndef f(): ...\n",
        imports=True,
    )


def test_functions_and_what_makes_them_entities() -> None:
    found = model(
        "from flytekit import task, workflow, dynamic as dyn\nimport flytekit as fk\n"
        "@task\ndef a(): ...\n@wraps\n@dyn(cache=True)\ndef b():\n    def c(): ...\n@fk.workflow\ndef d(): ...\ndef e(): ...\n"
    ).functions()
    assert [(f.name, f.entity.kind if f.entity else None, f.top_level) for f in found] == [
        ("a", "task", True),
        ("b", "dynamic", True),
        ("c", None, False),
        ("d", "workflow", True),
        ("e", None, True),
    ]


def test_absurd_nesting_is_not_read_and_breaks_nothing() -> None:
    deep = "x = " + "(" * 3000 + "1" + ")" * 3000
    long = "y = " + " + ".join(["'a'"] * 5000)
    chain = "\n".join(["a0 = task", *(f"a{i + 1} = a{i}" for i in range(3000)), "a3000"])
    source = f"from flytekit import task\n{deep}\n{long}\n{chain}\n@task\ndef f(): ...\n"
    lines = {source.count("\n", 0, r.span.start) for r in model(source).references()}
    assert {0, source.count("\n") - 2} <= lines
