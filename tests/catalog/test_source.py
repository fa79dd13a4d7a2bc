"""compiled.json is that of the TOML files, and every kind of broken row is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flyteshift.catalog import compile, load, validate
from flyteshift.catalog.rule_names import RULE_NAMES
from flyteshift.catalog.source import Entry, Source, read
from flyteshift.rules.registry import RULES

GOOD: dict[str, Any] = {
    "id": "flytekit.thing",
    "kind": "function",
    "v2": "flyte.thing",
    "category": "structure",
    "automation": "assisted",
    "guide": "overview",
    "rule": "task",
    "message": "`thing` is Flyte 1: use `flyte.thing`",
}
MEMBER: dict[str, Any] = {"name": "part", "v2": "none", "automation": "manual", "message": "`part` is Flyte 1"}


def source(*tables: dict[str, Any]) -> Source:
    return Source([Entry("some.toml", table) for table in tables])


def test_the_compiled_file_is_that_of_the_source() -> None:
    assert load.COMPILED.read_text(encoding="utf-8") == compile.text(read()), "run python -m flyteshift.catalog.compile"


def test_the_source_has_no_problem() -> None:
    assert validate.problems(read()) == []


def test_rule_names_are_those_of_the_rules() -> None:
    assert {rule.name for rule in RULES} == RULE_NAMES


def test_a_good_row_is_accepted() -> None:
    assert validate.problems(source({**GOOD, "param": [MEMBER], "attribute": [{**MEMBER, "kind": "method"}]})) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "`id` is missing"),
        ({"id": "not a name"}, "is no dotted name"),
        ({"kind": "thing"}, "`kind` must be one of"),
        ({"v2": ""}, "`v2` is missing"),
        ({"category": ""}, "`category` is missing"),
        ({"automation": "maybe"}, "`automation` must be one of"),
        ({"guide": "no-page"}, "is no page of the guide"),
        ({"guide": None}, "`guide` is missing"),
        ({"rule": "no-rule"}, "is no rule"),
        ({"rule": None}, "`rule` is missing"),
        ({"message": ""}, "`message` is missing"),
        ({"message": "`thing` " + "x" * 160}, "at most 160 fit on a line"),
        ({"message": "`thing`\nis gone"}, "must be one line"),
        ({"message": "thing is gone"}, "names the symbol in backticks"),
        ({"change": "vanishes"}, "`change` must be one of"),
        ({"change": "moves"}, "so `automation` must be safe"),
        ({"change": "import"}, "is for modules"),
        ({"gone": True}, '`v2` must be "none"'),
        ({"same_as": "flytekit.nothing", "v2": "x"}, "unknown key `v2`"),
        ({"like": "flytekit.nothing"}, "names no other row"),
        ({"like": "flytekit.thing"}, "names no other row"),
        ({"paths": ["flytekit.thing"]}, "path flytekit.thing is already that of flytekit.thing"),
        ({"colour": "red"}, "unknown key `colour`"),
        ({"param": [{**MEMBER, "name": "a & b"}]}, "belongs to a `form`"),
        ({"param": [{**MEMBER, "kind": "method"}]}, "`kind` is for attributes only"),
        ({"param": [{**MEMBER, "message": ""}]}, "param part: `message` is missing"),
        ({"param": [MEMBER, MEMBER]}, "param part is told twice"),
        ({"attribute": [{**MEMBER, "kind": "thing"}]}, "must be attribute or method"),
        ({"attribute": [{**MEMBER, "rule": "no-rule"}]}, "is no rule"),
        ({"form": [{"v2": "none", "automation": "manual"}]}, "`text` is missing"),
        ({"form": [{"text": "a & b", "automation": "manual"}]}, "`v2` is missing"),
    ],
)
def test_a_broken_row_is_refused(change: dict[str, Any], said: str) -> None:
    table = {key: value for key, value in {**GOOD, **change}.items() if value is not None}
    problems = validate.problems(source(table))
    assert any(said in problem for problem in problems), problems
    assert all(problem.startswith("some.toml: ") for problem in problems)


def test_broken_links_between_rows_are_refused() -> None:
    other = {"id": "union.thing", "kind": "re-export", "same_as": "flytekit.thing"}
    assert validate.problems(source(GOOD, other)) == []
    assert "names no other row" in "".join(validate.problems(source(other)))
    chain = {"id": "union.again", "same_as": "union.thing"}
    assert "is a re-export itself" in "".join(validate.problems(source(GOOD, other, chain)))
    twice = {**GOOD, "id": "flytekit.other", "paths": ["flytekit.thing"]}
    assert validate.problems(source(GOOD, twice)) == [
        "some.toml: flytekit.other: path flytekit.thing is already that of flytekit.thing in some.toml"
    ]
    circle = [{**GOOD, "like": "flytekit.other"}, {**GOOD, "id": "flytekit.other", "like": "flytekit.thing"}]
    assert "goes in a circle" in "".join(validate.problems(source(*circle)))


def test_bad_toml_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[[symbol]\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.toml"):
        read(tmp_path)


def test_a_refused_source_leaves_the_compiled_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "compiled.json"
    target.write_text("before", encoding="utf-8")
    monkeypatch.setattr(load, "COMPILED", target)
    monkeypatch.setattr(compile, "read", lambda: source({**GOOD, "v2": ""}))
    assert compile.main() == 1
    assert target.read_text(encoding="utf-8") == "before"
    assert "some.toml: flytekit.thing: `v2` is missing" in capsys.readouterr().err


def test_loading_reads_the_compiled_file_only() -> None:
    code = "import sys; from flyteshift.catalog.load import catalog; catalog(); print([m for m in sys.modules if 'toml' in m])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
