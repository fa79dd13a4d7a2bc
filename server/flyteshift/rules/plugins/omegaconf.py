"""FS815: OmegaConf configurations."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS815",
    name="omegaconf",
    summary="`flytekitplugins.omegaconf` becomes the package `flyteplugins-omegaconf`; `DictConfig` annotations stay.",
    shift="""\
`DictConfig` and `ListConfig` stay types of inputs and outputs. In Flyte 2 installing `flyteplugins-omegaconf` is
enough: `flyte.init()` finds the transformers, and the import goes away. There are no transformer modes any more:
`set_transformer_mode` and `local_transformer_mode` are deleted. `log_yaml(config)` shows a configuration in the
report.""",
    guide="data-io",
    applicability="display-only",
    automatic="Not yet automatic: a module that imports a plugin is left as it is, with the reason.",
    gotchas=("`OmegaConfTransformerMode` has no counterpart: dataclass and dict modes cannot be chosen.",),
    examples=(
        Example(
            before="""\
from flytekit import task
from flytekitplugins.omegaconf import OmegaConfTransformerMode, set_transformer_mode
from omegaconf import DictConfig

set_transformer_mode(OmegaConfTransformerMode.DictConfig)


@task
def depth(config: DictConfig) -> int:
    return int(config.model.depth)
""",
            after="""\
import flyte
from omegaconf import DictConfig

env = flyte.TaskEnvironment(
    name="training",
    image=flyte.Image.from_debian_base().with_pip_packages("flyteplugins-omegaconf"),
)


@env.task
def depth(config: DictConfig) -> int:
    return int(config.model.depth)
""",
            why_not_run="flytekitplugins-omegaconf and flyteplugins-omegaconf are not installed.",
        ),
    ),
    ignores=(
        """\
from flyteplugins.omegaconf import log_yaml
from omegaconf import OmegaConf

log_yaml(OmegaConf.create({"depth": 3}))
""",
        """\
from omegaconf import DictConfig


def depth(config: DictConfig) -> int:
    return int(config.depth)
""",
    ),
)
