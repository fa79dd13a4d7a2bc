"""FS601: `current_context()` becomes `flyte.ctx()` and plain Python."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS601",
    name="current-context",
    summary="`current_context()` becomes `flyte.ctx()` for what identifies the run; the rest has homes of its own.",
    shift="""\
Flyte 1's context was a bag for everything a task may need. Flyte 2's `flyte.ctx()` says only where the code runs:
`execution_id.name` is `ctx().action.run_name`, project and domain stand on `ctx().action`, `execution_date` is
`ctx().run_start_time`, and `checkpoint` keeps its name. Secrets are environment variables, files go to a temporary
folder, decks are `flyte.report`, logging is `flyte.logger` or the logging module. `stats`, `decks`, `task_id` and
`spark_session` have no attribute.""",
    guide="overview",
    applicability="unsafe",
    automatic="""\
Migrate rewrites `execution_id.name`, `.project` and `.domain`, `execution_date`, `working_directory`, `logging`,
`checkpoint`, `default_deck`, `spark_session` and `secrets.get`, also read off a variable, and drops that variable. In a
local run and outside of one the new code gives what Flyte 1 gave there. `raw_output_prefix` becomes
`ctx().raw_data_path.path`, with a note: it has no `/` at its end. It refuses `stats`, `task_id`, and a context that is
passed on.""",
    gotchas=(
        "Outside a run `flyte.ctx()` is falsy and its attributes are None, so `flyte.ctx().action.name` raises "
        "AttributeError; "
        "guard with `if flyte.ctx():`.",
        "In a local run project and domain are None; in Flyte 1 they were `local`.",
        "`action.name` names the action, not the task.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import current_context, task


@task
def run_folder(table: str) -> str:
    context = current_context()
    return f"{table}/{context.execution_date:%Y}/{context.execution_id.name}"
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="folders")


@env.task
def run_folder(table: str) -> str:
    context = flyte.ctx()
    return f"{table}/{context.run_start_time:%Y}/{context.action.run_name}"
""",
            call="run_folder(table='users').split('/')[:2]",
        ),
        Example(
            before="""\
from flytekit import current_context, task


@task
def place() -> str:
    return "laptop" if current_context().execution_id.name == "local" else "cluster"
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="places")


@env.task
def place() -> str:
    return "laptop" if flyte.ctx().mode == "local" else "cluster"
""",
            call="place()",
        ),
        Example(
            before="""\
from flytekit import current_context, task


@task
def label(table: str) -> str:
    context = current_context()
    context.logging.info("labelling")
    return f"{table}-{context.execution_id.name}-{context.execution_id.domain}"
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="labels")


@env.task
def label(table: str) -> str:
    flyte.logger.info("labelling")
    name = flyte.ctx().action.run_name if flyte.ctx().is_in_cluster() else "local"
    domain = flyte.ctx().action.domain if flyte.ctx().is_in_cluster() else "local"
    return f"{table}-{name}-{domain}"
""",
            call="label(table='users')",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="folders")


@env.task
def run_name() -> str:
    return flyte.ctx().action.run_name
""",
        """\
from decimal import getcontext


def current_context():
    return getcontext()


current_context().prec = 10
""",
        """\
import click

click.get_current_context(silent=True)
""",
    ),
)
