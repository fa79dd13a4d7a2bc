"""FS708: labels, annotations, options and concurrency policies."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS708",
    name="launch-options",
    summary=(
        "`Labels({...})` and `Annotations({...})` become plain dicts on `flyte.Trigger` or `flyte.with_runcontext`."
    ),
    shift="""\
Flyte 1 wrapped what belongs to a run in objects: `Labels`, `Annotations`, `Options`, `RawOutputDataConfig`. Flyte 2
takes plain values: `labels={...}` and `annotations={...}` on a trigger for scheduled runs and on
`flyte.with_runcontext(...)` for runs that you start, with `raw_data_path=`, `overwrite_cache=` and
`service_account=` beside them. Tasks have no labels of their own; a pod template can carry them.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate makes `Labels` and `Annotations` of a launch plan the dicts that they hold. "
        "`Options` and `ConcurrencyPolicy` are yours to decide."
    ),
    gotchas=(
        "`ConcurrencyPolicy` has no counterpart: nothing limits overlapping runs of a schedule. "
        "`max_action_concurrency` limits the actions inside one run.",
        "`raw_output_data_config` of a launch plan has no place on a trigger; "
        "`with_runcontext(raw_data_path=...)` sets it for runs that you start.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Annotations, Labels, LaunchPlan, workflow


@workflow
def report(n: int = 10) -> int:
    return n


labelled = LaunchPlan.get_or_create(
    report,
    "labelled",
    labels=Labels({"team": "data"}),
    annotations=Annotations({"contact": "data@example.com"}),
)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="report")

labelled = flyte.Trigger(
    name="labelled",
    auto_activate=False,
    labels={"team": "data"},
    annotations={"contact": "data@example.com"},
)


@env.task(triggers=labelled)
def report(n: int = 10) -> int:
    return n
""",
            call="report(n=4)",
        ),
        Example(
            before="""\
from flytekit import Labels, Options, task
from flytekit.configuration import Config
from flytekit.models.common import RawOutputDataConfig
from flytekit.remote import FlyteRemote


@task
def total(n: int) -> int:
    return sum(range(n))


def start(n: int) -> None:
    options = Options(
        labels=Labels({"team": "data"}),
        raw_output_data_config=RawOutputDataConfig(output_location_prefix="s3://reports/raw"),
    )
    FlyteRemote(Config.auto()).execute(total, inputs={"n": n}, options=options)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="reports")


@env.task
def total(n: int) -> int:
    return sum(range(n))


def start(n: int) -> None:
    flyte.init_from_config()
    flyte.with_runcontext(labels={"team": "data"}, raw_data_path="s3://reports/raw").run(total, n=n)
""",
            why_not_run="It needs a Flyte backend.",
        ),
    ),
    ignores=(
        """\
import flyte

weekly = flyte.Trigger(name="weekly", labels={"team": "data"}, annotations={}, auto_activate=False)
""",
        """\
from plotting import Annotations, Labels, Options

figure = [Labels({"x": "n"}), Annotations({}), Options()]
""",
    ),
)
