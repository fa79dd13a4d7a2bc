"""FS304: the cache object and its policies."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS304",
    name="cache",
    summary='`Cache(version=V)` becomes `flyte.Cache(behavior="override", version_override=V)`.',
    shift="""\
`flyte.Cache` begins with a word: `"auto"` computes the version, `"override"` uses yours, `"disable"` turns it off.
`version` becomes `version_override`; `serialize`, `ignored_inputs`, `salt` and `policies` keep their names.
Without a version Flyte 1 needs a policy; Flyte 2 has one for the function body as its default.
A custom policy still has `get_version(salt, params)`; of its `params` only `func` is the same,
`container_image` is `image` now and the pod template is gone.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites `Cache` with a literal version, `serialize` and `ignored_inputs`. It refuses "
        "policies of other modules."
    ),
    gotchas=(
        "`behavior` is required, and `version=` raises `TypeError`.",
        '`"override"` pins the version; it does not force the task to run. For that use '
        "`flyte.with_runcontext(overwrite_cache=True)`.",
        'A version that you give wins also with `"auto"`; `"override"` without one falls back to the policies.',
        "`VersionParameters` is not public in Flyte 2: leave the annotation off or import nothing for it.",
        "The first run of every cached task is a miss: the stores are not shared.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Cache, task


@task(cache=Cache(version="1.0", ignored_inputs=("verbose",), serialize=True))
def square(x: int, verbose: bool = False) -> int:
    return x * x
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="squares")


@env.task(
    cache=flyte.Cache(behavior="override", version_override="1.0", ignored_inputs=("verbose",), serialize=True),
)
def square(x: int, verbose: bool = False) -> int:
    return x * x
""",
            call="square(x=3, verbose=True)",
        ),
        Example(
            before="""\
from flytekit import Cache, VersionParameters, task


class NamePolicy:
    def get_version(self, salt: str, params: VersionParameters) -> str:
        return salt + params.func.__name__


@task(cache=Cache(policies=[NamePolicy()], salt="v1"))
def cube(x: int) -> int:
    return x**3
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="cubes")


class NamePolicy:
    def get_version(self, salt: str, params) -> str:
        return salt + params.func.__name__


@env.task(cache=flyte.Cache(behavior="auto", policies=[NamePolicy()], salt="v1"))
def cube(x: int) -> int:
    return x**3
""",
            call="cube(x=2)",
        ),
    ),
    ignores=(
        """\
import flyte

cache = flyte.Cache(behavior="auto")
""",
        """\
from cachetools import Cache

cache = Cache(maxsize=8)
cache["a"] = 1
""",
    ),
)
