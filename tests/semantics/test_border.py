"""Where Flyte 1 wants to run a task of Flyte 2: said where it is certain, else nothing."""

from __future__ import annotations

import pytest

from flyteshift.rules import detect
from flyteshift.semantics.known import MIGRATED
from flyteshift.semantics.model import build
from flyteshift.semantics.values import Instance, Value
from flyteshift.text import Change, Document, Span

IMPORTED: dict[str, Value] = dict.fromkeys((".tasks.load", "tasks.load", "pkg.tasks.load"), Instance(MIGRATED))
HEAD = "from flytekit import workflow, task, dynamic, map_task\n"


def found(source: str, imported: dict[str, Value] | None = None) -> list[str]:
    """The places and the ways out that are named."""
    model = build(Document("", source), imported=IMPORTED if imported is None else imported)
    told = [each for each in detect.find(model) if each.code == "FS120"]
    assert all(each.severity == "error" and "bridging task" in each.message for each in told)
    return [source[each.span.start : each.span.end] for each in told]


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("from tasks import load\n@workflow\ndef w(d: int) -> int:\n    return load(d=d)\n", ["load"]),
        ("from .tasks import load as get\n@workflow\ndef w() -> int:\n    a = get()\n    return get()\n", ["get", "get"]),
        ("import tasks\n@workflow\ndef w(d: int) -> int:\n    return tasks.load(d=d)\n", ["tasks.load"]),
        ("import pkg.tasks as t\n@workflow(docs=None)\ndef w() -> int:\n    return t.load (d=1)\n", ["t.load"]),
        ("@workflow\ndef w() -> int:\n    from tasks import load\n    return load(d=1)\n", ["load"]),
        ("from tasks import load\nmapped = map_task(load, concurrency=2)\n", ["load"]),
        ("from tasks import load\n@dynamic\ndef w(ds: list):\n    return map_task( load)(d=ds)\n", ["load"]),
        ("from tasks import load\n@workflow\ndef w():\n    return f(x=load(d=1), y=map_task(load)(d=[1]))\n", ["load", "load"]),
    ],
)  # fmt: skip
def test_workflows_that_call_what_was_migrated(source: str, places: list[str]) -> None:
    assert found(HEAD + source) == places
    assert found(HEAD + source, {}) == [], "without the other files nothing is known"


@pytest.mark.parametrize(
    "source",
    [
        "from tasks import load\n@task\ndef t(d: int) -> int:\n    return load(d=d)\n",
        "from tasks import load\n@dynamic\ndef t(d: int) -> int:\n    return load(d=d)\n",
        "from tasks import load\ndef test_w():\n    assert load(d=1) == 1\n",
        "from tasks import load\n@workflow\ndef w() -> int:\n    return other(load)\n",
        "from tasks import load\n@workflow\ndef w() -> int:\n    return load.override(retries=1)(d=1)\n",
        "from tasks import other\n@workflow\ndef w() -> int:\n    return other(d=1)\n",
        "from tasks import load\n@workflow\ndef w(load) -> int:\n    return load(d=1)\n",
        "from tasks import load\nload = wrap(load)\n@workflow\ndef w() -> int:\n    return load(d=1)\n",
        "try:\n    from tasks import load\nexcept ImportError:\n    from old import load\n@workflow\ndef w():\n    load(d=1)\n",
        "if NEW:\n    from tasks import load\n@workflow\ndef w() -> int:\n    return load(d=1)\n",
        "@workflow\ndef w() -> int:\n    if NEW:\n        from tasks import load\n    return load(d=1)\n",
        "from tasks import *\n@workflow\ndef w() -> int:\n    return load(d=1)\n",
        "from tasks import load\n@workflow\ndef w() -> int:\n    def inner():\n        return load(d=1)\n    return f()\n",
        "from tasks import load\nfrom functools import partial\np = partial(load, d=1)\n",
    ],
)
def test_what_is_no_task_call_or_not_certain_is_left_alone(source: str) -> None:
    assert found(HEAD + source) == []


def test_tasks_and_workflows_of_one_file() -> None:
    source = (
        "import flyte\nfrom flytekit import workflow\n\nenv = flyte.TaskEnvironment(name='a')\n\n\n@env.task\ndef load(d: int) -> int:\n"
        "    return d\n\n\n@workflow\ndef w(d: int) -> int:\n    return load(d=d)\n"
    )
    assert found(source, {}) == ["load"]
    assert found(source.replace("@env.task", "@env.other"), {}) == []


def test_a_task_that_is_migrated_while_someone_looks_on() -> None:
    """The workflow's own statement does not change."""
    source = (
        "import flyte\nfrom flytekit import workflow, task\nenv = flyte.TaskEnvironment(name='a')\n\n\n@task\ndef load(d: int) -> int:\n"
        "    return d\n\n\n@workflow\ndef w(d: int) -> int:\n    return load(d=d)\n"
    )
    before = build(Document("u", source))
    assert not [each for each in detect.find(before) if each.code == "FS120"]
    at = source.index("@task") + 1
    document = before.document.changed([Change(Span(at, at + 4), "env.task")])
    after = [each for each in detect.find(build(document, before)) if each.code == "FS120"]
    assert [document.text[each.span.start : each.span.end] for each in after] == ["load"]
