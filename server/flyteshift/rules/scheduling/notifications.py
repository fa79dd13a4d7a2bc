"""FS704: notifications of a launch plan become `flyte.notify` objects of a trigger."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS704",
    name="notifications",
    summary="`Email(phases=[...], recipients_email=[...])` becomes `flyte.notify.Email(on_phase=..., recipients=...)`.",
    shift="""\
Flyte 1 sent every notification by mail: `Slack` and `PagerDuty` were addresses of mail gateways. Flyte 2 has real
channels in `flyte.notify` (`Email`, `Slack`, `Teams`, `Webhook`), given to `flyte.Trigger(notifications=...)`.
Phases are members of `flyte.models.ActionPhase` and keep their names: SUCCEEDED, FAILED, ABORTED, TIMED_OUT. Only
keywords are accepted, tuples replace lists, and a mail can set its own subject and body.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate carries notifications over together with their launch plan. `Slack` and `PagerDuty` were mails to "
        "a gateway and stay mails, with a note; the native channels need a webhook URL."
    ),
    gotchas=(
        "`flyte.notify.Slack` posts to a `webhook_url`, which is not in the Flyte 1 code: Flyte 1's address "
        "is a mail address.",
        "`ActionPhase.RUNNING` raises ValueError: as in Flyte 1, notifications are for phases in which a run ends.",
        "`SUCCEEDING`, `FAILING` and `ABORTING` no longer exist.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import CronSchedule, Email, LaunchPlan, WorkflowExecutionPhase, task, workflow


@task
def total(n: int) -> int:
    return sum(range(n))


@workflow
def report(n: int = 10) -> int:
    return total(n=n)


reported_nightly = LaunchPlan.get_or_create(
    report,
    "reported_nightly",
    schedule=CronSchedule(schedule="0 2 * * *"),
    notifications=[
        Email(
            phases=[WorkflowExecutionPhase.FAILED, WorkflowExecutionPhase.TIMED_OUT],
            recipients_email=["data@example.com"],
        )
    ],
)
""",
            after="""\
import flyte
from flyte.models import ActionPhase
from flyte.notify import Email

env = flyte.TaskEnvironment(name="report")


@env.task
def total(n: int) -> int:
    return sum(range(n))


reported_nightly = flyte.Trigger(
    name="reported_nightly",
    automation=flyte.Cron("0 2 * * *"),
    auto_activate=False,
    notifications=(
        Email(
            on_phase=(ActionPhase.FAILED, ActionPhase.TIMED_OUT),
            recipients=("data@example.com",),
        ),
    ),
)


@env.task(triggers=reported_nightly)
def report(n: int = 10) -> int:
    return total(n=n)
""",
            call="report(n=4)",
        ),
        Example(
            before="""\
from flytekit import LaunchPlan, PagerDuty, Slack, WorkflowExecutionPhase, workflow


@workflow
def report(n: int = 10) -> int:
    return n


watched = LaunchPlan.get_or_create(
    report,
    "watched",
    notifications=[
        Slack(phases=[WorkflowExecutionPhase.SUCCEEDED], recipients_email=["channel@example.slack.com"]),
        PagerDuty(phases=[WorkflowExecutionPhase.FAILED], recipients_email=["duty@example.pagerduty.com"]),
    ],
)
""",
            after="""\
import flyte
from flyte.models import ActionPhase
from flyte.notify import Email

env = flyte.TaskEnvironment(name="report")

watched = flyte.Trigger(
    name="watched",
    auto_activate=False,
    notifications=(
        Email(on_phase=ActionPhase.SUCCEEDED, recipients=("channel@example.slack.com",)),
        Email(on_phase=ActionPhase.FAILED, recipients=("duty@example.pagerduty.com",)),
    ),
)


@env.task(triggers=watched)
def report(n: int = 10) -> int:
    return n
""",
            call="report(n=4)",
            note="The mail gateways keep working; `flyte.notify.Slack(webhook_url=...)` is the native way.",
        ),
    ),
    ignores=(
        """\
from flyte.models import ActionPhase
from flyte.notify import Email, Slack

on_failure = (
    Email(on_phase=ActionPhase.FAILED, recipients=("data@example.com",)),
    Slack(on_phase=ActionPhase.FAILED, webhook_url="https://hooks.example.com/1"),
)
""",
        """\
from email_tools import Email

welcome = Email(recipients_email=["data@example.com"])
""",
    ),
)
