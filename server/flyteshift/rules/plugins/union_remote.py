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
    applicability="display-only",
    automatic="Never by itself: names, versions and what is waited for differ from call to call.",
    gotchas=(
        "Without an endpoint `flyte.run` runs the task in this process: a forgotten configuration looks like "
        "a quick success.",
    ),
    examples=(
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
