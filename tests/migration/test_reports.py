"""Decks become reports with the same tabs and the same HTML."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration import plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from tests.migration.helpers import migrated, planned, reasons
from tests.migration.test_differential import run

HEAD = "from flytekit import Deck, current_context, dynamic, task\n\n\n"

DECKS = """\
import flytekit
import pandas as pd
from flytekit import Deck, current_context, dynamic, task
from flytekit.deck import MarkdownRenderer, TopFrameRenderer


@task(enable_deck=True)
def several(n: int) -> dict[str, str]:
    ctx = current_context()
    first = Deck("first", MarkdownRenderer().to_html("# Title"))
    first.append("<p>more</p>")
    ctx.decks.insert(0, first)
    renderer = MarkdownRenderer()
    Deck("second", renderer.to_html(text="*a*"))
    flytekit.current_context().default_deck.append("<b>main</b>")
    frame = pd.DataFrame({"n": range(n)})
    flytekit.Deck("frame", TopFrameRenderer(max_rows=4).to_html(df=frame))
    empty = Deck("empty")
    empty.append(html="<i>late</i>")
    Deck.publish()
    return shown()


@task(disable_deck=False)
def again(n: int) -> dict[str, str]:
    for i in range(n):
        Deck("state", f"<p>{i}</p>")
    if n > 1:
        Deck("twice", "a")
        Deck("twice", "b")
    return shown()


@dynamic
def outer(n: int) -> dict[str, str]:
    deck = current_context().default_deck
    deck.append("<p>dynamic</p>")
    current_context().decks.insert(0, Deck("own", "<p>own</p>"))
    return shown()
"""
OLD = """

def shown() -> dict[str, str]:
    decks = current_context().decks
    found = {d.name.replace("default", "main"): d.html.strip("\\n") for d in decks if d.name != "Timeline"}
    decks.clear()  # tasks of a local run share the list; the time line is Flyte 1's own
    return found
"""
NEW = """

def shown() -> dict[str, str]:
    return {n: t.get_html().strip("\\n") for n, t in flyte.report.current_report().tabs.items() if t.content}
"""


@pytest.mark.sdk
def test_the_tabs_are_what_the_decks_were(tmp_path: Path) -> None:
    calls = "several(n=20), again(n=3), outer(n=1)"
    old = run("flyte1", [{"id": "a", "source": DECKS + OLD, "call": calls}], tmp_path)["a"]
    new = run("flyte2", [{"id": "a", "source": migrated(DECKS) + NEW, "call": calls}], tmp_path)["a"]
    assert "error" not in old, old["error"]
    assert "error" not in new, new["error"]
    assert new["value"] == old["value"]
    assert set(new["value"][0]) == {"first", "second", "main", "frame", "empty"}


def test_the_layout_of_html_stays() -> None:
    source = (
        HEAD
        + '@task(enable_deck=True)\ndef f() -> None:\n    Deck(\n        "a",\n        # why\n        html,\n    )\n'
    )
    assert 'flyte.report.get_tab("a").log(\n        # why\n        html,\n    )' in migrated(source)


def test_an_async_task_does_not_block() -> None:
    source = HEAD + (
        "@task(enable_deck=True)\nasync def f() -> None:\n"
        "    current_context().default_deck.append('a')\n    Deck.publish()\n"
    )
    after = migrated(source)
    assert "flyte.report.get_tab(\"main\").log('a')" in after
    assert "await flyte.report.flush.aio()" in after


def test_a_dynamic_that_runs_branches_may_log() -> None:
    source = HEAD + (
        "@task\ndef one(x: int) -> int:\n    return x\n\n\n@dynamic\ndef f(x: int) -> int:\n"
        "    current_context().default_deck.append('a')\n    return one(x=x)\n"
    )
    assert "flyte.report.get_tab(\"main\").log('a')" in migrated(source)


FLUSHED = (
    HEAD
    + """\
@task
def one(x: int) -> int:
    return x


def show() -> None:
    Deck("a", "b")
    Deck.publish()


@dynamic(enable_deck=True)
def f(x: int) -> tuple[int, int]:
    a = one(x=x)
    b = one(x=2)
    {}
    return a, b
"""
)


@pytest.mark.parametrize("call", ["Deck.publish()", "show()"])
def test_a_dynamic_that_waits_for_its_report_is_not_made_async(call: str) -> None:
    source = FLUSHED.format(call)
    plan = plan_module(build(Document("file:///example.py", source)), "example")
    assert not plan.left
    after = apply_edits(source, plan.edits)
    assert "async def" not in after and "flyte.report.flush()" in after
    assert any("blocks" in note.message for note in plan.notes)


def test_a_helper_of_an_async_task_must_not_wait() -> None:
    source = FLUSHED.format("show()") + "\n\n@task\nasync def g() -> None:\n    show()\n"
    assert any("must not wait" in message for message in reasons(source))


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        ("return Deck('a', 'b').html", "Deck"),
        ("deck = Deck('a', 'b')\nshow(deck.append('c'))", "gave the deck"),
        ("Deck('a', 'b', auto_add_to_deck=False)", "always shows"),
        ("print(current_context().decks)", "decks"),
        ("current_context().decks.insert(0, make())", "list of them"),
        ("decks = [Deck('a', 'b')]", "Deck"),
        ("print(current_context().timeline_deck)", "timeline_deck"),
    ],
)
def test_decks_that_have_no_equal_form_are_refused(statements: str, reason: str) -> None:
    lines = "".join(f"    {line}\n" for line in statements.splitlines())
    source = HEAD + f"@task(enable_deck=True)\ndef f():\n{lines}"
    assert any(reason in message for message in reasons(source)), reasons(source)


def test_a_deck_of_cards_is_left_alone() -> None:
    source = "from flytekit import task\n\n\nclass Deck:\n    pass\n\n\n@task\ndef f() -> None:\n    Deck()\n"
    assert "    Deck()\n" in migrated(source)


PLUGIN = """\
import pandas as pd
from flytekit import Deck, ImageSpec, task
from flytekitplugins.deck import BoxRenderer, FrameProfilingRenderer, ImageRenderer
from flytekitplugins.deck.renderer import MarkdownRenderer

{image}
@task(enable_deck=True)
def show(n: int) -> int:
    df = pd.DataFrame({{"n": range(n)}})
    Deck("shown", {html})
    return n
"""

RENDERED = {
    "a profile": (
        "FrameProfilingRenderer('penguins').to_html(df)",
        "ydata_profiling.ProfileReport(df, title='penguins').to_html()",
    ),
    "its own title": (
        "FrameProfilingRenderer().to_html(df=df)",
        'ydata_profiling.ProfileReport(df, title="Pandas Profiling Report").to_html()',
    ),
    "a box plot": ("BoxRenderer(column_name='n').to_html(df)", "plotly.express.box(df, y='n').to_html()"),
    "markdown": ("MarkdownRenderer().to_html('# A')", "markdown.markdown('# A')"),
}


@pytest.mark.parametrize(("before", "after"), RENDERED.values(), ids=RENDERED)
def test_a_renderer_of_the_plugin_is_its_library(before: str, after: str) -> None:
    made = migrated(PLUGIN.format(image="", html=before))
    assert after in made
    assert f"import {after.partition('(')[0].rpartition('.')[0]}\n" in made
    assert "flytekitplugins" not in made


def test_the_image_gets_the_library_for_the_plugin() -> None:
    image = 'IMAGE = ImageSpec(name="a", packages=["pandas", "flytekitplugins-deck-standard==1.15"])\n'
    made = migrated(PLUGIN.format(image=image, html="BoxRenderer('n').to_html(df)"))
    assert '"pandas", "plotly"' in " ".join(made.split())


OTHER = {
    "more than one expression": "ImageRenderer().to_html(df)",
    "no column": "BoxRenderer().to_html(df)",
    "another parameter": "FrameProfilingRenderer(name='a').to_html(df)",
    "more that is rendered": "MarkdownRenderer().to_html('# A', 2)",
    "the renderer itself": "str(MarkdownRenderer())",
}


@pytest.mark.parametrize("html", OTHER.values(), ids=OTHER)
def test_other_renderers_of_the_plugin_are_refused(html: str) -> None:
    assert any(
        "Renderer" in r or "to_html" in r or "parameter" in r for r in reasons(PLUGIN.format(image="", html=html))
    )


def test_the_plugin_in_an_image_without_its_renderers_is_refused() -> None:
    image = 'IMAGE = ImageSpec(name="a", packages=["flytekitplugins-deck-standard"])\n'
    assert any("no Flyte 2 package" in r for r in reasons(PLUGIN.format(image=image, html="'a'")))


ANNOTATED = """\
from typing import Annotated
import pandas as pd
from flytekit import task
from flytekit.deck import TopFrameRenderer


@task({options})
def show(n: int) -> Annotated[pd.DataFrame, {metadata}]:
    return pd.DataFrame({{"n": range(n)}})
"""


def test_a_result_is_not_rendered_and_the_reviewer_reads_so_where_it_was() -> None:
    for options, told in (("enable_deck=True", True), ("retries=1", False)):
        source = ANNOTATED.format(options=options, metadata="TopFrameRenderer(3)")
        assert "def show(n: int) -> pd.DataFrame:" in migrated(source)
        assert any("in its deck" in n.message for n in planned(source).notes) == told


@pytest.mark.parametrize("metadata", ["TopFrameRenderer(3), 'more'", "RENDERER"])
def test_other_annotations_with_a_renderer_are_refused(metadata: str) -> None:
    source = ANNOTATED.format(options="", metadata=metadata).replace(
        "\n\n\n", "\nRENDERER = TopFrameRenderer(3)\n\n", 1
    )
    assert any("TopFrameRenderer" in r for r in reasons(source))
