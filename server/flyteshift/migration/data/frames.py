"""Frames: `StructuredDataset` and `FlyteSchema`, which become `flyte.io.DataFrame`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration.data import columns, files
from flyteshift.migration.data.held import PANDAS, Type
from flyteshift.migration.data.record import Scope
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Symbol

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Env, Reader

SAME_TASK = "A frame cannot be opened in the task that has made it; use the pandas frame that it was made of."
ITER = "`iter()` is `async` only in Flyte 2; read the frame with `.all()`, then migrate."
WRITER = "Flyte 1 writes into a schema here; return the pandas frame instead, then migrate."
UNTYPED = "flyteshift cannot see what this frame is opened as; write `open(pandas.DataFrame)`, then migrate."
ENGINE = "flyteshift does not know `{0}` as a type to open a frame with; Flyte 2 needs a plugin for others than pandas."
ATTRIBUTE = "`{0}` of a frame has no form in Flyte 2 that flyteshift writes."
USED = "flyteshift cannot tell what `{0}` is used as here; open the frame first, then migrate."
_KNOWN = frozenset({"pandas.DataFrame", "pandas.core.frame.DataFrame", "pyarrow.Table", "pyarrow.lib.Table"})


def attribute(reader: Reader, node: Node, of: Node, kind: Type, scope: Scope) -> Type | None:
    """`frame.name`, not called."""
    name = node.child_by_field_name("attribute")
    if name is None:
        return None
    said = text(name)
    if said == "o0":
        return kind  # the only output of a task
    reader.record.claim(name)
    if said == "uri" and kind.name == "frame":
        return None
    if said == "file_format" and kind.name == "frame":
        reader.record.replace(name, "format")
        return None
    if said == "dataframe" and kind.detail == "made":
        reader.record.replace(name, "val")
        return PANDAS
    reader.record.refuse(node, ATTRIBUTE.format(said))
    return None


def method(reader: Reader, call: Node, of: Node, kind: Type, env: Env, scope: Scope) -> Type | None:
    """`frame.open(T)` and `.all()` of what that gives."""
    from flyteshift.migration.data import values

    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    name = function.child_by_field_name("attribute") if function is not None else None
    if function is None or name is None or holder is None:
        return None
    said = text(name)
    if said == "with_overrides":
        return kind  # of the node of a task
    reader.record.claim(name)
    given = [n for n in holder.named_children if n.type != "comment"]
    for node in given:
        values.read(reader, node.child_by_field_name("value") or node, env, scope)
    if said == "open" and kind.name == "frame":
        return _open(reader, call, holder, given, kind, scope)
    if said == "all" and kind.name == "opened" and not given:
        tight = call.parent is not None and call.parent.type in ("attribute", "subscript", "call")
        if scope.waits:
            reader.record.wrap(call, "(await " if tight else "await ", ")" if tight else "")
        else:
            reader.record.replace(name, "all_sync")
            if scope.function is not None and reader.draft.tasks.get(scope.owner) and _is_async(scope.function):
                reader.record.refuse(call, USED.format(text(of)))
        return PANDAS if kind.detail == "pandas" else None
    if said == "write" and kind.name == "opened":
        reader.record.refuse(call, WRITER)
    elif said == "iter":
        reader.record.refuse(call, ITER)
    else:
        reader.record.refuse(call, ATTRIBUTE.format(said))
    return None


def _is_async(function: Node) -> bool:
    return any(child.type == "async" for child in function.children)


def _open(reader: Reader, call: Node, holder: Node, given: list[Node], kind: Type, scope: Scope) -> Type | None:
    if kind.detail == "made":
        reader.record.refuse(call, SAME_TASK)
    if kind.detail == "result":
        reader.record.opened.append((scope.owner, call))
    reader.record.running.add(scope.owner)
    if len(given) > 1:
        reader.record.refuse(call, ENGINE.format(text(holder)))
        return None
    if not given:
        if kind.detail != "schema":
            reader.record.refuse(call, UNTYPED)
            return None
        start, end = reader.record.span(holder)
        pandas = _pandas(reader)
        reader.record.put(start + 1, end - 1, f"{pandas}.DataFrame")
        return Type("opened", detail="pandas")
    value = given[0]
    if value.type == "keyword_argument":
        inner = value.child_by_field_name("value")
        if inner is None:
            return None
        reader.record.put(reader.record.span(value).start, reader.record.span(inner).start, "")
        label = value.child_by_field_name("name")
        if label is not None:
            reader.record.claim(label)
        value = inner
    known = reader.draft.model.value(value)
    if not isinstance(known, Symbol) or known.name not in _KNOWN:
        reader.record.refuse(value, ENGINE.format(text(value)))
        return None
    return Type("opened", detail="pandas" if known.name.startswith("pandas") else "")


def _pandas(reader: Reader) -> str:
    """The module's name for pandas; imports it where it has none."""
    for name in reader.draft.model.names.events:
        if reader.draft.model.names.final(name) == Symbol("pandas"):
            return name
    reader.record.imports["import pandas as pd"] = None
    return "pd"


def made(reader: Reader, call: Node, kind: Type, env: Env, scope: Scope) -> Type | None:
    """`StructuredDataset(dataframe=df)` and `StructuredDataset(uri=...)`."""
    from flyteshift.migration.data import values

    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or holder is None:
        return None
    reader.record.running.add(scope.owner)
    if kind.detail == "schema":
        reader.record.refuse(call, WRITER)
        return None
    order = ("dataframe", "uri")
    given: dict[str, tuple[Node, Node]] = {}
    for index, node in enumerate(n for n in holder.named_children if n.type != "comment"):
        label = node.child_by_field_name("name") if node.type == "keyword_argument" else None
        value = node.child_by_field_name("value") if label is not None else node
        name = text(label) if label is not None else order[index] if index < 2 else ""
        if value is None or name not in ("dataframe", "uri", "file_format") or node.type.endswith("_splat"):
            reader.record.refuse(node, files.OPTIONS.format(text(node)))
            return Type("frame")
        if label is not None:
            reader.record.claim(label)
        held = values.read(reader, value, env, scope)
        if held is not None and held.name in ("file", "dir", "frame", "mixed", "opened"):
            reader.record.refuse(value, USED.format(text(value)))
        given[name] = (node, value)
        if name == "dataframe":
            columns.select(reader, value, held, scope)
    reader.record.claim(function)
    for reference in reader.draft.uses(function):
        reader.record.claimed[reference.span] = None
    name = files.v2(reader, kind)
    if "dataframe" in given:
        node, value = given["dataframe"]
        if "file_format" in given:
            _format(reader, node, *given["file_format"])
        reader.record.replace(function, f"{name}.from_df")
        reader.record.put(reader.record.span(node).start, reader.record.span(value).start, "")
        return Type("frame", detail="made")
    if "uri" not in given:
        reader.record.refuse(call, files.OPTIONS.format(text(call)))
        return Type("frame")
    reader.record.replace(function, f"{name}.from_existing_remote")
    node, value = given["uri"]
    reader.record.put(reader.record.span(node).start, reader.record.span(value).start, "")
    if "file_format" in given:
        label = given["file_format"][0].child_by_field_name("name")
        if label is not None:
            reader.record.replace(label, "format")
    return Type("frame")


def _format(reader: Reader, frame: Node, argument: Node, value: Node) -> None:
    """Drop `file_format="parquet"`, which is the format of pandas frames anyway; others cannot be said."""
    if text(value).strip("\"'") != "parquet" or argument.start_byte < frame.start_byte:
        reader.record.refuse(argument, files.OPTIONS.format("file_format"))
        return
    reader.record.put(reader.record.span(frame).end, reader.record.span(argument).end, "")
