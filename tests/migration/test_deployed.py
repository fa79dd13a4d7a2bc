"""What a deploy sends of the triggers that launch plans became is what a registration sent of the launch plans."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.migration.helpers import migrated
from tests.migration.test_differential import run

SENT = Path(__file__).with_name("deployed.py").read_text(encoding="utf-8").replace("from __future__ import", "# ")

HEAD = """\
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Optional, Union

from flytekit import (
    Annotations, CronSchedule, Email, FixedRate, Labels, LaunchPlan, PagerDuty, Slack, WorkflowExecutionPhase, task,
    workflow,
)


class Color(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass
class Limits:
    low: int = 1
    unit: str = "x"


@task
def total(n: int) -> int:
    return sum(range(n))


@workflow
def report(n: int = 10, name: str = "x", rate: float = 0.5, flag: bool = True, note: Optional[str] = None) -> int:
    return total(n=n)


@workflow
def dated(n: int, day: datetime, span: timedelta = timedelta(days=1)) -> int:
    return total(n=n)


@workflow
def typed(color: Color = Color.RED, limits: Limits = Limits(), on: date = date(2020, 1, 1), any: Union[int, str] = 3,
          data: dict = {}) -> int:
    return total(n=1)


MAIL = "a@b.c"
DEFAULTS = {"n": 3}


"""
PHASES = "ENDED = [WorkflowExecutionPhase.FAILED, WorkflowExecutionPhase.TIMED_OUT]\n"
PLANS = {
    "daily": 'report, "daily", schedule=CronSchedule(schedule="0 2 * * *"), default_inputs={"n": 2}, auto_activate=True',
    "optional": 'report, "optional", schedule=CronSchedule(schedule="*/5 1-3 * * 1,2"), default_inputs={"note": "q"}',
    "none": 'report, "none", default_inputs={"note": None, "flag": False, "rate": 2.5}',
    "hours": 'report, "hours", schedule=FixedRate(duration=timedelta(hours=3)), fixed_inputs={"name": "y"}',
    "minutes": 'report, "minutes", schedule=FixedRate(timedelta(minutes=90))',
    "both": 'report, "both", default_inputs={"n": 1, "name": "z"}, fixed_inputs={"rate": 1.5}',
    "time": 'dated, "time", {"n": 3}, None, CronSchedule(schedule="0 6 * * 1-5", kickoff_time_input_arg="day")',
    "rated": 'dated, "rated", default_inputs={"n": 3, "span": timedelta(minutes=5)}, '
    'schedule=FixedRate(timedelta(days=2), kickoff_time_input_arg="day")',
    "variable": 'dated, "variable", DEFAULTS, schedule=FixedRate(timedelta(days=1), "day")',
    "by hand": 'dated, "by hand", default_inputs={"n": 3, "day": datetime(2020, 1, 1)}, overwrite_cache=True',
    "labels": 'report, "labels", labels=Labels({"a": "b"}), annotations=Annotations({"c": "d"})',
    "mails": 'report, "mails", notifications=[Email(phases=ENDED, recipients_email=[MAIL]), '
    'Slack([WorkflowExecutionPhase.SUCCEEDED, WorkflowExecutionPhase.ABORTED], ["x@slack.com", MAIL])]',
    "enum": 'typed, "enum", default_inputs={"color": Color.BLUE}',
    "dataclass": 'typed, "dataclass", fixed_inputs={"limits": Limits(low=4)}',
    "date": 'typed, "date", default_inputs={"on": date(2021, 2, 3), "any": "q"}',
    "dict": 'typed, "dict", default_inputs={"data": {"a": 1}, "any": 4}',
}
LIMITED = 'limited = LaunchPlan.get_or_create(report, "limited", max_parallelism=4)\n'
WRITTEN_OUT = {
    "@daily": "0 0 * * *",
    "hourly": "0 * * * *",
    "Weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "yearly": "0 0 1 1 *",
}


def plans() -> str:
    source = HEAD + PHASES
    for index, arguments in enumerate(PLANS.values()):
        source += f"plan_{index} = LaunchPlan.get_or_create({arguments})\n"
    return source


def sent(source: str, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is sent of the launch plans of a module, and of the triggers that they become."""
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    found = []
    for sdk, module, name in (
        ("flyte1", source, "of_launch_plans"),
        ("flyte2", migrated(source), "of_triggers"),
    ):
        code = f"{module}\n\n{SENT}\n\ndef looked_at():\n    return {name}(globals())\n"
        line = run(sdk, [{"id": "sent", "source": code, "call": "looked_at()"}], folder)["sent"]
        assert "error" not in line, line["error"]
        found.append(line["value"])
    return found[0], found[1]


@pytest.mark.sdk
def test_a_deploy_sends_what_a_registration_sent(tmp_path: Path) -> None:
    old, new = sent(plans(), tmp_path)
    assert sorted(old) == sorted(PLANS)
    assert new == old


@pytest.mark.sdk
def test_a_limit_counts_the_action_that_waits_as_well(tmp_path: Path) -> None:
    old, new = sent(HEAD + LIMITED, tmp_path)
    assert (old["limited"]["at once"], new["limited"]["at once"]) == (4, 5)


@pytest.mark.sdk
def test_aliases_are_the_expressions_that_they_stand_for(tmp_path: Path) -> None:
    source = HEAD
    for index, alias in enumerate(WRITTEN_OUT):
        source += f'p{index} = LaunchPlan.create("{alias}", report, schedule=CronSchedule(schedule="{alias}"))\n'
    old, new = sent(source, tmp_path)
    assert {name: plan["when"] for name, plan in old.items()} == {alias: alias for alias in WRITTEN_OUT}
    assert {name: plan["when"] for name, plan in new.items()} == WRITTEN_OUT


@pytest.mark.sdk
@pytest.mark.parametrize(
    ("trigger", "error"),
    [
        ('flyte.Trigger("t", flyte.Cron("0 0 * * *"), inputs={"m": 1})', "must be an input to the task"),
        (
            'flyte.Trigger("t", flyte.Cron("0 0 * * *"), inputs={"at": flyte.TriggerTime})',
            "must be an input to the task",
        ),
        ('flyte.Trigger("t", flyte.FixedRate(timedelta(hours=1)))', "timedelta"),
        ('flyte.Trigger("t", inputs={"names": ["a"]})', "Unsupported binary format"),
    ],
)
def test_what_a_deploy_refuses_fails_here(trigger: str, error: str, tmp_path: Path) -> None:
    pytest.importorskip("flyte")
    code = (
        "from datetime import timedelta\n\nimport flyte\n\nenv = flyte.TaskEnvironment(name='e')\n"
        f"@env.task(triggers={trigger})\ndef f(n: int = 1, names: list[str] = []) -> int:\n    return n\n\n{SENT}\n\n"
        "def looked_at():\n    return of_triggers(globals())\n"
    )
    line = run("flyte2", [{"id": "sent", "source": code, "call": "looked_at()"}], tmp_path)["sent"]
    assert error in line.get("error", ""), line
