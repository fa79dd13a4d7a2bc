"""Tasks of other files of the project that a module calls: their environments, and what their results are."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tree_sitter import Node

from flyteshift.migration.scopes import imported
from flyteshift.migration.trees import is_read, text
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Entity, EntityKind, Instance
from flyteshift.text import Document, Edit, Span
from flyteshift.workspace import users
from flyteshift.workspace.project import Defined, Project

if TYPE_CHECKING:
    from flyteshift.migration.starts import Start

NOT_MIGRATED = "`{0}` comes from {1}, which is still Flyte 1: migrate that first, or both together."
NAMED = "`{0}` of {1} gives a NamedTuple, whose fields are lost in a Flyte 2 run; unpack it: `a, b = {0}(...)`."
ASYNC = "`{0}` of {1} is `async`; its calls need `await`, which cannot be written here: {2}."
GUARDED = "`{0}` is imported in several ways; import it once, then migrate."
CIRCLE = "`{0}` is imported inside of a function, since {1} imports this file; its environment could not be imported."
TURN = (
    "`{0}` comes from {1}, and these call each other in a circle ({2}), so that neither environment can depend on the "
    "other. Move what is called on both sides to a file of its own, then migrate."
)
BACK = "{1} imports this file, so its environment may not be there when this one needs it; import `{0}` by name."
LEAF = "it is an `async` task of Flyte 1"
SHARED = "{0} calls it as well"
_DECORATOR = re.compile(r"@\s*(\w+)\.task\b")
_CALLABLE: frozenset[EntityKind] = frozenset({"task", "workflow", "dynamic"})


@dataclass(frozen=True)
class Outside:
    """What the migration of one file knows of the others."""

    path: Path
    project: Project
    environments: Mapping[tuple[Path, str], str] = field(default_factory=dict)
    """The environment's variable of each task of another file that is migrated along."""
    shared: Mapping[str, str] = field(default_factory=dict)
    """Names of this file that other files use, with one of those files."""
    tested: Collection[str] = ()
    """Those of them that tests alone use, which hold nothing back."""
    users: Collection[Path] = ()
    """The files that use them."""
    named: Collection[str] = ()
    """The names of environments in other files; Flyte 2 takes a name once."""
    secrets: Mapping[tuple[str, str], set[str]] = field(default_factory=dict)
    """The environment variables of the secrets, by group and key, that files seen along with it ask for."""
    along: Collection[Path] = ()
    """The files with Flyte 1 that are migrated along."""
    asyncs: Collection[tuple[Path, str]] = ()
    """The tasks of other files, migrated along, that are `async` then."""
    circles: Mapping[Path, str] = field(default_factory=dict)
    """The files migrated along that call this one, directly or not, as it calls them; with the files of the circle."""
    sync: Mapping[str, str] | None = None
    """Drivers of this file that have to stay sync, with the reason; None: all that other files use."""
    starts: Mapping[tuple[Path, str], Start] = field(default_factory=dict)
    """What direct calls of the tasks of other files, migrated along, need (see starts.py)."""

    @property
    def sequential(self) -> Mapping[str, str]:
        """The drivers of this file that have to stay sync, with the reason."""
        if self.sync is not None:
            return self.sync
        return {name: SHARED.format(user) for name, user in self.shared.items()}

    def task(self, dotted: str) -> Defined | None:
        """The task or workflow of another file that an imported name is."""
        found = self.project.find(self.path, dotted)
        if found is None:
            return None
        if found.kind in _CALLABLE or flyte2_environment(self.project, found) is not None:
            return found
        return None

    def entity(self, dotted: str, name: str) -> Entity | None:
        """The same as an entity of this module's, called `name` here."""
        found = self.task(dotted)
        if found is None:
            return None
        if isinstance(found.value, Entity):
            return dataclasses.replace(found.value, name=name)
        return Entity("task", name, "flyte.TaskEnvironment.task")

    def environment(self, found: Defined) -> str | None:
        """The variable that holds the environment of another file's task; None where that file stays Flyte 1."""
        return self.environments.get((found.path, found.name)) or flyte2_environment(self.project, found)

    def is_plain(self, dotted: str) -> bool:
        """True where an imported name is no task and runs none: a class, or a function that knows nothing of Flyte 1.

        Not so where that cannot be told, as of what an installed package gives (see `is_installed`).
        """
        found = self.project.find(self.path, dotted)
        kind = bare(self.project, found) if found is not None else ""
        return kind == "class" or (found is not None and kind == "function" and not self._reaches_flyte1(found.path))

    def _reaches_flyte1(self, path: Path) -> bool:
        """True where a file uses Flyte 1, or imports a file of the project that does, also through others."""
        seen, stack = {path}, [path]
        while stack:
            file = stack.pop()
            model = self.project.model(file)
            if model is None or model.uses_flyte1:
                return True
            more = self.project.imports(file) - seen
            seen |= more
            stack += more
        return False

    def is_installed(self, dotted: str) -> bool:
        """True where an imported name comes from no file of the project, so that a package has it."""
        if dotted.startswith(".") or self.project.locate(self.path, dotted) is not None:
            return False
        return not self.is_local(dotted.partition(".")[0])

    def is_local(self, name: str) -> bool:
        """True where a top-level module of this name is a file of the project."""
        return any((folder / f"{name}.py").is_file() or (folder / name).is_dir() for folder in self._folders())

    def _folders(self) -> Iterator[Path]:
        for folder in list(self.path.parents)[:6]:
            yield folder
            if folder == self.project.root:
                return


def not_migrated(outside: Outside, found: Defined, name: str) -> str:
    """Why the environment of another file's task cannot be used."""
    circle = outside.circles.get(found.path)
    return TURN.format(name, found.path.name, circle) if circle else NOT_MIGRATED.format(name, found.path.name)


def reads(outside: Outside, name: str) -> Iterator[Node]:
    """The places where other files read a name of this one."""
    for path in outside.users:
        model, found = outside.project.model(path), users.used_by(path, outside.project)
        mine = {local for local, used in found if (used.path, used.name) == (outside.path, name)}
        for node in model.document.nodes("identifier", "attribute") if model is not None and mine else ():
            if text(node) in mine and is_read(node):
                yield node


def flyte2_environment(project: Project, found: Defined) -> str | None:
    """The environment's variable where a function of another file is a Flyte 2 task already: `env` of `@env.task`."""
    model, statement = project.model(found.path), definition(project, found)
    if model is None or statement is None or found.kind is not None:
        return None
    for decorator in statement.named_children:
        match = _DECORATOR.match(text(decorator))
        if match and model.names.final(match[1]) == Instance("flyte.TaskEnvironment"):
            return match[1]
    return None


def awaitable(outside: Outside) -> Iterator[tuple[str, Defined]]:
    """The tasks of other files that are `async` in Flyte 2, or will be, by their names in this file."""
    model = outside.project.model(outside.path)
    named = outside.project.imported(outside.path, model) if model is not None else ()
    for name, found in {**dict(named), **dict(users.used_by(outside.path, outside.project))}.items():
        flyte2 = found.kind is None and is_async(outside.project, found)
        if (found.path, found.name) in outside.asyncs or (flyte2 and flyte2_environment(outside.project, found)):
            yield name, found


def is_async(project: Project, found: Defined) -> bool:
    """True where a function of another file is `async`."""
    statement = definition(project, found)
    function = statement.child_by_field_name("definition") if statement is not None else None
    return text(function or statement).startswith("async")


def bare(project: Project, found: Defined) -> Literal["class", "function", ""]:
    """What a name of another file is that is bound once: a class, a function without decorators, or another thing."""
    model = project.model(found.path)
    if model is None or len(model.names.events.get(found.name, ())) != 1:
        return ""
    if statement_of(model, found.name, "class_definition") is not None:
        return "class"
    node = statement_of(model, found.name, "function_definition")
    return "function" if node is not None and node.type == "function_definition" else ""


def definition(project: Project, found: Defined) -> Node | None:
    """The top-level statement that defines a function of another file."""
    model = project.model(found.path)
    return statement_of(model, found.name, "function_definition") if model is not None else None


def statement_of(model: Model, name: str, kind: str) -> Node | None:
    """The top-level statement that defines a function or class, its decorators included."""
    for node in model.document.tree.root_node.children:
        inner = node.child_by_field_name("definition") or node
        if inner.type == kind and text(inner.child_by_field_name("name")) == name:
            return node
    return None


def import_edit(document: Document, found: Defined, imported: str) -> Edit | str:
    """The edit that imports something beside a task of the same file, `env as tasks_env`, or the import line to add."""
    for node in document.tree.root_node.children:
        if node.type != "import_from_statement":
            continue
        module = node.child_by_field_name("module_name")
        names = node.children_by_field_name("name")
        if module is not None and names and "".join(document.source(module).split()) == found.module:
            return _beside(document, names[-1], imported)
    return f"from {found.module} import {imported}"


def _beside(document: Document, last: Node, added: str) -> Edit:
    """The edit that imports one more name behind the last, on a line of its own where that has one."""
    at = document.code_point(last.end_byte)
    start = document.span(last).start
    before = document.text[document.lines.starts[document.lines.line_of(start)] : start]
    gap = f"{document.lines.newline_at(0)}{before}" if not before.strip() else " "
    return Edit(Span(at, at), f",{gap}{added}")


def binders(document: Document, name: str) -> list[Node]:
    """The import statements that bind a name, in text order."""
    return [node for node in document.nodes("import_statement", "import_from_statement") if name in imported(node)]


def is_guarded(statement: Node) -> bool:
    """True for an import that is one of several ways: under `try` or `if` at module level."""
    above = statement.parent
    guarded = above is not None and above.type != "module"
    while above is not None:
        if above.type == "function_definition":
            return False
        above = above.parent
    return guarded


def is_late(statement: Node) -> bool:
    """True for an import inside of a function."""
    above = statement.parent
    while above is not None and above.type != "function_definition":
        above = above.parent
    return above is not None


def guarded_edits(outside: Outside, document: Document, found: Defined, name: str, added: str) -> list[Edit] | None:
    """The edits that import something beside a task in each of several ways; None where one leads to another thing."""
    edits = []
    for statement in binders(document, name):
        module = "".join(text(statement.child_by_field_name("module_name")).split())
        names = statement.children_by_field_name("name")
        plain = [n for n in names if text(n.child_by_field_name("alias") or n) == name]
        if not module or len(plain) != 1:
            return None
        dotted = (
            f"{module}{'' if module.endswith('.') else '.'}{text(plain[0].child_by_field_name('name') or plain[0])}"
        )
        same = outside.project.find(outside.path, dotted)
        if same is None or (same.path, same.name, same.module.strip(".")) != (
            found.path,
            found.name,
            module.strip("."),
        ):
            return None
        edits.append(_beside(document, names[-1], added))
    return edits


def comes_back(outside: Outside, start: Path) -> bool:
    """True where importing a file imports this one, so that only an import inside of a function can go there."""
    seen, queue = {start}, [start]
    while queue:
        for path in outside.project.imports(queue.pop()) - seen:
            if path == outside.path:
                return True
            seen.add(path)
            queue.append(path)
    return False


def first_use(document: Document, name: str) -> Span:
    """Where a name is first read, imports aside."""
    found = (n for n in document.nodes("identifier", "attribute") if text(n) == name)
    return next((document.span(n) for n in found if n.parent is not None and n.parent.type == "call"), Span(0, 0))


def is_plain_use(call: Node) -> bool:
    """True where a result that is a NamedTuple is used by position only, or not at all.

    One of a single field arrives as the bare value in a run, so `(a,) = f()` is no such use.
    """
    use = call.parent
    while use is not None and use.type in ("parenthesized_expression", "await"):
        use = use.parent
    if use is None or use.type == "expression_statement":
        return True
    if use.type == "assignment":
        left = use.child_by_field_name("left")
        patterns = ("pattern_list", "tuple_pattern", "list_pattern")
        return left is not None and left.type in patterns and len(left.named_children) > 1
    return False
