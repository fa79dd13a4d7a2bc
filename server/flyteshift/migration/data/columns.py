"""Columns that a task declares of the frame it gives.

Whoever read such a frame in Flyte 1 without columns of its own got those columns. In Flyte 2 a `DataFrame` forgets what
its task declared (measured with flyte 2.12), so the columns are selected where the frame is made. That takes nothing
from those who ask for columns: a cluster of Flyte 1 lets them ask only for such as the task before has declared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration import callees, constants
from flyteshift.migration.data.held import PANDAS, Type, parts
from flyteshift.migration.data.record import Scope
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Symbol

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Reader

KWTYPES = "flytekit.kwtypes"
_OTHERS = frozenset({"pyarrow", "polars", "pyspark", "modin", "dask", "datasets", "vaex"})
"""Packages with other frames than those of pandas."""
_ATOMS = frozenset({"identifier", "attribute", "call", "subscript"})


def select(reader: Reader, value: Node, kind: Type | None, scope: Scope) -> None:
    """Select the declared columns of the pandas frame that a task makes its result of."""
    if not scope.task or scope.function is None or not _is_pandas(reader, kind):
        return
    names = _declared(reader, scope.function.child_by_field_name("return_type"))
    if not names or _made_with(value) == names:
        return
    chosen = "[[" + ", ".join(f'"{name}"' for name in names) + "]]"
    tight = value.type in _ATOMS
    reader.record.wrap(value, "" if tight else "(", chosen if tight else ")" + chosen)


def _is_pandas(reader: Reader, kind: Type | None) -> bool:
    """True for a pandas frame, and for what can be no other in a module that knows pandas only."""
    names = reader.draft.model.names
    symbols = [names.final(name) for name in names.events] if kind is None else []
    known = {s.name.partition(".")[0] for s in symbols if isinstance(s, Symbol)}
    return kind == PANDAS or ("pandas" in known and not known & _OTHERS)


def _declared(reader: Reader, annotation: Node | None, depth: int = 0) -> list[str]:
    """The columns of `Annotated[StructuredDataset, kwtypes(a=int)]`, also by other names; none where it is unclear."""
    if annotation is None or depth > 3:
        return []
    if annotation.type == "type":
        return _declared(reader, annotation.named_children[0], depth)
    if annotation.type == "identifier":
        return _declared(reader, constants.assigned(reader.draft, text(annotation)), depth + 1)
    if annotation.type == "call":
        return _named(annotation) if _is_kwtypes(reader, annotation) else []
    if annotation.type not in ("generic_type", "subscript"):
        return []
    head, arguments = parts(annotation)
    if text(head).rpartition(".")[2] != "Annotated":
        return []
    return next((found for n in arguments[1:] if (found := _declared(reader, n, depth + 1))), [])


def _is_kwtypes(reader: Reader, call: Node) -> bool:
    function = call.child_by_field_name("function")
    symbol = reader.draft.symbol(function) if function is not None else None
    return symbol is not None and reader.draft.model.names.role(symbol) == KWTYPES


def _named(call: Node) -> list[str]:
    holder = call.child_by_field_name("arguments")
    given = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
    names = [n.child_by_field_name("name") for n in given]
    return [text(n) for n in names] if all(names) else []


def _made_with(value: Node) -> list[str]:
    """The columns of `pd.DataFrame({"a": ...})`, also in a variable; none for other frames."""
    made = callees.held(value) if value.type == "identifier" else value
    if made is None or made.type != "call" or not text(made.child_by_field_name("function")).endswith(".DataFrame"):
        return []
    holder = made.child_by_field_name("arguments")
    given = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
    if len(given) != 1 or given[0].type != "dictionary":
        return []
    return [text(n.child_by_field_name("key")).strip("\"'") for n in given[0].named_children if n.type == "pair"]
