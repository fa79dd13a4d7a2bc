"""FS813: dbt tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS813",
    name="dbt",
    summary="`DBTRun`, `DBTTest` and `DBTFreshness` become calls of one `flyteplugins.dbt.DbtTask`.",
    shift="""\
Flyte 1 had a task class per dbt command, with a dataclass for the inputs and one for the outputs. Flyte 2 has one
`DbtTask` that knows the project; the command is its first argument, as on dbt's command line: `dbt("run",
select=["tag:daily"])`, `dbt("test")`. What was `DBTRunInput(project_dir=..., profile=...)` is given once, when the
task is made, with `task_environment=env`. The result is a list with one entry per dbt node, and a failing command
raises.""",
    guide="ml-workloads",
    applicability="display-only",
    automatic="Never by itself: inputs and outputs have other shapes.",
    gotchas=(
        "`DbtTask` does not support caching: a cache other than `disable` raises ValueError.",
        "`ignore_handled_error`, `raw_run_result` and `raw_manifest` have no counterpart.",
        "When called, the project directory must hold a `dbt_project.yml`, else ValueError.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import workflow
from flytekitplugins.dbt import DBTRun, DBTRunInput, DBTRunOutput

dbt_run = DBTRun(name="daily-models")


@workflow
def refresh() -> DBTRunOutput:
    return dbt_run(
        input=DBTRunInput(project_dir="shop", profiles_dir="profiles", profile="shop", select=["tag:daily"]),
    )
""",
            after="""\
import flyte
from flyteplugins.dbt import DbtTask

env = flyte.TaskEnvironment(
    name="models",
    image=flyte.Image.from_debian_base().with_pip_packages("flyteplugins-dbt"),
)

dbt = DbtTask(
    name="dbt",
    task_environment=env,
    project_dir="shop",
    profiles_dir="profiles",
    profile="shop",
)


@env.task
def refresh() -> int:
    return len(dbt("run", select=["tag:daily"]))
""",
            why_not_run="flytekitplugins-dbt and flyteplugins-dbt are not installed.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyteplugins.dbt import DbtTask

env = flyte.TaskEnvironment(name="models")
dbt = DbtTask(name="dbt", task_environment=env)
""",
        """\
from dbt.cli.main import dbtRunner

dbtRunner().invoke(["run"])
""",
    ),
)
