"""docs/rules is what the rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.catalog.load import catalog
from flyteshift.features import docs
from flyteshift.rules.registry import RULES

FOLDER = Path(__file__).parents[2] / "docs" / "rules"


def test_the_pages_are_up_to_date() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    made = docs.pages()
    assert sorted(written) == sorted(made)
    stale = [name for name, text in made.items() if written[name] != text]
    assert not stale, "run: python -m flyteshift.features.docs docs/rules"


def test_every_rule_and_every_row_is_on_a_page() -> None:
    pages = docs.pages()
    assert all(f"]({rule.name}.md)" in pages[docs.INDEX] for rule in RULES)
    together = "\n".join(pages.values())
    assert not [row.id for row in catalog().symbols() if f"`{row.id}`" not in together]
    assert all(example.before.strip("\n") in pages[f"{rule.name}.md"] for rule in RULES for example in rule.examples)


def test_a_page_of_a_rule_that_is_gone_is_removed_and_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / "old-rule.md").write_text("old")
    (tmp_path / "picture.svg").write_text("<svg/>")
    assert docs.main([str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*docs.pages(), "picture.svg"])


@pytest.mark.parametrize("arguments", [[], ["a", "b"]])
def test_a_wrong_call_says_how_and_writes_nothing(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert docs.main(arguments) == 2
    assert "usage" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_bars_in_cells_do_not_break_tables() -> None:
    assert docs.table(["a", "b"], [["x | y", "1\n2"]]) == "| a | b |\n| --- | --- |\n| x \\| y | 1 2 |"
