"""How new code fits into the lines where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.rewriting.calls import Argument, Style, print_call


def indent(draft: Draft, node: Node) -> str:
    """The indentation of the line on which a node starts."""
    lines = draft.document.lines
    line = lines.line_text(lines.line_of(draft.document.span(node).start))
    return line[: len(line) - len(line.lstrip())]


def start(draft: Draft, node: Node) -> str:
    """The indentation of the line on which the new code starts: in a decorator, that of an environment's argument."""
    above = node.parent
    while above is not None and above.type not in ("decorator", "block"):
        above = above.parent
    return draft.style.indent if above is not None and above.type == "decorator" else indent(draft, node)


def taken(draft: Draft, node: Node) -> int:
    """How many columns stand before a node on its line, the indentation left out."""
    lines = draft.document.lines
    start = draft.document.span(node).start
    return start - lines.starts[lines.line_of(start)] - len(indent(draft, node))


def is_spread(call: Node) -> bool:
    """True where a call has its arguments on lines of their own."""
    holder = call.child_by_field_name("arguments")
    return holder is not None and holder.start_point[0] != holder.end_point[0] and _breaks(holder)


def _breaks(holder: Node) -> bool:
    first = next(iter(holder.named_children), None)
    return first is not None and first.start_point[0] != holder.start_point[0]


def in_call(outer: str, func: str, arguments: Sequence[Argument], style: Style, start: str, columns: int = 0) -> str:
    """`outer(func(arguments))`: on one line where that fits, else the inner call on lines of its own."""
    plain = all(a.plain for a in arguments)
    line = f"{outer}({func}({', '.join(a.text for a in arguments)}))"
    if plain and len(start) + columns + len(line) <= style.width:
        return line
    inner = start + style.indent
    return style.newline.join([f"{outer}(", inner + print_call(func, arguments, style, inner), f"{start})"])
