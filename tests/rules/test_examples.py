"""Every example of every rule gives the same value under the real flytekit and the real flyte."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from .conftest import CASES, Case, Outcome

pytestmark = [pytest.mark.sdk, pytest.mark.xdist_group("examples")]

RUN = [case for case in CASES if case.example.call is not None]
IMPORTED = [case for case in CASES if case.example.call is None]


@pytest.mark.parametrize("case", RUN, ids=lambda case: case.id)
def test_before_and_after_give_the_same(case: Case, outcomes: Mapping[str, tuple[Outcome, Outcome]]) -> None:
    before, after = outcomes[case.id]
    assert not before.error, f"{case.example.call} failed under flytekit:\n{before.error}"
    assert not after.error, f"{case.example.call} failed under flyte:\n{after.error}"
    assert before.value == after.value


@pytest.mark.parametrize("case", IMPORTED, ids=lambda case: case.id)
def test_what_is_not_run_imports(case: Case, outcomes: Mapping[str, tuple[Outcome, Outcome]]) -> None:
    """Modules without a call are imported; only a distribution that is no part of the two SDKs may be missing."""
    for outcome in outcomes[case.id]:
        missing = (outcome.missing or "").split(".")[0]
        assert not outcome.error or (missing and missing not in ("flytekit", "flyte")), outcome.error
