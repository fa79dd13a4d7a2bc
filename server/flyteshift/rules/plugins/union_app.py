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
    applicability="unsafe",
    automatic=(
        "Migrate rewrites apps in variables of the module with all that they are given: inputs that are texts, files, "
        "artifacts or other apps, a FastAPI app, scaling, domains, links. `config`, pod templates, secrets without an "
        "`env_var`, and apps of language models are refused."
    ),
    gotchas=(
        "`ArizeConfig`, `PhoenixConfig` and `WeaveConfig` have no counterpart.",
        "The paths of `include` are relative to the file of the app, and a pattern takes the files of one folder only.",
        "Code of the app that calls `union_runtime.get_input` must call `flyte.app.get_parameter`.",
        "Flyte 1 gave an app 10 or 20 GiB of disk where nothing was said; Flyte 2 gives none, so it is written out.",
        "`FastAPIAppEnvironment` adds a link to `/docs`.",
    ),
    examples=(
        Example(
            before="""\
from union import Artifact, ImageSpec, Resources
from union.app import App, Input

Model = Artifact(name="model")

app = App(
    name="dashboard",
    container_image=ImageSpec(name="dashboard", packages=["streamlit", "union-runtime"], registry="ghcr.io/acme"),
    args=["streamlit", "run", "main.py", "--server.port", "8501"],
    port=8501,
    include=["./main.py"],
    inputs=[Input(value=Model.query(), name="model", env_var="MODEL", download=True)],
    limits=Resources(cpu="1", mem="1Gi"),
    min_replicas=0,
    max_replicas=2,
    scaledown_after=600,
)
""",
            after="""\
import flyte
from flyte.app import AppEnvironment, ArtifactValue, Parameter, Scaling

app = AppEnvironment(
    name="dashboard",
    image=flyte.Image.from_debian_base(name="dashboard", registry="ghcr.io/acme").with_pip_packages("streamlit"),
    args=["streamlit", "run", "main.py", "--server.port", "8501"],
    port=8501,
    include=("./main.py",),
    parameters=[Parameter(name="model", value=ArtifactValue(name="model"), env_var="MODEL", download=True)],
    resources=flyte.Resources(cpu="1", memory="1Gi", disk="20Gi"),
    scaling=Scaling(replicas=(0, 2), scaledown_after=600),
)
""",
            why_not_run="The package union is not installed.",
        ),
        Example(
            before="""\
from fastapi import FastAPI
from union import ImageSpec, Resources, Secret
from union.app import App, Link, ScalingMetric

image = ImageSpec(name="api", packages=["fastapi", "uvicorn"], registry="ghcr.io/acme")
api = FastAPI()

back = App(
    name="api",
    container_image=image,
    framework_app=api,
    requests=Resources(cpu="1", mem="1Gi"),
    secrets=[Secret(key="api-key", env_var="API_KEY")],
    scaling_metric=ScalingMetric.Concurrency(10),
    links=[Link(path="/docs", title="Docs", is_relative=True)],
    requires_auth=False,
)
""",
            after="""\
import flyte
from fastapi import FastAPI
from flyte.app import Link, Scaling
from flyte.app.extras import FastAPIAppEnvironment

image = flyte.Image.from_debian_base(name="api", registry="ghcr.io/acme").with_pip_packages("fastapi", "uvicorn")
api = FastAPI()

back = FastAPIAppEnvironment(
    name="api",
    image=image,
    app=api,
    resources=flyte.Resources(cpu="1", memory="1Gi", disk="10Gi"),
    secrets=[flyte.Secret(key="api-key", as_env_var="API_KEY")],
    scaling=Scaling(metric=Scaling.Concurrency(10)),
    links=[Link(path="/docs", title="Docs", is_relative=True)],
    requires_auth=False,
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
