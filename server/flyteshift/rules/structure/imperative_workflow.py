"""FS115: graphs are not assembled by method calls."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS115",
    name="imperative-workflow",
    summary="`Workflow(name=...)` with `add_entity` becomes a task that calls the tasks.",
    shift="""\
`flytekit.Workflow` (`ImperativeWorkflow`) adds inputs, nodes and outputs to a graph object, often in a loop.
Flyte 2 keeps no graph, so there is no object to add nodes to.
Each `add_workflow_input` becomes a parameter, each `add_entity` a call, each `add_workflow_output` a returned value.
A graph that a program assembled becomes a task with a loop or an `if`: the decision moves to run time.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic=(
        "Migrate writes the function where the statements stand in a row at the top of the module, add tasks that it "
        "knows, and the types of all inputs and outputs show. It refuses, with the reason, a graph that a loop or a "
        "function assembles, nodes with settings of their own, and outputs that are read by their names."
    ),
    gotchas=(
        "Outputs get their names from the return annotation; use a NamedTuple to keep the names of several outputs.",
        "Nodes without a data dependency ran in parallel; as plain calls they run in the order of the statements.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Workflow, task


@task
def clean(text: str) -> str:
    return text.strip().lower()


@task
def words(text: str) -> int:
    return len(text.split())


count = Workflow(name="examples.count")
count.add_workflow_input("text", str)
cleaned = count.add_entity(clean, text=count.inputs["text"])
counted = count.add_entity(words, text=cleaned.outputs["o0"])
count.add_workflow_output("words", counted.outputs["o0"])
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="count")


@env.task
def clean(text: str) -> str:
    return text.strip().lower()


@env.task
def words(text: str) -> int:
    return len(text.split())


@env.task
def count(text: str) -> int:
    return words(text=clean(text=text))
""",
            call='count(text="  One two three ")',
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="count")


@env.task
def count(text: str) -> int:
    return len(text)
""",
        """\
from snakemake import Workflow

wf = Workflow(snakefile="Snakefile")
wf.add_entity("x")
""",
    ),
)
