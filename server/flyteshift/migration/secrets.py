"""Secrets: what a task asks for, and the code that reads it.

Flyte 1 read `current_context().secrets.get(group, key)`; Flyte 2 puts a secret into the environment variable
`GROUP_KEY` (upper case, `-` as `_`) or the one that `as_env_var` names (flyte._secret, measured).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from tree_sitter import Node

from flyteshift.migration import constants
from flyteshift.migration.arguments import Given, arguments, by_name, keyword_of
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.layout import is_argument, start, taken
from flyteshift.migration.scopes import bound
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting.calls import keyword, print_call
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol

ORDER = ("group", "key", "group_version", "mount_requirement", "env_var")
_ORDERS = {"flytekit.Secret": ORDER, "flyte.Secret": ("key", "group", "mount", "as_env_var")}
"""The parameters of secrets, of Flyte 1 and of files that are Flyte 2 by now."""
UNSEEN = "flyteshift cannot see which secret this is; write group and key as texts."
QUOTES = "The text around this secret has both kinds of quotes; read the secret into a variable, then migrate."
SEVERAL = "This secret is asked for in several variables ({0}); ask for it in one, then migrate."
NOWHERE = (
    "No file that belongs to this one asks for this secret, so its variable is not known: ask for it at the task that "
    "needs it, `secret_requests=[Secret(...)]`, then migrate."
)
FILE = "Flyte 2 mounts secret files at /etc/flyte/secrets; the code that reads this one must follow."
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*\Z")


def requests(draft: Draft, task: Task, given: Given) -> None:
    """The `secrets=` of a task's environment; Flyte 2 takes a list only."""
    from flyteshift.migration.settings import setting

    draft.claim(keyword_of(given))
    value = given.value
    if text(value) in ("None", "[]"):
        return
    code = draft.source(value)
    if value.type == "tuple":
        code = "[" + code[1:-1].rstrip().removesuffix(",") + "]"
    elif value.type != "list":
        value_ = draft.model.value(value)
        if "flytekit.Secret" not in str(value_) or _is_tuple(draft, value):
            draft.refuse(value, "Flyte 2 takes a list of secrets; write it out here.", "flytekit.task(secret_requests)")
            return
    task.settings["secrets"] = setting(draft, "secrets", code, given)


def _is_tuple(draft: Draft, node: Node) -> bool:
    from flyteshift.migration.environments import bindings

    for statement in bindings(draft, text(node)):
        made = statement.named_children[0] if statement.named_children else None
        right = made.child_by_field_name("right") if made is not None and made.type == "assignment" else None
        return right is None or right.type != "list"
    return True


def source(draft: Draft, node: Node) -> str | None:
    """`Secret(group=..., key=...)` in Flyte 2's words, always by keywords: the order of the two has changed."""
    given = by_name(draft, node, ORDER)
    if given is None:
        return None
    given = {n: g for n, g in given.items() if text(g.value) != "None"}
    if "group_version" in given:
        draft.refuse(given["group_version"].node, "Flyte 2 secrets have no versions.", "flytekit.Secret(group_version)")
        return None
    if "key" not in given:
        draft.refuse(node, "A Flyte 2 secret needs a key.", "flytekit.Secret(key)")
        return None
    out = [
        keyword(name, draft.source(given[name].value), given[name].before, given[name].behind)
        for name in ("key", "group")
        if name in given
    ]
    mount = given.get("mount_requirement")
    if mount is not None:
        draft.claim_within(mount.value)
        kind = text(mount.value).rpartition(".")[2]
        if kind not in ("ANY", "ENV_VAR", "FILE"):
            draft.refuse(
                mount.value, "flyteshift cannot see how this secret is mounted.", "flytekit.Secret(mount_requirement)"
            )
            return None
        if kind == "FILE":
            if "env_var" in given:
                draft.refuse(
                    mount.node,
                    "In Flyte 1 this variable held the path of a file; Flyte 2 has no such.",
                    "flytekit.Secret(env_var)",
                )
                return None
            if not _is_read(draft):
                draft.imports.add("import pathlib")
                out.append(keyword("mount", 'pathlib.Path("/etc/flyte/secrets")'))
                draft.note(mount.node, FILE)
    if "env_var" in given:
        out.append(
            keyword(
                "as_env_var", draft.source(given["env_var"].value), given["env_var"].before, given["env_var"].behind
            )
        )
    elif not _derived(draft, given):
        return None
    columns = 0 if is_argument(node) else taken(draft, node)
    return print_call("flyte.Secret", out, draft.style, start(draft, node), columns)


def _is_read(draft: Draft) -> bool:
    """True where the module reads secrets by `secrets.get`, which gives their text however they were mounted."""
    return any(r.symbol == "flytekit.current_context().secrets.get" for r in draft.references)


def _derived(draft: Draft, given: dict[str, Given]) -> bool:
    """False (refused) where the name of the environment variable would not be one."""
    parts = [_constant(draft, given[n].value) for n in ("group", "key") if n in given]
    if None in parts:
        return True
    name = variable(*[p for p in parts if p is not None])
    if _VARIABLE.match(name):
        return True
    draft.refuse(
        given["key"].node,
        f"`{name}` cannot name an environment variable; give the secret an `env_var`, then migrate.",
        "flytekit.Secret(key)",
    )
    return False


def variable(*parts: str) -> str:
    """The environment variable of a secret: group and key."""
    return "_".join(p for p in parts if p).replace("-", "_").upper()


def read(draft: Draft, node: Node) -> str | None:
    """`current_context().secrets.get(group, key)` becomes `os.environ["GROUP_KEY"]`."""
    function = node.child_by_field_name("function")
    if function is None:
        return None
    given = by_name(draft, node, ("group", "key", "group_version", "encode_mode"))
    if given is None:
        return None
    draft.claim_within(function)
    if "group_version" in given or "encode_mode" in given:
        draft.refuse(node, "Flyte 2 secrets have no versions and are texts.", "flytekit.current_context().secrets.get")
        return None
    parts = [
        _constant(draft, given[n].value) if n in given and text(given[n].value) != "None" else ""
        for n in ("group", "key")
    ]
    if None in parts:
        draft.refuse(node, UNSEEN, "flytekit.current_context().secrets.get")
        return None
    group, key = (part or "" for part in parts)
    asked = variables(draft).get((group, key), set())
    if draft.outside is not None:
        asked = asked | draft.outside.secrets.get((group, key), set()) or _elsewhere(draft.outside, group, key)
        if not asked:
            draft.refuse(node, NOWHERE, "flytekit.current_context().secrets.get")
            return None
    if len(asked) > 1:
        draft.refuse(node, SEVERAL.format(", ".join(sorted(asked))), "flytekit.current_context().secrets.get")
        return None
    name = next(iter(asked), variable(group, key))
    if not _VARIABLE.match(name):
        draft.refuse(node, f"`{name}` cannot name an environment variable.", "flytekit.current_context().secrets.get")
        return None
    quote = free_quote(node)
    if quote is None:
        draft.refuse(node, QUOTES, "flytekit.current_context().secrets.get")
        return None
    draft.imports.add("import os")
    draft.claim_within(node)
    return f"os.environ[{quote}{name}{quote}]"


def free_quote(node: Node) -> str | None:
    """A quote that may stand at a place; before Python 3.12, one of an f-string around it may not. None: none may."""
    taken, above = set(), node.parent
    while above is not None:
        if above.type == "string":
            taken.add(text(above.children[0]).lstrip("rRfFbBuU"))
        above = above.parent
    return next((quote for quote in ('"', "'") if quote not in taken), None)


def variables(draft: Draft) -> dict[tuple[str, str], set[str]]:
    """The environment variables that each secret of the module, by group and key, is put into."""
    found: dict[tuple[str, str], set[str]] = {}
    for node, order in _made(draft.model):
        said = {
            given.name or order[min(index, len(order) - 1)]: _constant(draft, given.value)
            for index, given in enumerate(arguments(draft, node))
            if text(given.value) != "None"
        }
        group, key = said.get("group", ""), said.get("key", "")
        if group is not None and key is not None:
            name = said.get("env_var", said.get("as_env_var", variable(group, key)))
            found.setdefault((group, key), set()).add(name or "?")
    return found


@lru_cache(maxsize=16)
def _made(model: Model) -> list[tuple[Node, Sequence[str]]]:
    """The calls that make secrets, with the names of their arguments in order."""
    found: list[tuple[Node, Sequence[str]]] = []
    for node in model.document.nodes("call") if "Secret" in model.document.text else ():
        function = node.child_by_field_name("function")
        value = model.value(function) if function is not None else None
        order = _ORDERS.get(model.names.role(value.name)) if isinstance(value, Symbol) else None
        if order is not None:
            found.append((node, order))
    return found


def _elsewhere(outside: Outside, group: str, key: str) -> set[str]:
    """The environment variables of a secret that files ask for which use this one, or which it imports in turn."""
    seen, queue = {outside.path}, [*outside.users, *outside.project.imports(outside.path)]
    found: set[str] = set()
    for path in queue:
        model = outside.project.model(path) if path not in seen else None
        seen.add(path)
        if model is not None:
            found |= variables(Draft(model, {})).get((group, key), set())
            queue += outside.project.imports(path) - seen
    return found


def _constant(draft: Draft, node: Node) -> str | None:
    """The text that an expression is: written here, or made of variables of the module that are set once."""
    if node.type == "attribute":
        return _of_secret(draft, node)
    if any(n.type == "identifier" and _is_local(n) for n in walk(node)):
        return None
    known = constants.evaluate(draft, node)
    return known.value if known is not None and isinstance(known.value, str) else None


def _of_secret(draft: Draft, node: Node) -> str | None:
    """The text that `SECRET.group` or `SECRET.key` is, where a variable of the module holds the secret."""
    of, name = node.child_by_field_name("object"), text(node.child_by_field_name("attribute"))
    if of is None or of.type != "identifier" or _is_local(of) or name not in ("group", "key"):
        return None
    call = constants.assigned(draft, text(of))
    function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    if call is None or function is None or draft.symbol(function) != "flytekit.Secret":
        return None
    said = {g.name or ORDER[min(i, len(ORDER) - 1)]: g.value for i, g in enumerate(arguments(draft, call))}
    return _constant(draft, said[name]) if name in said else ""


def _is_local(node: Node) -> bool:
    """True where a function around a name binds it."""
    above = node.parent
    while above is not None:
        if above.type == "function_definition" and text(node) in bound(above):
            return True
        above = above.parent
    return False
