"""FS104: flytekit names without a rule of their own."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS104",
    name="flytekit-symbol",
    summary="This flytekit name is internal or unknown: nothing in Flyte 2 replaces it by name.",
    shift="""\
Most of `flytekit.core`, `flytekit.models` and `flytekit.tools` serves the compiler of Flyte 1 and its containers.
Flyte 2 compiles nothing and lacks those layers, so such names have no counterpart.
Ask what the code wants to reach: often it is a few lines of Python,
an attribute of `flyte.ctx()`, or a call of `flyte.remote`.""",
    guide="overview",
    applicability="display-only",
    automatic=(
        "Not rewritten: there is no rule for what this name means to the code. "
        "Migrate leaves the module and names the place."
    ),
    examples=(
        Example(
            before="""\
from flytekit import task
from flytekit.core.utils import str2bool


@task
def enabled(flag: str) -> bool:
    return str2bool(flag)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="flags")


@env.task
def enabled(flag: str) -> bool:
    return flag.lower() in ("true", "t", "1")
""",
            call='[enabled(flag="true"), enabled(flag="0")]',
        ),
    ),
    ignores=(
        """\
from flyte.models import NativeInterface

print(NativeInterface)
""",
        """\
class flytekit:
    class core:
        utils = None


print(flytekit.core.utils)
""",
    ),
)
