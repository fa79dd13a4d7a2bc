"""What another file defines and the steps write out at its uses, brought to the file that uses it: still Flyte 1.

`add_one = partial(add, b=1)`, `small = partial(task, retries=3)` and `lp = LaunchPlan.get_or_create(wf, "lp")` are
written into the importing file in the place of their import, as if they had always stood there. It stays so only where
the steps then write out every use, so that nothing is left of the name.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tree_sitter import Node

from flyteshift.migration import callees, environments, foreign, launch_plans, scopes
from flyteshift.migration.carried import import_line
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer import decorators, partials, steps
from flyteshift.migration.plainer.steps import Plainer
from flyteshift.migration.plainer.written import Written, assignment, exported
from flyteshift.migration.trees import is_inside, is_read, text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit, Span
from flyteshift.workspace import users
from flyteshift.workspace.project import Defined, Project

_SHAPES = frozenset({"call", "identifier", "attribute"})


def statement_of(model: Model, name: str) -> Node | None:
    """The statement that defines a name which could be brought, as far as its form tells; None for other names."""
    if name in model.names.multiple or name not in model.names.events:
        return None
    found = environments.bindings(Draft(model, {}), name)
    made = assignment(found[0]) if len(found) == 1 else None
    if made is not None:
        return found[0] if made[0] == name and made[1].type in _SHAPES else None
    return found[0] if len(found) == 1 and found[0].type == "function_definition" else None


def is_bringable(draft: Draft, statement: Node) -> bool:
    """True for a statement that makes a decorator for tasks, another name of a task, or a launch plan."""
    if decorators.maker(draft, statement) is not None:
        return True
    made = assignment(statement)
    if made is None:
        return False
    return partials.bound_task(draft, made[1]) is not None or launch_plans.made_by(draft, made[1]) is not None


def bring(start: Plainer, outside: Outside, found: Defined, name: str) -> Plainer | None:
    """A module in which nothing is left of what it calls `name`, which another file defines; None where some would be.

    `name` may be `module.name`.
    """
    owner = outside.project.model(found.path)
    local = name.rpartition(".")[2]
    if owner is None or exported(Draft(start.model, {}, outside), local):
        return None
    draft = Draft(owner, {}, Outside(found.path, outside.project))
    statement = statement_of(owner, found.name)
    if statement is None:
        return _from_flytekit(start, draft, found, name)
    edits = _edits(start.model, outside, draft, statement, found, name) if is_bringable(draft, statement) else None
    if edits is None:
        return None
    made = _dropped(steps.take(start.after(Written(edits)), outside), local)
    return _without_unread(made, start.model) if made is not None else None


def _from_flytekit(start: Plainer, draft: Draft, found: Defined, name: str) -> Plainer | None:
    """A module that imports a name of flytekit from there, and no longer from another file that does."""
    bound = environments.bindings(draft, found.name)
    document = start.model.document
    if len(bound) != 1 or not bound[0].type.startswith("import_") or not isinstance(found.value, Symbol):
        return None
    if found.name in draft.model.names.multiple or not draft.model.names.catalog.is_flyte1(found.value.name):
        return None
    line = import_line(bound[0], found.name)
    binders = foreign.binders(document, name)
    if line is None or len(binders) != 1 or not _is_alone(binders[0]) or name in start.model.names.multiple:
        return None
    mine = [n for n in binders[0].children_by_field_name("name") if text(n.child_by_field_name("alias") or n) == name]
    unread = not any(map(is_read, document.identifiers(name)))
    if len(mine) != 1 or (unread and document.uri.endswith("/__init__.py")):
        return None  # a package hands it on
    if name != found.name:
        head, _, imported = line.rpartition("import ")
        line = f"{head}import {imported.partition(' as ')[0]} as {name}"
    return start.after(Written(imports.replace(document, [document.span(imports.name_of(mine[0]))], [line])))


def _edits(
    model: Model, outside: Outside, draft: Draft, statement: Node, found: Defined, name: str
) -> list[Edit] | None:
    """The edits that put a statement of another file in, with what it reads; None where that cannot be said here."""
    document, local, root = model.document, name.rpartition(".")[2], name.partition(".")[0]
    binders = foreign.binders(document, root)
    if len(binders) != 1 or not _is_alone(binders[0]):
        return None
    added = [_import(model, outside, draft, found, read) for read in sorted(_reads(statement, found.name))]
    lines = [line for line in added if line is not None]
    imported = binders[0].children_by_field_name("name")
    mine = [n for n in imported if text(n.child_by_field_name("alias") or n) == name]
    uses = [n for n in document.nodes("attribute") if text(n) == name]
    if len(lines) < len(added) or len(document.identifiers(local)) > len(uses) > 0 or not (uses or mine):
        return None
    module = text(binders[0].child_by_field_name("module_name"))
    joined = [line for line in lines if mine and line.startswith(f"from {module} import ")]
    reads = [n for n in callees.loads(document.tree.root_node, root) if is_read(n)]
    whole = [n for n in imported if text(n.child_by_field_name("alias") or n) == name.rpartition(".")[0]]
    out = [] if joined else mine or (whole if len(reads) == len(uses) else [])
    newline = document.lines.newline_at(0)
    made = _named(statement, local).replace("\r\n", "\n").replace("\n", newline)
    code = newline.join([*(line for line in lines if line and line not in joined), made])
    edits = [Edit(document.span(n), local) for n in uses]
    edits += [Edit(document.span(n), ", ".join(_names(joined))) for n in mine if joined]
    span = document.span(binders[0])
    if out and len(out) == len(imported):
        return [*edits, Edit(span, code)]
    at = document.lines.end_of(document.lines.line_of(span.end))
    edits += imports.replace(document, [document.span(imports.name_of(n)) for n in out], []) if out else []
    return [*edits, Edit(Span(at, at), newline + code)]


def _is_alone(statement: Node) -> bool:
    """True for a statement of the module's level with no other one on its lines."""
    near = (statement.prev_named_sibling, statement.next_named_sibling)
    rows = {n.start_point.row for n in near if n is not None and n.type != "comment"}
    level = statement.parent is not None and statement.parent.type == "module"
    return level and not rows & {statement.start_point.row, statement.end_point.row}


def _names(lines: list[str]) -> list[str]:
    """What `from ... import` lines import."""
    return [line.partition(" import ")[2] for line in lines]


def _reads(statement: Node, name: str) -> set[str]:
    """The names of its module that a statement reads."""
    own = scopes.parameters(statement) if statement.type == "function_definition" else set()
    found = {text(n) for n in walk(statement) if n.type == "identifier" and scopes.is_load(n)}
    return found - own - {name}


def _import(model: Model, outside: Outside, draft: Draft, found: Defined, name: str) -> str | None:
    """What imports a name that another file reads, with what it is there; empty where it is here already."""
    here, there, project = model.names, draft.model.names, outside.project
    if name not in there.events:
        return None if name in here.events else ""  # a built-in name
    if name in there.multiple or name in here.multiple:
        return None
    value, mine = there.final(name), here.final(name)
    statements = environments.bindings(draft, name)
    dotted = value.name if isinstance(value, Symbol) and statements[0].type.startswith("import_") else ""
    if dotted and project.locate(found.path, dotted) is None:
        known = name in here.events
        return ("" if mine == value else None) if known else import_line(statements[0], name)
    between = "" if found.module.endswith(".") else "."
    wanted = project.find(outside.path, f"{found.module}{between}{name}")
    if wanted is None:
        return None
    if name in here.events:
        known_as = project.find(outside.path, mine.name) if isinstance(mine, Symbol) else None
        same = known_as is not None and (known_as.path, known_as.name) == (wanted.path, wanted.name)
        return "" if same else None
    if foreign.comes_back(outside, wanted.path):
        return None
    return f"from {wanted.module} import {wanted.name}" + ("" if wanted.name == name else f" as {name}")


def _named(statement: Node, name: str) -> str:
    """The source of a definition under a name."""
    holder = statement if statement.type == "function_definition" else statement.named_children[0]
    node = holder.child_by_field_name("name") or holder.child_by_field_name("left")
    assert node is not None
    source, start = text(statement).encode(), statement.start_byte
    return (source[: node.start_byte - start] + name.encode() + source[node.end_byte - start :]).decode()


def _dropped(made: Plainer, name: str) -> Plainer | None:
    """The module without what was brought, which nothing reads any more; None where something does."""
    model = made.model
    statement = statement_of(model, name)
    reads = [*callees.loads(model.document.tree.root_node, name)]
    if statement is None:
        return None if reads or name in model.names.events else made
    if any(not statement.start_byte <= n.start_byte < statement.end_byte for n in reads):
        return None
    return made.after(Written(imports.drop(model.document, statement)))


def _without_unread(made: Plainer, before: Model) -> Plainer:
    """The module without the imports that came for what was brought and that nothing reads."""
    document = made.model.document
    spans = []
    for statement in imports.statements(document):
        for node in statement.names:
            bound = text(node.child_by_field_name("alias") or node)
            reads = (n for n in document.identifiers(bound) if not is_inside(n, statement.node))
            if bound not in before.names.events and not any(reads):
                spans.append(document.span(imports.name_of(node)))
    return made.after(Written(imports.replace(document, spans, []))) if spans else made


def names(path: Path, model: Model, project: Project) -> Iterator[tuple[str, Defined]]:
    """What a file may have brought: the names of other files that it has, by its own imports or off their modules."""
    yield from project.imported(path, model)
    yield from users.by_module(path, project)
