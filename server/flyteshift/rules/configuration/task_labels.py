"""FS213: labels and annotations of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS213",
    name="task-labels",
    summary="`labels=` and `annotations=` of a task have no direct form: put them on a `flyte.PodTemplate`.",
    shift="""\
Flyte 1 attaches Kubernetes labels and annotations to a task in its decorator.
Flyte 2 has none on a task. `flyte.PodTemplate(labels=..., annotations=...)` reaches the pods of a task or environment.
`flyte.with_runcontext(labels=..., annotations=...)` and `flyte.Trigger(labels=...)` reach the run.""",
    guide="tasks-and-workflows",
    applicability="display-only",
    automatic="Not rewritten: pod or run is your decision. Migrate leaves the module and marks the parameter.",
    gotchas=("`labels=` on `env.task` and on a TaskEnvironment raises `TypeError`.",),
    examples=(
        Example(
            before="""\
from flytekit import task


@task(labels={"team": "ml"}, annotations={"sidecar.istio.io/inject": "false"})
def train(rows: int) -> int:
    return rows * 2
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(
    name="training",
    pod_template=flyte.PodTemplate(labels={"team": "ml"}, annotations={"sidecar.istio.io/inject": "false"}),
)


@env.task
def train(rows: int) -> int:
    return rows * 2
""",
            call="train(rows=2)",
        ),
    ),
    ignores=(
        """\
import flyte

template = flyte.PodTemplate(labels={"team": "ml"})
""",
        """\
import matplotlib.pyplot as plt

plt.pie([1, 2], labels=["a", "b"])
""",
    ),
)
