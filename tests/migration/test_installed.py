"""What installed packages do with Flyte 1: those built on it, and those that get objects of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.migration.helpers import migrated, reasons
from tests.migration.test_unit import plans

HEAD = (
    "from flytekit import ImageSpec, PodTemplate, Resources, Secret, task, workflow\n\nimage = ImageSpec(name='a')\n\n"
)
TASK = "\n\n@task(container_image=image, requests=Resources(cpu='1'))\ndef one(a: int) -> int:\n    return a\n"
POD = """\
from kubernetes.client import V1Container, V1PodSpec


@task(
    container_image={given},
    pod_template=PodTemplate(
        pod_spec=V1PodSpec(containers=[{container}]),{primary}
    ),
)
def one(a: int) -> int:
    return a
"""

REFUSED = {
    "an operator in a workflow": (
        "from airflow.operators.bash import BashOperator\n@workflow\ndef wf():\n    BashOperator(task_id='a') >> one(a=1)\n",
        "operator of Airflow",
    ),
    "a sensor imported in a workflow": (
        "@workflow\ndef wf():\n    from airflow.sensors.filesystem import FileSensor\n    FileSensor(task_id='a')\n",
        "operator of Airflow",
    ),
    "operators as a module": (
        "import airflow.operators.bash as b\ndef start():\n    b.BashOperator(task_id='a')\n",
        "operator of Airflow",
    ),
    "a library built on Flyte 1": (
        "from unionml import Model\nmodel = Model(name='m')\n@model.trainer\ndef fit(a: int) -> int:\n    return a\n",
        "`unionml` is built on Flyte 1",
    ),
    "resources of another decorator": (
        "from shop import App\napp = App('a')\n@app.step(requests=Resources(cpu='1'))\ndef f():\n    pass\n",
        "`app.step` of an installed package gets this `Resources`",
    ),
    "resources in a variable": (
        "import shop\nsmall = Resources(cpu='1')\n@shop.step(small)\ndef f():\n    pass\n",
        "`shop.step` of an installed package gets this `Resources`",
    ),
    "an image that something made here gets": (
        "from shop import Builder\nBuilder('a').build(image, push=False)\n",
        "`Builder('a').build` of an installed package gets this `ImageSpec`",
    ),
    "an image of a side container": (
        POD.format(given="image", container="V1Container(name='side', image=image)", primary=""),
        "takes a text as its image",
    ),
    "an image that is not the task's": (
        POD.format(given="'a:1'", container="V1Container(name='primary', image=image)", primary=""),
        "takes a text as its image",
    ),
    "a primary container of another name": (
        POD.format(given="image", container="V1Container(name='primary', image=image)", primary="\n        primary_container_name='main',"),
        "takes a text as its image",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_an_installed_package_would_run_or_get_is_refused(name: str) -> None:
    source, reason = REFUSED[name]
    assert any(reason in r for r in reasons(HEAD + TASK + source))


KEPT = {
    "a DAG without tasks": "from airflow.operators.bash import BashOperator\nBashOperator(task_id='a')\nr = Resources(cpu='1')\n",
    "hooks in a task": TASK + "from airflow.hooks.base import BaseHook\nhook = BaseHook()\n",
    "what only holds the value": TASK + "import pydantic\nfield = pydantic.Field(default=Resources(cpu='1'))\n",
    "what a task gives": TASK + "import shop\nshop.step(one(a=1))\n",
    "plain values": TASK + "import shop\nshop.step(cpu='1')\n",
}


@pytest.mark.parametrize("name", KEPT)
def test_other_uses_of_packages_stay(name: str) -> None:
    assert "flytekit" not in migrated(HEAD + KEPT[name])


@pytest.mark.parametrize(
    ("container", "left"),
    [
        ("V1Container(name='primary', image=image)", "V1Container(name='primary')"),
        ("V1Container(image=image, name='primary')", "V1Container(name='primary')"),
        ("V1Container(name='main', image=image, tty=True)", "V1Container(name='main', tty=True)"),
    ],
)
def test_a_tasks_own_container_leaves_its_image_to_the_task(container: str, left: str) -> None:
    primary = "\n        primary_container_name='main'," if "main" in container else ""
    after = migrated(HEAD + POD.format(given="image", container=container, primary=primary))
    assert f"containers=[{left}]" in after
    assert "image=image)" in after


def test_objects_of_other_files_are_seen(tmp_path: Path) -> None:
    images = "from flytekit import ImageSpec\n\nimage = ImageSpec(name='a')\n"
    head = "from flytekit import PodTemplate, task\nfrom images import image\n"
    for given, reason in (("image", ""), ("'a:1'", "takes a text as its image")):
        pod = POD.format(given=given, container="V1Container(name='primary', image=image)", primary="")
        left = plans(tmp_path, images=images, jobs=head + pod)["jobs"].left
        assert [reason in o.message for o in left] == ([True] if reason else [])


@pytest.mark.sdk
def test_flyte_2_takes_no_image_object_in_a_pod_template() -> None:
    flyte, client = pytest.importorskip("flyte"), pytest.importorskip("kubernetes.client")
    with pytest.raises((AttributeError, ValueError)):
        container = client.V1Container(name="primary", image=flyte.Image.from_debian_base())
        client.ApiClient().sanitize_for_serialization(container)
