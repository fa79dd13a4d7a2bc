"""FS805: the deprecated pod plugin."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS805",
    name="pod",
    summary="`@task(task_config=Pod(...))` becomes `@env.task(pod_template=flyte.PodTemplate(...))`.",
    shift="""\
The plugin was superseded by pod templates in Flyte 1 already; Flyte 2 has only these. `flyte.PodTemplate` has the
same fields: `pod_spec`, `primary_container_name`, `labels`, `annotations`. It is given as `pod_template=` to an
environment, for all its tasks, or to one task. No plugin package is needed. A name of a template that lives in the
cluster is given as a string: `pod_template="my-template"`.""",
    guide="configuration",
    applicability="unsafe",
    automatic="""\
Migrate rewrites `Pod(...)` to `flyte.PodTemplate(...)` and gives it to the task. It refuses a task that has a pod
template as well.""",
    gotchas=("`clone_with` of an environment does not take `pod_template`: TypeError.",),
    examples=(
        Example(
            before="""\
from flytekit import task
from flytekitplugins.pod import Pod
from kubernetes.client import V1Container, V1PodSpec, V1Toleration


@task(
    task_config=Pod(
        pod_spec=V1PodSpec(
            containers=[V1Container(name="primary")],
            tolerations=[V1Toleration(key="dedicated", operator="Exists")],
        ),
        primary_container_name="primary",
    ),
)
def total(n: int) -> int:
    return sum(range(n))
""",
            after="""\
import flyte
from kubernetes.client import V1Container, V1PodSpec, V1Toleration

env = flyte.TaskEnvironment(
    name="dedicated",
    pod_template=flyte.PodTemplate(
        pod_spec=V1PodSpec(
            containers=[V1Container(name="primary")],
            tolerations=[V1Toleration(key="dedicated", operator="Exists")],
        ),
        primary_container_name="primary",
    ),
)


@env.task
def total(n: int) -> int:
    return sum(range(n))
""",
            why_not_run="flytekitplugins-pod is not installed.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="dedicated", pod_template=flyte.PodTemplate(labels={"team": "data"}))
""",
        """\
from kubernetes.client import V1Pod as Pod

pod = Pod()
""",
    ),
)
