"""FS102: the union package."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS102",
    name="union-import",
    summary="`union.task`, `union.ImageSpec` and the like are flytekit's names: use `flyte` as for flytekit.",
    shift="""\
The `union` package re-exports flytekit and adds actors, apps and artifacts.
In Flyte 2 these are part of the open SDK: `flyte.ReusePolicy` for actors, `flyte.app` for apps.
Re-exported names follow the rule of the flytekit name, so `union.task` becomes `@env.task`.""",
    guide="union-features",
    applicability="unsafe",
    automatic=(
        "Re-exported names are treated like flytekit's, wherever that name is rewritten. "
        "Migrate refuses a module that uses what only `union` has, and names it."
    ),
    gotchas=(
        "`ttl_seconds` of an actor has two successors, `idle_ttl` and `scaledown_ttl` of `flyte.ReusePolicy`; both "
        "default to 30 seconds.",
    ),
    examples=(
        Example(
            before="""\
import union


@union.task(retries=1)
def greet(name: str) -> str:
    return f"Hello, {name}!"


@union.workflow
def hello(name: str = "you") -> str:
    return greet(name=name)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="hello")


@env.task(retries=1)
def greet(name: str) -> str:
    return f"Hello, {name}!"


@env.task
def hello(name: str = "you") -> str:
    return greet(name=name)
""",
            why_not_run="The `union` package is not one of the two SDKs that the tests install.",
        ),
    ),
    ignores=(
        """\
from typing import Union

union = {1, 2} | {3}
print(union, Union[int, str])
""",
        """\
import union_find
from shapely.ops import unary_union as union

print(union_find, union)
""",
    ),
)
