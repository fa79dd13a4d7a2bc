"""What is read off `current_context()`: folders, identity, dates, loggers and checkpoints.

Flyte 1's context was there everywhere; outside of a run `flyte.ctx()` is falsy and all its fields are None, and a local
run has no project and a made-up name (measured with flyte 2.12). The new code gives what Flyte 1 gave in all three.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft, Handler
from flyteshift.migration.layout import indent
from flyteshift.migration.names import free
from flyteshift.migration.scopes import bound
from flyteshift.migration.secrets import free_quote
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting.imports import drop
from flyteshift.semantics.expressions import Dotted
from flyteshift.text import Edit, Span

CONTEXT = "flytekit.current_context()"
FOLDER = f"{CONTEXT}.working_directory"
CHECKPOINT = f"{CONTEXT}.checkpoint"
PREFIX = f"{CONTEXT}.raw_output_prefix"
IN_WORKFLOW = "The body of a workflow had the folder of whoever compiled it; a Flyte 2 driver has none. Make one there."
AT_IMPORT = "Code of the module itself shared one folder in Flyte 1; make one with `tempfile.mkdtemp()`, then migrate."
HELPER = (
    "`{0}` reads the folder of the task that calls it; Flyte 2 has none. Give `{0}` the folder as an argument, "
    "then migrate."
)
CHECKPOINT_VALUE = (
    "`{0}` of a checkpoint has no equal form: `flyte.ctx().checkpoint.load_sync()` chooses the path itself."
)
NO_TIME = "`datetime` is something else in this module; import the module, `import datetime`, then migrate."
LOCAL = "In a local run this gives `local`, as Flyte 1 did; `flyte.ctx().action` has the name of the local run."
SLASH = "This prefix has no `/` at its end, and differs from run to run also locally."
SAVED = 'flyte.ctx().checkpoint or flyte.Checkpoint(tempfile.mkdtemp() + "/checkpoint")'
_IDENTITY = {"name": "run_name", "project": "project", "domain": "domain"}
_TIGHT = frozenset({"attribute", "subscript", "call", "binary_operator", "comparison_operator", "boolean_operator",
                    "not_operator", "unary_operator", "conditional_expression", "await", "list_splat"})  # fmt: skip
_NESTED = frozenset({"lambda", "function_definition", "class_definition"})
_REPEATING = frozenset({"for_statement", "while_statement", "list_comprehension", "set_comprehension",
                        "dictionary_comprehension", "generator_expression"})  # fmt: skip


def folder(draft: Draft, node: Node) -> str | None:
    """`current_context().working_directory`: a new folder, or the name of the one that the function has made."""
    names = _folders(draft)
    if node.start_byte not in names:
        return None
    draft.claim_within(node)
    name = names[node.start_byte]
    if not name:
        draft.imports.add("import tempfile")
    return name or "tempfile.mkdtemp()"


def folders(draft: Draft) -> list[Edit]:
    """The lines that make the folder of a task which reads it more than once: Flyte 1 gave the same each time."""
    made: dict[int, Edit] = {}
    for node in _reads(draft):
        name = _folders(draft).get(node.start_byte)
        function = outermost(node)
        first = _first_statement(function) if name and function is not None else None
        if first is None or name is None:
            continue
        draft.imports.add("import tempfile")
        start = draft.document.span(first).start
        at = draft.document.lines.starts[draft.document.lines.line_of(start)]
        line = f"{indent(draft, first)}{name} = tempfile.mkdtemp(){draft.style.newline}"
        made[at] = Edit(Span(at, at), line)
    return list(made.values())


def _folders(draft: Draft) -> dict[int, str]:
    """Where the folder is read, by the byte at which the read starts: the name of its variable; empty: it has none."""
    if draft.folders is None:
        draft.folders = {}
        groups: dict[int, list[Node]] = {}
        for node in _reads(draft):
            function = outermost(node)
            groups.setdefault(function.id if function is not None else -1, []).append(node)
        for nodes in groups.values():
            draft.folders.update(_group(draft, nodes))
    return draft.folders


def _group(draft: Draft, nodes: list[Node]) -> dict[int, str]:
    """The variable of the reads of one function; refuses where they may not get the same folder as in Flyte 1."""
    function = outermost(nodes[0])
    reason = AT_IMPORT
    task = None
    if function is not None:
        name = text(function.child_by_field_name("name"))
        task = next((t for t in draft.tasks.values() if t.function.start_byte == function.start_byte), None)
        reason = IN_WORKFLOW if task is not None and task.kind == "workflow" else HELPER.format(name)
    once = len(nodes) == 1 and function is not None and not is_repeated(nodes[0], function)
    known = function is not None and (
        task.kind != "workflow" if task is not None else once and _called_once(draft, function)
    )
    if not known or function is None:
        for node in nodes:
            draft.claim_within(node)
            draft.refuse(node, reason, FOLDER)
        return {}
    if once:
        return {nodes[0].start_byte: ""}
    if _first_statement(function) is None:
        draft.refuse(nodes[0], "This function stands on one line; write its body on lines of its own, then migrate.")
        return {}
    variable = free("working_directory", bound(function) | set(draft.model.names.events))
    return {node.start_byte: variable for node in nodes}


def _called_once(draft: Draft, function: Node) -> bool:
    """True for a plain function that one task calls once at most, and no other module, in tasks that read no folder."""
    name = text(function.child_by_field_name("name"))
    shared = draft.outside.shared if draft.outside is not None else {}
    places = draft.document.identifiers(name)
    uses = [n for n in places if n.parent != function]
    above = uses[0].parent if len(uses) == 1 else None
    if name in shared or function.parent is None or function.parent.type != "module" or above is None:
        return False
    caller = outermost(uses[0])
    if above.type != "call" or above.child_by_field_name("function") != uses[0] or caller is None:
        return False
    task = next((t for t in draft.tasks.values() if t.function.start_byte == caller.start_byte), None)
    reads = any(outermost(n) == caller for n in _reads(draft))
    return task is not None and task.kind != "workflow" and not reads and not is_repeated(uses[0], caller)


def _reads(draft: Draft) -> Iterator[Node]:
    """The expressions that read the working directory."""
    for reference in draft.references:
        if reference.symbol == FOLDER and reference.kind == "attribute":
            node = _attribute_ending_at(draft, reference.span.end)
            if node is not None:
                yield node


def _attribute_ending_at(draft: Draft, end: int) -> Node | None:
    byte = draft.document.byte_offset(end)
    node = draft.document.tree.root_node.descendant_for_byte_range(byte - 1, byte)
    while node is not None and node.type != "attribute":
        node = node.parent
    return node


def outermost(node: Node) -> Node | None:
    """The outermost function around a node."""
    found, above = None, node.parent
    while above is not None:
        if above.type == "function_definition":
            found = above
        above = above.parent
    return found


def is_repeated(node: Node, function: Node) -> bool:
    """True where code may run more than once in a call of the function around it."""
    above = node.parent
    while above is not None and above != function:
        if above.type in _NESTED or above.type in _REPEATING:
            return True
        above = above.parent
    return False


def _first_statement(function: Node) -> Node | None:
    """The first statement of a body behind its text of documentation; None for a body on the line of the `def`."""
    body = function.child_by_field_name("body")
    statements = [n for n in body.named_children if n.type != "comment"] if body is not None else []
    if not statements or statements[0].start_point[0] == function.start_point[0] or body is None:
        return None
    first = statements[0]
    is_text = first.type == "expression_statement" and first.named_children[0].type == "string"
    if is_text and len(statements) > 1:
        first = statements[1]
    before = first.prev_sibling
    return None if before is not None and before.end_point[0] == first.start_point[0] else first


def _identity(new: str) -> Handler:
    def handler(draft: Draft, node: Node) -> str | None:
        quote = free_quote(node)
        if quote is None:
            draft.refuse(node, "The text around this has both kinds of quotes; read it into a variable, then migrate.")
            return None
        draft.claim_within(node)
        draft.note(node, LOCAL)
        code = f"flyte.ctx().action.{new} if flyte.ctx().is_in_cluster() else {quote}local{quote}"
        return f"({code})" if _is_tight(node) else code

    return handler


def date(draft: Draft, node: Node) -> str | None:
    """`current_context().execution_date`: when the run started; outside of a run, now."""
    bound_to = draft.model.names.final("datetime")
    name = getattr(bound_to, "name", None)
    events = draft.model.names.events.get("datetime", [])
    if not events or all(isinstance(e.value, Dotted) and e.value.name == "datetime" for _, e in events):
        now = "datetime.datetime.now(datetime.timezone.utc)"
        draft.imports.add("import datetime")
    elif (
        name == "datetime.datetime" and getattr(draft.model.names.final("timezone"), "name", "") == "datetime.timezone"
    ):
        now = "datetime.now(timezone.utc)"
    else:
        draft.refuse(node, NO_TIME, f"{CONTEXT}.execution_date")
        return None
    draft.claim_within(node)
    code = f"flyte.ctx().run_start_time or {now}"
    return f"({code})" if _is_tight(node) else code


def prefix(draft: Draft, node: Node) -> str | None:
    """`current_context().raw_output_prefix`: where the data of a run go; outside of a run, a new folder."""
    if outermost(node) is None:
        draft.refuse(node, AT_IMPORT, PREFIX)
        return None
    draft.claim_within(node)
    draft.note(node, SLASH)
    draft.imports.add("import tempfile")
    code = "flyte.ctx().raw_data_path.path if flyte.ctx() else tempfile.mkdtemp()"
    return f"({code})" if _is_tight(node) else code


def logger(draft: Draft, node: Node) -> str | None:
    """`flytekit.logger` and `current_context().logging` are `flyte.logger`."""
    draft.claim_within(node)
    return "flyte.logger"


def checkpoint(draft: Draft, node: Node) -> str | None:
    """`current_context().checkpoint`; outside of a run Flyte 1 had an empty one, Flyte 2 has none."""
    draft.claim_within(node)
    draft.imports.add("import tempfile")
    return f"({SAVED})" if _is_tight(node) else SAVED


def _of_checkpoint(new: str) -> Handler:
    def handler(draft: Draft, node: Node) -> str | None:
        function = node.child_by_field_name("function")
        holder = function.child_by_field_name("object") if function is not None else None
        given = arguments(draft, node)
        if function is None or holder is None or any(g.name for g in given):
            return None
        reads = not given
        if (draft.symbol(function) or "").startswith(CHECKPOINT):
            draft.claim_within(function)
            draft.imports.add("import tempfile")
            of = f"({SAVED})"
        else:
            _claim_attribute(draft, function)
            of = draft.source(holder)
        code = new.format(of, "" if reads else draft.source(given[0].value))
        return f"({code})" if reads and _is_tight(node) else code

    return handler


def _claim_attribute(draft: Draft, function: Node) -> None:
    """Take care of the last attribute of a chain, e.g. the `checkpoint.read` of `current_context().checkpoint.read`."""
    end = draft.document.span(function).end
    for reference in draft.uses(function):
        if reference.kind == "attribute" and reference.span.end == end:
            draft.claim(reference.span)


def _restore(draft: Draft, node: Node) -> str | None:
    draft.claim_within(node)
    draft.refuse(node, CHECKPOINT_VALUE.format("restore"), f"{CHECKPOINT}.restore")
    return None


def _is_tight(node: Node) -> bool:
    """True where an expression with `if` or `or` needs brackets."""
    above = node.parent
    return (
        above is not None
        and above.type in _TIGHT
        and not (above.type == "subscript" and above.child_by_field_name("value") != node)
    )


def dropped(draft: Draft) -> list[Edit]:
    """The edits that take out `ctx = current_context()` where all that is read off it has moved."""
    left = {r.span for r in draft.unclaimed()}
    made: dict[tuple[int, str], list[tuple[Span, Node, Node]]] = {}
    for span in [r.span for r in draft.unclaimed() if draft.model.names.role(r.symbol) == "flytekit.current_context"]:
        target = _held(draft, span)
        if target is not None:
            scope = _scope(target)
            made.setdefault((scope.start_byte, text(target)), []).append((span, target, scope))
    found: list[Edit] = []
    for (_, name), places in made.items():
        targets = [target for _, target, _ in places]
        uses = [n for n in walk(places[0][2]) if n.type == "identifier" and text(n) == name and n not in targets]
        if all(_moved(draft, n, left) for n in uses):
            for span, target, _ in places:
                draft.claim(span)
                statement = target.parent.parent if target.parent is not None else None
                found += drop(draft.document, statement) if statement is not None else []
    return found


def _held(draft: Draft, span: Span) -> Node | None:
    """The `ctx` of the statement `ctx = current_context()` in which the context is named at a place."""
    document = draft.document
    name = document.tree.root_node.descendant_for_byte_range(
        document.byte_offset(span.start), document.byte_offset(span.end)
    )
    call = name.parent if name is not None else None
    made = call.parent if call is not None and call.type == "call" else None
    target = made.child_by_field_name("left") if made is not None and made.type == "assignment" else None
    statement = made.parent if made is not None else None
    whole = statement is not None and statement.type == "expression_statement"
    return target if whole and target is not None and target.type == "identifier" else None


def _scope(node: Node) -> Node:
    """The function around a node, else the module."""
    while node.parent is not None and node.type != "function_definition":
        node = node.parent
    return node


def _moved(draft: Draft, node: Node, left: set[Span]) -> bool:
    """True for a `ctx` of which something is read that has been taken care of, such as `ctx.secrets.get`."""
    above = node.parent
    if above is None or above.type != "attribute" or above.child_by_field_name("object") != node:
        return False
    while above.parent is not None and above.parent.type == "attribute":
        above = above.parent
    read = [r.span for r in draft.uses(above) if r.symbol.startswith(f"{CONTEXT}.")]
    return bool(read) and left.isdisjoint(read)


HANDLERS: dict[str, Handler] = {
    FOLDER: folder,
    **{f"{CONTEXT}.execution_id.{old}": _identity(new) for old, new in _IDENTITY.items()},
    f"{CONTEXT}.execution_date": date,
    PREFIX: prefix,
    f"{CONTEXT}.logging": logger,
    "flytekit.logger": logger,
    "flytekit.loggers.user_space_logger": logger,
    CHECKPOINT: checkpoint,
    **{
        f"{of}.{name}()": handler
        for of in (CHECKPOINT, "flytekit.Checkpoint")
        for name, handler in {
            "read": _of_checkpoint("saved.read_bytes() if (saved := {0}.load_sync()) else None"),
            "prev_exists": _of_checkpoint("{0}.load_sync() is not None"),
            "write": _of_checkpoint("{0}.save_sync({1})"),
            "save": _of_checkpoint("{0}.save_sync({1})"),
            "restore": _restore,
        }.items()
    },
}
