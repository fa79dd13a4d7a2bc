"""Any mix of Flyte 1 code: migrated as promised where every piece can be, else refused at the pieces that cannot."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edge.fragments import MIGRATED, REFUSED, STYLES, assemble
from tests.edge.outcome import check, dead_names, found, migrated, plan

PIECES = {**MIGRATED, **REFUSED}


def arranged(names: list[str]) -> list[str]:
    """One image, in front: environments stand above the first task, and what they use must stand above them."""
    return ["image-spec"] * ("image-spec" in names) + [name for name in names if name != "image-spec"]


pieces = st.lists(st.sampled_from(sorted(PIECES)), min_size=1, max_size=7).map(arranged)
styles = st.sampled_from(STYLES)
line_ends = st.sampled_from(["\n", "\r\n", "\r"])


@pytest.mark.parametrize("style", STYLES, ids=["module", "alias", "names", "parentheses"])
@pytest.mark.parametrize("piece", MIGRATED.values(), ids=MIGRATED)
def test_a_piece_alone_is_migrated(piece: str, style: str) -> None:
    migrated(assemble([piece], style)[0])


@pytest.mark.parametrize("style", STYLES, ids=["module", "alias", "names", "parentheses"])
@pytest.mark.parametrize("piece", REFUSED.values(), ids=REFUSED)
def test_a_piece_alone_is_refused_where_it_stands(piece: str, style: str) -> None:
    source, [(start, end)] = assemble([piece], style)
    assert check(source) is None
    assert any(start <= each.span.start and each.span.end <= end for each in plan(source).left)


@settings(max_examples=150, deadline=None)
@given(names=pieces, style=styles, end=line_ends)
def test_any_mix(names: list[str], style: str, end: str) -> None:
    source, places = assemble([PIECES[name] for name in names], style)
    bad = [place for name, place in zip(names, places, strict=True) if name in REFUSED]
    after = check(source.replace("\n", end))
    if not bad:
        assert after is not None, [each.message for each in plan(source).left]
        return
    assert after is None
    left = [each.span for each in plan(source).left]
    for start, stop in bad:
        assert any(start <= s.start and s.end <= stop for s in left), f"no reason for {source[start:stop]!r}"
    for s in left:
        assert any(start <= s.start and s.end <= stop for start, stop in bad), f"blamed: {source[slice(*s)]!r}"


@settings(max_examples=60, deadline=None)
@given(names=st.lists(st.sampled_from(sorted(MIGRATED)), min_size=2, max_size=7), style=styles, seed=st.randoms())
def test_the_order_of_the_pieces_changes_no_outcome(names: list[str], style: str, seed: object) -> None:
    turned = [*names]
    seed.shuffle(turned)  # type: ignore[attr-defined]
    for each in (arranged(names), arranged(turned)):
        migrated(assemble([MIGRATED[name] for name in each], style)[0])


@settings(max_examples=100, deadline=None)
@given(names=pieces, style=styles, cut=st.floats(0, 1))
def test_a_half_typed_mix_is_never_damaged(names: list[str], style: str, cut: float) -> None:
    source, _ = assemble([PIECES[name] for name in names], style)
    half = source[: int(len(source) * cut)]
    made = plan(half)
    found(half)
    assert not (made.left and made.edits)


@pytest.mark.sdk
def test_every_name_of_the_new_code_exists_in_flyte() -> None:
    pytest.importorskip("flyte")
    new = {name: migrated(assemble([piece], STYLES[0])[0]) for name, piece in MIGRATED.items()}
    assert {name: dead for name, code in new.items() if (dead := dead_names(code))} == {}
