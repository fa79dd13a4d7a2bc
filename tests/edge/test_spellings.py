"""One source in every import spelling: the same diagnostics, hovers and migrated code, or a refusal with the reason."""

from __future__ import annotations

import pytest

from flyteshift.features.hover import hover
from tests.edge.outcome import check, found, migrated, model, plan
from tests.edge.sources import BODY_SYMBOLS, MIGRATED_BODY, SPELLINGS, Spelling

EACH = pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
_PLAIN = SPELLINGS["names"]


def refused() -> list[object]:
    return [pytest.param(s, id=k) for k, s in SPELLINGS.items() if not s.after]


@EACH
def test_the_same_diagnostics(spelling: Spelling) -> None:
    shown = [f for f in found(spelling.source) if f.change != "import"]
    plain = [f for f in found(_PLAIN.source) if f.change != "import"]
    assert [f.symbol.replace("union.", "flytekit.") for f in shown] == BODY_SYMBOLS
    assert [f.code for f in shown] == [f.code for f in plain]
    assert [spelling.source[slice(*f.span)] for f in shown] == [
        spelling.task, spelling.task, "retries", spelling.workflow
    ]  # fmt: skip


@EACH
def test_the_import_has_findings_of_its_own(spelling: Spelling) -> None:
    imports = [f for f in found(spelling.source) if f.change == "import"]
    end = len(spelling.imports)
    assert imports and all(f.severity == "information" and f.span.end <= end for f in imports)


@EACH
def test_the_same_hover(spelling: Spelling) -> None:
    source = spelling.source
    shown = hover(model(source), source.index(f"@{spelling.task}\n") + len(spelling.task))
    plain = hover(model(_PLAIN.source), _PLAIN.source.index("@task\n") + 1)
    assert shown is not None and plain is not None
    assert source[slice(*shown.span)] == spelling.task
    assert spelling.imports.startswith("import union") or shown.markdown == plain.markdown


@pytest.mark.parametrize(
    "spelling", [s for s in SPELLINGS.values() if s.after], ids=[k for k, s in SPELLINGS.items() if s.after]
)
def test_the_same_new_code(spelling: Spelling) -> None:
    assert migrated(spelling.source) == f"{spelling.after}\n{MIGRATED_BODY}"


@pytest.mark.parametrize("spelling", refused())
def test_what_cannot_be_replaced_is_refused(spelling: Spelling) -> None:
    assert check(spelling.source) is None
    assert plan(spelling.source).left[0].span.start <= len(spelling.imports)
