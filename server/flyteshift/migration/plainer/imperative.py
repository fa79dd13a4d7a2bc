"""Imperative workflows, `wf = Workflow(name="wf")` and `wf.add_entity(task, x=...)`, as functions with `@workflow`.

Only those whose statements stand in a row, and whose inputs and outputs show with their types.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration import callees, chains, constants, foreign, results, scopes, signatures
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.launch_calls import functions
from flyteshift.migration.plainer.written import Written, assignment, definitions, exported, spelled
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model

WORKFLOW = "flytekit.Workflow"
MADE = "`{0}` is a function now, which makes the calls that were added to it; its outputs have no names of their own."
_ADDS = frozenset({"add_entity", "add_task", "add_subwf"})


class _Unclear(Exception):
    """What cannot be seen to stay the same."""


@dataclass
class _Graph:
    """An imperative workflow as far as it is read: what the function that it becomes is made of."""

    name: str
    inputs: dict[str, str] = field(default_factory=dict)
    """The types of its inputs."""
    promises: dict[str, str] = field(default_factory=dict)
    """The inputs that variables hold."""
    nodes: dict[str, Node] = field(default_factory=dict)
    """The tasks whose nodes variables hold."""
    lines: list[str] = field(default_factory=list)
    outputs: list[tuple[str, str]] = field(default_factory=list)
    """The code and the type of each output."""

    def source(self, decorator: str) -> str:
        """The function."""
        kinds = [kind for _, kind in self.outputs]
        gives = "" if not kinds else f" -> {kinds[0]}" if len(kinds) == 1 else f" -> ({', '.join(kinds)})"
        values = ", ".join(code for code, _ in self.outputs)
        lines = [*self.lines, *([f"return {values}"] if kinds else [])]
        given = ", ".join(f"{name}: {kind}" for name, kind in self.inputs.items())
        return "\n    ".join([f"@{decorator}\ndef {self.name}({given}){gives}:", *lines])


def written(model: Model, outside: Outside | None = None) -> Written:
    """The imperative workflows of a module as functions."""
    if "add_" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    decorator = spelled(draft, "flytekit.workflow")
    found: list[tuple[Node, Node, str]] = []
    for statement in model.document.tree.root_node.children if decorator is not None else ():
        made = assignment(statement)
        if made is None or decorator is None or not _is_made(draft, made[1]):
            continue
        if made[0] in model.names.multiple or (exported(draft, made[0]) and not _is_called(draft, made[0])):
            continue
        try:
            graph, last = _read(draft, statement, made[0])
        except _Unclear:
            continue
        found.append((statement, last, graph.source(decorator[0])))
        draft.note(statement, MADE.format(graph.name))
    if not found or decorator is None:
        return Written()
    return Written([*definitions(model.document, found), *decorator[1]], draft.notes)


def _is_made(draft: Draft, call: Node) -> bool:
    """True for `Workflow("name")` and nothing more."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    if function is None or draft.symbol(function) != WORKFLOW:
        return False
    given = chains.given(call)
    named = len(given) == 1 and (given[0].type == "string" or text(given[0].child_by_field_name("name")) == "name")
    return named and not _has_comment(call)


def _read(draft: Draft, statement: Node, name: str) -> tuple[_Graph, Node]:
    """What the statements below one that makes an imperative workflow add to it, and the last of them."""
    graph, last = _Graph(name), None
    uses = list(callees.loads(draft.document.tree.root_node, name))
    adds = [n for n in uses if _method(n) is not None]
    row: list[str] = []
    following = statement.next_named_sibling
    while following is not None:
        if following.type == "comment":
            row.append(text(following))
        elif any(_holds(following, n) for n in adds):
            _add(draft, graph, following, row)
            graph.lines += row
            row, last = [], following
        else:
            break
        following = following.next_named_sibling
    if last is None or not any(not line.startswith("#") for line in graph.lines):
        raise _Unclear
    rest = [n for n in uses if n.start_byte >= last.end_byte or n.start_byte < statement.start_byte]
    held = {*graph.nodes, *graph.promises}
    outer = [n for v in held for n in callees.loads(draft.document.tree.root_node, v) if n.start_byte >= last.end_byte]
    clash = held & graph.inputs.keys() - {v for v, i in graph.promises.items() if v == i}
    if outer or clash or any(_method(n) is not None or n.start_byte < statement.start_byte for n in rest):
        raise _Unclear
    if any(n.parent is not None and n.parent.type == "attribute" for n in rest) or name in graph.inputs:
        raise _Unclear
    if any(_reads_names(n) for n in rest):
        raise _Unclear
    return graph, last


def _reads_names(node: Node) -> bool:
    """True where an output is read by its name off the result of a call."""
    call = node.parent if callees.is_callee(node) else None
    use = chains.stripped_up(call).parent if call is not None else None
    return use is not None and bool(results.readers(use))


def _is_called(draft: Draft, name: str) -> bool:
    """True where other files only call a workflow, and read no outputs by their names."""
    outside = draft.outside
    reads = [*foreign.reads(outside, name)] if outside is not None and outside.users else []
    return bool(reads) and all(callees.is_callee(n) and not _reads_names(n) for n in reads)


def _method(node: Node) -> str | None:
    """The method or attribute of an imperative workflow that a name of one is read for."""
    above = node.parent
    if above is None or above.type != "attribute" or above.child_by_field_name("object") != node:
        return None
    found = text(above.child_by_field_name("attribute"))
    return found if found.startswith("add_") or found == "inputs" else None


def _holds(outer: Node, inner: Node) -> bool:
    return outer.start_byte <= inner.start_byte < outer.end_byte


def _has_comment(node: Node) -> bool:
    return any(n.type == "comment" for n in walk(node))


def _add(draft: Draft, graph: _Graph, statement: Node, above: list[str]) -> None:
    """Read one statement; `above` are the comments above it and gets its lines."""
    made = assignment(statement)
    variable, call = made if made is not None else ("", statement.named_children[0])
    function = call.child_by_field_name("function") if call.type == "call" else None
    of = function.child_by_field_name("object") if function is not None and function.type == "attribute" else None
    if function is None or text(of) != graph.name or _has_comment(statement):
        raise _Unclear
    if variable and variable in draft.model.names.multiple:
        raise _Unclear
    method, given = text(function.child_by_field_name("attribute")), chains.given(call)
    if method == "add_workflow_input":
        name, (kind, *_) = _named(draft, given, ("input_name", "python_type"))
        graph.inputs[name] = text(kind)
        if variable:
            graph.promises[variable] = name
    elif method == "add_workflow_output":
        _, (value, *more) = _named(draft, given, ("output_name", "p", "python_type"))
        annotation = text(more[0]) if more else _kind(draft, graph, value)
        graph.outputs.append((_code(draft, graph, value), annotation))
    elif method in _ADDS and given:
        above.append(_call(draft, graph, given, variable))
    else:
        raise _Unclear


def _named(draft: Draft, given: list[Node], order: tuple[str, ...]) -> tuple[str, list[Node]]:
    """The arguments of a call in the order of its parameters: a text that is a name, and the others."""
    found: dict[str, Node] = {}
    for index, node in enumerate(given):
        value = node.child_by_field_name("value") if node.type == "keyword_argument" else node
        name = text(node.child_by_field_name("name")) if node.type == "keyword_argument" else order[min(index, 2)]
        if value is None or name in found or name not in order:
            raise _Unclear
        found[name] = value
    values = [found[n] for n in order if n in found]
    known = constants.evaluate(draft, values[0]) if len(values) >= 2 else None
    if known is None or not isinstance(known.value, str) or not known.value.isidentifier():
        raise _Unclear
    return known.value, values[1:]


def _call(draft: Draft, graph: _Graph, given: list[Node], variable: str) -> str:
    """The call of a task that is added, assigned to the variable of its node."""
    task, *words = given
    entity = draft.entity(task)
    if (
        entity is None
        or task.type not in ("identifier", "attribute")
        or entity.kind not in ("task", "workflow", "dynamic")
    ):
        raise _Unclear
    if any(n.type != "keyword_argument" for n in words):
        raise _Unclear
    passed = []
    for word in words:
        value = word.child_by_field_name("value")
        passed.append(f"{text(word.child_by_field_name('name'))}={_code(draft, graph, value or word)}")
    if variable:
        graph.nodes[variable] = task
    call = f"{text(task)}({', '.join(passed)})"
    return f"{variable} = {call}" if variable else call


def _code(draft: Draft, graph: _Graph, value: Node) -> str:
    """An argument in the function's own words: `x` of `wf.inputs["x"]`, `node` of `node.outputs["o0"]`."""
    edits: list[tuple[int, int, str]] = []
    stack = [value]
    while stack:
        node = stack.pop()
        new = _promise(draft, graph, node)
        if new is not None:
            edits.append((node.start_byte, node.end_byte, new))
        elif node.type == "identifier" and scopes.is_load(node) and text(node) in {graph.name, *graph.nodes}:
            raise _Unclear
        elif node.type == "identifier" and scopes.is_load(node) and text(node) in graph.inputs:
            raise _Unclear  # a name of the module that the parameter would hide
        elif node.type in ("lambda", "list_comprehension", "call"):
            raise _Unclear
        else:
            stack += node.named_children
    source = text(value).encode()
    for start, end, new in sorted(edits, reverse=True):
        source = source[: start - value.start_byte] + new.encode() + source[end - value.start_byte :]
    return source.decode()


def _promise(draft: Draft, graph: _Graph, node: Node) -> str | None:
    """The code of an input or of an output of a node; None for other expressions."""
    if node.type == "identifier":
        return graph.promises.get(text(node)) if scopes.is_load(node) else None
    if node.type == "attribute":
        of, name = text(node.child_by_field_name("object")), text(node.child_by_field_name("attribute"))
        return _output(draft, graph, of, name) if of in graph.nodes and name != "outputs" else None
    holder = node.child_by_field_name("value") if node.type == "subscript" else None
    if holder is None or holder.type != "attribute":
        return None
    of, name = text(holder.child_by_field_name("object")), text(holder.child_by_field_name("attribute"))
    index = node.child_by_field_name("subscript")
    known = constants.evaluate(draft, index) if index is not None else None
    key = known.value if known is not None else None
    if of == graph.name and name == "inputs" and key in graph.inputs:
        return str(key)
    return _output(draft, graph, of, str(key)) if of in graph.nodes and name == "outputs" and key else None


def _output(draft: Draft, graph: _Graph, variable: str, name: str) -> str:
    """An output of a node: what the call gives where it gives one value, else the part of it."""
    if name == "o0" and _single(draft, graph.nodes[variable]):
        return variable
    kind = _returns(draft, graph.nodes[variable])
    if not name.isidentifier() or kind is None or (kind.type == "type" and not text(kind)):
        raise _Unclear
    if _single(draft, graph.nodes[variable]):
        raise _Unclear
    return f"{variable}.{name}"


def _definition(draft: Draft, task: Node) -> Node | None:
    return functions(draft).get(text(task)) or signatures.elsewhere(draft, task)


def _returns(draft: Draft, task: Node) -> Node | None:
    function = _definition(draft, task)
    return function.child_by_field_name("return_type") if function is not None else None


def _single(draft: Draft, task: Node) -> bool:
    """True for a task that gives one value without a name, of a type that shows."""
    kind = _returns(draft, task)
    inner = kind.named_children[0] if kind is not None and kind.named_children else None
    if inner is None or text(inner) == "None" or inner.type == "tuple":
        return False
    head = text(inner).partition("[")[0].rpartition(".")[2]
    known = head in dir(builtins) or inner.type in ("generic_type", "subscript")
    return known and head not in ("Tuple", "tuple")


def _kind(draft: Draft, graph: _Graph, value: Node) -> str:
    """The type of an output that is that of a task with one value, and can be said here."""
    code = _code(draft, graph, value)
    if code in graph.inputs:
        return graph.inputs[code]
    task = graph.nodes.get(code)
    kind = _returns(draft, task) if task is not None else None
    if task is None or kind is None or not _single(draft, task):
        raise _Unclear
    here = functions(draft).get(text(task)) is not None
    names = {text(n) for n in walk(kind) if n.type == "identifier"}
    if not here and not names <= set(dir(builtins)):
        raise _Unclear
    return text(kind)
