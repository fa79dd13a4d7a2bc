"""Calls: of tasks, plain functions, classes and libraries, and what becomes of the files and frames given to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tree_sitter import Node

from flyteshift.migration import callees
from flyteshift.migration.data import boundaries, files, frames, libraries
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
from flyteshift.migration.data.record import Scope
from flyteshift.migration.data.signatures import (
    Given,
    arguments,
    inner_definition,
    of_callee,
    parameters,
    plain_function,
    said_of,
    signature,
)
from flyteshift.migration.trees import text
from flyteshift.semantics.values import Class, Function, Symbol

if TYPE_CHECKING:
    from flyteshift.migration.data.flow import Env, Reader

_MAKES = {"new_remote_file": "new_remote", "from_source": "from_existing_remote", "new_remote": "new_remote"}
_GROWS = frozenset(["append", "extend", "insert", "add", "appendleft"])
_SETS = frozenset(["update", "setdefault"])


def read(reader: Reader, call: Node, env: Env, scope: Scope) -> Type | None:
    """What a call gives."""
    from flyteshift.migration.data import values

    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or holder is None:
        return None
    made = _constructed(reader, function, env)
    if made is not None:
        if made.name == "frame":
            return frames.made(reader, call, made, env, scope)
        return files.made(reader, call, made, env, scope)
    of = function.child_by_field_name("object") if function.type == "attribute" else None
    if of is not None and _is_condition(reader, function):
        kind = values.read(reader, of, env, scope)
        for _, _, given in arguments(reader, holder, env, scope):
            kind = given if kind is None else either(kind, given) if given is not None else kind
        return kind
    if of is not None:
        named = reader.draft.model.value(of)
        owner = flyte1(reader.draft.model.names.role(named.name)) if isinstance(named, Symbol) else None
        if owner is not None:
            return _of_class(reader, call, owner, env, scope)
        kind = values.read(reader, of, env, scope)
        if kind is None and text(of) == "cls" and scope.name.count(".") == 1:
            kind = Type("class", detail=scope.owner)
        if kind is None and isinstance(named, (Class, Symbol)):
            kind = annotated(reader.source, of)
            kind = kind if kind is not None and kind.name == "class" else None
        if kind is not None and kind.name == "class" and reader.draft.entity(function) is None:
            name = text(function.child_by_field_name("attribute"))
            own = method(reader.source, kind, name)
            if own is not None:
                return _called(reader, f"{kind.detail}.{name}", *own, holder, env, scope)
        if kind is not None and kind.name in ("file", "dir"):
            arguments(reader, holder, env, scope)
            return files.method(reader, call, of, kind, scope)
        if kind is not None and kind.name in ("frame", "opened"):
            return frames.method(reader, call, of, kind, env, scope)
        found = libraries.method(reader, call, of, kind, env, scope)
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
    if of is None or holder is None or name not in _GROWS | _SETS:
        return False
    old = values.read(reader, of, env, scope)
    given = arguments(reader, holder, env, scope)
    _, value, kind = given[-1] if given else ("", holder, None)
    if name in _SETS:
        return _set(reader, of, name, given, env)
    if name == "extend":
        kind = values.element(kind)
    inside = _filled(of)
    if old is not None and old.name == "list" and of.type == "identifier":
        env[text(of)] = Type("list", (either(old.items[0], kind) if old.items else kind,))
    elif old is not None and old.name == "list" and old.items and holds(reader.source, old) and name != "extend":
        boundaries.give(reader, value, kind, old.items[0], scope)
    elif inside is not None and (old is None or old.name == "list"):
        around = env.get(inside)
        before = around.items[0] if around is not None and around.items else Type("list")
        item = either(before.items[0], kind) if before is not None and before.items else kind
        env[inside] = Type("dict", (Type("list", (item,)),))
    elif holds(reader.source, kind):
        reader.record.refuse(value, libraries.PASSED.format(text(function), text(value)))
    return True


def _set(reader: Reader, of: Node, name: str, given: Given, env: Env) -> bool:
    """`found.update({key: x})` and `found.setdefault(key, x)` for a dictionary of the function; False for others."""
    old, kind = env.get(text(of)), given[-1][2] if given else None
    known = old is not None and old.name == "dict" and len(given) == (2 if name == "setdefault" else 1)
    if name == "update":
        known = known and not given[0][0] and kind is not None and kind.name == "dict"
        kind = kind.items[0] if kind is not None and kind.items else None
    if old is None or not known:
        return False
    env[text(of)] = Type("dict", (either(old.items[0], kind) if old.items else kind,))
    return True


def _filled(of: Node) -> str | None:
    """The variable of the dictionary in `found[key].append(x)` and `found.setdefault(key, []).append(x)`."""
    if of.type == "subscript":
        root = of.child_by_field_name("value")
    elif of.type == "call" and text(of.child_by_field_name("function")).endswith(".setdefault"):
        function = of.child_by_field_name("function")
        root = function.child_by_field_name("object") if function is not None else None
    else:
        return None
    return text(root) if root is not None and root.type == "identifier" else None


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


def _of_class(reader: Reader, call: Node, owner: Type, env: Env, scope: Scope) -> Type | None:
    """`FlyteFile.new_remote_file(...)` and other methods of the classes themselves."""
    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    assert function is not None and holder is not None
    given = arguments(reader, holder, env, scope)
    name = text(function.child_by_field_name("attribute"))
    made = {"new_remote_file": "new_remote", "from_source": "from_existing_remote", "new_remote": "new_remote"}.get(
        name
    )
    keyword = {"new_remote_file": "file_name", "new_remote": "dir_name", "from_source": ""}.get(name, "")
    known = (owner.name, name) in {
        ("file", "new_remote_file"), ("file", "from_source"), ("dir", "new_remote"), ("dir", "from_source"),
    }  # fmt: skip
    if made is None or not known or len(given) > 1:
        reader.record.refuse(call, files.unknown(name, owner))
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


def _twice(reader: Reader, call: Node, function: Node, env: Env, scope: Scope) -> Type | None:
    """`map_task(f)(x=xs)`, `f.override(...)(x=1)`, `create_node` and the like."""
    from flyteshift.migration.data import values

    holder = call.child_by_field_name("arguments")
    assert holder is not None
    mapped = callees.MAPS & {_role(reader, n) or "" for n in function.named_children[:1]}
    values.read(reader, function, env, scope)
    given = arguments(reader, holder, env, scope)
    signature = of_callee(reader, function)
    if signature is None:
        maker = function.child_by_field_name("function")
        made = values.dotted(reader, maker) if maker is not None else ""
        libraries.handed(reader, call, made or text(function), given, scope)
        return None
    takes, returns = signature
    for name, value, kind in given:
        want = takes.get(name)
        boundaries.give(reader, value, kind, Type("list", (want,)) if mapped and want else want, scope)
    return Type("list", (returns,)) if mapped else returns


def _plain(
    reader: Reader, call: Node, function: Node, holder: Node, env: Env, scope: Scope
) -> Type | None:  # fmt: skip
    from flyteshift.migration.data import values

    entity = reader.draft.entity(function)
    if entity is not None and function.type != "call":
        found = signature(reader, function, entity)
        given = arguments(reader, holder, env, scope)
        takes, returns = found if found is not None else ({}, None)
        _give(reader, given, takes, scope)
        if _frames_between(reader, given, takes, returns):
            reader.record.running.add(scope.owner)
        if scope.owner not in reader.draft.tasks and _is_read(given, takes):
            reader.record.running.add(entity.name)
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
        own = method(reader.source, kind, "__init__")
        if own is not None:
            _called(reader, f"{kind.detail}.__init__", *own, holder, env, scope)
            return kind
        given = arguments(reader, holder, env, scope)
        known = values.fields_of(reader, kind)
        for keyword, argument, held in given:
            if holds(reader.source, held) and (keyword not in known if keyword else not known):
                reader.record.refuse(argument, libraries.PASSED.format(text(function), text(argument)))
        _give(reader, given, known, scope)
        return kind
    name = text(function)
    inner = inner_definition(scope, name)
    if inner is not None and not isinstance(value, Function):
        return _called(reader, f"{scope.name}.{name}", reader.source, inner, holder, env, scope)
    plain = plain_function(reader, function)
    if plain is not None:
        return _called(reader, name, *plain, holder, env, scope)
    given = arguments(reader, holder, env, scope)
    if callees.is_partial(reader.draft, call):
        _partial(reader, call, given, scope)
        return None
    called = values.dotted(reader, function) or name
    changed = given[0][2] if called in ("dataclasses.replace", "copy.replace") and given else None
    if changed is not None and changed.name == "class":
        _give(reader, given[1:], values.fields_of(reader, changed), scope)
        return changed
    return libraries.handed(reader, call, called, given, scope)


def _give(reader: Reader, given: Given, takes: dict[str, Type | None], scope: Scope) -> None:
    """Give arguments to parameters, by position and by name."""
    order = list(takes)
    for index, (name, value, kind) in enumerate(given):
        key = name or (order[index] if index < len(order) else "")
        if name == "*":
            if any(holds(reader.source, t) for t in takes.values()) or holds(reader.source, kind):
                reader.record.refuse(value, libraries.PASSED.format("This call", text(value)))
            continue
        boundaries.give(reader, value, kind, takes.get(key), scope, argument=True)


def _frames_between(
    reader: Reader,
    given: Given,
    takes: dict[str, Type | None],
    returns: Type | None,
) -> bool:
    kinds = [*(k for _, _, k in given), *takes.values(), returns]
    return any(k is not None and k.name == "frame" for k in kinds)


def _is_read(given: Given, takes: dict[str, Type | None]) -> bool:
    """True where a frame of Flyte goes to a parameter that is one of pandas, which a run makes of it."""
    return any(k is not None and k.name == "frame" and takes.get(name) == PANDAS for name, _, k in given)


def _partial(reader: Reader, call: Node, given: Given, scope: Scope) -> None:
    """`partial(f, ...)`: what is bound goes to the function."""
    if not given:
        return
    from flyteshift.migration.data import values

    function = given[0][1]
    task, plain = of_callee(reader, function), plain_function(reader, function)
    if task is not None:
        _give(reader, given[1:], task[0], scope)
    elif plain is not None:
        _pass(reader, text(function), *plain, given[1:], scope)
    elif values.dotted(reader, function):
        libraries.handed(reader, call, values.dotted(reader, function), given[1:], scope)
    else:
        for _, value, kind in given[1:]:
            if holds(reader.source, kind):
                reader.record.refuse(value, libraries.PASSED.format(text(function), text(value)))


def _called(
    reader: Reader, name: str, source: Source, definition: Node, holder: Node, env: Env, scope: Scope
) -> Type | None:  # fmt: skip
    """A call of a plain function or method of the project."""
    _pass(reader, name, source, definition, arguments(reader, holder, env, scope), scope)
    returned = definition.child_by_field_name("return_type")
    made = reader.record.known_given.get(name)
    if returned is None or text(returned) in _ANYTHING:
        return made
    return annotated(source, returned) or (made if made in (LOCAL, ADDRESS) else None)


def _pass(reader: Reader, name: str, source: Source, definition: Node, given: Given, scope: Scope) -> None:
    """Give arguments to a plain function or method."""
    wanted = [p for p in parameters(source, definition) if p[0] not in ("self", "cls")]
    said = said_of(definition)
    order, takes = [p for p, _, _ in wanted], {p: k for p, k, _ in wanted}
    for index, (keyword, value, kind) in enumerate(given):
        key = keyword or (order[index] if index < len(order) else "")
        want = takes.get(key)
        if keyword == "*" and holds(reader.source, kind):
            reader.record.refuse(value, libraries.PASSED.format(name, text(value)))
        elif said.get(key) is None and key in takes and source.path is None:
            if name in reader.shared and holds(reader.source, kind):
                reader.record.refuse(value, libraries.PASSED.format(name, text(value)))
            reader.record.takes(name, key, kind)
        elif want is not None and want.name == "mixed":
            continue  # whatever it is: a plain function gets what it is given
        elif holds(source, want):
            boundaries.give(reader, value, kind, want, scope, argument=True)
        elif kind is not None and kind.name in ("file", "dir") and text(said.get(key)) not in _ANYTHING:
            files.path(reader, value, value, kind, scope)
        elif holds(reader.source, kind) and text(said.get(key)) not in _ANYTHING:
            reader.record.refuse(value, libraries.PASSED.format(name, text(value)))


_ANYTHING = frozenset(["Any", "typing.Any", "object"])
