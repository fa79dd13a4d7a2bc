"""FS7xx: launch plans, schedules, remote access and configuration."""

from __future__ import annotations

from flyteshift.rules.rule import Rule
from flyteshift.rules.scheduling import (
    cron_schedule,
    fixed_rate,
    flyte_config,
    flyte_remote,
    launch_options,
    launch_plan,
    notifications,
    pyflyte,
    serialization,
    testing,
)

RULES: tuple[Rule, ...] = (
    launch_plan.RULE,
    cron_schedule.RULE,
    fixed_rate.RULE,
    notifications.RULE,
    flyte_remote.RULE,
    flyte_config.RULE,
    serialization.RULE,
    launch_options.RULE,
    testing.RULE,
    pyflyte.RULE,
)
