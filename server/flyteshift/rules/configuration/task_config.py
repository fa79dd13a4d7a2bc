"""FS211: plugin settings of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS211",
    name="task-config",
    summary="`task_config=Spark(...)` becomes `plugin_config=Spark(...)` of a `flyte.TaskEnvironment` of its own.",
    shift="""\
In Flyte 1 the object in `task_config` turns a task into a Spark, Ray, Dask or PyTorch task.
In Flyte 2 it is part of the environment: all tasks of that environment run on such a cluster.
So each configuration needs its own environment, and drivers stay in a plain one that depends on it.
The classes come from `flyteplugins.*`. Some Flyte 1 plugins have no successor.""",
    guide="configuration",
    applicability="unsafe",
    automatic="""\
Migrate rewrites the configurations of Spark, Databricks, Ray, Dask, kfpytorch's `Elastic` and `Pod`, each with all its
parameters that Flyte 2 has. Any other configuration is refused with its reason.""",
    gotchas=(
        "`env.task(plugin_config=...)` raises `TypeError`, and so does `clone_with(plugin_config=...)`.",
        "`Pod(...)` as task_config is not a plugin any more: use `pod_template=`.",
        "The image of the environment needs the `flyteplugins-*` package, not `flytekitplugins-*`.",
        "A Spark task builds its session with `SparkSession.builder`; the context has no `spark_session`.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task
from flytekitplugins.spark import Spark
from pyspark.sql import SparkSession


@task(task_config=Spark(spark_conf={"spark.executor.instances": "4"}))
def count(n: int) -> int:
    return SparkSession.builder.getOrCreate().range(n).count()
""",
            after="""\
import flyte
from flyteplugins.spark import Spark
from pyspark.sql import SparkSession

spark_env = flyte.TaskEnvironment(
    name="count_spark",
    image=flyte.Image.from_debian_base(name="spark").with_pip_packages("flyteplugins-spark", "pyspark"),
    plugin_config=Spark(spark_conf={"spark.executor.instances": "4"}),
)


@spark_env.task
def count(n: int) -> int:
    return SparkSession.builder.getOrCreate().range(n).count()
""",
            why_not_run="Needs Spark and its plugins.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="count", plugin_config=None)
""",
        """\
def run(task_config=None):
    return task_config


run(task_config={"spark": True})
""",
    ),
)
