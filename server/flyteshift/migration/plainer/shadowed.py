"""Functions and imports whose name a task takes over further down: `def pay(...)`, then `@task def pay(...)`.

In either SDK, everything that runs later means the last one. flyteshift reads a module by its names, so a function gets
a name of its own before the rest of a migration reads it, and an import goes; where code that runs at import may mean
the first one, it stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import scopes
from flyteshift.migration.draft import Note
from flyteshift.migration.foreign import Outside
from flyteshift.migration.names import underscored
from flyteshift.migration.plainer.written import Written
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Entity
from flyteshift.text import Edit

RENAMED = "`{0}` is defined again below, and all calls mean that one; this one, which nothing reaches, is `{1}` now."
UNREAD = "`{0}` is defined again below, before anything reads the import; the import is gone."
_IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
_DRIVEN = frozenset({"task", "workflow", "dynamic", "eager"})


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that give functions which a task of the same name replaces a name of their own, and drop imports."""
    imported = _imported(model)
    if imported:
        notes = [Note(model.document.span(node), UNREAD.format(name)) for name, node in imported.items()]
        return Written(notes=notes, unread=[n.span for n in notes])
    firsts = _firsts(model)
    if not firsts or not firsts.keys().isdisjoint(_at_import(model, firsts)):
        return Written()
    document = model.document
    taken = {text(n) for n in document.nodes("identifier")}
    new = {name: underscored(f"{name}_first", taken) for name in firsts}
    edits, notes = [], []
    for name, (function, _) in firsts.items():
        own = function.child_by_field_name("name")
        assert own is not None
        notes.append(Note(document.span(own), RENAMED.format(name, new[name])))
        hidden = scopes.bound(function)
        reads = [n for n in walk(function) if n.type == "identifier" and scopes.is_load(n) and text(n) not in hidden]
        edits += [Edit(document.span(n), new[text(n)]) for n in (own, *reads) if text(n) in new]
    return Written(sorted(edits, key=lambda e: e.span), notes)


def _imported(model: Model) -> dict[str, Node]:
    """The imported names that a task replaces before anything reads them, each as it is imported."""
    names, found = model.names, {}
    tasks = {text(f.child_by_field_name("name")): s for s, f in _functions(model) if s != f}
    for statement in imports.statements(model.document):
        for node in statement.names if statement.node.type == "import_from_statement" else ():
            name = text(node.child_by_field_name("alias")) or text(imports.name_of(node))
            value = names.final(name) if name in names.multiple and len(names.events[name]) == 2 else None
            above = statement.node.parent
            task = tasks.get(name)
            if above is None or above.type != "module" or task is None or task.start_byte < node.start_byte:
                continue
            if isinstance(value, Entity) and value.kind in _DRIVEN:
                found[name] = (imports.name_of(node), task)
    reached = _at_import(model, {name: (task, task) for name, (_, task) in found.items()}) if found else set()
    return {name: node for name, (node, _) in found.items() if name not in reached}


def _firsts(model: Model) -> dict[str, tuple[Node, Node]]:
    """The functions of the module that a task replaces, by name, each with the statement that does so."""
    found: dict[str, tuple[Node, Node]] = {}
    names = model.names
    for name in names.multiple:
        value = names.final(name)
        if len(names.events[name]) != 2 or not isinstance(value, Entity) or value.kind not in _DRIVEN:
            continue
        both = [(s, f) for s, f in _functions(model) if text(f.child_by_field_name("name")) == name]
        if len(both) == 2 and both[0][0].type == "function_definition":
            found[name] = (both[0][1], both[1][0])
    return found


def _functions(model: Model) -> Iterator[tuple[Node, Node]]:
    """The top-level statements that define functions, with these."""
    for statement in model.document.tree.root_node.children:
        function = statement.child_by_field_name("definition") or statement
        if function.type == "function_definition":
            yield statement, function


def _at_import(model: Model, firsts: dict[str, tuple[Node, Node]]) -> set[str]:
    """The names that code may read which runs before the last of the replacements has been made."""
    end = max(statement.end_byte for _, statement in firsts.values())
    inside: dict[str, set[str]] = {}
    reached: set[str] = set()
    for statement in model.document.tree.root_node.children:
        if statement.type in _IMPORTS:
            continue
        definition = statement.child_by_field_name("definition") or statement
        body = definition.child_by_field_name("body") if definition.type == "function_definition" else None
        inside.setdefault(text(definition.child_by_field_name("name")), set()).update(_loads(body or definition))
        if statement.start_byte < end:
            reached.update(_loads(statement, body))
    stack = list(reached)
    while stack:
        new = inside.get(stack.pop(), set()) - reached
        reached |= new
        stack += new
    return reached


def _loads(node: Node, without: Node | None = None) -> Iterator[str]:
    """The names that are read in a node, except in one inside it."""
    for each in walk(node):
        left_out = without is not None and without.start_byte <= each.start_byte < without.end_byte
        if each.type == "identifier" and scopes.is_load(each) and not left_out:
            yield text(each)
