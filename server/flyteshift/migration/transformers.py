"""`TypeTransformer`s: the conversions become `async` and lose `ctx`, literals are the messages of `flyteidl2`.

What is rewritten: a transformer of one of the module's own classes that makes literals of scalars, reads fields of the
literal that it gets, and moves files by `ctx.file_access`. Everything else in it is refused. Files lie where Flyte 1
had them: a folder is uploaded with what is in it (measured with flytekit 1.16 and flyte 2.12).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from tree_sitter import Node

from flyteshift.migration import local_paths
from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.scopes import is_load
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.values import Class, Symbol
from flyteshift.text import Edit, Span

BASE = "flytekit.extend.TypeTransformer"
ASYNC = "flytekit.core.type_engine.AsyncTypeTransformer"
ENGINE = "flytekit.extend.TypeEngine"
CONTEXT = "flytekit.FlyteContext"
INSIDE = "`{0}` is rewritten inside of a `TypeTransformer` of this module only; write the message of `flyteidl2` here."
FIELD = "flyteshift knows no form of `{0}` in the messages of Flyte 2; an unset field is no None there."
USE = "flyteshift knows no form for this use of `{0}` in a transformer of Flyte 2."
METHOD = "`{0}` of a transformer gets messages of `flyteidl2` in Flyte 2; rewrite it by hand."
SHAPE = "flyteshift rewrites a transformer that says `super().__init__(name=..., t=...)` of a class of this module."
REGISTER = "flyteshift rewrites `TypeEngine.register(...)` of a transformer of this module only."
REMOTE = "Let what takes this path, an upload to it, follow in the next statement; Flyte 2 names the place itself."

_LITERALS, _TYPES = "flyteidl2.core.literals_pb2", "flyteidl2.core.types_pb2"
_MESSAGES: Mapping[str, tuple[str, frozenset[str]]] = {
    "flytekit.Literal": (_LITERALS, frozenset({"scalar"})),
    "flytekit.Scalar": (_LITERALS, frozenset({"primitive", "blob", "binary", "generic"})),
    "flytekit.Blob": (_LITERALS, frozenset({"uri", "metadata"})),
    "flytekit.BlobMetadata": (_LITERALS, frozenset({"type"})),
    "flytekit.models.literals.Primitive": (
        _LITERALS,
        frozenset({"integer", "float_value", "string_value", "boolean"}),
    ),
    "flytekit.models.literals.Binary": (_LITERALS, frozenset({"value", "tag"})),
    "flytekit.LiteralType": (_TYPES, frozenset({"simple", "blob"})),
    "flytekit.BlobType": (_TYPES, frozenset({"format", "dimensionality"})),
    "flytekit.models.types.SimpleType": (_TYPES, frozenset()),
}
"""The modules of the messages, and the fields that are given alike."""
_READ = frozenset({
    "scalar.blob.uri", "scalar.blob.metadata.type.format", "scalar.primitive.integer", "scalar.primitive.float_value",
    "scalar.primitive.string_value", "scalar.primitive.boolean", "scalar.binary.value", "scalar.binary.tag",
    "scalar.generic",
})  # fmt: skip
"""What is read of a literal alike."""
_BASES = re.compile(r"Enum|Flag|NamedTuple|BaseModel")
_CONVERSIONS = {
    "to_literal": "to_literal", "to_python_value": "to_python_value",
    "async_to_literal": "to_literal", "async_to_python_value": "to_python_value",
}  # fmt: skip
_PLAIN = frozenset({"__init__", "get_literal_type", "assert_type"})
_ASKED = frozenset({"guess_python_type", "to_html", "from_binary_idl", "from_generic_idl", "isinstance_generic",
                    "schema_match", "dict_to_flyte"})  # fmt: skip
_TESTS = frozenset({"comparison_operator", "boolean_operator", "not_operator", "if_statement", "elif_clause",
                    "conditional_expression", "assert_statement", "while_statement"})  # fmt: skip
_SCOPES = frozenset({"lambda", "list_comprehension", "set_comprehension", "dictionary_comprehension",
                     "generator_expression"})  # fmt: skip
_PLACES = {"get_random_remote_path": False, "get_random_remote_directory": True}
_UPLOADS = {"upload": False, "put_data": False, "upload_directory": True}
_DOWNLOADS = {"download": False, "get_data": False, "download_directory": True}


def read(draft: Draft) -> list[Edit]:
    """The edits of a module's transformers beside the names of Flyte 1 in them, which handlers rewrite."""
    found: list[Edit] = []
    for definition in _transformers(draft):
        before = len(draft.obstacles)
        made = [*_class(draft, definition)]
        found += made if len(draft.obstacles) == before else []
    return found


def _transformers(draft: Draft) -> Iterator[Node]:
    if "TypeTransformer" not in draft.document.text:
        return
    for node in draft.document.tree.root_node.children:
        if node.type == "class_definition" and _base(draft, node) is not None:
            yield node


def _base(draft: Draft, definition: Node) -> Node | None:
    """The name of Flyte 1's base class, where that is all that a class extends."""
    bases = definition.child_by_field_name("superclasses")
    if bases is None or len(bases.named_children) != 1:
        return None
    base = bases.named_children[0]
    name = base.child_by_field_name("value") if base.type == "subscript" else base
    return name if name is not None and draft.symbol(name) in (BASE, ASYNC) else None


def _class(draft: Draft, definition: Node) -> Iterator[Edit]:
    body = definition.child_by_field_name("body")
    methods = {}
    for node in body.named_children if body is not None else ():
        inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        if inner is not None and inner.type == "function_definition":
            name = text(inner.child_by_field_name("name"))
            methods[name] = inner
            if name in _ASKED or (node != inner and name in {*_CONVERSIONS, *_PLAIN}):
                draft.refuse(inner, METHOD.format(name), BASE)
    if not _is_plain(draft, methods.get("__init__")):
        draft.refuse(definition, SHAPE, BASE)
        return
    for node in _uses(draft, definition):
        draft.refuse(node, USE.format(text(node)), BASE)
    for name, method in methods.items():
        if name in _CONVERSIONS:
            yield from _conversion(draft, method, name)


def _uses(draft: Draft, definition: Node) -> Iterator[Node]:
    """The uses of a transformer beside that it is registered, and the calls of conversions by code of the module."""
    name = text(_name(definition))
    for node in draft.document.identifiers(name):
        call = node.parent
        made = call is not None and call.type == "call" and call.child_by_field_name("function") == node
        around = call.parent.parent if made and call is not None and call.parent is not None else None
        registered = text(around.child_by_field_name("function")).endswith(".register") if around is not None else False
        above = call.parent if call is not None else None
        parent = text(above.child_by_field_name("function")) == "super" if above is not None else False
        if not registered and not parent and call != definition:
            yield node
    for node in draft.document.nodes("attribute"):
        if text(node.child_by_field_name("attribute")) in _CONVERSIONS:
            yield node


def _is_plain(draft: Draft, method: Node | None) -> bool:
    """True for an `__init__` that tells its base the name and a class of this module, one that is no enum or tuple."""
    calls = [n for n in walk(method) if n.type == "call"] if method is not None else []
    made = [n for n in calls if text(n.child_by_field_name("function")).endswith(").__init__")]
    if len(made) != 1:
        return False
    given = {g.name or ("name", "t", "enable_type_assertions", "*")[min(i, 3)]: g.value
             for i, g in enumerate(arguments(draft, made[0]))}  # fmt: skip
    if given.keys() - {"name", "t", "enable_type_assertions"} or "t" not in given:
        return False
    return _is_own_class(draft, given["t"])


def _is_own_class(draft: Draft, node: Node) -> bool:
    """True for a class of the project that Flyte 2 has no transformer for: neither an enum nor a NamedTuple."""
    value, model = draft.model.value(node), draft.model
    if isinstance(value, Symbol) and draft.outside is not None:
        found = draft.outside.project.find(draft.outside.path, value.name)
        there = draft.outside.project.model(found.path) if found is not None else None
        value, model = (found.value, there) if found is not None and there is not None else (None, model)
    statement = model.binding(value.name) if isinstance(value, Class) and not value.named else None
    code = model.document.text[slice(*statement.span)] if statement is not None else ""
    return statement is not None and _BASES.search(code.partition(":")[0]) is None


def _conversion(draft: Draft, method: Node, name: str) -> Iterator[Edit]:
    """The edits of a conversion: `async`, without `ctx`, which its body only moves files by."""
    document = draft.document
    holder = method.child_by_field_name("parameters")
    parameters = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
    order = ("python_val", "python_type", "expected") if _CONVERSIONS[name] == "to_literal" else ("lv", "type")
    names = [text(n.named_children[0] if n.named_children else n) for n in parameters]
    if len(names) != len(order) + 2 or any(text(n).startswith("*") for n in parameters):
        draft.refuse(method, METHOD.format(name), BASE)
        return
    if not text(method).startswith("async"):
        start = document.span(method).start
        yield Edit(Span(start, start), "async ")
    if name != _CONVERSIONS[name]:
        yield Edit(document.span(_name(method)), _CONVERSIONS[name])
    draft.claim_within(parameters[1])
    yield Edit(Span(document.span(parameters[1]).start, document.span(parameters[2]).start), "")
    body = method.child_by_field_name("body")
    for node in walk(body) if body is not None else ():
        if node.type != "identifier" or not is_load(node):
            continue
        if text(node) == names[1]:
            yield from _files(draft, method, node)
        elif text(node) == names[-1] and order[-1] == "expected":
            draft.refuse(node, USE.format(text(node)), BASE)
        elif text(node) == names[2] and order[0] == "lv" and not _is_read(node):
            draft.refuse(node, FIELD.format(text(node)), BASE)


def _name(method: Node) -> Node:
    name = method.child_by_field_name("name")
    assert name is not None
    return name


def _is_read(literal: Node) -> bool:
    """True where a literal is read down to a field that is the same, and not asked whether that is there."""
    node, chain = literal, []
    while node.parent is not None and node.parent.type == "attribute":
        node = node.parent
        chain.append(text(node.child_by_field_name("attribute")))
    above = node.parent
    asked = above is not None and above.type in _TESTS
    if above is not None and above.type == "comparison_operator":
        asked = any(n.type == "none" for n in above.named_children)
    return ".".join(chain) in _READ and not asked


def _files(draft: Draft, method: Node, ctx: Node) -> Iterator[Edit]:
    """The edits of one use of the context: `ctx.file_access.<function>(...)`."""
    access = ctx.parent
    function = access.parent if access is not None and access.type == "attribute" else None
    call = function.parent if function is not None and function.type == "attribute" else None
    called = call is not None and call.type == "call" and call.child_by_field_name("function") == function
    around = ctx.parent
    while around is not None and around.type not in ("function_definition", *_SCOPES):
        around = around.parent
    if not called or call is None or function is None or access is None or around != method:
        draft.refuse(ctx, USE.format(text(ctx)), CONTEXT)
        return
    verb = text(function.child_by_field_name("attribute"))
    given = arguments(draft, call)
    values = {g.name or str(i): g.value for i, g in enumerate(given)}
    draft.claim_within(function)
    made: str | None = None
    if text(access.child_by_field_name("attribute")) != "file_access" or any(draft.uses(g.value) for g in given):
        made = None
    elif verb in local_paths.FUNCTIONS and [*values] == ["0"][: min(len(values), local_paths.FUNCTIONS[verb])]:
        made = f"str(flyte.storage.{verb}({', '.join(text(g.value) for g in given)}))"
    elif verb in _DOWNLOADS:
        made = _download(verb, values)
    elif verb in _PLACES:
        yield from _upload(draft, call, _PLACES[verb], values)
        return
    elif verb in _UPLOADS and _is_paired(call):
        return
    if made is None:
        draft.refuse(call, USE.format(text(function)), CONTEXT)
        return
    draft.imports.add("import flyte.io" if "flyte.io" in made else "import flyte.storage")
    yield Edit(draft.document.span(call), made)


def _download(verb: str, values: Mapping[str, Node]) -> str | None:
    """A download; of a folder by `Dir`, which puts what is in it into the folder that is named."""
    many = _DOWNLOADS[verb] or text(values.get("is_multipart")) == "True"
    remote, local = values.get("0") or values.get("remote_path"), values.get("1") or values.get("local_path")
    if remote is None or local is None or not _are(values, ("remote_path", "local_path")):
        return None
    if many:
        return f"await flyte.io.Dir(path={text(remote)}).download({text(local)})"
    return f"await flyte.storage.get({text(remote)}, {text(local)})"


def _upload(draft: Draft, place: Node, many: bool, values: Mapping[str, Node]) -> Iterator[Edit]:
    """`remote = ...get_random_remote_path()` and the upload to it: `remote = await flyte.storage.put(local)`."""
    statement, upload = _statement(place), _paired(place)
    if statement is None or upload is None:
        draft.refuse(place, REMOTE, CONTEXT)
        return
    given = {g.name or str(i): g.value for i, g in enumerate(arguments(draft, upload))}
    keys = ("file_path" if "file_path" in given else "local_path", "to_path" if "to_path" in given else "remote_path")
    local = given.get("0") or given.get(keys[0])
    verb = text(upload.child_by_field_name("function")).rpartition(".")[2]
    folder = _UPLOADS[verb] or text(given.get("is_multipart")) == "True"
    named = not values or (local is not None and [text(v) for v in values.values()] == [text(local)])
    if local is None or not _are(given, keys) or not named or (many and not folder) or draft.uses(local):
        draft.refuse(place, REMOTE, CONTEXT)
        return
    path = text(local) if local.type == "string" or text(local).startswith("str(") else f"str({text(local)})"
    after = _statement(upload)
    assert after is not None
    lines = draft.document.lines
    row, last = (lines.line_of(at) for at in draft.document.span(after))
    draft.imports.add("import flyte.storage")
    yield Edit(draft.document.span(place), f"await flyte.storage.put({path}{', recursive=True' if folder else ''})")
    yield Edit(Span(lines.starts[row] - len(lines.newline_at(row - 1)), lines.end_of(last)), "")


def _are(values: Mapping[str, Node], names: Collection[str]) -> bool:
    return values.keys() <= {"0", "1", *names, "is_multipart"}


def _statement(call: Node) -> Node | None:
    """The statement that a call is all of, or that assigns it to one name."""
    above = call.parent
    if above is not None and above.type == "assignment" and above.child_by_field_name("right") == call:
        left = above.child_by_field_name("left")
        above = above.parent if left is not None and left.type == "identifier" else None
    return above if above is not None and above.type == "expression_statement" else None


def _paired(place: Node) -> Node | None:
    """The upload in the next statement that goes to a place which one has got."""
    statement = _statement(place)
    following = statement.next_named_sibling if statement is not None else None
    left = place.parent.child_by_field_name("left") if place.parent is not None else None
    upload = following.named_children[0] if following is not None and following.named_children else None
    if left is None or following is None or upload is None or upload.type != "call":
        return None
    verb = text(upload.child_by_field_name("function")).rpartition(".")[2]
    holder = upload.child_by_field_name("arguments")
    goes = [text(n).rpartition("=")[2].strip() for n in (holder.named_children if holder is not None else ())]
    alone = following.type == "expression_statement" and following.start_point.row > place.end_point.row
    return upload if verb in _UPLOADS and alone and len(goes) > 1 and goes[1] == text(left) else None


def _is_paired(upload: Node) -> bool:
    """True for an upload that is written with the place before it."""
    statement = _statement(upload)
    before = statement.prev_named_sibling if statement is not None else None
    inner = before.named_children[0] if before is not None and before.named_children else None
    place = inner.child_by_field_name("right") if inner is not None and inner.type == "assignment" else None
    verb = text(place.child_by_field_name("function")).rpartition(".")[2] if place is not None else ""
    return place is not None and verb in _PLACES and _paired(place) == upload


def _inside(draft: Draft, node: Node) -> bool:
    above = node.parent
    while above is not None and above.type != "class_definition":
        above = above.parent
    return above is not None and _base(draft, above) is not None


def _message(draft: Draft, node: Node) -> str | None:
    """A name of a message: where it annotates, is called with known fields, or its enum is read."""
    symbol = draft.symbol(node) or ""
    module, fields = _MESSAGES[symbol]
    name = symbol.rpartition(".")[2]
    draft.claim(node)
    if not _inside(draft, node) or text(node) != name:
        draft.refuse(node, INSIDE.format(text(node)), symbol)
        return None
    above = node.parent
    if above is not None and above.type == "call" and above.child_by_field_name("function") == node:
        for given in arguments(draft, above):
            if given.name not in fields:
                draft.refuse(given.node, FIELD.format(f"{name}({text(given.node)})"), symbol)
    elif above is not None and above.type == "attribute":
        if name != "SimpleType" and text(above) != "BlobType.BlobDimensionality":
            draft.refuse(above, USE.format(text(above)), symbol)
    elif above is None or not _annotates(node):
        draft.refuse(node, USE.format(name), symbol)
    draft.imports.add(f"from {module} import {name}")
    return name


def _annotates(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type in ("generic_type", "type_parameter", "subscript", "binary_operator"):
        above = above.parent
    return above is not None and above.type == "type"


def _extended(draft: Draft, node: Node) -> str | None:
    above = node.parent
    while above is not None and above.type in ("subscript", "argument_list"):
        above = above.parent
    draft.claim(node)
    if above is None or above.type != "class_definition" or _base(draft, above) != node:
        draft.refuse(node, USE.format(text(node)), BASE)
        return None
    draft.imports.add("from flyte.types import TypeTransformer")
    return "TypeTransformer"


def _registers(draft: Draft, node: Node) -> str | None:
    """`TypeEngine` of `TypeEngine.register(X())`."""
    call = node.parent.parent if node.parent is not None else None
    given = arguments(draft, call) if call is not None and call.type == "call" else []
    made = given[0].value if len(given) == 1 and not given[0].name else None
    known = {text(_name(n)) for n in _transformers(draft)}
    plain = made is not None and made.type == "call" and text(made.child_by_field_name("function")) in known
    draft.claim(node)
    if text(node.parent) != f"{text(node)}.register" or not plain:
        draft.refuse(node, REGISTER, ENGINE)
        return None
    draft.imports.add("from flyte.types import TypeEngine")
    return "TypeEngine"


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(_MESSAGES, _message),
    **dict.fromkeys((BASE, ASYNC), _extended),
    ENGINE: _registers,
}
