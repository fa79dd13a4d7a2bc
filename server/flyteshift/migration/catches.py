"""Code around calls of tasks that catches or expects their errors.

What fails in a task reached its caller in Flyte 1 as an exception of its own class. In Flyte 2 it arrives as a
`flyte.errors.RuntimeUserError` whose `code` is the name of the class, also through several tasks, in a run and (for
sync tasks) outside of one (measured with flyte 2.12). A subclass has another name, so a class can be asked for by its
code only where flyteshift sees all of them: those of the module, and those of Python where nothing else is imported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial

from tree_sitter import Node

from flyteshift.migration import awaits, callees, excepts, expectations, scopes
from flyteshift.migration.draft import Draft
from flyteshift.migration.error_codes import BROAD, ERROR, TEXT, asked, codes, is_sync, is_told
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import indents
from flyteshift.text import Document, Edit, Span

CAUGHT = (
    f"`except {{0}}` would not match: in Flyte 2 what fails in a task arrives as `{ERROR}`. "
    "Catch that `as error`, then `if error.code {1}: raise`; a subclass has a code of its own."
)
SEVERAL = (
    f"These `except` would not match: in Flyte 2 what fails in a task arrives as `{ERROR}`. Make them one clause for "
    'that, `as error`, with `if error.code == "{0}":` and so on, and `raise` at the end.'
)
EAGER = (
    f"Write `except {ERROR}:`, which catches whatever failed in a task, as `EagerException` did on a cluster; in a "
    "local run of Flyte 1 the error itself came through."
)
EAGER_NOTE = (
    f"`{ERROR}` is whatever fails in a task, as `EagerException` was on a cluster; "
    "a local run of Flyte 1 did not catch it here."
)
EAGER_ERROR = "flytekit.exceptions.eager.EagerException"
GROUP = f"`except*` would not match: in Flyte 2 what fails in a task arrives as `{ERROR}`."
ASKED = f"`{{0}}` sees another class in Flyte 2: what fails in a task arrives as `{ERROR}`; ask `.code`."
_SUBMITS = ("submit", "map", "apply_async", "run_in_executor", "to_thread")
"""What has another thread or process call a function."""
_CURRENT = frozenset({"exc_info", "format_exc", "format_exception"})
"""What gives the error that is handled."""


def edits(draft: Draft, direct: Mapping[str, Collection[str]]) -> list[Edit]:
    """The edits of what catches and expects errors of tasks; refuses what has no equal form.

    `direct` tells which functions and classes of the module each of them names.
    """
    runners = _runners(draft, direct) | _methods(draft)
    runners |= _futures(draft, runners)
    found: list[Edit] = []
    for node in draft.document.nodes("try_statement", "with_statement", "call"):
        body = node.child_by_field_name("body") if node.type in ("try_statement", "with_statement") else None
        if expectations.is_call(node):
            body = node.child_by_field_name("arguments")
        if body is None:
            continue
        started = list(_started(draft, body, runners))
        if node.type == "call":
            started += [n for n in body.named_children if draft.entity(n) is not None]
        if started and node.type == "try_statement":
            found += _caught(draft, node, started)
        elif started and node.type == "call":
            found += expectations.expected(draft, node, started)
        elif started:
            found += expectations.edits(draft, node, started)
    return found


def _runners(draft: Draft, direct: Mapping[str, Collection[str]]) -> set[str]:
    """The module's plain functions and classes that start tasks, themselves or through others."""
    found = {_outermost(n) for n in draft.document.nodes("identifier") if _starts(draft, n)}
    grown = True
    while grown:
        more = {name for name, named in direct.items() if found.intersection(named)} - found
        grown = bool(more)
        found |= more
    return found - {""}


def _methods(draft: Draft) -> set[str]:
    """The names of the module's methods that start tasks."""
    found = set()
    for node in draft.document.nodes("identifier"):
        function = callees.scope(node) if _starts(draft, node) else None
        holder = function.parent if function is not None else None
        if function is not None and holder is not None and _outermost(holder):
            found.add(text(function.child_by_field_name("name")))
    return found


def _outermost(node: Node) -> str:
    """The name of the top-level function or class around a node."""
    name, above = "", node.parent
    while above is not None:
        if above.type in ("function_definition", "class_definition"):
            name = text(above.child_by_field_name("name"))
        above = above.parent
    return name


def _started(draft: Draft, body: Node, runners: Collection[str]) -> Iterator[Node]:
    """What a block calls that is a task, or a plain function that starts one."""
    for node in walk(body):
        called = node.type in ("identifier", "attribute") and callees.is_callee(node)
        named = called and text(node).rpartition(".")[2] in runners
        if named or _starts(draft, node) or (called and _is_handed(draft, node, runners)):
            yield node


def _is_handed(draft: Draft, node: Node, runners: Collection[str]) -> bool:
    """True for a parameter of a function that is given what starts tasks, by a call or as its decorator."""
    function = callees.scope(node)
    while function.type == "function_definition":
        if text(node) in scopes.parameters(function):
            name = text(function.child_by_field_name("name"))
            return any(_gives(draft, n, name, runners) for n in draft.document.nodes("call", "decorator"))
        function = callees.scope(function)
    return False


def _gives(draft: Draft, node: Node, name: str, runners: Collection[str]) -> bool:
    """True for `name(lambda: wf())`, and for `@name` on a function that starts tasks."""
    if node.type == "decorator":
        above = node.parent
        definition = above.child_by_field_name("definition") if above is not None else None
        decorates = name in re.findall(r"\w+", text(node).partition("(")[0])
        return definition is not None and decorates and text(definition.child_by_field_name("name")) in runners
    called = text(node.child_by_field_name("function")).rpartition(".")[2] if node.type == "call" else ""
    holder = node.child_by_field_name("arguments")
    if called != name or holder is None:
        return False
    given = [n for n in walk(holder) if n.type in ("identifier", "attribute")]
    return any(_starts(draft, n) or text(n).rpartition(".")[2] in runners for n in given)


def _futures(draft: Draft, runners: Collection[str]) -> set[str]:
    """What waits for tasks that are started in other threads or processes."""
    if "except" not in draft.document.text:
        return set()
    given = any(_gives(draft, n, name, runners) for n in draft.document.nodes("call") for name in _SUBMITS)
    return {"result", "get", "map"} if given else set()


def _starts(draft: Draft, node: Node) -> bool:
    """True for a task that is called, or run by a Flyte 1 call around it."""
    if node.type not in ("identifier", "attribute") or node.parent is None:
        return False
    return (callees.is_callee(node) or callees.is_target(draft, node)) and draft.entity(node) is not None


def _caught(draft: Draft, statement: Node, started: list[Node]) -> list[Edit]:
    clauses = excepts.clauses(statement)
    found: list[Edit] = []
    for clause in clauses:
        found += _check_uses(draft, clause)
        if clause.type == "except_group_clause" or text(clause).removeprefix("except").lstrip().startswith("*"):
            draft.refuse(clause, GROUP)
            return found
    if len(clauses) == 1 and _is_eager(draft, clauses[0]):
        return [*found, *_any_error(draft, clauses[0])]
    narrow = [c for c in clauses if not BROAD.intersection(excepts.caught(c))]
    families = [codes(draft, excepts.caught(clause), started) for clause in narrow]
    for clause, family in zip(narrow, families, strict=True):
        if family is None or not all(map(_has_lines, clauses)):
            names = excepts.caught(clause)
            if any(name.endswith("EagerException") for name in names):
                draft.refuse(clause, EAGER)
                return found
            draft.refuse(clause, CAUGHT.format(", ".join(sorted(names)), asked([n.rpartition(".")[2] for n in names])))
            return found
    if not narrow:
        return found
    alone = _is_alone(draft, statement, started)
    if len(clauses) == 1:
        return found + _by_code(draft, narrow[0], families[0] or [], alone=alone)
    aliases = {excepts.alias(c) for c in clauses} - {""}
    if len(aliases) > 1 or clauses[: len(narrow)] != narrow or len(clauses) > len(narrow) + 1:
        draft.refuse(narrow[0], SEVERAL.format((families[0] or [""])[0]))
        return found
    draft.imports.add("import flyte")
    at = draft.span(statement).start + len("t")
    error = next(iter(aliases), "") or _free(callees.scope(statement), ("error", "failure", "caught_error"))
    alone = alone and len(clauses) == len(narrow)
    chain = [family or [] for family in families]
    draft.later.append(partial(_chained, at=at, families=chain, error=error, alone=alone, newline=draft.style.newline))
    return found


def _is_eager(draft: Draft, clause: Node) -> bool:
    """True for `except EagerException` in an eager task, which caught whatever failed in a task on a cluster."""
    kind = excepts.kind(clause)
    task = draft.tasks.get(_outermost(clause))
    eager = task is not None and task.kind == "eager" and callees.scope(clause) == task.function
    return eager and kind is not None and draft.symbol(kind) == EAGER_ERROR


def _any_error(draft: Draft, clause: Node) -> list[Edit]:
    kind = excepts.kind(clause)
    if kind is None:
        return []
    draft.claim(kind)
    draft.imports.add("import flyte")
    draft.note(clause, EAGER_NOTE)
    return [Edit(draft.span(kind), ERROR)]


def _chained(
    document: Document,
    place: Callable[[int], int],
    *,
    at: int,
    families: list[list[str]],
    error: str,
    alone: bool,
    newline: str,
) -> list[Edit]:
    """The edits that make several clauses one, with a branch for each. `at` is in the `try`."""
    byte = document.byte_offset(place(at))
    statement = document.tree.root_node.descendant_for_byte_range(byte, byte + 1)
    while statement is not None and statement.type != "try_statement":
        statement = statement.parent
    if statement is None:
        return []
    clauses = excepts.clauses(statement)
    outer, step = indents.indent_at(document, document.span(statement).start), indents.unit(document, statement)
    inner = outer + step
    narrow = clauses[: len(families)]
    listed = ", ".join(dict.fromkeys(name for c in narrow for name in excepts.caught(c)))
    classes = ERROR if alone else f"({listed}, {ERROR})"
    if len(clauses) > len(narrow):
        classes = excepts.caught(clauses[-1])[0] or "BaseException"
    code = f"{error}.code" if alone else _free(callees.scope(statement), ("code", "error_code", "kind_of_error"))
    found = []
    for index, clause in enumerate(clauses):
        header = f"{inner}el" if index else f"except {classes} as {error}:{newline}{inner}"
        if not index and not alone:
            header += (
                f"{code} = {error}.code if isinstance({error}, {ERROR}) else type({error}).__name__{newline}{inner}"
            )
        test = f"if {code} {asked(families[index], equal=True)}:" if index < len(families) else "se:"
        colon = next(c for c in clause.children if c.type == ":")
        start = document.span(clause).start
        start = document.lines.starts[document.lines.line_of(start)] if index else start
        found.append(Edit(Span(start, document.span(colon).end), header + test))
    heads = {c.start_point.row for c in clauses}
    first, last = clauses[0].start_point.row + 1, excepts.block(clauses[-1]).end_point.row
    fixed = {row for clause in clauses for row in indents.texts(clause)} | heads
    lines = document.lines
    rows = [r for r in range(first, last + 1) if r not in fixed and lines.line_text(r).strip()]
    found += [Edit(Span(lines.starts[r], lines.starts[r]), step) for r in rows]
    if len(clauses) == len(narrow):
        end = lines.end_of(last)
        found.append(Edit(Span(end, end), f"{newline}{inner}else:{newline}{inner}{step}raise"))
    return found


def _has_lines(clause: Node) -> bool:
    """True where the block of a clause has lines of its own."""
    return excepts.block(clause).start_point.row > clause.start_point.row


def _by_code(draft: Draft, clause: Node, known: list[str], *, alone: bool) -> list[Edit]:
    """The edits that make a clause one for errors of tasks of these codes; unless `alone`, also for other errors."""
    kind, block = excepts.kind(clause), excepts.block(clause)
    assert kind is not None
    start, end = draft.span(kind)
    alias = excepts.alias(clause)
    function = callees.scope(clause)
    name = alias or _free(function, ("error", "failure", "caught_error"))
    listed = ", ".join(excepts.caught(clause))
    classes = ERROR if alone else f"({listed}, {ERROR})"
    found = [Edit(Span(start, end), classes if alias else f"{classes} as {name}")]
    test = f"{name}.code {asked(known)}"
    test = test if alone else f"isinstance({name}, {ERROR}) and {test}"
    at = draft.span(block).start
    indent = indents.indent_at(draft.document, at)
    step = indents.unit(draft.document, clause)
    newline = draft.style.newline
    return [*found, Edit(Span(at, at), f"if {test}:{newline}{indent}{step}raise{newline}{indent}")]


def _free(around: Node, names: Sequence[str]) -> str:
    """The first of some names that a function or module does not use."""
    taken = {text(n) for n in walk(around) if n.type == "identifier"}
    return next((name for name in names if name not in taken), names[-1])


def _is_alone(draft: Draft, statement: Node, started: list[Node]) -> bool:
    """True where nothing but sync tasks can fail in the block: then every error arrives as one of Flyte 2.

    What is awaited, `f.aio()` too, raises the error itself outside of a run.
    """
    body = statement.child_by_field_name("body")
    if awaits.around(statement) is not None:
        return False
    calls = {n.start_byte for n in started}
    for node in walk(body) if body is not None else ():
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is not None and function.start_byte not in calls:
            return False
        if node.type in (
            "attribute",
            "subscript",
            "binary_operator",
            "unary_operator",
            "assert_statement",
            "if_statement",
        ):
            return False
        if node.type in ("for_statement", "with_statement", "raise_statement", "pattern_list", "tuple_pattern"):
            return False
    return all(is_sync(draft, node) for node in started)


def _check_uses(draft: Draft, clause: Node) -> list[Edit]:
    """The edits of code that asks an error for the name of its class; refuses what asks for more of it."""
    found = []
    alias = excepts.alias(clause)
    for node in walk(excepts.block(clause)):
        called = text(node.child_by_field_name("function")).rpartition(".")[2] if node.type == "call" else ""
        if called in _CURRENT and not is_told(node, alias):
            draft.refuse(node, TEXT.format(text(node)))
    for node in walk(excepts.block(clause)) if alias else ():
        asks = _asks_class(node, alias)
        if asks is not None and text(asks.parent) == f"{text(asks)}.__name__" and asks.parent is not None:
            code = f"({alias}.code if isinstance({alias}, {ERROR}) else {text(asks)}.__name__)"
            found.append(Edit(draft.span(asks.parent), code))
        elif asks is not None:
            draft.refuse(asks, ASKED.format(text(asks)))
        elif node.type == "identifier" and text(node) == alias and scopes.is_load(node) and not is_told(node, alias):
            draft.refuse(node, TEXT.format(text(_whole(node))))
    return found


def _asks_class(node: Node, name: str) -> Node | None:
    """`isinstance(e, ...)`, `type(e)` and `e.__class__`."""
    if node.type == "attribute" and text(node) == f"{name}.__class__":
        return node
    function = node.child_by_field_name("function") if node.type == "call" else None
    holder = node.child_by_field_name("arguments")
    if text(function) not in ("isinstance", "type", "issubclass") or holder is None or not holder.named_children:
        return None
    return node if text(holder.named_children[0]) == name else None


def _whole(node: Node) -> Node:
    """`str(e)` or `e.args` around an error, else the error."""
    whole, above = node, node.parent
    while above is not None and above.type in ("argument_list", "call", "attribute", "interpolation", "string"):
        whole, above = above, above.parent
    return whole
