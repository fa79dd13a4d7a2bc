"""FS824: agents and connectors."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS824",
    name="agent",
    summary=(
        "Agents became connectors: subclass `flyte.connectors.AsyncConnector` and register with its "
        "`ConnectorRegistry`."
    ),
    shift="""\
Flyte 1's agents, renamed to connectors in late releases, start, watch and delete jobs of another system. Flyte 2
keeps the asynchronous kind, `flyte.connectors.AsyncConnector`, with the async methods `create`, `get` and `delete`.
There is no base class for synchronous ones: write a task that calls the service. Connectors are served by an app,
`flyte.app.ConnectorEnvironment`, and their tasks run locally as well.""",
    guide="ml-workloads",
    applicability="display-only",
    automatic="Never by itself: the methods have other signatures and the messages other types.",
    gotchas=(
        "`flyte.connectors` needs the extra packages of `flyte[connector]`: without them its import raises "
        "ModuleNotFoundError.",
        "`SyncConnectorBase` and `SyncAgentBase` have no counterpart.",
    ),
    examples=(
        Example(
            before="""\
from flytekit.extend.backend.base_connector import ConnectorRegistry, Resource, SyncConnectorBase
from flytekit.models.core.execution import TaskExecutionPhase


class Greeter(SyncConnectorBase):
    name = "Greeter"

    def __init__(self):
        super().__init__(task_type_name="greeter")

    def do(self, task_template, output_prefix, inputs=None, **kwargs) -> Resource:
        return Resource(phase=TaskExecutionPhase.SUCCEEDED, outputs={"o0": "hello"})


ConnectorRegistry.register(Greeter())
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="greeter")


@env.task
def greet() -> str:
    return "hello"
""",
            why_not_run="The Flyte 1 connector needs its server.",
            note="A synchronous connector is a task that calls the service.",
        ),
    ),
    ignores=(
        """\
from flyte.connectors import AsyncConnector, ConnectorRegistry


class Jobs(AsyncConnector):
    name = "jobs"
""",
        """\
from langchain.agents import AgentExecutor

executor = AgentExecutor()
""",
    ),
)
