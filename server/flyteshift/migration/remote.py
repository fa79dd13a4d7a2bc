"""`FlyteRemote` in the code that starts workflows: `flyte.init_from_config(...)` and `flyte.run(...)`.

What is rewritten: a remote made from `Config.auto`, registering what is run (a run deploys its code by itself),
`execute` with its inputs, waiting, outputs by name, the name and the address of an execution. Everything else asked of
a remote or an execution is refused. `Run.outputs` needs a finished run, so only what Flyte 1 waited for is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration import scopes
from flyteshift.migration.arguments import Given, arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.layout import indent
from flyteshift.migration.names import free
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.text import Edit, Span

CLUSTER = "The configuration must name a Flyte 2 cluster; `{0}` are registered as tasks there when they run."
UNSEEN = "flyteshift cannot see what `{0}` gives here; write the arguments out by their names."
STARTED = "flyteshift migrates `execute` of this module's tasks and workflows only; write `flyte.run(...)` by hand."
EXECUTION = "flyteshift knows no Flyte 2 form for this use of an execution; see `flyte.remote.Run`."
REMOTE = "flyteshift cannot follow where this remote goes; use it in the function that makes it."
WAIT = "Flyte 2 gives outputs of a finished run; add `wait=True`, then migrate."
INPUT = "`flyte.run` has a parameter `{0}` of its own; start this task by another one."
PLACE = "Give the execution a name of its own first, then migrate."

_REMOTE = "flytekit.FlyteRemote"
_ORDER = ("config", "default_project", "default_domain")
_DROPPED = frozenset({"interactive_mode_enabled"})
_REGISTERS = frozenset({"register_script", "register_workflow", "fast_register_workflow", "register_task"})
_WAITS = frozenset({"wait", "sync", "sync_execution"})
_RUN = {
    "version": "version", "project": "project", "domain": "domain", "execution_name": "name",
    "overwrite_cache": "overwrite_cache", "interruptible": "interruptible", "envs": "env_vars",
}  # fmt: skip
"""Parameters of `execute` and those of `flyte.with_runcontext`."""
_SILENT = frozenset({"image_config", "type_hints", "serialization_settings", "interactive_mode_enabled"})
_POSITION = re.compile(r"""["']o(\d+)["']\Z""")
_KEY = re.compile(r"""["']([A-Za-z_]\w*)["']\Z""")
_STATEMENTS = frozenset({"expression_statement", "return_statement"})


@dataclass
class Remotes:
    """What the module does with remotes: variables by the scope they are in, and the edits."""

    variables: set[tuple[int, str]] = field(default_factory=set)
    registered: dict[tuple[int, str], Node] = field(default_factory=dict)
    executions: dict[tuple[int, str], bool] = field(default_factory=dict)
    """Whether it was waited for, by scope and variable."""
    outputs: set[tuple[int, str]] = field(default_factory=set)
    """The variables that hold the outputs of an execution."""
    edits: list[Edit] = field(default_factory=list)


def read(draft: Draft) -> list[Edit]:
    """The edits that turn what a module does with remotes into Flyte 2; must run before uses of tasks are checked."""
    found = Remotes()
    if "Remote" not in draft.document.text:
        return []
    calls = [n for n in walk(draft.document.tree.root_node) if n.type == "call"]
    for call in calls:
        function = call.child_by_field_name("function")
        if function is not None and draft.symbol(function) == _REMOTE:
            _make(draft, found, call)
    for call in calls:
        if (method := _method(draft, found, call)) in _REGISTERS:
            _register(draft, found, call)
        elif method == "execute":
            _execute(draft, found, call)
        elif method in _WAITS:
            _wait(draft, found, call)
        elif method == "generate_console_url":
            _address(draft, found, call)
    for node in walk(draft.document.tree.root_node):
        if node.type == "identifier" and scopes.is_load(node) and not scopes.is_label(node):
            _check(draft, found, node)
    return found.edits if not draft.obstacles else []


def _scope(node: Node) -> int:
    """Where the function around a node starts; 0 at module level."""
    above = node.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    return above.start_byte if above is not None else 0


def _key(node: Node) -> tuple[int, str]:
    return _scope(node), text(node)


def _statement(node: Node) -> Node | None:
    """The statement that is this expression, or assigns it to one name."""
    above = node.parent
    if above is not None and above.type == "assignment":
        left = above.child_by_field_name("left")
        if left is None or left.type != "identifier" or above.child_by_field_name("right") != node:
            return None
        above = above.parent
    return above if above is not None and above.type == "expression_statement" else None


def _target(node: Node) -> Node | None:
    above = node.parent
    return above.child_by_field_name("left") if above is not None and above.type == "assignment" else None


def _method(draft: Draft, found: Remotes, call: Node) -> str:
    """The method of a known remote that a call calls."""
    function = call.child_by_field_name("function")
    of = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
    if function is None or of is None or of.type != "identifier" or _key(of) not in found.variables:
        return ""
    return text(function.child_by_field_name("attribute"))


def _make(draft: Draft, found: Remotes, call: Node) -> None:
    statement, variable = _statement(call), _target(call)
    if statement is None or variable is None:
        draft.refuse(call, REMOTE, _REMOTE)
        return
    given = _named(draft, call, _ORDER)
    if given is None or given.keys() - set(_ORDER) - _DROPPED:
        return
    new: list[Argument] = []
    config = given.get("config")
    if config is not None and config.value.type != "none":
        path = _config(draft, config.value)
        if path is None:
            return
        new += path
    for name, say in (("default_project", "project"), ("default_domain", "domain")):
        if name in given and given[name].value.type != "none":
            new.append(keyword(say, draft.source(given[name].value), given[name].before, given[name].behind))
    draft.claim_within(call)
    found.variables.add(_key(variable))
    code = print_call("flyte.init_from_config", new, draft.style, indent(draft, statement))
    found.edits.append(_instead(draft, statement, code))


def _instead(draft: Draft, statement: Node, code: str) -> Edit:
    """The edit that puts code in the place of a statement; comments that it does not have stand above it."""
    said = [text(n) for n in walk(statement) if n.type == "comment"]
    above = "".join(c + draft.style.newline + indent(draft, statement) for c in said if c not in code)
    return Edit(draft.document.span(statement), above + code)


def _config(draft: Draft, value: Node) -> list[Argument] | None:
    """The argument that `Config.auto(path)` becomes: the path, or none; None where it is another thing."""
    function = value.child_by_field_name("function") if value.type == "call" else None
    if function is None or draft.symbol(function) != "flytekit.Config.auto":
        return None
    given = _named(draft, value, ("config_file",))
    if given is None or given.keys() - {"config_file"}:
        return None
    path = given.get("config_file")
    return [Argument(draft.source(path.value), path.before, path.behind)] if path is not None else []


def _named(draft: Draft, call: Node, order: tuple[str, ...]) -> dict[str, Given] | None:
    """The arguments by name; None (refused) where they do not show."""
    found: dict[str, Given] = {}
    for index, given in enumerate(arguments(draft, call)):
        name = given.name or (order[index] if index < len(order) else "*")
        if name in ("*", "**"):
            draft.refuse(given.node, UNSEEN.format(text(given.node)))
            return None
        found[name] = given
    return found


def _register(draft: Draft, found: Remotes, call: Node) -> None:
    statement, variable = _statement(call), _target(call)
    given = arguments(draft, call)
    first = next((g for g in given if g.name in ("", "entity")), None)
    if statement is None or first is None or draft.entity(first.value) is None:
        draft.refuse(call, STARTED, f"{_REMOTE}.register_script")
        return
    draft.handed.add(draft.span(first.value))
    draft.claim_within(call)
    if variable is not None:
        found.registered[_key(variable)] = first.value
    found.edits += imports.drop(draft.document, statement)


def _execute(draft: Draft, found: Remotes, call: Node) -> None:
    """`execute(wf, inputs={...}, wait=True)` as `flyte.run(wf, ...)` and `.wait()`."""
    given = _named(draft, call, ("entity", "inputs"))
    if given is None or not _startable(draft, found, given):
        return
    inputs = _inputs(draft, given)
    known = {"entity", "inputs", "wait", *_RUN, *_SILENT}
    if inputs is None or given.keys() - known:
        return
    whole, reader = _with_outputs(call)
    statement = _statement(whole)
    at_once = whole.parent if whole.parent is not None and whole.parent.type in _STATEMENTS else None
    statement = statement or (at_once if at_once is not None and at_once.type == "return_statement" else None)
    waits = "wait" in given and text(given["wait"].value) == "True"
    if statement is None or ("wait" in given and text(given["wait"].value) not in ("True", "False")):
        draft.refuse(call, PLACE, f"{_REMOTE}.execute")
        return
    if reader is not None and not waits:
        draft.refuse(call, WAIT, f"{_REMOTE}.execute")
        return
    draft.claim_within(whole)
    entity = given["entity"].value
    started = found.registered.get(_key(entity), entity) if entity.type == "identifier" else entity
    found.edits.append(
        _run(draft, found, statement, whole, reader, _started(draft, given, statement, started, inputs), waits)
    )
    draft.note(call, CLUSTER.format(text(started)))


def _run(
    draft: Draft, found: Remotes, statement: Node, whole: Node, reader: str | None, started: str, waits: bool
) -> Edit:
    """The statement of an `execute` anew: the run under a name, the waiting, and what is read of it."""
    variable = _target(whole)
    start, newline = indent(draft, statement), draft.style.newline
    if reader is None and statement.type == "expression_statement":
        if variable is not None:
            found.executions[_key(variable)] = waits
        name = text(variable) if variable is not None else _free_run(draft, statement)
        if variable is None and not waits:
            return _instead(draft, statement, started)
        lines = [f"{name} = {started}", *([f"{name}.wait()"] if waits else [])]
        return _instead(draft, statement, (newline + start).join(lines))
    run = _free_run(draft, statement)
    lines = [f"{run} = {started}", *([f"{run}.wait()"] if waits else [])]
    value = run if reader is None else f"{run}.outputs(){reader}"
    if variable is not None and reader == "":
        found.outputs.add(_key(variable))
    lines.append(f"return {value}" if statement.type == "return_statement" else f"{text(variable)} = {value}")
    return _instead(draft, statement, (newline + start).join(lines))


def _free_run(draft: Draft, statement: Node) -> str:
    return free("run", {*draft.model.names.events, *_bound(statement)})


def _with_outputs(call: Node) -> tuple[Node, str | None]:
    """An `execute` with the `.outputs` and the output read off it; the reader is None where there is none."""
    above = call.parent
    if above is None or above.type != "attribute" or text(above.child_by_field_name("attribute")) != "outputs":
        return call, None
    read = above.parent
    if read is not None and read.type == "subscript" and read.child_by_field_name("value") == above:
        return read, _output(read)
    return above, ""


def _output(subscript: Node) -> str | None:
    """`[0]` for `["o0"]`, `.named_outputs["x"]` for `["x"]`."""
    key = subscript.child_by_field_name("subscript")
    position = _POSITION.match(text(key))
    return f"[{position.group(1)}]" if position else f".named_outputs[{text(key)}]"


def _startable(draft: Draft, found: Remotes, given: Mapping[str, Given]) -> bool:
    entity = given.get("entity")
    value = entity.value if entity is not None else None
    if value is not None and value.type == "identifier" and _key(value) in found.registered:
        return True
    known = draft.entity(value) if value is not None else None
    if value is None or known is None or known.kind not in ("task", "workflow", "dynamic", "eager"):
        draft.refuse(value or draft.document.tree.root_node, STARTED, f"{_REMOTE}.execute")
        return False
    draft.handed.add(draft.span(value))
    return True


def _inputs(draft: Draft, given: Mapping[str, Given]) -> list[Argument] | None:
    """The inputs as keywords where they show, else as `**inputs`."""
    inputs = given.get("inputs")
    if inputs is None or inputs.value.type == "none":
        return []
    if inputs.value.type != "dictionary":
        code = draft.source(inputs.value)
        return [Argument(f"**{code}" if inputs.value.type in ("identifier", "attribute", "call") else f"**({code})")]
    found: list[Argument] = []
    above: tuple[str, ...] = ()
    row = -1
    for item in inputs.value.named_children:
        if item.type == "comment" and item.start_point[0] == row and found:
            found[-1] = Argument(found[-1].text, found[-1].before, text(item))
            continue
        if item.type == "comment":
            above = (*above, text(item))
            continue
        key, value = item.child_by_field_name("key"), item.child_by_field_name("value")
        name = _KEY.match(text(key)) if item.type == "pair" else None
        if name is None or value is None:
            return [Argument(f"**{draft.source(inputs.value)}")]
        if name.group(1) in ("task", "self"):
            draft.refuse(item, INPUT.format(name.group(1)))
            return None
        found.append(keyword(name.group(1), draft.source(value), above))
        above, row = (), item.end_point[0]
    return found


def _started(draft: Draft, given: Mapping[str, Given], statement: Node, entity: Node, inputs: list[Argument]) -> str:
    """The call that starts the run."""
    options = [
        keyword(_RUN[name], draft.source(g.value))
        for name, g in given.items()
        if name in _RUN and text(g.value) != "None"
    ]
    function = f"{print_call('flyte.with_runcontext', options, draft.style)}.run" if options else "flyte.run"
    return print_call(function, [Argument(text(entity)), *inputs], draft.style, indent(draft, statement), 8)


def _wait(draft: Draft, found: Remotes, call: Node) -> None:
    """`remote.wait(execution)` as `execution.wait()`."""
    given, statement, variable = arguments(draft, call), _statement(call), _target(call)
    name = given[0].value if given else None
    same = variable is None or (name is not None and text(variable) == text(name))
    if name is None or name.type != "identifier" or _key(name) not in found.executions or statement is None or not same:
        draft.refuse(call, EXECUTION, f"{_REMOTE}.wait")
        return
    if any(g.name not in ("", "execution", "poll_interval", "sync_nodes", "entity_definition") for g in given):
        return
    draft.claim_within(call)
    found.executions[_key(name)] = True
    found.edits.append(Edit(draft.document.span(statement), f"{text(name)}.wait()"))


def _address(draft: Draft, found: Remotes, call: Node) -> None:
    given = arguments(draft, call)
    name = given[0].value if len(given) == 1 else None
    if name is None or name.type != "identifier" or _key(name) not in found.executions:
        draft.refuse(call, EXECUTION, f"{_REMOTE}.generate_console_url")
        return
    draft.claim_within(call)
    found.edits.append(Edit(draft.document.span(call), f"{text(name)}.url"))


def _check(draft: Draft, found: Remotes, name: Node) -> None:
    """The edit of one read of a remote, an execution or its outputs; refused where there is no form."""
    key, above = _key(name), name.parent
    if above is None or above.type in ("dotted_name", "aliased_import"):
        return
    if any(k in found.variables for k in _visible(name)):
        called = above.type == "attribute" and above.child_by_field_name("object") == name
        if not called or key not in found.variables:
            draft.refuse(name, REMOTE, _REMOTE)
    elif key in found.registered:
        if not any(e.span.start <= draft.span(name).start < e.span.end for e in found.edits):
            draft.refuse(name, STARTED, f"{_REMOTE}.register_script")
    elif key in found.outputs:
        if above.type != "subscript" or above.child_by_field_name("value") != name:
            draft.refuse(name, EXECUTION, f"{_REMOTE}.execute")
            return
        at = draft.span(name).end
        found.edits.append(Edit(Span(at, draft.span(above).end), _output(above) or ""))
    elif key in found.executions and not any(_inside(draft, name, e) for e in found.edits):
        _execution(draft, found, name, above)


def _visible(name: Node) -> Iterator[tuple[int, str]]:
    """The variables that a name may be, by the scopes around it, up to the one that binds it."""
    above = name.parent
    while above is not None:
        if above.type == "function_definition":
            yield above.start_byte, text(name)
            if text(name) in scopes.bound(above):
                return
        above = above.parent
    yield 0, text(name)


def _bound(node: Node) -> set[str]:
    """The names that the function around a node binds itself."""
    above = node.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    return scopes.bound(above) if above is not None else set()


def _inside(draft: Draft, node: Node, edit: Edit) -> bool:
    return edit.span.start <= draft.span(node).start < edit.span.end


def _execution(draft: Draft, found: Remotes, name: Node, attribute: Node) -> None:
    """`ex.outputs["o0"]`, `ex.id.name`, `ex.is_done`."""
    asked = text(attribute.child_by_field_name("attribute")) if attribute.type == "attribute" else ""
    above = attribute.parent
    if asked == "outputs" and above is not None and above.type == "subscript":
        if not found.executions[_key(name)]:
            draft.refuse(attribute, WAIT, f"{_REMOTE}.execute")
            return
        draft.claim_within(above)
        code = f"{text(name)}.outputs(){_output(above)}"
        found.edits.append(Edit(draft.document.span(above), code))
    elif asked == "id" and above is not None and text(above.child_by_field_name("attribute")) == "name":
        draft.claim_within(above)
        found.edits.append(Edit(draft.document.span(above), f"{text(name)}.name"))
    elif asked == "is_done":
        draft.claim_within(attribute)
        found.edits.append(Edit(draft.document.span(attribute), f"{text(name)}.done()"))
    elif asked == "execution_url":
        draft.claim_within(attribute)
        found.edits.append(Edit(draft.document.span(attribute), f"{text(name)}.url"))
    elif not asked:
        draft.refuse(name, EXECUTION, f"{_REMOTE}.execute")
