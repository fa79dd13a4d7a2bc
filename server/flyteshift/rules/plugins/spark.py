"""FS801: Spark and Databricks tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS801",
    name="spark",
    summary="`@task(task_config=Spark(...))` becomes an environment: `TaskEnvironment(plugin_config=Spark(...))`.",
    shift="""\
The class keeps its six fields and comes from `flyteplugins.spark`; Databricks has a package of its own,
`flyteplugins.databricks`. What makes a task a Spark job is now its environment: `plugin_config=` sits beside the
image and the resources, so tasks with different Spark settings need different environments. The session is Spark's
own: `SparkSession.builder.getOrCreate()` instead of `current_context().spark_session`; the plugin has created it
before your function starts. The image needs `flyteplugins-spark` instead of `flytekitplugins-spark`.""",
    guide="ml-workloads",
    applicability="unsafe",
    automatic="""\
Migrate gives a task with this configuration an environment of its own with `plugin_config`, and renames the package in
images. It refuses parameters that Flyte 2 does not have, and workflows and dynamics with a plugin. The session becomes
`SparkSession.builder.getOrCreate()`.""",
    gotchas=(
        "`plugin_config` cannot be given to `env.task(...)` nor changed with `clone_with`: TypeError.",
        "`DatabricksV2`'s notebook and service credential fields have no counterpart; `databricks_token` "
        "names a secret.",
        "`new_spark_session` and `GenericSparkConf` have no counterpart.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Resources, current_context, task
from flytekitplugins.spark import Spark


@task(
    task_config=Spark(spark_conf={"spark.executor.instances": "2", "spark.executor.memory": "1g"}),
    requests=Resources(cpu="1", mem="2Gi"),
)
def count(n: int) -> int:
    session = current_context().spark_session
    return session.sparkContext.parallelize(range(n)).count()
""",
            after="""\
import flyte
from flyteplugins.spark import Spark
from pyspark.sql import SparkSession

env = flyte.TaskEnvironment(
    name="spark",
    plugin_config=Spark(spark_conf={"spark.executor.instances": "2", "spark.executor.memory": "1g"}),
    resources=flyte.Resources(cpu="1", memory="2Gi"),
)


@env.task
def count(n: int) -> int:
    session = SparkSession.builder.getOrCreate()
    return session.sparkContext.parallelize(range(n)).count()
""",
            why_not_run="flytekitplugins-spark and flyteplugins-spark are not installed.",
        ),
        Example(
            before="""\
from flytekit import task
from flytekitplugins.spark import Databricks, DatabricksV2, new_spark_session


@task(task_config=Databricks(databricks_conf={"run_name": "count"}, databricks_instance="acme.cloud.databricks.com"))
def count(n: int) -> int:
    return new_spark_session().range(n).count()


@task(task_config=DatabricksV2(databricks_conf={"run_name": "again"}, databricks_instance="acme.cloud.databricks.com"))
def again(n: int) -> int:
    return n
""",
            after="""\
import flyte
import pyspark.sql
from flyteplugins.databricks import Databricks

count_env = flyte.TaskEnvironment(
    name="counts_count",
    plugin_config=Databricks(
        databricks_conf={"run_name": "count"}, databricks_instance="acme.cloud.databricks.com"
    ),
)
again_env = flyte.TaskEnvironment(
    name="counts_again",
    plugin_config=Databricks(
        databricks_conf={"run_name": "again"}, databricks_instance="acme.cloud.databricks.com"
    ),
)


@count_env.task
def count(n: int) -> int:
    return pyspark.sql.SparkSession.builder.getOrCreate().range(n).count()


@again_env.task
def again(n: int) -> int:
    return n
""",
            why_not_run="`pyspark` is not installed.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyteplugins.spark import Spark

env = flyte.TaskEnvironment(name="spark", plugin_config=Spark(spark_conf={"spark.executor.instances": "2"}))
""",
        """\
from pyspark.sql import SparkSession

session = SparkSession.builder.appName("report").getOrCreate()
""",
    ),
)
