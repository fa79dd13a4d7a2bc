"""Every parameter of every plugin configuration that is rewritten, compared as objects of Flyte 2."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flyteshift.migration.plugins import CONFIGS, POD
from tests.migration.test_plugins import given, needs_plugins

HEAD = "from flytekit import PodTemplate, Resources, task\n"
SPARK = """\
from flytekitplugins.spark import DatabricksV2, Spark


@task(
    task_config=Spark(
        spark_conf={"a": "1"},
        hadoop_conf={"b": "2"},
        executor_path="/bin/python",
        applications_path="local:///app.py",
        driver_pod=PodTemplate(labels={"pod": "driver"}),
        executor_pod=PodTemplate(labels={"pod": "executor"}),
    )
)
def count(n: int) -> int:
    return n


@task(
    task_config=DatabricksV2(
        spark_conf={"a": "1"},
        hadoop_conf={"b": "2"},
        executor_path="/bin/python",
        applications_path="local:///app.py",
        driver_pod=PodTemplate(labels={"pod": "driver"}),
        executor_pod=PodTemplate(labels={"pod": "executor"}),
        databricks_conf={"run_name": "a"},
        databricks_instance="x.databricks.com",
    )
)
def bricks(n: int) -> int:
    return n


@task(task_config=Spark({"a": "1"}, {"b": "2"}, "/bin/python"))
def placed(n: int) -> int:
    return n
"""
SPARK_SAYS = (
    "[c.spark_conf, c.hadoop_conf, c.executor_path, c.applications_path, c.driver_pod.labels, c.executor_pod.labels]"
)
SPARK_SAID = [{"a": "1"}, {"b": "2"}, "/bin/python", "local:///app.py", {"pod": "driver"}, {"pod": "executor"}]
RAY = """\
from flytekitplugins.ray import AutoscalerOptionsConfig, HeadNodeConfig, RayJobConfig, WorkerNodeConfig


@task(
    task_config=RayJobConfig(
        worker_node_config=[
            WorkerNodeConfig(
                group_name="g",
                replicas=2,
                min_replicas=1,
                max_replicas=3,
                ray_start_params={"w": "1"},
                pod_template=PodTemplate(labels={"pod": "worker"}),
                requests=Resources(cpu="1"),
                limits=Resources(cpu="2"),
            )
        ],
        head_node_config=HeadNodeConfig(
            ray_start_params={"h": "1"},
            pod_template=PodTemplate(labels={"pod": "head"}),
            requests=Resources(mem="1Gi"),
            limits=Resources(mem="2Gi"),
        ),
        enable_autoscaling=True,
        autoscaler_options=AutoscalerOptionsConfig(
            upscaling_mode="Default",
            idle_timeout_seconds=60,
            env={"A": "b"},
            image="autoscaler:1",
            requests=Resources(cpu="1"),
            limits=Resources(cpu="2"),
        ),
        runtime_env={"pip": ["numpy"]},
        address="ray://a",
        shutdown_after_job_finishes=True,
        ttl_seconds_after_finished=60,
    )
)
def rays(n: int) -> int:
    return n
"""
DASK = """\
from flytekitplugins.dask import Dask, Scheduler, WorkerGroup


@task(
    task_config=Dask(
        scheduler=Scheduler(image="scheduler:1", requests=Resources(mem="1Gi"), limits=Resources(mem="2Gi")),
        workers=WorkerGroup(
            number_of_workers=4, image="worker:1", requests=Resources(cpu="1"), limits=Resources(cpu="2")
        ),
    )
)
def dasks(n: int) -> int:
    return n


@task(task_config=Dask(workers=WorkerGroup(2)))
def few(n: int) -> int:
    return n
"""
ELASTIC = """\
from flytekitplugins.kfpytorch import CleanPodPolicy, Elastic, RunPolicy


@task(
    task_config=Elastic(
        nnodes="1:2",
        nproc_per_node=4,
        start_method="spawn",
        monitor_interval=7,
        max_restarts=2,
        rdzv_configs={"timeout": 900},
        increase_shared_mem=True,
        run_policy=RunPolicy(
            clean_pod_policy=CleanPodPolicy.RUNNING,
            ttl_seconds_after_finished=60,
            active_deadline_seconds=600,
            backoff_limit=3,
        ),
    )
)
def elastic(n: int) -> int:
    return n
"""
TABLES = """\
from flytekit import StructuredDataset, kwtypes
from flytekitplugins.bigquery import BigQueryConfig, BigQueryTask
from flytekitplugins.snowflake import SnowflakeConfig, SnowflakeTask
from google.cloud.bigquery import QueryJobConfig

query = BigQueryTask(
    name="query",
    inputs=kwtypes(day=str),
    output_structured_dataset_type=StructuredDataset,
    query_template="SELECT 1",
    task_config=BigQueryConfig(ProjectID="p", Location="eu", QueryJobConfig=QueryJobConfig()),
)
snow = SnowflakeTask(
    name="snow",
    query_template="SELECT 1",
    output_schema_type=StructuredDataset,
    task_config=SnowflakeConfig(user="u", account="a", database="d", schema="s", warehouse="w"),
)
"""
PANDERA = """\
from typing import Annotated

from flytekitplugins.pandera import ValidationConfig

warns = ValidationConfig(on_error="warn")


@task
def f(n: int) -> int:
    return n
"""
EVERY: dict[str, tuple[str, dict[str, object]]] = {
    "spark": (
        SPARK,
        {
            f"[{SPARK_SAYS} for c in [env.plugin_config]][0]": SPARK_SAID,
            f"[{SPARK_SAYS} for c in [bricks_env.plugin_config]][0]": SPARK_SAID,
            "[bricks_env.plugin_config.databricks_conf, bricks_env.plugin_config.databricks_instance]": (
                [{"run_name": "a"}, "x.databricks.com"]
            ),
            "[(c.spark_conf, c.hadoop_conf, c.executor_path) for c in [placed_env.plugin_config]]": (
                [[{"a": "1"}, {"b": "2"}, "/bin/python"]]
            ),
        },
    ),
    "ray": (
        RAY,
        {
            "[(w.group_name, w.replicas, w.min_replicas, w.max_replicas, w.ray_start_params, w.pod_template.labels,"
            " w.requests.cpu, w.limits.cpu) for w in env.plugin_config.worker_node_config]": (
                [["g", 2, 1, 3, {"w": "1"}, {"pod": "worker"}, "1", "2"]]
            ),
            "[(h.ray_start_params, h.pod_template.labels, h.requests.memory, h.limits.memory)"
            " for h in [env.plugin_config.head_node_config]]": [[{"h": "1"}, {"pod": "head"}, "1Gi", "2Gi"]],
            "[(a.upscaling_mode, a.idle_timeout_seconds, a.env, a.image, a.resources.cpu)"
            " for a in [env.plugin_config.autoscaler_options]]": (
                [["Default", 60, {"A": "b"}, "autoscaler:1", ["1", "2"]]]
            ),
            "[(c.enable_autoscaling, c.runtime_env, c.address, c.shutdown_after_job_finishes,"
            " c.ttl_seconds_after_finished) for c in [env.plugin_config]]": (
                [[True, {"pip": ["numpy"]}, "ray://a", True, 60]]
            ),
        },
    ),
    "dask": (
        DASK,
        {
            "[(s.image, s.resources.memory) for s in [env.plugin_config.scheduler]]": [["scheduler:1", ["1Gi", "2Gi"]]],
            "[(w.number_of_workers, w.image, w.resources.cpu) for w in [env.plugin_config.workers]]": (
                [[4, "worker:1", ["1", "2"]]]
            ),
            "few_env.plugin_config.workers.number_of_workers": 2,
        },
    ),
    "elastic": (
        ELASTIC,
        {
            "[(c.nnodes, c.nproc_per_node, c.monitor_interval, c.max_restarts, c.rdzv_configs)"
            " for c in [env.plugin_config]]": [["1:2", 4, 7, 2, {"timeout": 900}]],
            "[(p.clean_pod_policy, p.ttl_seconds_after_finished, p.active_deadline_seconds, p.backoff_limit)"
            " for p in [env.plugin_config.run_policy]]": [["Running", 60, 600, 3]],
            "env.resources.shm": "auto",
        },
    ),
    "tables": (
        TABLES,
        {
            "[query.plugin_config.ProjectID, query.plugin_config.Location, query.query_template]": [
                "p",
                "eu",
                "SELECT 1",
            ],
            "query.plugin_config.QueryJobConfig is None": False,
            "[v.__name__ for v in query.native_interface.outputs.values()]": ["DataFrame"],
            "[(c.user, c.account, c.database, c.schema, c.warehouse) for c in [snow.plugin_config]]": (
                [["u", "a", "d", "s", "w"]]
            ),
            "[snow.query_template, [v.__name__ for v in snow.native_interface.outputs.values()]]": (
                ["SELECT 1", ["DataFrame"]]
            ),
        },
    ),
    "pandera": (PANDERA, {"[warns.on_error, type(warns).__module__.split('.')[0]]": ["warn", "flyteplugins"]}),
}


@needs_plugins
@pytest.mark.sdk
@pytest.mark.parametrize("name", EVERY)
def test_every_parameter_arrives(name: str, tmp_path: Path) -> None:
    source, expected = EVERY[name]
    assert given(HEAD + source, expected, tmp_path) == expected


def test_no_parameter_is_forgotten() -> None:
    """A new row, or a new parameter of one, has to be compared above."""
    written = "".join(source for source, _ in EVERY.values())
    for symbol, config in CONFIGS.items():
        if symbol == POD or symbol == "flytekitplugins.spark.Databricks":  # one is a template, one an alias
            continue
        name = symbol.rpartition(".")[2]
        call = re.search(rf"\b{name}\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", written)
        assert call is not None, symbol
        missing = [p for p in config.order if f"{p}=" not in call.group()]
        assert not missing, (symbol, missing)
