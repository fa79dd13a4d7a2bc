"""Statements moved up, with their comments and the variables that they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration import environments
from flyteshift.migration.draft import Draft
from flyteshift.migration.settings import names_read
from flyteshift.migration.trees import text, walk
from flyteshift.text import Document, Edit, Span, apply_edits
from flyteshift.text.document import parse

BELOW = "`{0}` is bound below the task that this starts; a trigger stands above it. Move it up, then migrate."
CHANGED = "`{0}` may be changed before this line; a trigger stands above its task and would read it earlier."
SHARED_LINE = "Another statement stands on this line; give each a line of its own, then migrate."

_DEFINITIONS = frozenset(
    {
        "function_definition",
        "class_definition",
        "decorated_definition",
        "import_statement",
        "import_from_statement",
        "comment",
    }
)


@dataclass(frozen=True)
class Moved:
    """A top-level statement that moves, and what it becomes."""

    statement: Node
    code: str


def move(
    draft: Draft, target: Node, statements: Mapping[int, Moved], changed: Mapping[str, Edit], moved: set[int]
) -> list[Edit]:
    """The edits that put statements above a top-level definition, in the order in which they stand.

    `statements` are those to move by their start bytes, `changed` the edits of assignments by the names that they
    bind, `moved` the start bytes of what stands above a definition already; it grows.
    """
    group = dict(statements)
    for each in statements.values():
        _gather(draft, target, each, changed, group, moved)
    for each in group.values():
        _check_changes(draft, target, each, group)
    ordered = [group[at] for at in sorted(group)]
    moved.update(group)
    spans = [lines_of(draft, each.statement) for each in ordered]
    newline = draft.style.newline
    block, last = "", -1
    for each, (first, end) in zip(ordered, spans, strict=True):
        comments = _comments(draft, each.statement, first)
        block += (newline if block and first > last + 1 else "") + "".join(c + newline for c in comments)
        block += each.code + _behind(draft, each) + newline
        last = end
    lines = draft.document.lines
    at = environments.above_comments(draft, target)
    line = lines.line_of(at)
    blank = 0
    while line - blank > 0 and not lines.line_text(line - blank - 1).strip(" \t\f"):
        blank += 1
    taken = [taken_out(draft.document, first, end) for first, end in spans]
    return [*taken, Edit(Span(at, at), block + newline * max(blank, 1))]


def _gather(
    draft: Draft, target: Node, each: Moved, changed: Mapping[str, Edit], group: dict[int, Moved], moved: set[int]
) -> None:
    """Add the variables that a statement reads and that are bound below the target; refuse what cannot move."""
    for name in sorted(_reads(each)):
        below = [b for b in environments.bindings(draft, name) if b.start_byte >= target.start_byte]
        for binding in below:
            if binding.start_byte in moved or binding.start_byte in group:
                continue
            inner = binding.named_children[0] if binding.type == "expression_statement" else None
            plain = inner is not None and inner.type == "assignment" and text(inner.child_by_field_name("left")) == name
            alone = len(environments.bindings(draft, name)) == 1
            if not plain or not alone or (draft.uses(binding) and name not in changed):
                draft.refuse(each.statement, BELOW.format(name))
                continue
            start = draft.document.span(binding).start
            edit = changed.get(name)
            edits = [Edit(edit.span.shifted(-start), edit.text)] if edit is not None else []
            group[binding.start_byte] = Moved(binding, apply_edits(draft.document.source(binding), edits))
            _gather(draft, target, group[binding.start_byte], changed, group, moved)


def _reads(each: Moved) -> set[str]:
    inner = each.statement.named_children[0]
    bound = {text(inner.child_by_field_name("left"))} if inner.type == "assignment" else set()
    code = parse(each.code + "\n")
    first = code.named_children[-1]
    made = first.named_children[0] if first.type == "expression_statement" else first
    right = made.child_by_field_name("right") if made.type == "assignment" else made
    return names_read(right or made) - bound - {"flyte"}


def _check_changes(draft: Draft, target: Node, each: Moved, group: Mapping[int, Moved]) -> None:
    """Refuse where a statement that is passed may change what the moved one reads."""
    names = _reads(each)
    for node in draft.document.tree.root_node.children:
        if not target.start_byte < node.start_byte < each.statement.start_byte or node.start_byte in group:
            continue
        inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else node
        left = inner.child_by_field_name("left") if inner.type == "assignment" else None
        if node.type in _DEFINITIONS or inner.type == "string" or (left is not None and left.type == "identifier"):
            continue
        touched = names & {text(n) for n in walk(node) if n.type == "identifier"}
        for name in sorted(touched):
            draft.refuse(each.statement, CHANGED.format(name))


def lines_of(draft: Draft, statement: Node) -> tuple[int, int]:
    """The first and last line of a statement with the comment lines right above it; refuses a shared line."""
    lines, (start, end) = draft.document.lines, draft.document.span(statement)
    first, last = lines.line_of(start), lines.line_of(end)
    tail = draft.document.text[end : lines.end_of(last)].strip()
    if start != lines.starts[first] or (tail and not tail.startswith("#")):
        draft.refuse(statement, SHARED_LINE)
    while first > 0 and _is_remark(lines.line_text(first - 1)):
        first -= 1
    return first, last


def _is_remark(line: str) -> bool:
    """True for a comment line that belongs to what stands below it; cell marks of notebooks do not."""
    return line.startswith("#") and not line.startswith(("#!", "# %%", "#%%", "# {{"))


def _comments(draft: Draft, statement: Node, first: int) -> list[str]:
    lines = draft.document.lines
    own = lines.line_of(draft.document.span(statement).start)
    return [lines.line_text(i) for i in range(first, own)]


def _behind(draft: Draft, each: Moved) -> str:
    """The comment behind a statement."""
    lines, end = draft.document.lines, draft.document.span(each.statement).end
    return draft.document.text[end : lines.end_of(lines.line_of(end))].rstrip()


def taken_out(document: Document, first: int, last: int) -> Edit:
    """The edit that takes lines out, with the blank ones above them where others follow."""
    lines = document.lines
    start = first
    if last + 1 >= len(lines) or not lines.line_text(last + 1).strip():
        while start > 0 and not lines.line_text(start - 1).strip():
            start -= 1
    return Edit(Span(lines.starts[start], lines.end_of(last, with_break=True)), "")
