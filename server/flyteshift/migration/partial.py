"""A part of a module is migrated alone: the rest stays Flyte 1, byte for byte.

The part is planned as a module of its own: the text with `()` in the place of what is left out, which keeps the time
short where the module is long. Then the edits are moved to the real text, and what comes out is checked against that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from tree_sitter import Node

from flyteshift.migration.components import DEFINES, Component
from flyteshift.migration.draft import Note, Obstacle
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plan import Plan, plan_module
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model, Statement, build
from flyteshift.text import Change, Document, Edit, Span, moved

BOTH = "The rest of this file stays Flyte 1: until it is migrated, the images of all its tasks need both SDKs."
TIED = "`{0}` is read across the border of this part; migrate the module."
BROKEN = "flyteshift could not keep the rest of the file as it is; migrate the module."
_LAST_LINE = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?=[^\r\n]*\Z)")


def plan_part(model: Model, part: Component, module: str, settings: Any = None, outside: Outside | None = None) -> Plan:
    """The plan that migrates one part of a module (see components.py) and leaves the rest as it is.

    The arguments are those of `plan_module`.
    """
    if part.obstacle is not None:
        return Plan(left=[part.obstacle])
    document = model.document
    if document.tree.root_node.has_error:
        return plan_module(model, module, settings, outside)
    rest = _rest(model, part)
    tied = _tied(model, part, rest)
    if tied:
        return Plan(left=tied)
    cuts = _cuts(model, [*(each.span for each in rest), *_unrelated(model, part)])
    view = document.edited(cuts, document.version)
    short = plan_module(build(view, model), module, settings, outside, frozenset(_stays(view, model, part)))
    plan = _restored(short, _undone(document.text, cuts))
    if plan.left or not plan.edits:
        return plan
    if not _is_right(model, plan, rest):
        return Plan(left=[Obstacle(Span(0, 0), BROKEN)])
    first = min(model.statements[i].span for i in part.statements)
    return replace(plan, notes=[Note(first, BOTH), *plan.notes])


def _rest(model: Model, part: Component) -> list[Statement]:
    """The statements that use Flyte 1 outside of the part, in text order. What only imports is shared."""
    return [
        statement
        for i, statement in enumerate(model.statements)
        if i not in part.statements and any(r.flyte1 and r.kind != "import" for r in statement.references)
    ]


def _unrelated(model: Model, part: Component) -> Iterator[Span]:
    """The statements without Flyte 1 that have nothing to do with a part, imports aside."""
    source = model.document.text
    names = {name for i in part.statements for name in model.statements[i].facts.module.events}
    for i, statement in enumerate(model.statements):
        code = statement.facts.source
        imports_ = not DEFINES.match(source, statement.span.start) and "import" in code
        if i in part.around or imports_ or code == ";" or any(r.flyte1 for r in statement.references):
            continue
        if names.isdisjoint(statement.facts.words):  # also in its texts: `patch("jobs.load")`
            yield statement.span


def _cuts(model: Model, spans: Collection[Span]) -> list[Edit]:
    """The edits that put assignments of nothing in the place of statements, which bind the same names."""
    source = model.document.text
    wanted = set(spans)
    left_out = [statement for statement in model.statements if statement.span in wanted]
    groups: list[list[Statement]] = []
    for statement in left_out:
        if groups and not source[groups[-1][-1].span.end : statement.span.start].strip():
            groups[-1].append(statement)
        else:
            groups.append([statement])
    return [Edit(Span(g[0].span.start, g[-1].span.end), _nothing(source, g)) for g in groups]


def _nothing(source: str, statements: list[Statement]) -> str:
    """`f, g = ()` for the definitions of `f` and `g`; begins and ends where they do in their lines."""
    last = _LAST_LINE.search(source[slice(*statements[-1].span)])
    names = dict.fromkeys(name for statement in statements for name in statement.facts.module.events)
    return (f"{', '.join(names)} = " if names else "") + (f"({last[0]})" if last else "()")


def _undone(source: str, edits: list[Edit]) -> list[Edit]:
    """The edits of the result of `edits` that give the source again."""
    back: list[Edit] = []
    shift = 0
    for (start, end), new in edits:
        back.append(Edit(Span(start + shift, start + shift + len(new)), source[start:end]))
        shift += len(new) - (end - start)
    return back


def _restored(plan: Plan, back: list[Edit]) -> Plan:
    """The plan of a shortened text, for the text that `back` makes of it."""
    if any(_touches(edit, [span for span, _ in back]) for edit in plan.edits):
        return Plan(left=[Obstacle(Span(0, 0), BROKEN)])

    def real(span: Span) -> Span:
        return Span(moved(span.start, back), moved(span.end, back))

    return replace(
        plan,
        edits=[Edit(real(edit.span), edit.text) for edit in plan.edits],
        left=[replace(each, span=real(each.span)) for each in plan.left],
        notes=[replace(each, span=real(each.span)) for each in plan.notes],
    )


def _stays(view: Document, model: Model, part: Component) -> Iterator[Span]:
    """The imported names that code outside of the part may read, and those that the part does not read."""
    mine = {model.statements[i].span for i in part.statements}
    inside = {text(n) for span in mine for n in _identifiers(model.document, span)}
    outside = (s.facts.words for s in model.statements if s.span not in mine and not _imports(model, s.span))
    others = frozenset[str]().union(*outside)
    for statement in imports.statements(view):
        for node in statement.names if not _in_function(statement.node) else ():
            name, alias = imports.name_of(node), text(node.child_by_field_name("alias"))
            plain = statement.node.type == "import_statement"
            bound = alias or (text(name).partition(".")[0] if plain else text(name))
            if bound in others or bound not in inside:
                yield view.span(name)


def _imports(model: Model, span: Span) -> bool:
    return model.document.text.startswith(("import ", "from "), span.start)


def _in_function(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    return above is not None


def _tied(model: Model, part: Component, rest: list[Statement]) -> list[Obstacle]:
    """Names that the part and the rest read of each other; a part is made so that there are none."""
    document = model.document
    inner = [model.statements[i] for i in part.statements]
    return [
        Obstacle(document.span(node), TIED.format(text(node)))
        for statements, others in ((inner, rest), (rest, inner))
        for names in [_bound(others)]
        for statement in statements
        if not names.isdisjoint(statement.facts.words)
        for node in _identifiers(document, statement.span)
        if text(node) in names
    ]


def _bound(statements: Iterable[Statement]) -> set[str]:
    """The module's names that statements bind."""
    return {name for statement in statements for name in statement.facts.module.events}


def _identifiers(document: Document, span: Span) -> Iterator[Node]:
    """The identifiers in a top-level statement that may read a name of the module."""
    start, end = document.byte_offset(span.start), document.byte_offset(span.end)
    for top in document.tree.root_node.children:
        if top.start_byte < end and start < top.end_byte:
            yield from (n for n in walk(top) if n.type == "identifier" and not _is_label(n))


def _is_label(node: Node) -> bool:
    """True for the `x` of `f(x=1)`, `a.x`, `x = 1` and `def x()`, which read nothing."""
    above = node.parent
    if above is None:
        return False
    field = {"keyword_argument": "name", "attribute": "attribute", "assignment": "left"}.get(above.type)
    if above.type in ("function_definition", "class_definition"):
        field = "name"
    return field is not None and above.child_by_field_name(field) == node


def _is_right(model: Model, plan: Plan, rest: list[Statement]) -> bool:
    """Whether the plan leaves the rest alone: no edit touches it, and it means the same as before."""
    if any(_touches(edit, [each.span for each in rest]) for edit in plan.edits):
        return False
    after = build(_after(model.document, plan.edits), model)
    if after.document.tree.root_node.has_error:
        return False
    if any(len(after.names.events.get(n, ())) != len(model.names.events[n]) for n in _bound(rest)):
        return False
    lost = model.names.events.keys() - after.names.events.keys()
    if any(not each.facts.words.isdisjoint(lost) for each in rest):
        return False
    return _symbols(rest) == _symbols(after.statements)


def _after(document: Document, edits: list[Edit]) -> Document:
    """The document with the edits made; only what they change is parsed, unless that finds an error."""
    last_first = sorted(edits, key=lambda edit: edit.span)[::-1]
    found = document.changed(Change(span, new) for span, new in last_first)
    return document.edited(edits) if found.tree.root_node.has_error else found


def _symbols(statements: Iterable[Statement]) -> Counter[str]:
    """What statements use of Flyte 1, imports aside, and how often."""
    return Counter(r.symbol for s in statements for r in s.references if r.flyte1 and r.kind != "import")


def _touches(edit: Edit, spans: list[Span]) -> bool:
    """True where an edit replaces something of the spans, or inserts inside of one."""
    start, end = edit.span
    return any(s.start < end and start < s.end for s in spans)
