"""FS823: sensors."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS823",
    name="sensor",
    summary=(
        "`FileSensor` and `BaseSensor` become an async task that polls with `flyte.storage.exists` and a durable sleep."
    ),
    shift="""\
In Flyte 1 a sensor was a task type that an agent polled, and `sensor(...) >> task()` made the workflow wait. Flyte
2 has no sensors: a loop in an async task does the same, `while not await flyte.storage.exists(path)` with `await
flyte.durable.sleep.aio(seconds)` in between. Awaiting that task before the next call keeps the order. The condition
can be anything that Python can ask. Give the task a `timeout` where the sensor had one.""",
    guide="control-flow",
    applicability="display-only",
    automatic="Never by itself: what a sensor of your own polls is in its `poke` method.",
    gotchas=(
        "A local run does not enforce `timeout`, so a file that never comes is waited for without end.",
        "The polling task holds a container while it waits, where Flyte 1's agent served many sensors.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task, workflow
from flytekit.sensor.file_sensor import FileSensor

sensor = FileSensor(name="wait_for_file")


@task
def size(path: str) -> bool:
    with open(path) as f:
        return len(f.read()) > 0


@workflow
def ingest(path: str) -> bool:
    arrived = sensor(path=path)
    filled = size(path=path)
    arrived >> filled
    return filled
""",
            after="""\
import flyte
import flyte.durable
import flyte.storage

env = flyte.TaskEnvironment(name="ingest")


@env.task
async def wait_for_file(path: str) -> None:
    while not await flyte.storage.exists(path):
        await flyte.durable.sleep.aio(10)


@env.task
def size(path: str) -> bool:
    with open(path) as f:
        return len(f.read()) > 0


@env.task
async def ingest(path: str) -> bool:
    await wait_for_file(path=path)
    return await size.aio(path=path)
""",
            call="ingest(path=__file__)",
        ),
    ),
    ignores=(
        """\
from machinery import FileSensor, Sensor

thermometer = Sensor(name="boiler")
log = FileSensor(name="boiler.log")
""",
        """\
import flyte
import flyte.storage

env = flyte.TaskEnvironment(name="ingest")


@env.task
async def arrived(path: str) -> bool:
    return await flyte.storage.exists(path)
""",
    ),
)
