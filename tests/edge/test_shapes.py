"""The shapes of code that broke other migration tools: each comes out right, or is refused at the right place."""

from __future__ import annotations

import sys

import pytest

from tests.edge.outcome import check, compiles, found, migrated, plan, unmarked
from tests.edge.refusals import IMPORTS_ONLY, REFUSED, SILENT
from tests.edge.sources import DECORATORS, FUNCTION, MODULES, NOT_YET, Decorated, Module


def cases(table: dict[str, object]) -> list[object]:
    return [
        pytest.param(
            value, id=key, marks=[pytest.mark.xfail(strict=True, reason=NOT_YET[key])] if key in NOT_YET else []
        )
        for key, value in table.items()
    ]


@pytest.mark.parametrize("case", cases(DECORATORS))
def test_decorators(case: Decorated) -> None:
    above = case.above and f"\n{case.above}"
    before = f"from flytekit import task\n{above}\n\n@{case.before}\n{FUNCTION}"
    environment = f"env = flyte.TaskEnvironment({case.env})"
    assert migrated(before) == f"import flyte\n{above}\n{environment}\n\n\n@{case.after}\n{FUNCTION}"


@pytest.mark.parametrize("case", cases(MODULES))
def test_modules(case: Module) -> None:
    assert migrated(case.before) == case.after


@pytest.mark.parametrize("marked", cases(REFUSED))
def test_refusals(marked: str) -> None:
    source, places = unmarked(marked)
    assert check(source) is None, "migrated"
    left = [each.span for each in plan(source).left]
    for start, end in places:
        assert any(start <= s.start and s.end <= end for s in left), (
            f"no reason at {source[start:end]!r}: {plan(source).left}"
        )
    assert places or left[0] == (0, 0)


@pytest.mark.parametrize(("name", "source"), SILENT.items(), ids=SILENT)
def test_silence(name: str, source: str) -> None:
    assert [f.symbol for f in found(source) if not (name in IMPORTS_ONLY and f.change == "import")] == []
    if name not in IMPORTS_ONLY:
        assert check(source) == source


def test_the_newest_syntax_is_read_by_an_older_python() -> None:
    assert compiles(MODULES["newest-syntax"].before) == (sys.version_info >= (3, 12))
