"""Independent calls as one `await asyncio.gather(...)`, with their comments."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tree_sitter import Node

from flyteshift.migration.draft import style_of
from flyteshift.migration.stages import Step
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Style
from flyteshift.text import Document, Edit, Span


def gathered(document: Document, group: Sequence[Step], argument: Callable[[Step, str], str]) -> list[Edit]:
    """The edits that put the calls of a group, each as `argument` prints it, in the place of the first of them."""
    newline = document.lines.newline_at(0)
    first = document.span(group[0].node)
    line = document.lines.starts[document.lines.line_of(first.start)]
    indent = document.text[line : first.start]
    inner = indent + ("\t" if indent.startswith("\t") else "    ")
    rows = []
    for index, step in enumerate(group):
        above, behind = _comments(document, step.node)
        if index:
            rows += [inner + comment for comment in above]
        rows.append(f"{inner}{argument(step, inner)},{'  ' + behind if behind else ''}")
    targets = [target_of(step.target) for step in group]
    head = _assigned(targets, indent, inner, style_of(document)) if any(t != "_" for t in targets) else ""
    wraps = [f"{indent}{text(s.target)} = {s.wrapper}(*{text(s.target)})" for s in group if s.wrapper and s.target]
    typed = [
        f"{text(s.target)}: {text(kind)}{newline}{indent}" for s in group if s.target and (kind := _type(s.target))
    ]
    lines = [f"{''.join(typed)}{head}await asyncio.gather(", *rows, f"{indent})", *wraps]
    edits = [Edit(Span(first.start, _line_end(document, group[0].node)), newline.join(lines))]
    for step in group[1:]:
        previous = _before(step.node)
        start = _line_end(document, previous) if previous is not None else document.span(step.node).start
        edits.append(Edit(Span(start, _line_end(document, step.node)), ""))
    return edits


def _assigned(targets: Sequence[str], indent: str, inner: str, style: Style) -> str:
    """What stands before the gathered calls: on one line where that fits, else one target a line."""
    line = f"{', '.join(targets)} = "
    if len(f"{indent}{line}await asyncio.gather(") <= style.width:
        return line
    return style.newline.join(["(", *(f"{inner}{target}," for target in targets), f"{indent}) = "])


def target_of(target: Node | None) -> str:
    """What is assigned to, as one of several targets."""
    if target is None:
        return "_"
    return f"({text(target).strip('()')})" if target.type != "identifier" else text(target)


def _type(target: Node) -> Node | None:
    """The annotation of an assignment's target."""
    return target.parent.child_by_field_name("type") if target.parent is not None else None


def _comments(document: Document, node: Node) -> tuple[list[str], str]:
    """The comments on lines of their own right above a statement, and the one behind it."""
    above: list[str] = []
    previous = node.prev_named_sibling
    while previous is not None and previous.type == "comment" and _is_alone(previous):
        above.insert(0, text(previous))
        previous = previous.prev_named_sibling
    following = node.next_named_sibling
    if following is not None and following.type == "comment" and following.start_point.row == node.end_point.row:
        return above, text(following)
    return above, ""


def _before(node: Node) -> Node | None:
    """The statement before a statement, comments between them passed over."""
    previous = node.prev_named_sibling
    while previous is not None and previous.type == "comment" and _is_alone(previous):
        previous = previous.prev_named_sibling
    return previous


def _is_alone(comment: Node) -> bool:
    previous = comment.prev_sibling
    return previous is None or previous.end_point.row < comment.start_point.row


def _line_end(document: Document, node: Node) -> int:
    """The offset where the line ends on which a statement ends."""
    return document.lines.end_of(document.lines.line_of(document.code_point(node.end_byte)))
