"""Launch plans with inputs that no trigger can carry, as workflows: `def lp(xs: List[int] = [1]): return wf(xs=xs)`.

Flyte 1 had a launch plan by its name, with its defaults, and so there is a workflow. One with a schedule stays.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration import launch_inputs, launch_plans, scopes, signatures
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.launch_calls import functions, is_plain, saved
from flyteshift.migration.launch_plans import LaunchPlan
from flyteshift.migration.plainer.spreads import is_still
from flyteshift.migration.plainer.written import Written, definitions, exported, spelled
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model

MADE = "A trigger of Flyte 2 cannot carry these inputs: `{0}` is a task now, which runs `{1}` with them."


@dataclass(frozen=True)
class _Parameter:
    name: str
    kind: Node | None
    default: Node | None

    def source(self, default: str | None) -> str:
        """The parameter with a default, if it has one."""
        head = f"{self.name}: {text(self.kind)}" if self.kind is not None else self.name
        between = " = " if self.kind is not None else "="
        return head if default is None else f"{head}{between}{default}"


def written(model: Model, outside: Outside | None = None) -> Written:
    """The launch plans of a module whose inputs a trigger cannot carry, as workflows."""
    if "LaunchPlan" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    decorator = spelled(draft, "flytekit.workflow")
    found: list[tuple[Node, Node, str]] = []
    for plan in launch_plans.find(draft) if decorator is not None else ():
        source = _source(draft, plan)
        if source is not None and plan.statement is not None and decorator is not None:
            found.append((plan.statement, plan.statement, f"@{decorator[0]}\n{source}"))
            draft.note(plan.statement, MADE.format(plan.variable, plan.runs(draft)))
    if not found or decorator is None:
        return Written()
    return Written([*definitions(model.document, found), *decorator[1]], draft.notes)


def _source(draft: Draft, plan: LaunchPlan) -> str | None:
    """The workflow that does what a launch plan did; None where a trigger can do it, or that does not show."""
    workflow, variable = plan.runs(draft), plan.variable
    multiple = draft.model.names.multiple
    if workflow is None or not variable or plan.default or not is_plain(plan) or {workflow, variable} & multiple:
        return None
    node = plan.value("workflow")
    here = functions(draft).get(workflow)
    function = here or (signatures.elsewhere(draft, node) if node is not None else None)
    default, fixed = saved(draft, plan, "default_inputs"), saved(draft, plan, "fixed_inputs")
    if function is None or default is None or fixed is None or exported(draft, variable):
        return None
    parameters = list(_parameters(function))
    kinds = {p.name: p.kind for p in parameters}
    given = {**default, **fixed}
    if given.keys() - kinds.keys() or all(launch_inputs.is_carried(kinds[n], v) for n, v in given.items()):
        return None
    if any(draft.uses(v) or not is_still(draft, v) or _names(v) & kinds.keys() for v in given.values()):
        return None
    if any(draft.uses(kind) for n in given if (kind := kinds[n]) is not None):
        return None  # Flyte 1 made files of texts and the like
    if any(n.type == "comment" for n in walk(plan.call)) or (here is None and not _is_plain(function)):
        return None
    free = [p for p in parameters if p.name not in fixed]
    values = {p.name: default.get(p.name, p.default) for p in free}
    asked = [p.source(None) for p in free if values[p.name] is None]
    asked += [p.source(text(values[p.name])) for p in free if values[p.name] is not None]
    passed = [f"{p.name}={text(fixed[p.name]) if p.name in fixed else p.name}" for p in parameters]
    returns = function.child_by_field_name("return_type")
    gives = f" -> {text(returns)}" if returns is not None else ""
    word = "return " if text(returns) not in ("", "None") else ""
    return f"def {variable}({', '.join(asked)}){gives}:\n    {word}{workflow}({', '.join(passed)})"


def _parameters(function: Node) -> Iterator[_Parameter]:
    holder = function.child_by_field_name("parameters")
    for node in holder.named_children if holder is not None else ():
        name = node.child_by_field_name("name") or (node.named_children[0] if node.named_children else node)
        if node.type != "comment":
            yield _Parameter(text(name), node.child_by_field_name("type"), node.child_by_field_name("value"))


def _names(node: Node) -> set[str]:
    return {text(n) for n in walk(node) if n.type == "identifier" and scopes.is_load(n)}


def _is_plain(function: Node) -> bool:
    """True for a signature that reads nothing but built-in names, so that it can stand in any file."""
    parts = (function.child_by_field_name("parameters"), function.child_by_field_name("return_type"))
    own = scopes.parameters(function)
    return all(_names(part) - own <= set(dir(builtins)) for part in parts if part is not None)
