"""Where values are given to what declares its type: results, arguments of tasks, fields of classes.

Flyte 1 made a file of a text or `Path` there, and a frame of pandas data. In Flyte 2 that is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration.data import files, libraries, paths
from flyteshift.migration.data.held import ADDRESS, FLYTE, FRAME, LOCAL, NONE, PANDAS, Type, certain, holds, is_named
from flyteshift.migration.data.record import Scope
from flyteshift.migration.scopes import bound
from flyteshift.migration.trees import text

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Reader

UNKNOWN = "flyteshift cannot tell whether `{0}` is a Flyte file or the path of one; make the file of it here."
FRAMES = "flyteshift cannot tell whether `{0}` is a frame of Flyte or of pandas."
OTHER = "`{0}` is {1} of Flyte, but {2} is wanted here; Flyte 2 does not turn one into the other."
_DISPLAYS = frozenset(["list", "tuple", "dictionary", "expression_list", "list_comprehension"])
_NAMES = {"file": "a file", "dir": "a folder", "frame": "a frame", "pandas": "a pandas frame", "local": "a path"}


def give(
    reader: Reader, node: Node, kind: Type | None, want: Type | None, scope: Scope, *, argument: bool = False
) -> None:
    """Make what an expression gives fit to what is declared, or refuse."""
    while node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    if want is None or not holds(reader.source, want):
        _undeclared(reader, node, kind, want)
        return
    if node.type == "conditional_expression":
        for part in (node.named_children[0], node.named_children[2]):
            give(reader, part, _held(reader, part), want, scope, argument=argument)
        return
    if kind == NONE or node.type == "none":
        return
    if kind is None and paths.is_workflow(reader, scope) and want.name != "frame" and node.type not in _DISPLAYS:
        return  # a promise of what Flyte 1 has checked to be one
    if kind is not None and kind.name == "mixed":
        reader.record.refuse(node, UNKNOWN.format(text(node)))
    elif want.name in ("file", "dir"):
        _file(reader, node, kind, want, scope)
    elif want.name == "frame":
        _frame(reader, node, kind, want)
    elif want.name in ("list", "dict"):
        _container(reader, node, kind, want, scope)
    elif want.name == "tuple":
        _each(reader, node, kind, list(want.items), scope)
    elif want.name == "class" and node.type in ("tuple", "expression_list"):
        from flyteshift.migration.data import values

        _each(reader, node, kind, list(values.fields_of(reader, want).values()), scope)


def _held(reader: Reader, node: Node) -> Type | None:
    return reader.types.get((node.start_byte, node.end_byte))


def _undeclared(reader: Reader, node: Node, kind: Type | None, want: Type | None) -> None:
    if kind is None or want is None:
        return
    if kind.name in ("file", "dir") and want.name in ("local", "pandas"):
        reader.record.refuse(node, OTHER.format(text(node), _NAMES[kind.name], _NAMES[want.name]))


def _file(reader: Reader, node: Node, kind: Type | None, want: Type, scope: Scope) -> None:
    if kind is not None and kind.name == want.name:
        return
    if kind is not None and kind.name not in ("local", "address"):
        reader.record.refuse(node, _unknown(node, want))
        return
    how = paths.local_or_address(reader, node, kind, scope)
    code = files.either(reader, node, kind, want, scope) if how is None else None
    if code is not None:
        reader.record.replace(node, code if files.is_loose(node) else f"({code})")
        return
    if how is None or (how == LOCAL and kind is None and _may_be_file(reader, node)):
        reader.record.refuse(node, _unknown(node, want))
        return
    name = files.v2(reader, want)
    if how == ADDRESS:
        reader.record.wrap(node, f"{name}.from_existing_remote(")
        return
    reader.record.uploads.add(scope.owner)
    reader.record.wrap(node, f"await {name}.from_local(" if scope.waits else f"{name}.from_local_sync(")


def _unknown(node: Node, want: Type) -> str:
    message = UNKNOWN.format(text(node))
    return (
        message.replace("Flyte file", "Flyte folder").replace("the file", "the folder")
        if want.name == "dir"
        else message
    )


def _may_be_file(reader: Reader, node: Node) -> bool:
    """True for the result of a function that flyteshift does not know: it may be a file already."""
    return node.type in ("call", "await", "subscript") and not libraries.gave(reader, node)


def _frame(reader: Reader, node: Node, kind: Type | None, want: Type) -> None:
    if kind is not None and kind.name == "frame":
        return
    if kind == PANDAS or want.detail == "schema":
        reader.record.wrap(node, f"{files.v2(reader, want)}.from_df(")
        return
    reader.record.refuse(node, FRAMES.format(text(node)))


def _container(reader: Reader, node: Node, kind: Type | None, want: Type, scope: Scope) -> None:
    item = want.items[0] if want.items else None
    if node.type in ("list", "set", "tuple") and want.name == "list":
        for part in node.named_children:
            if part.type == "list_splat":
                inner = part.named_children[0]
                give(reader, inner, _held(reader, inner), want, scope)
            elif part.type != "comment":
                give(reader, part, _held(reader, part), item, scope)
        return
    if node.type == "dictionary" and want.name == "dict":
        for part in node.named_children:
            value = part.child_by_field_name("value") if part.type == "pair" else None
            if value is not None:
                give(reader, value, _held(reader, value), item, scope)
            elif part.type == "dictionary_splat":
                give(reader, part.named_children[0], _held(reader, part.named_children[0]), want, scope)
        return
    if node.type in ("list_comprehension", "dictionary_comprehension", "set_comprehension"):
        body = node.child_by_field_name("body")
        value = body.child_by_field_name("value") if body is not None and body.type == "pair" else body
        if value is not None:
            give(reader, value, _held(reader, value), item, scope)
        return
    if kind is None or (kind.name == want.name and kind.items == (None,)):
        # An object is none of Flyte's; what its fields hold is looked at where it is made.
        if item is None or item.name != "class" or is_named(reader.source, item):
            reader.record.refuse(node, UNKNOWN.format(text(node)))
        return
    if kind.name != want.name:
        if not (kind.name == "tuple" and want.name == "list" and all(_fits(k, item) for k in kind.items)):
            reader.record.refuse(node, UNKNOWN.format(text(node)))
        return
    held = kind.items[0] if kind.items else None
    if not kind.items or _fits(held, item):
        return
    if item is not None and item.name in FLYTE and held in (LOCAL, PANDAS, ADDRESS):
        _rewrapped(reader, node, item, held, want, scope)
    else:
        reader.record.refuse(node, UNKNOWN.format(text(node)))


def _fits(held: Type | None, want: Type | None) -> bool:
    if want is None or held == want:
        return True
    if held is None:
        return False
    if held == NONE:
        return want.optional
    if held.name in FLYTE:
        return held.name == want.name
    if held.name == want.name and held.name in ("list", "dict", "tuple"):
        return not held.items or all(_fits(h, w) for h, w in zip(held.items, want.items, strict=False))
    return certain(held) == certain(want)


def _rewrapped(reader: Reader, node: Node, item: Type, held: Type, want: Type, scope: Scope) -> None:
    """A container of paths, made one of files: `[File.from_local_sync(p) for p in paths]`."""
    taken = bound(scope.function) if scope.function is not None else set(reader.globals)
    wanted = ("df", "frame") if item.name == "frame" else ("path", "p")
    name = next(n for n in (*wanted, "each", "item", "part", "element") if n not in taken)
    known = files.v2(reader, item)
    if item.name == "frame":
        make = f"{known}.from_df({name})"
    elif held == ADDRESS:
        make = f"{known}.from_existing_remote({name})"
    else:
        reader.record.uploads.add(scope.owner)
        make = f"await {known}.from_local({name})" if scope.waits else f"{known}.from_local_sync({name})"
    if want.name == "list":
        reader.record.wrap(node, f"[{make} for {name} in ", "]")
        return
    key = next(n for n in ("key", "k", "name") if n not in taken)
    reader.record.wrap(node, f"{{{key}: {make} for {key}, {name} in ", ".items()}")


def _each(reader: Reader, node: Node, kind: Type | None, wants: list[Type | None], scope: Scope) -> None:
    """The parts of a tuple."""
    if node.type in ("tuple", "expression_list"):
        inner = [n for n in node.named_children if n.type != "comment"]
        if any(n.type == "list_splat" for n in inner):
            reader.record.refuse(node, UNKNOWN.format(text(node)))
            return
        # Too few or too many fail in Flyte 1 as in Flyte 2.
        for part, want in zip(inner, wants, strict=False):
            give(reader, part, _held(reader, part), want, scope)
        return
    if kind is None and all(w is not None and w.detail == "schema" for w in wants) and libraries.gave(reader, node):
        taken = bound(scope.function) if scope.function is not None else set(reader.globals)
        name = next(n for n in ("df", "frame", "each", "part") if n not in taken)
        reader.record.wrap(node, f"tuple({files.v2(reader, FRAME)}.from_df({name}) for {name} in ")
        return
    items = list(kind.items) if kind is not None and kind.name == "tuple" else None
    if kind is not None and kind.name == "class":
        from flyteshift.migration.data import values

        items = list(values.fields_of(reader, kind).values())
    if items is None or len(items) != len(wants) or not all(_fits(i, w) for i, w in zip(items, wants, strict=True)):
        reader.record.refuse(node, UNKNOWN.format(text(node)))
