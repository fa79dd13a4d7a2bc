"""FS103: protobuf messages of Flyte 1."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS103",
    name="flyteidl-import",
    summary="`flyteidl` messages are Flyte 1's wire format; Flyte 2 code uses the classes of `flyte` instead.",
    shift="""\
`flyteidl` holds the protobuf messages between flytekit and a Flyte 1 control plane.
Flyte 2 talks another protocol (`flyteidl2`), and its SDK keeps those messages to itself.
What user code needed them for has a Python form: phases are `flyte.models.ActionPhase`, runs are `flyte.remote.Run`,
types are read from annotations.""",
    guide="overview",
    applicability="display-only",
    automatic=(
        "Not rewritten: what a message is used for decides its replacement. "
        "Migrate leaves the module and names the place."
    ),
    gotchas=(
        "`flyteidl` and `flyteidl2` can be installed side by side, but their messages do not convert into each other.",
    ),
    examples=(
        Example(
            before="""\
from flyteidl.core.execution_pb2 import WorkflowExecution
from flytekit import task


@task
def phase(ok: bool) -> str:
    phase = WorkflowExecution.SUCCEEDED if ok else WorkflowExecution.FAILED
    return WorkflowExecution.Phase.Name(phase).lower()
""",
            after="""\
import flyte
from flyte.models import ActionPhase

env = flyte.TaskEnvironment(name="phases")


@env.task
def phase(ok: bool) -> str:
    phase = ActionPhase.SUCCEEDED if ok else ActionPhase.FAILED
    return phase.value
""",
            call="[phase(ok=True), phase(ok=False)]",
        ),
    ),
    ignores=(
        """\
from flyte.models import ActionPhase

done = ActionPhase.SUCCEEDED
""",
        """\
import flyteidl2
from mycompany import flyteidl

print(flyteidl2, flyteidl)
""",
    ),
)
