"""What the expressions of a statement say, and the uses in them."""

from __future__ import annotations

import re

import tree_sitter

from flyteshift.semantics.expressions import (
    Attribute,
    Call,
    Chain,
    Display,
    Dotted,
    Either,
    Element,
    Event,
    Expr,
    Keywords,
    Name,
    Operator,
    Scope,
    Shift,
    Subscript,
    Value,
)
from flyteshift.semantics.reader import Handler, Reader
from flyteshift.text.document import parse

TYPE_ARGUMENTS = frozenset(
    [
        "List",
        "Dict",
        "Optional",
        "Union",
        "Tuple",
        "Set",
        "FrozenSet",
        "Sequence",
        "Iterable",
        "Iterator",
        "Mapping",
        "Callable",
        "Type",
        "Generator",
        "Awaitable",
        "AsyncIterator",
        "ClassVar",
        "Final",
        "Annotated",
        "list",
        "dict",
        "tuple",
        "set",
        "frozenset",
        "type",
        "Promise",
    ]
)
"""Generic types whose subscripts hold types, so that a string in them is a forward reference."""


def _identifier(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    value = read_name(reader, node)
    start, end = reader.span(node)
    reader.facts.uses.append(Chain(value, start, end, ()))
    return value


_TARGETS = frozenset(
    [
        "pattern_list",
        "tuple_pattern",
        "list_pattern",
        "list_splat_pattern",
        "expression_list",
        "tuple",
        "list",
        "parenthesized_expression",
        "as_pattern_target",
    ]
)


_SPLATS = frozenset({"list_splat_pattern", "dictionary_splat_pattern"})


def read_name(reader: Reader, node: tree_sitter.Node) -> Name:
    """A name read where the walk is."""
    return Name(reader.text(node), reader.scope, reader.offset(node.start_byte), reader.path)


def _attribute(reader: Reader, node: tree_sitter.Node) -> Expr | None:
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
    value: Expr | None = read_name(reader, base) if base.type == "identifier" else reader.visit(base)
    if value is None:
        return None
    attributes.reverse()
    start, end = reader.span(base)
    names = tuple((reader.text(a), *reader.span(a)) for a in attributes)
    reader.facts.uses.append(Chain(value, start, end, names))
    if reader.facts.values is not None and not reader.fragment:
        reader.facts.values[base.start_byte, base.end_byte, base.type] = value
    for child, (attr, _, _) in zip(attributes, names, strict=True):
        value = Attribute(value, attr)
        if reader.facts.values is not None and not reader.fragment:
            reader.facts.values[base.start_byte, child.end_byte, "attribute"] = value
    return value


_SKIPPED = re.compile(r"""\(\s*["']((?!flyte|union)\w+(?:\.\w+)*)["']""")
"""What `pytest.importorskip(...)` imports: a library beside Flyte."""


def _call(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    function = node.child_by_field_name("function")
    func = reader.visit(function) if function is not None else None
    arguments = node.child_by_field_name("arguments")
    first: Expr | None = None
    names: list[tuple[str, int, int, Expr | None]] = []
    if arguments is not None and arguments.type == "argument_list":
        for index, child in enumerate(arguments.named_children):
            if child.type == "keyword_argument":
                keyword, value = child.child_by_field_name("name"), child.child_by_field_name("value")
                given = reader.visit(value) if value is not None else None
                if keyword is not None:
                    names.append((reader.text(keyword), *reader.span(keyword), given))
            else:
                said = reader.visit(child)
                first = said if index == 0 else first
    elif arguments is not None:
        reader.visit(arguments)
    if func is None:
        return None
    if function is not None and reader.text(function) == "pytest.importorskip" and arguments is not None:
        module = _SKIPPED.match(reader.text(arguments))
        if module is not None:
            return Dotted(module[1])
    value_of = Call(func, first, reader.driver)
    if names:
        reader.facts.uses.append(Keywords(value_of, tuple(names)))
    return value_of


def _subscript(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    target = node.child_by_field_name("value")
    of = reader.visit(target) if target is not None else None
    args = tuple(reader.visit(a) for a in node.children_by_field_name("subscript"))
    return Subscript(of, args) if of is not None else None


def _binary(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    a = reader.visit(left) if left is not None else None
    b = reader.visit(right) if right is not None else None
    if operator is None or (a is None and b is None):
        return None
    if operator.type == ">>":
        shift = Shift(a, b)
        reader.facts.uses.append(Operator(shift, *reader.span(operator)))
        return shift
    if operator.type == "|":
        return Either(tuple(x for x in (a, b) if x is not None))
    return None


def _choice(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    said = [reader.visit(child) for child in node.named_children]
    if node.type == "conditional_expression" and len(said) == 3:
        del said[1]
    options = tuple(x for x in said if x is not None)
    return Either(options) if options else None


def read_inner(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    """What a node says that only wraps one expression: parentheses, `await`, a decorator."""
    said = [reader.visit(child) for child in node.named_children if child.type != "comment"]
    return said[0] if len(said) == 1 else None


def _display(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    items = tuple(x for x in map(reader.visit, node.named_children) if x is not None)
    return Display(items) if items else None


def _string(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    for child in node.named_children:
        if child.type == "interpolation":
            reader.visit(child)
    return None


def _named_expression(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    target, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    said = reader.visit(value) if value is not None else None
    if target is not None:
        reader.bind(reader.text(target), reader.offset(node.end_byte), said, reader.text(node))
    return said


def _lambda_expression(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    parameters, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
    outer = reader.scope
    scope = Scope("function", outer)
    if parameters is not None:
        bind_parameters(reader, parameters, scope)
    reader.scope, path, reader.path = scope, reader.path, ()
    if body is not None:
        reader.visit(body)
    reader.scope, reader.path = outer, path
    return None


def _comprehension(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    body, *clauses = node.named_children
    outer, path = reader.scope, reader.path
    scope = Scope("comprehension", outer)
    for index, clause in enumerate(clauses):
        if clause.type == "for_in_clause":
            # Only the first iterable is read in the scope around the comprehension.
            reader.scope = outer if index == 0 else scope
            iterables = [reader.visit(r) for r in clause.children_by_field_name("right")]
            reader.scope = scope
            for left in clause.children_by_field_name("left"):
                said = iterables[0] if len(iterables) == 1 else None
                bind_target(reader, left, Element(said) if said is not None else None, "", 0, scope)
        else:
            reader.scope = scope
            reader.visit(clause)
    reader.scope = scope
    said = reader.visit(body)
    reader.scope, reader.path = outer, path
    return Display((said,)) if said is not None and node.type == "list_comprehension" else None


def annotation(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    """A type: strings in it are forward references."""
    if node.type == "type":
        said = [annotation(reader, child) for child in node.named_children]
        return said[0] if len(said) == 1 else None
    if node.type == "string":
        return _forward(reader, node)
    if node.type in ("generic_type", "subscript"):
        return _generic(reader, node)
    if node.type in ("binary_operator", "union_type"):
        options = [annotation(reader, c) for c in node.named_children]
        present = tuple(o for o in options if o is not None)
        return Either(present) if present else None
    return reader.visit(node)


def _generic(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    """`List["FlyteFile"]`; the grammar has a node of its own for it in annotations."""
    if node.type == "generic_type":
        base, *rest = node.named_children
        arguments = [a for r in rest for a in (r.named_children if r.type == "type_parameter" else [r])]
    else:
        target = node.child_by_field_name("value")
        if target is None:
            return None
        base, arguments = target, node.children_by_field_name("subscript")
    of = reader.visit(base)
    name = reader.text(base).rsplit(".", 1)[-1]
    args: list[Expr | None] = []
    for index, argument in enumerate(arguments):
        typed = name in TYPE_ARGUMENTS and (name != "Annotated" or index == 0)
        inner = argument.named_children[0] if argument.type == "type" and argument.named_children else argument
        args.append(annotation(reader, inner) if typed else reader.visit(inner))
    return Subscript(of, tuple(args)) if of is not None else None


def _forward(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    content = [c for c in node.children if c.type == "string_content"]
    start = node.children[0] if node.children else None
    if len(content) != 1 or start is None or reader.fragment or b"f" in reader.data[start.start_byte : start.end_byte]:
        return _string(reader, node)
    text = reader.text(content[0])
    data = text.encode("utf-8", "surrogatepass")
    root = parse(text)
    if root.has_error or len(root.named_children) != 1 or b"\\" in data:
        return None
    at, outer_data, outer_offset = reader.offset(content[0].start_byte), reader.data, reader.offset
    reader.data, reader.fragment = data, 1
    reader.offset = lambda byte: at + len(data[:byte].decode("utf-8", "surrogatepass"))
    statement = root.named_children[0]
    inner = statement.named_children[0] if len(statement.named_children) == 1 else None
    said = annotation(reader, inner) if inner is not None else None
    reader.data, reader.offset, reader.fragment = outer_data, outer_offset, 0
    return said


def bind_target(
    reader: Reader, node: tree_sitter.Node, value: Expr | None, key: str, offset: int, scope: Scope | None
) -> None:
    """Binds the names of an assignment target."""
    if node.type == "identifier":
        event = Event(offset, reader.path, None if reader.guarded else value, key)
        if scope is not None:
            reader.bind_in(scope, reader.text(node), event)
        else:
            reader.bind(reader.text(node), offset, value, key)
    elif node.type in _TARGETS:
        single = node.type in ("parenthesized_expression", "as_pattern_target")
        for child in node.named_children:
            bind_target(reader, child, value if single else None, key, offset, scope)
    else:
        reader.visit(node)


def bind_parameters(reader: Reader, node: tree_sitter.Node, scope: Scope) -> None:
    """Binds the parameters of a function or lambda in its scope; reads annotations and defaults around it."""
    for child in node.named_children:
        kind = child.child_by_field_name("type")
        value = child.child_by_field_name("value")
        annotated = annotation(reader, kind) if kind is not None else None
        if value is not None:
            reader.visit(value)
        name = child.child_by_field_name("name") or child
        splat = name.type in _SPLATS
        while name.type != "identifier" and name.named_children:
            splat = splat or name.type in _SPLATS
            name = name.named_children[0]
        if name.type == "identifier":
            said = Value(annotated) if annotated is not None and not splat else None
            scope.events.setdefault(reader.text(name), []).append(Event(-1, (), said, ""))


HANDLERS: dict[str, Handler] = {
    "identifier": _identifier,
    "attribute": _attribute,
    "call": _call,
    "subscript": _subscript,
    "binary_operator": _binary,
    "boolean_operator": _choice,
    "conditional_expression": _choice,
    "parenthesized_expression": read_inner,
    "await": read_inner,
    "expression_statement": read_inner,
    "list": _display,
    "tuple": _display,
    "set": _display,
    "string": _string,
    "named_expression": _named_expression,
    "lambda": _lambda_expression,
    "type": annotation,
    "generic_type": _generic,
    **dict.fromkeys(
        ("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"), _comprehension
    ),
}
