"""FS803: Dask tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS803",
    name="dask",
    summary="`@task(task_config=Dask(...))` becomes `TaskEnvironment(plugin_config=Dask(...))`.",
    shift="""\
`Dask`, `Scheduler` and `WorkerGroup` keep their names in `flyteplugins.dask`. The object moves from the decorator
to an environment of its own. `requests` and `limits` of the scheduler and of the workers become one
`resources=flyte.Resources`, with a (request, limit) pair where they differ. The body does not change: `Client()`
finds the cluster. The image needs `flyteplugins-dask` instead of `flytekitplugins-dask`.""",
    guide="ml-workloads",
    applicability="unsafe",
    automatic="""\
Migrate gives a task with this configuration an environment of its own with `plugin_config`, and renames the package in
images. It refuses parameters that Flyte 2 does not have, and workflows and dynamics with a plugin. `requests` and
`limits` become `resources`.""",
    gotchas=(
        "`requests=` and `limits=` on `Scheduler` and `WorkerGroup` raise TypeError.",
        "`plugin_config` cannot be given to `env.task(...)` nor changed with `clone_with`: TypeError.",
    ),
    examples=(
        Example(
            before="""\
from distributed import Client
from flytekit import Resources, task
from flytekitplugins.dask import Dask, Scheduler, WorkerGroup


@task(
    task_config=Dask(
        scheduler=Scheduler(requests=Resources(cpu="1")),
        workers=WorkerGroup(
            number_of_workers=4,
            requests=Resources(cpu="1", mem="1Gi"),
            limits=Resources(cpu="2", mem="2Gi"),
        ),
    ),
)
def total(n: int) -> int:
    with Client() as client:
        return sum(client.gather(client.map(abs, range(-n, 0))))
""",
            after="""\
import flyte
from distributed import Client
from flyteplugins.dask import Dask, Scheduler, WorkerGroup

env = flyte.TaskEnvironment(
    name="dask",
    plugin_config=Dask(
        scheduler=Scheduler(resources=flyte.Resources(cpu="1")),
        workers=WorkerGroup(
            number_of_workers=4,
            resources=flyte.Resources(cpu=("1", "2"), memory=("1Gi", "2Gi")),
        ),
    ),
)


@env.task
def total(n: int) -> int:
    with Client() as client:
        return sum(client.gather(client.map(abs, range(-n, 0))))
""",
            why_not_run="flytekitplugins-dask and flyteplugins-dask are not installed.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyteplugins.dask import Dask, WorkerGroup

env = flyte.TaskEnvironment(name="dask", plugin_config=Dask(workers=WorkerGroup(number_of_workers=4)))
""",
        """\
import dask
from distributed import Client

client = Client()
""",
    ),
)
