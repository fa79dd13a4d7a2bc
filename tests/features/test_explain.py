"""`explain`: every key that a user may type leads to the page of the hover, and nothing else leads anywhere."""

from __future__ import annotations

import re

import pytest

from flyteshift.catalog.load import catalog
from flyteshift.features import explanation
from flyteshift.features.explain import explain, nearest, plain
from flyteshift.rules.registry import RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_code_and_a_name_give_the_page_of_the_rule(rule) -> None:
    page = explain(rule.code)
    assert page is not None
    assert page == explain(rule.code.lower()) == explain(rule.name) == explain(f" `{rule.name}` ")
    assert page.startswith(f"**{rule.code} {rule.name}**")
    assert rule.summary in page
    assert rule.shift in page
    assert all(f"- {text}" in page for text in rule.gotchas)
    assert rule.automatic in page
    assert rule.examples[0].after.strip("\n") in page


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("flytekit.LaunchPlan", "flytekit.LaunchPlan"),
        ("LaunchPlan", "flytekit.LaunchPlan"),
        ("flytekit.core.launch_plan.LaunchPlan", "flytekit.LaunchPlan"),
        ("lunch_plan.LaunchPlan", None),
        ("flytekit.types.file.FlyteFile", "flytekit.FlyteFile"),
        ("map_task", "flytekit.map_task"),
        ("union.ActorEnvironment", "union.ActorEnvironment"),
        ("flytekit.task(cache)", "flytekit.task(cache)"),
        ("flytekit.core.task.task(cache)", "flytekit.task(cache)"),
        ("task(cache)", "flytekit.task(cache)"),
        ("task(cache=)", "flytekit.task(cache)"),
        ("task.cache", "flytekit.task(cache)"),
        ("LaunchPlan.create(schedule)", "flytekit.LaunchPlan.create(schedule)"),
        ("current_context().secrets.get", "flytekit.current_context().secrets.get"),
        ("current_context.secrets.get", "flytekit.current_context().secrets.get"),
        ("FlyteFile.download", "flytekit.FlyteFile.download"),
        ("node.with_overrides(retries)", "node.with_overrides(retries)"),
    ],
)
def test_symbols_parameters_and_attributes_are_found_however_they_are_written(key: str, title: str | None) -> None:
    page = explain(key)
    assert (page or "").startswith(f"**`{title}`** → ") if title else page is None


def test_a_parameter_tells_its_own_rewrite_before_the_rule() -> None:
    page = explain("flytekit.task(cache_version)") or ""
    row = catalog().param("flytekit.task", "cache_version")
    assert row is not None
    summary = next(rule.summary for rule in RULES if rule.name == row.rule)
    assert page.index("version_override=V") < page.index(summary) < page.index("Before (Flyte 1)")


def test_a_thing_without_successor_says_so() -> None:
    assert "→ no Flyte 2 form" in (explain("flytekitplugins.athena.AthenaTask") or "")


@pytest.mark.parametrize("key", ["flyte.map", "flyte.TaskEnvironment", "flyte.Cron", "flyte.io.File", "flyte.Trigger"])
def test_a_flyte_2_name_tells_what_it_replaced(key: str) -> None:
    page = explain(key) or ""
    assert page.startswith(f"**`{key}`** in Flyte 2 replaces `flytekit.")
    assert "https://" in page


@pytest.mark.parametrize(
    "key",
    [
        "",
        " ",
        "FS4",
        "FS999",
        "fs",
        "nothing",
        "flyte.nothing",
        "task(nothing)",
        "os.path.join",
        "task.",
        "(",
        "()",
        "a(b",
        ".",
        "`",
    ],
)
def test_what_is_unknown_gives_nothing(key: str) -> None:
    assert explain(key) is None


def test_an_internal_name_says_that_it_is_one() -> None:
    page = explanation.of_symbol("flytekit.core.constants.MESSAGEPACK") or ""
    assert page.startswith("**`flytekit.core.constants.MESSAGEPACK`** is internal to Flyte 1")
    assert explanation.of_symbol("os.path.join") is None
    assert explanation.of_symbol("unionized.task") is None


def test_similar_keys_are_offered() -> None:
    assert nearest("map_tsk")[0] == "map_task"
    assert "launch-plan" in nearest("lauch-plan")
    assert nearest("FlyteFlie")[0] == "FlyteFile"
    assert "flytekit.task(cache)" in nearest("flytekit.task(cach)")
    assert all(explain(key) for typed in ("map_tsk", "conditonal", "FS40") for key in nearest(typed))
    assert nearest("qqqqqqqqqq") == []
    assert nearest("") == []


def test_plain_text_keeps_the_code_and_loses_the_marks() -> None:
    text = plain(
        "**`a`** → `b` · FS1\n\nSee [the guide: data io](https://x.y/z/) \\*args\n\n"
        "```python\n@task\n**`x`** = [a](b)\n\n```\n- one `two`\n"
    )
    assert text == (
        "a → b · FS1\n\nSee the guide: data io: https://x.y/z/ *args\n\n    @task\n    **`x`** = [a](b)\n\n- one two\n"
    )


def test_every_row_of_the_catalog_has_a_sound_page() -> None:
    symbols = [row.id for row in catalog().symbols()]
    params = [
        f"{row.owner}({row.name})" if row.kind == "parameter" else f"{row.owner}.{row.name}"
        for row in catalog().params()
    ]
    assert symbols
    assert params
    for symbol in symbols + params:
        page = explanation.of_symbol(symbol)
        assert page is not None, symbol
        assert page.count("```") % 2 == 0, symbol
        prose = re.sub(r"```.*?```|`[^`]*`", "", page, flags=re.DOTALL)
        assert "`" not in prose, symbol
        assert not re.search(r"(?<!\\)<|\bv[12]\b", re.sub(r"\(https[^)]*\)", "", prose)), symbol
        assert "None" not in page.split("\n")[0], symbol
