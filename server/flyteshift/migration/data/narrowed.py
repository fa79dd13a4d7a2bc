"""What a variable of several types holds where code has asked for one: `isinstance(x, FlyteFile)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration import callees, chains
from flyteshift.migration.data.held import FLYTE, NONE, Type, annotated
from flyteshift.migration.trees import text

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Env, Reader


def ways(reader: Reader, condition: Node, env: Env) -> tuple[Env, Env]:
    """What the variables hold where a condition is true, and where it is not."""
    node = chains.stripped(condition)
    if node.type == "not_operator":
        yes, no = ways(reader, node.named_children[0], env)
        return no, yes
    if node.type == "boolean_operator":
        left, right = node.named_children[:2]
        yes, no = ways(reader, left, env)
        if text(node.child_by_field_name("operator")) == "and":
            return ways(reader, right, yes)[0], env
        return env, ways(reader, right, no)[1]
    asked = _asked(node)
    kind = env.get(text(asked[0])) if asked is not None else None
    if asked is None or kind is None or kind.name != "mixed" or not kind.items:
        return env, env
    name, wanted = text(asked[0]), annotated(reader.source, asked[1])
    if wanted is not None and wanted.name in FLYTE:
        others = [o for o in kind.items if o is None or o.name != wanted.name]
        return {**env, name: wanted}, {**env, name: _one_of(others)}
    others = [o for o in kind.items if o is not None and not (o.name == "other" and o.detail == text(asked[1]))]
    return {**env, name: wanted}, {**env, name: _one_of(others)}


def settled(before: Env, after: Env, node: Node) -> None:
    """Let a variable that a statement has only asked for its type hold afterwards what it held before."""
    for name, kind in before.items():
        if kind is not None and kind.name == "mixed" and after.get(name) != kind and not callees.bindings(node, name):
            now = after.get(name)
            if now is not None and now.name == "mixed":
                after[name] = kind


def _asked(node: Node) -> tuple[Node, Node] | None:
    """The variable and the type of `isinstance(x, T)`."""
    if node.type != "call" or text(node.child_by_field_name("function")) != "isinstance":
        return None
    given = [chains.stripped(n) for n in chains.given(node)]
    named = len(given) == 2 and given[0].type == "identifier" and given[1].type in ("identifier", "attribute")
    return (given[0], given[1]) if named else None


def _one_of(options: list[Type | None]) -> Type | None:
    """What is left of several types."""
    if not any(o is not None and o.name in FLYTE for o in options):
        return None
    if len(options) == 1:
        return options[0]
    rest = [o for o in options if o != NONE]
    if len(rest) == 1 and rest[0] is not None:
        return Type(rest[0].name, rest[0].items, True, rest[0].detail, rest[0].path)
    return Type("mixed", tuple(options))
