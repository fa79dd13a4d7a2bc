from __future__ import annotations

import pytest

from flyteshift.catalog import guide
from flyteshift.catalog.load import catalog
from flyteshift.catalog.rule_names import RULE_NAMES


@pytest.mark.parametrize(
    ("path", "id"),
    [
        ("flytekit.task", "flytekit.task"),
        ("flytekit.core.task.task", "flytekit.task"),
        ("flytekit.types.file.FlyteFile", "flytekit.FlyteFile"),
        ("flytekit.types.file.file.FlyteFile", "flytekit.FlyteFile"),
        ("flytekit.file.FlyteFile", "flytekit.FlyteFile"),
        ("flytekit.core.launch_plan.LaunchPlan.get_or_create", "flytekit.LaunchPlan.get_or_create"),
        ("flytekit.models.security.Secret.MountType.FILE", "flytekit.Secret.MountType.FILE"),
        ("flytekit.core.type_engine.TypeEngine.to_literal", "flytekit.extend.TypeEngine.to_literal"),
        ("union.task", "union.task"),
        ("union.LaunchPlan.create", "union.LaunchPlan.create"),
    ],
)
def test_every_import_path_has_one_id(path: str, id: str) -> None:
    assert catalog().canonical(path) == id


@pytest.mark.parametrize(
    "name", ["", ".", "a..b", "flytekitx.task", "myflytekit.core.task.task", "flytekit.core.nothing.here"]
)
def test_unknown_names_stay_as_given(name: str) -> None:
    assert catalog().canonical(name) == name
    assert catalog().symbol(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "flyte.map",
        "flyte.TaskEnvironment",
        "flyteplugins.spark.Spark",
        "flytekitx.task",
        "myflytekit",
        "flyteidl2.core",
        "unionml",
        "union.nothing",
        "task",
        "",
    ],
)
def test_flyte2_and_look_alikes_are_not_flyte1(name: str) -> None:
    assert not catalog().is_flyte1(name)
    assert catalog().symbol(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "flytekit",
        "flytekit.no.such.thing",
        "flytekitplugins.spark",
        "flyteidl.core",
        "union",
        "union.task",
        "union.app.App",
        "union.Artifact.query",
    ],
)
def test_flyte1_names(name: str) -> None:
    assert catalog().is_flyte1(name)


def test_a_symbol_says_what_to_do() -> None:
    row = catalog().symbol("flytekit.map_task")
    assert row is not None
    assert (row.rule, row.v2, row.change, row.gone) == ("map-task", "flyte.map", "breaks", False)
    assert row.message.startswith("`map_task` is Flyte 1: use `flyte.map(f, xs, return_exceptions=False)`")


def test_change_follows_from_kind_and_automation() -> None:
    changes = {
        id: row.change
        for id in ("flytekit", "flytekit.PodTemplate", "flytekit.Secret")
        if (row := catalog().symbol(id))
    }
    assert changes == {"flytekit": "import", "flytekit.PodTemplate": "moves", "flytekit.Secret": "breaks"}


def test_a_re_export_keeps_its_name_and_has_the_facts_of_the_original() -> None:
    own, original = catalog().symbol("union.task"), catalog().symbol("flytekit.task")
    assert own is not None
    assert original is not None
    assert (own.id, own.same_as) == ("union.task", "flytekit.task")
    assert (own.rule, own.message, own.v2, own.automation) == (
        original.rule,
        original.message,
        original.v2,
        original.automation,
    )
    below = catalog().symbol("union.LaunchPlan.get_or_create")
    assert below is not None
    assert below.same_as == "flytekit.LaunchPlan.get_or_create"


@pytest.mark.parametrize(
    "owner", ["flytekit.task", "flytekit.dynamic", "flytekit.eager", "union.task", "union.dynamic"]
)
def test_task_parameters_are_shared(owner: str) -> None:
    row = catalog().param(owner, "requests")
    assert row is not None
    assert (row.owner, row.kind, row.rule) == ("flytekit.task", "parameter", "task-resources")


def test_parameters_and_attributes_are_told_apart() -> None:
    known = catalog()
    assert known.param("flytekit.FlyteFile", "download") is None
    assert known.attribute("flytekit.FlyteFile", "download") is not None
    assert known.attribute("flytekit.task", "requests") is None
    path = known.attribute("flytekit.FlyteFile", "path")
    assert path is not None
    assert path.kind == "attribute"
    given = known.param("flytekit.FlyteFile", "path")
    assert given is not None
    assert given.kind == "parameter"


@pytest.mark.parametrize(
    ("owner", "name", "rule"),
    [
        ("flytekit.current_context()", "secrets.get", "context-secrets"),
        ("flytekit.current_context()", "working_directory", "working-directory"),
        ("flytekit.current_context()", "default_deck.append", "deck"),
        ("flytekit.current_context()", "execution_id", "current-context"),
        ("flytekit.LaunchPlan.get_or_create", "schedule", "launch-plan"),
        ("flytekit.ImageSpec", "with_packages", "image-spec"),
        ("node", ">>", "node-order"),
        ("node.with_overrides", "requests", "with-overrides"),
    ],
)
def test_members_by_owner(owner: str, name: str, rule: str) -> None:
    row = catalog().attribute(owner, name) or catalog().param(owner, name)
    assert row is not None
    assert row.rule == rule


def test_unknown_members_are_none() -> None:
    assert catalog().param("flytekit.task", "nonsense") is None
    assert catalog().param("nobody", "cache") is None
    assert catalog().attribute("flytekit.current_context", "secrets.get") is None
    assert catalog().attribute("node", "with_override") is None


def test_what_a_call_gives() -> None:
    known = catalog()
    assert known.result_of("flytekit.FlyteFile") == "flytekit.FlyteFile"
    assert known.result_of("union.FlyteFile") == "flytekit.FlyteFile"
    assert known.result_of("flytekit.current_context") == "flytekit.current_context()"
    assert known.result_of("flytekit.LaunchPlan.create") == "flytekit.LaunchPlan"
    assert known.result_of("flytekit.map_task") is None
    assert known.result_of("flytekit.types.file.CSVFile") is None
    assert known.result_of("flyte.TaskEnvironment") is None


def test_what_a_flyte2_name_replaced() -> None:
    known = catalog()
    assert "flytekit.map_task" in {row.id for row in known.flyte2("flyte.map")}
    replaced = [row.id for row in known.flyte2("flyte.TaskEnvironment")]
    assert replaced[0] == "flytekit.Environment"
    assert "flytekit.task" in replaced
    assert {row.id for row in known.flyte2("flyte.io.File")} >= {"flytekit.FlyteFile", "flytekit.types.file.CSVFile"}
    assert known.flyte2("flyte.trace") == []
    assert known.flyte2("flytekit.task") == []


def test_ways_of_writing_are_kept_as_forms() -> None:
    row = catalog().symbol("flytekit.FlyteFile")
    assert row is not None
    assert {"builtin open(ff)", "FlyteFile(path) local"} <= {form.text for form in row.forms}


def test_rows_are_frozen_and_made_once() -> None:
    row = catalog().symbol("flytekit.task")
    assert row is catalog().symbol("flytekit.core.task.task")
    with pytest.raises(AttributeError):
        row.message = "other"  # type: ignore[misc,union-attr]


def test_every_row_can_be_made() -> None:
    symbols, members = list(catalog().symbols()), list(catalog().params())
    assert len({row.id for row in symbols}) == len(symbols)
    assert {row.rule for row in [*symbols, *members]} <= RULE_NAMES
    assert all(row.guide in guide.PAGES for row in [*symbols, *members])
    assert all(isinstance(row.paths, tuple) and isinstance(row.gone, bool) for row in symbols)


def test_guide_pages() -> None:
    assert guide.url("parallelism") == "https://www.union.ai/docs/v2/flyte/user-guide/migration/flyte-2/parallelism/"
    assert guide.url("no-such-page") == guide.INDEX
    assert all(url.startswith("https://www.union.ai/docs/v2/") and url.endswith("/") for url in guide.PAGES.values())
