"""How actions are called in a menu."""

from __future__ import annotations

from collections.abc import Sequence

from flyteshift.migration.components import Component
from flyteshift.workspace.settings import Orchestration

MODULE = "Migrate this module to Flyte 2"
FORMS: dict[Orchestration, str] = {
    "sequential": f"{MODULE} (sequential)",
    "parallel": f"{MODULE} (keep parallel branches)",
}
FIX_ALL = "Make all safe fixes of flyteshift"
FIX_RULE = "Make all safe fixes of {} in this file"
FIX_RULE_EVERYWHERE = "Make all safe fixes of {} in the workspace"
BRIDGE = "Call `{}` of Flyte 2 by a bridging task"
DROP_SUPPRESSION = "Drop what hides nothing from this comment"
_CARRIED = {
    "image": ("container_image",),
    "resources": ("requests", "limits", "resources", "accelerator", "shared_memory"),
    "secrets": ("secret_requests",),
    "environment variables": ("environment",),
}


def unit(workflow: str, files: int, others: int) -> str:
    """What migrating several files does: "Migrate workflow `wf` with everything it calls (3 modules)"."""
    more = f", and {others} that use{'s' if others == 1 else ''} them" if others else ""
    if workflow:
        return f"Migrate workflow `{workflow}` with everything it calls ({files} modules{more})"
    return f"Migrate this module with the {others} that belong{'s' if others == 1 else ''} to it"


def part(component: Component) -> str:
    """What migrating a part of a module does: "Migrate workflow `wf` with the 3 tasks it calls"."""
    names = component.entities
    others = len(names) - component.roots
    if component.roots > 1:
        shown = [f"`{n}`" for n in names[: 3 if len(names) == 3 else 2]]
        more = len(names) - len(shown)
        return f"Migrate {_listed([*shown, *([f'{more} more'] if more else [])])}"
    kind = "" if component.kind == "task" else f"{component.kind} "
    if others:
        called = "the task it calls" if others == 1 else f"the {others} tasks it calls"
        return f"Migrate {kind}`{names[0]}` with {called}"
    used = {symbol.rpartition("(")[2].rstrip(")") for symbol in component.uses}
    carried = [word for word, parameters in _CARRIED.items() if used.intersection(parameters)]
    if carried:
        return f"Migrate {kind}`{names[0]}` with its {_listed([*carried, 'environment'])}"
    return f"Migrate {kind}`{names[0]}`"


def _listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
