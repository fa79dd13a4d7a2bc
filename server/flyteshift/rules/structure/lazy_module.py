"""FS119: modules imported at first use."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS119",
    name="lazy-module",
    summary="`flytekit.lazy_module` becomes `flyte.extend.lazy_module`.",
    shift="""\
The helper is the same in both: a module that is imported when its first attribute is used.
It keeps a module importable in a container whose image lacks the package.
With environments this is needed less: tasks with other packages belong to other environments,
and an `import` inside the task says the same without a helper.""",
    guide="tasks-and-workflows",
    applicability="display-only",
    automatic=(
        "Not yet automatic: Migrate leaves the module as it is and gives the reason. Only the import has to change."
    ),
    gotchas=("A driver's environment must be able to import its whole module, not only the driver's function.",),
    examples=(
        Example(
            before="""\
from flytekit import lazy_module, task

pd = lazy_module("pandas")


@task
def mean(xs: list[float]) -> float:
    return float(pd.Series(xs).mean())
""",
            after="""\
import flyte
from flyte.extend import lazy_module

pd = lazy_module("pandas")

env = flyte.TaskEnvironment(name="means", image=flyte.Image.from_debian_base().with_pip_packages("pandas"))


@env.task
def mean(xs: list[float]) -> float:
    return float(pd.Series(xs).mean())
""",
            call="mean(xs=[1.0, 2.0, 6.0])",
        ),
    ),
    ignores=(
        """\
from flyte.extend import lazy_module

pd = lazy_module("pandas")
""",
        """\
import importlib

lazy_module = importlib.import_module
np = lazy_module("math")
""",
    ),
)
