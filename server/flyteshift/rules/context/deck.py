"""FS604: decks become reports."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS604",
    name="deck",
    summary='`Deck("Summary", html)` becomes `flyte.report.get_tab("Summary").log(html)` in a task with `report=True`.',
    shift="""\
A task's decks are one report with tabs. `flyte.report.log(html)` writes to the main tab, which was the default
deck, and `flyte.report.get_tab(name).log(html)` to another one. `Deck.publish()` becomes `flyte.report.flush()`;
without it the report is written when the task ends. `enable_deck=True` becomes `report=True` on the task. In async
tasks use `await flyte.report.log.aio(...)` and `await flyte.report.flush.aio()`.""",
    guide="overview",
    applicability="unsafe",
    automatic="""\
Migrate rewrites decks made in statements of their own or kept in a variable, `append`, `publish`, the default deck, and
drops `decks.insert`. Where a deck may be made again under its name, the tab is replaced, because Flyte 1 showed the
last. It refuses decks that are passed on, and chained `append`s.""",
    examples=(
        Example(
            before="""\
from flytekit import Deck, current_context, task


@task(enable_deck=True)
def summarize(rows: int) -> str:
    html = f"<p>{rows} rows</p>"
    Deck("Summary", html)
    current_context().default_deck.append("<h1>Done</h1>")
    Deck.publish()
    return html
""",
            after="""\
import flyte
import flyte.report

env = flyte.TaskEnvironment(name="summaries")


@env.task(report=True)
def summarize(rows: int) -> str:
    html = f"<p>{rows} rows</p>"
    flyte.report.get_tab("Summary").log(html)
    flyte.report.log("<h1>Done</h1>")
    flyte.report.flush()
    return html
""",
            call="summarize(rows=3)",
        ),
    ),
    ignores=(
        """\
import flyte
import flyte.report

env = flyte.TaskEnvironment(name="summaries")


@env.task(report=True)
def summarize(rows: int) -> None:
    flyte.report.log(f"<p>{rows} rows</p>", do_flush=True)
""",
        """\
import random


class Deck:
    def __init__(self, name, cards):
        self.cards = cards

    def publish(self):
        random.shuffle(self.cards)


Deck("poker", list(range(52))).publish()
""",
    ),
)
