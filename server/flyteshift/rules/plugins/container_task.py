"""FS820: container tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS820",
    name="container-task",
    summary=(
        "`flytekit.ContainerTask` becomes `flyte.extras.ContainerTask` in an environment made by "
        "`TaskEnvironment.from_task`."
    ),
    shift="""\
The constructor is close: `image`, `command`, `arguments`, `inputs` and `outputs` stay, `kwtypes(a=int)` becomes
`{"a": int}`, `requests` and `limits` become `resources=flyte.Resources(...)`, `secret_requests` becomes `secrets`,
and the fields of `TaskMetadata` are keywords. A task that you construct yourself joins an environment with
`flyte.TaskEnvironment.from_task(name, task)`, which the caller's environment names in `depends_on`. Calling it
gives a coroutine, so the driver is async and awaits it.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic="""\
Migrate rewrites such a task in a variable of the module: it gets an environment, and the workflows that call it become
`async`. It refuses calls from plain tasks and parameters that Flyte 2 does not have.""",
    gotchas=(
        "Called from a sync task it gives an un-awaited coroutine and no error at that point.",
        "Directories now have defaults: `/var/inputs` and `/var/outputs`. Commands that wrote elsewhere need "
        "`output_data_dir=`.",
        "`local_logs` is True by default, and `requests=` raises TypeError.",
        "A local run needs Docker, as before. `io_strategy` has no counterpart.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import ContainerTask, Resources, kwtypes, workflow

area = ContainerTask(
    name="area",
    image="alpine:3.20",
    inputs=kwtypes(width=int, height=int),
    outputs=kwtypes(area=int),
    input_data_dir="/var/inputs",
    output_data_dir="/var/outputs",
    command=["sh", "-c", "echo $(({{.inputs.width}} * {{.inputs.height}})) > /var/outputs/area"],
    requests=Resources(cpu="1", mem="200Mi"),
)


@workflow
def main(side: int) -> int:
    return area(width=side, height=side)
""",
            after="""\
import flyte
from flyte.extras import ContainerTask

area = ContainerTask(
    name="area",
    image="alpine:3.20",
    inputs={"width": int, "height": int},
    outputs={"area": int},
    input_data_dir="/var/inputs",
    output_data_dir="/var/outputs",
    command=["sh", "-c", "echo $(({{.inputs.width}} * {{.inputs.height}})) > /var/outputs/area"],
    resources=flyte.Resources(cpu="1", memory="200Mi"),
)

area_env = flyte.TaskEnvironment.from_task("area", area)
env = flyte.TaskEnvironment(name="main", depends_on=[area_env])


@env.task
async def main(side: int) -> int:
    return await area(width=side, height=side)
""",
            why_not_run="It needs Docker.",
        ),
    ),
    ignores=(
        """\
from flyte.extras import ContainerTask

hello = ContainerTask(name="hello", image="alpine:3.20", command=["echo", "hello"])
""",
        """\
class ContainerTask:
    def __init__(self, name: str) -> None:
        self.name = name


hello = ContainerTask(name="hello")
""",
    ),
)
