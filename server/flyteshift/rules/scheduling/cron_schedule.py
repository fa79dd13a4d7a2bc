"""FS702: `CronSchedule` becomes `flyte.Cron`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS702",
    name="cron-schedule",
    summary='`CronSchedule(schedule="0 2 * * *")` becomes `flyte.Cron("0 2 * * *")` in a trigger.',
    shift="""\
The schedule is the same five fields; what changes is where it stands: `flyte.Trigger(automation=flyte.Cron(...))`.
`kickoff_time_input_arg="kickoff"` becomes an input of the trigger: `inputs={"kickoff": flyte.TriggerTime}`. Aliases
such as `daily` or `@daily` are written out as five fields, and the time zone, UTC in Flyte 1, can be named with
`timezone="Europe/Berlin"`. `offset` has no counterpart: move the expression.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate carries a schedule over together with its launch plan, where it can see the five fields or an alias. "
        "It refuses `offset`, and expressions of six fields that number the days of the week."
    ),
    gotchas=(
        "`flyte.Cron` does not check its expression: `@daily` and six fields pass here and fail, or mean "
        "something else, on the platform.",
        "`cron_expression=` raises AssertionError in flytekit 1.16 already. Its six AWS fields become five: "
        "drop the year, `?` becomes `*`, and AWS counts the days of the week from 1 (Sunday) where cron "
        "counts from 0.",
        "`flyte.TriggerTime` needs a schedule: in a trigger without one it raises ValueError. The input must "
        "be a `datetime`.",
    ),
    examples=(
        Example(
            before="""\
from datetime import datetime

from flytekit import CronSchedule, LaunchPlan, task, workflow


@task
def partition(kickoff: datetime) -> str:
    return kickoff.strftime("%Y/%m/%d")


@workflow
def daily_report(kickoff: datetime) -> str:
    return partition(kickoff=kickoff)


daily = LaunchPlan.get_or_create(
    daily_report,
    "daily",
    schedule=CronSchedule(schedule="30 6 * * MON-FRI", kickoff_time_input_arg="kickoff"),
)
""",
            after="""\
from datetime import datetime

import flyte

env = flyte.TaskEnvironment(name="daily_report")


@env.task
def partition(kickoff: datetime) -> str:
    return kickoff.strftime("%Y/%m/%d")


daily = flyte.Trigger(
    name="daily",
    automation=flyte.Cron("30 6 * * MON-FRI"),
    inputs={"kickoff": flyte.TriggerTime},
    auto_activate=False,
)


@env.task(triggers=daily)
def daily_report(kickoff: datetime) -> str:
    return partition(kickoff=kickoff)
""",
            call="daily_report(kickoff=datetime(2026, 1, 31))",
        ),
    ),
    ignores=(
        """\
import flyte

daily = flyte.Trigger(name="daily", automation=flyte.Cron("0 6 * * *"), auto_activate=False)
""",
        """\
from dataclasses import dataclass


@dataclass
class CronSchedule:
    schedule: str


nightly = CronSchedule(schedule="0 2 * * *")
""",
    ),
)
