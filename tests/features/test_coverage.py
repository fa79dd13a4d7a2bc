"""docs/coverage.md is what Migrate does."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.catalog.load import catalog
from flyteshift.features import coverage
from flyteshift.migration import handlers
from flyteshift.rules.registry import RULES
from flyteshift.semantics.model import build
from flyteshift.text import Document

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"


@pytest.fixture(scope="module")
def states() -> dict[str, str]:
    return coverage.states()


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == coverage.page(), (
        "run: python -m flyteshift.features.coverage docs/coverage.md"
    )


def test_every_name_has_a_state_a_rule_and_a_reason(states: dict[str, str]) -> None:
    rules = {rule.name for rule in RULES}
    rows = list(catalog().symbols())
    assert set(states) == {row.id for row in rows}
    assert not [row.id for row in rows if row.rule not in rules]
    assert not [row.id for row in rows if states[row.id] == coverage.EXPLAINED and not (row.message and row.reason)]


def test_what_is_rewritten_has_a_handler_or_is_an_import(states: dict[str, str]) -> None:
    rows = {row.id: row for row in catalog().symbols()}
    for name, state in states.items():
        role = rows[name].same_as or name
        if state == coverage.REWRITTEN and rows[name].kind != "module" and "." in role:
            owner = role.rpartition(".")[0]
            assert handlers.known(role) or handlers.known(owner), name


def test_a_name_is_not_rewritten_because_an_example_names_it(states: dict[str, str]) -> None:
    """Examples that Migrate refuses show nothing."""
    refused = {
        "flytekitplugins.papermill.NotebookTask",
        "flytekit.extras.sqlite3.task.SQLite3Task",
        "flytekit.extras.webhook.WebhookTask",
    }
    shown = {
        r.symbol
        for rule in RULES
        for example in rule.examples
        for r in build(Document("file:///example.py", example.before)).references()
    }
    assert refused <= shown
    assert all(states[name] == coverage.EXPLAINED for name in refused)


def test_uses_are_counted_for_known_names_only() -> None:
    counted = coverage.uses()
    assert all(isinstance(n, int) and n > 0 for n in counted.values())
    assert not [name for name in counted if catalog().symbol(name) is None]


def test_most_of_what_code_uses_is_rewritten_and_all_is_explained(states: dict[str, str]) -> None:
    done, known = coverage.shares(states, coverage.uses())
    assert known == 100
    assert done >= 65


def test_shares_are_of_uses_not_of_names() -> None:
    state = {"a": coverage.REWRITTEN, "b": coverage.EXPLAINED}
    assert coverage.shares(state, {"a": 6, "b": 3, "c": 1}) == (60, 90)


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_a_wrong_call_says_how(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert coverage.main(arguments) == 2
    assert "usage" in capsys.readouterr().err


def test_the_page_is_written(tmp_path: Path) -> None:
    assert coverage.main([str(tmp_path / "coverage.md")]) == 0
    assert (tmp_path / "coverage.md").read_text(encoding="utf-8").startswith("# Coverage\n")
