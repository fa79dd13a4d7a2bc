"""FS830: actors."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS830",
    name="union-actor",
    summary=(
        "`union.ActorEnvironment(...)` becomes `TaskEnvironment(reusable=flyte.ReusePolicy(replicas=..., "
        "idle_ttl=...))`."
    ),
    shift="""\
Actors kept a container alive between tasks. In Flyte 2 that is a property of any environment:
`reusable=flyte.ReusePolicy(...)`. `replica_count` becomes `replicas`, `ttl_seconds` becomes `idle_ttl`, and
`concurrency` lets one container serve several async tasks at once. The image needs the package `unionai-reuse`,
which Migrate adds to an `ImageSpec` and else asks for.
`actor_cache` has no namesake: a module-level object, or `functools.lru_cache` on the function that loads it, lives
as long as the container.""",
    guide="union-features",
    applicability="unsafe",
    automatic="""\
Migrate rewrites an `ActorEnvironment` in a variable of the module; `@actor.task` stays. `@actor_cache` becomes
`@functools.cache` where no parameter may be a file. It refuses an actor whose name it cannot see.""",
    gotchas=(
        "Without `idle_ttl` and `scaledown_ttl` both are 30 seconds, which is also the least that `idle_ttl` takes.",
        "`flyte.ReusePolicy(replicas=1)` warns: a task that calls others in the same environment can wait for itself.",
        "`requests` and `limits` merge into `resources` of the environment, as for any other task.",
    ),
    examples=(
        Example(
            before="""\
from typing import List

import union

actor = union.ActorEnvironment(
    name="scorer",
    replica_count=2,
    ttl_seconds=300,
    container_image="ghcr.io/acme/scorer:1",
    requests=union.Resources(cpu="2", mem="2Gi"),
)


@union.actor_cache
def load_model(name: str) -> List[float]:
    return [0.5, 0.25]


@actor.task
def score(x: float) -> float:
    return sum(w * x for w in load_model("small"))
""",
            after="""\
from functools import lru_cache
from typing import List

import flyte

env = flyte.TaskEnvironment(
    name="scorer",
    image="ghcr.io/acme/scorer:1",
    resources=flyte.Resources(cpu="2", memory="2Gi"),
    reusable=flyte.ReusePolicy(replicas=2, idle_ttl=300),
)


@lru_cache
def load_model(name: str) -> List[float]:
    return [0.5, 0.25]


@env.task
def score(x: float) -> float:
    return sum(w * x for w in load_model("small"))
""",
            why_not_run="The package union is not installed.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="scorer", reusable=flyte.ReusePolicy(replicas=2, idle_ttl=300))
""",
        """\
import ray


@ray.remote
class ActorEnvironment:
    pass


actor = ActorEnvironment.remote()
""",
    ),
)
