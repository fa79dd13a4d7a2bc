"""FS705: `FlyteRemote` becomes `flyte.init` and the classes of `flyte.remote`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS705",
    name="flyte-remote",
    summary="`FlyteRemote(...)` becomes `flyte.init(...)` once, then `flyte.run`, `flyte.deploy` and `flyte.remote.*`.",
    shift="""\
Flyte 1 had one client object with a method for everything. Flyte 2 connects once per process with `flyte.init` or
`flyte.init_from_config`; after that the functions and classes need no client: `flyte.run(task, x=1)` starts a run,
`flyte.deploy(env)` registers, and `flyte.remote.Run`, `Task`, `Trigger` and `Condition` look things up. Workflows
and launch plans are gone, so there are only tasks, named `<environment>.<function>`, and their triggers. An
execution is a `Run`: `run.wait()`, `run.outputs()`, `run.phase`, `run.url`, `run.abort(reason)`.""",
    guide="cli-and-configuration",
    applicability="unsafe",
    automatic="Migrate writes `flyte.init_from_config` or `flyte.init`, and `flyte.run`, where a remote made from "
    "`Config.auto` or `Config.for_endpoint` executes tasks and workflows of the project, waits, and reads outputs, "
    "name or address. What is fetched by its name, backfills and other uses are refused.",
    gotchas=(
        "`flyte.run(t, task=...)` and `flyte.run(t, self=...)` fail: inputs of these names collide with its "
        "own parameters.",
        "`remote.Task.get` gives a lazy entity; calling it inside a task gives an awaitable, so the caller "
        "must be async.",
        "The outputs of a run are named `o0`, `o1`, ..., also those of a NamedTuple: take them by position.",
        "Without an endpoint `flyte.run` runs the task in this process: a forgotten configuration looks like "
        "a quick success.",
        "`run.wait()` takes no timeout and `launch_backfill` has no counterpart: loop over the dates with `flyte.run`.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task
from flytekit.configuration import Config
from flytekit.remote import FlyteRemote, FlyteWorkflowExecution


@task
def total(n: int) -> int:
    return sum(range(n))


def start(n: int) -> int:
    remote = FlyteRemote(Config.auto("config.yaml"), default_project="reports", default_domain="development")
    execution: FlyteWorkflowExecution = remote.execute(total, inputs={"n": n}, wait=True)
    return execution.outputs["o0"]
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="reports")


@env.task
def total(n: int) -> int:
    return sum(range(n))


def start(n: int) -> int:
    flyte.init_from_config("config.yaml", project="reports", domain="development")
    execution = flyte.run(total, n=n)
    execution.wait()
    return execution.outputs()[0]
""",
            why_not_run="It needs a Flyte backend.",
        ),
        Example(
            before="""\
from flytekit.configuration import Config
from flytekit.remote import FlyteRemote


def rerun(version: str, n: int) -> str:
    remote = FlyteRemote(Config.for_endpoint("flyte.example.com"), "reports", "production")
    launch_plan = remote.fetch_launch_plan(name="reports.report", version=version)
    execution = remote.execute(launch_plan, inputs={"n": n})
    return remote.generate_console_url(execution)
""",
            after="""\
import flyte
from flyte.remote import Task


def rerun(version: str, n: int) -> str:
    flyte.init(endpoint="flyte.example.com", project="reports", domain="production")
    report = Task.get("reports.report", version=version)
    run = flyte.run(report, n=n)
    return run.url
""",
            why_not_run="It needs a Flyte backend.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyte.remote import Run


def outputs_of(name: str):
    flyte.init_from_config()
    return Run.get(name).outputs()
""",
        """\
class FlyteRemote:
    def fetch_task(self, name: str) -> str:
        return name


remote = FlyteRemote()
remote.fetch_task("a")
""",
    ),
)
