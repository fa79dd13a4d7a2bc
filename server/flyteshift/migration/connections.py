"""The connection that a remote becomes: `flyte.init_from_config(...)`, or `flyte.init(endpoint=...)`."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from flyteshift.migration.arguments import Given, arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.executions import GOES, REMOTE, UNION, Remotes, key_of
from flyteshift.migration.layout import indent
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.text import Edit

UNSEEN = "flyteshift cannot see what `{0}` gives here; write the arguments out by their names."
DEFAULTS = (
    "`UnionRemote` took what the environment names, else project `flytesnacks` and domain `development`; "
    "Flyte 2 takes them from its configuration."
)

_ORDER = ("config", "default_project", "default_domain")
_DROPPED = frozenset({"interactive_mode_enabled"})
_AUTO, _ENDPOINT = "flytekit.Config.auto", "flytekit.Config.for_endpoint"
_RENAMED = (("default_project", "project"), ("default_domain", "domain"))


def make(draft: Draft, found: Remotes, call: Node) -> None:
    """The edit of a statement that makes a remote; refused where its configuration or its use does not show."""
    statement, variable = statement_of(call), target_of(call)
    if statement is None or variable is None:
        draft.refuse(call, GOES, REMOTE)
        return
    given = named(draft, call, _ORDER)
    if given is None or given.keys() - set(_ORDER) - _DROPPED:
        return
    union = draft.symbol(call.child_by_field_name("function") or call) == UNION
    config = given.get("config")
    function, new = "flyte.init_from_config", list[Argument]()
    if config is not None and config.value.type != "none":
        read = _configured(draft, config, union)
        if read is None:
            return
        function, new = read
    new += [
        keyword(say, draft.source(given[name].value), given[name].before, given[name].behind)
        for name, say in _RENAMED
        if name in given and given[name].value.type != "none"
    ]
    draft.claim_within(statement)
    if union and len(new) < len(_ORDER):
        draft.note(call, DEFAULTS)
    found.variables.add(key_of(variable))
    found.edits.append(instead(draft, statement, print_call(function, new, draft.style, indent(draft, statement))))


def _configured(draft: Draft, config: Given, union: bool) -> tuple[str, list[Argument]] | None:
    """The function that connects and the arguments that the configuration becomes; None where it is another thing."""
    value = config.value
    if union and value.type == "string":
        return "flyte.init_from_config", [Argument(draft.source(value), config.before, config.behind)]
    function = value.child_by_field_name("function") if value.type == "call" else None
    symbol = draft.symbol(function) if function is not None else None
    if symbol == _AUTO:
        given = named(draft, value, ("config_file",))
        if given is None or given.keys() - {"config_file"}:
            return None
        path = given.get("config_file")
        new = [Argument(draft.source(path.value), path.before, path.behind)] if path is not None else []
        return "flyte.init_from_config", new
    if symbol == _ENDPOINT:
        order = ("endpoint", "insecure")
        given = named(draft, value, order)
        if given is None or "endpoint" not in given or given.keys() - set(order):
            return None
        shown = [(n, given[n]) for n in order if n in given]
        return "flyte.init", [keyword(n, draft.source(g.value), g.before, g.behind) for n, g in shown]
    return None


def statement_of(node: Node) -> Node | None:
    """The statement that is this expression, or assigns it to one name."""
    above = node.parent
    if above is not None and above.type == "assignment":
        left = above.child_by_field_name("left")
        if left is None or left.type != "identifier" or above.child_by_field_name("right") != node:
            return None
        above = above.parent
    return above if above is not None and above.type == "expression_statement" else None


def target_of(node: Node) -> Node | None:
    """The variable that an expression is assigned to."""
    above = node.parent
    return above.child_by_field_name("left") if above is not None and above.type == "assignment" else None


def instead(draft: Draft, statement: Node, code: str) -> Edit:
    """The edit that puts code in the place of a statement; comments that it does not have stand above it."""
    said = [text(n) for n in walk(statement) if n.type == "comment"]
    above = "".join(c + draft.style.newline + indent(draft, statement) for c in said if c not in code)
    return Edit(draft.document.span(statement), above + code)


def named(draft: Draft, call: Node, order: Sequence[str]) -> dict[str, Given] | None:
    """The arguments by name; None (refused) where they do not show."""
    found: dict[str, Given] = {}
    for index, given in enumerate(arguments(draft, call)):
        name = given.name or (order[index] if index < len(order) else "*")
        if name in ("*", "**"):
            draft.refuse(given.node, UNSEEN.format(text(given.node)))
            return None
        found[name] = given
    return found
