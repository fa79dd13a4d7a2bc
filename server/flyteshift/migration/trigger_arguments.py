"""The arguments of a trigger, made of those of the launch plan that it was."""

from __future__ import annotations

from functools import partial

from tree_sitter import Node

from flyteshift.migration import constants, launch_inputs, notifications, schedules
from flyteshift.migration.arguments import Given, by_name
from flyteshift.migration.draft import Draft
from flyteshift.migration.launch_plans import LaunchPlan
from flyteshift.migration.parts import Parts
from flyteshift.migration.schedules import Schedule
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument

CONCURRENCY = "Nothing in Flyte 2 limits runs of a schedule that overlap; drop `concurrency`, then migrate."
RAW_DATA = "A trigger has no place for its raw data; `flyte.with_runcontext(raw_data_path=...)` sets it for a run."
ACCOUNT = "A trigger has no account of its own; set `service_account` where the task is configured."
UNSEEN_LIMIT = "flyteshift cannot see this limit; `max_action_concurrency` takes 0 or at least 2."
TWO = "flyteshift cannot tell which of `schedule` and `trigger` starts this."
MAPPING = "flyteshift cannot see these {0}; write them as `{1}({{...}})` here."

_MODELS = {"labels": "flytekit.Labels", "annotations": "flytekit.Annotations"}
_REFUSED = {
    "concurrency": CONCURRENCY,
    "raw_output_data_config": RAW_DATA,
    "security_context": ACCOUNT,
    "auth_role": ACCOUNT,
}


def arguments(draft: Draft, plan: LaunchPlan, workflow: str, parts: Parts) -> list[Argument]:
    """The arguments as the author ordered them, the name first; refuses what a trigger cannot say.

    `auto_activate` is always written: it is False by default in Flyte 1 and True in Flyte 2.
    """
    timed = [node for name in ("schedule", "trigger") if (node := plan.value(name)) is not None]
    if len(timed) == 2:
        draft.claim_within(plan.call)
        draft.refuse(plan.call, TWO)
    schedule = parts.read(timed[0], partial(schedules.read, draft)) if len(timed) == 1 else None
    inputs = launch_inputs.inputs(draft, plan, workflow, schedule) or ""
    found: list[Argument] = []
    for name, given in sorted(plan.given.items(), key=lambda item: item[0] != "name"):
        code = _code(draft, plan, name, given, parts, schedule, inputs) if plan.value(name) is not None else None
        if code:
            found.append(Argument(code, given.before, given.behind))
        alone = plan.value("default_inputs") is None and plan.value("fixed_inputs") is None
        if name in ("schedule", "trigger") and code and inputs and alone:
            found.append(Argument(f"inputs={inputs}"))  # only that of the time
    if "auto_activate" not in plan.given:
        found.append(Argument("auto_activate=False"))
    return found


def _code(
    draft: Draft, plan: LaunchPlan, name: str, given: Given, parts: Parts, schedule: Schedule | None, inputs: str
) -> str | None:
    """What one argument becomes; None where it goes, or is refused."""
    value = given.value
    if name in ("name", "overwrite_cache", "auto_activate"):
        return f"{name}={text(value)}"
    if name in ("schedule", "trigger"):
        return f"automation={_shown(value, schedule.code)}" if schedule is not None else None
    if name in ("default_inputs", "fixed_inputs"):
        first = next(n for n in plan.given if n in ("default_inputs", "fixed_inputs") and plan.value(n) is not None)
        return f"inputs={inputs}" if inputs and name == first else None
    if name == "notifications":
        indent = "" if value.type == "identifier" else draft.style.indent
        mails = parts.read(value, lambda node: notifications.read(draft, node, parts, indent))
        return f"{name}={_shown(value, mails)}" if mails is not None else None
    if name in _MODELS:
        mapping = parts.read(value, lambda node: _mapping(draft, node, name))
        return f"{name}={_shown(value, mapping)}" if mapping is not None else None
    if name == "max_parallelism":
        return _limit(draft, value)
    if name in _REFUSED:
        draft.claim_within(value)
        draft.refuse(given.node, _REFUSED[name])
    return None


def _shown(value: Node, code: str) -> str:
    """A variable by its name: it holds the Flyte 2 form then."""
    return text(value) if value.type == "identifier" else code


def _limit(draft: Draft, value: Node) -> str | None:
    """One more than Flyte 1's number of nodes at once: Flyte 2 counts the action that waits for them too."""
    limit = constants.evaluate(draft, value)
    if limit is None or not isinstance(limit.value, int) or isinstance(limit.value, bool) or limit.value < 0:
        draft.refuse(value, UNSEEN_LIMIT)
        return None
    if limit.value == 0:
        return None
    return "max_action_concurrency=" + (str(limit.value + 1) if value.type == "integer" else f"{text(value)} + 1")


def _mapping(draft: Draft, node: Node, name: str) -> str | None:
    """The dict in `Labels({...})`."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    if function is None or draft.symbol(function) != _MODELS[name]:
        draft.refuse(node, MAPPING.format(name, _MODELS[name].rpartition(".")[2]))
        return None
    given = by_name(draft, node, ("values",))
    return text(given["values"].value) if given and "values" in given else None
