"""What a value holds, as annotations say: files, folders, frames, and containers of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from tree_sitter import Node

from flyteshift.migration.foreign import Outside
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Class, Symbol


@dataclass(frozen=True)
class Type:
    """What a value holds.

    `file`, `dir`, `frame` are Flyte's; `list`, `dict` (of what `items` says), `tuple` and `class` may contain them.
    `local` is a path on this disk, `address` one with a scheme, `pandas` a pandas frame, `opened` a frame that is
    opened, `none` is None, `mixed` one of several of which one is Flyte's (those of `items`, where they are known),
    `partial` a task with arguments bound, `other` nothing of interest.
    """

    name: str
    items: tuple[Type | None, ...] = ()
    optional: bool = False
    detail: str = ""
    """The name of a class, how a file was made (`new`, `made`), what a frame was (`schema`), what opened it."""
    path: Path | None = None
    """The file of a class of another module."""


FILE, DIR, FRAME = Type("file"), Type("dir"), Type("frame")
LOCAL, ADDRESS, PANDAS, NONE, MIXED = Type("local"), Type("address"), Type("pandas"), Type("none"), Type("mixed")
FLYTE = frozenset({"file", "dir", "frame"})

_FILES = "flytekit.types.file."
_DIRS = "flytekit.types.directory."
_NAMED = {
    "flytekit.FlyteFile": FILE,
    "flytekit.FlyteDirectory": DIR,
    "flytekit.StructuredDataset": FRAME,
    "flytekit.types.schema.FlyteSchema": Type("frame", detail="schema"),
    **{
        f"{_FILES}{name}": FILE
        for name in (
            "HDF5EncodedFile", "HTMLPage", "JoblibSerializedFile", "JPEGImageFile", "PDFFile", "PNGImageFile",
            "PythonPickledFile", "PythonNotebook", "SVGImageFile", "CSVFile", "ONNXFile", "TFRecordFile", "JSONLFile",
        )
    },
    f"{_DIRS}TensorboardLogs": DIR,
    f"{_DIRS}TFRecordsDirectory": DIR,
}  # fmt: skip
"""The Flyte 1 names of what a value can be."""
_OTHERS = {"pandas.DataFrame": PANDAS, "pandas.core.frame.DataFrame": PANDAS, "pathlib.Path": LOCAL}
_LISTS = frozenset(["List", "list", "Sequence", "Iterable", "Iterator", "Collection", "Set", "set", "FrozenSet",
                    "frozenset", "Generator", "MutableSequence", "deque"])  # fmt: skip
_DICTS = frozenset(["Dict", "dict", "Mapping", "MutableMapping", "OrderedDict", "DefaultDict", "defaultdict"])


def flyte1(symbol: str | None) -> Type | None:
    """What values of a Flyte 1 type are; None for other names."""
    return _NAMED.get(symbol or "")


@dataclass(frozen=True)
class Source:
    """The module that an annotation stands in."""

    model: Model
    outside: Outside | None = None
    path: Path | None = None
    """None for the module that is migrated."""
    attributes: Mapping[tuple[str, str], Type | None] = field(default_factory=dict, compare=False)
    """What the methods of the module's classes keep in `self`, by class and name, as far as it is known."""

    def tops(self) -> list[Node]:
        """The module's definitions, without decorators, and other statements."""
        return _tops(self.model)

    def at(self, path: Path) -> Source | None:
        """Another file of the project."""
        model = self.outside.project.model(path) if self.outside is not None else None
        return Source(model, Outside(path, self.outside.project), path) if model and self.outside else None


def annotated(source: Source, node: Node | None, depth: int = 0) -> Type | None:
    """What values of an annotated type hold; None where that is nothing of interest."""
    if node is None or depth > 12:
        return None
    if node.type == "type":
        return annotated(source, node.named_children[0] if node.named_children else None, depth)
    if node.type == "none":
        return NONE
    if node.type == "string":
        return _quoted(source, text(node).strip("\"'"))
    if node.type in ("identifier", "attribute"):
        return _named(source, node, depth)
    if node.type in ("tuple", "parenthesized_expression"):
        inner = tuple(annotated(source, n, depth + 1) for n in node.named_children)
        return Type("tuple", inner) if node.type == "tuple" else inner[0]
    if node.type in ("binary_operator", "union_type"):
        return _union([_option(source, n, depth) for n in node.named_children])
    if node.type in ("generic_type", "subscript"):
        head, arguments = parts(node)
        known = annotated(source, head, depth + 1)
        if known is not None and known.name in FLYTE:
            return known
        name = text(head).rpartition(".")[2]
        if name == "Annotated" and arguments:
            return annotated(source, arguments[0], depth + 1)
        if name == "Union":
            return _union([_option(source, n, depth) for n in arguments])
        inner = tuple(annotated(source, n, depth + 1) for n in arguments)
        return _generic(name, inner, arguments)
    return None


def _option(source: Source, node: Node, depth: int) -> Type:
    """One of the types of a union."""
    return annotated(source, node, depth + 1) or Type("other", detail=text(node))


def _quoted(source: Source, annotation: str) -> Type | None:
    """What an annotation in quotes says, where it names a class of the module."""
    if class_of(source, annotation) is not None:
        return Type("class", detail=annotation, path=source.path)
    head, _, rest = annotation.rstrip("]").partition("[")
    inner = _quoted(source, rest) if rest and "," not in rest else None
    return _generic(head.rpartition(".")[2], (inner,), []) if inner is not None else None


def parts(node: Node) -> tuple[Node, list[Node]]:
    """The head and the arguments of `Head[a, b]`."""
    if node.type == "generic_type":
        return node.named_children[0], [n for n in node.named_children[1].named_children if n.type != "comment"]
    return node.named_children[0], [n for n in node.named_children[1:] if n.type != "comment"]


def _generic(name: str, inner: tuple[Type | None, ...], arguments: list[Node]) -> Type | None:
    if name == "Optional" and inner:
        return _union([inner[0], NONE])
    if name in _LISTS and inner:
        return Type("list", inner[:1])
    if name in _DICTS and len(inner) == 2:
        return Type("dict", (inner[1],))
    if name in ("Tuple", "tuple"):
        if len(arguments) == 2 and text(arguments[1]) == "...":
            return Type("list", inner[:1])
        return Type("tuple", inner)
    return None


def _union(options: list[Type | None]) -> Type | None:
    """One of several: optional where one is None."""
    rest = [o for o in options if o != NONE]
    only = rest[0] if len(rest) == 1 and len(options) == 2 else None
    if only is not None:
        return optional(only) if only.name != "other" else None
    return Type("mixed", tuple(options)) if any(o is not None and o.name in FLYTE for o in rest) else None


def optional(kind: Type) -> Type:
    """The same, or None."""
    return Type(kind.name, kind.items, True, kind.detail, kind.path)


def certain(kind: Type) -> Type:
    """The same, not None."""
    return Type(kind.name, kind.items, False, kind.detail, kind.path)


def _named(source: Source, node: Node, depth: int) -> Type | None:
    value = source.model.value(node)
    if isinstance(value, Class):
        return Type("class", detail=value.name or text(node), path=source.path)
    if isinstance(value, Symbol):
        role = source.model.names.role(value.name)
        if role in _NAMED or role in _OTHERS:
            return _NAMED.get(role) or _OTHERS.get(role)
        found = source.outside.project.find(source.outside.path, value.name) if source.outside is not None else None
        other = source.at(found.path) if found is not None else None
        if found is not None and other is not None:
            if isinstance(found.value, Class) or class_of(other, found.name) is not None:
                return Type("class", detail=found.name, path=found.path)
            return annotated(other, _alias(other, found.name), depth + 1)
        if role.startswith(("flytekit", "union")):
            return None
    if node.type == "identifier":
        return annotated(source, _alias(source, text(node)), depth + 1)
    return None


def _alias(source: Source, name: str) -> Node | None:
    """What a module-level variable is assigned, where that is once."""
    found = assigned(source.model).get(name, ())
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=16)
def _tops(model: Model) -> list[Node]:
    return [node.child_by_field_name("definition") or node for node in model.document.tree.root_node.children]


@lru_cache(maxsize=16)
def assigned(model: Model) -> dict[str, list[Node | None]]:
    """What is assigned to each variable at the top level of a module."""
    found: dict[str, list[Node | None]] = {}
    for node in _tops(model):
        inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
        if inner is not None and inner.type == "assignment":
            left = text(inner.child_by_field_name("left"))
            found.setdefault(left, []).append(inner.child_by_field_name("right"))
    return found


@lru_cache(maxsize=32)
def definitions(model: Model, kind: str) -> dict[str, Node]:
    """The functions (`function_definition`) or classes at the top level of a module, the first of each name."""
    found: dict[str, Node] = {}
    for node in _tops(model):
        if node.type == kind:
            found.setdefault(text(node.child_by_field_name("name")), node)
    return found


def class_of(source: Source, name: str) -> Node | None:
    """The class of a module that has a name."""
    return definitions(source.model, "class_definition").get(name)


def method(source: Source, kind: Type, name: str, depth: int = 0) -> tuple[Source, Node] | None:
    """The method of a class of the project, or of one that it extends, with the module that it stands in."""
    at = source if kind.path == source.path or kind.path is None else source.at(kind.path)
    definition = class_of(at, kind.detail) if at is not None else None
    if at is None or definition is None or depth > 6:
        return None
    body = definition.child_by_field_name("body")
    for line in body.named_children if body is not None else ():
        inner = line.child_by_field_name("definition") or line
        if inner.type == "function_definition" and text(inner.child_by_field_name("name")) == name:
            return at, inner
    bases = definition.child_by_field_name("superclasses")
    for base in bases.named_children if bases is not None else ():
        above = annotated(at, base)
        found = method(at, above, name, depth + 1) if above is not None and above.name == "class" else None
        if found is not None:
            return found
    return None


def fields(source: Source, kind: Type) -> dict[str, Type | None]:
    """The fields of a class and what they hold, in their order; those of its bases first."""
    return {name: annotated(at, annotation) for name, (at, annotation) in _annotations(source, kind).items()}


def kept(source: Source, kind: Type) -> dict[str, Type | None]:
    """What the objects of a class of the module keep in attributes that are no fields."""
    return {n: k for (c, n), k in source.attributes.items() if c == kind.detail} if kind.path is None else {}


def keeps(source: Source, kind: Type) -> bool:
    """True for a class of the module without fields and relatives: what its objects hold shows where code sets it."""
    if kind.path is not None or _annotations(source, kind):
        return False
    classes = [n for n in source.tops() if n.type == "class_definition"]
    own = class_of(source, kind.detail)
    bases = own.child_by_field_name("superclasses") if own is not None else None
    inherited = any(kind.detail in text(c.child_by_field_name("superclasses")) for c in classes)
    alone = text(bases) in ("", "()", "(object)") and not inherited
    return own is not None and alone and handles(source, own)


def handles(source: Source, definition: Node) -> bool:
    """True for a class whose methods say that they take, give or keep something of Flyte's."""
    for node in walk(definition):
        said = [node.child_by_field_name("type"), node.child_by_field_name("return_type")]
        left = node.child_by_field_name("left") if node.type == "assignment" else None
        if left is not None and left.type == "attribute":
            said += [n for n in walk(node) if n.type == "identifier"]
        if any(holds(source, annotated(source, n)) for n in said if n is not None):
            return True
    return False


def is_named(source: Source, kind: Type) -> bool:
    """True for a NamedTuple, which may be given as a plain tuple; also for a class that is not seen."""
    at = source if kind.path == source.path or kind.path is None else source.at(kind.path)
    definition = class_of(at, kind.detail) if at is not None else None
    return definition is None or "NamedTuple" in text(definition.child_by_field_name("superclasses"))


def field_annotation(source: Source, kind: Type | None, name: str) -> str:
    """The text of a field's annotation; empty where the class or the field is not known."""
    known = _annotations(source, kind).get(name) if kind is not None and kind.name == "class" else None
    return text(known[1]) if known is not None else ""


def _annotations(source: Source, kind: Type, depth: int = 0) -> dict[str, tuple[Source, Node | None]]:
    """The annotations of the fields of a class, each with the module that it stands in."""
    at = source if kind.path == source.path or kind.path is None else source.at(kind.path)
    if at is None or depth > 6:
        return {}
    definition = class_of(at, kind.detail)
    if definition is None:
        made = _alias(at, kind.detail) if depth == 0 else None
        return {n: (at, a) for n, a in _made(made).items()} if made is not None and made.type == "call" else {}
    found: dict[str, tuple[Source, Node | None]] = {}
    bases = definition.child_by_field_name("superclasses")
    for base in bases.named_children if bases is not None else ():
        above = annotated(at, base)
        if above is not None and above.name == "class":
            found |= _annotations(at, above, depth + 1)
    body = definition.child_by_field_name("body")
    for line in body.named_children if body is not None else ():
        inner = line.named_children[0] if line.type == "expression_statement" and line.named_children else line
        annotation = inner.child_by_field_name("type") if inner.type == "assignment" else None
        if annotation is not None and not text(annotation).startswith(("ClassVar", "typing.ClassVar")):
            found[text(inner.child_by_field_name("left"))] = (at, annotation)
    return found


def _made(call: Node) -> dict[str, Node | None]:
    """The annotations of the fields of `NamedTuple("N", a=int)` and `NamedTuple("N", [("a", int)])`."""
    holder = call.child_by_field_name("arguments")
    if not text(call.child_by_field_name("function")).endswith("NamedTuple") or holder is None:
        return {}
    given = [n for n in holder.named_children if n.type != "comment"][1:]
    if len(given) == 1 and given[0].type in ("list", "tuple"):
        pairs = [n.named_children for n in given[0].named_children if n.type == "tuple"]
        return {text(p[0]).strip("\"'"): p[1] for p in pairs if len(p) == 2}
    named = [n for n in given if n.type == "keyword_argument"]
    return {text(n.child_by_field_name("name")): n.child_by_field_name("value") for n in named}


def holds(source: Source, kind: Type | None, seen: frozenset[str] = frozenset()) -> bool:
    """True where a value is, or contains, something of Flyte's."""
    if kind is None:
        return False
    if kind.name in (*FLYTE, "mixed", "opened"):
        return True
    if kind.name == "class" and kind.detail not in seen:
        inside = [*fields(source, kind).values(), *kept(source, kind).values()]
        return any(holds(source, f, seen | {kind.detail}) for f in inside)
    return any(holds(source, item, seen) for item in kind.items)


def either(one: Type | None, other: Type | None) -> Type | None:
    """What a variable holds that two ways through the code have set."""
    if one == other:
        return one
    if one is None or other is None:
        known = one or other
        return MIXED if known is not None and known.name in (*FLYTE, "mixed", "opened") else None
    if one == NONE or other == NONE:
        return optional(one if other == NONE else other)
    if certain(one) == certain(other):
        return optional(one)
    if one.name == other.name and one.name in FLYTE:
        return Type(one.name, (), one.optional or other.optional)
    if one.name == other.name and one.name in ("list", "dict") and len(one.items) == len(other.items) == 1:
        return Type(one.name, (either(one.items[0], other.items[0]),))
    if one.name == other.name and one.name in ("list", "dict"):
        return one if one.items else other
    return MIXED if {one.name, other.name} & (FLYTE | {"mixed", "opened"}) else None
