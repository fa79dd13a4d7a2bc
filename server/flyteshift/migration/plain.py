"""Files without Flyte 1 that call workflows of those that are migrated: tests and scripts.

What such a file calls may become `async`, if each call can be written `asyncio.run(...)`. That holds for tests and for
scripts; in a library nobody knows from where it is called. What needs a run, or `flyte.init()`, gets
that (see starts.py).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from tree_sitter import Node

from flyteshift.migration import foreign, parallel, starts
from flyteshift.migration.draft import Note, style_of
from flyteshift.migration.foreign import SHARED
from flyteshift.migration.plan import Plan
from flyteshift.migration.trees import is_read, text
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.text import Document, Edit, compose
from flyteshift.workspace import users
from flyteshift.workspace.project import Defined, Project

RUN = "`asyncio.run(...)` around the calls of {0}"
LOCAL = "a local run around the calls of {0}"
UNNAMED = "`{0}` gives a NamedTuple that has no name here, so flyteshift starts no run; unpack it: `a, b = {0}(...)`."
INIT = "`flyte.init()` before the calls of tasks with files"
STRING = "{0} names `{1}` in a text"
_MAIN = re.compile(r"""^if\s+__name__\s*==\s*["']__main__["']""", re.MULTILINE)
_WORD = re.compile(r"[^\W\d]\w*")
_PLAIN = frozenset(["int", "float", "str", "bool", "None", "list", "dict", "tuple", "List", "Dict", "Tuple", "Optional",
                    "Union", "typing", "datetime", "timedelta"])  # fmt: skip
QUOTED = re.compile(r"""["'](?:\w+\.)+(\w+)["']""")
"""A text that may name something of a module: `"steps.load"`."""


def obstacle(path: Path, name: str, owner: Path, project: Project, others: Collection[Path]) -> str | None:
    """Why a file cannot call a driver of another file that is `async`; None where it can.

    `others` are the files that may import this one.
    """
    model = project.model(path)
    shared = SHARED.format(path.name)
    if model is None or model.document.tree.root_node.has_error:
        return shared
    called = _called(path, owner, {name}, project)
    if not called:
        return None  # it only hands the name on
    if name in QUOTED.findall(model.document.text):
        return STRING.format(path.name, name)
    if not (is_test(path) or _MAIN.search(model.document.text)) or _is_async(model) or _ambiguous(path, project):
        return shared
    if any(path in project.imports(other) for other in others if other != path):
        return shared
    made = parallel.parallel(model.document, called, (), awaitable=frozenset(called))
    return shared if made.stuck else None


def plan(path: Path, wanted: Collection[tuple[Path, str]], plans: Mapping[Path, Plan], project: Project) -> Plan:
    """The plan of a file that calls tasks of others, `wanted`, which their plans make `async` or need a start."""
    model = project.model(path)
    if model is None or model.document.tree.root_node.has_error:
        return Plan()
    here = {n: used for n, used in users.used_by(path, project) if (used.path, used.name) in wanted}
    notes: list[Note] = []
    edits, done = _started(model, path, here, plans, project, notes)
    middle = model.document.edited(edits)
    asyncs = {n for n, used in here.items() if used.name in plans[used.path].asyncs}
    names = asyncs & {text(n) for n in middle.nodes("identifier", "attribute") if is_read(n)}
    made = parallel.parallel(middle, names, (), awaitable=frozenset(names)).edits if names else []
    if made:
        done.append(RUN.format(", ".join(f"`{name}`" for name in sorted(names))))
    edits = compose(model.document.text, edits, made)
    return Plan(sorted(edits, key=lambda e: e.span), done, notes=notes) if edits else Plan()


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
            lines.add("import flyte")
            ran.add(name)
            line = foreign.import_edit(document, here[name], seen[1]) if seen[1] else ""
            if isinstance(line, Edit):
                beside[line] = None
            elif line:
                lines.add(line)
    begun, _ = starts.init_edits(document, style_of(model), places)
    if begun:
        lines.add("import flyte")
    done = [LOCAL.format(", ".join(f"`{name}`" for name in sorted(ran)))] if ran else [INIT] if begun else []
    lines = {line for line in lines if line.rpartition(" ")[2] not in model.names.events}
    owners = [
        document.span(imports.name_of(name))
        for statement in imports.statements(document)
        for name in statement.names
        if text(imports.name_of(name)) in {each.partition(".")[0] for each in here}
    ]
    return [*edits, *beside, *begun, *(imports.replace(document, [], sorted(lines), owners) if lines else ())], done


def more_than_called(path: Path, name: str, owner: Path, project: Project) -> str | None:
    """Where a file that stays Flyte 1 does more with a task than call it plainly, for a message; None: it does not.

    A plain call stands outside of what Flyte 1 runs and is no part of a Flyte 1 call, `with` or decorated function.
    """
    found = _uses(path, name, owner, project)
    return next((_place(path, node, document) for node, document, plainly in found if not plainly), None)


def used_at(path: Path, name: str, owner: Path, project: Project) -> str | None:
    """Where a file first uses a name of another one, for a message; None where it only imports it."""
    return next((_place(path, node, document) for node, document, _ in _uses(path, name, owner, project)), None)


def _place(path: Path, node: Node, document: Document) -> str:
    return f"{path.name} (line {document.lines.line_of(document.span(node).start) + 1})"


def calls(path: Path, name: str, owner: Path, project: Project) -> bool:
    """True where a file that stays Flyte 1 calls a task plainly, whatever else it does with it."""
    return any(plainly for _, _, plainly in _uses(path, name, owner, project))


def _uses(path: Path, name: str, owner: Path, project: Project) -> Iterator[tuple[Node, Document, bool]]:
    """The uses of a task by a file, in text order; the last of the three is True for a plain call."""
    model = project.model(path)
    if model is None:
        return
    document = model.document
    flyte1 = [reference.span for reference in model.references() if reference.flyte1]
    names = _called(path, owner, {name}, project)
    for node in document.nodes("identifier", "attribute", "string"):
        if text(node) in names and node.type != "string" and is_read(node):
            call = node.parent
            plain = call is not None and call.type == "call" and call.child_by_field_name("function") == node
            spans = [document.span(part) for part in _around(node)]
            inside = any(s.start <= at.start and at.end <= s.end for s in spans for at in flyte1)
            yield node, document, plain and not inside and not _fails(node)
        elif node.type == "string" and name in QUOTED.findall(text(node)):
            yield node, document, False


def uses(path: Path, name: str, owner: Path, project: Project) -> bool:
    """True where a file does more with a driver of another one than import it."""
    return bool(_called(path, owner, {name}, project))


def knows(model: Model, name: str) -> bool:
    """True where Flyte 1 and Flyte 2 give and get the same from the task of a name: plain values only."""
    for node in model.document.tree.root_node.children:
        function = node.child_by_field_name("definition")
        if function is None or text(function.child_by_field_name("name")) != name:
            continue
        parameters = function.child_by_field_name("parameters")
        kinds = [n.child_by_field_name("type") for n in (parameters.named_children if parameters is not None else ())]
        kinds.append(function.child_by_field_name("return_type"))
        return all(word in _PLAIN for kind in kinds if kind is not None for word in _WORD.findall(text(kind)))
    return False


def is_test(path: Path) -> bool:
    """True for what pytest collects."""
    return path.stem.startswith("test_") or path.stem.endswith("_test") or path.stem == "conftest"


def _fails(node: Node) -> bool:
    """True where the error of a call is looked at, which Flyte 1 wraps."""
    above = node.parent
    while above is not None:
        head = text(above.named_children[0]) if above.type == "with_statement" else ""
        if above.type == "try_statement" or "raises" in head:
            return True
        above = above.parent
    return False


def _around(node: Node) -> Iterator[Node]:
    """What decides how a call runs: its statement, and the heads of the blocks around it."""
    child, above = node, node.parent
    while above is not None and above.type != "module":
        if above.type == "decorated_definition":
            yield from (n for n in above.named_children if n.type == "decorator")
        elif above.type == "with_statement":
            yield from (n for n in above.named_children if n != child)
        elif above.type == "function_definition":
            yield from (n for n in (above.child_by_field_name("parameters"),) if n is not None)
        elif above.type not in ("block", "class_definition", "if_statement", "for_statement", "while_statement"):
            yield above
        child, above = above, above.parent


def _called(path: Path, owner: Path, names: Collection[str], project: Project) -> set[str]:
    """The names under which a file has drivers of another one, where it does more than import them."""
    model = project.model(path)
    found = {n for n, used in users.used_by(path, project) if used.path == owner and used.name in names}
    nodes = model.document.nodes("identifier", "attribute") if model is not None else ()
    read = {text(n) for n in nodes if is_read(n)}
    return found & read


def _is_async(model: Model) -> bool:
    """True where a file has `async` code, so that an event loop may be running."""
    document = model.document
    functions = document.nodes("function_definition")
    waits = any(n.children[0].type == "async" for n in functions) or document.nodes("await")
    return bool(waits or document.identifiers("pytest_asyncio"))


def _ambiguous(path: Path, project: Project) -> bool:
    """True where a name is one thing in one function and another one elsewhere."""
    seen: dict[str, Defined] = {}
    pairs = [*users.used_by(path, project)]
    return any((known := seen.setdefault(name, used)).path != used.path or known.name != used.name
               for name, used in pairs)  # fmt: skip
