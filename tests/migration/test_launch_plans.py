"""Launch plans become triggers above their tasks."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = """\
from datetime import datetime, timedelta
from typing import List, Optional

from flytekit import (
    Annotations, CronSchedule, Email, FixedRate, Labels, LaunchPlan, PagerDuty, Slack, WorkflowExecutionPhase, task,
    workflow,
)
from flytekit.core.schedule import OnSchedule


@task
def total(n: int) -> int:
    return sum(range(n))


# The report.
@workflow
def report(n: int = 10, at: Optional[datetime] = None, names: Optional[List[str]] = None) -> int:
    return total(n=n)


@workflow
def dated(n: int, day: datetime) -> int:
    return total(n=n)
"""


def plan(arguments: str, before: str = "", workflow: str = "report") -> str:
    return f'{HEAD}\n\n{before}lp = LaunchPlan.get_or_create({workflow}, "lp", {arguments})\n'


def trigger(arguments: str, before: str = "", workflow: str = "report") -> str:
    """The trigger that a launch plan with these arguments becomes."""
    after = migrated(plan(arguments, before, workflow))
    start = after.index("lp = flyte.Trigger(")
    return after[start : after.index("\n\n", start)].rstrip()


BEFORE = """\
from datetime import timedelta

from flytekit import CronSchedule, FixedRate, LaunchPlan, task, workflow


@task
def total(n: int) -> int:
    return sum(range(n))


# The report.
@workflow
def report(n: int = 10) -> int:
    return total(n=n)


# Runs at night,
# in UTC.
nightly = LaunchPlan.get_or_create(
    workflow=report,  # above
    name="nightly",
    schedule=CronSchedule(schedule="0 2 * * *"),  # 2 AM
    fixed_inputs={"n": 12},
    auto_activate=True,
)  # on call

LaunchPlan.create("every-90 min", report, schedule=FixedRate(duration=timedelta(minutes=90)))


def helper():
    return 1


if __name__ == "__main__":
    print(report(n=4))
"""

AFTER = """\
import flyte

env = flyte.TaskEnvironment(name="example")


@env.task
def total(n: int) -> int:
    return sum(range(n))


# Runs at night,
# in UTC.
# above
nightly = flyte.Trigger(
    name="nightly",
    automation=flyte.Cron("0 2 * * *"),  # 2 AM
    inputs={"n": 12},
    auto_activate=True,
)  # on call

every_90_min = flyte.Trigger(
    name="every-90 min",
    automation=flyte.FixedRate(interval_minutes=90),
    auto_activate=False,
)


# The report.
@env.task(triggers=[nightly, every_90_min])
def report(n: int = 10) -> int:
    return total(n=n)


def helper():
    return 1


if __name__ == "__main__":
    print(report(n=4))
"""


def test_launch_plans_move_above_their_tasks() -> None:
    assert migrated(BEFORE) == AFTER


def test_a_second_pass_changes_nothing() -> None:
    assert planned(migrated(BEFORE)).edits == []


def test_line_ends_stay() -> None:
    assert migrated(BEFORE.replace("\n", "\r\n")) == AFTER.replace("\n", "\r\n")


TRIGGERS = {
    "alias": ('schedule=CronSchedule(schedule="@Daily")', 'automation=flyte.Cron("0 0 * * *")'),
    "six fields": ('schedule=CronSchedule("30 6 ? * MON-FRI *")', 'automation=flyte.Cron("30 6 * * MON-FRI")'),
    "alias by name": ('schedule=CronSchedule(schedule="weeks")', 'automation=flyte.Cron("0 0 * * 0")'),
    "trigger": ('trigger=OnSchedule(CronSchedule(schedule="5 4 * * 1"))', 'automation=flyte.Cron("5 4 * * 1")'),
    "days": ("schedule=FixedRate(timedelta(days=1, hours=2))", "automation=flyte.FixedRate(interval_minutes=1560)"),
    "fixed wins": ('default_inputs={"n": 1}, fixed_inputs={"n": 2}', 'inputs={"n": 2}'),
    "none": ("default_inputs=None, schedule=None, max_parallelism=0, overwrite_cache=None", 'name="lp", auto_activate'),
    "no list": ('default_inputs={"n": 1, "names": None}', 'inputs={"n": 1, "names": None}'),
    "labels": ('labels=Labels({"a": "b"})', 'labels={"a": "b"}'),
    "annotations": ('annotations=Annotations(values={"a": "b"})', 'annotations={"a": "b"}'),
    "cache": ("overwrite_cache=True", "overwrite_cache=True"),
    "limit": ("max_parallelism=1", "max_action_concurrency=2"),
}


@pytest.mark.parametrize(("before", "after"), TRIGGERS.values(), ids=TRIGGERS)
def test_arguments(before: str, after: str) -> None:
    assert after in trigger(before)
    assert "auto_activate=False" in trigger(before)


def test_both_kinds_of_inputs_and_the_time_of_the_start() -> None:
    schedule = 'CronSchedule(schedule="0 0 * * *", kickoff_time_input_arg="day")'
    assert 'inputs={"day": flyte.TriggerTime}' in trigger(f"schedule={schedule}", workflow="dated")
    both = trigger(f'default_inputs={{"n": 1}}, schedule={schedule}', workflow="dated")
    assert 'inputs={"n": 1, "day": flyte.TriggerTime}' in both
    spread = 'default_inputs={\n        "n": 1,  # one\n    }'
    laid_out = '    inputs={\n        "n": 1,\n        "day": flyte.TriggerTime,  # one\n    },'
    assert laid_out in trigger(f"{spread}, schedule={schedule}", workflow="dated")


def test_expressions_of_the_author_stay() -> None:
    minute = 'EVERY = timedelta(hours=5)\nMINUTE = 5\nDEFAULTS = {"n": 3}\nTEAM = {"team": "x"}\n'
    schedule = 'schedule=CronSchedule(schedule=f"*/{MINUTE} * * * *")'
    after = trigger(f"{schedule}, default_inputs=DEFAULTS, labels=Labels(TEAM)", minute)
    for code in ('automation=flyte.Cron(f"*/{MINUTE} * * * *")', "inputs=DEFAULTS", "labels=TEAM"):
        assert code in after
    assert 'MINUTE = 5\nDEFAULTS = {"n": 3}\nTEAM = {"team": "x"}\nlp = flyte' in migrated(
        plan(f"{schedule}, default_inputs=DEFAULTS, labels=Labels(TEAM)", minute)
    )
    rate = trigger("schedule=FixedRate(EVERY)", minute)
    assert "interval_minutes=EVERY // timedelta(minutes=1)" in rate
    assert "interval_minutes=timedelta(hours=MINUTE) // timedelta(minutes=1)" in trigger(
        "schedule=FixedRate(timedelta(hours=MINUTE))", minute
    )


def test_variables_that_hold_parts_are_converted_and_move_along() -> None:
    parts = """\
# At night.
NIGHT = CronSchedule(schedule="0 2 * * *", kickoff_time_input_arg="day")
TEAM = Labels({"team": "x"})
ALERT = Email(phases=[WorkflowExecutionPhase.FAILED], recipients_email=["a@b.c"])
MAILS = [ALERT]


"""
    arguments = 'default_inputs={"n": 1}, schedule=NIGHT, labels=TEAM, notifications=MAILS'
    after = migrated(plan(arguments, parts, "dated"))
    moved = after[after.index("# At night.") : after.index("@env.task(triggers=lp)")]
    assert moved.startswith(
        '# At night.\nNIGHT = flyte.Cron("0 2 * * *")\nTEAM = {"team": "x"}\n'
        'ALERT = Email(on_phase=ActionPhase.FAILED, recipients=("a@b.c",))\nMAILS = (ALERT,)\n\nlp = flyte.Trigger('
    )
    for code in ("automation=NIGHT", "labels=TEAM", "notifications=MAILS", '"day": flyte.TriggerTime'):
        assert code in moved
    above = migrated(plan(arguments, "", "dated").replace("\n\n@task\n", f"\n\n{parts}@task\n", 1))
    assert above.index("NIGHT = flyte.Cron") < above.index("env = flyte.TaskEnvironment")


def test_notifications() -> None:
    phases = "WorkflowExecutionPhase.FAILED, WorkflowExecutionPhase.TIMED_OUT"
    mails = (
        "notifications=[\n"
        f'    Email(phases=[{phases}], recipients_email=["a@b.c"]),  # us\n'
        '    # them\n    Slack(phases=[WorkflowExecutionPhase.SUCCEEDED], recipients_email=["x@slack.com", "y@z"]),\n]'
    )
    after = trigger(mails)
    assert 'Email(on_phase=(ActionPhase.FAILED, ActionPhase.TIMED_OUT), recipients=("a@b.c",)),' in after
    assert 'Email(on_phase=ActionPhase.SUCCEEDED, recipients=("x@slack.com", "y@z")),' in after
    whole = migrated(plan(mails))
    assert "import flyte\nfrom flyte.models import ActionPhase\nfrom flyte.notify import Email\n" in whole
    assert "# us" in whole
    assert "# them" in whole
    assert any("stays a mail" in n.message for n in planned(plan(mails)).notes)


def test_launch_plans_that_share_a_variable_get_their_own() -> None:
    plans = "lp = LaunchPlan.get_or_create(report, 'lp')\n\nlp = LaunchPlan.create('at night', report)\n"
    after = migrated(f"{HEAD}\n\n{plans}")
    assert "lp = flyte.Trigger(name='lp', auto_activate=False)\n\nat_night = flyte.Trigger(name='at night'" in after
    assert "@env.task(triggers=[lp, at_night])" in after


def test_union_has_the_same_launch_plans() -> None:
    source = plan('schedule=CronSchedule(schedule="0 0 * * *")').replace("= LaunchPlan.", "= union.LaunchPlan.")
    assert "lp = flyte.Trigger(" in migrated("import union\n" + source)


def test_an_unused_import_goes() -> None:
    assert "LaunchPlan" not in migrated(HEAD)


def test_imports_that_only_gone_code_reads_go() -> None:
    after = migrated(plan("schedule=FixedRate(timedelta(hours=1))"))
    assert "from datetime import datetime\n" in after
    assert "timedelta" in migrated(plan("schedule=FixedRate(timedelta(hours=1))") + "\n\nWAIT = timedelta(1)\n")


def test_what_a_reviewer_should_know_is_noted() -> None:
    notes = [n.message for n in planned(plan('fixed_inputs={"n": 1}, max_parallelism=3')).notes]
    assert any("locked `fixed_inputs`" in n for n in notes)
    assert any("has no schedule" in n for n in notes)
    assert any("limit is one higher" in n for n in notes)


REFUSED = {
    "offset": ('schedule=CronSchedule(schedule="0 0 * * *", offset="P1D")', "no offset"),
    "six fields": ('schedule=CronSchedule(schedule="0 0 * * * 5")', "this has 6"),
    "aws numbers of days": ('schedule=CronSchedule("0 20 ? * 2 *")', "cannot carry this expression of six fields"),
    "aws year": ('schedule=CronSchedule("0 20 * * ? 2030")', "cannot carry this expression of six fields"),
    "aws last day": ('schedule=CronSchedule("0 20 L * ? *")', "cannot carry this expression of six fields"),
    "no time": ("schedule=CronSchedule()", "says no time"),
    "unseen expression": ("schedule=CronSchedule(schedule=read_cron())", "cannot see this cron expression"),
    "unseen schedule": ("schedule=make()", "cannot see what this schedule is"),
    "seconds": ("schedule=FixedRate(timedelta(seconds=90))", "whole minutes"),
    "no span": ("schedule=FixedRate(every())", "cannot see that this is a `timedelta`"),
    "two": ('schedule=CronSchedule(schedule="0 0 * * *"), trigger=OnSchedule(FixedRate(timedelta(1)))', "which of"),
    "list": (
        'schedule=CronSchedule(schedule="0 0 * * *"), default_inputs={"names": ["a"]}',
        "cannot carry a value of type `Optional[List[str]]`",
    ),
    "no input": ('default_inputs={"m": 1}', "`report` has no input `m`"),
    "unseen inputs": ("default_inputs=load()", "cannot see these inputs"),
    "unpacked inputs": ('default_inputs={**BASE, "n": 1}', "cannot see these inputs"),
    "concurrency": ("concurrency=POLICY", "Nothing in Flyte 2 limits runs of a schedule"),
    "raw data": ("raw_output_data_config=RAW", "no place for its raw data"),
    "account": ("security_context=WHO", "no account of its own"),
    "unseen limit": ("max_parallelism=limit()", "cannot see this limit"),
    "labels": ("labels=make_labels()", "cannot see these labels"),
    "phases": ("notifications=[Email(phases=PHASES, recipients_email=['a'])]", "cannot see these phases"),
    "running": (
        "notifications=[Email(phases=[WorkflowExecutionPhase.RUNNING], recipients_email=['a'])]",
        "no phase in which a run ends",
    ),
    "unseen notifications": ("notifications=make()", "cannot see these notifications"),
    "unpacked": ("**more", "cannot see what"),
    "no name": ('default_inputs={"n": 1}', "1 to 255 characters"),
    "kickoff of another type": (
        'schedule=CronSchedule(schedule="0 0 * * *", kickoff_time_input_arg="n")',
        "goes to a `datetime`",
    ),
    "unseen kickoff": ("schedule=FixedRate(timedelta(1), kickoff_time_input_arg=arg())", "cannot see the name"),
}


@pytest.mark.parametrize(("arguments", "reason"), REFUSED.values(), ids=REFUSED)
def test_arguments_that_are_refused(arguments: str, reason: str) -> None:
    source = plan(arguments)
    if reason.startswith("1 to 255"):
        source = source.replace('"lp",', '"' + "x" * 256 + '",')
    assert any(reason in r for r in reasons(source)), reasons(source)


def test_artifacts_get_the_form_with_their_name() -> None:
    source = plan("trigger=OnArtifact(trigger_on=SAMPLES)", 'SAMPLES = Artifact(name="samples")\n\n\n')
    source = "from flytekit import Artifact\nfrom flytekit.core.artifact import OnArtifact\n" + source
    assert any('`automation=flyte.OnArtifact("samples")`' in r for r in reasons(source)), reasons(source)


def test_a_kickoff_that_is_set_as_well_is_refused() -> None:
    schedule = 'schedule=CronSchedule(schedule="0 0 * * *", kickoff_time_input_arg="day")'
    source = plan(f'{schedule}, default_inputs={{"day": datetime(2020, 1, 1)}}', workflow="dated")
    assert any("both the time of the start" in r for r in reasons(source))


def test_a_limit_on_nested_tasks_is_refused() -> None:
    outer = "@workflow\ndef outer(n: int) -> int:\n    return report(n=n)\n\n\n"
    assert any("block the run for ever" in r for r in reasons(plan("max_parallelism=2", outer, "outer")))


PLACES = {
    "in a function": ("def make():\n    return {0}\n", "out to the top of the module"),
    "in a branch": ("if True:\n    lp = {0}\n", "out to the top of the module"),
    "in a list": ("PLANS = [{0}]\n", "out to the top of the module"),
    "bound twice": ("lp = {0}\nlp = LaunchPlan.create('b', report)\nprint(lp)\n", "bound more than once"),
    "same name": ("lp = {0}\nother = LaunchPlan.create('lp', report)\n", "have this name"),
    "read": ("lp = {0}\nprint(lp.name)\n", "used as a value"),
    "handed on": ("lp = {0}\nremote.execute(lp, inputs={{}})\n", "used as a value"),
    "on a line with others": ("x = 1; lp = {0}\n", "a line of its own"),
    "a task": ("lp = LaunchPlan.get_or_create(total, 'lp')\n", "no workflow of this module"),
    "an imported workflow": (
        "from flows import wf\nlp = LaunchPlan.get_or_create(wf, 'lp')\n",
        "not defined in this module",
    ),
    "a default plan as a value": ("lp = LaunchPlan.get_or_create(report)\nuse(lp)\n", "run the task itself"),
    "a value made below": (
        "def names():\n    return 1\n\n\nlp = LaunchPlan.get_or_create(report, 'lp', default_inputs={{'n': names()}})\n",
        "bound below the task",
    ),
    "an import below": (
        "from os import sep\nlp = LaunchPlan.get_or_create(report, name=sep)\n",
        "bound below the task",
    ),
    "a value that changes": (
        "import os\nos.environ['A'] = 'b'\nlp = LaunchPlan.get_or_create(report, os.environ['A'])\n",
        "may be changed before",
    ),
    "a part that is read elsewhere": (
        "S = CronSchedule(schedule='0 0 * * *')\nlp = LaunchPlan.create('lp', report, schedule=S)\nprint(S)\n",
        "read elsewhere",
    ),
}


@pytest.mark.parametrize(("code", "reason"), PLACES.values(), ids=PLACES)
def test_places_that_are_refused(code: str, reason: str) -> None:
    source = HEAD + "\n\n" + code.format('LaunchPlan.get_or_create(report, "lp")')
    source = "import os\n" + source if "os.environ" in code else source
    assert any(reason in r for r in reasons(source)), reasons(source)


def test_other_launch_plans_are_left_alone() -> None:
    source = "from rockets import LaunchPlan\n\n\nlp = LaunchPlan.get_or_create('apollo')\n"
    assert planned(source).edits == []
    assert planned(source).left == []
