"""Artifacts: from the annotation to the value."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.helpers import migrated, planned, reasons
from tests.migration.test_differential import run
from tests.migration.test_unit import plans

HEAD = """from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, List, NamedTuple, Tuple

import pandas as pd
from flytekit import Artifact, StructuredDataset, task, workflow
from flytekit.core.artifact import Granularity, Inputs
from flytekit.types.file import FlyteFile

"""
ARTIFACTS = {
    "Model": 'Model = Artifact(name="model", partition_keys=["region"])\n',
    "Timed": ('Timed = Artifact(name="timed", time_partitioned=True, time_partition_granularity=Granularity.HOUR)\n'),
}
BODY = '    with open("a.txt", "w") as f:\n        f.write("a")\n'


def task(returns: str, result: str, parameters: str = "region: str, at: datetime", decorator: str = "@task") -> str:
    code = f"\n\n{decorator}\ndef train({parameters}) -> {returns}:\n{BODY}    return {result}\n"
    return HEAD + "".join(a for n, a in ARTIFACTS.items() if n in returns + result) + code


RETURNS = {
    ("Annotated[FlyteFile, Timed]", '"a.txt"'): 'artifacts.Metadata(name="timed")',
    ("Annotated[FlyteFile, Model(region=Inputs.region)]", 'FlyteFile("a.txt")'): (
        'artifacts.Metadata(name="model", partitions={"region": region})'
    ),
    ("Annotated[FlyteFile, Model(region='eu')]", '"a.txt"'): (
        'artifacts.Metadata(name="model", partitions={"region": \'eu\'})'
    ),
    ("Annotated[FlyteFile, Timed(time_partition=Inputs.at)]", '"a.txt"'): (
        'artifacts.Metadata( name="timed", partitions={"time_partition": artifacts.TimePartition(at, "hour")}, )'
    ),
    ("Annotated[FlyteFile, Model(region='eu')]", 'Model.create_from("a.txt", region=at)'): (
        'artifacts.Metadata(name="model", partitions={"region": str(at)})'
    ),
}


@pytest.mark.parametrize(("returns", "result"), RETURNS)
def test_a_returned_value_is_stamped(returns: str, result: str) -> None:
    after = migrated(task(returns, result))
    assert "@env.task(produces_artifacts=True)\ndef train(region: str, at: datetime) -> File:" in after
    stamped = " ".join(after.split("artifacts.new(")[1].split())
    assert stamped.startswith(f'File.from_local_sync("a.txt"), {RETURNS[returns, result]}')
    assert "Artifact(" not in after


def test_a_frame_of_pandas_becomes_one_of_flyte() -> None:
    after = migrated(task("Annotated[pd.DataFrame, Timed]", "pd.DataFrame({'a': [1]})", decorator="@task(retries=2)"))
    assert "@env.task(retries=2, produces_artifacts=True)\ndef train(region: str, at: datetime) -> DataFrame:" in after
    assert "DataFrame.from_df(pd.DataFrame({'a': [1]}))" in after


def test_what_nothing_reads_any_more_goes() -> None:
    after = migrated(task("Annotated[FlyteFile, Timed]", '"a.txt"'))
    assert "from typing import List, NamedTuple, Tuple" in after
    assert "Annotated" in migrated(task("Annotated[FlyteFile, Timed]", '"a.txt"') + "X = Annotated[int, 3]\n")


@pytest.mark.sdk
def test_the_metadata_says_what_the_annotation_said(tmp_path: Path) -> None:
    pytest.importorskip("flyte")
    returns = "Tuple[Annotated[FlyteFile, Model(region=Inputs.region)], Annotated[pd.DataFrame, Timed]]"
    result = 'FlyteFile("a.txt"), Timed.create_from(pd.DataFrame({"a": [1]}), time_partition=at)'
    source = migrated(task(returns, result)) + (
        "\n\ndef told(at):\n    flyte.init()\n    found = [v.get_artifact_metadata() for v in train.func(region='eu', at=at)]\n"
        "    return [[m.name, sorted((k, str(p)) for k, p in (m.partitions or {}).items())] for m in found]\n"
    )
    found = run("flyte2", [{"id": "a", "source": source, "call": "told(datetime(2024, 1, 2, 3))"}], tmp_path)["a"]
    time = "TimePartition(value=datetime.datetime(2024, 1, 2, 3, 0), granularity='hour')"
    assert found.get("value") == [["model", [["region", "eu"]]], ["timed", [["time_partition", time]]]], found


REFUSED = {
    "an artifact that no task gives": HEAD + ARTIFACTS["Model"],
    "an artifact that no task gives beside one": task("Annotated[FlyteFile, Model]", '"a.txt"') + ARTIFACTS["Timed"],
    "an artifact that only a plain function names": HEAD
    + ARTIFACTS["Model"]
    + "\n\ndef f() -> Annotated[FlyteFile, Model]:\n    return 'a'\n",
    "a number": task("Annotated[int, Model]", "1"),
    "a list": task("Annotated[List[float], Model]", "[1.0]"),
    "a class": task("Annotated[Box, Model]", "Box(1)").replace(
        "Model =", "@dataclass\nclass Box:\n    a: int\n\n\nModel ="
    ),
    "a workflow": task("FlyteFile", '"a.txt"').replace(HEAD, HEAD + ARTIFACTS["Model"])
    + "\n\n@workflow\ndef wf(r: str, a: datetime) -> Annotated[FlyteFile, Model]:\n    return train(region=r, at=a)\n",
    "a query": task("Annotated[FlyteFile, Model]", '"a.txt"')
    + "\n\n@task\ndef read(model: FlyteFile = Model.query()) -> int:\n    return 1\n",
    "a card": task("Annotated[FlyteFile, Model]", 'Model.create_from("a.txt", None)'),
    "something computed at import": task("Annotated[FlyteFile, Model(region=str(1))]", '"a.txt"'),
    "an input that is changed": task("Annotated[FlyteFile, Model(region=Inputs.region)]", '"a.txt"').replace(
        BODY, BODY + "    region = 'us'\n"
    ),
    "a time for no partition of time": task("Annotated[FlyteFile, Model(time_partition=Inputs.at)]", '"a.txt"'),
    "minutes": task("Annotated[FlyteFile, Timed]", '"a.txt"').replace("Granularity.HOUR", "Granularity.MINUTE"),
    "a project": task("Annotated[FlyteFile, Model]", '"a.txt"').replace('name="model"', 'name="model", project="p"'),
    "another artifact in the body": task("Annotated[FlyteFile, Model]", 'Timed.create_from("a.txt")'),
    "a value made before": task("Annotated[FlyteFile, Model]", "made").replace(
        BODY, BODY + "    made = Model.create_from('a.txt')\n"
    ),
    "a list of them": task("List[Annotated[FlyteFile, Model]]", '["a.txt"]'),
    "a tuple made elsewhere": task("Tuple[Annotated[FlyteFile, Model], int]", "both").replace(
        BODY, BODY + "    both = 'a.txt', 1\n"
    ),
    "its attributes": task("Annotated[FlyteFile, Model]", '"a.txt"') + "\n\nprint(Model.name)\n",
    "a name in the way": task("Annotated[FlyteFile, Model]", '"a.txt"') + "\n\nartifacts = []\n",
}


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED)
def test_what_is_not_plain_to_see_is_refused(source: str) -> None:
    assert any("`Artifact` is Flyte 1" in reason for reason in reasons(source))


def test_an_artifact_of_another_module_is_refused(tmp_path: Path) -> None:
    declared = 'from flytekit import Artifact\n\nModel = Artifact(name="model")\n'
    using = task("Annotated[FlyteFile, Model]", '"a.txt"').replace(ARTIFACTS["Model"], "from declared import Model\n")
    found = plans(tmp_path, declared=declared, using=using)
    assert all(plan.left and not plan.edits for plan in found.values())


def test_an_artifact_of_another_library_stays() -> None:
    assert planned('import wandb\n\nModel = wandb.Artifact(name="model", type="model")\n').edits == []


WAITS = (
    HEAD.replace("Artifact, Str", "Artifact, LaunchPlan, Str")
    + """from union.artifacts import OnArtifact

Model = Artifact(name="model", partition_keys=["region"])


@task
def size(model: FlyteFile, factor: int) -> int:
    with open(model) as f:
        return factor * len(f.read())


@workflow
def measure(model: FlyteFile, factor: int = 1) -> int:
    return size(model=model, factor=factor)


"""
)
STARTS = {
    "the artifact and a value": (
        'plan = LaunchPlan.get_or_create(measure, "m", trigger=OnArtifact(trigger_on=Model, inputs={"model": Model, "factor": 2}))\n',
        'automation=flyte.OnArtifact("model"), inputs={"model": flyte.TriggeredArtifact, "factor": 2},',
    ),
    "positional, in a variable": (
        'new = OnArtifact(Model, {"model": Model})\nplan = LaunchPlan.create("m", measure, trigger=new)\n',
        'automation=new, inputs={"model": flyte.TriggeredArtifact},',
    ),
    "beside other inputs": (
        'plan = LaunchPlan.create("m", measure, trigger=OnArtifact(Model, {"model": Model}), default_inputs={"factor": 3})\n',
        'automation=flyte.OnArtifact("model"), inputs={"factor": 3, "model": flyte.TriggeredArtifact},',
    ),
    "nothing but the start": (
        'plan = LaunchPlan.create("m", measure, trigger=OnArtifact(Model))\n',
        'automation=flyte.OnArtifact("model"), auto_activate=False',
    ),
}


@pytest.mark.parametrize(("plan", "new"), STARTS.values(), ids=STARTS)
def test_what_an_artifact_starts_is_a_trigger(plan: str, new: str) -> None:
    after = migrated(WAITS + plan)
    assert new in " ".join(after.split())
    assert "Artifact(name=" not in after and "union" not in after
    assert "from flyte import artifacts" not in after


@pytest.mark.sdk
def test_the_trigger_of_an_artifact_is_one_of_flyte_2(tmp_path: Path) -> None:
    pytest.importorskip("flyte")
    source = migrated(WAITS + STARTS["the artifact and a value"][0]) + (
        "\n\ndef told():\n    t = measure.triggers[0]\n    i = dict(t.inputs)\n"
        "    return [t.name, t.automation.name, i.pop('model') is flyte.TriggeredArtifact, i, t.auto_activate]\n"
    )
    found = run("flyte2", [{"id": "a", "source": source, "call": "told()"}], tmp_path)["a"]
    assert found.get("value") == ["m", "model", True, {"factor": 2}, False], found


WAITED = {
    "a query": ("OnArtifact(Model.query(region='eu'))", "queries become"),
    "a query as input": ("OnArtifact(Model, {'model': Model.query(region='eu')})", "queries become"),
    "its partition": ("OnArtifact(Model, {'factor': Model.partitions.region})", "Artifact"),
    "an input that is none": ("OnArtifact(Model, {'model': Model, 'size': 2})", "has no input `size`"),
    "the artifact for an input that is none": ("OnArtifact(Model, {'file': Model})", "has no input `file`"),
    "an artifact of another file": ("OnArtifact(Theirs)", 'automation=flyte.OnArtifact("<its name>")'),
    "inputs that do not show": ("OnArtifact(Model, {**given})", "OnArtifact"),
    "an input set twice": ("OnArtifact(Model, {'factor': 2}), default_inputs={'factor': 3}", "what starts this"),
}


@pytest.mark.parametrize(("made", "reason"), WAITED.values(), ids=WAITED)
def test_a_start_that_has_no_form_is_refused(made: str, reason: str) -> None:
    source = WAITS.replace("from union.", "from theirs import Theirs, given\nfrom union.")
    found = reasons(f'{source}plan = LaunchPlan.create("m", measure, trigger={made})\n')
    assert any(reason in r for r in found), found


def test_a_class_of_that_name_is_left_alone() -> None:
    assert not planned("from union.artifacts.own import OnArtifact\n\nstart = OnArtifact(trigger_on=1)\n").edits
