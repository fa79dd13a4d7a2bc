"""Calls: of tasks, plain functions, classes and libraries, and what becomes of the files and frames given to them."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.data import boundaries, files, frames
from flyteshift.migration.data.record import Scope
from flyteshift.migration.data.held import (
    ADDRESS,
    FLYTE,
    LOCAL,
    PANDAS,
    Source,
    Type,
    annotated,
    either,
    flyte1,
    holds,
    method,
)
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.values import Class, Entity, Function, Symbol

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Env, Reader

PASSED = "`{0}` gets `{1}`, which holds a file, folder or frame of Flyte; flyteshift cannot tell what it does with it."
SAID_TEXT = "`{0}` takes a text, but `{1}` is a file of Flyte; Flyte 2 does not turn one into the other."
_KEEPS = frozenset(["list", "tuple", "sorted", "reversed", "set", "iter"])
_ASKS = frozenset(["isinstance", "setattr", "type", "len", "bool", "id", "callable", "hasattr", "range"])
_PATHS = frozenset(
    ["join", "abspath", "realpath", "normpath", "expanduser", "expandvars", "dirname", "fspath", "relpath"]
)
_HERE = ("tempfile.", "os.getcwd", "shutil.", "os.path.", "pathlib.", "glob.glob", "os.environ")
_PANDAS = frozenset(["read_csv", "read_parquet", "read_json", "read_excel", "read_sql", "read_feather", "read_pickle",
                     "DataFrame", "concat", "merge", "read_table", "json_normalize", "get_dummies"])  # fmt: skip
_GROWS = frozenset(["append", "extend", "insert", "add", "appendleft"])


def read(reader: Reader, call: Node, env: Env, scope: Scope) -> Type | None:
    """What a call gives."""
    from flyteshift.migration.data import values

    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or holder is None:
        return None
    if holder.type != "argument_list":  # `any(x for x in xs)`
        values.read(reader, holder, env, scope)
        return None
    made = _constructed(reader, function, env)
    if made is not None:
        if made.name == "frame":
            return frames.made(reader, call, made, env, scope)
        return files.made(reader, call, made, env, scope)
    of = function.child_by_field_name("object") if function.type == "attribute" else None
    if of is not None and _is_condition(reader, function):
        kind = values.read(reader, of, env, scope)
        for _, _, given in _arguments(reader, holder, env, scope):
            kind = given if kind is None else either(kind, given) if given is not None else kind
        return kind
    if of is not None:
        named = reader.draft.model.value(of)
        owner = flyte1(reader.draft.model.names.role(named.name)) if isinstance(named, Symbol) else None
        if owner is not None:
            return _of_class(reader, call, owner, env, scope)
        kind = values.read(reader, of, env, scope)
        if kind is None and isinstance(named, (Class, Symbol)):
            kind = annotated(reader.source, of)
            kind = kind if kind is not None and kind.name == "class" else None
        if kind is not None and kind.name == "class" and reader.draft.entity(function) is None:
            found = method(reader.source, kind, text(function.child_by_field_name("attribute")))
            if found is not None:
                return _called(reader, f"{kind.detail}.{text(found[1].child_by_field_name('name'))}", *found, holder, env,
                               scope)  # fmt: skip
        if kind is not None and kind.name in ("file", "dir"):
            _arguments(reader, holder, env, scope)
            return files.method(reader, call, of, kind, scope)
        if kind is not None and kind.name in ("frame", "opened"):
            return frames.method(reader, call, of, kind, env, scope)
        found = _method(reader, call, of, kind, env, scope)
        if found is not None:
            return found
    elif function.type == "call":
        return _twice(reader, call, function, env, scope)
    return _plain(reader, call, function, holder, env, scope)


def mutates(reader: Reader, call: Node, env: Env, scope: Scope) -> bool:
    """`found.append(x)` and the like as a statement; False for other calls."""
    from flyteshift.migration.data import values

    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    of = function.child_by_field_name("object") if function is not None else None
    name = text(function.child_by_field_name("attribute")) if function is not None else ""
    if of is None or holder is None or name not in _GROWS or holder.type != "argument_list":
        return False
    old = values.read(reader, of, env, scope)
    if old is None or old.name != "list":
        return False
    kind: Type | None = None
    for node in holder.named_children:
        if node.type != "comment":
            kind = values.read(reader, node, env, scope)
    if name == "extend":
        kind = values.element(kind)
    if of.type == "identifier":
        env[text(of)] = Type("list", (either(old.items[0], kind) if old.items else kind,))
    return True


def _constructed(reader: Reader, function: Node, env: Env) -> Type | None:
    """What a constructor makes: `FlyteFile(...)`, `FlyteFile["csv"](...)`, or by another name of the module for it."""
    made = flyte1(_role(reader, function))
    if made is not None or function.type not in ("subscript", "identifier") or env.get(text(function)) is not None:
        return made
    if function.type == "identifier" and text(function) not in reader.draft.model.names.events:
        return None
    made = annotated(reader.source, function)
    return made if made is not None and made.name in FLYTE and not made.optional else None


def _is_condition(reader: Reader, function: Node) -> bool:
    """True for a method of a Flyte 1 conditional, which becomes an `if`."""
    if text(function.child_by_field_name("attribute")) not in ("then", "if_", "elif_", "else_", "fail"):
        return False
    return any(r.symbol.startswith("flytekit.conditional") for r in reader.draft.uses(function))


def _role(reader: Reader, node: Node) -> str | None:
    symbol = reader.draft.symbol(node)
    return reader.draft.model.names.role(symbol) if symbol else None


def _arguments(reader: Reader, holder: Node, env: Env, scope: Scope) -> list[tuple[str, Node, Type | None]]:
    """The arguments of a call: keyword (empty without one), value, and what it holds."""
    from flyteshift.migration.data import values

    found = []
    for node in holder.named_children:
        if node.type == "comment":
            continue
        value = node.child_by_field_name("value") if node.type == "keyword_argument" else node
        name = text(node.child_by_field_name("name")) if node.type == "keyword_argument" else ""
        if value is None:
            continue
        if node.type in ("list_splat", "dictionary_splat"):
            kind = values.read(reader, node.named_children[0], env, scope)
            found.append(("*", node, kind))
        else:
            found.append((name, value, values.read(reader, value, env, scope)))
    return found


def _of_class(reader: Reader, call: Node, owner: Type, env: Env, scope: Scope) -> Type | None:
    """`FlyteFile.new_remote_file(...)` and other methods of the classes themselves."""
    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    assert function is not None and holder is not None
    given = _arguments(reader, holder, env, scope)
    name = text(function.child_by_field_name("attribute"))
    made = {"new_remote_file": "new_remote", "from_source": "from_existing_remote", "new_remote": "new_remote"}.get(name)
    keyword = {"new_remote_file": "file_name", "new_remote": "dir_name", "from_source": ""}.get(name, "")
    known = (owner.name, name) in {
        ("file", "new_remote_file"), ("file", "from_source"), ("dir", "new_remote"), ("dir", "from_source"),
    }  # fmt: skip
    if made is None or not known or len(given) > 1:
        reader.record.refuse(call, files.GONE.get(name, files.UNKNOWN_ATTRIBUTE.format(name)))
        for reference in reader.draft.uses(function):
            reader.record.claimed[reference.span] = None
        return None
    for said, value, _ in given:
        label = value.parent.child_by_field_name("name") if said and value.parent is not None else None
        if label is not None and said in ("name", "stem") and keyword:
            reader.record.replace(label, keyword)
        elif label is not None and said == "source":
            reader.record.put(reader.record.span(label).start, reader.record.span(value).start, "")
        elif said:
            reader.record.refuse(value, files.OPTIONS.format(said))
    for reference in reader.draft.uses(function):
        reader.record.claimed[reference.span] = None
    reader.record.replace(function, f"{files.v2(reader, owner)}.{made}")
    if made == "new_remote":
        reader.record.running.add(scope.owner)
    return Type(owner.name, detail="new" if made == "new_remote" else "")


# -- tasks and functions


def _twice(reader: Reader, call: Node, function: Node, env: Env, scope: Scope) -> Type | None:
    """`map_task(f)(x=xs)`, `f.override(...)(x=1)`, `create_node` and the like."""
    from flyteshift.migration.data import values

    holder = call.child_by_field_name("arguments")
    assert holder is not None
    mapped = callees.MAPS & {_role(reader, n) or "" for n in function.named_children[:1]}
    values.read(reader, function, env, scope)
    given = _arguments(reader, holder, env, scope)
    signature = _signature(reader, function)
    if signature is None:
        _library(reader, call, text(function), given, scope)
        return None
    takes, returns = signature
    for name, value, kind in given:
        want = takes.get(name)
        boundaries.give(reader, value, kind, Type("list", (want,)) if mapped and want else want, scope)
    return Type("list", (returns,)) if mapped else returns


def _signature(reader: Reader, function: Node) -> tuple[dict[str, Type | None], Type | None] | None:
    """What the task behind a callee takes and gives; None where it is none."""
    entity = reader.draft.entity(function)
    if entity is None:
        return None
    return signature(reader, function, entity)


def signature(reader: Reader, function: Node, entity: Entity) -> tuple[dict[str, Type | None], Type | None] | None:
    """What a task takes, by name, and what it gives."""
    from flyteshift.migration.data.flow import parameters

    source, definition = reader.source, None
    task = reader.draft.tasks.get(entity.name)
    if task is not None:
        definition = task.function
    else:
        value = reader.draft.model.value(function)
        outside = reader.draft.outside
        found = outside.task(value.name) if outside is not None and isinstance(value, Symbol) else None
        other = reader.source.at(found.path) if found is not None else None
        if found is None or other is None:
            return ({}, None)
        source = other
        definition = _definition(source, found.name)
    if definition is None:
        return ({}, None)
    takes = {name: kind for name, kind, _ in parameters(source, definition)}
    return takes, annotated(source, definition.child_by_field_name("return_type"))


def _definition(source: Source, name: str) -> Node | None:
    return next(
        (n for n in source.tops() if n.type == "function_definition" and text(n.child_by_field_name("name")) == name),
        None,
    )


def _plain(
    reader: Reader, call: Node, function: Node, holder: Node, env: Env, scope: Scope
) -> Type | None:  # fmt: skip
    from flyteshift.migration.data import values

    entity = reader.draft.entity(function)
    if entity is not None and function.type != "call":
        found = signature(reader, function, entity)
        given = _arguments(reader, holder, env, scope)
        takes, returns = found if found is not None else ({}, None)
        _give(reader, given, takes, scope)
        if _frames_between(reader, given, takes, returns):
            reader.record.running.add(scope.owner)
        if entity.name not in reader.draft.tasks and holds(reader.source, returns):
            reader.record.uploads.add(scope.owner)
        if returns is not None and returns.name == "frame" and scope.owner not in reader.draft.tasks:
            return replace(returns, detail="result")
        return returns
    value = reader.draft.model.value(function)
    kind = annotated(reader.source, function) if isinstance(value, (Class, Symbol)) else None
    if text(function) == "cls" and scope.name.count(".") == 1:
        kind = Type("class", detail=scope.owner)
    if kind is not None and kind.name == "class":
        given = _arguments(reader, holder, env, scope)
        _give(reader, given, values.fields_of(reader, kind), scope)
        return kind
    name = text(function)
    if isinstance(value, Function) and name in reader.functions:
        return _called(reader, name, reader.source, reader.functions[name], holder, env, scope)
    inner = _inner_definition(scope, name)
    if inner is not None:
        return _called(reader, f"{scope.name}.{name}", reader.source, inner, holder, env, scope)
    if isinstance(value, Symbol) and reader.draft.outside is not None:
        foreign = reader.draft.outside.project.find(reader.draft.outside.path, value.name)
        other = reader.source.at(foreign.path) if foreign is not None else None
        definition = _definition(other, foreign.name) if other is not None and foreign is not None else None
        if other is not None and definition is not None:
            return _called(reader, name, other, definition, holder, env, scope)
    given = _arguments(reader, holder, env, scope)
    if callees.is_partial(reader.draft, call):
        return _partial(reader, given, env, scope)
    return _library(reader, call, values.dotted(reader, function) or name, given, scope)


def _inner_definition(scope: Scope, name: str) -> Node | None:
    """A function that is defined inside of the one that calls it."""
    body = scope.function.child_by_field_name("body") if scope.function is not None else None
    for node in walk(body) if body is not None else ():
        if node.type == "function_definition" and text(node.child_by_field_name("name")) == name:
            return node
    return None


def _give(
    reader: Reader, given: list[tuple[str, Node, Type | None]], takes: dict[str, Type | None], scope: Scope
) -> None:
    """Give arguments to parameters, by position and by name."""
    order = list(takes)
    for index, (name, value, kind) in enumerate(given):
        key = name or (order[index] if index < len(order) else "")
        if name == "*":
            if any(holds(reader.source, t) for t in takes.values()) or holds(reader.source, kind):
                reader.record.refuse(value, PASSED.format("This call", text(value)))
            continue
        boundaries.give(reader, value, kind, takes.get(key), scope, argument=True)


def _frames_between(
    reader: Reader,
    given: list[tuple[str, Node, Type | None]],
    takes: dict[str, Type | None],
    returns: Type | None,
) -> bool:
    kinds = [*(k for _, _, k in given), *takes.values(), returns]
    return any(k is not None and k.name == "frame" for k in kinds)


def _partial(
    reader: Reader, given: list[tuple[str, Node, Type | None]], env: Env, scope: Scope
) -> Type | None:  # fmt: skip
    if not given:
        return None
    found = _signature(reader, given[0][1])
    takes = found[0] if found is not None else {}
    for name, value, kind in given[1:]:
        boundaries.give(reader, value, kind, takes.get(name), scope, argument=True)
    return None


def _called(
    reader: Reader, name: str, source: Source, definition: Node, holder: Node, env: Env, scope: Scope
) -> Type | None:  # fmt: skip
    """A call of a plain function or method of the project."""
    from flyteshift.migration.data.flow import parameters

    wanted = [p for p in parameters(source, definition) if p[0] not in ("self", "cls")]
    said = annotations(definition)
    order, takes = [p for p, _, _ in wanted], {p: k for p, k, _ in wanted}
    for index, (keyword, value, kind) in enumerate(_arguments(reader, holder, env, scope)):
        key = keyword or (order[index] if index < len(order) else "")
        want = takes.get(key)
        if keyword == "*" and holds(reader.source, kind):
            reader.record.refuse(value, PASSED.format(name, text(value)))
        elif said.get(key) is None and key in takes and source.path is None:
            if name in _shared(reader) and holds(reader.source, kind):
                reader.record.refuse(value, PASSED.format(name, text(value)))
            reader.record.takes(name, key, kind)
        elif holds(source, want):
            boundaries.give(reader, value, kind, want, scope, argument=True)
        elif kind is not None and kind.name in ("file", "dir") and text(said.get(key)) not in _ANYTHING:
            files.path(reader, value, value, kind, scope)
        elif holds(reader.source, kind) and text(said.get(key)) not in _ANYTHING:
            reader.record.refuse(value, PASSED.format(name, text(value)))
    returned = annotated(source, definition.child_by_field_name("return_type"))
    return returned if returned is not None else reader.record.known_given.get(name)


_ANYTHING = frozenset(["Any", "typing.Any", "object"])


def _shared(reader: Reader) -> frozenset[str]:
    """The names of this module that other files use."""
    return frozenset(reader.draft.outside.shared) if reader.draft.outside is not None else frozenset()


def annotations(definition: Node) -> dict[str, Node | None]:
    """The annotations of a function's parameters."""
    holder = definition.child_by_field_name("parameters")
    found: dict[str, Node | None] = {}
    for node in holder.named_children if holder is not None else ():
        inner = node.child_by_field_name("name") or (node.named_children[0] if node.named_children else node)
        found[text(inner).lstrip("*")] = node.child_by_field_name("type")
    return found


def _method(reader: Reader, call: Node, of: Node, kind: Type | None, env: Env, scope: Scope) -> Type | None:
    """Methods of what is no file, folder or frame: of containers, texts and paths."""
    from flyteshift.migration.data import values

    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    assert function is not None and holder is not None
    name = text(function.child_by_field_name("attribute"))
    if kind is None:
        return None
    if kind.name == "dict" and name in ("values", "items", "get", "pop", "copy"):
        for _, value, given in _arguments(reader, holder, env, scope):
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
        _library(reader, call, name, _arguments(reader, holder, env, scope), scope)
        if name in ("glob", "rglob", "iterdir"):
            return Type("list", (LOCAL,))
        if name in ("split", "rsplit", "splitlines", "exists", "is_file", "read_text", "stat"):
            return Type("other")
        if name == "open":
            return Type("handle")
        return kind
    if kind == PANDAS and name in ("to_csv", "to_parquet", "to_json", "to_excel", "to_pickle", "to_feather"):
        _library(reader, call, name, _arguments(reader, holder, env, scope), scope)
        return Type("other")
    if kind == PANDAS:
        _library(reader, call, name, _arguments(reader, holder, env, scope), scope)
        return PANDAS if name in _FRAME_METHODS else Type("other")
    return None


_FRAME_METHODS = frozenset(["head", "tail", "copy", "dropna", "fillna", "reset_index", "sort_values", "assign", "drop",
                            "rename", "query", "sample", "astype", "merge", "join", "drop_duplicates"])  # fmt: skip


def _library(
    reader: Reader, call: Node, name: str, given: list[tuple[str, Node, Type | None]], scope: Scope
) -> Type | None:
    """A call of what is no task or function of the project: files are given to it as paths."""
    from flyteshift.migration.data import values

    root, last = name.partition(".")[0], name.rpartition(".")[2]
    first = given[0][2] if given else None
    if any(holds(reader.source, kind) for _, _, kind in given) and _runs_function(reader, given, name, scope):
        return None if name != "sorted" else first
    if name == "typing.cast" and len(given) == 2:
        return annotated(reader.source, given[0][1])
    if name in _ASKS:
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
            if name == "open" and index == 0 and files._open_mode(call)[:1] in ("w", "a", "x"):
                reader.record.refuse(call, files.WRITTEN)
            if whole and name == "os.fspath":
                function = call.child_by_field_name("function")
                if function is not None:
                    reader.record.gone[reader.record.span(function)] = None
            files.path(reader, value, call if whole else value, kind, scope)
        elif holds(reader.source, kind):
            if kind.name in (*FLYTE, "mixed", "opened") or not _may_hold(name):
                reader.record.refuse(value, PASSED.format(text(call.child_by_field_name("function")), text(value)))
    return _gives(name, root, last, first)


def _runs_function(
    reader: Reader, given: list[tuple[str, Node, Type | None]], name: str, scope: Scope
) -> bool:  # fmt: skip
    """True for a call that hands files to a function that it is given; what that does with them is read or refused."""
    from flyteshift.migration.data import values

    ran = [
        v
        for _, v, kind in given
        if v.type == "lambda" or (kind is None and (text(v) in reader.functions or _inner_definition(scope, text(v))))
    ]
    if not ran:
        return False
    lists = [k for _, v, k in given if v not in ran]
    item = values.element(lists[0]) if lists else None
    for function in ran:
        if name not in _APPLIES or item is None or len(lists) > 1:
            reader.record.refuse(function, PASSED.format(name, text(function)))
        elif function.type == "lambda":
            holder, body = function.child_by_field_name("parameters"), function.child_by_field_name("body")
            names = [text(n) for n in holder.named_children] if holder is not None else []
            if body is not None and len(names) == 1:
                inside = replace(scope, waits=False, inner=True)
                values.read(reader, body, {**reader.globals, names[0]: item}, inside)
        elif text(function) in reader.functions:
            takes = annotations(reader.functions[text(function)])
            if len(takes) == 1 and next(iter(takes.values())) is None:
                reader.record.takes(text(function), next(iter(takes)), item)
            elif not all(holds(reader.source, annotated(reader.source, n)) for n in list(takes.values())[:1]):
                reader.record.refuse(function, PASSED.format(name, text(function)))
        else:
            reader.record.refuse(function, PASSED.format(name, text(function)))
    return True


_APPLIES = frozenset(["sorted", "max", "min", "map", "filter"])


def _may_hold(name: str) -> bool:
    """True for functions that only move what a container holds."""
    return name in ("max", "min", "any", "all", "filter", "map", "next", "dict", "copy", "deepcopy")


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
    if root in sys.stdlib_module_names:
        return None
    return None
