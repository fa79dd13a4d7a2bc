"""Safe fixes: the same meaning in Flyte 1, and nothing else is touched."""

from __future__ import annotations

import inspect

import pytest

from flyteshift.features.actions import actions, resolve
from flyteshift.features.fixes import DEFAULTS, all_edits, fixes
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, Span, apply_edits

HEAD = "from flytekit import task\n\n\n"
TASK = "def f(a: int) -> int:\n    return a\n"


def model(source: str, uri: str = "file:///jobs.py") -> Model:
    return build(Document(uri, source))


def fixed(source: str) -> str:
    return apply_edits(source, all_edits(model(source)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("@task(cache=False)\n", "@task\n"),
        ("@task(cache=False, retries=2)\n", "@task(retries=2)\n"),
        ("@task(retries=2, deprecated='')\n", "@task(retries=2)\n"),
        ("@task(cache=False, requests=None, docs=None)\n", "@task\n"),
        ("@task(\n    retries=2,\n    cache=False,\n)\n", "@task(\n    retries=2,\n)\n"),
    ],
)
def test_parameters_at_their_default_go(before: str, after: str) -> None:
    assert fixed(HEAD + before + TASK) == HEAD + after + TASK


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("from flytekit import Resources, task\n", "from flytekit import task\n"),
        (
            "from flytekit import task\nfrom flytekit.core.resources import Resources as R\n",
            "from flytekit import task\n",
        ),
        ("import flytekit\nfrom flytekit import task\n", "from flytekit import task\n"),
    ],
)
def test_imports_that_nothing_uses_go(line: str, after: str) -> None:
    assert fixed(line + "\n\n@task\n" + TASK) == after + "\n\n@task\n" + TASK


def test_what_one_fix_leaves_unused_goes_with_it() -> None:
    source = "from flytekit import Documentation, task\n\n\n@task(docs=None)\n" + TASK
    assert fixed(source) == HEAD + "@task\n" + TASK
    assert all_edits(model(fixed(source))) == []


@pytest.mark.parametrize(
    "source",
    [
        HEAD + "@task\n" + TASK,
        HEAD + "@task(cache=True, requests=R, **more)\n" + TASK,
        HEAD + "@task(cache=False, **more)\n" + TASK,
        HEAD + "@task(cache=False  # not yet\n)\n" + TASK,
        "from functools import partial\nfrom flytekit import task\n\nt = partial(task, cache=True)\n\n\n@t(cache=False)\n"
        + TASK,
        "from flytekit import Resources, task  # noqa: F401\n\n\n@task\n" + TASK,
        "from flytekit import Resources as Resources, task\n\n\n@task\n" + TASK,
        "from flytekit import Resources, task\n\n__all__ = ['Resources']\n\n\n@task\n" + TASK,
        "from flytekit import task, Resources\n\n\n@task\ndef f(a: 'Resources') -> int:\n    return 1\n",
        "import flytekitplugins.spark\nfrom flytekit import task\n\n\n@task\n" + TASK,
        "import flytekit.extras.pytorch as p\nfrom flytekit import task\n\n\n@task\n" + TASK,
        "from flytekit import *\n",
        "try:\n    import flytekit\nexcept ImportError:\n    pass\n",
        "from flytekit import task\ndef (:\n",
        "import os\n",
    ],
)
def test_nothing_else_is_touched(source: str) -> None:
    assert fixes(model(source)) == []
    assert all_edits(model(source)) == []


def test_a_package_may_offer_what_it_imports() -> None:
    assert fixes(model("from flytekit import task\n", "file:///pkg/__init__.py")) == []


def test_what_other_files_import_from_here_stays() -> None:
    made = model("from flytekit import Resources\n")
    assert all_edits(made)
    assert all_edits(made, {"Resources"}) == []


@pytest.mark.sdk
@pytest.mark.parametrize("name", ["task", "workflow"])
def test_the_defaults_are_flytekits(name: str) -> None:
    flytekit = pytest.importorskip("flytekit")
    parameters = inspect.signature(getattr(flytekit, name)).parameters
    for parameter, code in DEFAULTS[f"flytekit.{name}"].items():
        assert repr(parameters[parameter].default).replace("'", '"') == code


def test_the_fixes_of_one_rule_leave_those_of_others() -> None:
    source = "from flytekit import task, workflow\n\n\n@task(cache=False, requests=None)\ndef f(): ...\n\n\n@task(cache=False)\ndef g(): ...\n"
    model = build(Document("file:///a.py", source))
    after = apply_edits(source, all_edits(model, rule="task-cache"))
    assert after == source.replace("cache=False, ", "").replace("@task(cache=False)", "@task")
    assert all_edits(build(Document("file:///a.py", after)), rule="task-cache") == []
    assert all_edits(model, rule="map-task") == []


def test_several_fixes_of_a_rule_are_offered_together() -> None:
    source = "from flytekit import task\n\n\n@task(cache=False)\ndef f(): ...\n\n\n@task(cache=False)\ndef g(): ...\n"
    model = build(Document("file:///a.py", source))
    at = source.index("cache")
    keys = [a.key for a in actions(model, Span(at, at))]
    assert "fix-rule:task-cache" in keys and "fix-rule-everywhere:task-cache" in keys
    once = build(Document("file:///a.py", source[: source.rindex("@task")]))
    assert "fix-rule:task-cache" not in [a.key for a in actions(once, Span(at, at))]
    change = resolve(model, "fix-rule:task-cache", Span(at, at))
    assert "cache" not in apply_edits(source, change.edits)
