"""How code outside of runs starts a task where a plain call is not enough in Flyte 2.

`File.from_local_sync` needs `flyte.init()` first; frames, remote files and values that tasks change in place need a run
(measured with flyte 2.12). What a file finds of its own tasks holds for the files that call them too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tree_sitter import Node

from flyteshift.migration import callees, named
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Style
from flyteshift.text import Document, Edit, Span
from flyteshift.workspace.project import Defined, Project

RUN = 'flyte.with_runcontext(mode="local").run'
NOTHING, ONE, SEVERAL = "", "[0]", "()"


@dataclass(frozen=True)
class Start:
    """What a direct call of a task needs: a local run, or else `flyte.init()` before it."""

    run: bool
    gives: str = ONE
    """NOTHING, ONE, SEVERAL, or the name of the NamedTuple that it gives."""


def run_edits(document: Document, call: Node, start: Start) -> list[Edit]:
    """`wf(n=3)` becomes a local run, and its outputs; `start.gives` is as it is called here.

    A run that gives nothing is waited for where its value is used: that is None, as `wf(n=3)` was. Where nothing uses
    the value, the run is enough: it raises what fails in it. At the top level a notebook may show it.
    """
    function, holder = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if function is None or holder is None:
        return []
    begin, end = document.span(call)
    inner = [n for n in holder.named_children if n.type != "comment"]
    opened = document.span(holder).start + 1
    gap = document.text[opened : document.span(holder.named_children[0]).start] if inner else ""
    own_line = "\n" in gap or "\r" in gap
    head = f"{RUN}({gap if own_line else ''}{text(function)}" + ("," if own_line else ", " if inner else "")
    edits = [Edit(Span(begin, opened), head)]
    last = Span(end - 1, end)  # what others put around the call stands around the run
    statement = call.parent if call.parent is not None and call.parent.type == "expression_statement" else None
    if statement is not None and (start.gives == NOTHING or _is_inner(statement)):
        return edits
    if start.gives == NOTHING:
        return [*edits, Edit(last, ").wait()")]
    if start.gives not in (ONE, SEVERAL):
        edits[0] = Edit(edits[0].span, f"{start.gives}(*{head}")
        return [*edits, Edit(last, ").outputs())")]
    return [*edits, Edit(last, ").outputs()" if start.gives == SEVERAL else ").outputs()[0]")]


def init_edits(
    document: Document, style: Style, places: Iterable[Node], guarded: Collection[int] = ()
) -> tuple[list[Edit], list[Node]]:
    """`flyte.init()` before the first place of each block of code that is run on its own, and the places without room.

    Tasks of other files may call the functions around the places whose bytes are in `guarded`: in a run it would undo
    what the cluster has set.
    """
    edits: list[Edit] = []
    crowded: list[Node] = []
    done: set[int] = set()
    for node in sorted(places, key=lambda n: n.start_byte):
        block = _runs(node)
        if block.start_byte in done:
            continue
        done.add(block.start_byte)
        if block.type == "module":
            statement = next(n for n in block.named_children if n.end_byte > node.start_byte)
        else:
            statement = next((n for n in block.named_children if not _is_docstring(n)), block.named_children[0])
        if "flyte.init(" in text(block):
            continue
        start = document.span(statement).start
        line = document.lines.starts[document.lines.line_of(start)]
        indent = document.text[line:start]
        if indent.strip():
            crowded.append(node)
            continue
        deeper = indent + style.indent
        head = f"{indent}if not flyte.ctx():{style.newline}{deeper}" if node.start_byte in guarded else indent
        edits.append(Edit(Span(line, line), f"{head}flyte.init(){style.newline}"))
    return edits, crowded


def seen_from(path: Path, callee: str, found: Defined, start: Start, project: Project) -> tuple[Start, str] | None:
    """The start of another file's task as a file writes it, which calls it `callee`, and a name to import.

    None where the NamedTuple that the task gives has no name here.
    """
    if start.gives in (NOTHING, ONE, SEVERAL):
        return start, ""
    here = named.written(path, callee, found, start.gives, project)
    missing = here.name if here is not None and here.imported else ""
    return (replace(start, gives=here.name), missing) if here is not None else None


def is_startable(call: Node) -> bool:
    """True for a call that can become a run: no decorator, and in no `async` function."""
    decorates = call.parent is not None and call.parent.type == "decorator"
    return not decorates and not text(callees.scope(call)).startswith("async")


def _is_inner(statement: Node) -> bool:
    return statement.parent is not None and statement.parent.type != "module"


def _is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and node.named_children[0].type == "string"


def _runs(node: Node) -> Node:
    """The block of the `__main__` guard or of the function that a node is part of, else the module."""
    above = node.parent
    found: Node | None = None
    while above is not None and above.parent is not None:
        if above.type == "function_definition":
            found = above.child_by_field_name("body")
        if above.type == "if_statement" and "__main__" in text(above.child_by_field_name("condition")):
            return above.child_by_field_name("consequence") or above
        above = above.parent
    return found or above or node
