"""`@workflow(on_failure=handler)` becomes `try`, `except`, the handler and `raise`.

Flyte 1 ran the handler with the inputs of the workflow and, where it takes `err`, with a `FlyteError`; the workflow
failed all the same (flytekit.core.workflow, WorkflowBase.__call__; measured with flytekit 1.16).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tree_sitter import Node

from flyteshift.migration.arguments import Given, keyword_of
from flyteshift.migration.draft import Draft
from flyteshift.migration.kinds import assigned, generic, split
from flyteshift.migration.scopes import is_load
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import body_at, text, walk
from flyteshift.rewriting import indents
from flyteshift.rewriting.calls import Style, keyword, print_call
from flyteshift.semantics.values import Entity
from flyteshift.text import Document, Edit, Span

ON_FAILURE = "flytekit.workflow(on_failure)"
ERROR = "flytekit.types.error.FlyteError"
UNKNOWN = "`{0}` is no task or workflow of this module; flyteshift cannot see what the handler takes."
NEEDS = "The handler `{0}` takes `{1}`, which is no input of `{2}`."
REBOUND = "`{0}` is set anew in `{1}`; the handler has to get the input. Give the new value another name."
ERR = (
    "`err: FlyteError` is migrated only where the task reads `err.message`, prints `err`, or asks whether it is there."
)
ERR_TEXT = "`err` is the error's text now: in Flyte 1 `err.message` began with the place of the error."
ONE_LINE = "Give the body of `{0}` lines of its own, then migrate."
_PRINTED = frozenset({"print", "info", "warning", "error", "exception", "debug", "critical", "log"})


@dataclass(frozen=True)
class _Parameter:
    name: str
    annotation: Node | None
    default: bool


def on_failure(draft: Draft, task: Task, given: Given) -> None:
    """Plan the `try` of a workflow, or refuse it."""
    if text(given.value) == "None":
        draft.claim_within(given.node)
        return
    handler = _handler(draft, given.value)
    if handler is None:
        draft.refuse(given.value, UNKNOWN.format(text(given.value)), ON_FAILURE)
        return
    draft.claim(keyword_of(given))
    task.hinted.add(handler.name)
    passed = _passed(draft, task, handler, given)
    body, name = task.function.child_by_field_name("body"), task.function.child_by_field_name("name")
    if passed is None or body is None or name is None:
        return
    if body.start_point.row == name.start_point.row:
        draft.refuse(body, ONE_LINE.format(task.name), ON_FAILURE)
        return
    step = partial(_guarded, at=draft.span(name).start, handler=handler.name, passed=passed, style=draft.style)
    draft.later.append(step)


def edits(draft: Draft) -> list[Edit]:
    """The edits of the handlers that take `err`: the text of the error in the place of a `FlyteError`."""
    found: list[Edit] = []
    for handler in _handlers(draft):
        err = next((p for p in _parameters(handler.function) if p.name == "err"), None)
        if err is None or err.annotation is None:
            continue
        for node in walk(err.annotation):
            if node.type in ("identifier", "attribute") and draft.symbol(node) == ERROR:
                draft.claim(node)
                found.append(Edit(draft.span(node), "str"))
        body = handler.function.child_by_field_name("body")
        for node in walk(body) if body is not None else ():
            if node.type == "identifier" and text(node) == "err" and is_load(node):
                found += _as_text(draft, node)
    return found


def _as_text(draft: Draft, err: Node) -> list[Edit]:
    """The edit of one use of `err`. A `FlyteError` was always true, a text may be empty."""
    above = err.parent
    if above is not None and above.type == "attribute":
        return [Edit(Span(draft.span(err).end, draft.span(above).end), "")]
    if above is not None and above.type == "not_operator":
        return [Edit(draft.span(above), "err is None")]
    if above is not None and above.type in ("if_statement", "elif_clause", "conditional_expression"):
        return [Edit(draft.span(err), "err is not None")]
    return []


def _handlers(draft: Draft) -> list[Task]:
    """The tasks that workflows name as handlers and that take an `err` of Flyte 1."""
    found: dict[str, Task] = {}
    for task in draft.tasks.values():
        for given in task.given:
            handler = _handler(draft, given.value) if given.name == "on_failure" else None
            if handler is not None and _takes_error(draft, handler):
                found[handler.name] = handler
    return list(found.values())


def _handler(draft: Draft, value: Node) -> Task | None:
    entity = draft.model.value(value)
    return draft.tasks.get(entity.name) if isinstance(entity, Entity) else None


def _passed(draft: Draft, task: Task, handler: Task, given: Given) -> list[str] | None:
    """The inputs that the handler gets, with `err` where it takes one; None (refused) where they are not clear."""
    inputs = {p.name for p in _parameters(task.function)}
    passed = []
    for parameter in _parameters(handler.function):
        if parameter.name in inputs and not (parameter.name == "err" and _takes_error(draft, handler)):
            if assigned(task.function, parameter.name) != []:
                draft.refuse(given.value, REBOUND.format(parameter.name, task.name), ON_FAILURE)
                return None
            passed.append(parameter.name)
        elif parameter.name == "err" and _takes_error(draft, handler):
            if not _reads_message(draft, handler) or "err" in inputs:
                draft.refuse(given.value, ERR, ON_FAILURE)
                return None
            draft.note(given.value, ERR_TEXT)
            passed.append("err")
        elif not parameter.default:
            draft.refuse(given.value, NEEDS.format(handler.name, parameter.name, task.name), ON_FAILURE)
            return None
    return passed


def _parameters(function: Node) -> list[_Parameter]:
    holder = function.child_by_field_name("parameters")
    found = []
    for node in holder.named_children if holder is not None else ():
        name = node.child_by_field_name("name") or (node.named_children[0] if node.named_children else node)
        if name.type == "identifier":
            annotation, default = node.child_by_field_name("type"), node.child_by_field_name("value")
            found.append(_Parameter(text(name), annotation, default is not None))
    return found


def _takes_error(draft: Draft, handler: Task) -> bool:
    """True for a handler with `err: FlyteError`, optional or not."""
    for parameter in _parameters(handler.function):
        if parameter.name == "err" and parameter.annotation is not None:
            names = [r.symbol for r in draft.uses(parameter.annotation)]
            whole = text(parameter.annotation)
            head, inner = generic(whole)
            plain = not inner or head in ("Optional", "Union")
            return names == [ERROR] and (plain or len(split(whole, "|")) == 2)
    return False


def _reads_message(draft: Draft, handler: Task) -> bool:
    """True where a handler does nothing with its `err` that a text could not stand for."""
    body = handler.function.child_by_field_name("body")
    if handler.kind != "task" or body is None or assigned(handler.function, "err") != []:
        return False
    return all(_is_text(n) for n in walk(body) if n.type == "identifier" and text(n) == "err" and is_load(n))


def _is_text(node: Node) -> bool:
    """True for `err.message`, for `err` asked whether it is there, and for `err` printed."""
    above = node.parent
    if above is None:
        return False
    if above.type == "attribute":
        return text(above.child_by_field_name("attribute")) == "message"
    if above.type == "comparison_operator":
        return any(n.type == "none" for n in above.named_children)
    if above.type in ("if_statement", "elif_clause"):
        return above.child_by_field_name("condition") == node
    if above.type == "conditional_expression":
        return above.named_children[1] == node
    if above.type == "not_operator":
        return True
    held: Node | None = above
    while held is not None and held.type not in ("call", "expression_statement", "block"):
        held = held.parent
    function = held.child_by_field_name("function") if held is not None and held.type == "call" else None
    return above.type in ("interpolation", "argument_list") and text(function).rpartition(".")[2] in _PRINTED


def _guarded(
    document: Document, place: Callable[[int], int], *, at: int, handler: str, passed: list[str], style: Style
) -> list[Edit]:
    """The edits that put the body of the function whose name starts at `at` under `try`."""
    body = body_at(document, place(at))
    function = body.parent if body is not None else None
    if function is None or body is None:
        return []
    statements = [n for n in body.named_children if n.type != "comment"]
    if _is_docstring(statements[0]):
        statements = statements[1:]
    if not statements:
        return []
    lines, step = document.lines, indents.unit(document, statements[0])
    indent = indents.indent_at(document, document.span(statements[0]).start)
    first = lines.line_of(document.span(statements[0]).start)
    while lines.line_text(first - 1).lstrip(" \t").startswith("#"):
        first -= 1
    last = lines.line_of(document.span(body.named_children[-1]).end)
    fixed = indents.texts(body)
    rows = [r for r in range(first + 1, last + 1) if r not in fixed and lines.line_text(r).strip()]
    found = [Edit(Span(lines.starts[first], lines.starts[first]), f"{indent}try:{style.newline}{step}")]
    found += [Edit(Span(lines.starts[r], lines.starts[r]), step) for r in rows]
    error = next(n for n in ("error", "failure", "caught") if n not in _names(function))
    given = [keyword(p, f"str({error})" if p == "err" else p) for p in passed]
    head = f"except Exception as {error}:" if "err" in passed else "except Exception:"
    inner = indent + step
    call = print_call(handler, given, style, inner)
    after = [f"{indent}{head}", f"{inner}{call}", f"{inner}raise"]
    end = lines.end_of(last)
    return [*found, Edit(Span(end, end), style.newline + style.newline.join(after))]


def _is_docstring(statement: Node) -> bool:
    return statement.type == "expression_statement" and statement.named_children[0].type == "string"


def _names(function: Node) -> set[str]:
    return {text(n) for n in walk(function) if n.type == "identifier"}
