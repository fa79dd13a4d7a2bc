"""`map_task(f, min_success_ratio=0.5)(x=xs)`: the driver counts the failures and raises where there are too many.

Flyte 1 gave None for a failed element (measured with flytekit 1.16), `flyte.map` gives its exception.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.migration import callees, chains, maps
from flyteshift.migration.arguments import arguments
from flyteshift.migration.branches import names_around
from flyteshift.migration.draft import Draft
from flyteshift.migration.layout import indent
from flyteshift.migration.trees import text, walk
from flyteshift.text import Edit


def statement(draft: Draft, node: Node) -> list[Edit] | None:
    """A statement that takes what a map with `min_success_ratio` gives: the failures are counted by the driver."""
    value = node.named_children[0] if node.named_children else None
    target = None
    if value is not None and value.type == "assignment" and value.child_by_field_name("type") is None:
        target, value = value.child_by_field_name("left"), value.child_by_field_name("right")
    value = chains.stripped(value) if value is not None else None
    call = next((n for n in walk(node) if n.type == "call" and _ratio(draft, n) is not None), None)
    if call is None or value != callees.overridden(draft, call) or (target is not None and target.type != "identifier"):
        return None
    ratio = _ratio(draft, call)
    if ratio is None or value is None:
        return None
    before = len(draft.obstacles)
    draft.tolerated.add(draft.document.span(call).start)
    source = draft.source(value)
    if len(draft.obstacles) > before:
        return []
    taken_names = names_around(node)
    results_, failures = (next(n for n in (w, f"mapped_{w}", f"all_{w}") if n not in taken_names)
                          for w in ("results", "failures"))  # fmt: skip
    start, step, newline = indent(draft, node), draft.style.indent, draft.style.newline
    lines = [
        f"{results_} = {source}",
        f"{failures} = [r for r in {results_} if isinstance(r, Exception)]",
        f"if len({results_}) - len({failures}) < {ratio} * len({results_}):",
        f"{step}raise {failures}[-1]",
    ]
    if target is not None or node.type == "return_statement":
        head = "return" if target is None else f"{text(target)} ="
        lines.append(f"{head} [None if isinstance(r, Exception) else r for r in {results_}]")
    return [Edit(draft.document.span(node), f"{newline}{start}".join(lines))]


def _ratio(draft: Draft, call: Node) -> str | None:
    """The `min_success_ratio` of a map that is called, where it is a number between 0 and 1."""
    maker = maps.maker(draft, call)
    given = {g.name: text(g.value) for g in arguments(draft, maker)} if maker is not None else {}
    ratio = given.get("min_success_ratio", "")
    few = given.get("min_successes", "None") in ("None", "0")
    return ratio if few and re.fullmatch(r"0?\.\d*[1-9]\d*", ratio) else None
