"""The promises of every migration, over all sources of these tests and all examples of all rules."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from flyteshift.features.actions import actions
from flyteshift.migration.plan import obvious
from flyteshift.rules.registry import RULES
from flyteshift.text import Span
from tests.edge.outcome import check, compiles, dead_names, found, model, plan
from tests.edge.sources import SETTLED, SPELLINGS

EXAMPLES = [(f"{rule.code}-{number}", example) for rule in RULES for number, example in enumerate(rule.examples, 1)]
IGNORED = [(f"{rule.code}-{number}", source) for rule in RULES for number, source in enumerate(rule.ignores, 1)]
STAY = {
    "node.outputs",  # the call that gives them is rewritten
    "flytekit.FlyteFile.path",
    "flytekit.StructuredDataset.open",
    "flytekit.StructuredDataset",  # by another name of the module, which is rewritten where it is made
    "flytekit.types.schema.FlyteSchema",
    "flytekit.types.schema.FlyteSchema.open",
}
"""What may mean the same in Flyte 2."""
EACH = pytest.mark.parametrize("before", [e.before for _, e in EXAMPLES], ids=[key for key, _ in EXAMPLES])


@EACH
def test_an_example_is_migrated_as_promised_or_refused_with_reasons(before: str) -> None:
    check(before)


@EACH
def test_what_is_found_is_either_rewritten_or_refused(before: str) -> None:
    """Nothing is skipped in silence: where nothing is refused, every finding lies in an edit."""
    made = plan(before)
    if made.left:
        action = actions(model(before), Span(0, 0))[0]
        assert action.disabled and made.left[0].message in action.disabled
    else:
        edits = [edit.span for edit in made.edits]
        missed = [
            f.symbol for f in found(before) if not any(e.start <= f.span.start and f.span.end <= e.end for e in edits)
        ]
        assert set(missed) <= STAY, "these stay as they are"


@EACH
def test_what_no_migration_knows_is_always_a_reason(before: str) -> None:
    """Long modules are only looked over when actions are listed; that must not say less or other things than the plan."""
    left = [each.span for each in plan(before).left]
    for each in obvious(model(before)):
        assert any(s.start <= each.span.start and each.span.end <= s.end for s in left), each


@pytest.mark.parametrize("after", [e.after for _, e in EXAMPLES], ids=[key for key, _ in EXAMPLES])
def test_flyte_2_code_is_left_alone(after: str) -> None:
    assert found(after) == []
    assert check(after) == after
    assert actions(model(after), Span(0, len(after))) == []


@pytest.mark.parametrize("source", [source for _, source in IGNORED], ids=[key for key, _ in IGNORED])
def test_what_a_rule_ignores_is_left_alone(source: str) -> None:
    assert found(source) == []
    assert check(source) == source


def test_enough_of_it_is_really_migrated() -> None:
    migrated = [key for key, example in EXAMPLES if not plan(example.before).left]
    assert len(migrated) >= 25, migrated


def new_code() -> Iterator[str]:
    """All that these tests make, of what this Python can read."""
    sources = [s.source for s in SPELLINGS.values() if s.after] + [
        m.before for m in SETTLED.values() if compiles(m.before)
    ]
    for source in [*sources, *(e.before for _, e in EXAMPLES)]:
        after = None if plan(source).left else check(source)
        if after:
            yield after


@pytest.mark.sdk
def test_every_name_and_keyword_exists_in_flyte() -> None:
    pytest.importorskip("flyte")
    wrong = dead_names("import flyte\nflyte.task(flyte.Image.nowhere().with_nothing())\nflyte.Resources(mem=1)\n")
    assert {*wrong} == {"flyte.task", "flyte.Resources(mem=)", "Image.with_nothing", "flyte.Image.nowhere"}
    assert [(name, after) for after in new_code() for name in dead_names(after)] == []


@pytest.mark.sdk
@pytest.mark.timeout(120)
def test_new_code_is_imported_by_flyte(tmp_path: object) -> None:
    """Every module of `SETTLED` that needs nothing else, imported by one real Python with flyte in it."""
    pytest.importorskip("flyte")
    needs = ("celery_app", "type Number")
    sources = [
        check(m.before) for m in SETTLED.values() if not plan(m.before).left and not any(n in m.before for n in needs)
    ]
    script = "import sys\nfor source in eval(sys.stdin.read()):\n    exec(compile(source, 'flow.py', 'exec'), {'__name__': 'flow'})\n"
    done = subprocess.run(
        [sys.executable, "-c", script], input=repr(sources), capture_output=True, text=True, timeout=100, check=False
    )
    assert (done.returncode, len(sources) > 15) == (0, True), done.stderr[-2000:]
