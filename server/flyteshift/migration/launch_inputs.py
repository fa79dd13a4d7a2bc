"""The inputs of a launch plan as those of a trigger, and which values a trigger can carry.

Flyte 2.12 turns the inputs of a trigger into literals by the type of each *value* (trigger_serde.py), not by that of
the task's parameter. Measured: a list arrives as something that a `List[int]` parameter cannot read, a dict with items
fails at deploy, a text for a file stays a text.
"""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.launch_calls import entries, functions, saved
from flyteshift.migration.launch_plans import LaunchPlan
from flyteshift.migration.schedules import TRIGGERED, Schedule
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Instance, Symbol

LOCKED = "Flyte 1 locked `fixed_inputs`; the inputs of a trigger are values that someone who starts it may change."
NO_INPUT = "`{0}` has no input `{1}`."
UNSEEN = "flyteshift cannot see these inputs; write them as a dict here."
COLLECTION = (
    "A Flyte 2 trigger cannot carry a value of type `{0}` yet: make it the default of the parameter `{1}` of `{2}`."
)
CONVERTED = "Flyte 1 turned `{0}` into a `{1}`; a Flyte 2 trigger needs the object, e.g. `flyte.io.File(path=...)`."
NO_TIME = "The time of the start goes to a `datetime` in Flyte 2; `{0}` is none."
TWICE = "`{0}` is both the time of the start and an input that is set."
CAUSED_TWICE = "`{0}` is an input of what starts this and one that is set."
SHARED = "Flyte 1 adds `fixed_inputs` to this dict itself; write the inputs out, then migrate."

_COLLECTIONS = frozenset(
    ["List", "list", "Dict", "dict", "Set", "set", "FrozenSet", "frozenset", "Tuple", "tuple", "Sequence", "Mapping"]
    + ["Iterable", "Iterator", "Any", "object"]
)
_OPEN = frozenset({"list", "dict"})
"""What a trigger can carry without types of the items."""
_CONTAINERS = frozenset({"Optional", "Union", "Annotated"})


def inputs(draft: Draft, plan: LaunchPlan, workflow: str, schedule: Schedule | None) -> str | None:
    """The dict of a trigger's inputs, empty where there are none; None where it is refused."""
    function = functions(draft)[workflow]
    default, fixed = saved(draft, plan, "default_inputs"), saved(draft, plan, "fixed_inputs")
    if default is None or fixed is None:
        draft.refuse(plan.given["default_inputs" if default is None else "fixed_inputs"].value, UNSEEN)
        return None
    kinds = parameter_types(function)
    caused = dict(schedule.inputs) if schedule is not None else {}
    if not all(_fits(draft, workflow, kinds, name, value) for name, value in {**default, **fixed}.items()):
        return None
    if not all(_is_caused(draft, workflow, kinds, name, value, {**default, **fixed}) for name, value in caused.items()):
        return None
    node = plan.value("default_inputs")
    if node is not None and node.type == "identifier" and plan.value("fixed_inputs") is not None:
        draft.refuse(node, SHARED)
        return None
    if schedule is not None and schedule.input and not _starts(draft, workflow, kinds, schedule, {**default, **fixed}):
        return None
    if fixed:
        draft.note(plan.given["fixed_inputs"].node, LOCKED)
    return _code(draft, plan, default, fixed, schedule)


def parameter_types(function: Node) -> dict[str, Node | None]:
    """The annotations of a function's parameters."""
    found: dict[str, Node | None] = {}
    holder = function.child_by_field_name("parameters")
    for parameter in holder.named_children if holder is not None else ():
        name = parameter.child_by_field_name("name") or (parameter.named_children or [parameter])[0]
        kind = parameter.child_by_field_name("type")
        found[text(name)] = kind.named_children[0] if kind is not None and kind.named_children else None
    return found


def _fits(draft: Draft, workflow: str, kinds: Mapping[str, Node | None], name: str, value: Node) -> bool:
    if name not in kinds:
        draft.refuse(value, NO_INPUT.format(workflow, name))
        return False
    if draft.uses(value):
        draft.refuse(value, UNSEEN)
        return False
    kind = kinds[name]
    made = draft.model.value(kind) if kind is not None else None
    if text(value) != "None" and kind is not None and (draft.uses(kind) or isinstance(made, Instance)):
        return _refused(draft, value, CONVERTED.format(text(value), text(kind)))
    return is_carried(kind, value) or _refused(draft, value, COLLECTION.format(text(kind), name, workflow))


def _is_caused(
    draft: Draft, workflow: str, kinds: Mapping[str, Node | None], name: str, value: Node, given: Mapping[str, Node]
) -> bool:
    """True for an input that what starts the run gives: the artifact itself, or a value beside it."""
    if name in given:
        return _refused(draft, value, CAUSED_TWICE.format(name))
    if text(value) != TRIGGERED:
        return _fits(draft, workflow, kinds, name, value)
    return name in kinds or _refused(draft, value, NO_INPUT.format(workflow, name))


def is_carried(kind: Node | None, value: Node) -> bool:
    """True where a trigger can carry a value for a parameter of a type."""
    if text(value) == "None":
        return True
    if kind is None or not _carried(kind):
        return False
    several = ("list", "dictionary", "set", "tuple", "list_comprehension", "dictionary_comprehension")
    return value.type not in several or text(kind) in _OPEN


def _refused(draft: Draft, node: Node, message: str) -> bool:
    draft.refuse(node, message)
    return False


def _carried(kind: Node) -> bool:
    """True where a parameter of this type can read what a trigger sends for a value of it."""
    if kind.type == "string":
        return False
    if kind.type == "binary_operator":
        return all(_carried(n) for n in kind.named_children)
    head, items = kind, list[Node]()
    if kind.type == "generic_type":
        head = kind.named_children[0]
        holder = kind.named_children[-1]
        items = [n.named_children[0] if n.type == "type" and n.named_children else n for n in holder.named_children]
    elif kind.type == "subscript":
        head = kind.named_children[0]
        items = kind.named_children[1:]
    name = text(head).rpartition(".")[2]
    if name in _CONTAINERS:
        return all(_carried(n) for n in (items[:1] if name == "Annotated" else items))
    return name not in _COLLECTIONS or (not items and name in _OPEN)


def _starts(
    draft: Draft, workflow: str, kinds: Mapping[str, Node | None], schedule: Schedule, given: Mapping[str, Node]
) -> bool:
    at, name = schedule.kickoff, schedule.input
    if at is None:
        return True
    if name not in kinds:
        return _refused(draft, at, NO_INPUT.format(workflow, name))
    if name in given:
        return _refused(draft, at, TWICE.format(name))
    kind = kinds[name]
    if kind is None or draft.model.value(kind) != Symbol("datetime.datetime"):
        return _refused(draft, at, NO_TIME.format(name))
    return True


def _code(
    draft: Draft, plan: LaunchPlan, default: Mapping[str, Node], fixed: Mapping[str, Node], schedule: Schedule | None
) -> str:
    kickoff = f"{text(schedule.kickoff)}: flyte.TriggerTime" if schedule is not None and schedule.kickoff else ""
    if schedule is not None and schedule.inputs:
        kickoff = ", ".join(f'"{name}": {text(value)}' for name, value in schedule.inputs.items())
    nodes = [n for n in (plan.value("default_inputs"), plan.value("fixed_inputs")) if n is not None]
    nodes = [n for n in nodes if entries(draft, n)]
    if len(nodes) == 1 and not kickoff:
        return text(nodes[0])
    if len(nodes) == 1 and nodes[0].type == "dictionary":
        return _with_entry(draft, nodes[0], kickoff)
    if any(n.type != "dictionary" for n in nodes):
        parts = [text(n)[1:-1].strip().rstrip(",") if n.type == "dictionary" else f"**{text(n)}" for n in nodes]
    else:
        parts = [_item(v) for k, v in default.items() if k not in fixed] + [_item(v) for v in fixed.values()]
    parts += [kickoff] if kickoff else []
    return "{" + ", ".join(parts) + "}" if parts else ""


def _item(value: Node) -> str:
    return text(value.parent)


def _with_entry(draft: Draft, node: Node, entry: str) -> str:
    """A dict display with one more item, laid out as the others."""
    code, items = text(node), [n for n in node.named_children if n.type == "pair"]
    last = items[-1]
    behind = last.end_byte - node.start_byte
    head, tail = code.encode()[:behind].decode(), code.encode()[behind:].decode()
    between = draft.style.newline + " " * last.start_point[1] if last.start_point[0] != node.start_point[0] else " "
    return f"{head},{between}{entry}{tail}"
