"""The Flyte 2 code that a plan has made, as the second pass reads it: its functions, and where it runs tasks."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from flyteshift.migration.shared_state import shared_state
from flyteshift.migration.trees import text, walk
from flyteshift.text import Document

_LOOPS = frozenset({"run_until_complete", "run_forever", "async_to_sync"})
_RUN = re.compile(r"(asyncio|aio|anyio|trio)\.run")


@dataclass(frozen=True)
class Mapped:
    """`list(flyte.map(task, xs, return_exceptions=False))`: the task's code, its lists, what `partial` binds."""

    task: Node
    lists: tuple[Node, ...]
    bound: tuple[Node, ...] = ()
    own: tuple[Node, ...] = ()
    """The calls that the map itself is made of."""


class Code:
    """The functions of a module and where its tasks are called.

    `tasks` and `drivers` are the names of its tasks and of those among them that were workflows or dynamics, `dynamics`
    the dynamics. `sequential` are drivers that have to stay as they are, with the reason, `limited` the offsets of
    comprehensions whose calls must not all run at once.
    """

    def __init__(
        self,
        document: Document,
        tasks: Collection[str],
        drivers: Collection[str],
        sequential: Mapping[str, str],
        dynamics: Collection[str] = (),
        coroutines: Collection[str] = (),
        named: Collection[str] = (),
        limited: Collection[int] = (),
    ) -> None:
        self.coroutines = frozenset(coroutines)
        """The tasks whose calls give coroutines."""
        self.document, self.tasks, self.drivers = document, frozenset(tasks), frozenset(drivers)
        self.sequential, self.dynamics = sequential, frozenset(dynamics)
        self.limited = {document.byte_offset(start) for start in limited}
        self.functions: dict[str, Node] = {}
        self.classes: dict[str, Node] = {}
        self.named = set(named)
        """The NamedTuples of the module, and those of others that results are put into."""
        self.imported: set[str] = set()
        for node in document.tree.root_node.children:
            inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
            if inner is not None and inner.type == "function_definition":
                self.functions[text(inner.child_by_field_name("name"))] = inner
            if inner is not None and inner.type == "class_definition":
                self.classes[text(inner.child_by_field_name("name"))] = inner
            if node.type == "import_statement":
                self.imported.update(text(n) for n in node.named_children)
            self.named |= _named_tuple(node)
        self.calls = [(node, name) for node in document.nodes("call") if (name := self.called(node))]
        needed = (n for name in ("asyncio", "list", "zip") for n in document.identifiers(name))
        self.shadowed = next((text(n) for n in needed if binds(n)), "")
        """A name that the new code needs and the module binds."""

    @cached_property
    def names(self) -> dict[str, set[str]]:
        """The functions of the module that each of them names."""
        return {
            name: {text(n) for n in walk(function) if n.type == "identifier"} & set(self.functions)
            for name, function in self.functions.items()
        }

    @cached_property
    def running(self) -> set[str]:
        """The plain functions that tasks call, directly or not."""
        seen: set[str] = set()
        stack = [n for task in self.tasks for n in self.names.get(task, ())]
        while stack:
            name = stack.pop()
            if name not in seen and name not in self.tasks:
                seen.add(name)
                stack += self.names[name]
        return seen

    @cached_property
    def shared(self) -> dict[str, frozenset[str]]:
        """What the tasks of the module write or draw that is one in a local run (see shared_state.py)."""
        found = shared_state(self.functions | self.classes, self.document.text)
        return {name: paths for name, paths in found.items() if name in self.tasks and paths}

    def writes(self, node: Node) -> frozenset[str]:
        """What the tasks which a node names write, of what is one in a local run."""
        named = (text(n) for n in walk(node) if n.type == "identifier") if self.shared else ()
        return frozenset(path for name in named for path in self.shared.get(name, ()))

    @cached_property
    def loop(self) -> tuple[str, str] | None:
        """A function that tasks run and that runs an event loop, and the call by which it does."""
        for name in sorted({*self.tasks, *self.running} & set(self.functions)):
            calls = (text(n.child_by_field_name("function")) for n in walk(self.functions[name]) if n.type == "call")
            found = next((c for c in calls if c.rpartition(".")[2] in _LOOPS or _RUN.fullmatch(c)), "")
            if found:
                return name, found
        return None

    def called(self, node: Node) -> str:
        """The task that a call starts, also by `f.override(...)(...)`; empty for other nodes."""
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is not None and function.type == "call":
            inner = function.child_by_field_name("function")
            if inner is not None and inner.type == "attribute" and text(inner).endswith(".override"):
                function = inner.child_by_field_name("object")
        if function is None or function.type not in ("identifier", "attribute") or text(function) not in self.tasks:
            return ""
        return text(function)

    def mapped(self, node: Node) -> Mapped | None:
        """The map that a call lists, where it can be written as calls of its task; None for other nodes.

        Not so with a limit of `concurrency`, with overrides, and where a bound argument makes a call.
        """
        inner = _listed(node)
        given = _given(inner) if inner is not None else []
        if inner is None or not given or any(n.type not in ("identifier", "keyword_argument", "call", "attribute",
                                                            "list", "subscript") for n in given):  # fmt: skip
            return None
        options = {text(n.child_by_field_name("name")) for n in given if n.type == "keyword_argument"}
        lists = tuple(n for n in given[1:] if n.type != "keyword_argument")
        if options != {"return_exceptions"} or not lists or given[0].type == "keyword_argument":
            return None
        task = given[0]
        bound: tuple[Node, ...] = ()
        own: tuple[Node, ...] = (node, inner)
        if task.type == "call":
            parts = _given(task)
            if text(task.child_by_field_name("function")) not in ("partial", "functools.partial") or not parts:
                return None
            own, task, bound = (*own, task), parts[0], tuple(parts[1:])
        plain = text(task) in self.tasks - self.shared.keys() and all(n.type == "keyword_argument" for n in bound)
        still = not any(c.type in ("call", "await", "lambda") for n in bound for c in walk(n))
        return Mapped(task, lists, bound, own) if plain and still else None

    def runs(self, node: Node) -> bool:
        """True for a call that can be gathered: of a task, or a map of one."""
        return bool(self.called(node)) or self.mapped(node) is not None

    def parts(self, node: Node) -> list[Node]:
        """The calls that a call which can be gathered is made of, those in its arguments left out."""
        found = self.mapped(node)
        if found is not None:
            return list(found.own)
        function = node.child_by_field_name("function")
        return [node, *([n for n in walk(function) if n.type == "call"] if function is not None else [])]

    def known(self, node: Node) -> bool:
        """True for a call that only runs tasks, maps them, or puts results into a NamedTuple."""
        function = node.child_by_field_name("function")
        above = node.parent
        if self.called(node) or text(function) in self.named or _listed(node) is not None:
            return True
        if text(function) in ("flyte.map", "partial", "functools.partial", "flyte.Resources", "flyte.Cache"):
            return True
        if self.makes(node):
            return True
        of = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
        override = of is not None and text(of) in self.tasks and text(function).endswith(".override")
        return override and above is not None and above.type in ("call", "argument_list")

    def makes(self, node: Node) -> bool:
        """True for a call that makes a reference of a value that is there, e.g. `DataFrame.from_df(x)`."""
        return text(node.child_by_field_name("function")).removeprefix("flyte.io.") in _MAKES

    def around(self, node: Node) -> str:
        """The top-level function or class around a node; empty at module level."""
        name, above = "", node.parent
        while above is not None:
            if above.type in ("function_definition", "class_definition"):
                name = text(above.child_by_field_name("name"))
            above = above.parent
        return name


_MAKES = frozenset({"DataFrame.from_df", "File.from_existing_remote", "Dir.from_existing_remote"})


def binds(node: Node) -> bool:
    """True where an identifier sets a name rather than reads it."""
    above = node.parent
    if above is None or node.type != "identifier":
        return False
    if above.type in ("assignment", "augmented_assignment", "for_statement", "for_in_clause"):
        return above.child_by_field_name("left") == node
    if above.type == "named_expression":
        return above.child_by_field_name("name") == node
    return above.type in ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "parameters",
                          "typed_parameter", "default_parameter", "typed_default_parameter", "as_pattern_target",
                          "lambda_parameters")  # fmt: skip


def defines(node: Node) -> bool:
    """True for the name of a function or class at its definition."""
    above = node.parent
    defined = above is not None and above.type in ("function_definition", "class_definition")
    return defined and above is not None and above.child_by_field_name("name") == node


def is_run(node: Node) -> bool:
    """True for `f` of `flyte.run(f, ...)` and `flyte.with_runcontext(...).run(f, ...)`."""
    call = node.parent.parent if node.parent is not None and node.parent.type == "argument_list" else None
    called = text(call.child_by_field_name("function")) if call is not None and call.type == "call" else ""
    first = node.parent.named_children[0] if node.parent is not None else None
    return first == node and called.startswith("flyte.") and called.endswith(".run")


def bound_otherwise(document: Document, name: str) -> bool:
    """True where a name is bound by something else than `import name`."""
    for node in document.identifiers(name):
        above = node.parent
        while above is not None and above.type in ("dotted_name", "aliased_import"):
            above = above.parent
        aliased = node.parent is not None and node.parent.type == "aliased_import"
        plain = above is not None and above.type == "import_statement" and not aliased
        imported = above is not None and above.type in ("import_statement", "import_from_statement")
        if binds(node) or defines(node) or (imported and not plain):
            return True
    return False


def _given(call: Node) -> list[Node]:
    holder = call.child_by_field_name("arguments")
    if holder is None or holder.type != "argument_list" or any(n.type == "comment" for n in holder.named_children):
        return []
    return list(holder.named_children)


def _listed(node: Node) -> Node | None:
    """The `flyte.map(...)` of `list(flyte.map(...))`."""
    given = _given(node) if node.type == "call" and text(node.child_by_field_name("function")) == "list" else []
    inner = given[0] if len(given) == 1 and given[0].type == "call" else None
    return inner if inner is not None and text(inner.child_by_field_name("function")) == "flyte.map" else None


def _named_tuple(statement: Node) -> set[str]:
    """The NamedTuple that a top-level statement defines."""
    if statement.type == "class_definition" and "NamedTuple" in text(statement.child_by_field_name("superclasses")):
        return {text(statement.child_by_field_name("name"))}
    made = (
        statement.named_children[0] if statement.type == "expression_statement" and statement.named_children else None
    )
    right = made.child_by_field_name("right") if made is not None and made.type == "assignment" else None
    called = text(right.child_by_field_name("function")).rpartition(".")[2] if right is not None else ""
    return {text(made.child_by_field_name("left"))} if made is not None and called.lower() == "namedtuple" else set()
