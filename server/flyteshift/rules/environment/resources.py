"""FS302: the resources object."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS302",
    name="resources",
    summary="`Resources(mem=, ephemeral_storage=)` becomes `flyte.Resources(memory=, disk=)`.",
    shift="""\
Flyte 1 uses two objects of this class, one for requests and one for limits.
Flyte 2 uses one: a single value is both, and `cpu` and `memory` take a `(request, limit)` tuple.
It also holds what were parameters of their own: the accelerator in `gpu`, shared memory in `shm`.
The object belongs to a TaskEnvironment, or to one call as `f.override(resources=...)`.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate rewrites it together with the parameter that it is given to, requests and limits as ranges. "
        "Of two values for disk or GPUs it takes the limit, and says so."
    ),
    gotchas=(
        "The names of the class are equal, the arguments are not: `flyte.Resources(mem=...)` raises `TypeError`.",
        'Memory and disk are strings such as `"2Gi"`; the int bytes of Flyte 1 raise `ValueError`.',
        "Ranges are tuples of two; lists raise, and so do ranges for `disk` and `gpu`.",
        '`gpu="1"` raises `ValueError`; `gpu=1` is right.',
    ),
    examples=(
        Example(
            before="""\
from flytekit import Resources, task

small = Resources(cpu="500m", mem="1Gi", ephemeral_storage="10Gi")
ranged = Resources(cpu=("1", "2"), mem=("2Gi", "4Gi"))


@task(requests=small, limits=small)
def count(text: str) -> int:
    return len(text)


@task(resources=ranged)
def double(n: int) -> int:
    return n * 2
""",
            after="""\
import flyte

small = flyte.Resources(cpu="500m", memory="1Gi", disk="10Gi")
ranged = flyte.Resources(cpu=("1", "2"), memory=("2Gi", "4Gi"))

count_env = flyte.TaskEnvironment(name="count", resources=small)
double_env = flyte.TaskEnvironment(name="count_double", resources=ranged)


@count_env.task
def count(text: str) -> int:
    return len(text)


@double_env.task
def double(n: int) -> int:
    return n * 2
""",
            call='double(n=count(text="abc"))',
        ),
    ),
    ignores=(
        """\
from flyte import Resources

small = Resources(cpu=1, memory="1Gi")
""",
        """\
from importlib import resources as Resources

print(Resources.files("json"))
""",
    ),
)
