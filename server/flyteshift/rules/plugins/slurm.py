"""FS814: Slurm jobs."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS814",
    name="slurm",
    summary=(
        "Slurm configs become one `flyteplugins.slurm.Slurm`; scripts become `SlurmScriptTask(name, script, "
        "plugin_config)`."
    ),
    shift="""\
Flyte 1 had a config class per kind of job, with the dicts `ssh_config` and `sbatch_config`. Flyte 2 has `Slurm`
with named fields: `host`, `username` and `ssh_private_key` (the name of a secret) for the connection; `partition`,
`nodes`, `gres`, `time_limit` for the job, and `sbatch_options={...}` for the rest. For Python functions it is the
`plugin_config` of an environment; the function runs in its container image on the Slurm node. Shell scripts are a
`SlurmScriptTask`, whose inputs arrive as `FLYTE_INPUT_<NAME>` variables.""",
    guide="ml-workloads",
    applicability="display-only",
    automatic=(
        "Never by itself: Flyte 2 runs every script by `/bin/bash` without options or arguments, functions in a "
        "container, and no script that lies on the cluster already."
    ),
    gotchas=(
        "A container image and a runtime for it (Pyxis or Apptainer) are needed for Python functions; Flyte 1"
        " ran them in the node's own Python.",
        "Do not give such an environment `resources`: Slurm grants what `Slurm(...)` asks for.",
        "Outputs of a script are files or directories: anything else raises ValueError.",
        "The first line of a script goes, so `#!/bin/bash -i` reads no `.bashrc` any more; `batch_script_args` have no "
        "place: start the script with `set -- a b`.",
        "`job-name`, `output` and `error` among the `sbatch_options` fail when the job is submitted.",
        "Flyte 1 did not check the keys of hosts; Flyte 2 does unless `skip_host_key_verification=True`.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task
from flytekitplugins.slurm import SlurmFunctionConfig


@task(
    task_config=SlurmFunctionConfig(
        ssh_config={"host": "login.example.com", "username": "flyte"},
        sbatch_config={"partition": "gpu", "nodes": "1", "gres": "gpu:1"},
    )
)
def train(epochs: int) -> float:
    return 1.0 / (1 + epochs)
""",
            after="""\
import flyte
from flyteplugins.slurm import Slurm

env = flyte.TaskEnvironment(
    name="training",
    plugin_config=Slurm(
        host="login.example.com",
        username="flyte",
        ssh_private_key="slurm-ssh-key",
        partition="gpu",
        nodes=1,
        gres="gpu:1",
    ),
    image=flyte.Image.from_debian_base().with_pip_packages("flyteplugins-slurm"),
)


@env.task
def train(epochs: int) -> float:
    return 1.0 / (1 + epochs)
""",
            why_not_run="flytekitplugins-slurm and flyteplugins-slurm are not installed.",
        ),
        Example(
            before="""\
from flytekit import kwtypes, workflow
from flytekitplugins.slurm import SlurmConfig, SlurmShellTask

train = SlurmShellTask(
    name="train",
    script="#!/bin/bash\\npython train.py --epochs {inputs.epochs}\\n",
    task_config=SlurmConfig(ssh_config={"host": "login.example.com"}, sbatch_config={"partition": "gpu"}),
    inputs=kwtypes(epochs=int),
)


@workflow
def pipeline(epochs: int):
    train(epochs=epochs)
""",
            after="""\
import flyte
from flyteplugins.slurm import Slurm, SlurmScriptTask

train = SlurmScriptTask(
    name="train",
    script="#!/bin/bash\\npython train.py --epochs $FLYTE_INPUT_EPOCHS\\n",
    plugin_config=Slurm(host="login.example.com", partition="gpu"),
    inputs={"epochs": int},
)

train_env = flyte.TaskEnvironment.from_task("train", train)
env = flyte.TaskEnvironment(name="pipeline", depends_on=[train_env])


@env.task
async def pipeline(epochs: int) -> None:
    await train(epochs=epochs)
""",
            why_not_run="flytekitplugins-slurm and flyteplugins-slurm are not installed.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyteplugins.slurm import Slurm

env = flyte.TaskEnvironment(name="training", plugin_config=Slurm(partition="gpu"))
""",
        """\
import subprocess

subprocess.run(["sbatch", "train.sh"], check=True)
""",
    ),
)
