"""FS116: flytekit.Environment."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS116",
    name="environment",
    summary="`flytekit.Environment(...)` becomes `flyte.TaskEnvironment(name=..., ...)`.",
    shift="""\
`flytekit.Environment` is a bag of decorator arguments: `@env.task` is `@task` with those arguments.
`flyte.TaskEnvironment` is an entity of its own: it has a name and owns image, resources, secrets and deployment.
It takes only settings of the container. Retries, timeout and reports are written on each `@env.task`.
`env.extend(...)` becomes `env.clone_with(name=...)` or a second environment; `env.dynamic` becomes `env.task`.""",
    guide="tasks-and-workflows",
    applicability="display-only",
    automatic=("Not yet automatic: Migrate leaves the module as it is and gives the reason. Write it as shown."),
    gotchas=(
        "The name is required and must match `^[a-z0-9]+([_-][a-z0-9]+)*$`.",
        "`clone_with` does not copy the tasks and refuses `plugin_config`, `pod_template` and `queue`.",
        "`retries=` and `timeout=` on a TaskEnvironment raise `TypeError`; they go on `env.task`.",
        "`@env` alone, without `.task`, worked in Flyte 1; a TaskEnvironment is not a decorator.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Environment, Resources

env = Environment(requests=Resources(cpu="1", mem="2Gi"), retries=2)
heavy = env.extend(requests=Resources(cpu="8", mem="32Gi"))


@env.task
def split(text: str) -> list[str]:
    return text.split()


@heavy.task
def longest(words: list[str]) -> str:
    return max(words, key=len)


@env.dynamic
def search(text: str) -> str:
    return longest(words=split(text=text))
""",
            after="""\
import flyte

heavy = flyte.TaskEnvironment(name="search_heavy", resources=flyte.Resources(cpu="8", memory="32Gi"))
env = flyte.TaskEnvironment(name="search", resources=flyte.Resources(cpu="1", memory="2Gi"), depends_on=[heavy])


@env.task(retries=2)
def split(text: str) -> list[str]:
    return text.split()


@heavy.task(retries=2)
def longest(words: list[str]) -> str:
    return max(words, key=len)


@env.task(retries=2)
def search(text: str) -> str:
    return longest(words=split(text=text))
""",
            call='search(text="a longer word")',
        ),
    ),
    ignores=(
        """\
from flyte import TaskEnvironment

Environment = TaskEnvironment
env = Environment(name="search")
""",
        """\
from jinja2 import Environment

env = Environment(autoescape=True)
template = env.from_string("{{ name }}")
""",
    ),
)
