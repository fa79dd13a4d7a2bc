"""The launch plans of a module as written: where they are made, of which workflow, with what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration.arguments import Given, by_name
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Entity, Instance

_REST = (
    "default_inputs", "fixed_inputs", "schedule", "notifications", "labels", "annotations", "raw_output_data_config",
    "max_parallelism", "security_context", "auth_role", "trigger", "overwrite_cache", "auto_activate", "concurrency",
)  # fmt: skip
ORDER = {
    "flytekit.LaunchPlan.create": ("name", "workflow", *_REST),
    "flytekit.LaunchPlan.get_or_create": ("workflow", "name", *_REST),
    "flytekit.LaunchPlan.get_default_launch_plan": ("ctx", "workflow"),
}
"""The parameters of what makes a launch plan (flytekit 1.16, core/launch_plan.py)."""

LAUNCH_PLAN = Instance("flytekit.LaunchPlan")


@dataclass(frozen=True)
class LaunchPlan:
    """A launch plan: the call that makes it and, where that is all of a top-level statement, the statement."""

    call: Node
    given: dict[str, Given]
    statement: Node | None = None
    variable: str = ""
    """The module-level name that it is bound to; empty where it is bound to none."""

    @property
    def default(self) -> bool:
        """True for the launch plan that Flyte 1 makes for every workflow anyway: it has no name of its own."""
        return "name" not in self.given or text(self.given["name"].value) == "None"

    def value(self, name: str) -> Node | None:
        """What is given for a parameter; None where nothing or `None` is."""
        given = self.given.get(name)
        return given.value if given is not None and text(given.value) != "None" else None

    def workflow(self, draft: Draft) -> str | None:
        """The name of its workflow, where this module defines that."""
        node = self.value("workflow")
        value = draft.model.value(node) if node is not None and node.type == "identifier" else None
        here = isinstance(value, Entity) and value.kind == "workflow" and value.name == text(node)
        return text(node) if here else None

    def runs(self, draft: Draft) -> str | None:
        """The name of its workflow, where this module defines or imports that."""
        node = self.value("workflow")
        entity = draft.entity(node) if node is not None and node.type == "identifier" else None
        return text(node) if entity is not None and entity.kind == "workflow" else None


def find(draft: Draft) -> list[LaunchPlan]:
    """The launch plans that a module makes, in text order; refuses those whose arguments do not show."""
    found = []
    for call in draft.document.nodes("call"):
        symbol = made_by(draft, call)
        if symbol is None:
            continue
        given = by_name(draft, call, ORDER[symbol])
        if given is not None:
            statement = _statement(call)
            found.append(LaunchPlan(call, given, statement, _variable(statement) if statement is not None else ""))
    return found


def made_by(draft: Draft, call: Node) -> str | None:
    """What makes a launch plan in this call; None: it is another call."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    symbol = draft.symbol(function) if function is not None else None
    return symbol if symbol in ORDER else None


def reads(draft: Draft, variable: str) -> Iterator[Node]:
    """The places that read the launch plan of a module-level name."""
    for node in draft.document.identifiers(variable):
        if draft.model.value(node) == LAUNCH_PLAN:
            above = node.parent
            written = above is not None and above.type == "assignment" and above.child_by_field_name("left") == node
            if not written:
                yield node


def user(draft: Draft, variable: str) -> str | None:
    """A file that uses a variable of this module; None where no other one does, or tests alone."""
    outside = draft.outside
    return outside.shared.get(variable) if outside is not None and variable not in outside.tested else None


def _statement(call: Node) -> Node | None:
    """The top-level statement that a call, alone or assigned to one name, is all of."""
    above = call.parent
    if above is not None and above.type == "assignment":
        left = above.child_by_field_name("left")
        if left is None or left.type != "identifier":
            return None
        above = above.parent
    if above is None or above.type != "expression_statement" or above.parent is None:
        return None
    return above if above.parent.type == "module" else None


def _variable(statement: Node) -> str:
    inner = statement.named_children[0]
    return text(inner.child_by_field_name("left")) if inner.type == "assignment" else ""
