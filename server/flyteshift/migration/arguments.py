"""The arguments of a call in the document, with the comments that belong to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument


@dataclass(frozen=True)
class Given:
    """One argument as written. `name` is its keyword; empty for a positional one, `*` and `**` for unpackings."""

    name: str
    node: Node
    value: Node
    before: tuple[str, ...] = ()
    behind: str = ""

    def printed(self, draft: Draft) -> Argument:
        """The argument as it stands, its value migrated."""
        head = f"{self.name}=" if self.node.type == "keyword_argument" else ""
        return Argument(head + draft.source(self.value), self.before, self.behind)


def arguments(draft: Draft, call: Node) -> list[Given]:
    """The arguments of a call. A comment belongs to the argument before it on its line, else to the one below."""
    holder = call.child_by_field_name("arguments")
    if holder is None:
        return []
    if holder.type != "argument_list":
        return [Given("", holder, holder)]
    found: list[Given] = []
    above: list[str] = []
    for child in holder.named_children:
        if child.type == "comment":
            behind = child.start_point[0] == _row_before(child) and found and not above
            if behind and not found[-1].behind:
                found[-1] = Given(*_fields(found[-1])[:4], text(child))
            else:
                above.append(text(child))
            continue
        found.append(_given(child, tuple(above)))
        above = []
    if above and found:
        last = found[-1]
        found[-1] = Given(last.name, last.node, last.value, (*last.before, *above), last.behind)
    elif above:
        draft.refuse(holder, "A comment stands alone in the brackets; move it, then migrate.")
    return found


def by_name(draft: Draft, call: Node, order: Sequence[str] = ()) -> dict[str, Given] | None:
    """The arguments of a call by parameter name; positional ones by `order`. None (refused) where that is not known.

    Claims the callee and the keywords.
    """
    function = call.child_by_field_name("function")
    if function is not None:
        draft.claim(function)
    found: dict[str, Given] = {}
    for index, given in enumerate(arguments(draft, call)):
        name = given.name or (order[index] if index < len(order) else "")
        if not name or name in ("*", "**"):
            draft.refuse(
                given.node, f"flyteshift cannot see what `{text(given.node)}` passes; write the arguments out."
            )
            return None
        if name not in order:
            draft.refuse(given.node, f"`{text(function)}` has no parameter `{name}` that flyteshift knows.")
            return None
        draft.claim(keyword_of(given))
        found[name] = given
    return found


def keyword_of(given: Given) -> Node:
    """The node of an argument's keyword, else the argument."""
    return given.node.child_by_field_name("name") or given.node


def _given(child: Node, before: tuple[str, ...]) -> Given:
    if child.type == "keyword_argument":
        value = child.child_by_field_name("value") or child
        return Given(text(child.child_by_field_name("name")), child, value, before)
    name = {"list_splat": "*", "dictionary_splat": "**"}.get(child.type, "")
    return Given(name, child, child, before)


def _fields(given: Given) -> tuple[str, Node, Node, tuple[str, ...], str]:
    return given.name, given.node, given.value, given.before, given.behind


def _row_before(comment: Node) -> int:
    """The row on which the code before a comment ends."""
    before = comment.prev_sibling
    while before is not None and before.type == ",":
        before = before.prev_sibling
    return before.end_point[0] if before is not None and before.type != "(" else -1
