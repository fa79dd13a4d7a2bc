"""FS216: GPUs and TPUs."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS216",
    name="accelerator",
    summary='`accelerator=T4` and `Resources(gpu="1")` become one `flyte.Resources(gpu="T4:1")`.',
    shift="""\
Flyte 1 says the count in `Resources(gpu=...)` and the model in `accelerator=`.
Flyte 2 says both in one value of the environment's resources: `gpu="A100:2"`, or `gpu=1` for any model.
Slices of a GPU are `flyte.GPU("A100", 1, "1g.5gb")`, TPU slices `flyte.TPU("V5E", "2x2")`.
A model that is not in the SDK's list is a `flyte.Device(quantity=1, device_class="GPU", device="...")`.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate folds model and count into the environment's resources. It refuses partitions, TPUs, and "
        "models that Flyte 2 does not know by name."
    ),
    gotchas=(
        '`gpu="1"` raises `ValueError`; without a model write the int `gpu=1`.',
        'Pairs outside the list raise `ValueError`, for example `"T4:9"` or `"K80:1"`.',
        "`A100_80GB` is `A100_80G` now; `L40S` is `L40s`.",
        "`flyte.GPU` calls the count `quantity`; `count=` raises `TypeError`.",
        'Migration guides turn `gpu="1"` into a guessed model; `gpu=1` keeps what the code says.',
    ),
    examples=(
        Example(
            before="""\
from flytekit import Resources, task
from flytekit.extras.accelerators import A100, GPUAccelerator


@task(requests=Resources(gpu="2", mem="16Gi"), accelerator=GPUAccelerator("nvidia-tesla-t4"))
def train(rows: int) -> int:
    return rows * 2


@task(limits=Resources(gpu="1"), accelerator=A100.partition_1g_5gb)
def score(model: int) -> str:
    return f"score {model}"


@task(limits=Resources(gpu="1"))
def embed(text: str) -> int:
    return len(text)
""",
            after="""\
import flyte

train_env = flyte.TaskEnvironment(name="gpu_train", resources=flyte.Resources(gpu="T4:2", memory="16Gi"))
score_env = flyte.TaskEnvironment(name="gpu_score", resources=flyte.Resources(gpu=flyte.GPU("A100", 1, "1g.5gb")))
embed_env = flyte.TaskEnvironment(name="gpu_embed", resources=flyte.Resources(gpu=1))


@train_env.task
def train(rows: int) -> int:
    return rows * 2


@score_env.task
def score(model: int) -> str:
    return f"score {model}"


@embed_env.task
def embed(text: str) -> int:
    return len(text)
""",
            call='[score(model=train(rows=2)), embed(text="abc")]',
        ),
        Example(
            before="""\
from flytekit import Resources, task
from flytekit.extras.accelerators import A10G, A100, H100, L4, T4, V100


@task(requests=Resources(gpu="1"), accelerator=T4)
def small(x: int) -> int:
    return x


@task(requests=Resources(gpu="1"), accelerator=L4)
def newer(x: int) -> int:
    return x


@task(requests=Resources(gpu="2"), accelerator=A10G)
def pair(x: int) -> int:
    return x


@task(requests=Resources(gpu="1"), accelerator=V100)
def older(x: int) -> int:
    return x


@task(requests=Resources(gpu="8"), accelerator=A100)
def large(x: int) -> int:
    return x


@task(requests=Resources(gpu="8"), accelerator=H100)
def largest(x: int) -> int:
    return x
""",
            after="""\
import flyte

small_env = flyte.TaskEnvironment(name="gpus_small", resources=flyte.Resources(gpu="T4:1"))
newer_env = flyte.TaskEnvironment(name="gpus_newer", resources=flyte.Resources(gpu="L4:1"))
pair_env = flyte.TaskEnvironment(name="gpus_pair", resources=flyte.Resources(gpu="A10G:2"))
older_env = flyte.TaskEnvironment(name="gpus_older", resources=flyte.Resources(gpu="V100:1"))
large_env = flyte.TaskEnvironment(name="gpus_large", resources=flyte.Resources(gpu="A100:8"))
largest_env = flyte.TaskEnvironment(name="gpus_largest", resources=flyte.Resources(gpu="H100:8"))


@small_env.task
def small(x: int) -> int:
    return x


@newer_env.task
def newer(x: int) -> int:
    return x


@pair_env.task
def pair(x: int) -> int:
    return x


@older_env.task
def older(x: int) -> int:
    return x


@large_env.task
def large(x: int) -> int:
    return x


@largest_env.task
def largest(x: int) -> int:
    return x
""",
            call="small(x=1) + largest(x=2)",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="gpu", resources=flyte.Resources(gpu="T4:1"))
""",
        """\
from lightning import Trainer

T4 = "tesla"
trainer = Trainer(accelerator="gpu", devices=1)
print(trainer, T4)
""",
    ),
)
