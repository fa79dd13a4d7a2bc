"""FS812: Weights and Biases runs."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS812",
    name="wandb",
    summary=(
        "`@wandb_init(project, entity, secret)` becomes `flyteplugins.wandb.wandb_init` above `@env.task`; "
        "the key is a secret."
    ),
    shift="""\
The decorator keeps its name, `project` and `entity`, and stands above `@env.task` where Flyte 1's stood below
`@task`. The API key is no argument: the environment mounts it as the variable that wandb reads,
`flyte.Secret(key=..., as_env_var="WANDB_API_KEY")`. `id` and `host` go to `wandb_config(...)`, given to the whole
run with `flyte.with_runcontext(custom_context=...)`. Inside the task `get_wandb_run()` gives the run, and a task
that is called by a decorated one continues its run.""",
    guide="ml-workloads",
    applicability="display-only",
    automatic="Not yet automatic: a module that imports a plugin is left as it is, with the reason.",
    gotchas=(
        "`secret`, `id`, `host` and `api_host` are no parameters of the new decorator: other keywords go on "
        "to `wandb.init`.",
    ),
    examples=(
        Example(
            before="""\
import wandb
from flytekit import Secret, task
from flytekitplugins.wandb import wandb_init

api_key = Secret(key="wandb-api-key")


@task(secret_requests=[api_key])
@wandb_init(project="churn", entity="acme", secret=api_key)
def train(epochs: int) -> float:
    for epoch in range(epochs):
        wandb.log({"loss": 1.0 / (1 + epoch)})
    return 1.0 / epochs
""",
            after="""\
import flyte
from flyteplugins.wandb import get_wandb_run, wandb_init

env = flyte.TaskEnvironment(
    name="churn",
    image=flyte.Image.from_debian_base().with_pip_packages("flyteplugins-wandb"),
    secrets=[flyte.Secret(key="wandb-api-key", as_env_var="WANDB_API_KEY")],
)


@wandb_init(project="churn", entity="acme")
@env.task
def train(epochs: int) -> float:
    run = get_wandb_run()
    for epoch in range(epochs):
        run.log({"loss": 1.0 / (1 + epoch)})
    return 1.0 / epochs
""",
            why_not_run="flytekitplugins-wandb and flyteplugins-wandb are not installed.",
        ),
    ),
    ignores=(
        """\
from flyteplugins.wandb import wandb_config, wandb_init

settings = wandb_config(project="churn", entity="acme")
""",
        """\
import wandb

wandb.init(project="churn")
""",
    ),
)
