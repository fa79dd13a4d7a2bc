"""Renderers of decks as the HTML that the library below makes: `TopFrameRenderer(5).to_html(df)` is `df.to_html()`.

What is one expression of that library is written so (read in flytekit 1.16 and flytekitplugins-deck-standard 1.16).
"""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration.arguments import arguments, by_name
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.layout import indent, taken
from flyteshift.rewriting.calls import Argument, print_call

PLUGIN = "flytekitplugins.deck"
BOX, PROFILE, MARKDOWN = (f"{PLUGIN}.{name}" for name in ("BoxRenderer", "FrameProfilingRenderer", "MarkdownRenderer"))
PACKAGES = {BOX: "plotly", PROFILE: "ydata-profiling", MARKDOWN: "markdown"}
"""What a task needs in its image once a renderer of the plugin is written as its library says it."""
NEEDED = "The images of this module's tasks must have `{0}` now, where they had `flytekitplugins-deck-standard`."


def _markdown(draft: Draft, node: Node) -> str | None:
    """`MarkdownRenderer()` is markdown-it's own parser, which Flyte 2 installs as well."""
    if arguments(draft, node):
        return None
    function = node.child_by_field_name("function")
    if function is None:
        return None
    draft.claim(function)
    draft.imports.add("import markdown_it")
    return "markdown_it.MarkdownIt()"


def _render(draft: Draft, node: Node) -> str | None:
    """`renderer.to_html(text)` as `renderer.render(text)`."""
    function = node.child_by_field_name("function")
    of = function.child_by_field_name("object") if function is not None else None
    given = arguments(draft, node)
    if function is None or of is None or len(given) != 1 or given[0].name not in ("", "text"):
        return None
    end = draft.span(function).end
    for reference in draft.uses(function):
        if reference.kind == "attribute" and reference.span.end == end:
            draft.claim(reference.span)
    return print_call(
        f"{draft.source(of)}.render",
        [Argument(draft.source(given[0].value), given[0].before, given[0].behind)],
        draft.style,
        indent(draft, node),
        taken(draft, node),
    )


def _made(draft: Draft, node: Node, value: str, order: tuple[str, ...]) -> tuple[Node, dict[str, str]] | None:
    """What `Renderer(...).to_html(value)` renders, and what the renderer was given; None for other forms."""
    function = node.child_by_field_name("function")
    made = function.child_by_field_name("object") if function is not None else None
    rendered = arguments(draft, node)
    if function is None or made is None or made.type != "call" or len(rendered) != 1:
        return None
    if rendered[0].name not in ("", value):
        return None
    given = by_name(draft, made, order)
    if given is None:
        return None
    draft.claim_within(function)
    return rendered[0].value, {name: draft.source(g.value) for name, g in given.items()}


def _frame(draft: Draft, node: Node) -> str | None:
    """`TopFrameRenderer(rows, columns).to_html(df)` as `df.to_html(max_rows=rows, max_cols=columns)`."""
    made = _made(draft, node, "df", ("max_rows", "max_cols"))
    if made is None:
        return None
    frame, given = made
    code = draft.source(frame)
    if frame.type not in ("identifier", "attribute", "call", "subscript"):
        code = f"({code})"
    return f"{code}.to_html(max_rows={given.get('max_rows', '10')}, max_cols={given.get('max_cols', '100')})"


def _profile(draft: Draft, node: Node) -> str | None:
    """`FrameProfilingRenderer(title).to_html(df)` as `ydata_profiling.ProfileReport(df, title=title).to_html()`."""
    made = _made(draft, node, "df", ("title",))
    if made is None:
        return None
    draft.imports.add("import ydata_profiling")
    draft.note(node, NEEDED.format(PACKAGES[PROFILE]))
    title = made[1].get("title", '"Pandas Profiling Report"')
    return f"ydata_profiling.ProfileReport({draft.source(made[0])}, title={title}).to_html()"


def _box(draft: Draft, node: Node) -> str | None:
    """`BoxRenderer(column).to_html(df)` as `plotly.express.box(df, y=column).to_html()`."""
    made = _made(draft, node, "df", ("column_name",))
    if made is None or "column_name" not in made[1]:
        return None
    draft.imports.add("import plotly.express")
    draft.note(node, NEEDED.format(PACKAGES[BOX]))
    return f"plotly.express.box({draft.source(made[0])}, y={made[1]['column_name']}).to_html()"


def _plugin_markdown(draft: Draft, node: Node) -> str | None:
    """The plugin's `MarkdownRenderer().to_html(text)` as `markdown.markdown(text)`."""
    made = _made(draft, node, "text", ())
    if made is None:
        return None
    draft.imports.add("import markdown")
    draft.note(node, NEEDED.format(PACKAGES[MARKDOWN]))
    return f"markdown.markdown({draft.source(made[0])})"


HANDLERS: dict[str, Handler] = {
    "flytekit.deck.MarkdownRenderer()": _markdown,
    "flytekit.deck.MarkdownRenderer.to_html()": _render,
    "flytekit.deck.TopFrameRenderer.to_html()": _frame,
    f"{PROFILE}.to_html()": _profile,
    f"{BOX}.to_html()": _box,
    f"{MARKDOWN}.to_html()": _plugin_markdown,
}
