"""FS205: caching of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS205",
    name="task-cache",
    summary=(
        '`cache=True, cache_version=V` becomes `cache=flyte.Cache(behavior="override", version_override=V)` '
        "on `@env.task`."
    ),
    shift="""\
Flyte 1 turns caching on with a bool and wants a version that you raise by hand.
Flyte 2 takes a word: `"auto"` computes the version from the function body, `"disable"` is the default.
`flyte.Cache(behavior="override", version_override=V)` pins the version, which is what `cache_version=V` did.
`cache_serialize` and `cache_ignore_input_vars` become `serialize` and `ignored_inputs` of `flyte.Cache`.
Caching can be set for a whole environment and changed per task.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate drops `cache=False`, and writes `flyte.Cache` for a literal `cache_version` with "
        "`cache_serialize` and `cache_ignore_input_vars`. It refuses `cache=True` without a version unless a "
        "policy is named, and values that it cannot see."
    ),
    gotchas=(
        "`cache=True` raises: `ValueError` on `env.task`, `TypeError` on the environment.",
        '`behavior="override"` does not mean that the task always runs: it uses the version that you give. '
        "A forced refresh is `flyte.with_runcontext(overwrite_cache=True)`.",
        "The cache store is not shared with Flyte 1: the first run of every cached task is a miss.",
        '`"auto"` sees the task\'s own body only; a change in a helper function does not change the version.',
        "`flyte.Cache` has no `version=`, and `behavior` is required.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task


@task(cache=True, cache_version="1.0")
def square(x: int) -> int:
    return x * x


@task(cache=True, cache_version="2", cache_serialize=True, cache_ignore_input_vars=("verbose",))
def cube(x: int, verbose: bool = False) -> int:
    return x**3


@task(cache=False)
def negate(x: int) -> int:
    return -x
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="powers")


@env.task(cache=flyte.Cache(behavior="override", version_override="1.0"))
def square(x: int) -> int:
    return x * x


@env.task(
    cache=flyte.Cache(behavior="override", version_override="2", serialize=True, ignored_inputs=("verbose",)),
)
def cube(x: int, verbose: bool = False) -> int:
    return x**3


@env.task
def negate(x: int) -> int:
    return -x
""",
            call="[square(x=3), cube(x=2, verbose=True), negate(x=1)]",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="powers", cache="auto")


@env.task(cache="disable")
def square(x: int) -> int:
    return x * x
""",
        """\
import functools


@functools.lru_cache(maxsize=None)
def square(x, cache=True):
    return x * x


square(3, cache=True)
""",
    ),
)
