"""What changes in a file without Flyte 1 that calls tasks which are migrated: tests and scripts.

What is `async` now is called through `asyncio.run`, what needs a run or `flyte.init()` gets that (see starts.py), and
errors of tasks are expected as they arrive in Flyte 2 (see catches.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from tree_sitter import Node

from flyteshift.migration import catches, foreign, parallel, starts, uses
from flyteshift.migration.draft import Draft, Note, style_of
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plain import is_test
from flyteshift.migration.plan import Plan, requoted
from flyteshift.migration.trees import is_read, text
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.text import Edit, compose, moved
from flyteshift.workspace import users
from flyteshift.workspace.project import Defined, Project

RUN = "`asyncio.run(...)` around the calls of {0}"
LOCAL = "a local run around the calls of {0}"
INIT = "`flyte.init()` before the calls of tasks with files"
ERRORS = "errors of tasks are expected as Flyte 2 raises them"
FUNCTION = "`.func` for `.task_function`"
UNNAMED = "`{0}` gives a NamedTuple that has no name here, so flyteshift starts no run; unpack it: `a, b = {0}(...)`."


def plan(path: Path, plans: Mapping[Path, Plan], project: Project) -> Plan:
    """The plan of a file that calls tasks of others, given the plans of these.

    A plan without edits may have notes on what has to be changed by hand.
    """
    model = project.model(path)
    if model is None or model.document.tree.root_node.has_error:
        return Plan()
    used = dict(users.used_by(path, project))
    here = {name: found for name, found in used.items() if found.path in plans and plans[found.path].edits}
    notes: list[Note] = []
    edits, done = _started(model, path, here, plans, project, notes)
    if not any(found.kind is not None and name not in here for name, found in used.items()):
        errors = _expected(model, path, project, notes)
        edits += errors
        done += [ERRORS] if errors else []
    functions = _functions(model, here)
    edits = [*edits, *functions, *_imported(model, here, [*edits, *functions])]
    done += [FUNCTION] if functions else []
    middle = model.document.edited(edits)
    asyncs = {name for name, found in here.items() if found.name in plans[found.path].asyncs}
    names = asyncs & {text(n) for n in middle.nodes("identifier", "attribute") if is_read(n)}
    made = parallel.parallel(middle, names, (), awaitable=frozenset(names)).edits if names else []
    if made:
        done.append(RUN.format(", ".join(f"`{name}`" for name in sorted(names))))
    edits = requoted(model.document, compose(model.document.text, edits, made)) or []
    return Plan(sorted(edits, key=lambda e: e.span), done, notes=sorted(notes, key=lambda n: n.span))


def _expected(model: Model, path: Path, project: Project, notes: list[Note]) -> list[Edit]:
    """The edits of what catches and expects errors of tasks; what has no equal form is noted."""
    draft = Draft(model, {}, Outside(path, project))
    edits = catches.edits(draft, uses.namings(draft))
    for step in draft.later:
        middle = model.document.edited(edits)
        edits = compose(model.document.text, edits, step(middle, partial(_moved, edits)))
    notes += draft.notes
    notes += [Note(each.span, each.message, "test" if is_test(path) else "") for each in draft.obstacles]
    return edits


def _moved(edits: list[Edit], offset: int) -> int:
    return moved(offset, edits)


def _functions(model: Model, here: Mapping[str, Defined]) -> list[Edit]:
    """`f.task_function(...)` of a task is `f.func(...)`."""
    document = model.document
    names = {f"{name}.task_function" for name, found in here.items() if found.kind == "task"}
    wholes = [n for n in document.nodes("attribute") if text(n) in names]
    return [Edit(document.span(part), "func") for n in wholes if (part := n.child_by_field_name("attribute"))]


def _imported(model: Model, here: Mapping[str, Defined], edits: list[Edit]) -> list[Edit]:
    """The import of `flyte`, where new code names it, above those of the tasks."""
    document = model.document
    if "flyte" in model.names.events or not any("flyte." in edit.text for edit in edits):
        return []
    roots = {name.partition(".")[0] for name in here}
    owners = [
        document.span(imports.name_of(name))
        for statement in imports.statements(document)
        for name in statement.names
        if text(imports.name_of(name)) in roots
    ]
    return imports.replace(document, [], ["import flyte"], owners)


def _started(
    model: Model,
    path: Path,
    here: Mapping[str, Defined],
    plans: Mapping[Path, Plan],
    project: Project,
    notes: list[Note],
) -> tuple[list[Edit], list[str]]:
    """The edits that start the tasks which need more than a plain call, and what they do."""
    document = model.document
    edits: list[Edit] = []
    lines: set[str] = set()
    beside: dict[Edit, None] = {}
    places: list[Node] = []
    ran: set[str] = set()
    for call in document.nodes("call"):
        name = text(call.child_by_field_name("function"))
        start = plans[here[name].path].starts.get(here[name].name) if name in here else None
        if start is None or not starts.is_startable(call):
            continue
        places.append(call)
        seen = starts.seen_from(path, name, here[name], start, project)
        if start.run and seen is None and foreign.is_plain_use(call):
            seen = replace(start, gives=starts.SEVERAL), ""
        if start.run and seen is None:
            notes.append(Note(document.span(call), UNNAMED.format(name)))
        elif start.run and seen is not None:
            edits += starts.run_edits(document, call, seen[0])
            ran.add(name)
            line = foreign.import_edit(document, here[name], seen[1]) if seen[1] else ""
            if isinstance(line, Edit):
                beside[line] = None
            elif line:
                lines.add(line)
    begun, _ = starts.init_edits(document, style_of(document), places)
    done = [LOCAL.format(", ".join(f"`{name}`" for name in sorted(ran)))] if ran else [INIT] if begun else []
    missing = sorted(line for line in lines if line.rpartition(" ")[2] not in model.names.events)
    return [*edits, *beside, *begun, *(imports.replace(document, [], missing) if missing else ())], done
