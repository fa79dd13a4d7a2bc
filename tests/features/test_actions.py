"""Code actions: cheap to list, exact when chosen."""

from __future__ import annotations

import pytest

from flyteshift.features import actions as feature
from flyteshift.features.actions import Action, actions, resolve
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, Span, apply_edits

GOOD = "from flytekit import task\n\n\n@task\ndef f(a: int) -> int:\n    return a\n"
BAD = GOOD + "\n\nt = f\nfrom flytekit import map_task\n"


def model(source: str, uri: str = "file:///work/jobs.py") -> Model:
    return build(Document(uri, source, 1))


def offered(source: str, offset: int = 0) -> list[Action]:
    return actions(model(source), Span(offset, offset))


def test_the_module_can_be_migrated_from_anywhere() -> None:
    (action,) = offered(GOOD, GOOD.index("return"))
    assert (action.title, action.kind, action.disabled) == ("Migrate this module to Flyte 2", "refactor.rewrite", None)
    made = model(GOOD)
    after = apply_edits(GOOD, resolve(made, action.key, action.span))
    assert after.startswith('import flyte\n\nenv = flyte.TaskEnvironment(name="jobs")\n')


def test_a_finding_offers_it_as_a_quick_fix_on_its_span() -> None:
    at = GOOD.index("@task") + 2
    fix = next(a for a in offered(GOOD, at) if a.kind == "quickfix")
    assert GOOD[slice(*fix.span)] == "task"


def test_what_stands_in_the_way_disables_it() -> None:
    (action,) = offered(BAD, BAD.index("@task") + 2)
    assert action.disabled is not None
    assert action.disabled.startswith("Line 9: `f` is used as a value")
    assert resolve(model(BAD), action.key, action.span) == []


@pytest.mark.parametrize("source", ["", "x = 1\n", "import flyte\n\nenv = flyte.TaskEnvironment(name='a')\n"])
def test_nothing_is_offered_without_flyte_1(source: str) -> None:
    assert offered(source) == []


def test_an_unknown_key_edits_nothing() -> None:
    assert resolve(model(GOOD), "something", Span(0, 0)) == []


def test_long_modules_are_not_planned_when_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature, "_AT_ONCE", 10)
    monkeypatch.setattr(feature, "plan_module", lambda *_: pytest.fail("planned"))
    assert offered(GOOD)[0].disabled is None
    assert "map_task" in str(offered(BAD.replace("t = f", "t = map_task(f)"))[0].disabled)


def test_a_module_is_planned_once() -> None:
    made = model(GOOD)
    assert feature.plan(made) is feature.plan(made)


def test_odd_uris_name_no_module() -> None:
    made = model(GOOD, "untitled:Untitled-1")
    assert 'name="untitled_1"' in apply_edits(GOOD, resolve(made, "migrate-module", Span(0, 0))) or resolve(
        made, "migrate-module", Span(0, 0)
    )
