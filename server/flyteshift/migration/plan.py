"""The plan of a module: all its edits, or the list of what stands in the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from tree_sitter import Node

from flyteshift.migration import (
    bodies,
    borrowed,
    catches,
    conditionals,
    contexts,
    data,
    environments,
    failures,
    foreign,
    handed,
    handlers,
    imported,
    installed,
    local_paths,
    maps,
    missing_secrets,
    mocks,
    nodes,
    parallel,
    references,
    remote,
    setting_objects,
    templates,
    transformers,
    triggers,
    uses,
)
from flyteshift.migration import settings as task_settings
from flyteshift.migration import tasks as task_finder
from flyteshift.migration.data import waiting
from flyteshift.migration.draft import Draft, Note, Obstacle, reason
from flyteshift.migration.foreign import Outside
from flyteshift.migration.names import environment_base
from flyteshift.migration.plainer import steps
from flyteshift.migration.plainer.steps import Plainer
from flyteshift.migration.plainer.written import Written
from flyteshift.migration.starts import Start
from flyteshift.migration.tasks import Task
from flyteshift.rewriting import quotes
from flyteshift.rewriting.calls import Argument, print_call
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, Edit, Span, compose, moved

__all__ = ["Note", "Obstacle", "Plan", "composed", "obvious", "plan_module"]


QUOTES = (
    "New code has to stand inside of an f-string that has its quotes; take the call out of the f-string, then migrate."
)
LOST = "flyteshift does not find the code again that it wants to finish; migrate what this module says plainly by hand."
HIDDEN = "`{0}` means something else inside this function, and the new code needs the module of that name."
_FLYTE = re.compile(r"(?<!from )(?<!import )(?<![\w.])flyte\.")
"""Code that needs `import flyte`."""
_MODULE = re.compile(r"\b([a-z]\w*)\.")


@dataclass(frozen=True)
class Plan:
    """What a migration does. With anything in `left` there are no edits: a module is migrated whole or not at all."""

    edits: list[Edit] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    left: list[Obstacle] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    environments: dict[str, str] = field(default_factory=dict)
    """The variable of each task's environment."""
    asyncs: tuple[str, ...] = ()
    """The tasks that are `async` now and were not."""
    starts: Mapping[str, Start] = field(default_factory=dict)
    """What direct calls of the tasks need, of those that need anything."""
    stuck: Mapping[tuple[Path, str], str] = field(default_factory=dict)
    """The `async` tasks of other files that this one cannot call, with the reason."""


def plan_module(
    model: Model,
    module: str,
    settings: Any = None,
    outside: Outside | None = None,
    stays: frozenset[Span] = frozenset(),
) -> Plan:
    """The plan that takes a module from Flyte 1 to Flyte 2; environments get their names from its dotted name `module`.

    `outside` tells of the other files of the project; without it, tasks of other files are not known as such. `stays`
    are imported names that are kept, for code that is not part of this text (see partial.py).
    A module without Flyte 1 gets an empty plan.
    """
    plainer = steps.take(Plainer(model, stays), outside)
    return restored(plainer, _planned(plainer.model, module, settings, outside, plainer.stays))


def restored(plainer: Plainer, plan: Plan) -> Plan:
    """The plan of a module after steps as one of the module before them."""
    for written, document in reversed(plainer.taken):
        plan = composed(written, document, plan)
    return plan


def _planned(model: Model, module: str, settings: Any, outside: Outside | None, stays: frozenset[Span]) -> Plan:
    """The plan of a module that no step can say plainer."""
    document = model.document
    if document.tree.root_node.has_error:
        return Plan(left=[Obstacle(_first_error(document), "The file has a syntax error.")])
    draft = Draft(model, handlers.HANDLERS, outside)
    draft.stays = stays
    if not draft.references:
        return Plan()
    draft.statements = handlers.STATEMENTS
    draft.base = environment_base(module, *((outside.path, outside.named) if outside is not None else (None, ())))
    draft.templates = templates.found(draft)
    tasks = task_finder.find(draft)
    draft.tasks = {t.name: t for t in tasks}
    maps.watch(draft)
    nodes.watch(draft)
    edits = _edits(draft, tasks, module)
    _refuse_hidden(draft, edits)
    left = draft.settled() or _check(draft, edits, whole=not draft.later)
    if not left and draft.later:
        edits = _laid_out(draft, edits)
        left = _check(draft, edits)
    if left:
        return Plan(left=sorted(dict.fromkeys(left), key=lambda o: o.span))
    branches = settings is None or settings.orchestration != "sequential"
    made = parallel.keep(draft, tasks, edits, branches=branches)
    if made.stuck:
        return _stuck(draft, made.stuck)
    draft.notes += made.notes
    if made.drivers or made.edits != edits:
        drivers = document.edited(made.edits)
        edits = compose(document.text, made.edits, waiting.edits(drivers))
        left = draft.obstacles or _check(draft, edits)
        if left:
            return Plan(left=left)
    edits = requoted(document, edits) or []
    if not edits:
        return Plan(left=[Obstacle(Span(0, 0), QUOTES)])
    return Plan(
        sorted(edits, key=lambda e: e.span),
        draft.done,
        [],
        sorted(dict.fromkeys(draft.notes), key=lambda n: n.span),
        draft.environments,
        made.drivers,
        draft.starts,
    )


def _stuck(draft: Draft, stuck: Mapping[str, str]) -> Plan:
    """The plan of a module that cannot call an `async` task of another file, or a task object of its own."""
    found = draft.awaitable
    left = [
        Obstacle(foreign.first_use(draft.document, name), foreign.ASYNC.format(name, found[name].path.name, why))
        if name in found
        else Obstacle(draft.span(draft.tasks[name].function), parallel.STUCK.format(name, why))
        for name, why in stuck.items()
    ]
    foreigners = {(found[name].path, found[name].name): why for name, why in stuck.items() if name in found}
    return Plan(left=left, stuck=foreigners)


def composed(first: Written, document: Document, plan: Plan) -> Plan:
    """The plan of a text that edits have changed before, as one of the text without them."""
    left = [replace(o, span=first.original(o.span)) for o in plan.left]
    notes = [*first.notes, *(replace(n, span=first.original(n.span)) for n in plan.notes)]
    if left:
        return replace(plan, left=left)
    edits = compose(document.text, first.edits, plan.edits)
    if first.afterwards is not None:
        made = document.edited(edits)
        later = first.afterwards(made)
        if later is None:
            return Plan(left=[Obstacle(Span(0, 0), LOST)])
        edits = compose(document.text, edits, later)
    return replace(plan, edits=edits, notes=sorted(dict.fromkeys(notes), key=lambda n: n.span))


def requoted(document: Document, edits: list[Edit]) -> list[Edit] | None:
    """The edits with other quotes for what they put into f-strings where Python before 3.12 asks for that.

    None where there are none. A text that has such code already keeps the quotes: it is for a later Python.
    """
    after = document.edited(edits)
    found = quotes.requoted(after) if quotes.clashes(after) and not quotes.clashes(document) else []
    return compose(document.text, edits, found) if found else edits if found is not None else None


def _laid_out(draft: Draft, edits: list[Edit]) -> list[Edit]:
    """The edits with those made to the code that they give."""
    document = draft.document
    for step in draft.later:
        middle = document.edited(edits)
        edits = compose(document.text, edits, step(middle, partial(_moved, edits)))
    return edits


def _moved(edits: list[Edit], offset: int) -> int:
    return moved(offset, edits)


def obvious(model: Model) -> list[Obstacle]:
    """The Flyte 1 things that no part of a migration knows, told without planning; there may be other obstacles."""
    return [
        Obstacle(reference.span.shifted(statement.span.start), reason(reference), reference.symbol)
        for statement in model.statements
        for reference in statement.references
        if reference.flyte1 and reference.kind == "name" and not handlers.known(model.names.role(reference.symbol))
    ]


def _edits(draft: Draft, tasks: list[Task], module: str) -> list[Edit]:
    installed.check(draft)
    handed.check(draft)
    for task in tasks:
        task_settings.read(draft, task)
    launched = triggers.read(draft, tasks)
    references.check(draft)
    mocks.hand(draft)
    remotely = [*remote.read(draft), *transformers.read(draft)]
    calls = uses.calls(draft, tasks)
    objects = templates.called(draft, tasks)
    for task in tasks:
        bodies.check(draft, task)
        calls[task.name] |= task.hinted
    draft.inline = [*uses.edits(draft, tasks), *local_paths.edits(draft), *setting_objects.read(draft)]
    draft.inline += data.edits(draft, tasks, uses.namings(draft))
    edits = [e for node in draft.document.tree.root_node.children for e in _rest(draft, node, tasks)]
    edits = draft.with_inline(edits, Span(0, len(draft.document.text)))
    edits += contexts.folders(draft)
    edits += contexts.dropped(draft)
    edits += conditionals.edits(draft)
    edits += failures.edits(draft)
    edits += catches.edits(draft, uses.namings(draft))
    edits += missing_secrets.edits(draft)
    moved_up = triggers.edits(draft, launched, calls)
    draft.awaitable = dict(foreign.awaitable(draft.outside)) if draft.outside is not None else {}
    draft.foreign |= draft.awaitable.keys()
    if tasks:
        outside = borrowed.environments(draft, tasks, edits)
        for name, found in objects.items():
            outside.setdefault(name, set()).update(found)
        edits += _environments(draft, tasks, module, calls, outside)
    edits += moved_up + remotely
    if any(_FLYTE.search(e.text) for e in edits):
        draft.imports.add("import flyte")
    return edits + imported.edits(draft)


def _rest(draft: Draft, node: Node, tasks: list[Task]) -> list[Edit]:
    """The edits of a top-level statement outside the decorators that make tasks."""
    for task in tasks:
        if task.statement == node:
            return [e for child in node.named_children if child != task.decorator for e in draft.edits(child)]
    return draft.edits(node)


def _environments(
    draft: Draft, tasks: list[Task], module: str, calls: dict[str, set[str]], outside: dict[str, set[str]]
) -> list[Edit]:
    places = environments.placed(draft, tasks, module, calls, outside)
    found = [environment for there in places.values() for environment in there]
    newline = draft.style.newline
    edits = []
    if draft.obstacles and not found:
        return []
    homes = {t.name: e.variable for e in found for t in e.tasks} | {t.name: t.home for t in tasks if t.home}
    draft.environments |= {t.name: t.home for t in tasks if t.home}
    for home in dict.fromkeys(t.home for t in tasks if t.home):
        names = ", ".join(f"`{t.name}`" for t in tasks if t.home == home)
        draft.done.append(f"{names} in the environment `{home}`, which was its actor")
    for task in tasks:
        function = f"{homes[task.name]}.task"
        if task.loose and task.options:
            first = task.options[0]
            task.options[0] = Argument(first.text, (*task.loose, *first.before), first.behind)
        elif task.loose:
            start = draft.document.span(task.decorator).start
            edits.append(Edit(Span(start, start), "".join(c + newline for c in task.loose)))
        new = print_call(function, task.options, draft.style, taken=1) if task.options else function
        edits.append(Edit(draft.document.span(task.decorator.named_children[0]), new))
    draft.imports.add("import flyte")
    for environment in found:
        draft.environments |= {t.name: environment.variable for t in environment.tasks}
        names = ", ".join(f"`{t.name}`" for t in environment.tasks)
        draft.done.append(f'{names} in the environment `{environment.variable}` ("{environment.name}")')
    for at, there in places.items():
        edits.append(_placed(draft.document, at, newline.join(e.source(draft) for e in there), newline))
    return edits


def _placed(document: Document, at: int, block: str, newline: str) -> Edit:
    """The block before the line that starts at `at`, with one blank line above and as many below as there were."""
    lines = document.lines
    line = lines.line_of(at)
    blank = 0
    while line - blank > 0 and not lines.line_text(line - blank - 1).strip(" \t\f"):
        blank += 1
    before = line - blank - 1
    follows_code = before >= 0 and not lines.line_text(before).startswith((" ", "\t"))
    if blank >= 2 and follows_code:
        start = lines.starts[line - blank + 1]
        return Edit(Span(start, start), block + newline * 2)
    return Edit(Span(at, at), block + newline * (1 + max(blank, 1)))


def _refuse_hidden(draft: Draft, edits: list[Edit]) -> None:
    """New code inside a function reads modules by their names, which must not mean something else there."""
    needed = {line.rpartition(" ")[2] for line in draft.imports}
    for edit in edits:
        names = set(_MODULE.findall(edit.text)) & needed
        for statement in draft.model.statements if names else ():
            for fact in statement.facts.functions:
                span = Span(fact.start, fact.end).shifted(statement.span.start)
                if span.start < edit.span.start and edit.span.end <= span.end and names & set(fact.scope.events):
                    draft.refuse(edit.span, HIDDEN.format(min(names & set(fact.scope.events))))


def _check(draft: Draft, edits: list[Edit], *, whole: bool = True) -> list[Obstacle]:
    """The result read again: an obstacle where it does not parse or still has Flyte 1 in it.

    Without `whole` there are edits to come that take names of Flyte 1 out.
    """
    document = draft.document
    try:
        after = document.edited(edits)
    except ValueError:
        after = None
    if after is None or after.tree.root_node.has_error:
        return [Obstacle(Span(0, 0), "flyteshift could not put the new code together; please report this module.")]
    read = build(after, draft.model)
    stays = {moved(span.start, edits) for span in draft.stays}
    left = [r for r in read.references() if r.flyte1 and r.span.start not in stays]
    if any(_FLYTE.search(e.text) for e in edits) and "flyte" not in read.names.events:
        return [Obstacle(Span(0, 0), "`import flyte` would be missing; please report this module.")]
    lost = imported.lost(draft, after) if whole and not left else []
    return [
        Obstacle(Span(0, 0), f"`{name}` would be left over; please report this module.", name)
        for name in [*(r.symbol for r in left), *lost]
    ]


def _first_error(document: Document) -> Span:
    """The smallest part of the text that the parser could not read, the first of such."""
    errors: list[Span] = []
    stack = [document.tree.root_node]
    while stack:
        node = stack.pop()
        if node.is_error or node.is_missing:
            errors.append(document.span(node))
        stack += reversed(node.children)
    return min(errors, key=lambda span: span.end - span.start, default=Span(0, 0))
