"""FS802: Ray tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS802",
    name="ray",
    summary="`@task(task_config=RayJobConfig(...))` becomes `TaskEnvironment(plugin_config=RayJobConfig(...))`.",
    shift="""\
`RayJobConfig`, `HeadNodeConfig` and `WorkerNodeConfig` have the same fields in the same order, in
`flyteplugins.ray`. The object moves from the decorator to an environment of its own, and the resources inside it
are `flyte.Resources` (`memory=` instead of `mem=`). The task's body does not change: Ray is started for you, as
before. The image needs `flyteplugins-ray` instead of `flytekitplugins-ray`.""",
    guide="ml-workloads",
    applicability="unsafe",
    automatic="""\
Migrate gives a task with this configuration an environment of its own with `plugin_config`, and renames the package in
images. It refuses parameters that Flyte 2 does not have, and workflows and dynamics with a plugin.""",
    gotchas=(
        "`AutoscalerOptionsConfig` has one `resources` instead of `requests` and `limits`, and `image` now "
        "stands before `env`: use keywords.",
        "`plugin_config` cannot be given to `env.task(...)` nor changed with `clone_with`: TypeError.",
    ),
    examples=(
        Example(
            before="""\
from typing import List

import ray
from flytekit import Resources, task
from flytekitplugins.ray import HeadNodeConfig, RayJobConfig, WorkerNodeConfig


@ray.remote
def square(x: int) -> int:
    return x * x


@task(
    task_config=RayJobConfig(
        head_node_config=HeadNodeConfig(ray_start_params={"log-color": "True"}),
        worker_node_config=[
            WorkerNodeConfig(group_name="workers", replicas=2, requests=Resources(cpu="1", mem="2Gi")),
        ],
        shutdown_after_job_finishes=True,
    ),
)
def squares(n: int) -> List[int]:
    return ray.get([square.remote(x) for x in range(n)])
""",
            after="""\
from typing import List

import flyte
import ray
from flyteplugins.ray import HeadNodeConfig, RayJobConfig, WorkerNodeConfig

env = flyte.TaskEnvironment(
    name="ray",
    plugin_config=RayJobConfig(
        head_node_config=HeadNodeConfig(ray_start_params={"log-color": "True"}),
        worker_node_config=[
            WorkerNodeConfig(group_name="workers", replicas=2, requests=flyte.Resources(cpu="1", memory="2Gi")),
        ],
        shutdown_after_job_finishes=True,
    ),
)


@ray.remote
def square(x: int) -> int:
    return x * x


@env.task
def squares(n: int) -> List[int]:
    return ray.get([square.remote(x) for x in range(n)])
""",
            why_not_run="flytekitplugins-ray and flyteplugins-ray are not installed.",
        ),
        Example(
            before="""\
from flytekit import Resources, task
from flytekitplugins.ray import AutoscalerOptionsConfig, RayJobConfig, WorkerNodeConfig

cluster = RayJobConfig(
    worker_node_config=[WorkerNodeConfig(group_name="workers", replicas=1, max_replicas=4)],
    enable_autoscaling=True,
    autoscaler_options=AutoscalerOptionsConfig(idle_timeout_seconds=60, limits=Resources(cpu="1", mem="1Gi")),
)


@task(task_config=cluster)
def count(n: int) -> int:
    return n
""",
            after="""\
import flyte
from flyteplugins.ray import AutoscalerOptionsConfig, RayJobConfig, WorkerNodeConfig

cluster = RayJobConfig(
    worker_node_config=[WorkerNodeConfig(group_name="workers", replicas=1, max_replicas=4)],
    enable_autoscaling=True,
    autoscaler_options=AutoscalerOptionsConfig(
        idle_timeout_seconds=60, resources=flyte.Resources(cpu="1", memory="1Gi")
    ),
)
env = flyte.TaskEnvironment(name="counts", plugin_config=cluster)


@env.task
def count(n: int) -> int:
    return n
""",
            why_not_run="`ray` is not installed.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyteplugins.ray import RayJobConfig, WorkerNodeConfig

env = flyte.TaskEnvironment(
    name="ray",
    plugin_config=RayJobConfig(worker_node_config=[WorkerNodeConfig(group_name="workers", replicas=2)]),
)
""",
        """\
import ray


@ray.remote
def square(x: int) -> int:
    return x * x
""",
    ),
)
