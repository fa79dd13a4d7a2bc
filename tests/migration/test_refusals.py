"""What is refused, and that the reason says why. Each of these would change its meaning if it were rewritten."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from tests.migration.helpers import planned, reasons

HEAD = """\
from typing import Dict, List, NamedTuple, Tuple

from flytekit import dynamic, task, workflow


@task
def one(a: int) -> int:
    return a


@task
def many(n: int) -> List[int]:
    return list(range(n))


"""


def module(body: str) -> str:
    return HEAD + dedent(body)


SIGNATURES = {
    "star args": ("@task\ndef f(*xs: int) -> int:\n    return 1\n", "no `*xs`"),
    "the function of what may become async": (
        "@workflow\ndef w(n: int) -> int:\n    return one(a=n)\n\n\nassert w.task_function(1) == 1\n",
        "used as a value",
    ),
    "star star args": ("@task\ndef f(**xs: int) -> int:\n    return 1\n", "no `**xs`"),
    "resources of an old flytekit": (
        "from flytekit import Resources\n@task(requests=Resources(cpu='1', storage='1Gi'))\ndef f() -> int:\n    return 1\n",
        "`storage` is gone",
    ),
    "generator": ("@task\ndef f(a: int) -> List[int]:\n    yield a\n", "generator"),
    "tuple of one": ("@task\ndef f(a: int) -> Tuple[int]:\n    return (a,)\n", "tuple of one type"),
    "async task": (
        "@task\nasync def f(a: int) -> int:\n    return a\n@workflow\ndef wf() -> int:\n    return f(a=1)\n",
        "async task",
    ),
    "path of a file": ("import os\n@task\ndef f(a: os.PathLike) -> int:\n    return 1\n", "as a file"),
    "open file": (
        "from typing import BinaryIO\n@task\ndef f() -> BinaryIO:\n    return open('a', 'rb')\n",
        "as a file",
    ),
    "in a function": (
        "def make():\n    @task\n    def f(a: int) -> int:\n        return a\n    return f\n",
        "top level",
    ),
    "in a class": ("class C:\n    @task\n    def f(a: int) -> int:\n        return a\n", "top level"),
    "under if": ("if True:\n    @task\n    def f(a: int) -> int:\n        return a\n", "top level"),
    "two of one name": ("@task\ndef one(a: int) -> int:\n    return -a\n", "bound more than once"),
    "name bound again": ("one = 3\n", "bound more than once"),
    "decorator above": (
        "import functools\n@functools.lru_cache\n@task\ndef f(a: int) -> int:\n    return a\n",
        "stands above",
    ),
    "decorator without wraps": (
        "def log(fn):\n    def inner(*a, **k):\n        return fn(*a, **k)\n    return inner\n\n"
        "@task\n@log\ndef f(a: int) -> int:\n    return a\n",
        "functools.wraps",
    ),
    "made by a call": ("f = task(lambda a: a)\n", "task"),
    "partial decorator": ("import functools\nmine = functools.partial(task, retries=1)\n", "task"),
}

USES = {
    "stored": ("t = one\n", "used as a value"),
    "in a list": ("ALL = [one, many]\n", "used as a value"),
    "attribute": ("print(one.name)\n", "used as a value"),
    "argument": ("import functools\np = functools.partial(one, a=1)\n", "used as a value"),
    "except its class": (
        "def main():\n    try:\n        one(a=1)\n    except OSError:\n        pass\n",
        "`except OSError` would not match",
    ),
    "except a tuple of classes": (
        "try:\n    one(a=1)\nexcept (KeyError, OSError) as e:\n    raise\n",
        "would not match",
    ),
    "call in an async function": (
        "async def main():\n    return [f() for f in [lambda: one(a=1)]]\n",
        "cannot await it",
    ),
    "raises": (
        "import pytest\ndef test():\n    with pytest.raises(TypeError):\n        one(a=-1)\n",
        "RuntimeUserError",
    ),
    "position of one value": ("print(one(a=1).o0)\n", "not annotated with a tuple"),
    "position of an alias": (
        "Pair = Tuple[int, int]\n@task\ndef p() -> Pair:\n    return 1, 2\nx = p()\nprint(x.o1)\n",
        "not annotated with a tuple",
    ),
    "named tuple of one field": (
        "class Out(NamedTuple):\n    a: int\n@task\ndef p() -> Out:\n    return Out(*[1])\n"
        "@workflow\ndef wf() -> int:\n    return one(a=p().a)\n",
        "NamedTuple of one field",
    ),
    "named tuple without a name": (
        "@task\ndef p() -> NamedTuple('O', a=int, b=int):\n    return 1, 2\n"
        "@workflow\ndef wf() -> int:\n    return one(a=p().a)\n",
        "NamedTuple without a name",
    ),
    "class of another module": (
        "from lib.types import Out\n@task\ndef p() -> Out:\n    return Out(1)\n"
        "@workflow\ndef wf() -> int:\n    return one(a=p().a)\n",
        "if it is a NamedTuple",
    ),
    "text of Flyte 1": (
        'from unittest import mock\nmock.patch("flytekit.current_context")\n',
        "names a part of Flyte 1",
    ),
}

BODIES = {
    "f-string of an input": ('return many(n=int(f"{n}"))', "formats a promise"),
    "f-string of a result": ('x = one(a=n)\nname = f"run {x}"\nreturn many(n=x)', "formats a promise"),
    "percent": ('x = one(a=n)\nname = "run %s" % x\nreturn many(n=x)', "formats a promise"),
    "str": ("x = one(a=n)\ny = str(x)\nreturn many(n=x)", "`str` gets a promise"),
    "isinstance": ("if isinstance(n, int):\n    one(a=n)\nreturn many(n=n)", "`isinstance` gets a promise"),
    "is None": ("if n is None:\n    one(a=1)\nreturn many(n=n)", "asks the promise"),
    "among the keys": ("found = {1: n}\nsame = n in found\nreturn many(n=n)", "asks the promise"),
    "a set of promises that grows": ("s = {n}\ns.update([n])\nreturn many(n=n)", "gets a promise"),
    "equal": ("same = n == 3\nreturn many(n=n)", "asks the promise"),
    "unknown function": ("import math\nreturn many(n=math.floor(n))", "gets a promise"),
    "lambda": ("f = lambda: one(a=n)\nreturn many(n=n)", "cannot tell"),
    "inner function": ("def g():\n    return one(a=1)\nreturn many(n=g())", "cannot tell"),
    "try": ("try:\n    x = one(a=n)\nexcept Exception:\n    x = n\nreturn many(n=x)", "never came to this `try`"),
    "finally": ("try:\n    one(a=n)\nfinally:\n    one(a=1)\nreturn many(n=n)", "never came to this `try`"),
    "with": ("import contextlib\nwith contextlib.nullcontext():\n    one(a=n)\nreturn many(n=n)", "`with`"),
    "promise attribute": ("x = one(a=n)\ny = x.is_ready\nreturn many(n=x)", "asks the promise"),
    "promise as key": ("d = {n: 1}\nreturn many(n=n)", "cannot tell"),
    "another module's function": ("from lib.steps import load\nreturn load(n=n)", "comes from another module"),
    "helper that formats": ("return many(n=tell(n))", "formats a promise"),
    "operator": ("x = one(a=n)\ny = one(a=x)\ny >> x\nreturn many(n=1)", ">>"),
    "overrides": ("x = one(a=n)\nx.with_overrides(retries=2)\nreturn many(n=n)", "before the call"),
}

DECORATORS = {
    "positional": ("@task(None)\ndef f(a: int) -> int:\n    return a\n", "cannot see what"),
    "unpacked": ("CFG = {}\n@task(**CFG)\ndef f(a: int) -> int:\n    return a\n", "cannot see what `**CFG`"),
    "unknown parameter": ("@task(task_resolver=resolver)\ndef f(a: int) -> int:\n    return a\n", "task_resolver"),
    "plugin": (
        "from lib import config\n@task(task_config=config)\ndef f(a: int) -> int:\n    return a\n",
        "cannot see which plugin",
    ),
    "image of another module": (
        "from lib.images import image\n@task(container_image=image)\ndef f(a: int) -> int:\n    return a\n",
        "`image` comes from another module",
    ),
    "secrets of another module": (
        "from .lib import secret\n@task(secret_requests=[secret])\ndef f(a: int) -> int:\n    return a\n",
        "`secret` comes from another module",
    ),
    "labels": ('@task(labels={"a": "b"})\ndef f(a: int) -> int:\n    return a\n', "labels"),
    "annotations": ('@task(annotations={"a": "b"})\ndef f(a: int) -> int:\n    return a\n', "annotations"),
    "docs": (
        "from flytekit import Documentation\n@task(docs=Documentation(source_code=code))\ndef f(a: int) -> int:\n    return a\n",
        "source_code",
    ),
    "float timeout": ("@task(timeout=1.5)\ndef f(a: int) -> int:\n    return a\n", "whole seconds"),
    "deck by a variable": ("DECK = True\n@task(enable_deck=DECK)\ndef f(a: int) -> int:\n    return a\n", "deck is on"),
    "cache by a variable": ("C = load()\n@task(cache=C)\ndef f(a: int) -> int:\n    return a\n", "bool or a `Cache`"),
    "both pod templates": (
        "from flytekit import PodTemplate\n"
        '@task(pod_template=PodTemplate(), pod_template_name="x")\ndef f(a: int) -> int:\n    return a\n',
        "one pod template",
    ),
    "interruptible workflow": (
        "@workflow(interruptible=True)\ndef f(a: int) -> int:\n    return one(a=a)\n",
        "all its nodes",
    ),
    "on_failure": ("@workflow(on_failure=print)\ndef f(a: int) -> int:\n    return one(a=a)\n", "no task or workflow"),
    "failure policy": (
        "from flytekit import WorkflowFailurePolicy as P\n"
        "@workflow(failure_policy=P.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE)\n"
        "def f(a: int) -> int:\n    for _ in range(2):\n        one(a=a)\n    return one(a=a)\n",
        "finish before it failed",
    ),
}

IMPORTS = {
    "star": ("from flytekit import *\n", "star import"),
    "other generation in try": (
        "try:\n    from flytekit import Resources\nexcept ImportError:\n    Resources = None\n",
        "one of several",
    ),
    "exported": ('from flytekit import Secret\n__all__ = ["Secret", "f"]\n', "`__all__`"),
    "something else of Flyte 1": ("from flytekit import map_task\nx = map_task(one)\n", "map_task"),
    "own name flyte": ("flyte = 3\n", "a `flyte` of its own"),
}


@pytest.mark.parametrize(("body", "reason"), [*SIGNATURES.values(), *USES.values()], ids=[*SIGNATURES, *USES])
def test_tasks_are_refused(body: str, reason: str) -> None:
    assert any(reason in r for r in reasons(module(body))), reasons(module(body))


RESULTS = {
    name: case for name, case in BODIES.items() if "x = one(" in case[0] or name in ("lambda", "try", "finally", "with")
}
"""Those that a dynamic shares: its inputs were values in Flyte 1 as well."""


def driver(kind: str, body: str) -> str:
    helper = 'def tell(x):\n    return len(f"{x}")\n\n\n'
    return module(f"{helper}@{kind}\ndef wf(n: int) -> List[int]:\n{indent(body, '    ')}\n")


@pytest.mark.parametrize(("body", "reason"), BODIES.values(), ids=BODIES)
def test_workflow_bodies_are_refused(body: str, reason: str) -> None:
    found = reasons(driver("workflow", body))
    assert any(reason in r for r in found), found


@pytest.mark.parametrize(("body", "reason"), RESULTS.values(), ids=RESULTS)
def test_dynamic_bodies_are_refused(body: str, reason: str) -> None:
    found = reasons(driver("dynamic", body))
    assert any(reason in r for r in found), found


@pytest.mark.parametrize(("body", "reason"), DECORATORS.values(), ids=DECORATORS)
def test_settings_are_refused(body: str, reason: str) -> None:
    assert any(reason in r for r in reasons(module(body))), reasons(module(body))


@pytest.mark.parametrize(("body", "reason"), IMPORTS.values(), ids=IMPORTS)
def test_imports_are_refused(body: str, reason: str) -> None:
    assert any(reason in r for r in reasons(module(body))), reasons(module(body))


def test_a_syntax_error_is_refused_where_it_is() -> None:
    plan = planned("from flytekit import task\n\n\n@task(\ndef f():\n    pass\n")
    assert [o.message for o in plan.left] == ["The file has a syntax error."]
    assert plan.edits == []


def test_one_obstacle_keeps_all_edits_back_and_nothing_is_told_twice() -> None:
    plan = planned(module("@task\ndef f(*a: int) -> int:\n    return 1\n\n\nt = one\n"))
    assert plan.edits == []
    assert len(plan.left) == len(set(plan.left)) == 2


@pytest.mark.parametrize(
    "source",
    ["", "x = 1\n", "import flyte\n\nenv = flyte.TaskEnvironment(name='a')\n", "task = 3\n\n\n@task\ndef f(): ...\n"],
)
def test_modules_without_flyte_1_have_an_empty_plan(source: str) -> None:
    plan = planned(source)
    assert (plan.edits, plan.left, plan.notes, plan.done) == ([], [], [], [])


def test_a_name_that_a_star_import_brings_may_be_a_task() -> None:
    source = module("from lib.steps import *\n\n\n@workflow\ndef wf(n: int) -> int:\n    return load(n=1)\n")
    assert any("comes from another module" in r for r in reasons(source))


def test_what_a_body_binds_itself_is_not_from_another_module() -> None:
    body = "from lib.steps import *\n\n\n@workflow\ndef wf(n: int) -> int:\n    xs = list(range(3))\n    return one(a=xs[0])\n"
    assert planned(module(body)).left == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("from flytekit.sdk.tasks import python_task as f", "`flytekit.sdk` is of the first flytekit"),
        ("from flytekit.common.schedules import CronSchedule as f", "`flytekit.common` is of the first flytekit"),
        ("from flytekitplugins.acme import Acme as f", "flyteshift does not know `flytekitplugins.acme`"),
        ("from flyteidl.core.execution_pb2 import WorkflowExecution as f", "`flyteidl` holds the Flyte 1 messages"),
        ("from flytekit import unheard as f", "`flytekit.unheard` is not migrated by flyteshift yet."),
    ],
)
def test_what_the_catalog_does_not_hold_is_told_with_a_next_step(line: str, told: str) -> None:
    assert [reason for reason in reasons(f"{line}\n\nprint(f)\n") if reason.startswith(told)]
