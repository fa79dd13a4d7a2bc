"""What a task gives: return annotations, NamedTuples and `.o0`.

Inside a run of Flyte 2 a NamedTuple result arrives as a plain tuple: its names are lost. Wrapping it again
(`Out(*task(...))`) gives them back, inside a run and outside (measured).
"""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.migration import chains
from flyteshift.migration import named as named_tuples
from flyteshift.migration.draft import Draft
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text, walk
from flyteshift.text import Edit, Span

UNPLACED = "`{0}` is not annotated with a tuple, so flyteshift cannot tell what `.{1}` of its result is."
UNNAMED = "`{0}` gives a NamedTuple without a name in this module; in a Flyte 2 run its fields are lost."
FOREIGN = (
    "`{0}`, which `{1}` gives, comes from another module: if it is a NamedTuple, its fields are lost in a Flyte 2 run."
)
SINGLE = "`{0}` gives a NamedTuple of one field, which arrives as the bare value in a Flyte 2 run."
_POSITION = re.compile(r"o(\d+)$")
_OF_NODES = frozenset({"with_overrides", "runs_before", "outputs"})


def returns(task: Task) -> Node | None:
    """The return annotation of a task."""
    kind = task.function.child_by_field_name("return_type")
    return kind.named_children[0] if kind is not None and kind.named_children else None


def gives_nothing(task: Task) -> bool:
    """True where a task has no result."""
    kind = returns(task)
    return kind is None or text(kind) == "None"


def named(draft: Draft, task: Task) -> bool:
    """True where a task gives a NamedTuple."""
    kind = returns(task)
    if kind is None:
        return False
    home = named_tuples.home(draft.model, draft.outside, kind)
    return home is not None or "NamedTuple" in text(kind) or "namedtuple" in text(kind)


def edits(draft: Draft, task: Task, call: Node, *, in_run: bool) -> list[Edit]:
    """The edits at one call of a task whose result has names or is read by `.o0`.

    `in_run` tells whether the call can happen inside a run; outside of one a NamedTuple stays what it is.
    """
    use = chains.consumer(draft, call)
    if use is None:
        return []
    read = readers(use)
    if not named(draft, task):
        if in_run and read and is_foreign(draft, task) and not all(_POSITION.match(text(n)) for n, _ in read):
            draft.refuse(read[0][0], FOREIGN.format(text(returns(task)), task.name))
        return _positions(draft, task, read)
    if use.type == "expression_statement" or (_unpacked(use) and not (in_run and _takes_one(use))):
        return []
    if not read and (not in_run or is_result(draft, use)):
        return []
    kind = returns(task)
    if _takes_one(use) or _fields(draft, task) == 1:
        draft.refuse(call, SINGLE.format(task.name))
        return []
    for place, _ in read:
        draft.claim(place)
    if kind is None or kind.type != "identifier":
        draft.refuse(call, UNNAMED.format(task.name))
        return []
    start, end = draft.document.span(call)
    return [Edit(Span(start, start), f"{text(kind)}(*"), Edit(Span(end, end), ")")]


def is_foreign(draft: Draft, task: Task) -> bool:
    """True where a result is of a class that another module defines: it may be a NamedTuple."""
    return named_tuples.may_be(draft.model, draft.outside, returns(task))


def _unpacked(use: Node) -> bool:
    """True for `a, b = call`."""
    if use.type != "assignment":
        return False
    left = use.child_by_field_name("left")
    return left is not None and left.type in ("pattern_list", "tuple_pattern", "list_pattern")


def _takes_one(use: Node) -> bool:
    """True for `(a,) = call`."""
    left = use.child_by_field_name("left") if _unpacked(use) else None
    return left is not None and len(left.named_children) == 1 and left.named_children[0].type == "identifier"


def is_result(draft: Draft, use: Node) -> bool:
    """True for the `return` of a task, which gives what it returns its names again; that of a helper does not."""
    above = use.parent
    while above is not None and above.type not in ("function_definition", "lambda"):
        above = above.parent
    name = text(above.child_by_field_name("name")) if above is not None else ""
    tasks = {f.name for f in draft.model.functions() if f.entity is not None and f.top_level}
    return use.type == "return_statement" and name in tasks


def readers(use: Node) -> list[tuple[Node, Node]]:
    """The attributes read off a result, used as `use` says: off itself, or off the variable that it is assigned to.

    What is asked of a node is no attribute of its result.
    """
    found = []
    if use.type == "attribute":
        name = use.child_by_field_name("attribute")
        found = [(name, use)] if name is not None else []
    left = use.child_by_field_name("left") if use.type == "assignment" else None
    if left is not None and left.type == "identifier":
        found = attributes_of(left)
    return [(name, whole) for name, whole in found if text(name) not in _OF_NODES]


def attributes_of(variable: Node) -> list[tuple[Node, Node]]:
    """The attributes read off a variable in its function (or module), each with the whole `variable.name`."""
    scope = variable.parent
    while scope is not None and scope.type not in ("function_definition", "module"):
        scope = scope.parent
    found = []
    for node in walk(scope) if scope is not None else ():
        if node.type == "attribute":
            of, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
            if of is not None and name is not None and of.type == "identifier" and text(of) == text(variable):
                found.append((name, node))
    return found


def several(task: Task) -> bool:
    """True where a task is annotated with a tuple."""
    kind = returns(task)
    return kind is not None and (kind.type == "tuple" or re.match(r"(typing\.)?[Tt]uple\[", text(kind)) is not None)


def is_single(draft: Draft, task: Task) -> bool:
    """True where a task gives one value: its annotation is no tuple, no NamedTuple and no other name for one."""
    kind = returns(task)
    if kind is None or gives_nothing(task) or named(draft, task) or several(task) or is_foreign(draft, task):
        return False
    bound = draft.model.names.events.get(text(kind), []) if kind.type == "identifier" else []
    return not bound or draft.model.value(kind) is not None


def _positions(draft: Draft, task: Task, places: list[tuple[Node, Node]]) -> list[Edit]:
    """`.o0` of a result becomes `[0]`."""
    found = []
    for name, whole in places:
        match = _POSITION.match(text(name))
        of = whole.child_by_field_name("object")
        if match is None or of is None:
            continue
        draft.claim(name)
        if not several(task):
            draft.refuse(whole, UNPLACED.format(task.name, text(name)))
            continue
        end = draft.document.span(of).end
        found.append(Edit(Span(end, draft.document.span(whole).end), f"[{match.group(1)}]"))
    return found


def _fields(draft: Draft, task: Task) -> int | None:
    """How many fields the NamedTuple of a task has, where the module defines it in a way that shows."""
    names = field_names(draft, task)
    return None if names is None else len(names)


def field_names(draft: Draft, task: Task) -> list[str] | None:
    """The fields of the NamedTuple that a task gives, where it is defined in a way that shows."""
    kind = returns(task)
    home = named_tuples.home(draft.model, draft.outside, kind) if kind is not None else None
    return named_tuples.fields(home or named_tuples.Home(draft.model, text(kind))) if kind is not None else None
