"""Several modules at once: what they import from each other must be of one generation when all is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tree_sitter import Node

from flyteshift.migration.draft import text, walk
from flyteshift.migration.plan import Obstacle, Plan, plan_module
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Entity, Instance
from flyteshift.text import Span

USED = "`{0}` is used by `{1}`, which stays Flyte 1; migrate that first."
ACROSS = "`{0}` is a task of `{1}`; flyteshift does not yet write the `depends_on` that its call in a task needs."

Planner = Callable[[Model, str], Plan]


def plan_modules(models: Mapping[str, Model], planner: Planner | None = None) -> dict[str, Plan]:
    """The plans of modules by their dotted names, with those refused that would not fit to the others.

    A module stays Flyte 1 where another one that stays Flyte 1 imports its tasks or settings.
    """
    plans = {name: (planner or plan_module)(model, name) for name, model in models.items()}
    links = [link for name, model in models.items() for link in _links(name, model, models)]
    changed = True
    while changed:
        changed = False
        for user, owner, name, node in links:
            staying = bool(plans[user].left)
            if staying and plans[owner].edits:
                plans[owner] = Plan(left=[Obstacle(_defined(models[owner], name), USED.format(name, user))])
                changed = True
            elif plans[user].edits and plans[owner].edits and _in_task(models[user], name, node):
                plans[user] = Plan(left=[Obstacle(models[user].document.span(node), ACROSS.format(name, owner))])
                changed = True
    return plans


def _links(user: str, model: Model, models: Mapping[str, Model]) -> Iterator[tuple[str, str, str, Node]]:
    """What a module imports from the others that a migration changes: (user, owner, name, the imported name)."""
    for statement in imports.statements(model.document):
        source = statement.node.child_by_field_name("module_name")
        if source is None:
            owner_names = [(text(imports.name_of(n)), n) for n in statement.names]
            for dotted, node in owner_names:
                owner = _owner(dotted, models)
                if owner is not None and owner != user:
                    yield from ((user, owner, name, node) for name in sorted(_exports(models[owner])))
            continue
        for node in statement.names:
            name = text(imports.name_of(node))
            owner = _owner(_absolute(user, model, text(source)), models)
            inner = _owner(_absolute(user, model, f"{text(source).rstrip('.') and text(source) + '.'}{name}"), models)
            if inner is not None and inner != user:
                yield from ((user, inner, each, node) for each in sorted(_exports(models[inner])))
            elif owner is not None and owner != user:
                exported = _exports(models[owner])
                yield from ((user, owner, each, node) for each in sorted(exported) if each == name or name == "*")


def _owner(dotted: str, models: Mapping[str, Model]) -> str | None:
    """The module of that name; a shorter name that ends alike counts, as the roots of search paths are not known."""
    if dotted in models:
        return dotted
    tails = [m for m in models if dotted and (m.endswith(f".{dotted}") or dotted.endswith(f".{m}"))]
    return tails[0] if tails else None


def _absolute(user: str, model: Model, dotted: str) -> str:
    """A relative module name made absolute."""
    rest = dotted.lstrip(".")
    level = len(dotted) - len(rest)
    if not level:
        return dotted
    package = user.split(".") if model.document.uri.endswith("/__init__.py") else user.split(".")[:-1]
    kept = package[: len(package) - level + 1]
    return ".".join([*kept, rest] if rest else kept)


def _exports(model: Model) -> set[str]:
    """The module's names that a migration changes: its tasks, and the Flyte 1 objects that its variables hold."""
    found = {f.name for f in model.functions() if f.entity is not None and f.top_level}
    for name in model.names.events:
        value = model.names.final(name)
        if isinstance(value, (Entity, Instance)):
            found.add(name)
    return found


def _in_task(model: Model, name: str, node: Node) -> bool:
    """True where a function of the module that is a task names what was imported."""
    alias = node.child_by_field_name("alias")
    local = text(alias) if alias is not None else name
    spans = [f.span for f in model.functions() if f.entity is not None]
    for inner in walk(model.document.tree.root_node):
        if inner.type == "identifier" and text(inner) == local:
            at = model.document.span(inner)
            if any(s.start <= at.start and at.end <= s.end for s in spans):
                return True
    return False


def _defined(model: Model, name: str) -> Span:
    for function in model.functions():
        if function.name == name:
            return function.span
    return Span(0, 0)
