"""FS816: Hugging Face datasets."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS816",
    name="huggingface",
    summary=(
        "`flytekitplugins.huggingface` becomes the package `flyteplugins-huggingface`; `datasets.Dataset` "
        "annotations stay."
    ),
    shift="""\
The plugin only registers how datasets are stored, so code rarely names it. In Flyte 2 installing
`flyteplugins-huggingface` is enough: `flyte.init()` finds its handlers through an entry point, and the import goes
away. Tasks keep `datasets.Dataset` in their signatures. The image needs `flyteplugins-huggingface`.""",
    guide="data-io",
    applicability="display-only",
    automatic="Not yet automatic: a module that imports a plugin is left as it is, with the reason.",
    gotchas=("The encoding and decoding handler classes are not public in Flyte 2.",),
    examples=(
        Example(
            before="""\
from datasets import Dataset
from flytekit import StructuredDatasetTransformerEngine, task
from flytekitplugins.huggingface import HuggingFaceDatasetToParquetEncodingHandler

StructuredDatasetTransformerEngine.register(HuggingFaceDatasetToParquetEncodingHandler())


@task
def rows(data: Dataset) -> int:
    return data.num_rows
""",
            after="""\
import flyte
from datasets import Dataset

env = flyte.TaskEnvironment(
    name="datasets",
    image=flyte.Image.from_debian_base().with_pip_packages("flyteplugins-huggingface"),
)


@env.task
def rows(data: Dataset) -> int:
    return data.num_rows
""",
            why_not_run="flytekitplugins-huggingface and flyteplugins-huggingface are not installed.",
        ),
    ),
    ignores=(
        """\
from datasets import load_dataset

data = load_dataset("imdb")
""",
        """\
import flyte
from datasets import Dataset

env = flyte.TaskEnvironment(name="datasets")


@env.task
def rows(data: Dataset) -> int:
    return data.num_rows
""",
    ),
)
