"""Apps of the Union SDK become app environments, compared as objects of Flyte 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.helpers import migrated, planned, reasons
from tests.migration.test_differential import run
from tests.migration.test_unit import plans

HEAD = """\
from datetime import timedelta

from fastapi import FastAPI
from flytekit.extras.accelerators import L4
from union import Artifact, ImageSpec, PodTemplate, Resources, Secret
from union.app import App, Input, Link, PhoenixConfig, ScalingMetric

image = ImageSpec(name="dash", packages=["streamlit", "union-runtime>=0.1"], registry="r")
Model = Artifact(name="model")
Daily = Artifact(name="daily", partition_keys=["day"])
"""
ALL = """\
from datetime import timedelta

from flytekit.extras.accelerators import L4
from union import Artifact, ImageSpec, Resources, Secret
from union.app import App, Input, Link, ScalingMetric

image = ImageSpec(name="dash", packages=["streamlit", "union-runtime>=0.1"], registry="r")
Model = Artifact(name="model")

back = App(name="back", container_image=image, port=8080, command=["serve"], requests=Resources(gpu=1), accelerator=L4)
app = App(
    "dash-board",
    image,
    # starts it
    args="streamlit run main.py",
    port=App.Port(8501, name="http1"),
    include=["./main.py", "static/**"],
    inputs=[
        Input(name="back", value=back.query_endpoint(public=True), env_var="BACK"),
        Input(Model.query(), env_var="MODEL", mount="/root"),
        Input(value="s3://b/model.pt", download=True),
        Input("hello", name="greeting", type=Input.Type.String),
        Input(name="d", value="s3://b/data", ignore_patterns=["*.md"]),
    ],
    limits=Resources(cpu="1", mem="1Gi", ephemeral_storage="5Gi"),
    requests=Resources(cpu="500m", mem="1Gi"),
    shared_memory=True,
    min_replicas=1,  # always there
    max_replicas=4,
    scaledown_after=timedelta(minutes=5),
    scaling_metric=ScalingMetric.RequestRate(val=10),
    secrets=[Secret(key="k", env_var="API_KEY")],
    dependencies=[back],
    subdomain="sub",
    custom_domain="a.example.com",
    links=[Link("/docs", "Docs", is_relative=True)],
    request_timeout=60,
    type="streamlit",
    description="A dashboard",
    cluster_pool="big",
    requires_auth=False,
    env={"A": "1"},
    framework_app=None,
    config=None,
)
"""
TOLD = {
    "[app.name, app.type, app.description, app.cluster_pool, app.requires_auth, app.env_vars]": (
        ["dash-board", "streamlit", "A dashboard", "big", False, {"A": "1"}]
    ),
    "[app.args, app.port.port, app.port.name, list(app.include)]": (
        ["streamlit run main.py", 8501, "http1", ["./main.py", "static"]]
    ),
    "[app.image.name, app.image._layers[-1].packages == ('streamlit',)]": ["dash", True],
    "[app.resources.cpu, app.resources.memory, app.resources.disk, app.resources.shm]": (
        [["500m", "1"], "1Gi", "5Gi", "auto"]
    ),
    "[list(app.scaling.replicas), app.scaling.scaledown_after.total_seconds(), app.scaling.metric.val]": [
        [1, 4],
        300,
        10,
    ],
    "type(app.scaling.metric).__name__": "RequestRate",
    "[app.domain.subdomain, app.domain.custom_domain]": ["sub", "a.example.com"],
    "app.timeouts.request.total_seconds()": 60,
    "[(s.key, s.as_env_var) for s in app.secrets]": [["k", "API_KEY"]],
    "[(k.path, k.title, k.is_relative) for k in app.links]": [["/docs", "Docs", True]],
    "[e.name for e in app.depends_on]": ["back"],
    "[back.command, back.resources.gpu, back.resources.disk, list(back.scaling.replicas)]": (
        [["serve"], "L4:1", "10Gi", [0, 1]]
    ),
    "[(p.name, type(p.value).__name__) for p in app.parameters]": (
        [
            ["back", "AppEndpoint"],
            ["model", "ArtifactValue"],
            ["s3://b/model.pt", "File"],
            ["greeting", "str"],
            ["d", "Dir"],
        ]
    ),
    "[(p.env_var, p.mount, p.download, p.ignore_patterns) for p in app.parameters[1:]]": (
        [["MODEL", "/root", False, []], [None, None, True, []], [None, None, True, []], [None, None, False, ["*.md"]]]
    ),
    "[app.parameters[0].value.app_name, app.parameters[0].value.public, app.parameters[1].value.name]": (
        ["back", True, "model"]
    ),
}


@pytest.mark.sdk
def test_an_app_environment_has_all_that_the_app_had(tmp_path: Path) -> None:
    pytest.importorskip("flyte.app")
    told = f"\n\ndef told():\n    return [{', '.join(TOLD)}]\n"
    found = run("flyte2", [{"id": "a", "source": migrated(ALL) + told, "call": "told()"}], tmp_path)["a"]
    assert found.get("value") == list(TOLD.values()), found


def test_the_layout_and_the_comments_stay() -> None:
    after = migrated(ALL)
    assert '    # starts it\n    args="streamlit run main.py",\n' in after
    assert (
        "    # always there\n    scaling=Scaling(\n" in after or "    # always there\n    scaling=Scaling(rep" in after
    )
    assert "Artifact(name" not in after.replace("ArtifactValue(name", "")


def test_an_app_of_fastapi_is_served_by_flyte() -> None:
    source = HEAD.replace('Model = Artifact(name="model")\n', "").replace(
        'Daily = Artifact(name="daily", partition_keys=["day"])\n', ""
    )
    source = source.replace("Artifact, ", "").replace("PhoenixConfig, ", "").replace("PodTemplate, ", "")
    after = migrated(
        source
        + 'api = FastAPI()\napp = App(name="a", container_image=image, framework_app=api, limits=Resources(cpu="1"))\n'
    )
    assert "from flyte.app.extras import FastAPIAppEnvironment\n" in after
    assert 'FastAPIAppEnvironment(name="a", image=image, app=api, resources=flyte.Resources(cpu="1", disk="20Gi"))' in (
        " ".join(after.split()).replace("( ", "(").replace(", )", ")")
    )


def app(said: str) -> str:
    return f'{HEAD}api = FastAPI()\napp = App(name="a", container_image=image, limits=Resources(cpu="1"), {said})\n'


REFUSED = {
    "a configuration": (app('config=PhoenixConfig(endpoint="e", project="p")'), "has no Flyte 2 form"),
    "a pod template": (app("port=1").replace("container_image=image", "container_image=PodTemplate()"), "pod_template"),
    "another framework": (app("framework_app=Dash()"), "no framework but FastAPI"),
    "a framework with a start of its own": (app('framework_app=api, args="uvicorn a:api"'), "drop `args`"),
    "a secret without a variable": (app('port=1, secrets=[Secret(key="k")]'), "`env_var`"),
    "secrets that do not show": (app("port=1, secrets=SECRETS"), "`env_var`"),
    "files that do not show": (app("port=1, include=FILES"), "which files"),
    "a pattern": (app('port=1, include=["*.py"]'), "which files"),
    "an artifact with partitions": (app("port=1, inputs=[Input(value=Daily.query())]"), "ArtifactValue"),
    "a query of a part": (app('port=1, inputs=[Input(value=Daily.query(day="1"))]'), "ArtifactValue"),
    "an artifact made there": (app('port=1, inputs=[Input(value=Artifact(name="b").query())]'), "ArtifactValue"),
    "a file of union's store": (app('port=1, inputs=[Input(value="union://a")]'), "ArtifactValue"),
    "an input that is computed": (app("port=1, inputs=[Input(value=find(), name='a')]"), "ArtifactValue"),
    "a local file": (app("port=1, inputs=[Input('a.txt', type=Input.Type.File)]"), "ArtifactValue"),
    "an app in no variable": (app("port=1").replace("app = App", "apps = [App") + "]", "a variable of the module"),
    "arguments that do not show": (app("**MORE"), "write the arguments out"),
    "a parameter that nobody knows": (app("port=1, colour=2"), "no parameter `colour`"),
    "a language model": (
        'from union.app.llm import VLLMApp\n\napp = VLLMApp(name="a", model="m")\n',
        "flyteplugins-vllm",
    ),
}


@pytest.mark.parametrize(("source", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_has_no_form_is_refused(source: str, reason: str) -> None:
    found = reasons(source)
    assert any(reason in r for r in found), found


def test_what_a_reviewer_should_know_is_told() -> None:
    source = 'from union import Resources\nfrom union.app import App, Input\n\napp = App(name="a", port=1, args=["a"], container_image="i", limits=Resources(cpu="1"), include=["main.py"], inputs=[Input("v", name="n")])\n'
    notes = " ".join(n.message for n in planned(source).notes)
    assert "in the place of `union-runtime`" in notes
    assert "from the folder of this file" in notes
    assert "flyte.app.get_parameter" in notes


def test_other_apps_are_left_alone() -> None:
    assert not planned("from dash import App, Input\n\napp = App(name='a', inputs=[Input('b')])\n").edits


@pytest.mark.parametrize(
    ("added", "image"),
    [
        ('"union-runtime==0.1.11"', "image"),
        ('["union-runtime", "flytekit"]', "image"),
        ('["union-runtime", "dash"]', 'image.with_pip_packages("dash")'),
        ('"unions"', 'image.with_pip_packages("unions")'),
    ],
)
def test_the_runtime_of_union_leaves_the_image(added: str, image: str) -> None:
    source = ALL.replace("    image,\n", f"    image.with_packages({added}),\n")
    assert f"    image={image},\n" in migrated(source)


def test_comments_among_the_files_stay() -> None:
    source = ALL.replace('["./main.py", "static/**"]', '[\n        "./main.py",  # starts\n        "static/**",\n    ]')
    assert '    include=[\n        "./main.py",  # starts\n        "static",\n    ],\n' in migrated(source)


def test_an_environment_of_tasks_does_not_take_the_name_of_an_app() -> None:
    source = 'from union import Resources, task\nfrom union.app import App\n\napp = App(name="example", port=1, args=[], container_image="i", limits=Resources(cpu="1"))\n\n\n@task\ndef f(x: int) -> int:\n    return x\n'
    after = migrated(source)
    assert after.count('name="example"') == 1


def test_an_app_waits_for_the_flyte_1_that_it_runs(tmp_path: Path) -> None:
    app = HEAD.partition("Model")[0] + 'app = App("a", image, args="streamlit run main.py", include=["./main.py"])\n'
    made = plans(tmp_path, app=app, main="import union\n\nremote = union.UnionRemote()\n")
    assert any("which this app runs" in o.message for o in made["app"].left)
    assert not plans(tmp_path, app=app.replace("./main.py", "./pages.py"))["app"].left
    assert not plans(tmp_path, app=app, main="import flyte\n\nflyte.init()\n")["app"].left
