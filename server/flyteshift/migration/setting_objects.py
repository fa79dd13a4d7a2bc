"""Images, resources, secrets and the like where code names their class in a signature, reads a field, or copies one.

Their Flyte 2 classes have other fields and methods, so what is no field of both is renamed or refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.foreign import Outside
from flyteshift.migration.trees import text
from flyteshift.semantics.evaluate import interesting
from flyteshift.semantics.model import Model, build
from flyteshift.semantics.values import Function, Instance, Symbol, Value
from flyteshift.text import Edit
from flyteshift.workspace.project import Defined, Project

CLASSES = {
    "flytekit.ImageSpec": "flyte.Image",
    "flytekit.Resources": "flyte.Resources",
    "flytekit.Secret": "flyte.Secret",
    "flytekit.Cache": "flyte.Cache",
    "flytekit.PodTemplate": "flyte.PodTemplate",
}
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "flytekit.ImageSpec": {"name": "name", "registry": "registry"},
    "flytekit.Resources": {"cpu": "cpu", "mem": "memory", "ephemeral_storage": "disk"},
    "flytekit.Secret": {"key": "key", "group": "group"},
    "flytekit.Cache": {},
    "flytekit.PodTemplate": {
        n: n for n in ("pod_spec", "primary_container_name", "labels", "annotations")
    },
}  # fmt: skip
"""The fields that hold the same in Flyte 2, and what they are called there."""
_IMAGE = frozenset(
    {"with_packages", "with_apt_packages", "with_commands", "with_copy", "with_runtime_packages", "force_push"}
)
_COPIES = frozenset({"replace", "asdict", "astuple", "fields", "vars"})
_SETTERS = ("assignment", "augmented_assignment")
_COLLECTIONS = ("dictionary", "list", "tuple", "set", "list_comprehension", "dictionary_comprehension")
_STATEMENTS = frozenset({"expression_statement", "return_statement", "decorator", "block", "module"})
_OWN = frozenset({"self", "cls"})
_PLACES = frozenset({"function_definition", "typed_parameter", "typed_default_parameter", "assignment"})

FIELD = "`{0}` of `{1}` holds something else in Flyte 2, or is gone; read it from a variable of its own, then migrate."
SET = "`{0}` has other fields and cannot be changed in Flyte 2; make another one, then migrate."
COPY = "`{0}` has other fields in Flyte 2, so this copy would not be the same; write it out, then migrate."
FOREIGN = "`{0}` comes from another file, where Flyte 1 made it; add to it there, then migrate."
HIDDEN = (
    "flyteshift cannot see whether `{0}` is a `{1}`, which has no `{2}` in Flyte 2; "
    "read it from a variable of its own, then migrate."
)
UNSEEN = (
    "flyteshift cannot see that `{0}` is an `ImageSpec`; say so where it comes from (`-> ImageSpec`), then migrate."
)


def read(draft: Draft) -> list[Edit]:
    """The edits of fields that have another name in Flyte 2; refuses those that it has no form for, and copies."""
    found: list[Edit] = []
    seen = {r.span for r in draft.references}
    uses_images = any(draft.model.names.role(r.symbol).startswith("flytekit.ImageSpec") for r in draft.references)
    model = draft.model
    if draft.outside is not None:
        model = resolved(model, draft.outside.path, draft.outside.project)
    for node in draft.document.nodes("attribute"):
        of, name = node.child_by_field_name("object"), node.child_by_field_name("attribute")
        if of is None or name is None or draft.span(name) in seen:
            continue
        kind = class_of(model, of)
        if kind and text(name) in _IMAGE:
            draft.refuse(node, FOREIGN.format(text(of)), kind)
        elif kind:
            found += _field(draft, node, kind, text(name))
        elif uses_images and text(name) in _IMAGE and not _is_flyte2(node):
            draft.refuse(node, UNSEEN.format(text(of)), "flytekit.ImageSpec")
    for node, kind in _suspects(model, draft.outside):
        holder, field = (text(node.child_by_field_name(each)) for each in ("object", "attribute"))
        draft.refuse(node, HIDDEN.format(holder, kind.rpartition(".")[2], field), kind)
    for node in draft.document.nodes("call"):
        if kind := _copied(model, node):
            draft.refuse(node, COPY.format(kind.rpartition(".")[2]), kind)
    return found


def _suspects(model: Model, outside: Outside | None) -> list[tuple[Node, str]]:
    """The fields of what may be an object that `class_of` has lost, with the class that has none such in Flyte 2."""
    nodes = [(n, text(n.child_by_field_name("attribute"))) for n in model.document.nodes("attribute")]
    classes = {name: [k for k in CLASSES if _has_lost(model, k, name)] for name in {name for _, name in nodes}}
    nodes = [(n, name) for n, name in nodes if classes[name] and _is_unknown(model, n.child_by_field_name("object"))]
    if not nodes:
        return []
    lost = _lost(model)
    if outside is not None:
        found = {one.path for one in _taken(model, outside.path, outside.project).values()}
        lost |= {k for path in found if (other := outside.project.model(path)) is not None for k in _lost(other)}
    return [(node, kind) for node, name in nodes for kind in classes[name] if kind in lost]


def _is_unknown(model: Model, node: Node | None) -> bool:
    if node is None or text(node) in _OWN:
        return False
    value = model.value(node)
    return value is None or (isinstance(value, Symbol) and not interesting(value))


def _has_lost(model: Model, kind: str, name: str) -> bool:
    return model.names.catalog.param(kind, name) is not None and _FIELDS[kind].get(name) != name


def _lost(model: Model) -> set[str]:
    """The classes of objects that a file puts where `class_of` does not see them: in collections, and results."""
    found = set()
    for node in model.document.nodes(*_COLLECTIONS):
        for item in node.named_children:
            kind = class_of(model, item.child_by_field_name("value") or item if item.type == "pair" else item)
            if kind and not _is_given(model, node):
                found.add(kind)
    for node in model.document.nodes("return_statement"):
        if callees.scope(node).child_by_field_name("return_type") is None and node.named_children:
            found.add(class_of(model, node.named_children[0]))
    return found - {""}


def _is_given(model: Model, collection: Node) -> bool:
    """True for a collection that a call of Flyte takes: `secret_requests=[...]`."""
    place = collection.parent
    while place is not None and place.type not in _STATEMENTS:
        if place.type == "call":
            function = place.child_by_field_name("function")
            value = model.value(function) if function is not None else None
            return isinstance(value, Symbol) and value.name.partition(".")[0] == "flytekit"
        place = place.parent
    return False


def _is_flyte2(method: Node) -> bool:
    """True for a call that Flyte 2 has as well: `with_apt_packages("a", "b")`, `with_commands(["a"])`."""
    call, name = method.parent, text(method.child_by_field_name("attribute"))
    holder = call.child_by_field_name("arguments") if call is not None and call.type == "call" else None
    given = [n.type for n in holder.named_children if n.type != "comment"] if holder is not None else []
    if name == "with_apt_packages":
        return bool(given) and set(given) == {"string"}
    return name == "with_commands" and given == ["list"]


def class_of(model: Model, node: Node) -> str:
    """The Flyte 1 class that an expression is a value of; empty for another thing."""
    value = model.value(node)
    kind = model.names.role(value.of) if isinstance(value, Instance) else ""
    return kind if kind in CLASSES else ""


def held(model: Model, path: Path, project: Project) -> dict[str, Defined]:
    """Such objects, and functions that say they give one, that a file imports from others, by their dotted names."""
    return {each: one for each, one in _taken(model, path, project).items() if _holds(one.value)}


def _taken(model: Model, path: Path, project: Project) -> dict[str, Defined]:
    """All that a file imports from others of the project, or reads of their modules, by its dotted names."""
    dotted = [value.name for name in model.names.events if isinstance(value := model.names.final(name), Symbol)]
    for _, module in project.modules(path, model):
        dotted += [f"{module}.{name}" for name in project.names(path, module)]
    found = {each: project.find(path, each) for each in dotted}
    return {each: one for each, one in found.items() if one is not None}


def resolved(model: Model, path: Path, project: Project) -> Model:
    """The model of a file that knows what `held` tells of."""
    values = {each: found.value for each, found in held(model, path, project).items() if found.value is not None}
    return build(model.document, whole=True, imported=values) if values else model


def strangers(path: Path, project: Project) -> list[Defined]:
    """What a file without Flyte 1 takes of such objects from others, where it uses one as Flyte 1 has it."""
    model = project.model(path)
    if model is None:
        return []
    if _suspects(model, Outside(path, project)):
        return [*_taken(model, path, project).values()]
    taken = held(model, path, project)
    if not taken:
        return []
    known = resolved(model, path, project)
    read = [
        (class_of(known, of), text(node.child_by_field_name("attribute")))
        for node in model.document.nodes("attribute")
        if (of := node.child_by_field_name("object")) is not None
    ]
    other = any(kind and _FIELDS[kind].get(name) != name for kind, name in read)
    return [*taken.values()] if other or any(_copied(known, n) for n in model.document.nodes("call")) else []


def _holds(value: Value | None) -> bool:
    given = value.gives if isinstance(value, Function) else value
    return isinstance(given, Instance) and given.of in CLASSES


def _copied(model: Model, call: Node) -> str:
    """The class of what `dataclasses.replace(...)` and the like are given."""
    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    first = holder.named_children[0] if holder is not None and holder.named_children else None
    return class_of(model, first) if first is not None and text(function).rpartition(".")[2] in _COPIES else ""


def _field(draft: Draft, node: Node, kind: str, name: str) -> list[Edit]:
    above, attribute = node.parent, node.child_by_field_name("attribute")
    new = _FIELDS[kind].get(name)
    label = kind.rpartition(".")[2]
    left = above.child_by_field_name("left") if above is not None and above.type in _SETTERS else None
    if left == node or (above is not None and above.type == "delete_statement"):
        draft.refuse(node, SET.format(label), kind)
        return []
    if new is None:
        draft.refuse(node, FIELD.format(name, label), kind)
        return []
    return [Edit(draft.span(attribute), new)] if attribute is not None and new != name else []


def is_unclear(node: Node) -> bool:
    """True where a `base_image` may be an image or its name: a parameter, or what a function gives without saying."""
    parameter = _parameter(node)
    if parameter is not None:
        return _is_open(parameter) or may_be_none(node)
    made = callees.binding(node) if node.type == "identifier" else None
    call = made.child_by_field_name("right") if made is not None and made.type == "assignment" else node
    function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    source = callees.binding(function) if function is not None and function.type == "identifier" else None
    if source is None or source.type != "function_definition":
        return False
    return source.child_by_field_name("return_type") is None


def may_be_none(node: Node) -> bool:
    """True for a parameter that stands for nothing at times: its default or its annotation says None."""
    parameter = _parameter(node)
    if parameter is None:
        return False
    said, default = text(parameter.child_by_field_name("type")), parameter.child_by_field_name("value")
    return "Optional" in said or "None" in said or (default is not None and default.type == "none")


def is_parameter(node: Node) -> bool:
    """True for a name that is a parameter of the function around it."""
    return _parameter(node) is not None


def _is_open(parameter: Node) -> bool:
    """True for a parameter that neither its annotation nor its default makes one or the other."""
    kind, default = parameter.child_by_field_name("type"), parameter.child_by_field_name("value")
    if kind is None:
        return default is None or default.type != "string"
    return (kind.named_children[0] if kind.named_children else kind).type not in ("identifier", "attribute")


def _parameter(node: Node) -> Node | None:
    """The parameter that a name is."""
    function = callees.binding(node) if node.type == "identifier" else None
    holder = function.child_by_field_name("parameters") if function is not None else None
    for parameter in holder.named_children if holder is not None else ():
        named = parameter.child_by_field_name("name") or next(iter(parameter.named_children), parameter)
        if text(named) == text(node):
            return parameter
    return None


def _annotation(new: str) -> Handler:
    """The handler of a class that a signature or a variable's annotation names."""

    def handler(draft: Draft, node: Node) -> str | None:
        if not _in_signature(node):
            return None
        draft.claim(node)
        return new

    return handler


def _in_signature(node: Node) -> bool:
    """True in the annotation of a plain function, or of a variable outside of classes."""
    kind, place = node, node.parent
    while place is not None and place.type not in _PLACES:
        kind, place = place, place.parent
    if place is None or kind.type != "type":
        return False
    holder: Node | None = place
    while holder is not None and holder.type not in ("function_definition", "class_definition", "module"):
        holder = holder.parent
    if holder is None or holder.type == "class_definition":
        return False
    decorated = holder.parent is not None and holder.parent.type == "decorated_definition"
    return place.type == "assignment" or not decorated


HANDLERS: dict[str, Handler] = {old: _annotation(new) for old, new in CLASSES.items()}
