"""FS832: `UnionRemote`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS832",
    name="union-remote",
    summary=(
        "`UnionRemote()` becomes `flyte.init_from_config(...)` once, then `flyte.run`, `flyte.deploy` and "
        "`flyte.remote.*`."
    ),
    shift="""\
As with `FlyteRemote`, the client object is gone: the process is initialised once and the functions need no client.
`flyte.init_from_config()` finds the configuration; an API key is given with `flyte.init(api_key=...)`.
`remote.execute` is `flyte.run`, `remote.fetch_*` are `flyte.remote.Task.get` and `Trigger.get`,
`remote.deploy_app(app)` is `flyte.serve(app)`, and artifacts are found with `flyte.remote.Artifact`.""",
    guide="hybrid-pipelines",
    applicability="unsafe",
    automatic="Migrate writes `flyte.init_from_config` and `flyte.run` where the remote executes tasks and workflows "
    "of the project, as with `FlyteRemote`. What is fetched by its name, artifacts, apps and API keys are refused.",
    gotchas=(
        "Without an endpoint `flyte.run` runs the task in this process: a forgotten configuration looks like "
        "a quick success.",
        "`UnionRemote()` also read `UNION_CONFIG`, and took project `flytesnacks` and domain `development` where "
        "nothing named them; in Flyte 2 both come from the configuration.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task
from union import UnionRemote


@task
def total(n: int) -> int:
    return sum(range(n))


def start(n: int) -> int:
    remote = UnionRemote(default_project="reports", default_domain="production")
    execution = remote.execute(total, inputs={"n": n}, wait=True)
    return execution.outputs["o0"]
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="reports")


@env.task
def total(n: int) -> int:
    return sum(range(n))


def start(n: int) -> int:
    flyte.init_from_config(project="reports", domain="production")
    execution = flyte.run(total, n=n)
    execution.wait()
    return execution.outputs()[0]
""",
            why_not_run="It needs a Flyte backend.",
        ),
        Example(
            before="""\
from union import UnionRemote


def start(n: int) -> str:
    remote = UnionRemote(default_project="reports", default_domain="production")
    workflow = remote.fetch_workflow(name="reports.report", version="7")
    execution = remote.execute(workflow, inputs={"n": n})
    return remote.generate_console_url(execution)
""",
            after="""\
import flyte
from flyte.remote import Task


def start(n: int) -> str:
    flyte.init_from_config(project="reports", domain="production")
    report = Task.get("reports.report", version="7")
    run = flyte.run(report, n=n)
    return run.url
""",
            why_not_run="The package union is not installed.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyte.remote import Artifact

flyte.init_from_config()
""",
        """\
class UnionRemote:
    pass


remote = UnionRemote()
""",
    ),
)
