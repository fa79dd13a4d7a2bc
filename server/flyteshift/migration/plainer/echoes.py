"""`echo = Echo(name="echo", inputs={"x": float})` as the task that it is: a function that returns its inputs.

Its outputs are called `o0`, `o1` ... (flytekit 1.16, core/task.py), as those of a function with a plain annotation.
"""

from __future__ import annotations

from keyword import iskeyword

from tree_sitter import Node

from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.launch_calls import entries
from flyteshift.migration.plainer.written import Written, assignment, definitions, spelled
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model

ECHO = "flytekit.core.task.Echo"
POD = "Flyte 1 passed the values on without a pod; in Flyte 2 `{0}` is a task like any other, with a container."
_PARAMETERS = ("name", "inputs")


def written(model: Model, outside: Outside | None = None) -> Written:
    """The echo tasks of a module as functions with `@task`."""
    if "Echo" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    decorator = spelled(draft, "flytekit.task")
    found: list[tuple[Node, Node, str]] = []
    for statement in model.document.tree.root_node.children if decorator is not None else ():
        made = assignment(statement)
        if made is None or made[0] in model.names.multiple:
            continue
        inputs = _inputs(draft, made[1])
        if inputs and decorator is not None:
            found.append((statement, statement, _source(decorator[0], made[0], inputs)))
            draft.note(statement, POD.format(made[0]))
    if not found or decorator is None:
        return Written()
    return Written([*definitions(model.document, found), *decorator[1]], draft.notes)


def _source(decorator: str, name: str, inputs: dict[str, str]) -> str:
    parameters = ", ".join(f"{k}: {v}" for k, v in inputs.items())
    kinds, values = ", ".join(inputs.values()), ", ".join(inputs)
    gives = kinds if len(inputs) == 1 else f"({kinds})"
    return f"@{decorator}\ndef {name}({parameters}) -> {gives}:\n    return {values}"


def _inputs(draft: Draft, call: Node) -> dict[str, str] | None:
    """The inputs of a call of `Echo` with their types; None for other calls, and where they do not show."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    if function is None or draft.symbol(function) != ECHO or any(n.type == "comment" for n in walk(call)):
        return None
    given = {g.name or _PARAMETERS[min(i, 1)]: g.value for i, g in enumerate(arguments(draft, call))}
    if set(given) != set(_PARAMETERS):
        return None
    found = _types(draft, given["inputs"])
    if found is None or not all(name.isidentifier() and not iskeyword(name) for name in found):
        return None
    return {name: text(value) for name, value in found.items()}


def _types(draft: Draft, node: Node) -> dict[str, Node] | None:
    """What `{"a": int}` or `kwtypes(a=int)` says; None for other code."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    if function is None or draft.symbol(function) != "flytekit.kwtypes":
        return entries(draft, node)
    given = arguments(draft, node)
    return {g.name: g.value for g in given} if all(g.name not in ("", "*", "**") for g in given) else None
