"""FS210: Kubernetes settings of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS210",
    name="pod-template",
    summary="`flytekit.PodTemplate` is `flyte.PodTemplate`; `pod_template_name=` joins `pod_template=`.",
    shift="""\
The object has the same four fields in both: pod spec, name of the main container, labels, annotations.
In Flyte 2 it may stand on `@env.task` or on the TaskEnvironment, for all its tasks.
One parameter takes both forms: a `flyte.PodTemplate`, or the name of a template in the cluster as a string.""",
    guide="tasks-and-workflows",
    applicability="safe",
    automatic=(
        "Migrate keeps the argument and rewrites the object that it names in this module; `pod_template_name` "
        "becomes `pod_template`. It refuses both at once."
    ),
    gotchas=(
        "The default of `primary_container_name` is `primary` in both.",
        "`clone_with(pod_template=...)` raises `TypeError`; build a second environment.",
        "If Flyte 1 had both parameters, keep the object.",
        "Without `pod_spec` Flyte 1 makes an empty `V1PodSpec` at once, which needs the package `kubernetes`; Flyte 2 "
        "leaves it None.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import PodTemplate, task


@task(pod_template=PodTemplate(primary_container_name="main", labels={"team": "ml"}))
def train(rows: int) -> int:
    return rows * 2
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="training")


@env.task(pod_template=flyte.PodTemplate(primary_container_name="main", labels={"team": "ml"}))
def train(rows: int) -> int:
    return rows * 2
""",
            why_not_run="`flytekit.PodTemplate` needs the package `kubernetes`.",
        ),
        Example(
            before="""\
from flytekit import task


@task(pod_template_name="gpu-nodes")
def score(model: int) -> str:
    return f"score {model}"
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="scores")


@env.task(pod_template="gpu-nodes")
def score(model: int) -> str:
    return f"score {model}"
""",
            call="score(model=3)",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="training", pod_template=flyte.PodTemplate(labels={"team": "ml"}))
""",
        """\
from kubernetes.client import V1PodTemplate as PodTemplate

pod_template = PodTemplate(api_version="v1")
print(pod_template)
""",
    ),
)
