"""Plugin configurations, actors and tasks that are objects, compared as objects of Flyte 2.

FLYTESHIFT_PLUGINS names a Python that has flyte and the plugins; CI makes one (.ci/run).
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from flyteshift.migration import plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from tests.migration.helpers import migrated, planned, reasons

PYTHON = os.environ.get("FLYTESHIFT_PLUGINS", "")
RUNNER = Path(__file__).parent / "run_plugins.py"
needs_plugins = pytest.mark.skipif(not PYTHON, reason="FLYTESHIFT_PLUGINS names no Python with Flyte 2's plugins")

SPARK = """\
import flytekit
from flytekit import ImageSpec, PodTemplate, Resources, task
from flytekitplugins.spark import DatabricksV2 as Databricks
from flytekitplugins.spark import Spark

image = ImageSpec(name="spark", packages=["flytekitplugins-spark"])


@task(
    task_config=Spark(
        # how much the driver gets
        spark_conf={
            "spark.driver.memory": "1000M",
        },
        hadoop_conf={"a": "b"},
        executor_path="/bin/python",
        applications_path="local:///app.py",
        driver_pod=PodTemplate(labels={"pod": "driver"}),
    ),
    container_image=image,
    limits=Resources(mem="2Gi"),
)
def count(n: int) -> int:
    return flytekit.current_context().spark_session.range(n).count()


@task(task_config=Databricks(databricks_conf={"run_name": "a"}, databricks_instance="x"))
def bricks(n: int) -> int:
    return n
"""

CLUSTERS = """\
from flytekit import Resources, task
from flytekitplugins.dask import Dask, Scheduler, WorkerGroup
from flytekitplugins.kfpytorch import CleanPodPolicy, Elastic, RunPolicy
from flytekitplugins.ray import AutoscalerOptionsConfig, HeadNodeConfig, RayJobConfig, WorkerNodeConfig

job = RayJobConfig(
    head_node_config=HeadNodeConfig(ray_start_params={"a": "b"}, requests=Resources(mem="1Gi")),
    worker_node_config=[WorkerNodeConfig(group_name="g", replicas=2, min_replicas=1)],
    autoscaler_options=AutoscalerOptionsConfig(env={"a": "b"}, requests=Resources(cpu="1"), limits=Resources(cpu="2")),
    runtime_env={"pip": ["numpy"]},
    ttl_seconds_after_finished=60,
)


@task(task_config=job)
def rays(n: int) -> int:
    return n


@task(
    task_config=Dask(
        scheduler=Scheduler(limits=Resources(cpu="1", mem="1Gi")),
        workers=WorkerGroup(number_of_workers=4, requests=Resources(cpu="1"), limits=Resources(cpu="2")),
    )
)
def dasks(n: int) -> int:
    return n


@task(
    task_config=Elastic(nnodes="1:2", start_method="fork", run_policy=RunPolicy(clean_pod_policy=CleanPodPolicy.ALL)),
    requests=Resources(cpu="1", gpu="1"),
)
def elastic(n: int) -> int:
    return n


@task(task_config=Elastic(nproc_per_node=2, max_restarts=2, increase_shared_mem=False))
def quiet(n: int) -> int:
    return n
"""

OBJECTS = """\
from flytekit import ContainerTask, Resources, TaskMetadata, kwtypes, workflow
from flytekitplugins.bigquery import BigQueryConfig, BigQueryTask
from flytekitplugins.snowflake import SnowflakeConfig, SnowflakeTask

say = ContainerTask(
    name="say",
    image="alpine",
    inputs=kwtypes(name=str, n=int),
    outputs=kwtypes(said=str),
    command=["echo", "{{.inputs.name}}"],
    metadata=TaskMetadata(cache=True, cache_version="1.0", retries=2),
    requests=Resources(mem="1Gi"),
    limits=Resources(mem="2Gi"),
    environment={"A": "b"},
)
clean = BigQueryTask(
    name="clean", inputs=kwtypes(day=str), query_template="DELETE", task_config=BigQueryConfig(ProjectID="p")
)
snow = SnowflakeTask(
    name="snow",
    query_template="DELETE",
    task_config=SnowflakeConfig(user="u", account="a", database="d", schema="s", warehouse="w"),
)


@workflow
def wf(name: str = "a") -> str:
    clean(day="1")
    snow()
    return say(name=name, n=1)
"""

ACTORS = """\
import union
from flytekit.extras.accelerators import T4
from union.actor import ActorEnvironment

actor = ActorEnvironment(
    name="my.actor",
    replica_count=2,
    ttl_seconds=300,
    container_image=union.ImageSpec(name="a"),
    requests=union.Resources(cpu="2", gpu="1"),
    accelerator=T4,
    environment={"A": "b"},
    secret_requests=[union.Secret(key="tok", group="a")],
)
plain = union.ActorEnvironment(name="plain")


@union.actor_cache
def model(name: str) -> int:
    return len(name)


@actor.task
def first(x: int) -> int:
    return x + model("abc")


@plain.task(cache=True, cache_version="1", retries=2)
def second(x: int) -> int:
    return 2 * x


@union.workflow
def wf(x: int = 1) -> int:
    return second(x=first(x=x))
"""


def given(source: str, expressions: dict[str, object], folder: Path) -> dict[str, object]:
    """What the expressions give in the migrated module, under Flyte 2 with its plugins."""
    path = folder / "jobs.py"
    path.write_text(migrated(source, "jobs"), encoding="utf-8")
    done = subprocess.run(
        [PYTHON, str(RUNNER), str(path), json.dumps(list(expressions))],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(zip(expressions, json.loads(done.stdout.splitlines()[-1]), strict=True))


EXPECTED = {
    "spark": (
        SPARK,
        {
            "type(env.plugin_config).__module__": "flyteplugins.spark.task",
            "env.plugin_config.spark_conf": {"spark.driver.memory": "1000M"},
            "env.plugin_config.hadoop_conf": {"a": "b"},
            "env.plugin_config.executor_path": "/bin/python",
            "env.plugin_config.applications_path": "local:///app.py",
            "env.plugin_config.driver_pod.labels": {"pod": "driver"},
            "env.resources.memory": "2Gi",
            "type(env._tasks['jobs.count']).__name__": "PysparkFunctionTask",
            "env.image._layers[-1].packages": ["flyteplugins-spark"],
            "bricks_env.plugin_config.databricks_conf": {"run_name": "a"},
            "type(bricks_env.plugin_config).__name__": "Databricks",
        },
    ),
    "clusters": (
        CLUSTERS,
        {
            "env.plugin_config.head_node_config.requests.memory": "1Gi",
            "env.plugin_config.worker_node_config[0].min_replicas": 1,
            "env.plugin_config.autoscaler_options.resources.cpu": ["1", "2"],
            "env.plugin_config.ttl_seconds_after_finished": 60,
            "dasks_env.plugin_config.scheduler.resources.memory": "1Gi",
            "dasks_env.plugin_config.workers.number_of_workers": 4,
            "dasks_env.plugin_config.workers.resources.cpu": ["1", "2"],
            "elastic_env.plugin_config.nnodes": "1:2",
            "elastic_env.plugin_config.nproc_per_node": 1,
            "elastic_env.plugin_config.max_restarts": 0,
            "elastic_env.plugin_config.monitor_interval": 5,
            "elastic_env.plugin_config.run_policy.clean_pod_policy": "all",
            "elastic_env.resources.shm": "auto",
            "quiet_env.plugin_config.nproc_per_node": 2,
            "quiet_env.plugin_config.max_restarts": 2,
            "quiet_env.resources": None,
        },
    ),
    "objects": (
        OBJECTS,
        {
            "type(say).__module__": "flyte.extras._container",
            "[say_env.name, clean_env.name, snow_env.name]": ["jobs_say", "jobs_clean", "jobs_snow"],
            "[e.name for e in env.depends_on]": ["jobs_clean", "jobs_say", "jobs_snow"],
            "[say.cache.version_override, say.retries.count]": ["1.0", 2],
            "[say.resources.memory, say.env_vars]": [["1Gi", "2Gi"], {"A": "b"}],
            "[str(say._input_data_dir), str(say._output_data_dir)]": ["/var/flyte/inputs", "/var/flyte/outputs"],
            "{k: v[0].__name__ for k, v in say.native_interface.inputs.items()}": {"name": "str", "n": "int"},
            "clean.plugin_config.ProjectID": "p",
            "snow.plugin_config.schema": "s",
            "__import__('inspect').iscoroutinefunction(wf.func)": True,
        },
    ),
    "actors": (
        ACTORS,
        {
            "[actor.name, plain.name]": ["my_actor", "plain"],
            "[actor.reusable.replicas, plain.reusable.replicas]": [[2, 2], [1, 1]],
            "[a.reusable.idle_ttl.total_seconds() for a in (actor, plain)]": [300, 90],
            "[actor.resources.cpu, actor.resources.gpu, actor.env_vars]": ["2", "T4:1", {"A": "b"}],
            "actor.secrets[0].as_env_var": "A_TOK",
            "[a.image._layers[-1].packages for a in (actor, plain)]": [["unionai-reuse"], ["unionai-reuse"]],
            "actor.image.name": "a",
            "sorted(plain._tasks)": ["plain.second"],
            "plain._tasks['plain.second'].cache.version_override": "1",
            "[e.name for e in env.depends_on]": ["my_actor", "plain"],
            "wf(x=2)": 10,
        },
    ),
}


@needs_plugins
@pytest.mark.sdk
@pytest.mark.parametrize("name", EXPECTED)
def test_the_objects_are_those_of_flyte_1(name: str, tmp_path: Path) -> None:
    source, expected = EXPECTED[name]
    assert given(source, expected, tmp_path) == expected


def test_the_layout_of_a_configuration_stays() -> None:
    assert """    plugin_config=Spark(
        # how much the driver gets
        spark_conf={
            "spark.driver.memory": "1000M",
        },
        hadoop_conf={"a": "b"},
""" in migrated(SPARK)


def test_the_session_of_the_process_is_read() -> None:
    assert "return pyspark.sql.SparkSession.builder.getOrCreate().range(n).count()" in migrated(SPARK)
    own = "from pyspark.sql import SparkSession\n" + SPARK
    assert "return SparkSession.builder.getOrCreate().range(n)" in migrated(own)


def test_a_pod_is_a_template_of_its_task() -> None:
    source = """\
from flytekit import task
from flytekitplugins.pod import Pod
from kubernetes.client import V1PodSpec

pod = Pod(pod_spec=V1PodSpec(), primary_container_name="main")


@task(task_config=pod)
def f(x: int) -> int:
    return x


@task(task_config=Pod(V1PodSpec(), labels={"a": "b"}))
def g(x: int) -> int:
    return x
"""
    after = migrated(source)
    assert 'pod = flyte.PodTemplate(pod_spec=V1PodSpec(), primary_container_name="main")' in after
    assert any("no container `main`" in n.message for n in planned(source).notes)
    assert "@env.task(pod_template=pod)" in after
    assert '@env.task(pod_template=flyte.PodTemplate(pod_spec=V1PodSpec(), labels={"a": "b"}))' in after


@pytest.mark.parametrize(
    ("spec", "new"),
    [
        ("V1PodSpec(containers=[])", 'V1PodSpec(containers=[V1Container(name="primary")])'),
        (
            'V1PodSpec(containers=[V1Container(name="side")])',
            'V1PodSpec(containers=[V1Container(name="primary"), V1Container(name="side")])',
        ),
        ('V1PodSpec(containers=[V1Container(name="primary")])', 'V1PodSpec(containers=[V1Container(name="primary")])'),
    ],
)
@pytest.mark.parametrize("template", ["pod_template=PodTemplate(pod_spec={})", "task_config=Pod(pod_spec={})"])
def test_a_pod_has_its_primary_container(template: str, spec: str, new: str) -> None:
    source = (
        "from flytekit import PodTemplate, task\nfrom flytekitplugins.pod import Pod\n"
        f"from kubernetes.client import V1PodSpec\n\n\n@task({template.format(spec)})\ndef f(x: int) -> int:\n    return x\n"
    )
    after = migrated(source)
    assert f"pod_template=flyte.PodTemplate(pod_spec={new})" in " ".join(after.split()).replace("( ", "(").replace(
        ", )", ")"
    )
    assert ("import V1Container" in after) == (new != spec)


HEAD = "from flytekit import Resources, dynamic, kwtypes, task, workflow\n"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            "from flytekitplugins.kfpytorch import PyTorch\n@task(task_config=PyTorch())\ndef f(): ...\n",
            "master and worker",
        ),
        ("from jobs import config\n@task(task_config=config)\ndef f(): ...\n", "cannot see which plugin"),
        ("@task(task_config={})\ndef f(): ...\n", "cannot see which plugin"),
        ("from flytekitplugins.spark import Spark\n@dynamic(task_config=Spark())\ndef f(): ...\n", "task of its own"),
        (
            "from flytekitplugins.spark import DatabricksV2\n"
            "@task(task_config=DatabricksV2(databricks_token_secret='t'))\ndef f(): ...\n",
            "databricks_token_secret",
        ),
        (
            "from flytekitplugins.pod import Pod\n@task(task_config=Pod(), pod_template_name='a')\ndef f(): ...\n",
            "has one already",
        ),
        ("import flytekitplugins.modin\n@task\ndef f(): ...\n", "modin"),
        (
            "from flytekitplugins.snowflake import SnowflakeTask\n"
            "t = SnowflakeTask(name='t', query_template='{{ .inputs.a }}', task_config=None, inputs=kwtypes(a=int))\n",
            "%(name)s",
        ),
        (
            "from flytekit import ContainerTask\nt = ContainerTask(name='t', image='a', command=['a'])\n"
            "@task\ndef f():\n    t()\n",
            "coroutine",
        ),
        (
            "from flytekit import ContainerTask\nt = [ContainerTask(name='t', image='a', command=['a'])]\n",
            "`ContainerTask` is Flyte 1",
        ),
        (
            "from flytekit import ContainerTask\n@workflow\ndef f():\n    t()\n"
            "t = ContainerTask(name='t', image='a', command=['a'])\n",
            "further down",
        ),
        (
            "from flytekit import ContainerTask\nt = ContainerTask(name='t', image='a', command=['a'])\n"
            "@workflow\ndef f():\n    t()\n@task\ndef g():\n    f()\n",
            "has to be `async`",
        ),
        (
            "import union\n@union.actor_cache\ndef f(x) -> int:\n    return 1\n",
            "knew files",
        ),
        (
            "import union\nNAME = 'a'\na = union.ActorEnvironment(name=NAME)\n@a.task\ndef f(): ...\n",
            "name of this actor",
        ),
    ],
)
def test_what_cannot_be_told_is_refused(source: str, reason: str) -> None:
    assert any(reason in message for message in reasons(HEAD + source)), reasons(HEAD + source)


def test_a_driver_that_calls_a_task_object_is_async_in_every_form() -> None:
    after = migrated(OBJECTS)
    assert "async def wf(" in after and "    return await say(name=name, n=1)\n" in after


def test_names_of_one_package_are_imported_in_one_line() -> None:
    after = migrated(CLUSTERS)
    assert (
        "from flyteplugins.ray import AutoscalerOptionsConfig, HeadNodeConfig, RayJobConfig, WorkerNodeConfig\n"
        in after
    )
    assert "from flyteplugins.dask import Dask, Scheduler, WorkerGroup\n" in after


def test_two_task_objects_that_do_not_need_each_other_are_gathered() -> None:
    source = """\
from flytekit import ContainerTask, kwtypes, workflow

a = ContainerTask(name="a", image="alpine", inputs=kwtypes(x=int), outputs=kwtypes(y=int), command=["true"])
b = ContainerTask(name="b", image="alpine", inputs=kwtypes(x=int), outputs=kwtypes(y=int), command=["true"])


@workflow
def wf(n: int) -> tuple[int, int]:
    p = a(x=n)
    q = b(x=n)
    return p, q
"""
    model = build(Document("file:///example.py", source))
    after = apply_edits(source, plan_module(model, "example").edits)
    assert "    p, q = await asyncio.gather(\n        a(x=n),\n        b(x=n),\n    )\n" in after


def test_the_image_is_told_which_package_it_needs() -> None:
    notes = [n.message for n in planned(CLUSTERS).notes]
    assert "The image of this task needs the package `flyteplugins-ray`." in notes
    assert not any("needs the package `flyteplugins-spark`" in n.message for n in planned(SPARK).notes)
