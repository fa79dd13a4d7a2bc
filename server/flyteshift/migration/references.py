"""References to entities that are deployed already: refused, with the form that Flyte 2 has for them.

`reference_task` names a Flyte 1 entity. What it is called once it is deployed with Flyte 2 (`<environment>.<function>`)
is not in the code, and calling what `flyte.remote.Task.get` gives has to be awaited.
"""

from __future__ import annotations

from flyteshift.migration.arguments import Given, arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text

MAKERS = frozenset({"flytekit.reference_task", "flytekit.reference_workflow", "flytekit.reference_launch_plan"})
FORM = "Write `{0} = flyte.remote.Task.get({1})` with the name that it has in Flyte 2, and `await` its calls."


def check(draft: Draft) -> None:
    """Refuse the references of the module, each with its Flyte 2 form."""
    for definition in draft.document.tree.root_node.children:
        function = definition.child_by_field_name("definition")
        for decorator in definition.children if function is not None else ():
            made = decorator.named_children[0] if decorator.type == "decorator" else None
            callee = made.child_by_field_name("function") if made is not None and made.type == "call" else None
            symbol = draft.symbol(callee) if callee is not None else None
            if made is None or callee is None or symbol not in MAKERS or function is None:
                continue
            name = text(function.child_by_field_name("name"))
            given = {g.name: g for g in arguments(draft, made)}
            draft.claim_within(decorator)
            draft.refuse(callee, FORM.format(name, _arguments(name, given)), symbol)


def _arguments(name: str, given: dict[str, Given]) -> str:
    said = [f"{key}={text(given[key].value)}" for key in ("project", "domain", "version") if key in given]
    return ", ".join([f'"<environment>.{name}"', *said])
