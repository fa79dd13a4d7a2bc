"""FS511: types of machine learning frameworks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS511",
    name="framework-types",
    summary="Arrays, tensors and estimators need no import: they are pickled. For models, a `File` is the better form.",
    shift="""\
Flyte 1 had transformers for torch, scikit-learn, Keras and numpy, some of them loaded by importing
`flytekit.extras`. Flyte 2 has none: such values are pickled, with a warning, and the imports go. A pickle is bound
to the versions of Python and the library, so between environments and for models that are kept, save to a file in
the framework's own format and return `File.from_local_sync(path)`. `PyTorchCheckpoint` becomes such a file, or
`flyte.ctx().checkpoint` for resuming.""",
    guide="gotchas-and-caveats",
    applicability="display-only",
    automatic="Not rewritten: whether a pickle is good enough is a decision.",
    gotchas=(
        "The environments of both tasks, and of the driver between them, need the library to read the pickle.",
        "`PyTorchCheckpoint` and `TFRecordFile` values have no counterpart.",
    ),
    examples=(
        Example(
            before="""\
import numpy as np

from flytekit import task, workflow


@task
def ramp(n: int) -> np.ndarray:
    return np.arange(n)


@task
def total(xs: np.ndarray) -> int:
    return int(xs.sum())


@workflow
def total_of_ramp(n: int) -> int:
    return total(xs=ramp(n=n))
""",
            after="""\
import numpy as np

import flyte

env = flyte.TaskEnvironment(name="arrays", image=flyte.Image.from_debian_base().with_pip_packages("numpy"))


@env.task
def ramp(n: int) -> np.ndarray:
    return np.arange(n)


@env.task
def total(xs: np.ndarray) -> int:
    return int(xs.sum())


@env.task
def total_of_ramp(n: int) -> int:
    return total(xs=ramp(n=n))
""",
            call="total_of_ramp(n=5)",
            note="All three tasks share one image, so the pickle can be read.",
        ),
        Example(
            before="""\
from dataclasses import dataclass

import torch
from dataclasses_json import dataclass_json

from flytekit import task
from flytekit.extras.pytorch import PyTorchCheckpoint


@dataclass_json
@dataclass
class Settings:
    rate: float


@task
def train(rate: float) -> PyTorchCheckpoint:
    model = torch.nn.Linear(4, 1)
    return PyTorchCheckpoint(module=model, hyperparameters=Settings(rate=rate))
""",
            after="""\
import torch

import flyte
from flyte.io import File

env = flyte.TaskEnvironment(name="training", image=flyte.Image.from_debian_base().with_pip_packages("torch"))


@env.task
def train(rate: float) -> File:
    model = torch.nn.Linear(4, 1)
    torch.save({"model": model.state_dict(), "rate": rate}, "model.pt")
    return File.from_local_sync("model.pt")
""",
            why_not_run="Needs PyTorch.",
        ),
    ),
    ignores=(
        """\
import numpy as np

print(np.arange(3).sum())
""",
    ),
)
