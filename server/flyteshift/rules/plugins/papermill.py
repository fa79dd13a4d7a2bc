"""FS808: notebook tasks."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS808",
    name="papermill",
    summary="`NotebookTask(...)` becomes `flyteplugins.papermill.NotebookTask(..., task_environment=env)`.",
    shift="""\
A notebook task is made for an environment: `task_environment=env` is required and carries the image and the
resources. `task_config` is `plugin_config`, `render_deck` is `report_mode`, `stream_logs` is `log_output`, and
`inputs` and `outputs` are plain dicts instead of `kwtypes(...)`. Inside the notebook the helpers come from
`flyteplugins.papermill`: `record_outputs` as before, `load_flytefile` is `load_file`, `load_flytedirectory` is
`load_dir` and `load_structureddataset` is `load_dataframe`.""",
    guide="ml-workloads",
    applicability="display-only",
    automatic="Never by itself: the notebook's cells must change together with the task.",
    gotchas=(
        "`output_notebooks` is True by default in Flyte 1 and False in Flyte 2: the rendered notebooks are no"
        " longer outputs unless you ask for them.",
        "The call is synchronous, unlike that of other tasks that you construct yourself.",
    ),
    examples=(
        Example(
            before="""\
import os

from flytekit import kwtypes, workflow
from flytekitplugins.papermill import NotebookTask

analyse = NotebookTask(
    name="analyse",
    notebook_path=os.path.join(os.path.dirname(__file__), "analyse.ipynb"),
    render_deck=True,
    inputs=kwtypes(n=int),
    outputs=kwtypes(total=int),
    output_notebooks=False,
)


@workflow
def report(n: int) -> int:
    return analyse(n=n)
""",
            after="""\
import os

import flyte
from flyteplugins.papermill import NotebookTask

env = flyte.TaskEnvironment(name="notebooks")

analyse = NotebookTask(
    name="analyse",
    notebook_path=os.path.join(os.path.dirname(__file__), "analyse.ipynb"),
    task_environment=env,
    report_mode=True,
    inputs={"n": int},
    outputs={"total": int},
)


@env.task
def report(n: int) -> int:
    return analyse(n=n)
""",
            why_not_run="flytekitplugins-papermill and flyteplugins-papermill are not installed.",
        ),
    ),
    ignores=(
        """\
import flyte
from flyteplugins.papermill import NotebookTask, load_file

env = flyte.TaskEnvironment(name="notebooks")
""",
        """\
import papermill

papermill.execute_notebook("in.ipynb", "out.ipynb")
""",
    ),
)
