"""Code outside of runs that starts tasks with files or frames: `flyte.init()`, and runs where values need one.

`File.from_local_sync` needs `flyte.init()` first. A frame that was made in the same process cannot be opened, and a
remote file cannot be written outside of a run (measured with flyte 2.12), so such tasks are started in one. So are
those that give another value without one (see isolated.py).
"""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration import awaits, results
from flyteshift.migration.data import isolated
from flyteshift.migration.data.record import Record
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.migration.uses import enclosing, reach_of

RUN = 'flyte.with_runcontext(mode="local").run'
OPENED = "A frame cannot be opened outside of a run in Flyte 2; have a task give what is needed."
PLACE = '`flyte.init()` has to stand before this; move the call into a function or `if __name__ == "__main__":`.'


def settle(record: Record, tasks: list[Task], direct: dict[str, set[str]]) -> None:
    """The edits of code that no task runs."""
    by_name = {t.name: t for t in tasks}
    reached = {name: reach_of(name, direct) for name in {*direct, *by_name}}
    within = set(by_name).union(*(reached[name] for name in by_name)) if by_name else set()
    for owner, node in record.opened:
        if owner not in within:
            record.refuse(node, OPENED)
    places: dict[int, Node] = {}
    apart: set[str] | None = None
    for node in record.draft.document.nodes("call"):
        if enclosing(node) in within:
            continue
        function = node.child_by_field_name("function")
        task = by_name.get(text(function)) if function is not None and record.draft.entity(function) else None
        if task is None or function is None or _is_decorator(node):
            continue
        names = {task.name} | reached.get(task.name, set())
        apart = isolated.needing(record.draft) if apart is None else apart
        if names & record.running or (names & apart and not isolated.omits_times(record.draft, task.name, node)):
            _run(record, node, function, task)
            places[node.start_byte] = node
        elif names & record.uploads:
            places[node.start_byte] = node
    own = record.uploads - within
    shared = record.draft.outside.shared if record.draft.outside is not None else ()
    guarded: set[int] = set()
    if own:
        for edit in list(record.edits.values()):
            if ".from_local_sync" in edit.text:
                at = record.draft.document.byte_offset(edit.span.start)
                made = record.draft.document.tree.root_node.descendant_for_byte_range(at, at + 1)
                if made is not None and enclosing(made) in own:
                    places[made.start_byte] = made
                    guarded |= {made.start_byte} if enclosing(made) in shared else set()
    _init(record, list(places.values()), guarded)


def _is_decorator(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "decorator"


def _run(record: Record, call: Node, function: Node, task: Task) -> None:
    """`wf(n=3)` becomes a local run, and its outputs."""
    holder = call.child_by_field_name("arguments")
    if holder is None or awaits.around(call) is not None:
        return
    start = record.span(function).start
    inner = [n for n in holder.named_children if n.type != "comment"]
    at = record.span(holder).start + 1
    record.put(start, at, f"{RUN}({text(function)}" + (", " if inner else ""))
    end = record.span(call).end
    if results.gives_nothing(task):
        return
    if results.named(record.draft, task):
        kind = results.returns(task)
        record.put(start, start, f"{text(kind)}(*")
        record.put(end, end, ".outputs())")
        return
    record.put(end, end, ".outputs()" if results.several(task) else ".outputs()[0]")


def _init(record: Record, places: list[Node], guarded: set[int]) -> None:
    """`flyte.init()` before the first place of each block of code that is run on its own.

    Tasks of other files may call the functions of `guarded`: in a run it would undo what the cluster has set.
    """
    done: set[int] = set()
    for node in sorted(places, key=lambda n: n.start_byte):
        block = _runs(node)
        if block is None or block.start_byte in done:
            continue
        done.add(block.start_byte)
        if block.type == "module":
            statement = next(n for n in block.named_children if n.end_byte > node.start_byte)
        else:
            statement = next((n for n in block.named_children if not _is_docstring(n)), block.named_children[0])
        if "flyte.init(" in text(block):
            continue
        start = record.span(statement).start
        lines = record.draft.document.lines
        line = lines.starts[lines.line_of(start)]
        indent = record.draft.document.text[line:start]
        if indent.strip():
            record.refuse(node, PLACE)
            continue
        newline, deeper = record.draft.style.newline, indent + record.draft.style.indent
        head = f"{indent}if not flyte.ctx():{newline}{deeper}" if node.start_byte in guarded else indent
        record.put(line, line, f"{head}flyte.init(){newline}")
        record.imports["import flyte"] = None


def _is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and node.named_children[0].type == "string"


def _runs(node: Node) -> Node | None:
    """The block of the `__main__` guard or of the function that a node is part of, else the module."""
    above = node.parent
    found: Node | None = None
    while above is not None:
        if above.type == "function_definition":
            found = above.child_by_field_name("body")
        if above.type == "if_statement" and "__main__" in text(above.child_by_field_name("condition")):
            return above.child_by_field_name("consequence")
        if above.type == "module" and found is None:
            return above
        above = above.parent
    return found
