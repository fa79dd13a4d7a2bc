"""Notifications: what Flyte 1 mailed, `Slack` and `PagerDuty` included, is a `flyte.notify.Email`."""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration.arguments import by_name
from flyteshift.migration.draft import Draft
from flyteshift.migration.parts import Parts
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, print_call

MAILED = frozenset({"flytekit.Email", "flytekit.Slack", "flytekit.PagerDuty"})
PHASES = "flytekit.WorkflowExecutionPhase"
_ENDS = frozenset({"SUCCEEDED", "FAILED", "ABORTED", "TIMED_OUT"})

UNSEEN = "flyteshift cannot see these notifications; write them as a list of `Email(...)`."
NO_PHASES = "flyteshift cannot see these phases; write them as a list of `WorkflowExecutionPhase` members."
NO_END = "`{0}` is no phase in which a run ends; Flyte 2 notifies of {1}."
GATEWAY = "Flyte 1 mailed this to a gateway, so it stays a mail; the channels of `flyte.notify` post to a webhook."


def read(draft: Draft, node: Node, parts: Parts, indent: str) -> str | None:
    """The tuple of Flyte 2 notifications that a list display of notifications becomes; None where it is refused.

    `indent` is that of the line on which it starts.
    """
    if node.type not in ("list", "tuple"):
        draft.refuse(node, UNSEEN)
        return None
    inner = indent + draft.style.indent
    found: list[tuple[list[str], str]] = []
    comments: list[str] = []
    for item in node.named_children:
        if item.type == "comment":
            comments.append(text(item))
            continue
        code = parts.read(item, lambda node: one(draft, node, parts, inner))
        if code is None:
            return None
        found.append((comments, text(item) if item.type == "identifier" else code))
        comments = []
    line = ", ".join(code for _, code in found)
    line = f"({line},)" if len(found) == 1 else f"({line})"
    width = draft.style.width - len(indent) - len("notifications=,")
    if not comments and not any(c for c, _ in found) and "\n" not in line and len(line) <= width:
        return line
    lines = ["("]
    for before, code in found:
        lines += [*(inner + comment for comment in before), f"{inner}{code},"]
    return draft.style.newline.join([*lines, *(inner + comment for comment in comments), f"{indent})"])


def one(draft: Draft, node: Node, parts: Parts, indent: str) -> str | None:
    """The Flyte 2 form of one notification; None where it is refused. Claims what it reads."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    symbol = draft.symbol(function) if function is not None else None
    if symbol not in MAILED:
        draft.refuse(node, UNSEEN)
        return None
    given = by_name(draft, node, ("phases", "recipients_email"))
    if given is None or len(given) != 2:
        return None
    value = given["phases"].value
    phases = parts.read(value, lambda node: _phases(draft, node))
    if phases is None:
        return None
    if symbol != "flytekit.Email":
        draft.note(node, GATEWAY)
    draft.imports.add("from flyte.notify import Email")
    draft.imports.add("from flyte.models import ActionPhase")
    codes = {
        "phases": f"on_phase={text(value) if value.type == 'identifier' else phases}",
        "recipients_email": f"recipients={_recipients(given['recipients_email'].value)}",
    }
    arguments = [Argument(codes[name], g.before, g.behind) for name, g in given.items()]
    return print_call("Email", arguments, draft.style, indent, taken=1)


def _phases(draft: Draft, node: Node) -> str | None:
    if node.type not in ("list", "tuple"):
        draft.refuse(node, NO_PHASES)
        return None
    found = []
    for item in node.named_children:
        of = item.child_by_field_name("object") if item.type == "attribute" else None
        if of is None or draft.symbol(of) != PHASES:
            draft.refuse(item, NO_PHASES)
            return None
        draft.claim(of)
        name = text(item.child_by_field_name("attribute"))
        if name not in _ENDS:
            draft.refuse(item, NO_END.format(name, ", ".join(sorted(_ENDS))), PHASES)
            return None
        found.append(f"ActionPhase.{name}")
    return found[0] if len(found) == 1 else f"({', '.join(found)})"


def _recipients(node: Node) -> str:
    """The tuple that a list of addresses is."""
    if node.type != "list":
        return text(node) if node.type == "tuple" else f"tuple({text(node)})"
    items = node.named_children
    if "\n" in text(node):
        return "(" + text(node)[1:-1] + ("" if "," in text(node) else ",") + ")"
    return f"({', '.join(map(text, items))},)" if len(items) == 1 else f"({', '.join(map(text, items))})"
