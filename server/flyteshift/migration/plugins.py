"""Plugin configurations: `task_config=` becomes `plugin_config=` of the task's environment, `Pod` a pod template.

Every configuration here has the same parameters in the wheels of flyteplugins 2.12, but for what its row says; a
parameter that no row names stays Flyte 1 and is refused with the reason that the catalog has for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.catalog.load import catalog
from flyteshift.migration import resources
from flyteshift.migration.arguments import Given, arguments, by_name, keyword_of
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.layout import indent, is_spread, start, taken
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.semantics.values import Instance

POD = "flytekitplugins.pod.Pod"
ELASTIC = "flytekitplugins.kfpytorch.Elastic"
UNKNOWN = "flyteshift cannot see which plugin this configures; write the configuration out here, then migrate."
DRIVER = "A Flyte 2 driver with a plugin would start its cluster to call tasks; give the plugin to a task of its own."
TWO_PODS = "`Pod` becomes a `pod_template`, and this task has one already."
PACKAGE = "The image of this task needs the package `{0}`."
START = "Flyte 2 always starts the workers of `Elastic` by spawn."
SHARED = "flyteshift cannot see whether these workers share memory; write `Elastic(...)` here, then migrate."
_SPARK = ("spark_conf", "hadoop_conf", "executor_path", "applications_path", "driver_pod", "executor_pod")
_CLEAN = {"NONE": '"None"', "ALL": '"all"', "RUNNING": '"Running"'}

Extra = Callable[[Draft, Node, dict[str, Given]], "dict[str, str] | None"]
"""Gives the new arguments that parameters without a name of their own become; None where it has refused."""


def _no_extra(draft: Draft, node: Node, given: dict[str, Given]) -> dict[str, str] | None:
    return {}


@dataclass(frozen=True)
class Config:
    """A configuration: its Flyte 2 name, its Flyte 1 parameters in order, what must be written out, what else it takes.

    `merged` are parameters that `extra` makes into others; `defaults` are written where Flyte 2 has another default.
    """

    new: str
    order: tuple[str, ...]
    package: str = ""
    merged: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    extra: Extra = _no_extra


def _resources(draft: Draft, node: Node, given: dict[str, Given]) -> dict[str, str] | None:
    """`requests=` and `limits=` as one `resources=`."""
    parts: dict[str, Given] = {
        n: given[n] for n in ("requests", "limits") if n in given and text(given[n].value) != "None"
    }
    if not parts:
        return {}
    code = resources.merged(draft, parts)
    return None if code is None else {"resources": code}


def _elastic(draft: Draft, node: Node, given: dict[str, Given]) -> dict[str, str] | None:
    start = given.get("start_method")
    if start is not None:
        draft.claim_within(start.value)
        if text(start.value).strip("\"'") != "spawn":
            draft.note(start.node, START)
    if "increase_shared_mem" in given:
        draft.claim_within(given["increase_shared_mem"].value)
    return {}


CONFIGS: dict[str, Config] = {
    "flytekitplugins.spark.Spark": Config("flyteplugins.spark.Spark", _SPARK, "flyteplugins-spark"),
    "flytekitplugins.spark.Databricks": Config(
        "flyteplugins.databricks.Databricks",
        (*_SPARK, "databricks_conf", "databricks_instance"),
        "flyteplugins-databricks",
    ),
    "flytekitplugins.spark.DatabricksV2": Config(
        "flyteplugins.databricks.Databricks",
        (*_SPARK, "databricks_conf", "databricks_instance"),
        "flyteplugins-databricks",
    ),
    "flytekitplugins.ray.RayJobConfig": Config(
        "flyteplugins.ray.RayJobConfig",
        ("worker_node_config", "head_node_config", "enable_autoscaling", "autoscaler_options", "runtime_env",
         "address", "shutdown_after_job_finishes", "ttl_seconds_after_finished"),
        "flyteplugins-ray",
    ),
    "flytekitplugins.ray.HeadNodeConfig": Config(
        "flyteplugins.ray.HeadNodeConfig", ("ray_start_params", "pod_template", "requests", "limits")
    ),
    "flytekitplugins.ray.WorkerNodeConfig": Config(
        "flyteplugins.ray.WorkerNodeConfig",
        ("group_name", "replicas", "min_replicas", "max_replicas", "ray_start_params", "pod_template", "requests",
         "limits"),
    ),
    "flytekitplugins.ray.AutoscalerOptionsConfig": Config(
        "flyteplugins.ray.AutoscalerOptionsConfig",
        ("upscaling_mode", "idle_timeout_seconds", "env", "image", "requests", "limits"),
        merged=("requests", "limits"),
        extra=_resources,
    ),
    "flytekitplugins.dask.Dask": Config("flyteplugins.dask.Dask", ("scheduler", "workers"), "flyteplugins-dask"),
    "flytekitplugins.dask.Scheduler": Config(
        "flyteplugins.dask.Scheduler", ("image", "requests", "limits"), merged=("requests", "limits"), extra=_resources
    ),
    "flytekitplugins.dask.WorkerGroup": Config(
        "flyteplugins.dask.WorkerGroup",
        ("number_of_workers", "image", "requests", "limits"),
        merged=("requests", "limits"),
        extra=_resources,
    ),
    ELASTIC: Config(
        "flyteplugins.pytorch.Elastic",
        ("nnodes", "nproc_per_node", "start_method", "monitor_interval", "max_restarts", "rdzv_configs",
         "increase_shared_mem", "run_policy"),
        "flyteplugins-pytorch",
        merged=("start_method", "increase_shared_mem"),
        defaults={"nnodes": "1", "nproc_per_node": "1", "monitor_interval": "5", "max_restarts": "0"},
        extra=_elastic,
    ),
    "flytekitplugins.kfpytorch.RunPolicy": Config(
        "flyteplugins.pytorch.task.RunPolicy",
        ("clean_pod_policy", "ttl_seconds_after_finished", "active_deadline_seconds", "backoff_limit"),
    ),
    POD: Config("flyte.PodTemplate", ("pod_spec", "primary_container_name", "labels", "annotations")),
    "flytekitplugins.bigquery.BigQueryConfig": Config(
        "flyteplugins.bigquery.BigQueryConfig", ("ProjectID", "Location", "QueryJobConfig")
    ),
    "flytekitplugins.snowflake.SnowflakeConfig": Config(
        "flyteplugins.snowflake.SnowflakeConfig", ("user", "account", "database", "schema", "warehouse")
    ),
    "flytekitplugins.pandera.ValidationConfig": Config("flyteplugins.pandera.ValidationConfig", ("on_error",)),
}  # fmt: skip
"""The configurations that Flyte 2 has as well, by canonical Flyte 1 name."""


def source(draft: Draft, node: Node) -> str | None:
    """A configuration in Flyte 2's words."""
    function = node.child_by_field_name("function")
    symbol = draft.symbol(function) if function is not None else None
    config = CONFIGS.get(symbol or "")
    if config is None or symbol is None or _refused(draft, node, symbol, config):
        return None
    given = by_name(draft, node, config.order)
    extra = config.extra(draft, node, given) if given is not None else None
    if given is None or extra is None:
        return None
    if symbol == POD:
        resources.add_primary(draft, given)
    out = [
        keyword(name, _argument(draft, argument), argument.before, argument.behind)
        for name, argument in given.items()
        if name not in config.merged
    ]
    out += [keyword(name, value) for name, value in extra.items()]
    out += [keyword(name, value) for name, value in config.defaults.items() if name not in given]
    package, _, name = config.new.rpartition(".")
    if package == "flyte":
        name = config.new
    else:
        draft.imports.add(f"from {package} import {name}")
    nested, column = _is_nested(draft, node), start(draft, node)
    columns = len(column) + len(draft.style.indent if nested else "") + taken(draft, node)
    code = print_call(name, out, draft.style, "", columns, spread=is_spread(node))
    return code if nested else _shifted(code, column)


def _argument(draft: Draft, argument: Given) -> str:
    """The code of an argument, its further lines laid out for a line of its own."""
    code = draft.source(argument.value)
    if argument.value.type == "call" and _config(draft, argument.value) in CONFIGS:
        return _shifted(code, draft.style.indent)
    old = indent(draft, argument.node)
    if "\n" not in code or '"""' in code or "'''" in code:
        return code
    first, *rest = code.split("\n")
    return "\n".join([first, *(draft.style.indent + line.removeprefix(old) if line.strip() else line for line in rest)])


def _shifted(code: str, by: str) -> str:
    """The code with its lines but the first moved to the right."""
    if '"""' in code or "'''" in code:
        return code
    first, *rest = code.split("\n")
    return "\n".join([first, *(by + line if line.strip() else line for line in rest)])


def _is_nested(draft: Draft, node: Node) -> bool:
    """True for a configuration that is an argument of another one."""
    above = node.parent
    call = above.parent.parent if above is not None and above.type == "keyword_argument" and above.parent else None
    return call is not None and call.type == "call" and _config(draft, call) in CONFIGS


def _refused(draft: Draft, node: Node, symbol: str, config: Config) -> bool:
    """True where an argument has no Flyte 2 form."""
    for argument in arguments(draft, node):
        if not argument.name or argument.name in ("*", "**") or argument.name in config.order:
            continue
        row = catalog().param(symbol, argument.name)
        message = row.message if row is not None else f"Flyte 2 has no `{argument.name}` for `{text(node)}`."
        draft.claim_within(node)
        draft.refuse(keyword_of(argument), message, f"{symbol}({argument.name})")
        return True
    return False


def read(draft: Draft, task: Task, given: Given) -> None:
    """The `task_config=` of a task: its environment's plugin, or its pod template."""
    from flyteshift.migration.settings import setting

    draft.claim(keyword_of(given))
    if text(given.value) == "None":
        return
    symbol = _config(draft, given.value)
    config = CONFIGS.get(symbol)
    if config is None:
        if not list(draft.uses(given.value)):
            draft.refuse(given.value, UNKNOWN, "flytekit.task(task_config)")
        return
    code = draft.source(given.value)
    if symbol == POD:
        if any(a.name in ("pod_template", "pod_template_name") for a in task.given):
            draft.refuse(given.node, TWO_PODS, "flytekit.task(task_config)")
        task.options.append(Argument(f"pod_template={code}", given.before, given.behind))
        return
    if task.kind != "task":
        draft.refuse(given.node, DRIVER, f"flytekit.{task.kind}(task_config)")
        return
    if config.package and _old_package(config.package) not in draft.document.text:
        draft.note(given.node, PACKAGE.format(config.package))
    if symbol == ELASTIC:
        task.shm = _shares(draft, given.value)
    device = config.package.rpartition("-")[2]
    task.settings["plugin_config"] = setting(draft, "plugin_config", code, given, device=device)


def _old_package(new: str) -> str:
    old = {"flyteplugins-pytorch": "flytekitplugins-kfpytorch"}
    return old.get(new, new.replace("flyteplugins-", "flytekitplugins-"))


def _config(draft: Draft, value: Node) -> str:
    """The configuration that an expression is, by its canonical name; empty where that is not seen."""
    if value.type == "call":
        function = value.child_by_field_name("function")
        return (draft.symbol(function) if function is not None else None) or ""
    found = draft.model.value(value)
    return draft.model.names.role(found.of) if isinstance(found, Instance) else ""


def _shares(draft: Draft, value: Node) -> bool:
    """True where the workers of an `Elastic` task share memory, as they do unless `increase_shared_mem=False`."""
    if value.type == "call":
        said = [a for a in arguments(draft, value) if a.name == "increase_shared_mem"]
        return not said or text(said[0].value) != "False"
    if "increase_shared_mem" in draft.document.text:
        draft.refuse(value, SHARED, f"{ELASTIC}(increase_shared_mem)")
    return True


def clean_pods(draft: Draft, node: Node) -> str | None:
    """`CleanPodPolicy.ALL` is `"all"`."""
    new = _CLEAN.get(text(node).rpartition(".")[2])
    if new is None:
        return None
    draft.claim_within(node)
    return new


def spark_session(draft: Draft, node: Node) -> str | None:
    """`current_context().spark_session` is the session of the process, which the plugin has made in both."""
    draft.claim_within(node)
    found = draft.model.names.final("SparkSession")
    if getattr(found, "name", "") == "pyspark.sql.SparkSession":
        return "SparkSession.builder.getOrCreate()"
    draft.imports.add("import pyspark.sql")
    return "pyspark.sql.SparkSession.builder.getOrCreate()"


HANDLERS: dict[str, Handler] = {
    **{f"{name}()": source for name in CONFIGS},
    **{f"flytekitplugins.kfpytorch.CleanPodPolicy.{name}": clean_pods for name in _CLEAN},
    "flytekit.current_context().spark_session": spark_session,
    "flytekitplugins.spark.new_spark_session()": lambda draft, node: (
        None if arguments(draft, node) else spark_session(draft, node)
    ),
}
