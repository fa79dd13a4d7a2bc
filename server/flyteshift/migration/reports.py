"""Decks become reports: `Deck(name, html)` is a tab, the default deck the tab `main`, `Deck.publish()` a flush.

`flyte.report.log` and `flush` block, which an async task must not (flyte 2.12 raises "Deadlock detected"); the `log` of
a tab does not. So code that may run in an async task writes to the tab `main` by its name.
"""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration.arguments import Given, arguments, by_name
from flyteshift.migration.contexts import CONTEXT, is_repeated, outermost
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.layout import indent, taken
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting.calls import Argument, print_call
from flyteshift.rewriting.imports import drop
from flyteshift.text import Edit

DECK = "flytekit.Deck"
DEFAULT = f"{CONTEXT}.default_deck"
ORDER = ("name", "html", "auto_add_to_deck")
VALUE = "A Flyte 2 tab belongs to the report of its task: make it in a statement of its own, then migrate."
HIDDEN = "A Flyte 2 tab always shows; flyteshift cannot tell where this deck is added."
TABS = "The tabs of a report stand in the order in which they are first used; the main tab comes first."
RESULT = (
    "`append` of a deck gave the deck, `log` of a tab gives nothing: write one append in a statement, then migrate."
)
BLOCKS = "An async task must not wait for a report as this function does; publish in the task itself, then migrate."
DECKS = "Flyte 2 names a tab, `flyte.report.get_tab(name)`; there is no list of them."


def statement(draft: Draft, node: Node) -> list[Edit] | None:
    """The edits of a statement that makes a deck, or puts one among the decks of the task."""
    if node.type != "expression_statement" or not node.named_children:
        return None
    inner = node.named_children[0]
    if inner.type == "assignment" and inner.child_by_field_name("type") is None:
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if left is not None and right is not None and _is_deck(draft, right):
            return _named(draft, node, left, right)
    if inner.type == "call" and _symbol(draft, inner) == f"{CONTEXT}.decks.insert":
        return _inserted(draft, node, inner)
    if inner.type == "call" and _is_deck(draft, inner):
        code = _logged(draft, inner)
        return [] if code is None else [Edit(draft.span(node), code)]
    return None


def _symbol(draft: Draft, call: Node) -> str | None:
    function = call.child_by_field_name("function")
    return draft.symbol(function) if function is not None else None


def _is_deck(draft: Draft, node: Node) -> bool:
    return node.type == "call" and _symbol(draft, node) == DECK


def _named(draft: Draft, node: Node, left: Node, call: Node) -> list[Edit]:
    """`deck = Deck(name, html)`: the tab, and a line that writes to it."""
    if left.type != "identifier" or outermost(node) is None:
        draft.refuse(node, VALUE, DECK)
        return []
    given = _given(draft, call)
    if given is None:
        return []
    draft.imports.add("import flyte.report")
    name = f"flyte.report.get_tab({draft.source(given['name'].value)})"
    code = f"{text(left)} = {name}"
    html = given.get("html")
    if html is not None and text(html.value) not in ('""', "''"):
        start = indent(draft, node)
        new = print_call(f"{text(left)}.log", [_argument(draft, html)], draft.style, start, taken(draft, node))
        code += f"{draft.style.newline}{start}{new}"
    return [Edit(draft.span(node), code)]


def _inserted(draft: Draft, node: Node, call: Node) -> list[Edit]:
    """`decks.insert(0, deck)`: a deck is there already, and a Flyte 2 report orders its tabs by their first use."""
    given = arguments(draft, call)
    function = call.child_by_field_name("function")
    if len(given) != 2 or function is None or any(g.name for g in given):
        draft.refuse(node, DECKS, f"{CONTEXT}.decks")
        return []
    draft.claim_within(function)
    draft.note(node, TABS)
    deck = given[1].value
    if _is_deck(draft, deck):
        code = _logged(draft, deck)
        return [] if code is None else [Edit(draft.span(node), code)]
    if deck.type == "identifier":
        return drop(draft.document, node)
    draft.refuse(node, DECKS, f"{CONTEXT}.decks")
    return []


def _logged(draft: Draft, call: Node) -> str | None:
    """`Deck(name, html)` as `flyte.report.get_tab(name).log(html)`.

    Of decks with one name Flyte 1 showed the last; where there may be more, the new one replaces what the tab had.
    """
    given = _given(draft, call)
    if given is None:
        return None
    draft.imports.add("import flyte.report")
    tab = f"flyte.report.get_tab({draft.source(given['name'].value)})"
    html = given.get("html")
    if html is None:
        return tab
    method = "replace" if _again(draft, call, given["name"].value) else "log"
    return print_call(f"{tab}.{method}", [_argument(draft, html)], draft.style, indent(draft, call), taken(draft, call))


def _argument(draft: Draft, html: Given) -> Argument:
    return Argument(draft.source(html.value), html.before, html.behind)


def _given(draft: Draft, call: Node) -> dict[str, Given] | None:
    given = by_name(draft, call, ORDER)
    if given is None or "name" not in given:
        return None
    added = given.get("auto_add_to_deck")
    if added is not None and text(added.value) != "True":
        draft.refuse(added.node, HIDDEN, f"{DECK}(auto_add_to_deck)")
        return None
    return given


def _again(draft: Draft, call: Node, name: Node) -> bool:
    """True where the function may make another deck of this name."""
    function = outermost(call)
    if function is None:
        return False
    same = [
        n
        for n in walk(function)
        if _is_deck(draft, n) and any(text(g.value) == text(name) for g in arguments(draft, n)[:1])
    ]
    return len(same) > 1 or is_repeated(call, function)


def append(draft: Draft, node: Node) -> str | None:
    """`deck.append(html)` as `deck.log(html)`."""
    function = node.child_by_field_name("function")
    of = function.child_by_field_name("object") if function is not None else None
    given = arguments(draft, node)
    if function is None or of is None or len(given) != 1 or given[0].name not in ("", "html"):
        return None
    if node.parent is None or node.parent.type != "expression_statement":
        draft.claim_within(function)
        draft.refuse(node, RESULT, f"{DECK}.append")
        return None
    end = draft.span(function).end
    for reference in draft.uses(function):
        if reference.kind == "attribute" and reference.span.end == end:
            draft.claim(reference.span)
    html = [Argument(draft.source(given[0].value), given[0].before, given[0].behind)]
    start, columns = indent(draft, node), taken(draft, node)
    if of.type == "identifier":
        return print_call(f"{text(of)}.log", html, draft.style, start, columns)
    if _is_deck(draft, of):
        made = _given(draft, of)
        if made is None or "html" in made:
            draft.refuse(node, VALUE, DECK)
            return None
        return print_call(f"{_logged(draft, of)}.log", html, draft.style, start, columns)
    if text(of.child_by_field_name("attribute")) != "default_deck":
        return None
    draft.claim_within(function)
    draft.imports.add("import flyte.report")
    method = 'flyte.report.get_tab("main").log' if _may_be_async(draft, node) else "flyte.report.log"
    return print_call(method, html, draft.style, start, columns)


def default(draft: Draft, node: Node) -> str | None:
    """`deck = current_context().default_deck` as the tab `main`."""
    above = node.parent
    if above is None or above.type != "assignment":
        return None
    draft.claim_within(node)
    draft.imports.add("import flyte.report")
    return 'flyte.report.get_tab("main")'


def publish(draft: Draft, node: Node) -> str | None:
    """`Deck.publish()` as `flyte.report.flush()`."""
    function = node.child_by_field_name("function")
    if function is None:
        return None
    draft.claim_within(function)
    draft.imports.add("import flyte.report")
    around = _nearest(node)
    if around is not None and text(around).startswith("async"):
        return "await flyte.report.flush.aio()"
    tasks = draft.tasks.values()
    helper = all(t.function != around for t in tasks)
    if helper and any(text(t.function).startswith("async") for t in tasks):
        draft.refuse(node, BLOCKS, f"{DECK}.publish")
        return None
    return "flyte.report.flush()"


def _nearest(node: Node) -> Node | None:
    above = node.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    return above


def _may_be_async(draft: Draft, node: Node) -> bool:
    """False for the body of a sync task that stays one."""
    function = _nearest(node)
    task = next((t for t in draft.tasks.values() if function is not None and t.function == function), None)
    return task is None or task.kind != "task" or text(task.function).startswith("async")


HANDLERS: dict[str, Handler] = {
    f"{DECK}.append()": append,
    f"{DECK}.publish()": publish,
    f"{DEFAULT}.append()": append,
    DEFAULT: default,
}
