"""What a module reads of the executions that a remote started: outputs, name and address of a run.

The outputs of a Flyte 2 run are named `o0`, `o1`, ... also where a NamedTuple names them (measured with flyte 2.12), so
they are taken by position.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration import results, scopes
from flyteshift.migration.draft import Draft
from flyteshift.migration.notifications import PHASES
from flyteshift.migration.trees import text
from flyteshift.text import Edit, Span

REMOTE = "flytekit.FlyteRemote"
UNION = "union.UnionRemote"
REMOTES = frozenset({REMOTE, UNION})
CLASS = "flytekit.remote.FlyteWorkflowExecution"
"""What variables of executions are annotated with; the annotation goes."""
GOES = "flyteshift cannot follow where this remote goes; use it in the function that makes it."
METHOD = "flyteshift knows no Flyte 2 form for `{0}` of a remote; see `flyte.remote`."
STARTED = "flyteshift migrates `execute` of this module's tasks and workflows only; write `flyte.run(...)` by hand."
EXECUTION = "flyteshift knows no Flyte 2 form for this use of an execution; see `flyte.remote.Run`."
WAIT = "Flyte 2 gives outputs of a finished run; add `wait=True`, then migrate."
OUTPUT = "flyteshift cannot see which output `{0}` is; Flyte 2 gives them by position."
PHASE = "flyteshift rewrites the phase of an execution where it is compared with an end of it, such as `SUCCEEDED`."
_PHASES = frozenset({"SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT"})
"""The ends of an execution, which `flyte.models.ActionPhase` names the same; what comes before it divides otherwise."""
_POSITION = re.compile(r"""["']o(\d+)["']\Z""")


@dataclass
class Started:
    """An execution: of which task, and whether it was waited for."""

    task: str
    waited: bool


@dataclass
class Remotes:
    """What the module does with remotes: variables by the scope they are in, and the edits."""

    variables: set[tuple[int, str]] = field(default_factory=set)
    registered: dict[tuple[int, str], Node] = field(default_factory=dict)
    executions: dict[tuple[int, str], Started] = field(default_factory=dict)
    outputs: dict[tuple[int, str], str] = field(default_factory=dict)
    """The variables that hold the outputs of an execution, with the task that gave them."""
    edits: list[Edit] = field(default_factory=list)


def check(draft: Draft, found: Remotes, name: Node) -> None:
    """The edit of one read of a remote, an execution or its outputs; refused where there is no form."""
    key, above = key_of(name), name.parent
    if above is None or above.type in ("dotted_name", "aliased_import"):
        return
    if any(k in found.variables for k in _visible(name)):
        called = above.type == "attribute" and above.child_by_field_name("object") == name
        if not called or key not in found.variables:
            draft.refuse(name, GOES, REMOTE)
        elif not draft.uses(above) and not any(_inside(draft, name, e) for e in found.edits):
            draft.refuse(above, METHOD.format(text(above.child_by_field_name("attribute"))), REMOTE)
    elif key in found.registered:
        if not any(_inside(draft, name, e) for e in found.edits):
            draft.refuse(name, STARTED, f"{REMOTE}.register_script")
    elif key in found.outputs:
        if above.type != "subscript" or above.child_by_field_name("value") != name:
            draft.refuse(name, EXECUTION, f"{REMOTE}.execute")
            return
        at, new = draft.span(name).end, output(draft, above, found.outputs[key])
        if new is not None:
            found.edits.append(Edit(Span(at, draft.span(above).end), new))
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


def bound(node: Node) -> set[str]:
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
        started = found.executions[key_of(name)]
        if not started.waited:
            draft.refuse(attribute, WAIT, f"{REMOTE}.execute")
            return
        draft.claim_within(above)
        new = output(draft, above, started.task)
        if new is not None:
            found.edits.append(Edit(draft.document.span(above), f"{text(name)}.outputs(){new}"))
    elif asked == "id" and above is not None and text(above.child_by_field_name("attribute")) == "name":
        draft.claim_within(above)
        found.edits.append(Edit(draft.document.span(above), f"{text(name)}.name"))
    elif asked == "closure" and above is not None and text(above.child_by_field_name("attribute")) == "phase":
        _phase(draft, found, name, above)
    elif asked == "is_done":
        draft.claim_within(attribute)
        found.edits.append(Edit(draft.document.span(attribute), f"{text(name)}.done()"))
    elif asked == "execution_url":
        draft.claim_within(attribute)
        found.edits.append(Edit(draft.document.span(attribute), f"{text(name)}.url"))
    elif not asked:
        draft.refuse(name, EXECUTION, f"{REMOTE}.execute")


def _phase(draft: Draft, found: Remotes, name: Node, phase: Node) -> None:
    """`ex.closure.phase == WorkflowExecutionPhase.SUCCEEDED`, or the phase as a text."""
    above = phase.parent
    edits = [Edit(draft.document.span(phase), f"{text(name)}.phase")]
    if above is not None and above.type == "comparison_operator":
        others = [n for n in above.named_children if n != phase]
        if len(others) == 1 and others[0].type in ("list", "tuple", "set"):
            others = [n for n in others[0].named_children if n.type != "comment"]
        for other in others:
            of, member = other.child_by_field_name("object"), text(other.child_by_field_name("attribute"))
            if of is None or draft.symbol(of) != PHASES or member not in _PHASES:
                draft.refuse(other, PHASE, PHASES)
                return
            edits.append(Edit(draft.document.span(other), f"ActionPhase.{member}"))
            draft.claim_within(other)
        draft.imports.add("from flyte.models import ActionPhase")
    elif above is None or above.type != "interpolation":
        draft.refuse(phase, PHASE, PHASES)
        return
    draft.claim_within(phase)
    found.edits += edits


def output(draft: Draft, subscript: Node, name: str) -> str | None:
    """`[0]` for the `["o0"]` or the first field that is read of the outputs of a task; None (refused) where unseen."""
    said = text(subscript.child_by_field_name("subscript"))
    task = draft.tasks.get(name)
    fields = results.field_names(draft, task) if task is not None else None
    position = _POSITION.match(said)
    if fields is not None and said[1:-1] in fields:
        return f"[{fields.index(said[1:-1])}]"
    if fields is None and position:
        return f"[{position.group(1)}]"
    draft.refuse(subscript, OUTPUT.format(said), f"{REMOTE}.execute")
    return None


def scope_of(node: Node) -> int:
    """Where the function around a node starts; 0 at module level."""
    above = node.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    return above.start_byte if above is not None else 0


def key_of(node: Node) -> tuple[int, str]:
    """What tells variables apart: the function that a name stands in, and the name."""
    return scope_of(node), text(node)
