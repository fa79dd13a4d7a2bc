"""Nightly training. What it uses changed more deeply in Flyte 2."""

from functools import partial

from flytekit import (
    CronSchedule,
    ImageSpec,
    LaunchPlan,
    Resources,
    Secret,
    conditional,
    current_context,
    map_task,
    task,
    workflow,
)
from flytekit.types.file import FlyteFile

image = ImageSpec(name="training", packages=["scikit-learn"], python_version="3.12", registry="ghcr.io/acme")


@task(container_image=image, requests=Resources(cpu="1", mem="1Gi"), limits=Resources(cpu="2", mem="4Gi"))
def score(depth: int, rows: list[int]) -> float:
    """How well a tree of this depth does."""
    return sum(rows) / (len(rows) * depth)


@task(cache=True, cache_version="1.0")
def best(scores: list[float]) -> float:
    """The best of the scores."""
    return max(scores)


@task(secret_requests=[Secret(group="slack", key="token")])
def publish(value: float) -> FlyteFile:
    """Tell the team, keep the score."""
    token = current_context().secrets.get("slack", "token")
    with open("score.txt", "w") as file:
        file.write(f"{value} sent with {len(token)} characters")
    return FlyteFile("score.txt")


@task
def discard(value: float) -> FlyteFile:
    """Keep the model of the night before."""
    with open("score.txt", "w") as file:
        file.write(f"{value} is too low")
    return FlyteFile("score.txt")


@workflow
def nightly(depths: list[int], rows: list[int]) -> FlyteFile:
    """Score in parallel, publish what is good enough."""
    scores = map_task(partial(score, rows=rows), concurrency=4)(depth=depths)
    value = best(scores=scores)
    return conditional("good").if_(value > 0.5).then(publish(value=value)).else_().then(discard(value=value))


every_night = LaunchPlan.get_or_create(
    nightly,
    name="every_night",
    schedule=CronSchedule(schedule="0 2 * * *"),
    default_inputs={"depths": [2, 4, 8], "rows": [1, 2, 3]},
)
