"""Decorators of a project that make tasks, `small = functools.partial(task, retries=3)`, as the decorator of Flyte 1.

A maker is a `partial` of `task`, what `task(retries=3)` gives, or a function that does nothing but return such a call.
Only makers whose settings show, and that nothing uses but as decorators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tree_sitter import Node

from flyteshift.migration import callees, leftovers, scopes
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.spreads import is_still
from flyteshift.migration.plainer.written import Written, assignment, exported
from flyteshift.migration.tasks import MAKERS
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.text import Edit

_WHOLE = frozenset({"keyword_argument", "argument_list", "list", "pair", "default_parameter"})
"""Where any expression may stand."""
GONE = "`{0}` is gone: what it set is written at each decorator."


@dataclass(frozen=True)
class _Maker:
    """What a decorator of the module stands for: `task` and its settings."""

    name: str
    statement: Node
    makes: str
    settings: Mapping[str, str]
    """Code by keyword, with names of its parameters between NULs."""
    given: Mapping[str, str | None] = field(default_factory=dict)
    """The keywords that it takes itself, with their defaults."""
    takes: str = "any"
    """Which uses it has: `bare` for `@maker`, `called` for `@maker(...)`, `any` for both."""
    more: bool = True
    """True where it hands other keywords on, and lets them win."""
    wins: bool = True
    """False where a keyword that is set already would be an error."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The decorators of a module that make tasks, written as what they stand for."""
    draft = Draft(model, {}, outside)
    edits: list[Edit] = []
    gone: list[Node] = []
    for statement in model.document.tree.root_node.children:
        made = maker(draft, statement)
        if made is None or made.name in model.names.multiple or exported(draft, made.name):
            continue
        new = _uses(draft, made)
        if new:
            edits += new
            gone.append(statement)
            draft.note(statement, GONE.format(made.name))
    draft.gone += [draft.span(n) for n in gone]
    edits += imports.drop_all(model.document, gone)
    return Written(edits, draft.notes, unread=leftovers.unread(draft, edits) if edits else [])


def maker(draft: Draft, statement: Node) -> _Maker | None:
    """The decorator that a statement of the module defines; None for others."""
    if statement.type == "function_definition":
        return _function(draft, statement)
    made = assignment(statement)
    call = made[1] if made is not None else None
    function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    if made is None or call is None or function is None:
        return None
    given = _given(call)
    if _is_task(draft, function):
        settings = _settings(draft, given)
        return _Maker(made[0], statement, text(function), settings, takes="bare") if settings is not None else None
    first = given[0] if given and callees.is_partial(draft, call) else None
    settings = _settings(draft, given[1:]) if first is not None and _is_task(draft, first) else None
    return _Maker(made[0], statement, text(first), settings) if settings is not None else None


def _function(draft: Draft, function: Node) -> _Maker | None:
    """`def small(fn): return task(fn, retries=3)`, `def sized(mem, **more): return task(mem=mem, **more)`, and both."""
    body = function.child_by_field_name("body")
    holder = function.child_by_field_name("parameters")
    statements = [n for n in body.named_children if n.type != "comment"] if body is not None else []
    if statements and statements[0].type == "expression_statement" and statements[0].named_children[0].type == "string":
        statements = statements[1:]
    if holder is None or len(statements) != 1 or statements[0].type != "return_statement":
        return None
    call = statements[0].named_children[0] if statements[0].named_children else statements[0]
    called = call.child_by_field_name("function") if call.type == "call" else None
    if called is None or not _is_task(draft, called) or any(n.type == "comment" for n in walk(function)):
        return None
    name, makes, given = text(function.child_by_field_name("name")), text(called), _given(call)
    parameters = [n for n in holder.named_children if n.type != "keyword_separator"]
    if given and given[0].type == "identifier":
        if parameters and _may_be_none(parameters[0], text(given[0])):
            made = _factory(draft, function, makes, parameters[1:], given[1:])
            return replace(made, takes="any") if made is not None else None
        inner = parameters[0] if len(parameters) == 1 else holder
        if text(inner.named_children[0] if inner.type == "typed_parameter" else inner) != text(given[0]):
            return None
        settings = _settings(draft, given[1:])
        return _Maker(name, function, makes, settings, takes="bare") if settings is not None else None
    return _factory(draft, function, makes, parameters, given)


def _may_be_none(parameter: Node, name: str) -> bool:
    """True for `fn=None`: without the function, `task` gives a decorator."""
    named, default = parameter.child_by_field_name("name"), parameter.child_by_field_name("value")
    return named is not None and text(named) == name and default is not None and default.type == "none"


def _factory(draft: Draft, function: Node, makes: str, parameters: list[Node], given: list[Node]) -> _Maker | None:
    """`def sized(mem="1Gi", **more): return task(requests=Resources(mem=mem), **more)`, also with `fn=None` first."""
    own: dict[str, str | None] = {}
    rest = ""
    for node in parameters:
        inner = node.named_children[0] if node.type == "typed_parameter" else node
        if inner.type == "dictionary_splat_pattern":
            rest = text(inner.named_children[0])
        elif inner.type in ("default_parameter", "typed_default_parameter"):
            default = inner.child_by_field_name("value")
            if default is None or not is_still(draft, default):
                return None
            own[text(inner.child_by_field_name("name"))] = text(default)
        elif inner.type == "identifier":
            own[text(inner)] = None
        else:
            return None
    spread = [n for n in given if n.type == "dictionary_splat"]
    if [text(n.named_children[0]) for n in spread] != ([rest] if rest else []):
        return None
    words = [n for n in given if n.type != "dictionary_splat"]
    settings = _settings(draft, words, set(own))
    if settings is None:
        return None
    name = text(function.child_by_field_name("name"))
    return _Maker(name, function, makes, settings, own, "called", bool(rest), wins=False)


def _is_task(draft: Draft, node: Node) -> bool:
    return draft.symbol(node) in MAKERS


def _given(call: Node) -> list[Node]:
    holder = call.child_by_field_name("arguments")
    return [n for n in holder.named_children if n.type != "comment"] if holder is not None else []


def _settings(draft: Draft, given: list[Node], own: set[str] | None = None) -> dict[str, str] | None:
    """The keywords of a call with their code, those names of `own` marked that are to be put in; None where unseen."""
    found: dict[str, str] = {}
    for node in given:
        value = node.child_by_field_name("value") if node.type == "keyword_argument" else None
        if value is None or not is_still(draft, value):
            return None
        code = _template(value, own or set())
        if code is None:
            return None
        found[text(node.child_by_field_name("name"))] = code
    return found


def _template(value: Node, own: set[str]) -> str | None:
    """The code of a value with the parameters of a maker between NULs; None where one is a part of something larger."""
    source = text(value).encode()
    pieces: list[bytes] = []
    at = value.start_byte
    for node in walk(value):
        if node.type == "identifier" and text(node) in own and scopes.is_load(node):
            if node.parent is None or node.parent.type not in _WHOLE:
                return None  # quotes of a text in an f-string, operators that bind more tightly
            pieces += [source[at - value.start_byte : node.start_byte - value.start_byte], f"\0{text(node)}\0".encode()]
            at = node.end_byte
    return b"".join([*pieces, source[at - value.start_byte :]]).decode()


def _uses(draft: Draft, maker: _Maker) -> list[Edit]:
    """The edits at all uses of a maker; none where one of them is no decorator whose settings show."""
    edits: list[Edit] = []
    for node in draft.document.identifiers(maker.name):
        if maker.statement.start_byte <= node.start_byte < (
            maker.statement.end_byte
        ):  # fmt: skip
            continue
        new = _use(draft, maker, node)
        if new is None:
            return []
        edits.append(new)
    return edits


def _use(draft: Draft, maker: _Maker, node: Node) -> Edit | None:
    above = node.parent
    called = callees.is_callee(node)
    decorator = above.parent if called and above is not None else above
    if decorator is None or above is None or decorator.type != "decorator":
        return None
    if maker.takes == ("bare" if called else "called"):
        return None
    words: dict[str, str] = {}
    for given in _given(above) if called else []:
        value = given.child_by_field_name("value") if given.type == "keyword_argument" else None
        if value is None or any(n.type == "comment" for n in walk(above)):
            return None
        words[text(given.child_by_field_name("name"))] = text(value)
    settings = _filled(maker, words)
    if settings is None:
        return None
    inside = ", ".join(f"{k}={v}" for k, v in settings.items())
    return Edit(draft.span(above if called else node), f"{maker.makes}({inside})" if inside else maker.makes)


def _filled(maker: _Maker, words: Mapping[str, str]) -> dict[str, str] | None:
    """The settings that a maker gives a task for the keywords of its call; None where the call would fail."""
    own = {name: words.get(name, default) for name, default in maker.given.items()}
    more = {name: code for name, code in words.items() if name not in own}
    if None in own.values() or (more and not maker.more) or (not maker.wins and more.keys() & maker.settings.keys()):
        return None
    found: dict[str, str] = {}
    for name, code in maker.settings.items():
        filled = code
        for parameter, value in own.items():
            filled = filled.replace(f"\0{parameter}\0", value or "")
        found[name] = filled
    return found | more
