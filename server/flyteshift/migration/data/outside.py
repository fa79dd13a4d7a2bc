"""Code outside of runs that starts tasks with files or frames: `flyte.init()`, and runs where values need one.

A frame that was made in the same process cannot be opened outside of a run, and a remote file not be written (measured
with flyte 2.12), so such tasks are started in one. So are those that give another value without one (see isolated.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

from tree_sitter import Node

from flyteshift.migration import chains, foreign, results, uses
from flyteshift.migration.data import isolated
from flyteshift.migration.data.record import Record
from flyteshift.migration.starts import NOTHING, ONE, SEVERAL, Start, init_edits, is_startable, run_edits, seen_from
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text
from flyteshift.text import Edit
from flyteshift.workspace.project import Defined

OPENED = "A frame cannot be opened outside of a run in Flyte 2; have a task give what is needed."
PLACE = '`flyte.init()` has to stand before this; move the call into a function or `if __name__ == "__main__":`.'


def settle(record: Record, tasks: list[Task], direct: dict[str, set[str]]) -> dict[str, Start]:
    """The edits of code that no task runs; gives what a direct call of each task needs, where it needs anything."""
    draft = record.draft
    by_name = {t.name: t for t in tasks}
    reached = {name: uses.reach_of(name, direct) for name in {*direct, *by_name}}
    within = set(by_name).union(*(reached[name] for name in by_name)) if by_name else set()
    for owner, node in record.opened:
        if owner not in within:
            record.refuse(node, OPENED)
    others = _others(record, tasks)
    starts = _starts(record, by_name, reached, others)
    places: dict[int, Node] = {}
    for node in draft.document.nodes("call"):
        function = node.child_by_field_name("function")
        if function is None or uses.enclosing(node) in within:
            continue
        task = by_name.get(text(function)) if draft.entity(function) else None
        found = others.get("", {}).get(function.start_byte) if task is None else starts.get(task.name)
        start = _named_here(record, node, *found) if isinstance(found, tuple) else found
        if start is None or (node.parent is not None and node.parent.type == "decorator"):
            continue
        omits = (
            task is not None and not _needs(record, task.name, reached) and isolated.omits_times(draft, task.name, node)
        )
        if task is not None and start.gives not in (NOTHING, ONE, SEVERAL) and _is_named(record, node):
            start = replace(start, gives=SEVERAL)
        if start.run and not omits:
            for edit in run_edits(draft.document, node, start) if is_startable(node) else ():
                record.put(*edit.span, edit.text)
        elif start.run:
            continue
        places[node.start_byte] = node
    _init(record, places, within)
    return starts


def _is_named(record: Record, call: Node) -> bool:
    """True where the result of a call gets the names of its NamedTuple back already: where these are read."""
    use = chains.consumer(record.draft, call)
    return use is not None and bool(results.readers(use))


def _needs(record: Record, name: str, reached: Mapping[str, Collection[str]]) -> bool:
    """True where what a task does works in a run only."""
    return not record.running.isdisjoint({name, *reached.get(name, ())})


def _starts(
    record: Record,
    tasks: Mapping[str, Task],
    reached: Mapping[str, Collection[str]],
    elsewhere: Mapping[str, Mapping[int, tuple[Defined, Start]]],
) -> dict[str, Start]:
    """What a direct call of each task needs."""
    draft = record.draft
    shared = draft.outside.shared if draft.outside is not None else ()
    apart = isolated.needing(draft) if shared or _has_code_outside(record, tasks) else set()
    found = {}
    for name, task in tasks.items():
        names = {name, *reached.get(name, ())}
        others = elsewhere.get(name, {}).values()
        run = bool(names & (record.running | apart)) or any(start.run for _, start in others)
        if run or names & record.uploads or others:
            found[name] = Start(run, _gives(record, task))
    return found


def _has_code_outside(record: Record, tasks: Mapping[str, Task]) -> bool:
    """True where a task is called by code of the module that is none."""
    calls = record.draft.document.nodes("call")
    return any(text(n.child_by_field_name("function")) in tasks and uses.enclosing(n) not in tasks for n in calls)


def _gives(record: Record, task: Task) -> str:
    if results.gives_nothing(task):
        return NOTHING
    kind = results.returns(task)
    if kind is not None and results.named(record.draft, task):
        return _on_one_line(record.written(kind))
    return SEVERAL if results.several(task) else ONE


def _on_one_line(annotation: str) -> str:
    """The code of an annotation on one line, where no comment is in the way."""
    line = " ".join(annotation.split())
    return annotation if "#" in annotation else re.sub(r"(?<=[(\[]) | (?=[)\]])", "", line)


def _others(record: Record, tasks: list[Task]) -> dict[str, dict[int, tuple[Defined, Start]]]:
    """What the calls of other files' tasks need, by the task that reaches them and the byte of the callee."""
    outside = record.draft.outside
    found: dict[str, dict[int, tuple[Defined, Start]]] = {}
    if outside is not None and outside.starts:
        for caller, node, defined in uses.foreign(record.draft, tasks):
            start = outside.starts.get((defined.path, defined.name))
            if start is not None:
                found.setdefault(caller, {})[node.start_byte] = defined, start
    return found


def _named_here(record: Record, call: Node, defined: Defined, start: Start) -> Start | None:
    """The start of another file's task as it is written here."""
    outside, callee = record.draft.outside, text(call.child_by_field_name("function"))
    seen = seen_from(outside.path, callee, defined, start, outside.project) if outside is not None else None
    if seen is not None:
        line = foreign.import_edit(record.draft.document, defined, seen[1]) if seen[1] else ""
        if isinstance(line, Edit):
            record.put(*line.span, line.text)
        elif line:
            record.imports[line] = None
        return seen[0]
    if start.run and not foreign.is_plain_use(call):
        record.refuse(call, foreign.NAMED.format(callee, defined.path.name))
    return replace(start, gives=SEVERAL)


def _init(record: Record, places: dict[int, Node], within: Collection[str]) -> None:
    """`flyte.init()` where the code outside of runs needs it."""
    draft = record.draft
    own = record.uploads - set(within)
    shared = draft.outside.shared if draft.outside is not None else ()
    guarded: set[int] = set()
    if own:
        for edit in list(record.edits.values()):
            if ".from_local_sync" in edit.text:
                at = draft.document.byte_offset(edit.span.start)
                made = draft.document.tree.root_node.descendant_for_byte_range(at, at + 1)
                if made is not None and uses.enclosing(made) in own:
                    places[made.start_byte] = made
                    guarded |= {made.start_byte} if uses.enclosing(made) in shared else set()
    edits, crowded = init_edits(draft.document, draft.style, places.values(), guarded)
    for edit in edits:
        record.put(*edit.span, edit.text)
        record.imports["import flyte"] = None
    for node in crowded:
        record.refuse(node, PLACE)
