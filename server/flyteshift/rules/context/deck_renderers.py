"""FS605: deck renderers become HTML that you make."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS605",
    name="deck-renderers",
    summary="A renderer such as `TopFrameRenderer(10).to_html(df)` becomes `df.to_html(max_rows=10)`.",
    shift="""\
Flyte 1 came with classes that turn values into HTML for decks, and `flytekitplugins-deck-standard` with more. A
report of Flyte 2 takes any HTML string, and making it is the library's job: `df.to_html()` in pandas,
`figure.to_html()` in Plotly, `MarkdownIt().render(text)` of markdown-it-py. Your own renderer classes stay as they
are: anything with `to_html` can be called.""",
    guide="overview",
    applicability="unsafe",
    automatic="""\
Migrate rewrites `MarkdownRenderer().to_html(text)` to markdown-it, which Flyte 2 installs as well, and
`TopFrameRenderer(...).to_html(df)` to pandas' own `to_html`; of `flytekitplugins.deck` the Markdown, box plot and
profile of a frame to `markdown`, Plotly and `ydata_profiling`, where they are made and used in one expression. Others
are refused.
`Annotated[pd.DataFrame, TopFrameRenderer(10)]` becomes `pd.DataFrame`: Flyte 2 shows what is logged.""",
    gotchas=(
        "The library that makes the HTML must be in the image of the environment.",
        "`TopFrameRenderer` cut frames to 10 rows and 100 columns; `df.to_html()` writes all of it.",
    ),
    examples=(
        Example(
            before="""\
import pandas as pd

from flytekit import Deck, task
from flytekit.deck.renderer import TopFrameRenderer


@task(enable_deck=True)
def preview(rows: int) -> str:
    df = pd.DataFrame({"n": range(rows)})
    html = TopFrameRenderer(max_rows=4).to_html(df)
    Deck("Preview", html)
    return html
""",
            after="""\
import pandas as pd

import flyte
import flyte.report

env = flyte.TaskEnvironment(name="previews", image=flyte.Image.from_debian_base().with_pip_packages("pandas"))


@env.task(report=True)
def preview(rows: int) -> str:
    df = pd.DataFrame({"n": range(rows)})
    html = df.to_html(max_rows=4, max_cols=100)
    flyte.report.get_tab("Preview").log(html)
    flyte.report.flush()
    return html
""",
            call="preview(rows=20)",
        ),
        Example(
            before="""\
from flytekit import Deck, task
from flytekit.deck import MarkdownRenderer


@task(enable_deck=True)
def summary(rows: int) -> str:
    html = MarkdownRenderer().to_html(f"# {rows} rows")
    Deck("Summary", html)
    return html
""",
            after="""\
import flyte
import flyte.report
import markdown_it

env = flyte.TaskEnvironment(name="summaries")


@env.task(report=True)
def summary(rows: int) -> str:
    html = markdown_it.MarkdownIt().render(f"# {rows} rows")
    flyte.report.get_tab("Summary").log(html)
    return html
""",
            call="summary(rows=3)",
        ),
        Example(
            before="""\
from typing import Annotated

import pandas as pd
from flytekit import task, workflow
from flytekit.deck import TopFrameRenderer


@task(enable_deck=True)
def numbers(rows: int) -> Annotated[pd.DataFrame, TopFrameRenderer(5)]:
    return pd.DataFrame({"n": range(rows)})


@task
def total(df: pd.DataFrame) -> int:
    return int(df["n"].sum())


@workflow
def summed(rows: int) -> int:
    return total(df=numbers(rows=rows))
""",
            after="""\
import flyte
import pandas as pd

env = flyte.TaskEnvironment(name="summed")


@env.task(report=True)
def numbers(rows: int) -> pd.DataFrame:
    return pd.DataFrame({"n": range(rows)})


@env.task
def total(df: pd.DataFrame) -> int:
    return int(df["n"].sum())


@env.task
def summed(rows: int) -> int:
    return total(df=numbers(rows=rows))
""",
            call="summed(rows=9)",
        ),
    ),
    ignores=(
        """\
class MarkdownRenderer:
    def to_html(self, text: str) -> str:
        return f"<p>{text}</p>"


print(MarkdownRenderer().to_html("text"))
""",
    ),
)
