"""FS209: reports of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS209",
    name="enable-deck",
    summary="`enable_deck=True` becomes `report=True` on `@env.task`; `disable_deck=True` is simply left out.",
    shift="""\
Flyte 1 decks come with tabs that nobody wrote: source code, dependencies, timeline, inputs and outputs.
A Flyte 2 report holds only what the task logs: `flyte.report.log(html)` or `flyte.report.get_tab(name).log(html)`.
`deck_fields=` chose among the automatic tabs, so it goes without a successor.
`disable_deck=False` is the old spelling of `enable_deck=True`.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic=(
        "Migrate writes `report=True` where the deck is on, with a note, and drops the rest. It refuses "
        "values other than True and False, and leaves what fills the deck to you."
    ),
    gotchas=(
        "Report calls do nothing, without an error, outside a run and in a task without `report=True`.",
        "In `async def` tasks write `await flyte.report.log.aio(...)`.",
        "Timeline, source and input/output tabs do not exist in Flyte 2.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import Deck, task


@task(enable_deck=True)
def summarize(xs: list[int]) -> int:
    Deck("Summary", f"<b>{len(xs)} rows</b>")
    return sum(xs)


@task(disable_deck=True)
def largest(xs: list[int]) -> int:
    return max(xs)
""",
            after="""\
import flyte
import flyte.report

env = flyte.TaskEnvironment(name="summary")


@env.task(report=True)
def summarize(xs: list[int]) -> int:
    flyte.report.get_tab("Summary").log(f"<b>{len(xs)} rows</b>")
    flyte.report.flush()
    return sum(xs)


@env.task
def largest(xs: list[int]) -> int:
    return max(xs)
""",
            call="[summarize(xs=[1, 2, 3]), largest(xs=[1, 2, 3])]",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="summary")


@env.task(report=True)
def summarize(xs: list[int]) -> int:
    return sum(xs)
""",
        """\
def start(enable_deck=True, disable_deck=False):
    return enable_deck and not disable_deck


start(enable_deck=False)
""",
    ),
)
