"""What one top-level statement says, read off its syntax tree: names bound, expressions used, functions defined.

Facts depend on the text of the statement alone, with offsets from its start, so they are kept as long as it does not
change. Python's rules of scope are followed: what a name means is looked up later, in evaluate.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import tree_sitter

from flyteshift.semantics.expressions import (
    Attribute,
    Call,
    Chain,
    ClassDefinition,
    Definition,
    Display,
    Dotted,
    Either,
    Element,
    Event,
    Expr,
    Import,
    Keywords,
    Name,
    Operator,
    Path,
    Scope,
    Shift,
    Subscript,
    Use,
    Value,
)
from flyteshift.text.document import parse

TYPE_ARGUMENTS = frozenset(
    "List Dict Optional Union Tuple Set FrozenSet Sequence Iterable Iterator Mapping Callable Type Generator Awaitable"
    " AsyncIterator ClassVar Final Annotated list dict tuple set frozenset type Promise".split()
)
"""Generic types whose subscripts hold types, so that a string in them is a forward reference."""


@dataclass(eq=False)
class FunctionFact:
    """A function definition: offsets from the start of the statement."""

    name: str
    start: int
    end: int
    definition: Definition
    scope: Scope
    outer: Scope
    parent: FunctionFact | None


@dataclass(eq=False)
class Facts:
    """What one top-level statement says. Offsets are code points from its start."""

    module: Scope = field(default_factory=lambda: Scope("module"))
    uses: list[Use] = field(default_factory=list)
    functions: list[FunctionFact] = field(default_factory=list)
    roots: dict[str, list[int]] = field(default_factory=dict)
    """Module-level names, each with the indexes of the uses whose meaning depends on it."""
    always: list[int] = field(default_factory=list)
    """Indexes of the uses that depend on an import of their own."""
    values: dict[tuple[int, int, str], Expr] | None = None
    """Where asked for: (start byte, end byte, type) of an expression node to what it says."""
    complete: bool = True
    """False where the syntax is broken."""


def read(
    node: tree_sitter.Node, data: bytes, base: int, offset: Callable[[int], int], *, values: bool = False
) -> Facts:
    """The facts of a statement's node. `base` is the byte where the statement starts in `data`.

    `offset` turns a byte of `data` into a code-point offset from the statement's start. `values` keeps what every
    expression node says (for migration; typing does not need it).
    """
    reader = _Reader(data, base, offset, values)
    reader.visit(node)
    return reader.finish()


def read_text(text: str) -> Facts:
    """The facts of a statement's text, parsed by itself: for texts whose tree has errors."""
    data = text.encode("utf-8", "surrogatepass")
    root = parse(text)
    ascii_only = len(data) == len(text)

    def offset(byte: int) -> int:
        return byte if ascii_only else len(data[:byte].decode("utf-8", "surrogatepass"))

    facts = read(root, data, 0, offset)
    facts.complete = not root.has_error
    return facts


_SKIPPED = frozenset({"comment", "integer", "float", "true", "false", "none", "ellipsis", "string_start", "string_end",
                      "string_content", "escape_sequence", "pass_statement", "break_statement", "continue_statement",
                      "line_continuation", "type_conversion"})  # fmt: skip
_COMPREHENSIONS = frozenset(
    {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
)


class _Reader:
    """One walk over one statement."""

    def __init__(self, data: bytes, base: int, offset: Callable[[int], int], values: bool) -> None:
        self.data, self.base, self.offset = data, base, offset
        self.facts = Facts(values={} if values else None)
        self.scope = self.facts.module
        self.path: Path = ()
        self.driver: tuple[Expr, ...] = ()
        self.function: FunctionFact | None = None
        self.guarded = False
        self.fragment = 0  # code points to add to offsets while a string annotation is read

    def finish(self) -> Facts:
        facts = self.facts
        for index, use in enumerate(facts.uses):
            roots = _roots(use)
            if _IMPORTED in roots:
                facts.always.append(index)
                continue
            for name in roots:
                facts.roots.setdefault(name, []).append(index)
        return facts

    # -- helpers

    def text(self, node: tree_sitter.Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def span(self, node: tree_sitter.Node) -> tuple[int, int]:
        return self.offset(node.start_byte), self.offset(node.end_byte)

    def bind(self, name: str, offset: int, value: Expr | None, key: str = "") -> None:
        scope = self.scope
        while scope.kind == "comprehension" and scope.parent is not None:
            scope = scope.parent
        self.bind_in(scope, name, Event(offset, self.path, None if self.guarded else value, key))

    def bind_in(self, scope: Scope, name: str, event: Event) -> None:
        where = scope.elsewhere.get(name)
        if where == "global":
            event = event._replace(path=(*event.path, (-1, 0, False)))
            scope = self.facts.module
        elif where == "nonlocal":
            owner = scope.parent
            while owner is not None and owner.kind == "function" and name not in owner.events:
                owner = owner.parent
            if owner is None or owner.kind != "function":
                return
            event = event._replace(path=(*event.path, (-1, 0, False)))
            scope = owner
        scope.events.setdefault(name, []).append(event)

    def inside(self, node: tree_sitter.Node, branch: int, arm: int, exclusive: bool) -> None:
        before = self.path
        self.path = (*before, (branch, arm, exclusive))
        self.visit(node)
        self.path = before

    def visit_all(self, nodes: Iterable[tree_sitter.Node]) -> None:
        for node in nodes:
            self.visit(node)

    def visit(self, node: tree_sitter.Node) -> Expr | None:
        """Notes what a node binds and uses; gives what it says where it is an expression."""
        kind = node.type
        if kind in _SKIPPED:
            return None
        handler = _HANDLERS.get(kind)
        if handler is None:
            self.visit_all(node.named_children)
            return None
        value = handler(self, node)
        if value is not None and self.facts.values is not None and not self.fragment:
            self.facts.values[node.start_byte, node.end_byte, kind] = value
        return value

    # -- expressions

    def identifier(self, node: tree_sitter.Node) -> Expr | None:
        value = self.name(node)
        start, end = self.span(node)
        self.facts.uses.append(Chain(value, start, end, ()))
        return value

    def name(self, node: tree_sitter.Node) -> Name:
        return Name(self.text(node), self.scope, self.offset(node.start_byte), self.path)

    def attribute(self, node: tree_sitter.Node) -> Expr | None:
        attributes: list[tree_sitter.Node] = []
        base: tree_sitter.Node | None = node
        while base is not None and base.type == "attribute":
            name = base.child_by_field_name("attribute")
            if name is None:
                break
            attributes.append(name)
            base = base.child_by_field_name("object")
        if base is None:
            return None
        value: Expr | None = self.name(base) if base.type == "identifier" else self.visit(base)
        if value is None:
            return None
        attributes.reverse()
        start, end = self.span(base)
        names = tuple((self.text(a), *self.span(a)) for a in attributes)
        self.facts.uses.append(Chain(value, start, end, names))
        if self.facts.values is not None and not self.fragment:
            self.facts.values[base.start_byte, base.end_byte, base.type] = value
        for child, (attr, _, _) in zip(attributes, names, strict=True):
            value = Attribute(value, attr)
            if self.facts.values is not None and not self.fragment:
                self.facts.values[base.start_byte, child.end_byte, "attribute"] = value
        return value

    def call(self, node: tree_sitter.Node) -> Expr | None:
        function = node.child_by_field_name("function")
        func = self.visit(function) if function is not None else None
        arguments = node.child_by_field_name("arguments")
        first: Expr | None = None
        names: list[tuple[str, int, int, Expr | None]] = []
        if arguments is not None and arguments.type == "argument_list":
            for index, child in enumerate(arguments.named_children):
                if child.type == "keyword_argument":
                    keyword, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                    given = self.visit(value) if value is not None else None
                    if keyword is not None:
                        names.append((self.text(keyword), *self.span(keyword), given))
                else:
                    said = self.visit(child)
                    first = said if index == 0 else first
        elif arguments is not None:
            self.visit(arguments)
        if func is None:
            return None
        value_of = Call(func, first, self.driver)
        if names:
            self.facts.uses.append(Keywords(value_of, tuple(names)))
        return value_of

    def subscript(self, node: tree_sitter.Node) -> Expr | None:
        target = node.child_by_field_name("value")
        of = self.visit(target) if target is not None else None
        args = tuple(self.visit(a) for a in node.children_by_field_name("subscript"))
        return Subscript(of, args) if of is not None else None

    def binary(self, node: tree_sitter.Node) -> Expr | None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        a = self.visit(left) if left is not None else None
        b = self.visit(right) if right is not None else None
        if operator is None or (a is None and b is None):
            return None
        if operator.type == ">>":
            shift = Shift(a, b)
            self.facts.uses.append(Operator(shift, *self.span(operator)))
            return shift
        if operator.type == "|":
            return Either(tuple(x for x in (a, b) if x is not None))
        return None

    def either(self, node: tree_sitter.Node) -> Expr | None:
        said = [self.visit(child) for child in node.named_children]
        if node.type == "conditional_expression" and len(said) == 3:
            del said[1]
        options = tuple(x for x in said if x is not None)
        return Either(options) if options else None

    def inner(self, node: tree_sitter.Node) -> Expr | None:
        said = [self.visit(child) for child in node.named_children if child.type != "comment"]
        return said[0] if len(said) == 1 else None

    def display(self, node: tree_sitter.Node) -> Expr | None:
        items = tuple(x for x in map(self.visit, node.named_children) if x is not None)
        return Display(items) if items else None

    def string(self, node: tree_sitter.Node) -> Expr | None:
        for child in node.named_children:
            if child.type == "interpolation":
                self.visit(child)
        return None

    def named_expression(self, node: tree_sitter.Node) -> Expr | None:
        target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        said = self.visit(value) if value is not None else None
        if target is not None:
            self.bind(self.text(target), self.offset(node.end_byte), said, self.text(node))
        return said

    def lambda_(self, node: tree_sitter.Node) -> Expr | None:
        parameters, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
        outer = self.scope
        scope = Scope("function", outer)
        if parameters is not None:
            self.parameters(parameters, scope)
        self.scope, path, self.path = scope, self.path, ()
        if body is not None:
            self.visit(body)
        self.scope, self.path = outer, path
        return None

    def comprehension(self, node: tree_sitter.Node) -> Expr | None:
        body, *clauses = node.named_children
        outer, path = self.scope, self.path
        scope = Scope("comprehension", outer)
        for index, clause in enumerate(clauses):
            if clause.type == "for_in_clause":
                # Only the first iterable is read in the scope around the comprehension.
                self.scope = outer if index == 0 else scope
                iterables = [self.visit(r) for r in clause.children_by_field_name("right")]
                self.scope = scope
                for left in clause.children_by_field_name("left"):
                    said = iterables[0] if len(iterables) == 1 else None
                    self.target(left, Element(said) if said is not None else None, "", 0, scope)
            else:
                self.scope = scope
                self.visit(clause)
        self.scope = scope
        said = self.visit(body)
        self.scope, self.path = outer, path
        return Display((said,)) if said is not None and node.type == "list_comprehension" else None

    def annotation(self, node: tree_sitter.Node) -> Expr | None:
        """A type: strings in it are forward references."""
        if node.type == "type":
            said = [self.annotation(child) for child in node.named_children]
            return said[0] if len(said) == 1 else None
        if node.type == "string":
            return self.forward(node)
        if node.type in ("generic_type", "subscript"):
            return self.generic(node)
        if node.type in ("binary_operator", "union_type"):
            options = [self.annotation(c) for c in node.named_children]
            present = tuple(o for o in options if o is not None)
            return Either(present) if present else None
        return self.visit(node)

    def generic(self, node: tree_sitter.Node) -> Expr | None:
        """`List["FlyteFile"]`; the grammar has a node of its own for it in annotations."""
        if node.type == "generic_type":
            base, *rest = node.named_children
            arguments = [a for r in rest for a in (r.named_children if r.type == "type_parameter" else [r])]
        else:
            target = node.child_by_field_name("value")
            if target is None:
                return None
            base, arguments = target, node.children_by_field_name("subscript")
        of = self.visit(base)
        name = self.text(base).rsplit(".", 1)[-1]
        args: list[Expr | None] = []
        for index, argument in enumerate(arguments):
            typed = name in TYPE_ARGUMENTS and (name != "Annotated" or index == 0)
            inner = argument.named_children[0] if argument.type == "type" and argument.named_children else argument
            args.append(self.annotation(inner) if typed else self.visit(inner))
        return Subscript(of, tuple(args)) if of is not None else None

    def forward(self, node: tree_sitter.Node) -> Expr | None:
        content = [c for c in node.children if c.type == "string_content"]
        start = node.children[0] if node.children else None
        if len(content) != 1 or start is None or self.fragment or b"f" in self.data[start.start_byte : start.end_byte]:
            return self.string(node)
        text = self.text(content[0])
        data = text.encode("utf-8", "surrogatepass")
        root = parse(text)
        if root.has_error or len(root.named_children) != 1 or b"\\" in data:
            return None
        at, outer_data, outer_offset = self.offset(content[0].start_byte), self.data, self.offset
        self.data, self.fragment = data, 1
        self.offset = lambda byte: at + len(data[:byte].decode("utf-8", "surrogatepass"))
        statement = root.named_children[0]
        inner = statement.named_children[0] if len(statement.named_children) == 1 else None
        said = self.annotation(inner) if inner is not None else None
        self.data, self.offset, self.fragment = outer_data, outer_offset, 0
        return said

    # -- statements that bind names

    def target(self, node: tree_sitter.Node, value: Expr | None, key: str, offset: int, scope: Scope | None) -> None:
        """Binds the names of an assignment target."""
        if node.type == "identifier":
            event = Event(offset, self.path, None if self.guarded else value, key)
            if scope is not None:
                self.bind_in(scope, self.text(node), event)
            else:
                self.bind(self.text(node), offset, value, key)
        elif node.type in ("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern",
                           "expression_list", "tuple", "list", "parenthesized_expression", "as_pattern_target"):  # fmt: skip
            single = node.type in ("parenthesized_expression", "as_pattern_target")
            for child in node.named_children:
                self.target(child, value if single else None, key, offset, scope)
        else:
            self.visit(node)

    def assignment(self, node: tree_sitter.Node) -> Expr | None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        kind = node.child_by_field_name("type")
        annotated = self.annotation(kind) if kind is not None else None
        said = self.visit(right) if right is not None else None
        value = Value(annotated) if annotated is not None else said
        if left is not None and (right is not None or self.scope.kind != "module"):
            self.target(left, value, self.text(node), self.offset(node.end_byte), None)
        return said

    def augmented(self, node: tree_sitter.Node) -> Expr | None:
        self.visit_all(node.named_children)
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            self.target(left, None, self.text(node), self.offset(node.end_byte), None)
        return None

    def import_(self, node: tree_sitter.Node) -> Expr | None:
        for child in node.children_by_field_name("name"):
            name, alias = child, None
            if child.type == "aliased_import":
                inner, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
                if inner is None:
                    continue
                name = inner
            dotted = self.dotted(name)
            bound = self.text(alias) if alias is not None else dotted.partition(".")[0]
            start, end = self.span(name)
            if not self.guarded:
                self.facts.uses.append(Import(dotted, start, end, bound))
            target = dotted if alias is not None else bound
            self.bind(bound, self.offset(node.end_byte), Dotted(target), f"import {target}")
        return None

    def dotted(self, node: tree_sitter.Node) -> str:
        return "".join(self.text(node).split())

    def import_from(self, node: tree_sitter.Node) -> Expr | None:
        source = node.child_by_field_name("module_name")
        if source is None:
            return None
        module = self.dotted(source)
        joined = module if module.endswith(".") else f"{module}."
        for child in node.children_by_field_name("name"):
            name, alias = child, None
            if child.type == "aliased_import":
                inner, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
                if inner is None:
                    continue
                name = inner
            dotted = joined + self.dotted(name)
            bound = self.text(alias) if alias is not None else self.text(name)
            if not self.guarded:
                self.facts.uses.append(Import(dotted, *self.span(name), bound))
            self.bind(bound, self.offset(node.end_byte), Dotted(dotted), f"import {dotted}")
        for child in node.named_children:
            if child.type == "wildcard_import":
                if not self.guarded:
                    self.facts.uses.append(Import(joined + "*", *self.span(child), None))
                self.bind("*", self.offset(node.end_byte), Dotted(module), f"import {module}.*")
        return None

    def function_(self, node: tree_sitter.Node) -> Expr | None:
        return self.define(node, node, ())

    def decorated(self, node: tree_sitter.Node) -> Expr | None:
        decorators: list[Expr] = []
        for child in node.named_children:
            if child.type == "decorator":
                said = self.inner(child)
                if said is not None:
                    decorators.append(said)
        definition = node.child_by_field_name("definition")
        if definition is None:
            return None
        if definition.type == "class_definition":
            return self.class_(definition)
        return self.define(definition, node, tuple(decorators))

    def define(self, node: tree_sitter.Node, outer_node: tree_sitter.Node, decorators: tuple[Expr, ...]) -> Expr | None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        parameters, returns = node.child_by_field_name("parameters"), node.child_by_field_name("return_type")
        outer, path, driver, function = self.scope, self.path, self.driver, self.function
        scope = Scope("function", outer)
        if parameters is not None:
            self.parameters(parameters, scope)
        returned = self.annotation(returns) if returns is not None else None
        definition = Definition(self.text(name) if name is not None else "", decorators, returned)
        start, end = self.offset(outer_node.start_byte), self.offset(outer_node.end_byte)
        fact = FunctionFact(definition.name, start, end, definition, scope, outer, function)
        self.facts.functions.append(fact)
        if name is not None:
            head = body.start_byte if body is not None else node.end_byte
            key = self.data[outer_node.start_byte : head].decode("utf-8", "surrogatepass")
            self.bind(definition.name, end, definition, key)
        if body is not None:
            self.scope, self.path, self.driver, self.function = scope, (), decorators, fact
            _declare(self, body, scope)
            self.visit(body)
            self.scope, self.path, self.driver, self.function = outer, path, driver, function
        return None

    def parameters(self, node: tree_sitter.Node, scope: Scope) -> None:
        for child in node.named_children:
            kind = child.child_by_field_name("type")
            value = child.child_by_field_name("value")
            annotated = self.annotation(kind) if kind is not None else None
            if value is not None:
                self.visit(value)
            name = child.child_by_field_name("name") or child
            splat = name.type in ("list_splat_pattern", "dictionary_splat_pattern")
            while name.type not in ("identifier",) and name.named_children:
                splat = splat or name.type in ("list_splat_pattern", "dictionary_splat_pattern")
                name = name.named_children[0]
            if name.type == "identifier":
                said = Value(annotated) if annotated is not None and not splat else None
                scope.events.setdefault(self.text(name), []).append(Event(-1, (), said, ""))

    def class_(self, node: tree_sitter.Node) -> Expr | None:
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        supers = node.child_by_field_name("superclasses")
        bases = []
        for child in supers.named_children if supers is not None else ():
            said = self.visit(child)
            if said is not None and child.type != "keyword_argument":
                bases.append(said)
        outer, path, driver = self.scope, self.path, self.driver
        if body is not None:
            self.scope, self.path, self.driver = Scope("class", outer), (), ()
            self.visit(body)
            self.scope, self.path, self.driver = outer, path, driver
        if name is not None:
            head = body.start_byte if body is not None else node.end_byte
            key = self.data[node.start_byte : head].decode("utf-8", "surrogatepass")
            definition = ClassDefinition(self.text(name), tuple(bases))
            self.bind(definition.name, self.offset(node.end_byte), definition, key)
        return None

    def keyword_argument(self, node: tree_sitter.Node) -> Expr | None:
        value = node.child_by_field_name("value")
        if value is not None:
            self.visit(value)
        return None

    def for_(self, node: tree_sitter.Node) -> Expr | None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        said = self.visit(right) if right is not None else None
        if left is not None:
            at = self.offset(left.end_byte)
            self.target(left, Element(said) if said is not None else None, "", at, None)
        branch = self.offset(node.start_byte)
        body, alternative = node.child_by_field_name("body"), node.child_by_field_name("alternative")
        if body is not None:
            self.inside(body, branch, 0, False)
        if alternative is not None:
            self.inside(alternative, branch, 1, False)
        return None

    def while_(self, node: tree_sitter.Node) -> Expr | None:
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        if condition is not None:
            self.visit(condition)
        branch = self.offset(node.start_byte)
        if body is not None:
            self.inside(body, branch, 0, False)
        alternative = node.child_by_field_name("alternative")
        if alternative is not None:
            self.inside(alternative, branch, 1, False)
        return None

    def if_(self, node: tree_sitter.Node) -> Expr | None:
        branch = self.offset(node.start_byte)
        for index, child in enumerate(node.named_children):
            if child.type == "block":
                self.inside(child, branch, index, True)
            elif child.type in ("elif_clause", "else_clause"):
                for part in child.named_children:
                    if part.type == "block":
                        self.inside(part, branch, index, True)
                    else:
                        self.visit(part)
            else:
                self.visit(child)
        return None

    def match_(self, node: tree_sitter.Node) -> Expr | None:
        branch = self.offset(node.start_byte)
        for index, child in enumerate(node.named_children):
            if child.type == "block":
                for arm, case in enumerate(child.named_children):
                    self.inside(case, branch, arm, True)
            elif child.type == "case_clause":
                self.inside(child, branch, index, True)
            else:
                self.visit(child)
        return None

    def case_pattern(self, node: tree_sitter.Node) -> Expr | None:
        """Every bare name in a pattern is a capture, unless it names a class or a dotted value."""
        stack = [node]
        while stack:
            current = stack.pop()
            if current.type == "class_pattern" and current.named_children:
                self.visit(current.named_children[0])
                stack += current.named_children[1:]
            elif current.type == "dotted_name":
                if len(current.named_children) == 1:
                    self.bind(self.text(current), self.offset(current.end_byte), None)
                else:
                    self.pattern_value(current)
            elif current.type == "keyword_pattern":
                stack += current.named_children[1:]
            elif current.type == "identifier":
                self.bind(self.text(current), self.offset(current.end_byte), None)
            else:
                stack += current.named_children
        return None

    def pattern_value(self, node: tree_sitter.Node) -> Expr | None:
        """A dotted name outside of expressions: class and value patterns."""
        first, *rest = node.named_children
        names = tuple((self.text(n), *self.span(n)) for n in rest)
        self.facts.uses.append(Chain(self.name(first), *self.span(first), names))
        return None

    def try_(self, node: tree_sitter.Node) -> Expr | None:
        branch = self.offset(node.start_byte)
        before = self.guarded
        self.guarded = before or _supports_both(self, node)
        for index, child in enumerate(node.named_children):
            if child.type == "block":
                self.visit(child)
            elif child.type in ("except_clause", "except_group_clause"):
                self.inside(child, branch, index, False)
            elif child.type == "finally_clause":
                self.visit(child)
            else:
                self.inside(child, branch, index, False)
        self.guarded = before
        return None

    def as_pattern(self, node: tree_sitter.Node) -> Expr | None:
        """`with open(x) as f`, `except E as e`."""
        alias = node.child_by_field_name("alias")
        said = None
        for child in node.named_children:
            if alias is None or child.id != alias.id:
                said = self.visit(child)
        if alias is not None:
            value = said if node.parent is not None and node.parent.type == "with_item" else None
            self.target(alias, value, self.text(node), self.offset(node.end_byte), None)
        return said

    def delete(self, node: tree_sitter.Node) -> Expr | None:
        for child in node.named_children:
            names = child.named_children if child.type == "expression_list" else [child]
            for name in names:
                self.visit(name)
                if name.type == "identifier":
                    self.bind(self.text(name), self.offset(node.end_byte), None, "del")
        return None

    def nothing(self, node: tree_sitter.Node) -> Expr | None:
        return None


def _declare(reader: _Reader, body: tree_sitter.Node, scope: Scope) -> None:
    """Notes `global` and `nonlocal` before the body is read: they hold for the whole function."""
    source = reader.data[body.start_byte : body.end_byte]
    if b"global" not in source and b"nonlocal" not in source:
        return
    stack = list(body.named_children)
    while stack:
        node = stack.pop()
        if node.type in ("global_statement", "nonlocal_statement"):
            kind = "global" if node.type == "global_statement" else "nonlocal"
            for name in node.named_children:
                scope.elsewhere[reader.text(name)] = "global" if kind == "global" else "nonlocal"
        elif node.type not in ("function_definition", "class_definition", "lambda", "decorated_definition"):
            stack += node.named_children


_FLYTE_1 = ("flytekit", "flytekitplugins", "flyteidl", "union")


def _supports_both(reader: _Reader, node: tree_sitter.Node) -> bool:
    """True for `try: import flyte ... except ImportError: import flytekit ...` and its mirror image."""
    source = reader.data[node.start_byte : node.end_byte]
    if b"flyte" not in source or b"import" not in source:
        return False
    sides: list[set[str]] = [set(), set()]
    for child in node.named_children:
        stack, side = [child], sides[child.type == "except_clause"]
        while stack:
            current = stack.pop()
            if current.type == "import_from_statement":
                module = current.child_by_field_name("module_name")
                if module is not None:
                    side.add(reader.dotted(module).partition(".")[0])
            elif current.type == "import_statement":
                side.update(reader.dotted(n).partition(".")[0] for n in _imported(current))
            else:
                stack += current.named_children
    one, other = sides
    old = [any(name in side for name in _FLYTE_1) for side in (one, other)]
    return ("flyte" in one and old[1]) or ("flyte" in other and old[0])


def _imported(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    names = []
    for child in node.children_by_field_name("name"):
        inner = child.child_by_field_name("name") if child.type == "aliased_import" else child
        if inner is not None:
            names.append(inner)
    return names


_IMPORTED = ""


def _roots(use: Use) -> set[str]:
    """The module-level names that the meaning of a use depends on; `_IMPORTED` where it depends on an import of its own.

    Empty for what can only be unknown, such as a parameter without annotation.
    """
    roots: set[str] = set()
    seen: set[int] = set()
    if isinstance(use, Chain):
        stack: list[Expr | None] = [use.base]
    elif isinstance(use, Keywords):
        stack = [use.call]
    elif isinstance(use, Operator):
        stack = [use.shift]
    else:
        return {_IMPORTED}
    while stack:
        expr = stack.pop()
        if expr is None:
            continue
        if isinstance(expr, Name):
            _name_roots(expr, roots, stack, seen)
        elif isinstance(expr, Definition):
            stack += [*expr.decorators, expr.returns]
        elif isinstance(expr, ClassDefinition):
            stack += expr.bases
        elif isinstance(expr, Call):
            stack += [expr.func, expr.first, *expr.driver]
        elif isinstance(expr, Subscript):
            stack += [expr.of, *expr.args]
        elif isinstance(expr, Shift):
            stack += [expr.left, expr.right]
        elif isinstance(expr, (Either, Display)):
            stack += expr[0]
        elif isinstance(expr, Dotted):
            roots.add(_IMPORTED)
        else:
            stack.append(expr[0])
    return roots


def _name_roots(expr: Name, roots: set[str], stack: list[Expr | None], seen: set[int]) -> None:
    scope: Scope | None = expr.scope
    first = True
    while scope is not None and scope.kind != "module":
        if (scope.kind != "class" or first) and expr.name not in scope.elsewhere:
            events = scope.events.get(expr.name)
            if events is not None:
                if id(events) not in seen:
                    seen.add(id(events))
                    stack += [event.value for event in events]
                return
        if scope.kind != "comprehension":
            first = False
        scope = scope.parent
    roots.add(expr.name)


_HANDLERS: dict[str, Callable[[_Reader, tree_sitter.Node], Expr | None]] = {
    "identifier": _Reader.identifier,
    "attribute": _Reader.attribute,
    "call": _Reader.call,
    "subscript": _Reader.subscript,
    "binary_operator": _Reader.binary,
    "boolean_operator": _Reader.either,
    "conditional_expression": _Reader.either,
    "parenthesized_expression": _Reader.inner,
    "await": _Reader.inner,
    "expression_statement": _Reader.inner,
    "list": _Reader.display,
    "tuple": _Reader.display,
    "set": _Reader.display,
    "string": _Reader.string,
    "named_expression": _Reader.named_expression,
    "lambda": _Reader.lambda_,
    **dict.fromkeys(_COMPREHENSIONS, _Reader.comprehension),
    "type": _Reader.annotation,
    "generic_type": _Reader.generic,
    "assignment": _Reader.assignment,
    "augmented_assignment": _Reader.augmented,
    "import_statement": _Reader.import_,
    "import_from_statement": _Reader.import_from,
    "future_import_statement": _Reader.nothing,
    "function_definition": _Reader.function_,
    "decorated_definition": _Reader.decorated,
    "class_definition": _Reader.class_,
    "keyword_argument": _Reader.keyword_argument,
    "for_statement": _Reader.for_,
    "while_statement": _Reader.while_,
    "if_statement": _Reader.if_,
    "match_statement": _Reader.match_,
    "case_pattern": _Reader.case_pattern,
    "try_statement": _Reader.try_,
    "as_pattern": _Reader.as_pattern,
    "delete_statement": _Reader.delete,
    "global_statement": _Reader.nothing,
    "nonlocal_statement": _Reader.nothing,
}
