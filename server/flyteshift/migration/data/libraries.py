"""Calls of what is no task or function of the project: files are given to it as paths."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration import callees, chains
from flyteshift.migration.data import files
from flyteshift.migration.data.held import ADDRESS, FLYTE, LOCAL, PANDAS, Type, annotated, holds
from flyteshift.migration.data.record import Scope
from flyteshift.migration.data.signatures import Given, arguments, inner_definition, said_of
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Symbol

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Env, Reader

PASSED = "`{0}` gets `{1}`, which holds a file, folder or frame of Flyte; flyteshift cannot tell what it does with it."
_KEEPS = frozenset(["list", "tuple", "sorted", "reversed", "set", "iter"])
_ASKS = frozenset(["isinstance", "setattr", "type", "len", "bool", "id", "callable", "hasattr", "range"])
_COPIES = frozenset(["copy.copy", "copy.deepcopy"])
_TAKES_APART = frozenset(["getattr", "delattr", "vars", "operator.attrgetter", "operator.methodcaller"])
"""What reads or calls something by a name that is a text."""
_PATHS = frozenset(
    ["join", "abspath", "realpath", "normpath", "expanduser", "expandvars", "dirname", "fspath", "relpath"]
)
_FILLS = frozenset(["append", "extend", "insert", "add", "appendleft", "update", "setdefault", "put", "setitem"])
_HERE = ("tempfile.", "os.getcwd", "shutil.", "os.path.", "pathlib.", "glob.glob", "os.environ")
_PANDAS = frozenset(["read_csv", "read_parquet", "read_json", "read_excel", "read_sql", "read_feather", "read_pickle",
                     "DataFrame", "concat", "merge", "read_table", "json_normalize", "get_dummies"])  # fmt: skip


_WELL_KNOWN = frozenset(["sklearn", "pandas", "numpy", "scipy", "torch", "torchvision", "tensorflow", "keras",
                         "xgboost", "lightgbm", "joblib", "polars", "pyarrow", "duckdb", "dask", "datasets",
                         "transformers", "huggingface_hub", "shutil", "urllib", "tempfile", "seaborn",
                         "statsmodels"])  # fmt: skip
"""Packages that know nothing of Flyte's values; paths that they give are local."""


def gave(reader: Reader, node: Node) -> bool:
    """True for what a well-known library gives, or a part of that, which is nothing of Flyte's."""
    node = chains.stripped(node)
    if node.type in ("subscript", "await"):
        return bool(node.named_children) and gave(reader, node.named_children[0])
    if node.type == "identifier":
        made = callees.binding(node)
        right = made.child_by_field_name("right") if made is not None and made.type == "assignment" else None
        return right is not None and right.type != "identifier" and gave(reader, right)
    function = node.child_by_field_name("function") if node.type == "call" else None
    value = reader.draft.model.value(function) if function is not None else None
    if isinstance(value, Symbol):
        outside = reader.draft.outside
        known = value.name.partition(".")[0] in _WELL_KNOWN
        return known and (outside is None or outside.is_installed(value.name))
    of = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
    return of is not None and gave(reader, of)


def handed(reader: Reader, call: Node, name: str, given: Given, scope: Scope) -> Type | None:
    """A call of what is no task or function of the project: files are given to it as paths."""
    from flyteshift.migration.data import values

    root, last = name.partition(".")[0], name.rpartition(".")[2]
    first = given[0][2] if given else None
    if any(holds(reader.source, kind) for _, _, kind in given) and _runs_function(reader, given, name, scope):
        if name in ("max", "min"):
            return values.element(first)
        return first if name == "sorted" else given[1][2] if name == "filter" and len(given) > 1 else None
    if name == "typing.cast" and len(given) == 2:
        return annotated(reader.source, given[0][1])
    if name == "setattr" and len(given) == 3 and holds(reader.source, given[2][2]):
        reader.record.refuse(given[2][1], PASSED.format(name, text(given[2][1])))
    if name in _TAKES_APART and first is not None and first.name in FLYTE:
        reader.record.refuse(given[0][1], PASSED.format(name, text(given[0][1])))
    if name in _ASKS:
        return None
    if name in _COPIES and holds(reader.source, first):
        return first
    if name in ("next", "max", "min") and holds(reader.source, first):
        return values.element(first)
    if name in ("dict", "defaultdict", "collections.defaultdict", "OrderedDict", "collections.OrderedDict"):
        pairs = values.element(first) if first is not None and first.name == "list" else None
        if pairs is not None and pairs.name == "tuple" and len(pairs.items) == 2:
            return Type("dict", pairs.items[1:])
        return first if holds(reader.source, first) else Type("dict")
    if name in ("list", "set") and not given:
        return Type("list")
    made = _results(reader, given)
    if holds(reader.source, made):
        if name == "map":
            return Type("list", (made,))
        reader.record.refuse(given[0][1], PASSED.format(name, text(given[0][1])))
    if name == "filter" and holds(reader.source, first):
        return first
    if last in _FILLS and any(holds(reader.source, kind) for _, _, kind in given):
        for _, value, kind in given:
            if holds(reader.source, kind):
                reader.record.refuse(value, PASSED.format(text(call.child_by_field_name("function")), text(value)))
        return None
    if name in _KEEPS:
        return Type("list", (values.element(first),)) if first is not None else None
    if name == "enumerate":
        return Type("list", (Type("tuple", (None, values.element(first))),))
    if name == "zip":
        return Type("list", (Type("tuple", tuple(values.element(k) for _, _, k in given)),))
    if name in ("print", "repr") or (root, last) == ("asyncio", "gather"):
        for _, value, kind in given:
            if kind is not None and kind.name in ("file", "dir") and name == "print":
                reader.record.wrap(value, "", ".path")
        return Type("tuple", tuple(k for _, _, k in given)) if last == "gather" else None
    if files.logged(given[0][1]) if given else False:
        for _, value, kind in given:
            if kind is not None and kind.name in ("file", "dir"):
                reader.record.wrap(value, "", ".path")
        return None
    for index, (_, value, kind) in enumerate(given):
        if kind is None:
            continue
        if kind.name in ("file", "dir"):
            whole = name in ("str", "os.fspath") and len(given) == 1
            if name == "open" and index == 0 and _mode(given)[:1] in ("w", "a", "x"):
                reader.record.refuse(call, files.WRITTEN)
            if whole and name == "os.fspath":
                function = call.child_by_field_name("function")
                if function is not None:
                    reader.record.gone[reader.record.span(function)] = None
            files.path(reader, value, call if whole else value, kind, scope)
        elif holds(reader.source, kind) and (kind.name in (*FLYTE, "mixed", "opened") or not _may_hold(name)):
            reader.record.refuse(value, PASSED.format(text(call.child_by_field_name("function")), text(value)))
    return _gives(name, root, last, first)


def _mode(given: Given) -> str:
    """The mode that `open` is given."""
    said = next((value for at, (name, value, _) in enumerate(given) if name == "mode" or (at == 1 and not name)), None)
    return text(said).strip("\"'")


def _runs_function(
    reader: Reader, given: Given, name: str, scope: Scope
) -> bool:  # fmt: skip
    """True for a call that hands files to a function that it is given; what that does with them is read or refused."""
    from flyteshift.migration.data import values

    ran = [
        v
        for _, v, kind in given
        if v.type == "lambda" or (kind is None and (text(v) in reader.functions or inner_definition(scope, text(v))))
    ]
    applied = [v for n, v, _ in given if n == "key"] if name not in ("map", "filter") else [v for _, v, _ in given[:1]]
    ran += [v for v in applied if name in _APPLIES and v not in ran]
    if not ran:
        return False
    lists = [k for _, v, k in given if v not in ran]
    item = values.element(lists[0]) if lists else None
    for function in ran:
        if text(function) in _COUNTS and text(function) not in reader.draft.model.names.events:
            continue
        if name not in _APPLIES or item is None or len(lists) > 1:
            reader.record.refuse(function, PASSED.format(name, text(function)))
        elif function.type == "lambda":
            holder, body = function.child_by_field_name("parameters"), function.child_by_field_name("body")
            names = [text(n) for n in holder.named_children] if holder is not None else []
            if body is not None and len(names) == 1:
                inside = replace(scope, waits=False, inner=True)
                values.read(reader, body, {**reader.globals, names[0]: item}, inside)
        elif text(function) in reader.functions:
            takes = said_of(reader.functions[text(function)])
            if len(takes) == 1 and next(iter(takes.values())) is None:
                reader.record.takes(text(function), next(iter(takes)), item)
            elif not all(holds(reader.source, annotated(reader.source, n)) for n in list(takes.values())[:1]):
                reader.record.refuse(function, PASSED.format(name, text(function)))
        else:
            reader.record.refuse(function, PASSED.format(name, text(function)))
    return True


_COUNTS = frozenset(["len", "bool"])
"""Builtins that a list of lists of files may be mapped by."""
_APPLIES = frozenset(["sorted", "max", "min", "map", "filter"])


def _results(reader: Reader, given: Given) -> Type | None:
    """What a plain function gives that a call is given to run."""
    for _, value, kind in given:
        definition = reader.functions.get(text(value)) if kind is None and value.type == "identifier" else None
        if definition is not None and text(value) not in reader.draft.tasks:
            said = annotated(reader.source, definition.child_by_field_name("return_type"))
            return said if said is not None else reader.record.known_given.get(text(value))
    return None


def _may_hold(name: str) -> bool:
    """True for functions that only move what a container holds."""
    return name in ("any", "all")


def _gives(name: str, root: str, last: str, first: Type | None) -> Type | None:
    if root in ("os", "posixpath") and last in _PATHS:
        return LOCAL if first is not None and first.name in ("file", "dir", "local") else first
    if name == "str":
        return LOCAL if first is not None and first.name in ("file", "dir", "local") else first
    if name in ("glob.glob", "glob.iglob"):
        return Type("list", (LOCAL,))
    if last in ("NamedTemporaryFile", "TemporaryFile"):
        return Type("temporary")
    if name == "open":
        return Type("handle")
    if name == "os.listdir":
        return Type("list", (None,))
    if last in ("Path", "PurePath", "PosixPath") and root in ("pathlib", "Path"):
        return LOCAL
    if name.startswith(_HERE):
        return LOCAL
    if root in ("pandas", "pd") and last in _PANDAS:
        return PANDAS
    return None


def method(reader: Reader, call: Node, of: Node, kind: Type | None, env: Env, scope: Scope) -> Type | None:
    """Methods of what is no file, folder or frame: of containers, texts and paths."""
    from flyteshift.migration.data import values

    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    assert function is not None and holder is not None
    name = text(function.child_by_field_name("attribute"))
    if kind is None:
        return None
    if kind.name == "dict" and name in ("values", "items", "get", "pop", "copy"):
        for _, value, given in arguments(reader, holder, env, scope):
            if holds(reader.source, given):
                reader.record.refuse(value, PASSED.format(text(function), text(value)))
        item = kind.items[0] if kind.items else None
        if name == "values":
            return Type("list", (item,))
        if name == "items":
            return Type("list", (Type("tuple", (None, item)),))
        return kind if name == "copy" else item
    if kind.name == "list" and name in ("pop", "copy"):
        return kind if name == "copy" else values.element(kind)
    if kind in (LOCAL, ADDRESS):
        handed(reader, call, name, arguments(reader, holder, env, scope), scope)
        if name in ("glob", "rglob", "iterdir"):
            return Type("list", (LOCAL,))
        if name in ("split", "rsplit", "splitlines", "exists", "is_file", "read_text", "stat"):
            return Type("other")
        if name == "open":
            return Type("handle")
        return kind
    if kind == PANDAS and name in ("to_csv", "to_parquet", "to_json", "to_excel", "to_pickle", "to_feather"):
        handed(reader, call, name, arguments(reader, holder, env, scope), scope)
        return Type("other")
    if kind == PANDAS:
        handed(reader, call, name, arguments(reader, holder, env, scope), scope)
        return PANDAS if name in _FRAME_METHODS else Type("other")
    return None


_FRAME_METHODS = frozenset(["head", "tail", "copy", "dropna", "fillna", "reset_index", "sort_values", "assign", "drop",
                            "rename", "query", "sample", "astype", "merge", "join", "drop_duplicates"])  # fmt: skip
