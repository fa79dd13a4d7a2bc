"""Where the promises of a Flyte 1 workflow or dynamic body go, and whether each use means the same with a value."""

from __future__ import annotations

import builtins
import sys

from tree_sitter import Node

from flyteshift.migration import callees, chains, named
from flyteshift.migration.draft import Draft
from flyteshift.migration.scopes import bound, is_load, targets
from flyteshift.migration.scopes import parameters as parameter_names
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.values import Entity, Instance, Symbol
from flyteshift.semantics.values import Node as Node_

TEXT = "Flyte 1 formats a promise here, not its value."
IDENTITY = "In Flyte 1 this asks the promise, not its value; ask the value in a task, then migrate."
PASSED = (
    "`{0}` gets a promise in Flyte 1 and the value in Flyte 2; flyteshift cannot tell whether that is the same. "
    "Make it a task, or call it in one, then migrate."
)
FOREIGN = "`{0}` comes from another module; flyteshift cannot tell whether it is a task."
INSTALLED = "`{0}` comes from an installed package; a task of Flyte 1 would run inside of this one, without a pod."
OTHER = "flyteshift cannot tell whether this use of a task's result means the same with its value."
CAUGHT = "In Flyte 1 an error of a task never came to this `{0}`; in Flyte 2 it does."
PRINTED = "Flyte 1 printed a promise here, Flyte 2 prints its value."
ONCE = "In Flyte 1 this ran when the workflow was registered, in Flyte 2 it runs in every run."

_CONTAINER_CALLS = frozenset(
    {"len", "zip", "enumerate", "reversed", "list", "tuple", "dict", "sum", "max", "min", "sorted", "range"}
)
"""Builtins that raise on a promise or only move what a container holds."""
_MUTATORS = frozenset({"append", "extend", "insert", "appendleft", "setdefault", "update"})
_PROMISE_OWN = frozenset(
    [
        "ref",
        "val",
        "var",
        "is_ready",
        "attr_path",
        "is_",
        "is_true",
        "is_false",
        "is_none",
        "eval",
        "with_var",
        "deepcopy",
        "with_overrides",
        "runs_before",
        "outputs",
    ]
)
_UP = frozenset(
    [
        "parenthesized_expression",
        "list",
        "tuple",
        "dictionary",
        "expression_list",
        "list_comprehension",
        "dictionary_comprehension",
        "generator_expression",
        "list_splat",
        "dictionary_splat",
        "list_splat_pattern",
        "unary_operator",
    ]
)
_ENDS = frozenset({"expression_statement", "return_statement", "delete_statement"})


class Promises:
    """The promises of one function body."""

    def __init__(self, draft: Draft, function: Node, *, parameters: bool, seen: frozenset[str] = frozenset()) -> None:
        self.draft = draft
        self.function = function
        self.workflow = parameters
        self.seen = seen | {text(function.child_by_field_name("name"))}
        self.body = function.child_by_field_name("body") or function
        self.names: set[str] = set(parameter_names(function)) if parameters else set()
        while self._grow():
            pass

    def check(self) -> None:
        """Refuse or note each use of a promise that means something else with its value."""
        for node in walk(self.body):
            if self._is_promise(node):
                self._follow(node)
                if node.type == "call":
                    self._around(node)
                    self._inside(node)
            if node.type == "call" and not self.draft.uses(node):
                self._foreign(node)

    def _inside(self, call: Node) -> None:
        """Check the plain function that a call runs as part of the workflow."""
        name = text(call.child_by_field_name("function"))
        helper = self._helper(name) if self._entity(call) is None else None
        if helper is not None and name not in self.seen:
            Promises(self.draft, helper, parameters=False, seen=self.seen).check()

    # -- which names hold promises

    def _grow(self) -> bool:
        before = len(self.names)
        for node in walk(self.body):
            if node.type in (
                "assignment",
                "augmented_assignment",
                "for_statement",
                "for_in_clause",
                "named_expression",
            ):
                left = node.child_by_field_name("left") or node.child_by_field_name("name")
                right = node.child_by_field_name("right") or node.child_by_field_name("value")
                if node.type in ("for_statement", "for_in_clause"):
                    self.names |= self._looped(left, right)
                elif right is not None and self._holds(right):
                    self.names |= targets(left)
            elif node.type == "call":
                of = _method_of(node)
                arguments = node.child_by_field_name("arguments")
                if of is not None and arguments is not None and self._holds(arguments):
                    self.names |= targets(of)
        return len(self.names) > before

    def _looped(self, left: Node | None, over: Node | None) -> set[str]:
        """The names of a loop that hold promises: of `for i, (a, b) in enumerate(zip(plain, promises))` that is `b`."""
        if left is None or over is None or not self._holds(over):
            return set()
        names = [n for n in left.named_children if n.type != "comment"]
        each = self._elements(over) if left.type in ("pattern_list", "tuple_pattern") else None
        if each is None or len(each) != len(names) or any(n.type == "list_splat_pattern" for n in names):
            return targets(left)
        return set().union(*(self._looped(n, of) for n, of in zip(names, each, strict=True)))

    def _elements(self, over: Node) -> list[Node | None] | None:
        """What each part of the elements of `zip`, `enumerate` or `.items()` comes from; None for other code."""
        function = over.child_by_field_name("function") if over.type == "call" else None
        if function is None or text(function) in self.draft.model.names.events:
            return None
        given = chains.given(over)
        if text(function.child_by_field_name("attribute")) == "items" and not given:
            return [None, function.child_by_field_name("object")]  # a promise is no key: see `_follow`
        if any(n.type in ("list_splat", "dictionary_splat") for n in given):
            return None
        if text(function) == "zip":
            return [n for n in given if n.type != "keyword_argument"]
        return [None, given[0]] if text(function) == "enumerate" and given else None

    def _is_dict(self, node: Node) -> bool:
        """True for a variable that the body only ever sets to a dictionary that it makes."""
        rights = [
            n.child_by_field_name("right")
            for n in walk(self.body)
            if n.type == "assignment" and text(n.child_by_field_name("left")) == text(node)
        ]
        made = [n is not None and (n.type.startswith("dictionary") or text(n).startswith("dict(")) for n in rights]
        return node.type == "identifier" and bool(made) and all(made)

    def _holds(self, node: Node) -> bool:
        return any(self._is_promise(n) for n in walk(node))

    def _is_promise(self, node: Node) -> bool:
        if node.type == "identifier":
            return text(node) in self.names and is_load(node)
        if node.type != "call":
            return False
        return self._entity(node) is not None or self._runs_tasks(node) or callees.gives_node(self.draft, node)

    def _runs_tasks(self, call: Node) -> bool:
        """True for a call of a plain function of the module that calls tasks: it hands promises on."""
        function = call.child_by_field_name("function")
        if function is None or function.type != "identifier":
            return False
        if self.draft.calling is None:
            self.draft.calling = callees.calling(self.draft)
        return text(function) in self.draft.calling

    def _entity(self, call: Node) -> Entity | None:
        function = call.child_by_field_name("function")
        return self.draft.entity(function) if function is not None else None

    # -- what is done with them

    def _follow(self, node: Node) -> None:
        """Follow a promise through the expression around it to where it ends up."""
        child, above = node, node.parent
        while above is not None:
            kind = above.type
            if kind in _ENDS or kind in ("assignment", "augmented_assignment", "named_expression"):
                return None
            if kind in (
                "for_statement",
                "for_in_clause",
                "if_statement",
                "elif_clause",
                "while_statement",
                "if_clause",
                "not_operator",
                "assert_statement",
            ):
                return None
            if kind in _UP or kind in ("boolean_operator", "conditional_expression"):
                child, above = above, above.parent
                continue
            if kind == "pair":
                if above.child_by_field_name("key") == child:
                    return self._refuse(node, OTHER)
                child, above = above, above.parent
                continue
            if kind == "binary_operator":
                operator = above.child_by_field_name("operator")
                if text(operator) == "%":
                    return self._refuse(node, TEXT)
                if text(operator) == ">>" and operator is not None and not self.draft.uses(operator):
                    return self._refuse(node, OTHER)
                child, above = above, above.parent
                continue
            if kind == "attribute":
                return self._attribute(node, above)
            if kind == "subscript":
                if above.child_by_field_name("value") != child:
                    return self._refuse(node, OTHER)
                child, above = above, above.parent
                continue
            if kind in ("argument_list", "keyword_argument"):
                call = above.parent if kind == "argument_list" else above.parent and above.parent.parent
                return self._passed(node, call) if call is not None else None
            if kind == "interpolation":
                return self._formatted(node, above)
            if kind == "comparison_operator":
                # In a conditional it compared the value, which `conditions` looks at.
                keys = (
                    self._is_dict(node)
                    and child == above.named_children[-1]
                    and text(above.children[-2]).endswith("in")
                )
                return None if keys or chains.in_condition(self.draft, node) else self._refuse(node, IDENTITY)
            if kind == "call" and above.child_by_field_name("arguments") == child:
                return self._passed(node, above)  # `list(x for x in xs)` has no argument list
            return self._refuse(node, OTHER)
        return None

    def _attribute(self, node: Node, attribute: Node) -> None:
        name = text(attribute.child_by_field_name("attribute"))
        symbol = self.draft.symbol(attribute)
        if symbol == "node.outputs":
            self._follow(attribute)
        if symbol is not None:
            return  # a Flyte 1 reference of its own, claimed or an obstacle
        call = attribute.parent
        if call is not None and call.type == "call" and call.child_by_field_name("function") == attribute:
            return  # a promise has no methods, so this is a container
        if name in _PROMISE_OWN:
            self._refuse(node, IDENTITY)
        else:
            self._follow(attribute)

    def _passed(self, node: Node, call: Node) -> None:
        function = call.child_by_field_name("function")
        if function is None or call.type != "call":
            return self._refuse(node, OTHER)
        if self._entity(call) is not None:
            return None
        name = text(function)
        value = self.draft.model.value(function)
        if named.home(self.draft.model, self.draft.outside, function) is not None:
            return self._follow(call)
        if self.draft.symbol(function) is not None or isinstance(value, (Instance, Node_)):
            return None  # a Flyte 1 reference of its own, or an object made by one
        if function.type == "attribute":
            method = text(function.child_by_field_name("attribute"))
            of = function.child_by_field_name("object")
            if method == "setdefault" and of is not None and of.type == "identifier":
                return self._follow(call)
            if method == "update" and of is not None and not self._is_dict(of):
                return self._refuse(node, PASSED.format(name))  # a set keeps equal values once, promises are not equal
            if method in _MUTATORS and of is not None and (of.type in ("identifier", "subscript") or _is_default(of)):
                return None
        if name == "len" and not isinstance(value, Symbol):
            return None
        if callees.is_partial(self.draft, call):
            return None
        if name in _CONTAINER_CALLS and not isinstance(value, Symbol):
            return self._follow(call)
        if name == "print":
            self.draft.note(call, PRINTED)
            return None
        helper = self._helper(name) if function.type == "identifier" else None
        if helper is not None:
            if name not in self.seen:
                Promises(self.draft, helper, parameters=True, seen=self.seen).check()
            return self._follow(call)
        if not self.draft.uses(function):
            self.draft.doubt(function, PASSED.format(name))
        return None

    def _formatted(self, node: Node, interpolation: Node) -> None:
        above = interpolation.parent
        holder = above.parent if above is not None else None
        call = holder.parent if holder is not None and holder.type == "argument_list" else None
        if call is not None and text(call.child_by_field_name("function")) == "print":
            self.draft.note(call, PRINTED)
        else:
            self._refuse(node, TEXT)

    def _helper(self, name: str) -> Node | None:
        """A plain function of the module."""
        for node in self.draft.document.tree.root_node.children:
            if node.type == "function_definition" and text(node.child_by_field_name("name")) == name:
                return node
        return None

    def _around(self, call: Node) -> None:
        """What stands around a task call and would see its errors, or run at another time."""
        above = call.parent
        while above is not None and above != self.function:
            if above.type in ("try_statement", "with_statement"):
                self.draft.refuse(above, CAUGHT.format(above.type[:-10]))
                return
            if above.type in ("lambda", "function_definition", "class_definition", "await", "yield"):
                self._refuse(call, OTHER)
                return
            above = above.parent

    def _foreign(self, call: Node) -> None:
        """Calls of what other modules define: it may be a task."""
        function = call.child_by_field_name("function")
        if function is None or self._entity(call) is not None:
            return
        if named.home(self.draft.model, self.draft.outside, function) is not None:
            return
        value = self.draft.model.value(function)
        if value is None and self._starred(function):
            self.draft.refuse(function, FOREIGN.format(text(function)))
        if isinstance(value, Symbol):
            root = value.name.partition(".")[0]
            if root in sys.stdlib_module_names or root in dir(builtins):
                registered = value.name not in ("functools.partial", "datetime.timedelta")
                if self.workflow and registered and root not in ("typing", "builtins"):
                    self.draft.note(call, ONCE)
            elif root not in ("flytekit", "union") and (self.workflow or function.type == "identifier"):
                self._imported(call, function, value.name)

    def _imported(self, call: Node, function: Node, dotted: str) -> None:
        """A call of what another module has and that is not known to be a task."""
        outside = self.draft.outside
        if outside is not None and outside.is_installed(dotted):
            self.draft.note(call, INSTALLED.format(text(function)))
        elif outside is None or not outside.is_plain(dotted):
            self.draft.refuse(function, FOREIGN.format(text(function)))
            return
        if self.workflow:
            self.draft.note(call, ONCE)

    def _starred(self, function: Node) -> bool:
        """True for a name that only a star import can have brought."""
        name = text(function)
        names = self.draft.model.names
        known = name in names.events or name in dir(builtins) or name in bound(self.function)
        return function.type == "identifier" and bool(names.stars) and not known

    def _refuse(self, node: Node, message: str) -> None:
        self.draft.doubt(node, message)


def _method_of(call: Node) -> Node | None:
    """The thing that a mutating method is called on."""
    function = call.child_by_field_name("function")
    if function is None or function.type != "attribute":
        return None
    if text(function.child_by_field_name("attribute")) not in _MUTATORS:
        return None
    of = function.child_by_field_name("object")
    return of.child_by_field_name("function") if of is not None and _is_default(of) else of


def _is_default(node: Node) -> bool:
    """True for `d.setdefault(...)`, which gives what the dictionary holds."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    return function is not None and text(function.child_by_field_name("attribute")) == "setdefault"
