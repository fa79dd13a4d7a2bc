"""Launch plans become triggers: each stands above the task that it starts, and in that task's decorator."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration import constants, launch_plans, scopes, trigger_arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.launch_plans import LaunchPlan
from flyteshift.migration.moves import Moved, move
from flyteshift.migration.names import free, slug
from flyteshift.migration.parts import Parts
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting.calls import Argument, print_call
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit

PLACE = "A trigger stands above the task that it starts; move this launch plan out to the top of the module first."
DEFAULT = "The default launch plan of `{0}` has no Flyte 2 form as a value; run the task itself: `flyte.run({0}, ...)`."
IMPORTED = (
    "`{0}` is not defined in this module; a trigger stands above its task, given to the decorator: `triggers=...`. "
    "flyteshift takes it there where both files are migrated together, and what it reads can go along."
)
NO_WORKFLOW = "`{0}` is no workflow of this module; give the trigger to the decorator of the task that it starts."
REBOUND = "`{0}` is bound more than once; give each launch plan a name of its own, then migrate."
SAME_NAME = "Two launch plans of `{0}` have this name; in Flyte 2 one would replace the other."
NAME = "Flyte 2 takes names of triggers of 1 to 255 characters."
CALLED = "flyteshift cannot see all inputs that `{0}` adds here; call `{1}` with them written out, then migrate."
AS_VALUE = "`{0}` is used as a value; a trigger is none that could be run: `flyte.run({1}, ...)` starts its task."
SHARED = "`{0}` is used in {1}; a trigger is nothing that could be called or run: use `{2}` there, then migrate."
BY_HAND = "`{0}` has no schedule: in Flyte 2 it is a trigger that is started by hand, with these inputs."
SLOTS = "Flyte 2 counts the action of `{0}` itself among those that run at once, so the limit is one higher."
NESTED = "`{0}` calls tasks that call tasks: each holds a slot while it waits, so a limit could block the run for ever."


@dataclass(frozen=True)
class Trigger:
    """A launch plan, the task that it starts, and the statement that it becomes."""

    plan: LaunchPlan
    task: Task
    variable: str
    code: str
    limit: Node | None = None


@dataclass(frozen=True)
class Triggers:
    """The triggers of a module and the edits of the variables that they read."""

    found: Sequence[Trigger]
    parts: Mapping[str, Edit]


def read(draft: Draft, tasks: Sequence[Task]) -> Triggers:
    """The triggers that the module's launch plans become; claims and refuses."""
    parts = Parts(draft)
    by_name = {t.name: t for t in tasks}
    found: list[Trigger] = []
    taken, used = set(draft.model.names.events), set[str]()
    for plan in launch_plans.find(draft):
        task = _task(draft, plan, by_name)
        if task is None:
            continue
        named = plan.variable and plan.variable not in draft.model.names.multiple
        variable = plan.variable if named else free(_variable(draft, plan), taken - {plan.variable} | used)
        used.add(variable)
        trigger = _trigger(draft, plan, task, variable, parts)
        if trigger is None:
            continue
        if any(t.task is task and _name(draft, t.plan) == _name(draft, plan) for t in found):
            draft.refuse(plan.given["name"].node, SAME_NAME.format(task.name))
        found.append(trigger)
    return Triggers(found, parts.edits())


def edits(draft: Draft, triggers: Triggers, calls: Mapping[str, Collection[str]]) -> list[Edit]:
    """The edits that move the triggers above their tasks; their decorators get them. `calls`: what each task calls."""
    found: list[Edit] = []
    moved: set[int] = set()
    homes = {id(t.task): t.task for t in triggers.found}
    for task in sorted(homes.values(), key=lambda t: t.statement.start_byte):
        mine = [t for t in triggers.found if t.task is task]
        names = [t.variable for t in mine]
        task.options.append(Argument(f"triggers={names[0]}" if len(names) == 1 else f"triggers=[{', '.join(names)}]"))
        for trigger in mine:
            _check_limit(draft, trigger, calls)
            draft.done.append(f"`{trigger.variable}` is a trigger of `{task.name}`")
        statements = {t.plan.statement.start_byte: Moved(t.plan.statement, t.code) for t in mine if t.plan.statement}
        found += move(draft, task.statement, statements, triggers.parts, moved)
    for name, edit in triggers.parts.items():
        if not any(_binds(draft, at, name) for at in moved):
            found.append(edit)
    return found


def _binds(draft: Draft, at: int, name: str) -> bool:
    """True where the statement that starts at a byte is the assignment of a name."""
    right = constants.assigned(draft, name)
    above = right.parent.parent if right is not None and right.parent is not None else None
    return above is not None and above.start_byte == at


def _task(draft: Draft, plan: LaunchPlan, tasks: Mapping[str, Task]) -> Task | None:
    """The task that a launch plan starts; None where it is refused."""
    node = plan.value("workflow")
    if node is None:
        draft.refuse(plan.call, NO_WORKFLOW.format("None"))
        return None
    draft.handed.add(draft.span(node))
    task = _startable(draft, plan, node, tasks)
    if task is None:
        draft.claim_within(plan.call)
    return task


def _startable(draft: Draft, plan: LaunchPlan, node: Node, tasks: Mapping[str, Task]) -> Task | None:
    name = plan.workflow(draft)
    if name is None or name not in tasks:
        outside = isinstance(draft.model.value(node), Symbol)
        draft.refuse(node, (IMPORTED if outside else NO_WORKFLOW).format(text(node)))
        return None
    if plan.default:
        draft.refuse(plan.call, DEFAULT.format(name))
        return None
    if plan.statement is None:
        draft.refuse(plan.call, PLACE)
        return None
    if plan.variable in draft.model.names.multiple and not _is_kept_apart(draft, plan.variable):
        draft.refuse(plan.call, REBOUND.format(plan.variable))
        return None
    file = launch_plans.user(draft, plan.variable)
    if file is not None:
        draft.refuse(plan.call, SHARED.format(plan.variable, file, name))
    for place in launch_plans.reads(draft, plan.variable):
        above = place.parent
        called = above is not None and above.type == "call" and above.child_by_field_name("function") == place
        draft.refuse(place, (CALLED if called else AS_VALUE).format(plan.variable, name))
    return tasks[name]


def _is_kept_apart(draft: Draft, variable: str) -> bool:
    """True for a variable that launch plans alone are bound to, one after the other, and that nothing reads."""
    plans = {p.statement.start_byte for p in launch_plans.find(draft) if p.statement and p.variable == variable}
    uses = [n for n in draft.document.identifiers(variable) if not scopes.is_label(n)]
    return all(n.parent is not None and n.parent.start_byte in plans and not scopes.is_load(n) for n in uses)


def _name(draft: Draft, plan: LaunchPlan) -> object:
    known = constants.evaluate(draft, plan.given["name"].value)
    return known.value if known is not None else text(plan.given["name"].value)


def _variable(draft: Draft, plan: LaunchPlan) -> str:
    """A variable for a launch plan that is bound to none."""
    known = constants.evaluate(draft, plan.given["name"].value)
    name = slug(known.value) if known is not None and isinstance(known.value, str) else "trigger"
    return name if name.isidentifier() else f"trigger_{name}".replace("-", "_")


def _trigger(draft: Draft, plan: LaunchPlan, task: Task, variable: str, parts: Parts) -> Trigger | None:
    """The trigger that a launch plan becomes; None where it is refused."""
    obstacles = len(draft.obstacles)
    known = constants.evaluate(draft, plan.given["name"].value)
    if known is not None and (not isinstance(known.value, str) or not 0 < len(known.value) <= 255):
        draft.refuse(plan.given["name"].value, NAME)
    if plan.value("schedule") is None and plan.value("trigger") is None:
        draft.note(plan.call, BY_HAND.format(variable))
    arguments = trigger_arguments.arguments(draft, plan, task.name, parts)
    if len(draft.obstacles) > obstacles or plan.statement is None:
        return None
    start = f"{variable} = "
    spread = "\n" in text(plan.call) or "\r" in text(plan.call)
    code = start + print_call("flyte.Trigger", arguments, draft.style, "", len(start), spread)
    loose = [c for c in (text(n) for n in walk(plan.statement) if n.type == "comment") if c not in code]
    _drop_annotation(draft, plan.statement)
    code = draft.style.newline.join([*loose, code])
    return Trigger(plan, task, variable, code, plan.value("max_parallelism"))


def _drop_annotation(draft: Draft, statement: Node) -> None:
    kind = statement.named_children[0].child_by_field_name("type")
    if kind is not None:
        draft.claim_within(kind)


def _check_limit(draft: Draft, trigger: Trigger, calls: Mapping[str, Collection[str]]) -> None:
    """A limit on what runs at once holds for the task's own action too."""
    if trigger.limit is None or text(trigger.limit) == "0":
        return
    called = calls.get(trigger.task.name, ())
    inside = {text(n) for n in walk(trigger.task.function) if n.type == "identifier"}
    if any(calls.get(name) for name in called) or inside & draft.foreign:
        draft.refuse(trigger.limit, NESTED.format(trigger.task.name))
    else:
        draft.note(trigger.limit, SLOTS.format(trigger.task.name))
