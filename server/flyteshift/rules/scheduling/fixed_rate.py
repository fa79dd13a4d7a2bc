"""FS703: Flyte 1's `FixedRate` becomes `flyte.FixedRate` in minutes."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS703",
    name="fixed-rate",
    summary="`FixedRate(duration=timedelta(hours=1))` becomes `flyte.FixedRate(interval_minutes=60)`.",
    shift="""\
The class keeps its name and loses its `timedelta`: Flyte 2 takes whole minutes as an `int`. It stands in a trigger,
`flyte.Trigger(automation=flyte.FixedRate(90))`, and may have a `start_time`. `kickoff_time_input_arg="at"` becomes
`inputs={"at": flyte.TriggerTime}` of the trigger. Flyte 1 counted in days, hours or minutes, so every interval that
it accepted is a whole number of minutes.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate carries a rate over together with its launch plan. A `timedelta` that it can see becomes its "
        "minutes, one in a variable is divided by a minute; others are refused."
    ),
    gotchas=(
        "`flyte.FixedRate(timedelta(hours=1))` is accepted and fails at deploy with TypeError, although the "
        "guide shows it.",
        "`flyte.FixedRate(0)` and fractions are accepted too: nothing checks the number before the deploy.",
        "Flyte 1 refuses intervals below a minute; Flyte 2 cannot express them either.",
    ),
    examples=(
        Example(
            before="""\
from datetime import timedelta

from flytekit import FixedRate, LaunchPlan, task, workflow


@task
def ping(host: str) -> str:
    return f"{host} is up"


@workflow
def health(host: str = "localhost") -> str:
    return ping(host=host)


every_90_minutes = LaunchPlan.get_or_create(
    health,
    "every_90_minutes",
    schedule=FixedRate(duration=timedelta(minutes=90)),
)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="health")


@env.task
def ping(host: str) -> str:
    return f"{host} is up"


every_90_minutes = flyte.Trigger(
    name="every_90_minutes",
    automation=flyte.FixedRate(interval_minutes=90),
    auto_activate=False,
)


@env.task(triggers=every_90_minutes)
def health(host: str = "localhost") -> str:
    return ping(host=host)
""",
            call='health(host="db")',
        ),
    ),
    ignores=(
        """\
import flyte

hourly = flyte.Trigger(name="hourly", automation=flyte.FixedRate(60), auto_activate=False)
""",
        """\
from finance import FixedRate

mortgage = FixedRate(duration=30)
""",
    ),
)
