"""Whether a module has branches that Flyte 1 ran in parallel, told quickly: by its workflows' own statements."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration.stages import stages
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model, Statement
from flyteshift.semantics.values import Entity, Symbol

_DRIVERS = frozenset({"workflow", "dynamic"})


def may_branch(model: Model) -> bool:
    """True where a workflow has two calls that do not need each other. What is called is not looked into."""
    called = frozenset(n for n in model.names.events if isinstance(model.names.final(n), (Entity, Symbol)))
    return any(_branches(model, s, called) for s in model.statements if _is_driver(model, s))


def _is_driver(model: Model, statement: Statement) -> bool:
    values = [model.names.final(name) for name in statement.facts.module.events]
    return any(isinstance(v, Entity) and v.kind in _DRIVERS for v in values)


def _branches(model: Model, statement: Statement, called: frozenset[str]) -> bool:
    """The answer for one workflow, kept with what is known of its text."""
    known: tuple[frozenset[str], bool] | None = statement.facts.__dict__.get("_branches")
    if known is None or known[0] != called:
        known = statement.facts.__dict__["_branches"] = (called, _looked_up(model, statement, called))
    return known[1]


def _looked_up(model: Model, statement: Statement, called: frozenset[str]) -> bool:
    document = model.document
    start, end = (document.byte_offset(offset) for offset in statement.span)
    node = document.tree.root_node.descendant_for_byte_range(start, end)

    def is_call(node: Node) -> bool:
        return node.type == "call" and text(node.child_by_field_name("function")) in called

    return any(stages(block, is_call, ()) for block in walk(node) if block.type == "block") if node else False
