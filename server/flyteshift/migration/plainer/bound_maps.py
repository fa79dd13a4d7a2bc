"""What a map binds by `bound_inputs={...}`, bound by a `functools.partial` of the task: Flyte 2 maps those."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit, Span

BOUND = "bound_inputs"


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that say `map(f, bound_inputs={"a": x})` as `map(functools.partial(f, a=x))`."""
    if BOUND not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    partial, added = _partial(draft)
    edits: list[Edit] = []
    for call in model.document.nodes("call"):
        if partial and callees.maker(draft, call) in callees.MAPS:
            edits += _bound(draft, call, partial)
    beside = [r.span for r in draft.references if r.kind == "import"]
    return Written([*edits, *imports.replace(model.document, [], added, beside)] if edits and added else edits)


def _partial(draft: Draft) -> tuple[str, list[str]]:
    """How the module says `functools.partial`, with the import that it needs; empty where it cannot say it."""
    names = draft.model.names
    known = [n for n in names.events if n not in names.multiple]
    for name in known:
        if names.final(name) == Symbol("functools.partial"):
            return name, []
        if names.final(name) == Symbol("functools"):
            return f"{name}.partial", []
    return ("", []) if "functools" in names.events else ("functools.partial", ["import functools"])


def _bound(draft: Draft, call: Node, partial: str) -> list[Edit]:
    """The edits at one map; none where it does not show what is bound."""
    holder = call.child_by_field_name("arguments")
    given = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
    named = {text(n.child_by_field_name("name")): n for n in given if n.type == "keyword_argument"}
    bound = named.get(BOUND)
    value = bound.child_by_field_name("value") if bound is not None else None
    if bound is None or value is None or value.type != "dictionary" or any(n.type == "comment" for n in walk(value)):
        return []
    target = named["target"].child_by_field_name("value") if "target" in named else given[0]
    words = [_word(draft, pair) for pair in value.named_children]
    if target is None or target == bound or draft.entity(target) is None or not all(words):
        return []
    at = given.index(bound)
    start, end = draft.span(given[at - 1]).end if at else draft.span(bound).start, draft.span(bound).end
    if at == 0:
        end = draft.span(given[1]).start
    inner = ", ".join([text(target), *(w for w in words if w)])
    return [Edit(draft.span(target), f"{partial}({inner})"), Edit(Span(start, end), "")]


def _word(draft: Draft, pair: Node) -> str | None:
    """`"a": x` as `a=x`."""
    key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
    name = text(key).strip("\"'")
    if pair.type != "pair" or key is None or value is None or key.type != "string" or not name.isidentifier():
        return None
    start, end = draft.span(value)
    return f"{name}={draft.document.text[start:end]}"
