"""What expressions hold, and what each use of a file, folder or frame in them becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration.data import calls, files, frames, narrowed
from flyteshift.migration.data.held import (
    ADDRESS,
    FLYTE,
    LOCAL,
    NONE,
    Type,
    annotated,
    either,
    fields,
    flyte1,
    holds,
    kept,
    method,
)
from flyteshift.migration.data.record import Scope
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.values import Symbol

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Env, Reader

UNKNOWN = "flyteshift cannot tell what `{0}` is used as here; use `.download()` or `.open()` on it, then migrate."
EQUAL = "Two Flyte files are equal in other cases than in Flyte 1; compare their paths or contents."


def read(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    """What an expression holds; records what its parts become."""
    kind = _read(reader, node, env, scope)
    reader.types[(node.start_byte, node.end_byte)] = kind
    return kind


def statement(reader: Reader, node: Node, env: Env, scope: Scope) -> bool:
    """An expression whose value nobody takes; False where it is no special one."""
    if node.type == "call":
        function = node.child_by_field_name("function")
        if function is not None and function.type == "attribute":
            if text(function.child_by_field_name("attribute")) == "download":
                return files.downloaded(reader, node, env, scope)
            return calls.mutates(reader, node, env, scope)
    return False


def _read(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    kind = node.type
    if kind == "identifier":
        return env[text(node)] if text(node) in env else reader.globals.get(text(node))
    if kind in ("parenthesized_expression", "await", "list_splat", "named_expression"):
        inner = node.child_by_field_name("value") or (node.named_children[0] if node.named_children else None)
        found = read(reader, inner, env, scope) if inner is not None else None
        name = node.child_by_field_name("name") if kind == "named_expression" else None
        if name is not None:
            env[text(name)] = found
        return found
    if kind == "call":
        return calls.read(reader, node, env, scope)
    if kind == "attribute":
        return _attribute(reader, node, env, scope)
    if kind == "subscript":
        return _subscript(reader, node, env, scope)
    if kind in ("string", "concatenated_string"):
        return _string(reader, node, env, scope)
    if kind == "none":
        return NONE
    if kind in ("list", "set", "tuple", "expression_list"):
        return _display(reader, node, env, scope)
    if kind == "dictionary":
        return _dictionary(reader, node, env, scope)
    if kind.endswith("_comprehension") or kind == "generator_expression":
        return _comprehension(reader, node, env, scope)
    if kind == "conditional_expression":
        first, condition, other = node.named_children[:3]
        read(reader, condition, env, scope)
        yes, no = narrowed.ways(reader, condition, env)
        return either(read(reader, first, yes, scope), read(reader, other, no, scope))
    if kind == "boolean_operator":
        left, right = node.named_children[:2]
        held = read(reader, left, env, scope)
        yes, no = narrowed.ways(reader, left, env)
        runs = yes if text(node.child_by_field_name("operator")) == "and" else no
        return either(held, read(reader, right, runs, scope))
    if kind == "binary_operator":
        return _binary(reader, node, env, scope)
    if kind == "comparison_operator":
        return _comparison(reader, node, env, scope)
    if kind == "lambda":
        own = {**env, **dict.fromkeys(_names(node.child_by_field_name("parameters")))}
        body = node.child_by_field_name("body")
        if body is not None and holds(reader.source, read(reader, body, own, _inside(scope))):
            reader.record.refuse(node, UNKNOWN.format(text(body)))
        return None
    if kind in ("not_operator", "slice", "unary_operator", "pair", "type"):
        for child in node.named_children:
            read(reader, child, env, scope)
        return None
    for child in node.named_children:
        if holds(reader.source, read(reader, child, env, scope)):
            reader.record.refuse(child, UNKNOWN.format(text(child)))
    return None


def _inside(scope: Scope, *, waits: bool = False) -> Scope:
    return Scope(scope.function, scope.owner, scope.returns, scope.task, scope.waits and waits, True, scope.name)


def _names(parameters: Node | None) -> list[str]:
    return [text(n) for n in walk(parameters) if n.type == "identifier"] if parameters is not None else []


def field_of(reader: Reader, kind: Type | None, name: str) -> Type | None:
    """What a field or attribute of an object holds."""
    own = kept(reader.source, kind) if kind is not None and kind.name == "class" else {}
    return fields_of(reader, kind).get(name) or own.get(name)


def fields_of(reader: Reader, kind: Type | None) -> dict[str, Type | None]:
    """The fields of an object and what they hold."""
    return fields(reader.source, kind) if kind is not None and kind.name == "class" else {}


def element(kind: Type | None) -> Type | None:
    """What iterating gives."""
    if kind is None:
        return None
    if kind.name == "list":
        return kind.items[0] if kind.items else None
    if kind.name == "tuple" and kind.items:
        found = kind.items[0]
        for item in kind.items[1:]:
            found = either(found, item)
        return found
    return kind if kind.name == "mixed" else None


def entered(reader: Reader, kind: Type | None) -> Type | None:
    """What `with value as name` binds."""
    return kind if kind is not None and kind.name in ("local", "temporary", "handle") else None


def _attribute(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    of, name = node.child_by_field_name("object"), text(node.child_by_field_name("attribute"))
    if of is None:
        return None
    if files.works_in(reader, node):
        return LOCAL
    kind = read(reader, of, env, scope)
    if kind is None:
        return None
    if kind.name in ("file", "dir"):
        return files.attribute(reader, node, of, kind, scope)
    if kind.name in ("frame", "opened"):
        return frames.attribute(reader, node, of, kind, scope)
    if kind.name == "mixed":
        reader.record.refuse(of, UNKNOWN.format(text(of)))
        return None
    if kind.name == "class" and name == "__dict__" and holds(reader.source, kind):
        reader.record.refuse(node, UNKNOWN.format(text(of)))
    if kind.name == "class":
        held = field_of(reader, kind, name)
        computed = method(reader.source, kind, name) if held is None else None
        above = computed[1].parent if computed is not None else None
        if computed is not None and above is not None and "property" in text(above).partition("def ")[0]:
            given = annotated(computed[0], computed[1].child_by_field_name("return_type"))
            return given or reader.record.known_given.get(f"{kind.detail}.{name}")
        return held
    if kind.name == "tuple" and name[:1] == "o" and name[1:].isdigit():
        index = int(name[1:])
        return kind.items[index] if index < len(kind.items) else None
    if kind.name in ("temporary", "handle"):
        return LOCAL if name == "name" else None
    return LOCAL if kind == LOCAL else None


def _subscript(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    of = node.child_by_field_name("value")
    index = node.child_by_field_name("subscript")
    if of is None or flyte1(reader.draft.symbol(of)) is not None:
        return None
    kind = read(reader, of, env, scope)
    for part in node.children_by_field_name("subscript"):
        if holds(reader.source, read(reader, part, env, scope)):
            reader.record.refuse(part, UNKNOWN.format(text(part)))
    if kind is None:
        return None
    if kind.name in (*FLYTE, "mixed", "opened"):
        reader.record.refuse(of, UNKNOWN.format(text(of)))
        return None
    if kind.name in ("list", "dict") and index is not None:
        return kind if index.type == "slice" else kind.items[0] if kind.items else None
    if kind.name in ("tuple", "class") and index is not None and index.type == "integer":
        found = list(kind.items) if kind.name == "tuple" else list(fields_of(reader, kind).values())
        at = int(text(index)) if text(index).isdigit() else len(found)
        return found[at] if at < len(found) else None
    if kind.name == "tuple" and holds(reader.source, kind):
        reader.record.refuse(node, UNKNOWN.format(text(of)))
    return None


def _string(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    """A text: an address where it starts with a scheme, a local path where it starts with one."""
    if node.type == "concatenated_string":
        kinds = [read(reader, n, env, scope) for n in node.named_children]
        return kinds[0] if kinds else None
    start: Type | None = LOCAL
    before = ""
    for child in node.named_children:
        if child.type == "string_content" or child.type == "escape_sequence":
            before += text(child)
        if child.type != "interpolation":
            continue
        inner = child.child_by_field_name("expression")
        kind = read(reader, inner, env, scope) if inner is not None else None
        if holds(reader.source, kind) and inner is not None and kind is not None:
            files.formatted(reader, node, inner, kind, scope)
            kind = LOCAL
        if not before:
            start = kind if kind in (LOCAL, ADDRESS) else None
        before += "{}"
    return ADDRESS if "://" in before else start


def _display(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    inner = [n for n in node.named_children if n.type != "comment"]
    kinds = [read(reader, n, env, scope) for n in inner]
    if node.type in ("tuple", "expression_list"):
        return Type("tuple", tuple(kinds))
    unpacked = [element(k) if n.type == "list_splat" else k for n, k in zip(inner, kinds, strict=True)]
    if any(k is None or k in (LOCAL, ADDRESS) for k in unpacked):
        # Beside texts, as in the command of a process, a file is its path.
        for index, kind in enumerate(unpacked):
            if kind is not None and kind.name in ("file", "dir") and inner[index].type != "list_splat":
                files.path(reader, inner[index], inner[index], kind, scope)
                unpacked[index] = LOCAL
    if not unpacked:
        return Type("list")
    found = unpacked[0]
    for kind in unpacked[1:]:
        found = either(found, kind)
    return Type("list", (found,))


def _dictionary(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    found: Type | None = None
    first = True
    for child in node.named_children:
        if child.type == "pair":
            key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
            if key is not None and holds(reader.source, read(reader, key, env, scope)):
                reader.record.refuse(key, UNKNOWN.format(text(key)))
            kind = read(reader, value, env, scope) if value is not None else None
        elif child.type == "dictionary_splat":
            inner = read(reader, child.named_children[0], env, scope)
            kind = inner.items[0] if inner is not None and inner.name == "dict" and inner.items else None
        else:
            continue
        found = kind if first else either(found, kind)
        first = False
    return Type("dict", () if first else (found,))


def _comprehension(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    own = dict(env)
    inside = _inside(scope, waits=node.type != "generator_expression")
    for child in node.named_children[1:]:
        if child.type == "for_in_clause":
            left, right = child.child_by_field_name("left"), child.child_by_field_name("right")
            if left is not None and right is not None:
                reader.bind(left, element(read(reader, right, own, scope)), own, inside)
        elif child.type == "if_clause":
            for part in child.named_children:
                read(reader, part, own, inside)
    body = node.child_by_field_name("body")
    if body is None:
        return None
    if body.type == "pair":
        key, value = body.child_by_field_name("key"), body.child_by_field_name("value")
        if key is not None:
            read(reader, key, own, inside)
        return Type("dict", (read(reader, value, own, inside) if value is not None else None,))
    return Type("list", (read(reader, body, own, inside),))


def _binary(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return None
    first, second = read(reader, left, env, scope), read(reader, right, env, scope)
    operator = text(node.child_by_field_name("operator"))
    if operator == ">>":
        return second
    if first is not None and first.name == "dir" and operator == "/":
        return files.divided(reader, node, left, first, scope)
    if operator == "%" and left.type in ("string", "concatenated_string"):
        for part in walk(right):
            kind = reader.types.get((part.start_byte, part.end_byte))
            if kind is not None and kind.name in ("file", "dir"):
                files.formatted(reader, node, part, kind, scope)
                break
        return first
    if operator == "+" and first is not None and first.name == "list":
        return either(first, second)
    for part, kind in ((left, first), (right, second)):
        if holds(reader.source, kind):
            reader.record.refuse(part, UNKNOWN.format(text(part)))
    if operator == "/" and second == LOCAL and first is None:
        return None
    return first if first in (LOCAL, ADDRESS) else None


def _comparison(reader: Reader, node: Node, env: Env, scope: Scope) -> Type | None:
    operators = {text(c) for c in node.children if not c.is_named}
    for child in node.named_children:
        kind = read(reader, child, env, scope)
        if kind is not None and kind.name in (*FLYTE, "mixed") and not operators <= {"is", "is not", "not"}:
            if not any(n.type == "none" for n in node.named_children):
                reader.record.refuse(child, EQUAL)
        elif "in" in operators and kind is not None and kind.name == "list" and holds(reader.source, kind):
            reader.record.refuse(child, EQUAL)
    return None


def dotted(reader: Reader, node: Node) -> str:
    """The dotted name of what an expression names: an import, or a builtin."""
    value = reader.draft.model.value(node)
    if isinstance(value, Symbol):
        return value.name
    return text(node) if node.type == "identifier" and value is None else ""
