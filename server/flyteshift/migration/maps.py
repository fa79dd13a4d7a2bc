"""`map_task(f)(x=xs)` becomes `list(flyte.map(f, xs, return_exceptions=False))`, or calls in a comprehension.

`flyte.map` takes its lists by position, in the order of the task's parameters. With a `functools.partial` it takes one
list, for the first parameter (measured with flyte 2.12); what else Flyte 1 could map is written as calls of the task.
Flyte 1 wanted a list for every input that is not bound, defaults or not, so all parameters are given.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration import awaits, callees, overrides, results, signatures
from flyteshift.migration.arguments import Given, arguments, keyword_of
from flyteshift.migration.draft import Draft
from flyteshift.migration.layout import in_call, indent, taken
from flyteshift.migration.names import underscored
from flyteshift.migration.settings import names_read
from flyteshift.migration.signatures import Signature
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.text import Edit

LENGTHS = "Flyte 1 failed where the first list was longer than another; `flyte.map` and `zip` stop at the shortest."
WRITTEN_OUT = "`flyte.map` cannot bind `{0}` of `{1}`, so the calls are written out."
LIMIT = "They run one after the other: more at once would not keep the limit of `concurrency={0}`."
NOT_A_TASK = "flyteshift cannot tell which task `{0}` maps over; map a task of this project, or a `partial` of one."
ENTITY = "Flyte 2 maps tasks; `{0}` is a {1}: call it in a loop."
FEWER = (
    "`flyte.map` has no `{0}`: map with `return_exceptions=True`, count the results that are exceptions, and raise"
    " where there are too many."
)
ALL_NODES = "`run_all_sub_nodes` has no form in `flyte.map`: with `return_exceptions=True` all elements run."
UNKNOWN = "`flyte.map` has no form for `{0}`."
UNSEEN = "flyteshift cannot see what `{0}` passes to the map; write the inputs out."
INPUTS = "A map needs each input of `{0}` once, as a list or bound by `partial`: `{1}` is not."
STORED = "`{0}` holds a map and is used as a value here; flyteshift migrates only calls of it."
MOVED = "What `{0}` is made of may change until it is used; write it where it is called."
REPEATED = "`{0}` would be evaluated for every element; give it a name first."
NOTHING = "`{0}` gives nothing, and Flyte 2 would give a list of `None` here."
NAMED = "`{0}` gives a NamedTuple; in a Flyte 2 run the elements of the list lose their names."
HIDDEN = "`{0}` means something else here, and the new code needs Python's; give yours another name, then migrate."
_POSITIONS = ("target", "concurrency", "min_successes")
_ASYNC = "r async for r in "
_TARGETS = ("target", "task_function")
_USELESS = {"min_successes": ("None",), "min_success_ratio": ("None", "1", "1.0"), "run_all_sub_nodes": ("False",)}


@dataclass(frozen=True)
class Map:
    """A `map_task(...)`: the task's name, what `partial` binds, the variable that holds the partial, the options."""

    task: Node
    bound: Mapping[str, Given]
    variable: Node | None
    options: Mapping[str, Given]
    maker: Node


def watch(draft: Draft) -> None:
    """Tell the draft of the calls of variables that hold a map, and of the partials that are mapped."""
    for reference in draft.references:
        if reference.kind != "name" or draft.model.names.role(reference.symbol) not in callees.MAPS:
            continue
        maker = _call_at(draft, reference.span.start)
        for name in _loads(draft, _variable(maker)):
            if callees.is_callee(name):
                draft.watched.add(draft.document.span(name).start)
        holder = maker.child_by_field_name("arguments")
        for inner in holder.named_children if holder is not None else ():
            made = callees.held(inner) if inner.type == "identifier" else None
            if made is not None and made.parent is not None:
                draft.watched.add(draft.document.span(made.parent).start)


def is_map(draft: Draft, node: Node) -> bool:
    """True for `map_task(f)(x=xs)` and for `m(x=xs)` where `m` holds a map."""
    return node.type == "call" and maker(draft, node) is not None


def source(draft: Draft, node: Node) -> str | None:
    """The call of a map in Flyte 2's words."""
    return code(draft, node, ())


def code(draft: Draft, node: Node, extra: Sequence[Given]) -> str | None:
    """The call of a map, its task with the overrides `extra`; None where refused."""
    function = node.child_by_field_name("function")
    made = maker(draft, node)
    if made is None:
        draft.refuse(node, NOT_A_TASK.format(text(function)))
        return None
    found = _read(draft, made, node)
    if found is None:
        return None
    signature = signatures.of(draft, found.task)
    if signature is None:
        draft.refuse(found.task, NOT_A_TASK.format(text(found.task)))
        return None
    given = _inputs(draft, node, found, signature)
    changed = _overridden(draft, found, extra)
    if not awaits.allowed(draft, node) or given is None or changed is None or not _fits(draft, node, found, signature):
        return None
    if not _are_pythons(draft, node):
        return None
    if len(given) > 1:
        draft.note(node, LENGTHS)
    if found.variable is not None and (changed.arguments or _needs_calls(found, signature)):
        partial = callees.held(found.variable)
        if partial is None or not _is_stable(draft, partial, node):
            draft.refuse(node, MOVED.format(text(found.variable)), "flytekit.map_task")
            return None
    if not _needs_calls(found, signature):
        return _mapped(draft, node, found, changed, [given[p] for p in signature.parameters if p in given])
    return _called(draft, node, found, changed, given, signature)


def statement(draft: Draft, node: Node) -> list[Edit] | None:
    """The assignment of a map to a variable goes, as does that of a partial that is written out where it is mapped."""
    assignment = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
    value = (
        assignment.child_by_field_name("right") if assignment is not None and assignment.type == "assignment" else None
    )
    left = assignment.child_by_field_name("left") if assignment is not None else None
    if value is None or left is None or left.type != "identifier" or value.type != "call":
        return None
    found = _loads(draft, left)
    if callees.maker(draft, value) in callees.MAPS:
        for name in found:
            if not callees.is_callee(name):
                draft.refuse(name, STORED.format(text(name)))
        return imports.drop(draft.document, node) if found else None
    if found and callees.is_partial(draft, value) and all(_is_written_out(draft, name) for name in found):
        return imports.drop(draft.document, node)
    return None


def _is_written_out(draft: Draft, name: Node) -> bool:
    """True where the partial that a variable holds is mapped, and written out there."""
    maker = callees.first_argument_of(name)
    if maker is None or callees.maker(draft, maker) not in callees.MAPS:
        return False
    found = _target(draft, name, {}, maker, maker)
    signature = signatures.of(draft, found.task) if found is not None else None
    if found is None or signature is None:
        return False
    calls = [maker.parent] if callees.is_callee(maker) else [n.parent for n in _loads(draft, _variable(maker))]
    changed = any(g.name == "metadata" for g in arguments(draft, maker))
    changed = changed or all(c is not None and callees.overridden(draft, c) != c for c in calls)
    return changed or _needs_calls(found, signature)


def _needs_calls(found: Map, signature: Signature) -> bool:
    """True where `flyte.map` cannot map a partial: it takes one list, for the first parameter."""
    return bool(found.bound) and {*signature.parameters} - {*found.bound} != {*signature.parameters[:1]}


def maker(draft: Draft, call: Node) -> Node | None:
    """The `map_task(...)` that is called, directly or by a variable that holds it."""
    function = call.child_by_field_name("function")
    if function is not None and function.type == "identifier":
        function = callees.held(function)
    if function is None or function.type != "call" or callees.maker(draft, function) not in callees.MAPS:
        return None
    return function


def _read(draft: Draft, maker: Node, call: Node) -> Map | None:
    """What a `map_task(...)` says; None where refused."""
    function = maker.child_by_field_name("function")
    if function is None or draft.symbol(function) not in callees.MAPS:
        draft.refuse(call, NOT_A_TASK.format(text(call.child_by_field_name("function"))))
        return None
    draft.claim(function)
    options: dict[str, Given] = {}
    for index, given in enumerate(arguments(draft, maker)):
        name = given.name or (_POSITIONS[index] if index < len(_POSITIONS) else "")
        if name in ("", "*", "**"):
            draft.refuse(given.node, UNSEEN.format(text(given.node)), "flytekit.map_task")
            return None
        if given.name:
            draft.claim(keyword_of(given))
        options["target" if name in _TARGETS else name] = given
    target = options.pop("target", None)
    if target is None:
        draft.refuse(maker, NOT_A_TASK.format(text(maker)))
        return None
    if maker.parent != call and not _is_stable(draft, maker, call):
        draft.refuse(call, MOVED.format(text(call.child_by_field_name("function"))))
        return None
    return _target(draft, target.value, options, maker, call)


def _target(draft: Draft, value: Node, options: Mapping[str, Given], maker: Node, call: Node) -> Map | None:
    variable = None
    partial = value
    if value.type == "identifier" and (made := callees.held(value)) is not None:
        variable, partial = value, made
    bound: dict[str, Given] = {}
    task = partial
    if partial.type == "call":
        given = arguments(draft, partial) if callees.is_partial(draft, partial) else []
        if not given or given[0].name or any(g.name in ("", "*", "**") for g in given[1:]):
            draft.refuse(value, NOT_A_TASK.format(text(value)))
            return None
        task, bound = given[0].value, {g.name: g for g in given[1:]}
    entity = draft.entity(task)
    if task.type not in ("identifier", "attribute") or entity is None or signatures.of(draft, task) is None:
        draft.refuse(value, NOT_A_TASK.format(text(value)))
        return None
    if entity.kind != "task":
        draft.refuse(task, ENTITY.format(text(task), entity.kind))
        return None
    if callees.scope(task).type == "module" and callees.scope(call).type != "module" and entity.name not in draft.tasks:
        draft.refuse(task, NOT_A_TASK.format(text(task)))
        return None
    return Map(task, bound, variable, options, maker)


def _inputs(draft: Draft, call: Node, found: Map, signature: Signature) -> dict[str, Given] | None:
    """The lists by parameter; None where refused."""
    lists: dict[str, Given] = {}
    for index, given in enumerate(arguments(draft, call)):
        positional = signature.parameters[index] if index < len(signature.parameters) else ""
        name = given.name or positional
        if name in ("", "*", "**"):
            draft.refuse(given.node, UNSEEN.format(text(given.node)), "flytekit.map_task")
            return None
        lists[name] = given
    wrong = [p for p in signature.parameters if (p in lists) == (p in found.bound)]
    wrong += [n for n in (*lists, *found.bound) if n not in signature.parameters]
    if wrong or not lists:
        draft.refuse(call, INPUTS.format(text(found.task), wrong[0] if wrong else "one"), "flytekit.map_task")
        return None
    return lists


def _fits(draft: Draft, call: Node, found: Map, signature: Signature) -> bool:
    """Refuse options and results that have no form."""
    before = len(draft.obstacles)
    tolerated = draft.document.span(call).start in draft.tolerated
    if tolerated and _needs_calls(found, signature):
        draft.refuse(call, FEWER.format("min_success_ratio"), "flytekit.map_task(min_success_ratio)")
    for name, given in found.options.items():
        if tolerated and name == "min_success_ratio":
            continue
        if name in _USELESS and text(given.value) not in _USELESS[name]:
            message = ALL_NODES if name == "run_all_sub_nodes" else FEWER.format(name)
            draft.refuse(given.node, message, f"flytekit.map_task({name})")
        elif name not in (*_USELESS, "concurrency", "metadata"):
            draft.refuse(given.node, UNKNOWN.format(name), f"flytekit.map_task({name})")
    use = callees.overridden(draft, call).parent
    if signature.gives_nothing and use is not None and use.type not in ("expression_statement", "assignment"):
        draft.refuse(call, NOTHING.format(text(found.task)))
    task = draft.tasks.get(text(found.task))
    if task is not None and results.named(draft, task):
        draft.refuse(call, NAMED.format(task.name))
    return len(draft.obstacles) == before


def _overridden(draft: Draft, found: Map, extra: Sequence[Given]) -> overrides.Changes | None:
    """The overrides of the mapped task: those of `metadata=` and those that follow the call."""
    metadata = found.options.get("metadata")
    given = list(extra)
    if metadata is not None and text(metadata.value) != "None":
        more = overrides.metadata(draft, metadata.value, draft.tasks.get(text(found.task)))
        if more is None:
            return None
        given = [*more, *(g for g in given)]
    return overrides.read(draft, given, draft.tasks.get(text(found.task)), mapped=True)


def _mapped(draft: Draft, call: Node, found: Map, changed: overrides.Changes, lists: Sequence[Given]) -> str:
    """`list(flyte.map(f, xs, return_exceptions=False))`."""
    dropped = [c for n, g in found.options.items() if n in (*_USELESS, "metadata") for c in (*g.before, g.behind) if c]
    out = [Argument(_function(draft, found, changed), tuple(dropped))]
    out += [Argument(draft.source(g.value), g.before, g.behind) for g in lists]
    limit = found.options.get("concurrency")
    if limit is not None and text(limit.value) not in ("None", "0"):
        out.append(keyword("concurrency", draft.source(limit.value), limit.before, limit.behind))
    if changed.group:
        out.append(keyword("group_name", changed.group))
    if draft.document.span(call).start not in draft.tolerated:
        out.append(keyword("return_exceptions", "False"))
    if awaits.around(call) is not None:
        code = print_call("flyte.map.aio", out, draft.style, indent(draft, call), taken(draft, call) + len(_ASYNC))
        return f"[{_ASYNC}{code}]"
    return in_call("list", "flyte.map", out, draft.style, indent(draft, call), taken(draft, call))


def _function(draft: Draft, found: Map, changed: overrides.Changes) -> str:
    if not found.bound:
        return changed.of(text(found.task))
    if found.variable is not None and not changed.arguments:
        return text(found.variable)
    bound: list[Argument] = [Argument(changed.of(text(found.task)))]
    bound += [keyword(n, draft.source(g.value), g.before, g.behind) for n, g in found.bound.items()]
    partial = (
        callees.held(found.variable) if found.variable is not None else found.task.parent and found.task.parent.parent
    )
    name = text(partial.child_by_field_name("function")) if partial is not None else "partial"
    return print_call(name, bound, draft.style, indent(draft, found.maker) + draft.style.indent)


def _called(
    draft: Draft, call: Node, found: Map, changed: overrides.Changes, lists: Mapping[str, Given], signature: Signature
) -> str | None:
    """`[f(a=9, b=b) for b in bs]`."""
    for given in found.bound.values():
        if any(n.type in ("call", "await", "lambda", "named_expression") for n in walk(given.value)):
            draft.refuse(given.value, REPEATED.format(text(given.value)), "flytekit.map_task")
            return None
    bound = {n: draft.source(g.value) for n, g in found.bound.items()}
    used = {text(found.task)}.union(*(names_read(g.value) for g in found.bound.values()))
    names = {n: underscored(n, used | {text(g.value)}) for n, g in lists.items()}
    inputs = [keyword(n, bound[n] if n in bound else names[n]) for n in signature.parameters]
    ordered = [n for n in signature.parameters if n in lists]
    sources = [draft.source(lists[n].value) for n in ordered]
    over = sources[0] if len(sources) == 1 else f"zip({', '.join(sources)})"
    call_ = f"{changed.of(text(found.task))}{{}}({', '.join(a.text for a in inputs)})"
    head = f"await {call_.format('.aio')}" if awaits.around(call) is not None else call_.format("")
    tail = f"for {', '.join(names[n] for n in ordered)} in {over}"
    draft.note(call, WRITTEN_OUT.format(next(iter(found.bound)), text(found.task)))
    limit = found.options.get("concurrency")
    if limit is not None and text(limit.value) not in ("None", "0"):
        draft.note(call, LIMIT.format(text(limit.value)))
        draft.limited.add(draft.document.span(call).start)
    line = f"[{head} {tail}]"
    start = indent(draft, call)
    if len(start) + taken(draft, call) + len(line) <= draft.style.width or "\n" in line:
        return line
    inner = start + draft.style.indent
    return draft.style.newline.join(["[", inner + head, inner + tail, f"{start}]"])


def _are_pythons(draft: Draft, call: Node) -> bool:
    """Refuse a map where a builtin that its new code calls has been given another meaning."""
    around = callees.scope(call)
    for name in ("list", "zip", "len", "isinstance"):
        if name in draft.model.names.events or (around.type != "module" and callees.bindings(around, name)):
            draft.refuse(call, HIDDEN.format(name), "flytekit.map_task")
            return False
    return True


def _is_stable(draft: Draft, maker: Node, call: Node) -> bool:
    """True where the names that a stored map is made of mean the same where it is called."""
    at_module = callees.scope(maker).type == "module"
    for node in walk(maker):
        if node.type != "identifier" or text(node) not in names_read(maker):
            continue
        if callees.binding(node) is None and text(node) not in dir(builtins):
            return False
        if at_module and callees.bindings(callees.scope(call), text(node)) and callees.scope(call).type != "module":
            return False
    return all(n == maker or callees.is_partial(draft, n) for n in walk(maker) if n.type == "call")


def _call_at(draft: Draft, start: int) -> Node:
    """The call whose function starts at an offset."""
    byte = draft.document.byte_offset(start)
    node = draft.document.tree.root_node.descendant_for_byte_range(byte, byte + 1)
    assert node is not None
    while node.parent is not None and node.type != "call":
        node = node.parent
    return node


def _variable(maker: Node) -> Node | None:
    """The variable that a map is assigned to."""
    above = maker.parent
    left = above.child_by_field_name("left") if above is not None and above.type == "assignment" else None
    return left if left is not None and left.type == "identifier" else None


def _loads(draft: Draft, variable: Node | None) -> list[Node]:
    """Where a variable is read that is set once."""
    if variable is None:
        return []
    found = callees.loads(callees.scope(variable), text(variable))
    return [n for n in found if (made := callees.binding(n)) is not None and made == variable.parent]
