"""The names of types: `FlyteFile` becomes `File`, columns become a dictionary."""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.migration.data import files
from flyteshift.migration.data.columns import KWTYPES
from flyteshift.migration.data.flow import Reader
from flyteshift.migration.data.held import annotated, flyte1, parts
from flyteshift.migration.data.record import Record
from flyteshift.migration.trees import text
from flyteshift.semantics.expressions import Dotted
from flyteshift.semantics.references import Reference
from flyteshift.semantics.values import Symbol

PICKLE = "flytekit.types.pickle.FlytePickle"
HASH = "flytekit.HashMethod"
KNOWN = frozenset({KWTYPES, PICKLE, HASH})
"""What is handled here beside the types themselves."""
FORMATS = {
    "flytekit.types.structured.structured_dataset.PARQUET": '"parquet"',
    "flytekit.types.structured.structured_dataset.CSV": '"csv"',
}
IN_TEXT = "This annotation is a text that names a Flyte 1 type; write the type itself, then migrate."
CLASS = "A class that extends `{0}` has no Flyte 2 form that flyteshift writes."


def rename(reader: Reader, record: Record) -> None:
    """The edits of the types' names wherever they are not called."""
    draft = record.draft
    for reference in draft.references:
        if reference.kind != "name":
            continue
        role = draft.model.names.role(reference.symbol)
        node = _node(reader, reference)
        if node is None:
            continue
        if role == KWTYPES:
            _columns(record, node)
        elif role in FORMATS:
            record.claim(node)
            record.replace(node, FORMATS[role])
        elif role == PICKLE:
            _pickle(record, node)
        elif role == HASH:
            _hash(reader, record, node)
        elif flyte1(role) is not None:
            _type(reader, record, node, role)
    for node in draft.document.nodes("type"):
        quoted = node.named_children and node.named_children[0].type == "string"
        if quoted and any(flyte1(r) for r in _named_in(reader, text(node))):
            record.refuse(node, IN_TEXT)


def _named_in(reader: Reader, annotation: str) -> list[str]:
    found = []
    for name in re.findall(r"[A-Za-z_]\w*", annotation):
        value = reader.draft.model.names.final(name)
        if isinstance(value, Symbol):
            found.append(reader.draft.model.names.role(value.name))
    return found


def _node(reader: Reader, reference: Reference) -> Node | None:
    document = reader.draft.document
    start, end = document.byte_offset(reference.span.start), document.byte_offset(reference.span.end)
    return document.tree.root_node.descendant_for_byte_range(start, end)


def _columns(record: Record, node: Node) -> None:
    above = node.parent
    if above is None or above.type != "call" or above.child_by_field_name("function") != node:
        return
    record.claim(node)
    record.replace(node, "dict")


def _pickle(record: Record, node: Node) -> None:
    """`FlytePickle[T]` is `T`: any type that Flyte 2 does not know is pickled."""
    above = node.parent
    record.claim(node)
    if above is not None and above.type in ("subscript", "generic_type") and above.named_children[0] == node:
        _, arguments = parts(above)
        end = record.span(above).end
        record.put(record.span(above).start, record.span(arguments[0]).start, "")
        record.put(record.span(arguments[-1]).end, end, "")
        return
    record.imports["from typing import Any"] = None
    record.replace(node, "Any")


def _hash(reader: Reader, record: Record, node: Node) -> None:
    """`Annotated[pd.DataFrame, HashMethod(f)]` has another name in Flyte 2; other types take no hash there."""
    call = node.parent
    holder = call.parent if call is not None and call.type == "call" else None
    while holder is not None and holder.type in ("type", "type_parameter"):
        holder = holder.parent
    if holder is None or holder.type not in ("subscript", "generic_type"):
        return
    head, arguments = parts(holder)
    kind = annotated(reader.source, arguments[0]) if arguments else None
    if text(head).rpartition(".")[2] == "Annotated" and kind is not None and kind.name == "pandas":
        record.claim(node)
        record.imports["from flyte.io import HashFunction"] = None
        record.replace(node, "HashFunction.from_fn")


def _type(reader: Reader, record: Record, node: Node, role: str) -> None:
    kind, above = flyte1(role), node.parent
    if kind is None or above is None:
        return
    if above.type == "call" and above.child_by_field_name("function") == node:
        return
    if above.type == "attribute" and above.child_by_field_name("object") == node:
        return
    if above.type == "argument_list" and above.parent is not None and above.parent.type == "class_definition":
        record.refuse(node, CLASS.format(text(node)))
        return
    if not _is_imported(reader, node):
        record.claim(node)  # another name of the module for the type, which is renamed where it is made
        return
    name = files.v2(reader, kind)
    subscript = above.type in ("subscript", "generic_type") and above.named_children[0] == node
    outer = above.parent
    if subscript and outer is not None and outer.type == "call" and outer.child_by_field_name("function") == above:
        return
    record.claim(node)
    if not subscript:
        record.replace(node, name)
        return
    _, arguments = parts(above)
    if kind.detail == "schema" and len(arguments) == 1:
        start = record.span(node).start
        record.put(start, record.span(arguments[0]).start, f"{_annotated(record)}[{name}, ")
        return
    for reference in record.draft.uses(above):
        record.claimed[reference.span] = None
    record.gone[record.span(above)] = None
    record.replace(above, name)


def _is_imported(reader: Reader, node: Node) -> bool:
    """True where a name is one that the module, or the function around, has imported."""
    names, root = reader.draft.model.names, text(node).partition(".")[0]
    values = [event.value for _, event in names.events.get(root, [])]
    return all(isinstance(value, Dotted) for value in values)


def _annotated(record: Record) -> str:
    """The module's name for `typing.Annotated`; imports it where it has none."""
    events = record.draft.model.names.events
    if "Annotated" in events:
        return "Annotated"
    if "typing" in events:
        return "typing.Annotated"
    record.imports["from typing import Annotated"] = None
    return "Annotated"
