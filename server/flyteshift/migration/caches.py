"""Caching: `cache`, `cache_version`, ... of a decorator and `Cache(...)` objects.

`behavior="override"` with the version that Flyte 1 had keeps what invalidates the cache (semantics: Cache.get_version).
"""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from flyteshift.migration import constants
from flyteshift.migration.arguments import Given, by_name, keyword_of
from flyteshift.migration.draft import Draft
from flyteshift.migration.layout import start, taken
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, keyword, print_call

COLD = "The caches of Flyte 1 and Flyte 2 are separate: the first run computes anew."
BESIDE = "Flyte 1 takes no `Cache` beside the older cache parameters; give one of both."
_ORDER = ("version", "serialize", "ignored_inputs", "salt", "policies")
_PARTS = {
    "cache_version": "version_override",
    "cache_serialize": "serialize",
    "cache_ignore_input_vars": "ignored_inputs",
}
_NAMES = {"version": "version_override", "serialize": "serialize", "ignored_inputs": "ignored_inputs", "salt": "salt"}


def read(draft: Draft, task: Task, given: Mapping[str, Given]) -> None:
    """The `cache=` of the new decorator."""
    cache = given.get("cache")
    parts = [(g, new) for old, new in _PARTS.items() if (g := given.get(old)) is not None and text(g.value) != "None"]
    for old in ("cache", *_PARTS):
        if old in given:
            draft.claim(keyword_of(given[old]))
    if cache is None or text(cache.value) in ("False", "None"):
        for found, _ in parts:
            draft.claim_within(found.node)
        return
    comments = tuple(c for g in (cache, *(p for p, _ in parts)) for c in (*g.before, g.behind) if c)
    if text(cache.value) == "True":
        code = _versioned(draft, parts)
    elif parts and (draft.uses(cache.value) or "Cache" in str(draft.model.value(cache.value))):
        draft.refuse(cache.node, BESIDE, "flytekit.task(cache)")
        return
    elif parts or _is_bool(draft, cache.value):
        code = f'{_versioned(draft, parts)} if {_condition(draft, cache.value)} else "disable"'
    elif draft.uses(cache.value) or cache.value.type == "identifier":
        code = draft.source(cache.value)
        if cache.value.type == "identifier" and not _known_cache(draft, cache.value):
            draft.refuse(
                cache.value, f"flyteshift cannot see whether `{code}` is a bool or a `Cache`.", "flytekit.task(cache)"
            )
    else:
        draft.refuse(cache.value, "flyteshift cannot see whether this is a bool or a `Cache`.", "flytekit.task(cache)")
        return
    task.options.append(Argument(f"cache={code}", comments))
    draft.note(cache.node, COLD)


def _versioned(draft: Draft, parts: list[tuple[Given, str]]) -> str:
    if not any(new == "version_override" for _, new in parts):
        if not parts:
            return '"auto"'
        behavior = keyword("behavior", '"auto"')
    else:
        behavior = keyword("behavior", '"override"')
    rest = [keyword(new, draft.source(g.value)) for g, new in parts]
    return print_call("flyte.Cache", [behavior, *rest], draft.style, draft.style.indent)


def _condition(draft: Draft, node: Node) -> str:
    code = draft.source(node)
    return f"({code})" if node.type in ("conditional_expression", "lambda", "named_expression") else code


def _is_bool(draft: Draft, node: Node, seen: frozenset[str] = frozenset()) -> bool:
    """True for an expression that is True or False, whatever its parts are."""
    if node.type == "identifier":
        right = constants.assigned(draft, text(node))
        return right is not None and text(node) not in seen and _is_bool(draft, right, seen | {text(node)})
    if node.type in ("parenthesized_expression", "boolean_operator"):
        return all(_is_bool(draft, n, seen) for n in node.named_children if n.type != "comment")
    return node.type in ("true", "false", "not_operator")


def _known_cache(draft: Draft, node: Node) -> bool:
    return "Cache" in str(draft.model.value(node))


def source(draft: Draft, node: Node) -> str | None:
    """`Cache(version=V, ...)` in Flyte 2's words."""
    given = by_name(draft, node, _ORDER)
    if given is None:
        return None
    if "policies" in given:
        draft.refuse(
            given["policies"].node,
            "A cache policy gets other parameters in Flyte 2; rewrite it by hand.",
            "flytekit.Cache(policies)",
        )
        return None
    versioned = "version" in given and text(given["version"].value) != "None"
    out = [keyword("behavior", '"override"' if versioned else '"auto"')]
    for name, argument in given.items():
        if text(argument.value) != "None":
            out.append(keyword(_NAMES[name], draft.source(argument.value), argument.before, argument.behind))
    return print_call("flyte.Cache", out, draft.style, start(draft, node), taken(draft, node))
