"""Module variables that hold what launch plans are given: a schedule, notifications, labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tree_sitter import Node

from flyteshift.migration import constants, scopes
from flyteshift.migration.draft import Draft
from flyteshift.migration.launch_plans import user
from flyteshift.migration.schedules import Schedule
from flyteshift.migration.trees import text
from flyteshift.text import Edit, Span

SHARED = "`{0}` is used in {1} too; give each place one of its own, then migrate."
ELSEWHERE = "`{0}` is read elsewhere than in a launch plan; give each place one of its own, then migrate."
Part = TypeVar("Part", str, Schedule)


class Parts:
    """The variables read so far and what becomes of what they are assigned."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.rights: dict[str, Node] = {}
        """The right sides of their assignments."""
        self._made: dict[str, str | Schedule | None] = {}
        self._reads: set[Span] = set()

    def read(self, node: Node, part: Callable[[Node], Part | None]) -> Part | None:
        """What `part` makes of a node or, where that is a name bound once, of what it is assigned; None: refused."""
        right = constants.assigned(self.draft, text(node)) if node.type == "identifier" else None
        if right is None:
            return part(node)
        name = text(node)
        self._reads.add(self.draft.span(node))
        if name not in self._made:
            self.rights[name] = right
            self._made[name] = part(right)
        return self._made[name]  # type: ignore[return-value]

    def edits(self) -> dict[str, Edit]:
        """The edits of the assignments by the names that they bind; refuses names that are read elsewhere."""
        found = {}
        for node in self.draft.document.nodes():
            name = text(node) if node.type == "identifier" else ""
            if name in self._made and scopes.is_load(node) and self.draft.span(node) not in self._reads:
                self.draft.refuse(node, ELSEWHERE.format(name))
        for name, made in self._made.items():
            file = user(self.draft, name)
            if file is not None:
                self.draft.refuse(self.rights[name], SHARED.format(name, file))
            if made is not None:
                code = made.code if isinstance(made, Schedule) else made
                found[name] = Edit(self.draft.span(self.rights[name]), code)
        return found
