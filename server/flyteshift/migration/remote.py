"""`FlyteRemote` in the code that starts workflows: `flyte.init_from_config(...)` and `flyte.run(...)`.

What is rewritten: a remote made from `Config.auto`, registering what is run (a run deploys its code by itself),
`execute` with its inputs, waiting, outputs by name, the name and the address of an execution. Everything else asked of
a remote or an execution is refused. `Run.outputs` needs a finished run, so only what Flyte 1 waited for is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tree_sitter import Node

from flyteshift.migration import connections, scopes
from flyteshift.migration.arguments import Given, arguments
from flyteshift.migration.connections import instead, named, statement_of, target_of
from flyteshift.migration.draft import Draft
from flyteshift.migration.executions import (
    EXECUTION,
    REMOTE,
    REMOTES,
    STARTED,
    WAIT,
    Remotes,
    Started,
    bound,
    check,
    key_of,
    output,
)
from flyteshift.migration.layout import indent
from flyteshift.migration.names import free
from flyteshift.migration.trees import text
from flyteshift.rewriting import imports
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.text import Edit

CLUSTER = "The configuration must name a Flyte 2 cluster; `{0}` are registered as tasks there when they run."
INPUT = "`flyte.run` has a parameter `{0}` of its own; start this task by another one."
ONLY = "Nothing here runs `{0}`, so registering it is a deploy: write `flyte.deploy(...)` with its environment by hand."
ELSEWHERE = "Say the `{0}` where the workflow is run, as `execute(..., {0}=...)`, then migrate."
OPTIONS = "flyteshift drops options that set nothing only; labels and the like go to `flyte.with_runcontext(...)`."
OPTIONS_CLASS = "flytekit.Options"
PLACE = "Give the execution a name of its own first, then migrate."

_REGISTERS = frozenset({"register_script", "register_workflow", "fast_register_workflow", "register_task"})
_CONDITIONS = frozenset({"if_statement", "conditional_expression", "match_statement", "except_clause"})
_WAITS = frozenset({"wait", "sync", "sync_execution"})
_RUN = {
    "version": "version", "project": "project", "domain": "domain", "execution_name": "name",
    "overwrite_cache": "overwrite_cache", "interruptible": "interruptible", "envs": "env_vars",
}  # fmt: skip
"""Parameters of `execute` and those of `flyte.with_runcontext`."""
_SILENT = frozenset({"image_config", "type_hints", "serialization_settings", "interactive_mode_enabled"})
_KEY = re.compile(r"""["']([A-Za-z_]\w*)["']\Z""")
_STATEMENTS = frozenset({"expression_statement", "return_statement"})


def read(draft: Draft) -> list[Edit]:
    """The edits that turn what a module does with remotes into Flyte 2; must run before uses of tasks are checked."""
    found = Remotes()
    if "Remote" not in draft.document.text:
        return []
    calls = draft.document.nodes("call")
    for call in calls:
        function = call.child_by_field_name("function")
        if function is not None and draft.symbol(function) in REMOTES:
            connections.make(draft, found, call)
    for call in calls:
        if (method := _method(draft, found, call)) in _REGISTERS:
            _register(draft, found, call, [c for c in calls if _method(draft, found, c) == "execute"])
        elif method == "execute":
            _execute(draft, found, call)
        elif method in _WAITS:
            _wait(draft, found, call)
        elif method == "generate_console_url":
            _address(draft, found, call)
    for node in draft.document.nodes("identifier"):
        if scopes.is_load(node) and not scopes.is_label(node):
            check(draft, found, node)
    return found.edits if not draft.obstacles else []


def _method(draft: Draft, found: Remotes, call: Node) -> str:
    """The method of a known remote that a call calls."""
    function = call.child_by_field_name("function")
    of = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
    if function is None or of is None or of.type != "identifier" or key_of(of) not in found.variables:
        return ""
    return text(function.child_by_field_name("attribute"))


def _register(draft: Draft, found: Remotes, call: Node, runs: list[Node]) -> None:
    """Registering goes, for what one of the `execute` calls then runs: a run deploys its code by itself."""
    statement, variable = statement_of(call), target_of(call)
    given = arguments(draft, call)
    first = next((g for g in given if g.name in ("", "entity")), None)
    if statement is None or first is None or draft.entity(first.value) is None:
        draft.refuse(call, STARTED, f"{REMOTE}.register_script")
        return
    names = {key_of(first.value), *([key_of(variable)] if variable is not None else [])}
    sure = [run for run in runs if _follows(statement, run)]
    if not any(key_of(g.value) in names for run in sure for g in arguments(draft, run) if g.name in ("", "entity")):
        draft.refuse(call, ONLY.format(text(first.value)), f"{REMOTE}.register_script")
        return
    elsewhere = next((g for g in given if g.name in ("project", "domain") and text(g.value) != "None"), None)
    if elsewhere is not None:
        draft.refuse(elsewhere.node, ELSEWHERE.format(elsewhere.name), f"{REMOTE}.register_script")
        return
    options = next((g for g in given if g.name == "options" and text(g.value) != "None"), None)
    if options is not None and not _without_options(draft, found, options.value):
        return
    draft.handed.add(draft.span(first.value))
    draft.claim_within(call)
    if variable is not None:
        found.registered[key_of(variable)] = first.value
    found.edits += imports.drop(draft.document, statement)


def _without_options(draft: Draft, found: Remotes, value: Node) -> bool:
    """Takes `options = Options()` out, which sets nothing; refused where it says something, or is used elsewhere."""
    made, statement = value, None
    if value.type == "identifier":
        same = [n for n in draft.document.nodes("identifier") if key_of(n) == key_of(value) and not scopes.is_label(n)]
        bound = next((n for n in same if not scopes.is_load(n)), value)
        statement = bound.parent.parent if bound.parent is not None and bound.parent.type == "assignment" else None
        made = bound.parent.child_by_field_name("right") or value if len(same) == 2 and bound.parent else value
    function = made.child_by_field_name("function") if made.type == "call" else None
    if function is None or draft.symbol(function) != OPTIONS_CLASS or arguments(draft, made):
        draft.refuse(value, OPTIONS, OPTIONS_CLASS)
        return False
    if statement is not None:
        draft.claim_within(statement)
        found.edits += imports.drop(draft.document, statement)
    return True


def _follows(statement: Node, run: Node) -> bool:
    """Whether a run stands below a statement, in its block, and under no condition of its own."""
    above: Node | None = run
    while above is not None and above != statement.parent and above.type not in _CONDITIONS:
        above = above.parent
    return above is not None and above == statement.parent and statement.end_byte <= run.start_byte


def _execute(draft: Draft, found: Remotes, call: Node) -> None:
    """`execute(wf, inputs={...}, wait=True)` as `flyte.run(wf, ...)` and `.wait()`."""
    given = named(draft, call, ("entity", "inputs"))
    if given is None or not _startable(draft, found, given):
        return
    inputs = _inputs(draft, given)
    known = {"entity", "inputs", "wait", *_RUN, *_SILENT}
    if inputs is None or given.keys() - known:
        return
    entity = given["entity"].value
    task = found.registered.get(key_of(entity), entity) if entity.type == "identifier" else entity
    whole, reader = _with_outputs(draft, call, text(task))
    statement = statement_of(whole)
    at_once = whole.parent if whole.parent is not None and whole.parent.type in _STATEMENTS else None
    statement = statement or (at_once if at_once is not None and at_once.type == "return_statement" else None)
    waits = "wait" in given and text(given["wait"].value) == "True"
    if statement is None or ("wait" in given and text(given["wait"].value) not in ("True", "False")):
        draft.refuse(call, PLACE, f"{REMOTE}.execute")
        return
    if reader is not None and not waits:
        draft.refuse(call, WAIT, f"{REMOTE}.execute")
        return
    draft.claim_within(statement)  # with the annotation of its variable
    started = _started(draft, given, statement, task, inputs)
    found.edits.append(_run(draft, found, statement, whole, reader, started, text(task), waits))
    draft.note(call, CLUSTER.format(text(task)))


def _run(
    draft: Draft, found: Remotes, statement: Node, whole: Node, reader: str | None, started: str, task: str, waits: bool
) -> Edit:
    """The statement of an `execute` anew: the run under a name, the waiting, and what is read of it."""
    variable = target_of(whole)
    start, newline = indent(draft, statement), draft.style.newline
    if reader is None and statement.type == "expression_statement":
        if variable is not None:
            found.executions[key_of(variable)] = Started(task, waits)
        name = text(variable) if variable is not None else _free_run(draft, statement)
        if variable is None and not waits:
            return instead(draft, statement, started)
        lines = [f"{name} = {started}", *([f"{name}.wait()"] if waits else [])]
        return instead(draft, statement, (newline + start).join(lines))
    run = _free_run(draft, statement)
    lines = [f"{run} = {started}", *([f"{run}.wait()"] if waits else [])]
    value = run if reader is None else f"{run}.outputs(){reader}"
    if variable is not None and reader == "":
        found.outputs[key_of(variable)] = task
    lines.append(f"return {value}" if statement.type == "return_statement" else f"{text(variable)} = {value}")
    return instead(draft, statement, (newline + start).join(lines))


def _free_run(draft: Draft, statement: Node) -> str:
    return free("run", {*draft.model.names.events, *bound(statement)})


def _with_outputs(draft: Draft, call: Node, task: str) -> tuple[Node, str | None]:
    """An `execute` with the `.outputs` and the output read off it; the reader is None where there is none."""
    above = call.parent
    if above is None or above.type != "attribute" or text(above.child_by_field_name("attribute")) != "outputs":
        return call, None
    read = above.parent
    if read is not None and read.type == "subscript" and read.child_by_field_name("value") == above:
        return read, output(draft, read, task) or ""
    return above, ""


def _startable(draft: Draft, found: Remotes, given: Mapping[str, Given]) -> bool:
    entity = given.get("entity")
    value = entity.value if entity is not None else None
    if value is not None and value.type == "identifier" and key_of(value) in found.registered:
        return True
    known = draft.entity(value) if value is not None else None
    if value is None or known is None or known.kind not in ("task", "workflow", "dynamic", "eager"):
        draft.refuse(value or draft.document.tree.root_node, STARTED, f"{REMOTE}.execute")
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
    given, statement, variable = arguments(draft, call), statement_of(call), target_of(call)
    name = given[0].value if given else None
    same = variable is None or (name is not None and text(variable) == text(name))
    if (
        name is None
        or name.type != "identifier"
        or key_of(name) not in found.executions
        or statement is None
        or not same
    ):
        draft.refuse(call, EXECUTION, f"{REMOTE}.wait")
        return
    if any(g.name not in ("", "execution", "poll_interval", "sync_nodes", "entity_definition") for g in given):
        return
    draft.claim_within(call)
    found.executions[key_of(name)].waited = True
    found.edits.append(Edit(draft.document.span(statement), f"{text(name)}.wait()"))


def _address(draft: Draft, found: Remotes, call: Node) -> None:
    given = arguments(draft, call)
    name = given[0].value if len(given) == 1 else None
    if name is None or name.type != "identifier" or key_of(name) not in found.executions:
        draft.refuse(call, EXECUTION, f"{REMOTE}.generate_console_url")
        return
    draft.claim_within(call)
    found.edits.append(Edit(draft.document.span(call), f"{text(name)}.url"))
