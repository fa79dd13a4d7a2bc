"""FS831: apps."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS831",
    name="union-app",
    summary=(
        "`union.app.App(...)` becomes `flyte.app.AppEnvironment(...)`, deployed with `flyte.serve` or `flyte.deploy`."
    ),
    shift="""\
An app is an environment now, so it shares image, resources, secrets and `depends_on` with tasks. `container_image`
becomes `image`, `requests` and `limits` become `resources`, `env` becomes `env_vars`, and `min_replicas`,
`max_replicas`, `scaledown_after` and `scaling_metric` become `scaling=flyte.app.Scaling(...)`. `args`, `command`,
`port`, `include`, `links` and `requires_auth` keep their names. `Input` is `Parameter`. Apps that serve language
models come from `flyteplugins-vllm` and `flyteplugins-sglang`.""",
    guide="union-features",
    applicability="display-only",
    automatic="Never by itself: scaling, inputs and deployment need a decision.",
    gotchas=("`ArizeConfig`, `PhoenixConfig` and `WeaveConfig` have no counterpart.",),
    examples=(
        Example(
            before="""\
from union import ImageSpec, Resources
from union.app import App

app = App(
    name="dashboard",
    container_image=ImageSpec(name="dashboard", packages=["streamlit"], registry="ghcr.io/acme"),
    args=["streamlit", "run", "main.py", "--server.port", "8501"],
    port=8501,
    include=["main.py"],
    limits=Resources(cpu="1", mem="1Gi"),
    min_replicas=0,
    max_replicas=2,
    scaledown_after=600,
)
""",
            after="""\
import flyte
from flyte.app import AppEnvironment, Scaling

app = AppEnvironment(
    name="dashboard",
    image=flyte.Image.from_debian_base(name="dashboard", registry="ghcr.io/acme").with_pip_packages("streamlit"),
    args=["streamlit", "run", "main.py", "--server.port", "8501"],
    port=8501,
    include=("main.py",),
    resources=flyte.Resources(cpu="1", memory="1Gi"),
    scaling=Scaling(replicas=(0, 2), scaledown_after=600),
)
""",
            why_not_run="The package union is not installed.",
        ),
    ),
    ignores=(
        """\
from flyte.app import AppEnvironment

app = AppEnvironment(name="dashboard", args=["python", "main.py"])
""",
        """\
from dash import Dash as App

app = App(__name__)
""",
    ),
)
