"""Runs that code starts itself: `FlyteRemote(...).execute(wf, inputs=..., wait=True)` as `flyte.run(wf, **inputs)`.

Rewritten where the remote is only used to run tasks of the project, and of each run only the name and the outputs by
name are read; `flyte.run` bundles and registers the code by itself, as `execute` does for a workflow of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration import results
from flyteshift.migration.arguments import Given, arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.layout import indent, taken
from flyteshift.migration.names import free
from flyteshift.migration.scopes import bound, is_load
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.text import Edit, Span

REMOTE = "flytekit.FlyteRemote"
AUTO, SANDBOX = "flytekit.Config.auto", "flytekit.Config.for_sandbox"
SERVER = "The configuration must name a Flyte 2 server; the environment is deployed there by `flyte.run`."
_ORDER = ("config", "default_project", "default_domain", "interactive_mode_enabled")


@dataclass
class Runs:
    """What becomes of the statements and expressions that start runs, by the byte where each starts."""

    statements: dict[int, str] = field(default_factory=dict)
    expressions: dict[tuple[int, int], str] = field(default_factory=dict)


def hand(draft: Draft) -> None:
    """Find the remotes that are rewritten, and take care of the tasks that they run."""
    draft.runs = Runs()
    for statement, name, call in _remotes(draft):
        _remote(draft, statement, name, call)


def statement(draft: Draft, node: Node) -> list[Edit] | None:
    """The edits of a statement that makes a remote, or starts a run."""
    new = draft.runs.statements.get(node.start_byte) if isinstance(draft.runs, Runs) else None
    return None if new is None else [Edit(draft.span(node), new)]


def reads(draft: Draft) -> list[Edit]:
    """The edits where outputs of runs are read."""
    if not isinstance(draft.runs, Runs):
        return []
    document = draft.document
    return [
        Edit(Span(document.code_point(a), document.code_point(b)), new)
        for (a, b), new in draft.runs.expressions.items()
    ]


def _remotes(draft: Draft) -> Iterator[tuple[Node, str, Node]]:
    if not any(r.symbol == REMOTE for r in draft.references):
        return
    for node in walk(draft.document.tree.root_node):
        inner = node.named_children[0] if node.type == "expression_statement" and node.named_children else None
        left = inner.child_by_field_name("left") if inner is not None and inner.type == "assignment" else None
        right = inner.child_by_field_name("right") if inner is not None and left is not None else None
        if left is not None and left.type == "identifier" and right is not None and _symbol(draft, right) == REMOTE:
            yield node, text(left), right


def _symbol(draft: Draft, call: Node | None) -> str:
    function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    return (draft.symbol(function) if function is not None else None) or ""


def _remote(draft: Draft, statement_: Node, name: str, call: Node) -> None:
    scope = _scope(statement_)
    start = _start(draft, statement_, call)
    executions = [_execution(draft, n, scope) for n in _uses(scope, name, statement_)]
    if start is None or not executions or any(e is None for e in executions):
        return
    made = [n for e in executions if e is not None for n in e.places]
    if any(n.start_byte <= a < n.end_byte for e in executions if e is not None for a, _ in e.expressions for n in made):
        return
    draft.claim_within(call)
    draft.note(call, SERVER)
    draft.imports.add("import flyte")
    draft.runs.statements[statement_.start_byte] = start
    for found in executions:
        assert found is not None
        for claimed in found.claims:
            draft.claim_within(claimed)
        draft.handed.add(draft.span(found.task))
        draft.runs.statements |= found.statements
        draft.runs.expressions |= found.expressions


def _start(draft: Draft, statement_: Node, call: Node) -> str | None:
    """`flyte.init_from_config(path, project=..., domain=...)`."""
    given = {a.name or _ORDER[min(i, 3)]: a for i, a in enumerate(arguments(draft, call))}
    if not set(given) <= set(_ORDER) or "config" not in given or any(a.before or a.behind for a in given.values()):
        return None
    config = given["config"].value
    options = [keyword(n, text(given[f"default_{n}"].value)) for n in ("project", "domain") if f"default_{n}" in given]
    if any(draft.uses(given[n].value) for n in given if n != "config"):
        return None
    path = arguments(draft, config) if config.type == "call" else []
    if _symbol(draft, config) == AUTO and len(path) <= 1 and all(a.name in ("", "config_file") for a in path):
        function = "flyte.init_from_config"
        options = [*(Argument(text(a.value)) for a in path), *options]
    elif _symbol(draft, config) == SANDBOX and not path:
        function = "flyte.init"
        options = [keyword("endpoint", '"dns:///localhost:30080"'), keyword("insecure", "True"), *options]
    else:
        return None
    return print_call(function, options, draft.style, indent(draft, statement_), taken(draft, statement_))


@dataclass
class _Execution:
    task: Node
    claims: list[Node] = field(default_factory=list)
    statements: dict[int, str] = field(default_factory=dict)
    places: list[Node] = field(default_factory=list)
    """The statements that start it."""
    expressions: dict[tuple[int, int], str] = field(default_factory=dict)


def _execution(draft: Draft, remote: Node, scope: Node) -> _Execution | None:
    """The run that a use of the remote starts; None where it is something else."""
    attribute = remote.parent
    call = attribute.parent if attribute is not None and attribute.type == "attribute" else None
    if call is None or call.type != "call" or text(attribute).rpartition(".")[2] != "execute":
        return None
    given = {
        a.name or ("entity" if i == 0 else "inputs" if i == 1 else "?"): a for i, a in enumerate(arguments(draft, call))
    }
    if not {"entity"} <= set(given) <= {"entity", "inputs", "wait", "version"} or any(
        a.before or a.behind for a in given.values()
    ):
        return None
    task = given["entity"].value
    waits = text(given["wait"].value) if "wait" in given else "False"
    if draft.entity(task) is None or task.type != "identifier" or waits not in ("True", "False"):
        return None
    inputs = _inputs(draft, given.get("inputs"))
    if inputs is None:
        return None
    outputs = call.parent is not None and call.parent.type == "attribute" and text(call.parent).endswith(".outputs")
    whole = call.parent if outputs and call.parent is not None else call
    found = _Execution(task, [whole])
    assignment = whole.parent if whole is not None else None
    statement_ = assignment.parent if assignment is not None and assignment.type == "assignment" else None
    left = assignment.child_by_field_name("left") if assignment is not None and statement_ is not None else None
    if statement_ is None or left is None or left.type != "identifier" or statement_.type != "expression_statement":
        return None
    name = text(left)
    run = free("run", bound(scope) | set(draft.model.names.events)) if outputs else name
    start = indent(draft, statement_)
    caller = "flyte.run"
    if "version" in given:
        caller = f"flyte.with_runcontext(version={text(given['version'].value)}).run"
    lines = [f"{run} = " + print_call(caller, [Argument(text(task)), *inputs], draft.style, start, len(run) + 3)]
    if waits == "True":
        lines.append(f"{run}.wait()")
    if outputs:
        lines.append(f"{name} = {run}.outputs()")
    found.places.append(statement_)
    found.statements[statement_.start_byte] = (draft.style.newline + start).join(lines)
    places = _uses(scope, name, statement_)
    if outputs:
        keys = [_key(draft, n, task) for n in places]
        found.expressions |= {span: f"{name}{new}" for key in keys if key is not None for span, new in [key]}
        return found if None not in keys else None
    for place in places:
        new = _read(draft, place, name, task)
        if new is None:
            return None
        found.expressions[new[0]] = new[1]
        if place.parent is not None:
            found.claims.append(
                place.parent.parent if text(place.parent).endswith(".id") and place.parent.parent else place.parent
            )
    return found


def _inputs(draft: Draft, given: Given | None) -> list[Argument] | None:
    """The inputs of a run: keywords for a dict with plain names, else the dict unpacked."""
    if given is None or text(given.value) in ("None", "{}"):
        return []
    if draft.uses(given.value):
        return None
    if given.value.type != "dictionary":
        code = text(given.value)
        return [Argument(f"**{code}" if given.value.type in ("identifier", "call", "attribute") else f"**({code})")]
    out = []
    for pair in given.value.named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        name = text(key)[1:-1]
        if key is None or value is None or key.type != "string" or not name.isidentifier() or name in ("self", "task"):
            return None
        out.append(keyword(name, text(value)))
    return out


def _read(draft: Draft, place: Node, name: str, task: Node) -> tuple[tuple[int, int], str] | None:
    """The new code where a run is read: `x.outputs["o0"]`, `x.id.name`."""
    attribute = place.parent
    if attribute is None or attribute.type != "attribute":
        return None
    above = attribute.parent
    said = text(attribute).rpartition(".")[2]
    if said == "outputs":
        key = _key(draft, attribute, task)
        return None if key is None else (key[0], f"{name}.outputs(){key[1]}")
    if said == "id" and above is not None and above.type == "attribute" and text(above).endswith(".name"):
        return (above.start_byte, above.end_byte), f"{name}.name"
    return None


def _key(draft: Draft, outputs: Node, task: Node) -> tuple[tuple[int, int], str] | None:
    """`outputs["n"]` by position: those of a Flyte 2 run are named `o0`, `o1`, ... (measured with flyte 2.12)."""
    above = outputs.parent
    if above is None or above.type != "subscript" or above.child_by_field_name("value") != outputs:
        return None
    key = above.child_by_field_name("subscript")
    if key is None or key.type != "string":
        return None
    name, mine = text(key)[1:-1], draft.tasks.get(text(task))
    names = results.field_names(draft, mine) if mine is not None else None
    if names is not None and name in names:
        position = names.index(name)
    elif names is None and re.fullmatch(r"o\d+", name):
        position = int(name[1:])
    else:
        return None
    return (above.start_byte, above.end_byte), f"[{position}]"


def _uses(scope: Node, name: str, but: Node) -> list[Node]:
    """The places in a scope that read a name, without those in one statement."""
    return [
        n
        for n in walk(scope)
        if n.type == "identifier"
        and text(n) == name
        and is_load(n)
        and n.parent is not None
        and n.parent.type not in ("dotted_name", "aliased_import")
        and not (but.start_byte <= n.start_byte < but.end_byte)
    ]


def _scope(node: Node) -> Node:
    while node.parent is not None and node.type != "function_definition":
        node = node.parent
    return node
