"""What a run gives and a direct call does not: every task has its own copy of its inputs, and times have a zone.

Flyte 1 handed values from task to task as messages, wherever the tasks were called. Flyte 2 does so in a run; a direct
call is a call of the function (measured with flyte 2.12): a list that one task changes is changed for the next, and
`datetime(2024, 1, 1)` stays without a zone where Flyte 1 gave UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tree_sitter import Node

from flyteshift.migration import callees, foreign
from flyteshift.migration.draft import Draft
from flyteshift.migration.scopes import is_load, targets
from flyteshift.migration.trees import is_inside, text, walk
from flyteshift.migration.uses import enclosing
from flyteshift.semantics.values import Symbol

_METHODS = frozenset(["append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "setdefault",
                      "popitem", "add", "discard", "difference_update", "intersection_update", "fill", "resize",
                      "appendleft", "extendleft", "popleft", "rotate", "fit", "partial_fit", "fit_transform",
                      "load_state_dict"])  # fmt: skip
"""Methods that change their object."""
_FUNCTIONS = frozenset(["shuffle", "heapify", "heappush", "heappop", "insort", "insort_left", "insort_right",
                        "setattr", "delattr"])  # fmt: skip
"""Functions that change their first argument."""
_PARTS = frozenset(["items", "values", "enumerate", "zip", "reversed", "sorted", "iter", "list", "chain"])
"""Calls that hand on what is in their arguments."""
_FIXED = frozenset(["int", "float", "str", "bool", "bytes", "date", "datetime", "timedelta", "None", "Path"])
_TIME = Symbol("datetime.datetime")


def needing(draft: Draft) -> set[str]:
    """The tasks and functions of a module that give another value where they are called without a run."""
    return _timed(draft) | _Changes(draft).seen()


def omits_times(draft: Draft, name: str, call: Node) -> bool:
    """True for a call of a task that leaves its times to their defaults, which Flyte 1 did not convert."""
    task = draft.tasks[name]
    if task.driver or _names_time(draft, task.function.child_by_field_name("return_type")):
        return False
    times = [p.name for p in _parameters(task.function) if _names_time(draft, p.kind)]
    given = {name for name, _ in _given(call, task.function)}
    return bool(times) and given.isdisjoint(times)


def _timed(draft: Draft) -> set[str]:
    """The tasks that take or give times."""
    return {
        name
        for name, task in draft.tasks.items()
        if _names_time(draft, task.function.child_by_field_name("return_type"))
        or any(_names_time(draft, p.kind) for p in _parameters(task.function))
    }


def _names_time(draft: Draft, kind: Node | None) -> bool:
    return kind is not None and any(
        n.type in ("identifier", "attribute") and draft.model.value(n) == _TIME for n in walk(kind)
    )


class _Parameter(NamedTuple):
    name: str
    kind: Node | None


def _parameters(function: Node) -> list[_Parameter]:
    holder = function.child_by_field_name("parameters")
    found = []
    for node in holder.named_children if holder is not None else ():
        name = node.child_by_field_name("name") or next((n for n in walk(node) if n.type == "identifier"), None)
        found.append(_Parameter(text(name), node.child_by_field_name("type")))
    return found


def _given(call: Node, function: Node) -> Iterator[tuple[str, Node]]:
    """The arguments of a call with the parameters that they are for."""
    holder = call.child_by_field_name("arguments")
    names = [p.name for p in _parameters(function)]
    for index, node in enumerate(n for n in holder.named_children if n.type != "comment") if holder is not None else ():
        value = node.child_by_field_name("value") if node.type == "keyword_argument" else node
        name = text(node.child_by_field_name("name")) if node.type == "keyword_argument" else ""
        if value is not None and (name or index < len(names)):
            yield name or names[index], value


def _changeable(function: Node) -> set[str]:
    """The parameters of a function that may hold what can be changed in place."""
    return {p.name for p in _parameters(function) if text(p.kind).rpartition(".")[2] not in _FIXED}


class _Changes:
    """Which parameters the module's functions change in place, and whose callers see that."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.root = draft.document.tree.root_node
        tops = (n.child_by_field_name("definition") or n for n in self.root.named_children)
        self.functions = {text(n.child_by_field_name("name")): n for n in tops if n.type == "function_definition"}
        self.tasks = set(draft.tasks)
        for name, function in _imported(draft):
            self.functions.setdefault(name, function)
            self.tasks.add(name)
        self.calls = [
            (text(n.child_by_field_name("function")), n)
            for n in draft.document.nodes("call")
            if text(n.child_by_field_name("function")) in self.functions
        ]
        self.changed = {name: self._in_place(function) for name, function in self.functions.items()}

    def seen(self) -> set[str]:
        """The functions in which a value is read that a task beside has changed."""
        found: set[str] = set()
        grown = True
        while grown:
            grown = False
            for name, call in self.calls:
                around = enclosing(call)
                for parameter, value in _given(call, self.functions[name]):
                    if parameter not in self.changed[name]:
                        continue
                    for variable in self._variables(value):
                        if name in self.tasks and self._is_read_beside(variable, call):
                            found |= {around} if around in self.draft.tasks else {around, name}
                        owner = self.functions.get(around)
                        mine = owner is not None and text(variable) in {p.name for p in _parameters(owner)}
                        if mine and text(variable) not in self.changed[around]:
                            self.changed[around].add(text(variable))
                            grown = True
        return found

    def _in_place(self, function: Node) -> set[str]:
        """The parameters of a function that its own code changes."""
        return {name for name in _changeable(function) if self._changes(function, name)}

    def _changes(self, function: Node, name: str, depth: int = 0) -> bool:
        for node in walk(function):
            if node.type != "identifier" or text(node) != name:
                continue
            if _is_changed(node):
                return True
            others = _other_names(node) if depth < 3 and is_load(node) else ()
            if any(other != name and self._changes(function, other, depth + 1) for other in others):
                return True
        return False

    def _variables(self, value: Node, depth: int = 0) -> Iterator[Node]:
        """The variables whose values an argument hands over, also by way of functions that return what they take."""
        if value.type == "identifier":
            yield value
            held = callees.held(value)
            if held is not None and depth < 3:
                yield from self._variables(held, depth + 1)
        elif value.type == "call":
            function = self.functions.get(text(value.child_by_field_name("function")))
            returned = _returned(function) if function is not None else set()
            for name, inner in _given(value, function) if function is not None else ():
                if name in returned:
                    yield from self._variables(inner, depth + 1)
        elif value.type in (
            "list",
            "tuple",
            "dictionary",
            "pair",
            "subscript",
            "attribute",
            "parenthesized_expression",
        ):
            for child in value.named_children:
                yield from self._variables(child, depth)

    def _is_read_beside(self, variable: Node, call: Node) -> bool:
        """True where a variable is read in another place than a call, or by the call again."""
        scope = callees.scope(variable)
        if not callees.bindings(scope, text(variable)):
            scope = self.root
        others = (n for n in callees.loads(scope, text(variable)) if not is_inside(n, call))
        return next(others, None) is not None or _is_repeated(variable, call, scope)


def _imported(draft: Draft) -> Iterator[tuple[str, Node]]:
    """The tasks of other files that the module calls, by their names here."""
    outside = draft.outside
    names = {text(n.child_by_field_name("function")): n for n in draft.document.nodes("call")}
    for name, call in names.items() if outside is not None else ():
        value = draft.model.value(call.named_children[0])
        found = outside.task(value.name) if isinstance(value, Symbol) and outside is not None else None
        statement = foreign.definition(outside.project, found) if found is not None and outside is not None else None
        if statement is not None:
            yield name, statement.child_by_field_name("definition") or statement


def _is_repeated(variable: Node, call: Node, scope: Node) -> bool:
    """True for a call in a loop around which its variable is bound."""
    above = call.parent
    while above is not None and above != scope:
        if above.type in ("for_statement", "while_statement", "list_comprehension", "generator_expression",
                          "dictionary_comprehension", "set_comprehension"):  # fmt: skip
            return not callees.bindings(above, text(variable)) and text(variable) not in targets(
                above.child_by_field_name("left")
            )
        above = above.parent
    return False


def _is_changed(node: Node) -> bool:
    """True where what a name holds, or a part of it, is changed in place."""
    top, above = node, node.parent
    while above is not None and above.type in ("attribute", "subscript") and above.named_children[0] == top:
        if above.type == "attribute" and callees.is_callee(above):
            method, call = text(above.child_by_field_name("attribute")), above.parent
            return method in _METHODS or "inplace=True" in "".join(text(call).split())
        top, above = above, above.parent
    if above is None:
        return False
    if above.type == "augmented_assignment":
        return above.child_by_field_name("left") == top
    if top != node and (above.type == "delete_statement" or _is_target(top)):
        return True
    call = callees.first_argument_of(top) if above.type == "argument_list" else None
    return call is not None and text(call.child_by_field_name("function")).rpartition(".")[2] in _FUNCTIONS


def _is_target(node: Node) -> bool:
    """True for a part of a value that is assigned to."""
    inner, above = node, node.parent
    while above is not None and above.type in ("pattern_list", "tuple_pattern", "list_pattern"):
        inner, above = above, above.parent
    return (
        above is not None
        and above.type in ("assignment", "for_statement")
        and inner == above.child_by_field_name("left")
    )


def _other_names(node: Node) -> set[str]:
    """The variables that get what a name holds, or a part of it."""
    above = node.parent
    while above is not None and above.type not in ("assignment", "for_statement", "for_in_clause"):
        if above.type == "call" and text(above.child_by_field_name("function")).rpartition(".")[2] not in _PARTS:
            return set()
        if above.type not in ("attribute", "subscript", "call", "argument_list", "expression_list"):
            return set()
        above = above.parent
    return targets(above.child_by_field_name("left")) if above is not None else set()


def _returned(function: Node) -> set[str]:
    """The parameters that a function returns, or a part of which it does."""
    names = _changeable(function)
    found = set()
    for node in walk(function):
        if node.type != "return_statement":
            continue
        for inner in walk(node):
            called = inner.parent is not None and inner.parent.type == "argument_list"
            if inner.type == "identifier" and text(inner) in names and not called:
                found.add(text(inner))
    return found
