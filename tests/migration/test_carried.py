"""Launch plans of workflows of other files go to those files."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration.plan import Plan
from flyteshift.migration.unit import plan_files
from flyteshift.text import apply_edits
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings

FLOWS = '''\
"""Flows."""

from flytekit import task, workflow


@task
def total(n: int) -> int:
    return n


# The report.
@workflow
def report(n: int = 3) -> int:
    return total(n=n)


if __name__ == "__main__":
    print(report())
'''
PLANS = '''\
"""Launch plans."""

from datetime import timedelta

from flytekit import CronSchedule, FixedRate, LaunchPlan

from flows import report

NIGHT = CronSchedule(schedule="0 2 * * *")
N = 4

# At night.
nightly = LaunchPlan.get_or_create(report, "nightly", schedule=NIGHT, default_inputs={"n": N})
rated = LaunchPlan.create(
    "rated",
    report,
    schedule=FixedRate(duration=timedelta(hours=1)),
)  # often
'''
TRIGGERS = """\
NIGHT = flyte.Cron("0 2 * * *")

N = 4

# At night.
nightly = flyte.Trigger(
    name="nightly",
    automation=NIGHT,
    inputs={"n": N},
    auto_activate=False,
)

rated = flyte.Trigger(
    name="rated",
    automation=flyte.FixedRate(interval_minutes=60),
    auto_activate=False,
)  # often


# The report.
@env.task(triggers=[nightly, rated])
def report("""


def plans(folder: Path, **files: str) -> dict[str, Plan]:
    for name, source in files.items():
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
    paths = [folder / f"{name}.py" for name in files]
    made = plan_files(paths, Project(root=folder), Settings(orchestration="sequential"))
    return {path.stem: plan for path, plan in made.items()}


def after(folder: Path, **files: str) -> dict[str, str]:
    made = plans(folder, **files)
    assert not any(plan.left for plan in made.values()), [(n, p.left) for n, p in made.items()]
    return {name: apply_edits(source, made[name].edits) if name in made else source for name, source in files.items()}


def test_launch_plans_go_to_their_workflow(tmp_path: Path) -> None:
    made = after(tmp_path, flows=FLOWS, plans=PLANS)
    assert TRIGGERS in made["flows"]
    assert made["flows"].startswith('"""Flows."""\n\nimport flyte\n\n\nenv = ')
    assert made["plans"] == '"""Launch plans."""\n\nN = 4\n'


def test_it_is_said_where_they_went(tmp_path: Path) -> None:
    made = plans(tmp_path, flows=FLOWS, plans=PLANS)
    assert made["plans"].done == [
        "`nightly` goes to flows.py, where its workflow `report` is",
        "`rated` goes to flows.py, where its workflow `report` is",
    ]


def test_another_name_of_the_workflow_is_its_own_there(tmp_path: Path) -> None:
    source = PLANS.replace("import report", "import report as wf").replace("report,", "wf,")
    assert TRIGGERS in after(tmp_path, flows=FLOWS, plans=source)["flows"]
    by_module = PLANS.replace("from flows import report", "import flows").replace("report,", "flows.report,")
    assert TRIGGERS in after(tmp_path, flows=FLOWS, plans=by_module)["flows"]


def test_what_a_launch_plan_reads_is_imported_there(tmp_path: Path) -> None:
    source = PLANS.replace("from datetime import timedelta", "import datetime as dt\nimport os")
    source = source.replace("timedelta(hours=1)", "dt.timedelta(hours=int(2))").replace('"nightly"', 'os.environ["N"]')
    made = after(tmp_path, flows=FLOWS, plans=source)["flows"]
    assert made.startswith('"""Flows."""\n\nimport datetime as dt\nimport os\n\nimport flyte\n')
    assert 'name=os.environ["N"],' in made


def test_what_else_the_file_does_stays(tmp_path: Path) -> None:
    source = PLANS + "\n\ndef start(n: int) -> int:\n    return report(n=n) + N\n"
    made = after(tmp_path, flows=FLOWS, plans=source)["plans"]
    assert made == (
        '"""Launch plans."""\n\nfrom flows import report\n\nN = 4\n\n\n'
        "def start(n: int) -> int:\n    return report(n=n) + N\n"
    )


def test_two_files_of_launch_plans(tmp_path: Path) -> None:
    more = PLANS.replace("nightly", "daily").replace("rated", "often").replace("NIGHT", "DAY").replace("N = 4", "M = 4")
    more = more.replace('"n": N', '"n": M')
    made = after(tmp_path, flows=FLOWS, plans=PLANS, more=more)["flows"]
    assert "@env.task(triggers=[" in made
    assert all(f"{name} = flyte.Trigger(" in made for name in ("nightly", "rated", "daily", "often"))


STAY = {
    "read": ("print(nightly)\n", "nightly"),
    "a name that is taken": ("", "N"),
    "read elsewhere": ("print(NIGHT)\n", "N"),
    "a function": ("", "make"),
    "a relative import": ("", "relative"),
}


@pytest.mark.parametrize("case", STAY)
def test_what_cannot_go_stays(tmp_path: Path, case: str) -> None:
    flows, source = FLOWS, PLANS + STAY[case][0]
    if case == "a name that is taken":
        flows += "\nN = 5\n"
    if case == "a function":
        source = source.replace('"n": N', '"n": make()').replace("NIGHT =", "def make():\n    return 1\n\n\nNIGHT =")
    if case == "a relative import":
        source = source.replace("N = 4", "from .other import N")
    made = plans(tmp_path, flows=flows, plans=source)
    assert made["flows"].left
    assert any("`report` is not defined in this module" in o.message for o in made["plans"].left)


def test_launch_plans_that_are_used_by_others_stay(tmp_path: Path) -> None:
    user = "from plans import nightly\nfrom flytekit import FlyteRemote\n\nFlyteRemote().execute(nightly, inputs={})\n"
    made = plans(tmp_path, flows=FLOWS, plans=PLANS, user=user)
    assert made["flows"].left
    assert made["plans"].left


def test_reasons_stand_where_the_launch_plan_stood(tmp_path: Path) -> None:
    source = PLANS.replace('"n": N', '"m": N')
    made = plans(tmp_path, flows=FLOWS, plans=source)
    found = [o for o in made["plans"].left if "has no input `m`" in o.message]
    assert [source[o.span.start : o.span.end].partition(" ")[0] for o in found] == ["nightly"]
    assert [o.message for o in made["flows"].left] == [
        "`report` is used by plans.py, which stays Flyte 1; migrate that first."
    ]


def test_alone_the_file_tells_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "flows.py").write_text(FLOWS, encoding="utf-8")
    made = plans(tmp_path, plans=PLANS)
    assert any("where both files are migrated together" in o.message for o in made["plans"].left)
