"""What the expressions of a module denote, given everything that the module binds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flyteshift.catalog.load import Catalog
from flyteshift.semantics.expressions import (
    Attribute,
    Call,
    ClassDefinition,
    Definition,
    Display,
    Dotted,
    Either,
    Element,
    Event,
    Expr,
    Name,
    Path,
    Scope,
    Shift,
    Subscript,
)
from flyteshift.semantics.expressions import Value as Annotation
from flyteshift.semantics.known import ENTITY_MAKERS, FLUENT, FLYTE2_TASK, GIVES, HOLDS
from flyteshift.semantics.read_expressions import TYPE_ARGUMENTS
from flyteshift.semantics.values import Class, Entity, EntityKind, Function, Instance, Items, Node, Symbol, Value

_FLYTE_ROOTS = ("flytekit", "flytekitplugins", "flyteidl", "union", "unionai", "flyte", "flyteplugins")
_NAMED_TUPLES = ("typing.NamedTuple", "collections.namedtuple", "typing_extensions.NamedTuple")
TYPE_NAMES = TYPE_ARGUMENTS | {"NamedTuple"}
_COLLECTIONS = frozenset(
    ["List", "Set", "FrozenSet", "Sequence", "Iterable", "Iterator", "list", "set", "frozenset", "Generator"]
)
_MAPPINGS = frozenset(["Dict", "Mapping", "dict"])
_FIRST = frozenset(["Optional", "Union", "Annotated", "ClassVar", "Final", "Awaitable"])
_CLASS_NAME = re.compile(r"[A-Z]\w*$")


def interesting(value: Value | None) -> bool:
    """True where a use of such a value may be a use of Flyte."""
    if value is None:
        return False
    if isinstance(value, Symbol):
        return value.name.partition(".")[0] in _FLYTE_ROOTS
    if isinstance(value, Function):
        return interesting(value.gives)
    if isinstance(value, Class):
        return value.named or value.base is not None
    if isinstance(value, Items):
        return interesting(value.item)
    return True


Imported = Mapping[str, Value]
"""What imports from other files of the project hold, by their dotted names as they are written: `.common.task`."""
NOTHING_IMPORTED: Imported = MappingProxyType({})


class Names:
    """The module-level names of one version of a document, and what expressions mean among them.

    An event's place is (ordinal, offset): the ordinal grows with the top-level statements that bind names.
    """

    def __init__(
        self, catalog: Catalog, events: dict[str, list[tuple[int, Event]]], imported: Imported = NOTHING_IMPORTED
    ) -> None:
        self.catalog = catalog
        self.events = events
        self.imported = imported
        self._leading = {dotted[:at] for dotted in imported for at in range(len(dotted)) if dotted[at] == "."}
        self.stars = [event.value.name for _, event in events.get("*", ()) if isinstance(event.value, Dotted)]
        self.multiple = frozenset(name for name, found in events.items() if len(found) > 1)
        self.placed = self.multiple.union(name for name, found in events.items() if any(e.path for _, e in found))
        """Names that hold another thing here and there: bound more than once, or in a branch."""
        self._final: dict[str, Value | None] = {}
        self._busy: set[object] = set()

    def final(self, name: str) -> Value | None:
        """What a module-level name means to code that runs later, such as function bodies."""
        if name not in self._final:
            if name in self._busy:
                return None
            self._busy.add(name)
            self._final[name] = self._module(name, None)
            self._busy.discard(name)
        return self._final[name]

    def leads(self, value: Value | None) -> bool:
        """True for a module through which something of Flyte is imported: `common` of `common.task`."""
        return bool(self._leading) and isinstance(value, Symbol) and value.name in self._leading

    def symbol(self, dotted: str) -> Value:
        """What an imported dotted name denotes."""
        found = self.imported.get(dotted) if self.imported else None
        return Symbol(self.catalog.canonical(dotted)) if found is None else found

    def value(self, expr: Expr | None, ordinal: int) -> Value | None:
        """What an expression of the statement at this ordinal denotes; None where that is not known."""
        if expr is None or id(expr) in self._busy:
            return None
        if isinstance(expr, Name):
            return self._name(expr, ordinal)
        self._busy.add(id(expr))
        try:
            return self._compute(expr, ordinal)
        finally:
            self._busy.discard(id(expr))

    def role(self, symbol: str) -> str:
        """The canonical Flyte 1 name behind a re-export: `union.task` is `flytekit.task`."""
        row = self.catalog.symbol(symbol)
        return getattr(row, "same_as", None) or symbol

    def maker(self, expr: Expr, ordinal: int) -> str | None:
        """The canonical symbol where a decorator makes an entity, with or without a call."""
        value = self.value(expr.func if isinstance(expr, Call) else expr, ordinal)
        if isinstance(expr, Call) and isinstance(value, Symbol) and value.name == "functools.partial":
            value = self.value(expr.first, ordinal)
        if isinstance(value, Symbol) and self.role(value.name) in ENTITY_MAKERS:
            return value.name
        if isinstance(value, Instance) and value.of in ENTITY_MAKERS:
            return value.of
        return None

    # -- names

    def _name(self, expr: Name, ordinal: int) -> Value | None:
        scope: Scope | None = expr.scope
        own, first = True, True
        while scope is not None and scope.kind != "module":
            if (scope.kind != "class" or first) and expr.name not in scope.elsewhere:
                events = scope.events.get(expr.name)
                if events is not None:
                    reaching = _reaching(events, (expr.offset, expr.path) if own else None)
                    if reaching or scope.kind != "class":  # a class body reads what it has not bound yet from around it
                        return self._any((e.value for e in reaching), ordinal)
            if scope.kind != "comprehension":
                first = False
                own = own and scope.kind == "class"
            scope = scope.parent
        if own and expr.name in self.placed:
            return self._module(expr.name, (ordinal, expr.offset, expr.path))
        return self.final(expr.name)

    def _module(self, name: str, place: tuple[int, int, Path] | None) -> Value | None:
        found = self.events.get(name)
        if found is None:
            for module in self.stars:
                dotted = f"{module}.{name}" if not module.endswith(".") else f"{module}{name}"
                if dotted in self.imported:
                    return self.imported[dotted]
                if module == "typing" and name in TYPE_NAMES:
                    return Symbol(dotted)
                if self.catalog.symbol(self.catalog.canonical(dotted)) is not None:
                    return Symbol(self.catalog.canonical(dotted))
            return None
        for ordinal, event in reversed(found):
            same = place is not None and ordinal == place[0]
            if place is not None and (ordinal > place[0] or (same and event.offset > place[1])):
                continue
            reach = _reach(event.path, place[2] if same and place is not None else ())
            if reach == "never":
                continue
            value = self.value(event.value, ordinal)
            if reach == "always" or interesting(value):
                return value
        return None

    def _any(self, expressions: Iterable[Expr | None], ordinal: int) -> Value | None:
        first: Value | None = None
        for expr in expressions:
            value = self.value(expr, ordinal)
            if interesting(value):
                return value
            first = first or value
        return first

    # -- expressions

    def _compute(self, expr: Expr, ordinal: int) -> Value | None:
        if isinstance(expr, Dotted):
            return self.symbol(expr.name)
        if isinstance(expr, Attribute):
            return self.attribute(self.value(expr.of, ordinal), expr.name)
        if isinstance(expr, Call):
            return self._call(expr, ordinal)
        if isinstance(expr, Subscript):
            return self._subscript(expr, ordinal)
        if isinstance(expr, Annotation):
            return self._instance(self.value(expr.type, ordinal))
        if isinstance(expr, Element):
            of = self.value(expr.of, ordinal)
            return of.item if isinstance(of, Items) else of if isinstance(of, Node) else None
        if isinstance(expr, Display):
            item = self._any(expr.items, ordinal)
            return Items(item) if item is not None else None
        if isinstance(expr, Either):
            return self._any(expr.options, ordinal)
        if isinstance(expr, Shift):
            return self.shift(expr, ordinal)
        if isinstance(expr, Definition):
            return self.definition(expr, ordinal)
        if isinstance(expr, ClassDefinition):
            return self._class(expr, ordinal)
        return None

    def attribute(self, of: Value | None, name: str) -> Value | None:
        """What `of.name` denotes."""
        if isinstance(of, Symbol):
            return self.symbol(f"{of.name}.{name}")
        if isinstance(of, Instance):
            path = f"{of.of}.{name}"
            return Instance(HOLDS.get(path, path))
        if isinstance(of, Node):
            return Instance("node.with_overrides") if name == "with_overrides" else Node(of.entity)
        return None

    def shift(self, expr: Shift, ordinal: int) -> Node | None:
        """The node that `left >> right` gives; None where it is not Flyte's operator."""
        left, right = self.value(expr.left, ordinal), self.value(expr.right, ordinal)
        if isinstance(right, Node):
            return right
        return left if isinstance(left, Node) else None

    def definition(self, expr: Definition, ordinal: int) -> Value:
        """The entity or plain function that a `def` makes."""
        gives = self._instance(self.value(expr.returns, ordinal))
        for decorator in expr.decorators:
            symbol = self.maker(decorator, ordinal)
            if symbol is not None:
                return Entity(ENTITY_MAKERS[self.role(symbol)], expr.name, symbol, gives)
        made = (each.func if isinstance(each, Call) else each for each in expr.decorators)
        return Function(expr.name, gives, any(self.value(each, ordinal) == Instance(FLYTE2_TASK) for each in made))

    def _class(self, expr: ClassDefinition, ordinal: int) -> Value:
        base = None
        for said in expr.bases:
            value = self.value(said, ordinal)
            if isinstance(value, Class) and (value.named or value.base):
                return Class(expr.name, value.named, value.base)
            if isinstance(value, Symbol):
                if value.name in _NAMED_TUPLES:
                    return Class(expr.name, named=True)
                if interesting(value):
                    base = value.name
        return Class(expr.name, base=base)

    def _driver(self, expr: Call, ordinal: int) -> EntityKind | None:
        for decorator in expr.driver:
            symbol = self.maker(decorator, ordinal)
            if symbol is not None:
                return ENTITY_MAKERS[self.role(symbol)]
        return None

    def _call(self, expr: Call, ordinal: int) -> Value | None:
        func = self.value(expr.func, ordinal)
        if isinstance(func, Symbol):
            return self._call_symbol(func.name, expr, ordinal)
        if isinstance(func, Entity):
            if self._driver(expr, ordinal) in ("workflow", "dynamic"):
                return Node(func.name, isinstance(func.gives, Class) and func.gives.named)
            return None if isinstance(func.gives, Class) else func.gives
        if isinstance(func, Function):
            return None if isinstance(func.gives, Class) else func.gives
        if isinstance(func, Class):
            return Instance(func.base) if func.base else None
        if isinstance(func, Instance):
            if func.of == "node.with_overrides":
                return Node(None)
            owner = func.of.rpartition(".")[0]
            if owner in FLUENT or func.of in FLUENT:
                return Instance(owner if owner in FLUENT else func.of)
            if func.of in GIVES:
                return Instance(GIVES[func.of])
            if self._driver(expr, ordinal) == "workflow":
                return Node(None)
        return func if isinstance(func, Node) else None

    def _call_symbol(self, name: str, expr: Call, ordinal: int) -> Value | None:
        if name == "functools.partial":
            return self.value(expr.first, ordinal)
        if name in _NAMED_TUPLES:
            return Class("", named=True)
        role = self.role(name)
        if role in ENTITY_MAKERS:
            first = self.value(expr.first, ordinal)
            if first is None and ENTITY_MAKERS[role] != "map":
                return Symbol(name)  # `task(cache=True)` is the decorator itself
            gives = first.gives if isinstance(first, (Function, Entity)) else None
            named = first.name if isinstance(first, (Function, Entity)) else ""
            return Entity(ENTITY_MAKERS[role], named, name, gives)
        if role == "flytekit.core.node_creation.create_node":
            return Node(None)
        if role in GIVES:
            return Instance(GIVES[role])
        result = self.catalog.result_of(role)
        if result is not None:
            return Instance(result)
        root = name.partition(".")[0]
        if root in _FLYTE_ROOTS:
            return Instance(name) if _CLASS_NAME.search(name) else None
        return Node(None) if self._driver(expr, ordinal) == "workflow" else None

    def _subscript(self, expr: Subscript, ordinal: int) -> Value | None:
        of = self.value(expr.of, ordinal)
        generic = None
        if of is None and isinstance(expr.of, Name) and expr.of.name in TYPE_ARGUMENTS:
            generic = expr.of.name
        elif isinstance(of, Symbol) and of.name.startswith(("typing.", "typing_extensions.", "collections.abc.")):
            generic = of.name.rpartition(".")[2]
        if generic is None:
            return of.item if isinstance(of, Items) else of if isinstance(of, (Symbol, Node)) else None
        args = expr.args[:1] if generic == "Annotated" else expr.args
        if generic in _MAPPINGS:
            args = args[-1:]
        value = self._any(args, ordinal)
        if generic in _COLLECTIONS or generic in _MAPPINGS:
            return Items(value) if value is not None else None
        return value if generic in _FIRST else None

    def _instance(self, kind: Value | None) -> Value | None:
        """A value whose type is `kind`."""
        if isinstance(kind, Items):
            item = self._instance(kind.item)
            return Items(item) if item is not None else None
        if isinstance(kind, Class):
            return Instance(kind.base) if kind.base else kind if kind.named else None
        if not isinstance(kind, Symbol) or not interesting(kind):
            return None
        role = self.role(kind.name)
        if role.startswith("flytekit.types.file.") and self.catalog.result_of(role) is None:
            return Instance("flytekit.FlyteFile")
        if role.startswith("flytekit.types.directory.") and self.catalog.result_of(role) is None:
            return Instance("flytekit.FlyteDirectory")
        return Instance(role) if _CLASS_NAME.search(role) else None


def _reaching(events: list[Event], place: tuple[int, Path] | None) -> list[Event]:
    """The events of a local name that can hold at a place, the nearest first; None: once the scope has run."""
    found = []
    for event in reversed(events):
        if place is not None and event.offset > place[0]:
            continue
        reach = _reach(event.path, place[1] if place is not None else ())
        if reach != "never":
            found.append(event)
        if reach == "always":
            break
    return found


def _reach(event: Path, place: Path) -> str:
    """Whether what happens on one path of blocks holds on another: `always`, `maybe` or `never`."""
    for index, (branch, arm, exclusive) in enumerate(event):
        if index >= len(place):
            return "maybe"
        if place[index][0] != branch:
            return "maybe"
        if place[index][1] != arm:
            return "never" if exclusive else "maybe"
    return "always"
