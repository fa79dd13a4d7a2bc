"""Launch plans of other files' workflows, carried to the file that defines the workflow.

A trigger is given to the decorator of the task that it starts, so it has to stand in that task's module. What is
carried over is still Flyte 1: the migration of both files reads it as if it had always stood there. Schedules and the
like go along; plain constants are repeated, since other files may read them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tree_sitter import Node

from flyteshift.migration import environments, launch_plans, moves
from flyteshift.migration.draft import Draft, Obstacle
from flyteshift.migration.foreign import Outside
from flyteshift.migration.launch_plans import LaunchPlan
from flyteshift.migration.plainer.written import Written
from flyteshift.migration.plan import Plan, composed
from flyteshift.migration.scopes import is_load
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model, build
from flyteshift.semantics.values import Symbol
from flyteshift.text import Document, Edit, Span, apply_edits, compose
from flyteshift.workspace.project import Defined, Project

USED = "`{0}` is used by {1}, which stays Flyte 1; migrate that first."
GOES = "`{0}` goes to {1}, where its workflow `{2}` is"

_LITERAL = frozenset([
    "string", "string_start", "string_content", "string_end", "integer", "float", "true", "false", "none", "identifier",
    "dictionary", "list", "tuple", "pair", "comment", "binary_operator", "unary_operator", "interpolation",
])  # fmt: skip


@dataclass(frozen=True)
class Block:
    """Whole lines that are carried over, and where they stood."""

    code: str
    path: Path
    span: Span
    workflow: str
    """The workflow of the launch plan that needs them."""


@dataclass
class Change:
    """What is done to a file before it is planned."""

    model: Model
    removed: list[Edit] = field(default_factory=list)
    lines: dict[str, None] = field(default_factory=dict)
    """The imports that the blocks need."""
    blocks: list[Block] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    @property
    def edits(self) -> list[Edit]:
        """What changes the text: statements go, imports come, blocks stand at the end."""
        document = self.model.document
        beside = [r.span for r in self.model.references() if r.flyte1 and r.kind == "import"]
        found = [*self.removed, *(imports.replace(document, [], sorted(self.lines), beside) if self.lines else [])]
        at = len(document.text)
        return [*found, Edit(Span(at, at), "".join(b.code for b in self.blocks))] if self.blocks else found

    def changed(self) -> Model:
        """The file as it is planned."""
        document = self.model.document
        return build(document.edited(self.edits))

    def back(self, plan: Plan) -> tuple[Plan, dict[Path, list[Obstacle]]]:
        """The plan of the changed file as one of the file, and the obstacles in what came from other files."""
        document = self.model.document
        size = len(apply_edits(document.text, self.edits)) - sum(len(b.code) for b in self.blocks)
        own: list[Obstacle] = []
        elsewhere: dict[Path, list[Obstacle]] = {}
        for obstacle in plan.left:
            start = size
            for block in self.blocks:
                if start <= obstacle.span.start < start + len(block.code):
                    elsewhere.setdefault(block.path, []).append(replace(obstacle, span=block.span))
                    break
                start += len(block.code)
            else:
                own.append(obstacle)
        if plan.left:
            if not own:
                block = next(b for b in self.blocks if b.path in elsewhere)
                at = self.model.definition(block.workflow) or Span(0, 0)
                return Plan(left=[Obstacle(at, USED.format(block.workflow, block.path.name))]), elsewhere
            return composed(Written(self.edits, []), document, replace(plan, left=own)), elsewhere
        made = composed(Written(self.edits, []), document, plan)
        return replace(made, edits=_trimmed(document, made.edits), done=[*made.done, *self.done]), {}


def _trimmed(document: Document, edits: list[Edit]) -> list[Edit]:
    """The edits without blank lines at the end that were not there."""
    made = apply_edits(document.text, edits)
    end = len(made.rstrip())
    if document.text != document.text.rstrip() + document.lines.newline_at(0) or not made[end:]:
        return edits
    return compose(document.text, edits, [Edit(Span(end, len(made)), document.lines.newline_at(0))])


def carry(
    models: Mapping[Path, Model], project: Project, shared: Mapping[Path, Mapping[str, str]]
) -> dict[Path, Change]:
    """The changes of files with launch plans of each other's workflows. `shared`: what other files use of each."""
    changes: dict[Path, Change] = {}
    for path, model in models.items():
        if "LaunchPlan" not in model.document.text:
            continue
        draft = Draft(model, {}, Outside(path, project, shared=shared.get(path, {})))
        gone: list[Node] = []
        for plan in launch_plans.find(draft):
            found = _workflow(draft, plan, path, project)
            if (
                found is None
                or found.path not in models
                or found.path == path
                or plan.statement is None
                or plan.default
            ):
                continue
            home = changes.get(found.path) or Change(models[found.path])
            carried = _carried(draft, plan, found, home, gone)
            if carried is None:
                continue
            statements, lines = carried
            changes[found.path] = home
            _append(draft, home, path, plan, found, statements, lines)
            gone += [s for s in statements if draft.uses(s)]
            here = changes.setdefault(path, Change(model))
            here.done.append(GOES.format(plan.variable or "The launch plan", found.path.name, found.name))
        if gone:
            changes[path].removed += _removed(draft, gone)
    return changes


def _workflow(draft: Draft, plan: LaunchPlan, path: Path, project: Project) -> Defined | None:
    node = plan.value("workflow")
    value = draft.model.value(node) if node is not None else None
    found = project.find(path, value.name) if isinstance(value, Symbol) else None
    return found if found is not None and found.kind == "workflow" else None


def _carried(
    draft: Draft, plan: LaunchPlan, found: Defined, home: Change, gone: Collection[Node]
) -> tuple[list[Node], list[str]] | None:
    """The statements to carry over, in order, and the imports that they need; None where that may be wrong."""
    assert plan.statement is not None
    if plan.variable and (list(launch_plans.reads(draft, plan.variable)) or launch_plans.user(draft, plan.variable)):
        return None
    statements: dict[int, Node] = {}
    lines: dict[str, None] = {}
    stack = [plan.statement]
    while stack:
        statement = stack.pop()
        statements[statement.start_byte] = statement
        for name in sorted(_reads(draft, plan, statement)):
            bound = environments.bindings(draft, name)
            if not bound and name not in home.model.names.events:
                continue  # a built-in name
            if len(bound) != 1 or name in draft.model.names.multiple:
                return None
            if bound[0].type in ("import_statement", "import_from_statement"):
                line = import_line(bound[0], name)
                known = name in home.model.names.events
                same = home.model.names.final(name) == draft.model.names.final(name) if known else False
                if line is None or (known and not same):
                    return None
                lines |= {} if known else {line: None}
            elif bound[0] not in gone and bound[0].start_byte not in statements:
                stack.append(bound[0])
    carried = [statements[at] for at in sorted(statements)]
    fits = all(_can_go(draft, statement, [*carried, *gone], home) for statement in carried)
    return (carried, list(lines)) if fits else None


def _reads(draft: Draft, plan: LaunchPlan, statement: Node) -> set[str]:
    workflow = plan.value("workflow")
    inside = (workflow.start_byte, workflow.end_byte) if workflow is not None else (0, 0)
    return {
        text(n)
        for n in walk(statement)
        if n.type == "identifier" and is_load(n) and not (inside[0] <= n.start_byte < inside[1])
    }


def import_line(statement: Node, name: str) -> str | None:
    """The statement that imports one name, as it is imported here; None for one that another file cannot repeat."""
    for node in statement.children_by_field_name("name"):
        bound = text(node.child_by_field_name("alias")) or text(node).partition(".")[0]
        if bound == name:
            module = statement.child_by_field_name("module_name")
            if module is None:
                return f"import {text(node)}"
            return None if text(module).startswith(".") else f"from {text(module)} import {text(node)}"
    return None


def _can_go(draft: Draft, statement: Node, group: Collection[Node], home: Change) -> bool:
    """True for a statement on lines of its own that sets a name which the other file has free.

    Nothing else here reads the name, unless it is that of a constant, which stays here as well.
    """
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type not in ("assignment", "call"):
        return False
    left = inner.child_by_field_name("left") if inner.type == "assignment" else None
    name = text(left)
    if left is not None and (left.type != "identifier" or name in home.model.names.events):
        return False
    if left is not None and launch_plans.user(draft, name) is not None:
        return False
    constant = not draft.uses(statement)
    if constant and not all(n.type in _LITERAL for n in walk(inner.child_by_field_name("right") or inner)):
        return False
    before = len(draft.obstacles)
    moves.lines_of(draft, statement)
    alone = len(draft.obstacles) == before
    del draft.obstacles[before:]
    taken = any(name and name in {text(n) for n in walk(parse)} for parse in _appended(home))
    uses = (n for n in draft.document.identifiers(name) if is_load(n))
    inside = all(any(s.start_byte <= n.start_byte < s.end_byte for s in group) for n in uses) if name else True
    return alone and (inside or constant) and not taken


def _appended(home: Change) -> list[Node]:
    return [build(Document("file:///block.py", b.code)).document.tree.root_node for b in home.blocks]


def _append(
    draft: Draft, home: Change, path: Path, plan: LaunchPlan, found: Defined, statements: list[Node], lines: list[str]
) -> None:
    """Put statements at the end of another file, with what they import at its top."""
    document = draft.document
    newline = home.model.document.lines.newline_at(0)
    workflow = plan.value("workflow")
    assert workflow is not None
    for statement in statements:
        first, last = moves.lines_of(draft, statement)
        start, end = document.lines.starts[first], document.lines.end_of(last)
        edits = []
        if statement == plan.statement:
            span = document.span(workflow)
            edits.append(Edit(span.shifted(-start), found.name))
        code = apply_edits(document.text[start:end], edits)
        code = newline * 2 + code.replace("\r\n", "\n").replace("\n", newline) + newline
        home.blocks.append(Block(code, path, document.span(statement), found.name))
    home.lines |= dict.fromkeys(lines)


def _removed(draft: Draft, gone: list[Node]) -> list[Edit]:
    """The edits that take carried statements out, with what only they have imported."""
    rows: list[tuple[int, int]] = []
    for first, last in sorted(moves.lines_of(draft, statement) for statement in gone):
        if rows and rows[-1][1] + 1 == first:
            rows[-1] = (rows[-1][0], last)
        else:
            rows.append((first, last))
    found = [moves.taken_out(draft.document, first, last) for first, last in rows]
    unread = []
    for imported in imports.statements(draft.document):
        for node in imported.names:
            bound = text(node.child_by_field_name("alias")) or text(imports.name_of(node)).partition(".")[0]
            uses = [n for n in draft.document.identifiers(bound) if is_load(n) and not _within(n, [imported.node])]
            flyte = any(r.kind == "import" and r.span == draft.span(imports.name_of(node)) for r in draft.references)
            if uses and all(_within(n, gone) for n in uses) and not flyte:
                unread.append(draft.span(imports.name_of(node)))
    return [*found, *(imports.replace(draft.document, unread, []) if unread else [])]


def _within(node: Node, statements: Collection[Node]) -> bool:
    return any(s.start_byte <= node.start_byte < s.end_byte for s in statements)
