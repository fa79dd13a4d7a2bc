"""What files hand each other of Flyte 1 where no name tells it: objects as arguments, and functions to decorate.

`small = Settings(image=ImageSpec(...))`, with a class of another file that gives these to `task`, and `@small.step`
above a function: what takes them and what hands them move together, or neither does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from tree_sitter import Node

from flyteshift.migration import setting_objects
from flyteshift.migration.data.held import assigned
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import NOT_MIGRATED
from flyteshift.migration.trees import text, walk
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.workspace import users as users_of
from flyteshift.workspace.project import Defined, Project
from flyteshift.workspace.users import Link

_OBJECTS = frozenset({"identifier", "attribute", "call"})


def check(draft: Draft) -> None:
    """Refuse what goes to code of another file that uses Flyte 1 and is not migrated along."""
    if draft.outside is None:
        return
    here, project = draft.outside.path, draft.outside.project
    for node, found in _takers(here, draft.model, project):
        places = _flyte1_of(found, project)
        stays = [path for path in places if path != here and path not in draft.outside.along]
        if stays:
            draft.refuse(node, NOT_MIGRATED.format(places[stays[0]], stays[0].name))


def links(users: Iterable[Path], owners: Collection[Path], project: Project) -> list[Link]:
    """What files hand to others of `owners`, each name that takes it once per user."""
    found: dict[Link, None] = {}
    for user in users:
        model = project.model(user)
        for _, taker in _takers(user, model, project) if model is not None else ():
            taking = _flyte1_of(taker, project).items()
            found |= {Link(user, path, name): None for path, name in taking if path in owners and path != user}
    return [*found]


def _takers(path: Path, model: Model, project: Project) -> Iterator[tuple[Node, Defined]]:
    """Calls that get an object of Flyte 1, decorators of functions with Flyte 1, and what these come from."""
    if not project.imports(path):
        return
    starts = [r.span.start for r in model.references()]
    for call in model.document.nodes("call"):
        if _gets_object(model, call):
            yield from _from_elsewhere(path, model, project, call)
    for definition in model.document.nodes("decorated_definition"):
        span = model.document.span(definition)
        if any(span.start <= at < span.end for at in starts):
            for decorator in (n for n in definition.children if n.type == "decorator"):
                yield from _from_elsewhere(path, model, project, decorator.named_children[0])


def _gets_object(model: Model, call: Node) -> bool:
    holder = call.child_by_field_name("arguments")
    for argument in holder.named_children if holder is not None else ():
        value = argument.child_by_field_name("value") or argument
        parts = value.named_children if value.type in ("list", "tuple") else [value]
        if any(part.type in _OBJECTS and setting_objects.class_of(model, part) for part in parts):
            return True
    return False


def _from_elsewhere(path: Path, model: Model, project: Project, node: Node) -> Iterator[tuple[Node, Defined]]:
    """The thing of another file that a function, method or decorator belongs to; one of a task is known anyway."""
    root, seen = node, set[str]()
    while True:
        value = model.value(root)
        if isinstance(value, Symbol):
            found = _found(path, value.name, project)
            if found is not None and found.kind is None and found.path != path:
                yield node, found
            return
        inner = root.child_by_field_name("function") or root.child_by_field_name("object")
        if inner is None:
            name = text(root)
            held = assigned(model).get(name, ()) if root.type == "identifier" and name not in seen else ()
            seen.add(name)
            inner = held[0] if held else None
            if inner is None or inner.type != "call":
                return
        root = inner


def _found(path: Path, dotted: str, project: Project) -> Defined | None:
    """What a file has of `helpers.settings.step`: `settings` of `helpers`."""
    while dotted:
        found = project.find(path, dotted)
        if found is not None:
            return found
        dotted = dotted.rpartition(".")[0]
    return None


def _flyte1_of(found: Defined, project: Project) -> dict[Path, str]:
    """Where a name of another file comes to Flyte 1, by all that its code names: the files, each with a name of it."""
    places: dict[Path, str] = {}
    queue = [(found.path, found.name)]
    seen = {*queue}
    for path, name in queue:
        model = project.model(path)
        if model is None:
            continue
        starts = [r.span.start for r in model.references()]
        others = {local: (one.path, one.name) for local, one in users_of.anything(path, project)}
        for statement in _statements(model, name):
            span = model.document.span(statement)
            if any(span.start <= at < span.end for at in starts):
                places.setdefault(path, name)
            for local in (text(n) for n in walk(statement) if n.type in ("identifier", "attribute")):
                more = others.get(local, (path, local))
                if more not in seen:
                    seen.add(more)
                    queue.append(more)
    return places


def _statements(model: Model, name: str) -> Iterator[Node]:
    """The statements of module level that bind a name."""
    for statement in model.document.tree.root_node.named_children:
        inner = statement.child_by_field_name("definition") or statement
        if inner.type in ("function_definition", "class_definition"):
            if text(inner.child_by_field_name("name")) == name:
                yield statement
        elif inner.type == "expression_statement" and inner.named_children[:1]:
            made = inner.named_children[0]
            if made.type == "assignment" and text(made.child_by_field_name("left")) == name:
                yield statement
