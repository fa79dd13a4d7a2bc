"""Gates: `sleep`, `wait_for_input` and `approve` become a durable sleep and conditions that the driver waits for.

A condition takes bool, int, float or str (flyte._condition, measured). Where an approval is refused, Flyte 1 failed the
workflow; here the driver raises.
"""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from flyteshift.migration import awaits, callees
from flyteshift.migration.arguments import Given, by_name
from flyteshift.migration.draft import Draft
from flyteshift.migration.layout import indent, taken
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting.calls import Argument, keyword, print_call
from flyteshift.text import Edit, Span

SLEEPS = "A local run of Flyte 1 only said that it sleeps; Flyte 2 sleeps in a local run too."
WAITS = "The container of the driver stays alive while it waits."
TYPE = "A condition gives bool, int, float or str, and `{0}` is none of them: take it apart, or ask for a path."
NAME = "flyteshift cannot see the name of this gate; write it as a text."
NESTED = (
    "`approve` stands inside of an expression: give the value a name, then write "
    "`if not flyte.new_condition(...).wait(): raise ValueError(...)` before it is used."
)
ITEM = "`approve` needs a name here for what it asks about; assign that first."
_TYPES = frozenset({"bool", "int", "float", "str"})
_APPROVE = "flytekit.approve"


def sleep(draft: Draft, node: Node) -> str | None:
    """`sleep(timedelta(seconds=1))` as `flyte.durable.sleep(timedelta(seconds=1).total_seconds())`."""
    given = by_name(draft, node, ("duration",)) if not awaits.refused(draft, node) else None
    if given is None or "duration" not in given:
        return None
    draft.imports.add("import flyte.durable")
    draft.note(node, SLEEPS)
    duration = given["duration"]
    code = draft.source(duration.value)
    if duration.value.type not in ("identifier", "attribute", "call", "subscript"):
        code = f"({code})"
    return f"flyte.durable.sleep({code}.total_seconds())"


def wait(draft: Draft, node: Node) -> str | None:
    """`wait_for_input("title", timeout, str)` as `flyte.new_condition("title", ..., data_type=str).wait()`."""
    given = by_name(draft, node, ("name", "timeout", "expected_type")) if not awaits.refused(draft, node) else None
    if given is None:
        return None
    name, kind = given.get("name"), given.get("expected_type")
    if name is None or kind is None or name.value.type != "string":
        draft.refuse(node, NAME, "flytekit.wait_for_input")
        return None
    if text(kind.value) not in _TYPES:
        draft.refuse(kind.value, TYPE.format(text(kind.value)), "flytekit.wait_for_input(expected_type)")
        return None
    draft.note(node, WAITS)
    prompt = keyword("prompt", draft.source(name.value))
    options = [prompt, keyword("data_type", text(kind.value), kind.before, kind.behind), *_timeout(draft, given)]
    return _condition(draft, node, name, options)


def statement(draft: Draft, node: Node) -> list[Edit] | None:
    """A statement with one `approve`: what it asks about, the question, and the rest of the statement."""
    found = [n for n in walk(node) if n.type == "call" and callees.maker(draft, n) == _APPROVE]
    if not found:
        return None
    if awaits.refused(draft, found[0]):
        return []
    if len(found) > 1 or node.type not in ("expression_statement", "return_statement"):
        draft.refuse(found[0], NESTED, _APPROVE)
        return []
    call = found[0]
    given = by_name(draft, call, ("upstream_item", "name", "timeout"))
    if given is None:
        return []
    item, name = given.get("upstream_item"), given.get("name")
    if item is None or name is None or name.value.type != "string":
        draft.refuse(call, NAME, _APPROVE)
        return []
    assignment = call.parent if call.parent is not None and call.parent.type == "assignment" else None
    left = assignment.child_by_field_name("left") if assignment is not None else None
    start = indent(draft, node)
    newline = draft.style.newline
    draft.note(call, WAITS)
    if left is not None and left.type == "identifier" and assignment is not None and assignment.parent == node:
        asked = _question(draft, call, text(left), name, given, start)
        code = draft.source(item.value)
        if code == text(left):
            return [Edit(draft.document.span(node), asked)]
        return [
            Edit(draft.document.span(call), code),
            Edit(Span(draft.document.span(node).end, draft.document.span(node).end), newline + start + asked),
        ]
    if item.value.type not in ("identifier", "attribute") or not _is_first(call, node):
        draft.refuse(call, ITEM if item.value.type not in ("identifier", "attribute") else NESTED, _APPROVE)
        return []
    code = draft.source(item.value)
    asked = _question(draft, call, code, name, given, start)
    if node.type == "expression_statement" and call.parent == node:
        return [Edit(draft.document.span(node), asked)]
    at = draft.document.span(node).start
    others = _other_edits(draft, node, call)
    return [Edit(Span(at, at), asked + newline + start), Edit(draft.document.span(call), code), *others]


def _other_edits(draft: Draft, node: Node, call: Node) -> list[Edit]:
    """The edits of a statement outside of one of its calls."""
    if node == call:
        return []
    if not any(n == call for n in walk(node)):
        return draft.edits(node)
    return [e for child in node.named_children for e in _other_edits(draft, child, call)]


def _is_first(call: Node, statement: Node) -> bool:
    """True where nothing of a statement runs before a call in it: asking before the statement is the same."""
    above, child = call.parent, call
    while above is not None and child != statement:
        if above.type not in (
            "argument_list", "keyword_argument", "call", "assignment", "return_statement", "expression_statement",
            "parenthesized_expression",
        ):  # fmt: skip
            return False
        before = [n for n in above.named_children if n.end_byte <= child.start_byte]
        if any(n.type == "call" for b in before for n in walk(b)):
            return False
        child, above = above, above.parent
    return True


def _question(draft: Draft, call: Node, value: str, name: Given, given: Mapping[str, Given], start: str) -> str:
    label = text(name.value)
    inner = label.strip("\"'")
    newline, step = draft.style.newline, draft.style.indent
    prompt = (
        f'f"{inner}: approve {{{value}}}?"' if not {"{", "}", '"', "\\"} & set(inner) else f'f"Approve {{{value}}}?"'
    )
    options = [keyword("prompt", prompt), keyword("data_type", "bool"), *_timeout(draft, given)]
    condition = _condition(draft, call, name, options, start, len("if not :"))
    message = (
        f'"{inner} was not approved"' if '"' not in inner and "\\" not in inner else f'{label} + " was not approved"'
    )
    return f"if not {condition}:{newline}{start}{step}raise ValueError({message})"


def _timeout(draft: Draft, given: Mapping[str, Given]) -> list[Argument]:
    """Flyte 1 waited an hour where no time was given."""
    timeout = given.get("timeout")
    if timeout is None or text(timeout.value) == "None":
        return [keyword("timeout", "3600")]
    return [keyword("timeout", draft.source(timeout.value), timeout.before, timeout.behind)]


def _condition(
    draft: Draft, node: Node, name: Given, options: list[Argument], start: str | None = None, columns: int = -1
) -> str:
    """The condition and the wait for it; `start` is the indentation where it stands, that of the call if None."""
    arguments = [Argument(draft.source(name.value), name.before, name.behind), *options]
    used = (columns if columns >= 0 else taken(draft, node)) + len(".wait()")
    return (
        print_call("flyte.new_condition", arguments, draft.style, indent(draft, node) if start is None else start, used)
        + ".wait()"
    )
