"""Code actions: what can be done at a place, told cheaply; the edits when one is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname
from weakref import WeakKeyDictionary

from flyteshift.features import findings, fixes, titles
from flyteshift.features.neighbours import Neighbours, Seen
from flyteshift.features.units import Unit
from flyteshift.migration import bridging, partial
from flyteshift.migration.components import Component, component_at, components
from flyteshift.migration.draft import Note, Obstacle
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plan import Plan, obvious, plan_module
from flyteshift.migration.width import may_branch
from flyteshift.semantics.model import Model
from flyteshift.semantics.references import Reference
from flyteshift.text import Edit, Span
from flyteshift.workspace.modules import module_name
from flyteshift.workspace.settings import Orchestration, Settings

MIGRATE_MODULE = "migrate-module"
MIGRATE_PART = "migrate-part"
MIGRATE_UNIT = "migrate-unit"
"""With a colon and the name of the workflow, which is empty for the whole file."""
FIX = "fix"
FIX_ALL = "fix-all"
FIX_RULE = "fix-rule"
FIX_RULE_EVERYWHERE = "fix-rule-everywhere"
BRIDGE = "bridge"
DROP_SUPPRESSION = "drop-suppression"
BY_USERS = frozenset({MIGRATE_MODULE, MIGRATE_PART, FIX_ALL, FIX_RULE})
"""The actions whose edits depend on the files that use this one."""
FORMS: tuple[Orchestration, ...] = ("parallel", "sequential")
_AT_ONCE = 3_000
"""Modules of up to so many characters are planned when actions are listed; longer ones when the action is chosen."""


@dataclass(frozen=True)
class Action:
    """Something that can be done. `key` and `span` find it again for `resolve`."""

    title: str
    kind: str
    """`quickfix`, `refactor.rewrite`, ... of the Language Server Protocol."""
    key: str
    span: Span
    disabled: str | None = None
    """Why it cannot be done here; None: it can."""
    preferred: bool = False


@dataclass(frozen=True)
class Change:
    """What an action does: edits with notes for their reviewer, or why it cannot be done."""

    edits: tuple[Edit, ...] = ()
    notes: tuple[Note, ...] = ()
    why_not: str = ""


@dataclass
class _Known:
    """What was found out about a model."""

    parts: list[Component]
    plans: dict[Orchestration, tuple[Seen, Plan]]


_KNOWN: WeakKeyDictionary[Model, _Known] = WeakKeyDictionary()


def actions(
    model: Model,
    span: Span,
    settings: Settings | None = None,
    neighbours: Neighbours | None = None,
    unit: Unit | None = None,
) -> list[Action]:
    """The actions at a span of code points. Costs milliseconds; a long module is looked over, not planned.

    `unit` is what other files have to do with the workflow there.
    """
    idle = (each.span for each in findings.unused(model) if each.span.contains(span.start))
    dropped = [Action(titles.DROP_SUPPRESSION, "quickfix", DROP_SUPPRESSION, at, preferred=True) for at in idle]
    if not model.uses_flyte1:
        return dropped
    settings = settings or Settings()
    left = _left(model, settings, neighbours)
    whole = Action(
        titles.MODULE, "refactor.rewrite", MIGRATE_MODULE, span, reason(model, left) if left else None, preferred=True
    )
    found = [whole]
    if unit is not None:
        found = [replace(whole, preferred=not left), _together(unit, span, preferred=bool(left))]
    if not left and _differs(model, settings):
        other = next(form for form in FORMS if form != settings.orchestration)
        found.append(replace(whole, title=titles.FORMS[other], key=f"{MIGRATE_MODULE}:{other}", preferred=False))
    part = component_at(model, span.start, _known(model).parts)
    if part is not None:
        inside = [o for o in left if any(model.statements[i].span.overlaps(o.span) for i in part.statements)]
        inside = [part.obstacle] if part.obstacle is not None else inside
        why_not = reason(model, inside) if inside else None
        found.append(Action(titles.part(part), "refactor.rewrite", MIGRATE_PART, span, why_not))
    safe = fixes.fixes(model)
    reference = model.at(span.start)
    if reference is not None and reference.flyte1:
        found += _quick_fixes(reference, safe, found)
        found += _of_one_rule(model, reference, safe)
    found += _bridge(model, span, settings, neighbours)
    if safe:
        found.append(Action(titles.FIX_ALL, "source.fixAll.flyteshift", FIX_ALL, span))
    return dropped + found


def resolve(
    model: Model, key: str, span: Span, settings: Settings | None = None, neighbours: Neighbours | None = None
) -> Change:
    """What an action does, or why it turns out that it cannot be done. An unknown key changes nothing.

    Only here the other files of the project are looked through for what they use of this one.
    """
    settings = settings or Settings()
    name, _, form = key.partition(":")
    if name == FIX:
        edits = [e for fix in fixes.fixes(model) if fix.span == span for e in fix.edits]
        return Change(tuple(edits))
    if name == DROP_SUPPRESSION:
        return Change(tuple(fixes.without_suppression(model, span)))
    if name == BRIDGE:
        return _bridged(model, span, settings, neighbours)
    outside, notes = _surroundings(model, settings, neighbours)
    if name == FIX_ALL:
        return Change(tuple(fixes.all_edits(model, outside.shared if outside is not None else ())))
    if name == FIX_RULE:
        return Change(tuple(fixes.all_edits(model, outside.shared if outside is not None else (), form)))
    if name == MIGRATE_MODULE and form in ("", *FORMS):
        chosen = replace(settings, orchestration=form) if form in FORMS else settings
        plan = plan_module(model, _module(model), chosen, outside)
        _known(model).plans[chosen.orchestration] = (neighbours.seen(outside) if neighbours else (), plan)
        return _change(model, plan, notes)
    part = component_at(model, span.start, _known(model).parts) if name == MIGRATE_PART else None
    if part is None:
        return Change()
    plan = partial.plan_part(model, part, _module(model), settings, outside)
    mine = [model.statements[i].span for i in part.statements]
    return _change(model, plan, [n for n in notes if any(s.overlaps(n.span) for s in mine)])


def _together(unit: Unit, span: Span, *, preferred: bool) -> Action:
    """The action that migrates several files; that it can is found out when it is chosen."""
    return Action(unit.title, "refactor.rewrite", f"{MIGRATE_UNIT}:{unit.name}", span, preferred=preferred)


def _bridge(model: Model, span: Span, settings: Settings, neighbours: Neighbours | None) -> Iterator[Action]:
    """The action that lets Flyte 1 code call a task of another file by a bridging task."""
    outside = _outside(model, settings, neighbours)
    task = bridging.called(model, outside, span.start) if outside is not None else None
    if outside is not None and task is not None:
        made = bridging.bridge(model, outside, task)
        why_not = made if isinstance(made, str) else None
        kind = "quickfix" if why_not is None and _in_workflow(model, span) else "refactor.rewrite"
        yield Action(titles.BRIDGE.format(task.name), kind, BRIDGE, span, why_not)


def _in_workflow(model: Model, span: Span) -> bool:
    """Whether a place is in the body of a Flyte 1 workflow, where a call of a Flyte 2 task is found fault with."""
    around = [each for each in model.functions() if each.span.contains(span.start)]
    entity = max(around, key=lambda each: each.span.start).entity if around else None
    return entity is not None and entity.kind == "workflow"


def _bridged(model: Model, span: Span, settings: Settings, neighbours: Neighbours | None) -> Change:
    outside = _outside(model, settings, neighbours)
    task = bridging.called(model, outside, span.start) if outside is not None else None
    made = bridging.bridge(model, outside, task) if outside is not None and task is not None else ""
    return Change(why_not=made) if isinstance(made, str) else Change(tuple(made[0]), (made[1],))


def reason(model: Model, left: list[Obstacle]) -> str:
    """The first of several obstacles with its line, and how many more there are."""
    line = model.document.lines.line_of(left[0].span.start) + 1
    more = f" (and {len(left) - 1} more)" if len(left) > 1 else ""
    return f"Line {line}: {left[0].message}{more}"


def _quick_fixes(reference: Reference, safe: list[fixes.Fix], offered: list[Action]) -> Iterator[Action]:
    """The smallest changes that a finding is part of, the smallest preferred."""
    fix = next((f for f in safe if f.span == reference.span), None)
    if fix is not None:
        yield Action(fix.title, "quickfix", FIX, fix.span, preferred=True)
    possible = {a.key: a for a in offered if a.disabled is None}
    unit = next((a for key, a in possible.items() if key.startswith(MIGRATE_UNIT)), None)
    action = possible.get(MIGRATE_PART) or possible.get(MIGRATE_MODULE) or unit
    if action is not None:
        yield replace(action, kind="quickfix", span=reference.span, preferred=fix is None)


def _of_one_rule(model: Model, reference: Reference, safe: list[fixes.Fix]) -> Iterator[Action]:
    """All safe fixes of the rule at a place: in this file, where there are several, and in all files."""
    if not any(f.span == reference.span for f in safe):
        return
    rules = fixes.by_rule(model)
    name = rules.get(reference.span)
    alike = [f for f in safe if rules.get(f.span) == name]
    if name is None:
        return
    if len(alike) > 1:
        yield Action(titles.FIX_RULE.format(name), "quickfix", f"{FIX_RULE}:{name}", reference.span)
    yield Action(titles.FIX_RULE_EVERYWHERE.format(name), "quickfix", f"{FIX_RULE_EVERYWHERE}:{name}", reference.span)


def _left(model: Model, settings: Settings, neighbours: Neighbours | None) -> list[Obstacle]:
    """What stands in the way of the whole module, as far as it is known or quickly found out."""
    plan = _planned(model, settings, neighbours)
    if plan is None and len(model.document.text) <= _AT_ONCE:
        outside = _outside(model, settings, neighbours)
        plan = plan_module(model, _module(model), settings, outside)
        _known(model).plans[settings.orchestration] = (neighbours.seen(outside) if neighbours else (), plan)
    return plan.left if plan is not None else obvious(model)


def _planned(model: Model, settings: Settings, neighbours: Neighbours | None) -> Plan | None:
    """The plan of a model, where one was made and the files that it depends on are as they were."""
    seen, plan = _known(model).plans.get(settings.orchestration, ((), None))
    return plan if neighbours is None or neighbours.unchanged(seen) else None


def _differs(model: Model, settings: Settings) -> bool:
    """True where the module has branches that Flyte 1 ran in parallel, as far as that is told by a quick look."""
    _, plan = _known(model).plans.get(settings.orchestration, ((), None))
    if plan is not None and settings.orchestration == "parallel":
        return any(note.kind == "gathered" for note in plan.notes)
    return may_branch(model)


def _known(model: Model) -> _Known:
    known = _KNOWN.get(model)
    if known is None:
        known = _KNOWN[model] = _Known(components(model), {})
    return known


def _change(model: Model, plan: Plan, notes: list[Note]) -> Change:
    if plan.left:
        return Change(why_not=reason(model, plan.left))
    return Change(tuple(plan.edits), tuple(sorted([*plan.notes, *notes], key=lambda n: n.span)))


def _outside(model: Model, settings: Settings, neighbours: Neighbours | None) -> Outside | None:
    path = _path(model)
    return neighbours.outside(path, settings) if neighbours is not None and path is not None else None


def _surroundings(model: Model, settings: Settings, neighbours: Neighbours | None) -> tuple[Outside | None, list[Note]]:
    outside = _outside(model, settings, neighbours)
    return neighbours.with_users(outside, model, settings) if neighbours and outside else (None, [])


def _path(model: Model) -> Path | None:
    """The file of a model; None where it has none (`untitled:`)."""
    parsed = urlparse(model.document.uri)
    return Path(url2pathname(parsed.path)) if parsed.scheme == "file" else None


def _module(model: Model) -> str:
    """The dotted name of the module behind a model."""
    path = _path(model)
    if path is not None:
        return module_name(path)
    last = urlparse(model.document.uri).path.strip("/")
    return module_name(Path(url2pathname(last))) if last else "tasks"
