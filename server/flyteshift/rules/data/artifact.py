"""FS507: artifacts are stamped on values."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS507",
    name="artifact",
    summary="`Annotated[FlyteFile, Model]` becomes `artifacts.new(file, Metadata(name=...))` on the returned value.",
    shift="""\
In Flyte 1 an `Artifact` was declared at module level and tied to an output in the annotation, with partitions bound
to inputs. In Flyte 2 the task stamps the value it returns: `flyte.artifacts.new(file, artifacts.Metadata(name=...,
partitions=...))`, and the task says `produces_artifacts=True`. Partitions are a mapping that the task computes. A
query as a workflow input becomes `flyte.remote.Artifact.get(...)` where the run is started; a launch plan that was
triggered by an artifact becomes a trigger with `flyte.OnArtifact`.""",
    guide="data-io",
    applicability="unsafe",
    automatic=(
        "Migrate stamps what a task of the module returns where the artifact is a variable of the same module and only "
        "annotates files, folders and frames; a pandas frame becomes `DataFrame.from_df(...)`. The time partition gets "
        "the key `time_partition`. A launch plan with `OnArtifact(trigger_on=Model)` becomes a trigger. It refuses "
        "queries, cards, and artifacts of other values."
    ),
    gotchas=(
        "Only a `File`, `Dir` or `DataFrame` can be an artifact; another value raises TypeError.",
        "Without `produces_artifacts=True` the task succeeds and nothing is published.",
        "`Artifact.query` is no default of an input any more: the code that starts the run asks.",
        "`create_from(value, a=1)` is `new(value, Metadata(..., partitions={...}))`.",
        "A `date` or `datetime` among the partitions is the time partition, so give others as text.",
        "`Card.create_from` fails in a local run of flyte 2.12.",
    ),
    examples=(
        Example(
            before="""\
from typing import Annotated

from flytekit import Artifact, task, workflow
from flytekit.core.artifact import Inputs
from flytekit.types.file import FlyteFile

Model = Artifact(name="model", partition_keys=["region"])


@task
def train(region: str) -> Annotated[FlyteFile, Model(region=Inputs.region)]:
    with open(f"{region}.txt", "w") as f:
        f.write(f"weights of {region}")
    return FlyteFile(f"{region}.txt")


@task
def size(model: FlyteFile) -> int:
    with open(model) as f:
        return len(f.read())


@workflow
def train_and_measure(region: str) -> int:
    return size(model=train(region=region))
""",
            after="""\
import flyte
from flyte import artifacts
from flyte.io import File

env = flyte.TaskEnvironment(name="example")


@env.task(produces_artifacts=True)
def train(region: str) -> File:
    with open(f"{region}.txt", "w") as f:
        f.write(f"weights of {region}")
    return artifacts.new(
        File.from_local_sync(f"{region}.txt"),
        artifacts.Metadata(name="model", partitions={"region": region}),
    )


@env.task
def size(model: File) -> int:
    with open(model.download_sync()) as f:
        return len(f.read())


@env.task
def train_and_measure(region: str) -> int:
    return size(model=train(region=region))
""",
            call="train_and_measure(region='eu')",
        ),
        Example(
            before="""\
from flytekit import LaunchPlan, task, workflow
from flytekit.types.file import FlyteFile
from union import Artifact
from union.artifacts import OnArtifact

Model = Artifact(name="model")


@task
def size(model: FlyteFile) -> int:
    with open(model) as f:
        return len(f.read())


@workflow
def measure(model: FlyteFile) -> int:
    return size(model=model)


new_model = LaunchPlan.get_or_create(
    measure,
    name="new_model",
    trigger=OnArtifact(trigger_on=Model, inputs={"model": Model}),
    auto_activate=True,
)
""",
            after="""\
import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="example")


@env.task
def size(model: File) -> int:
    with open(model.download_sync()) as f:
        return len(f.read())


new_model = flyte.Trigger(
    name="new_model",
    automation=flyte.OnArtifact("model"),
    inputs={"model": flyte.TriggeredArtifact},
    auto_activate=True,
)


@env.task(triggers=new_model)
def measure(model: File) -> int:
    return size(model=model)
""",
            why_not_run="The package union is not installed.",
        ),
    ),
    ignores=(
        """\
import wandb

artifact = wandb.Artifact(name="model", type="model")
artifact.add_file("model.txt")
""",
        """\
from flyte import artifacts

metadata = artifacts.Metadata(name="model")
""",
    ),
)
