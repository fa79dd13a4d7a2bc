"""What the statements inside a top-level statement bind."""

from __future__ import annotations

import tree_sitter

from flyteshift.semantics.expressions import (
    Chain,
    ClassDefinition,
    Definition,
    Dotted,
    Element,
    Expr,
    Import,
    Scope,
    Value,
)
from flyteshift.semantics.read_expressions import annotation, bind_parameters, bind_target, read_inner, read_name
from flyteshift.semantics.reader import FunctionFact, Handler, Reader


def _assignment(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    kind = node.child_by_field_name("type")
    annotated = annotation(reader, kind) if kind is not None else None
    said = reader.visit(right) if right is not None else None
    value = Value(annotated) if annotated is not None else said
    if left is not None and (right is not None or reader.scope.kind != "module"):
        bind_target(reader, left, value, reader.text(node), reader.offset(node.end_byte), None)
    return said


def _augmented(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    reader.visit_all(node.named_children)
    left = node.child_by_field_name("left")
    if left is not None and left.type == "identifier":
        bind_target(reader, left, None, reader.text(node), reader.offset(node.end_byte), None)
    return None


def _import_statement(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    for child in node.children_by_field_name("name"):
        name, alias = child, None
        if child.type == "aliased_import":
            inner, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if inner is None:
                continue
            name = inner
        dotted = _dotted_text(reader, name)
        bound = reader.text(alias) if alias is not None else dotted.partition(".")[0]
        start, end = reader.span(name)
        if not reader.guarded:
            reader.facts.uses.append(Import(dotted, start, end, bound))
        target = dotted if alias is not None else bound
        reader.bind(bound, reader.offset(node.end_byte), Dotted(target), f"import {target}")
    return None


def _dotted_text(reader: Reader, node: tree_sitter.Node) -> str:
    return "".join(reader.text(node).split())


def _import_from(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    source = node.child_by_field_name("module_name")
    if source is None:
        return None
    module = _dotted_text(reader, source)
    joined = module if module.endswith(".") else f"{module}."
    for child in node.children_by_field_name("name"):
        name, alias = child, None
        if child.type == "aliased_import":
            inner, alias = child.child_by_field_name("name"), child.child_by_field_name("alias")
            if inner is None:
                continue
            name = inner
        dotted = joined + _dotted_text(reader, name)
        bound = reader.text(alias) if alias is not None else reader.text(name)
        if not reader.guarded:
            reader.facts.uses.append(Import(dotted, *reader.span(name), bound))
        reader.bind(bound, reader.offset(node.end_byte), Dotted(dotted), f"import {dotted}")
    for child in node.named_children:
        if child.type == "wildcard_import":
            if not reader.guarded:
                reader.facts.uses.append(Import(joined + "*", *reader.span(child), None))
            reader.bind("*", reader.offset(node.end_byte), Dotted(module), f"import {module}.*")
    return None


def _function_definition(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    return _define(reader, node, node, ())


def _decorated(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    decorators: list[Expr] = []
    for child in node.named_children:
        if child.type == "decorator":
            said = read_inner(reader, child)
            if said is not None:
                decorators.append(said)
    definition = node.child_by_field_name("definition")
    if definition is None:
        return None
    if definition.type == "class_definition":
        return _class_definition(reader, definition)
    return _define(reader, definition, node, tuple(decorators))


def _define(
    reader: Reader, node: tree_sitter.Node, outer_node: tree_sitter.Node, decorators: tuple[Expr, ...]
) -> Expr | None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    parameters, returns = node.child_by_field_name("parameters"), node.child_by_field_name("return_type")
    outer, path, driver, function = reader.scope, reader.path, reader.driver, reader.function
    scope = Scope("function", outer)
    if parameters is not None:
        bind_parameters(reader, parameters, scope)
    returned = annotation(reader, returns) if returns is not None else None
    definition = Definition(reader.text(name) if name is not None else "", decorators, returned)
    start, end = reader.offset(outer_node.start_byte), reader.offset(outer_node.end_byte)
    fact = FunctionFact(definition.name, start, end, definition, scope, outer, function)
    reader.facts.functions.append(fact)
    if name is not None:
        head = body.start_byte if body is not None else node.end_byte
        key = reader.data[outer_node.start_byte : head].decode("utf-8", "surrogatepass")
        reader.bind(definition.name, end, definition, key)
    if body is not None:
        reader.scope, reader.path, reader.driver, reader.function = scope, (), decorators, fact
        _declare(reader, body, scope)
        reader.visit(body)
        reader.scope, reader.path, reader.driver, reader.function = outer, path, driver, function
    return None


def _class_definition(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    supers = node.child_by_field_name("superclasses")
    bases = []
    for child in supers.named_children if supers is not None else ():
        said = reader.visit(child)
        if said is not None and child.type != "keyword_argument":
            bases.append(said)
    outer, path, driver = reader.scope, reader.path, reader.driver
    if body is not None:
        reader.scope, reader.path, reader.driver = Scope("class", outer), (), ()
        reader.visit(body)
        reader.scope, reader.path, reader.driver = outer, path, driver
    if name is not None:
        head = body.start_byte if body is not None else node.end_byte
        key = reader.data[node.start_byte : head].decode("utf-8", "surrogatepass")
        definition = ClassDefinition(reader.text(name), tuple(bases))
        reader.bind(definition.name, reader.offset(node.end_byte), definition, key)
    return None


def _keyword_argument(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    value = node.child_by_field_name("value")
    if value is not None:
        reader.visit(value)
    return None


def _for_statement(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    said = reader.visit(right) if right is not None else None
    if left is not None:
        at = reader.offset(left.end_byte)
        bind_target(reader, left, Element(said) if said is not None else None, "", at, None)
    branch = reader.offset(node.start_byte)
    body, alternative = node.child_by_field_name("body"), node.child_by_field_name("alternative")
    if body is not None:
        reader.inside(body, branch, 0, False)
    if alternative is not None:
        reader.inside(alternative, branch, 1, False)
    return None


def _while_statement(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
    if condition is not None:
        reader.visit(condition)
    branch = reader.offset(node.start_byte)
    if body is not None:
        reader.inside(body, branch, 0, False)
    alternative = node.child_by_field_name("alternative")
    if alternative is not None:
        reader.inside(alternative, branch, 1, False)
    return None


def _if_statement(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    branch = reader.offset(node.start_byte)
    for index, child in enumerate(node.named_children):
        if child.type == "block":
            reader.inside(child, branch, index, True)
        elif child.type in ("elif_clause", "else_clause"):
            for part in child.named_children:
                if part.type == "block":
                    reader.inside(part, branch, index, True)
                else:
                    reader.visit(part)
        else:
            reader.visit(child)
    return None


def _match_statement(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    branch = reader.offset(node.start_byte)
    for index, child in enumerate(node.named_children):
        if child.type == "block":
            for arm, case in enumerate(child.named_children):
                reader.inside(case, branch, arm, True)
        elif child.type == "case_clause":
            reader.inside(child, branch, index, True)
        else:
            reader.visit(child)
    return None


def _case_pattern(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    """Every bare name in a pattern is a capture, unless it names a class or a dotted value."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "class_pattern" and current.named_children:
            reader.visit(current.named_children[0])
            stack += current.named_children[1:]
        elif current.type == "dotted_name":
            if len(current.named_children) == 1:
                reader.bind(reader.text(current), reader.offset(current.end_byte), None)
            else:
                _pattern_value(reader, current)
        elif current.type == "keyword_pattern":
            stack += current.named_children[1:]
        elif current.type == "identifier":
            reader.bind(reader.text(current), reader.offset(current.end_byte), None)
        else:
            stack += current.named_children
    return None


def _pattern_value(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    """A dotted name outside of expressions: class and value patterns."""
    first, *rest = node.named_children
    names = tuple((reader.text(n), *reader.span(n)) for n in rest)
    reader.facts.uses.append(Chain(read_name(reader, first), *reader.span(first), names))
    return None


def _try_statement(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    branch = reader.offset(node.start_byte)
    before = reader.guarded
    reader.guarded = before or _supports_both(reader, node)
    for index, child in enumerate(node.named_children):
        if child.type == "block":
            reader.visit(child)
        elif child.type in ("except_clause", "except_group_clause"):
            reader.inside(child, branch, index, False)
        elif child.type == "finally_clause":
            reader.visit(child)
        else:
            reader.inside(child, branch, index, False)
    reader.guarded = before
    return None


def _as_pattern(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    """`with open(x) as f`, `except E as e`."""
    alias = node.child_by_field_name("alias")
    said = None
    for child in node.named_children:
        if alias is None or child.id != alias.id:
            said = reader.visit(child)
    if alias is not None:
        value = said if node.parent is not None and node.parent.type == "with_item" else None
        bind_target(reader, alias, value, reader.text(node), reader.offset(node.end_byte), None)
    return said


def _delete(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    for child in node.named_children:
        names = child.named_children if child.type == "expression_list" else [child]
        for name in names:
            reader.visit(name)
            if name.type == "identifier":
                reader.bind(reader.text(name), reader.offset(node.end_byte), None, "del")
    return None


def _nothing(reader: Reader, node: tree_sitter.Node) -> Expr | None:
    return None


def _declare(reader: Reader, body: tree_sitter.Node, scope: Scope) -> None:
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


_FLYTE_1 = ("flytekit", "flytekitplugins", "flyteidl", "union", "unionai")


def _supports_both(reader: Reader, node: tree_sitter.Node) -> bool:
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
                    side.add(_dotted_text(reader, module).partition(".")[0])
            elif current.type == "import_statement":
                side.update(_dotted_text(reader, n).partition(".")[0] for n in _imported(current))
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


HANDLERS: dict[str, Handler] = {
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "import_statement": _import_statement,
    "import_from_statement": _import_from,
    "future_import_statement": _nothing,
    "function_definition": _function_definition,
    "decorated_definition": _decorated,
    "class_definition": _class_definition,
    "keyword_argument": _keyword_argument,
    "for_statement": _for_statement,
    "while_statement": _while_statement,
    "if_statement": _if_statement,
    "match_statement": _match_statement,
    "case_pattern": _case_pattern,
    "try_statement": _try_statement,
    "as_pattern": _as_pattern,
    "delete_statement": _delete,
    "global_statement": _nothing,
    "nonlocal_statement": _nothing,
}
