"""FS301: how an image is described."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS301",
    name="image-spec",
    summary="`ImageSpec(packages=[...], ...)` becomes `flyte.Image.from_debian_base(...).with_pip_packages(...)`.",
    shift="""\
An `ImageSpec` is one constructor with some thirty arguments, and the builder decides the order of the layers.
A `flyte.Image` is a base and a chain of layers: each `with_...` call returns a new image with one layer more.
`name`, `registry`, `python_version` and `platform` describe the base; packages, files and commands are layers.
There is no conda, CUDA or builder argument: start from a base image that has what you need.
The base contains flyte already, so `flytekit` in `packages` goes and `flytekitplugins-*` become `flyteplugins-*`.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate writes the fluent form, with `with_*` calls and `is_container` guards around imports. It "
        "refuses what has no form: conda, CUDA, `registry_config`, `copy`, entry points, and values that it "
        "cannot see."
    ),
    gotchas=(
        "`with_pip_packages([...])` and `with_apt_packages([...])` raise `TypeError`: pass names, not a list.",
        "`with_commands` is the other way round: it takes one list. A second string is taken for a secret mount.",
        '`python_version="3.11"` is accepted and gives the broken tag `py3..-v2.12.1`; write `(3, 11)`.',
        'The default platforms are amd64 and arm64; Flyte 1 builds amd64 only, which is `platform=("linux/amd64",)`.',
        "Layers on `from_base(uri)` raise until `.clone(name=..., extendable=True)`; add `flyte` to them, as "
        "such a base does not bring it.",
        "`with_source_folder` needs a `pathlib.Path`.",
        "`image.is_container()` is gone: put the guarded imports into the tasks that use them.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import ImageSpec, task

image = ImageSpec(
    name="tables",
    registry="ghcr.io/acme",
    python_version="3.11",
    apt_packages=["git"],
    packages=["flytekit", "pandas==2.2.3"],
    env={"MODE": "batch"},
    commands=["mkdir -p /data", "touch /data/ready"],
)


@task(container_image=image)
def mean(xs: list[float]) -> float:
    import pandas as pd

    return float(pd.Series(xs).mean())
""",
            after="""\
import flyte

image = (
    flyte.Image.from_debian_base(name="tables", registry="ghcr.io/acme", python_version=(3, 11))
    .with_apt_packages("git")
    .with_pip_packages("pandas==2.2.3")
    .with_env_vars({"MODE": "batch"})
    .with_commands(["mkdir -p /data", "touch /data/ready"])
)

env = flyte.TaskEnvironment(name="tables", image=image)


@env.task
def mean(xs: list[float]) -> float:
    import pandas as pd

    return float(pd.Series(xs).mean())
""",
            call="mean(xs=[1.0, 2.0, 6.0])",
        ),
        Example(
            before="""\
from flytekit import ImageSpec, task

image = ImageSpec(name="train", base_image="ghcr.io/acme/cuda:12.4", requirements="requirements.txt")


@task(container_image=image.with_packages(["tqdm"]))
def train(rows: int) -> int:
    return rows * 2
""",
            after="""\
import flyte

image = (
    flyte.Image.from_base("ghcr.io/acme/cuda:12.4")
    .clone(name="train", extendable=True)
    .with_pip_packages("flyte")
    .with_requirements("requirements.txt")
)

env = flyte.TaskEnvironment(name="train", image=image.with_pip_packages("tqdm"))


@env.task
def train(rows: int) -> int:
    return rows * 2
""",
            call="train(rows=3)",
        ),
    ),
    ignores=(
        """\
import flyte

image = flyte.Image.from_debian_base().with_pip_packages("pandas")
""",
        """\
from dataclasses import dataclass


@dataclass
class ImageSpec:
    name: str


print(ImageSpec(name="tables").name)
""",
    ),
)
