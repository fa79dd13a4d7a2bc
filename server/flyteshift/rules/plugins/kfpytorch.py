"""FS804: PyTorch training jobs."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS804",
    name="kfpytorch",
    summary=(
        "`@task(task_config=Elastic(...))` becomes `TaskEnvironment(plugin_config=flyteplugins.pytorch.Elastic(...))`."
    ),
    shift="""\
Elastic training moves to `flyteplugins.pytorch`, on an environment of its own. The defaults differ, so write them
out: `nnodes` and `nproc_per_node` are required, `max_restarts` is 3 instead of 0 and `monitor_interval` 3 instead
of 5. `increase_shared_mem` becomes `resources=flyte.Resources(shm="auto")`, `start_method` is gone. The older
`PyTorch` job with a master and workers has no Flyte 2 form: rewrite it for `Elastic`.""",
    guide="ml-workloads",
    applicability="unsafe",
    automatic="""\
Migrate gives a task with this configuration an environment of its own with `plugin_config`, and renames the package in
images. It refuses parameters that Flyte 2 does not have, and workflows and dynamics with a plugin. Defaults that
differ are written out, and the shared memory that Flyte 1 added. `PyTorch` is never rewritten.""",
    gotchas=(
        "`Elastic()` without `nnodes` and `nproc_per_node` raises TypeError; Flyte 1 took 1 and 1.",
        "`RunPolicy` is only in `flyteplugins.pytorch.task`, and `clean_pod_policy` is one of `'None'`, "
        "`'all'`, `'Running'`.",
        "Flyte 1 enlarged the shared memory by default; without `shm=` Flyte 2 does not.",
    ),
    examples=(
        Example(
            before="""\
import torch
from flytekit import Resources, task
from flytekitplugins.kfpytorch import Elastic


@task(
    task_config=Elastic(nnodes=2, nproc_per_node=4),
    requests=Resources(cpu="4", mem="16Gi", gpu="4"),
)
def train(epochs: int) -> float:
    torch.distributed.init_process_group()
    return 1.0 / (1 + epochs)
""",
            after="""\
import flyte
import torch
from flyteplugins.pytorch import Elastic

env = flyte.TaskEnvironment(
    name="training",
    plugin_config=Elastic(nnodes=2, nproc_per_node=4, max_restarts=0, monitor_interval=5),
    resources=flyte.Resources(cpu="4", memory="16Gi", gpu=4, shm="auto"),
)


@env.task
def train(epochs: int) -> float:
    torch.distributed.init_process_group()
    return 1.0 / (1 + epochs)
""",
            why_not_run="flytekitplugins-kfpytorch and flyteplugins-pytorch are not installed.",
        ),
        Example(
            before="""\
from flytekit import task
from flytekitplugins.kfpytorch import CleanPodPolicy, Elastic, RunPolicy


@task(
    task_config=Elastic(
        nnodes=2,
        increase_shared_mem=False,
        run_policy=RunPolicy(clean_pod_policy=CleanPodPolicy.ALL, backoff_limit=3),
    )
)
def train(epochs: int) -> float:
    return 1.0 / (1 + epochs)
""",
            after="""\
import flyte
from flyteplugins.pytorch import Elastic
from flyteplugins.pytorch.task import RunPolicy

env = flyte.TaskEnvironment(
    name="training",
    plugin_config=Elastic(
        nnodes=2,
        nproc_per_node=1,
        run_policy=RunPolicy(clean_pod_policy="all", backoff_limit=3),
        monitor_interval=5,
        max_restarts=0,
    ),
)


@env.task
def train(epochs: int) -> float:
    return 1.0 / (1 + epochs)
""",
            why_not_run="`torch` is not installed.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyteplugins.pytorch import Elastic

env = flyte.TaskEnvironment(name="training", plugin_config=Elastic(nnodes=2, nproc_per_node=4))
""",
        """\
from sklearn.linear_model import ElasticNet as Elastic

model = Elastic(alpha=0.1)
""",
    ),
)
