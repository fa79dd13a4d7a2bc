"""Actors of the Union SDK: `ActorEnvironment` is a task environment whose containers are reused.

The variable stays, so `@actor.task` stays as it is. An actor had one replica and lived 90 seconds without work where
nothing else was said (union 0.1); a `flyte.ReusePolicy` has two and 30.
"""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.migration import resources
from flyteshift.migration.arguments import Given, by_name
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.layout import indent, taken
from flyteshift.migration.names import slug
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.semantics.values import Instance

ACTOR = "union.ActorEnvironment"
CACHE = "union.actor_cache"
ORDER = ("name", "container_image", "replica_count", "ttl_seconds", "environment", "requests", "limits", "accelerator",
         "secret_requests", "pod_template", "interruptible")  # fmt: skip
NAME = "flyteshift cannot see the name of this actor; write it as a text."
PLACE = "An actor becomes a task environment, which must stand in a variable of the module."
PACKAGE = "The image of a reusable environment must have the package `unionai-reuse`."
HASHED = (
    "`actor_cache` knew files by their source; flyteshift cannot see that this is none. Cache by hand, then migrate."
)
IMAGE = "flytekit.ImageSpec"
_WITH_PACKAGE = '.with_pip_packages("unionai-reuse")'
_NAME = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*\Z")


def source(draft: Draft, node: Node) -> str | None:
    """`ActorEnvironment(...)` as `flyte.TaskEnvironment(reusable=flyte.ReusePolicy(...))`."""
    if not is_module_variable(node):
        _refuse(draft, node, PLACE)
        return None
    given = by_name(draft, node, ORDER)
    if given is None:
        return None
    given = {n: g for n, g in given.items() if text(g.value) != "None"}
    name = given.get("name")
    if name is None or name.value.type != "string" or "{" in text(name.value):
        _refuse(draft, node, NAME)
        return None
    said = text(name.value)[1:-1]
    out = [keyword("name", text(name.value) if _NAME.match(said) else f'"{slug(said)}"', name.before, name.behind)]
    out.append(_image(draft, given))
    parts: dict[str, Given] = {n: given[n] for n in ("requests", "limits", "accelerator") if n in given}
    if parts:
        code = resources.merged(draft, parts)
        if code is None:
            return None
        out.append(keyword("resources", code))
    for old, new in (("secret_requests", "secrets"), ("environment", "env_vars"), ("pod_template", "pod_template"),
                     ("interruptible", "interruptible")):  # fmt: skip
        if old in given:
            out.append(keyword(new, draft.source(given[old].value), given[old].before, given[old].behind))
    replicas = draft.source(given["replica_count"].value) if "replica_count" in given else "1"
    idle = draft.source(given["ttl_seconds"].value) if "ttl_seconds" in given else "90"
    out.append(Argument(f"reusable=flyte.ReusePolicy(replicas={replicas}, idle_ttl={idle})"))
    return print_call("flyte.TaskEnvironment", out, draft.style, indent(draft, node), taken(draft, node))


def _image(draft: Draft, given: dict[str, Given]) -> Argument:
    """The `image=` of an actor: Flyte 2 reuses containers by a package that is not part of its own image."""
    image = given.get("container_image")
    if image is None:
        return keyword("image", f"flyte.Image.from_debian_base(){_WITH_PACKAGE}")
    known = draft.model.value(image.value)
    made = draft.symbol(image.value.child_by_field_name("function") or image.value)
    is_built = made == IMAGE or (isinstance(known, Instance) and draft.model.names.role(known.of) == IMAGE)
    if not is_built:
        draft.note(image.node, PACKAGE)
    code = draft.source(image.value) + (_WITH_PACKAGE if is_built else "")
    return keyword("image", code, image.before, image.behind)


def is_module_variable(node: Node) -> bool:
    """True for a value that one variable of the module is set to, as an environment must be."""
    above = node.parent
    if above is None or above.type != "assignment" or above.parent is None or above.parent.parent is None:
        return False
    return above.parent.parent.type == "module" and (above.child_by_field_name("left") or node).type == "identifier"


def _refuse(draft: Draft, node: Node, message: str) -> None:
    draft.claim_within(node)
    draft.refuse(node, message, ACTOR)


def names(draft: Draft) -> set[str]:
    """The names of the module's actors and apps, which are environments of Flyte 2."""
    return {
        slug(name)
        for name in re.findall(r"""\b(?:ActorEnvironment|App)\(\s*(?:name\s*=\s*)?["']([\w.-]+)""", draft.document.text)
    }


def cached(draft: Draft, node: Node) -> str | None:
    """`@actor_cache` as `@functools.cache`, which it was made after; only files had keys of their own."""
    above = node.parent
    definition = above.parent.child_by_field_name("definition") if above is not None and above.parent else None
    if above is None or above.type != "decorator" or definition is None:
        return None
    parameters = definition.child_by_field_name("parameters")
    for parameter in parameters.named_children if parameters is not None else ():
        kind = parameter.child_by_field_name("type")
        if kind is None or draft.uses(kind):
            draft.claim(node)
            draft.refuse(parameter, HASHED, CACHE)
            return None
    draft.claim(node)
    draft.imports.add("import functools")
    return "functools.cache"


HANDLERS: dict[str, Handler] = {f"{ACTOR}()": source, CACHE: cached}
