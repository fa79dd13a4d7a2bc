"""Files that use each other: in which order they are planned, and the circles that they form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from flyteshift.migration.trees import text
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Function, Symbol
from flyteshift.workspace import users as users_of
from flyteshift.workspace.project import Project
from flyteshift.workspace.users import Link

_CONTEXT = "flytekit.current_context"


def shared(links: Iterable[Link], files: Collection[Path]) -> dict[Path, dict[str, str]]:
    """The names of each file that others use, with the name of one of those."""
    found: dict[Path, dict[str, str]] = {path: {} for path in files}
    for link in links:
        found[link.owner][link.name] = link.user.name
    return found


def tested(links: Iterable[Link], files: Collection[Path], tests: Collection[Path]) -> dict[Path, set[str]]:
    """Those of them that tests alone use."""
    by_all = shared(links, files)
    firm = {(link.owner, link.name) for link in links if link.user not in tests}
    return {path: {name for name in names if (path, name) not in firm} for path, names in by_all.items()}


def circles(links: Sequence[Link]) -> dict[Path, dict[Path, str]]:
    """For each file those that it uses and that use it in turn, with the shortest way round: `a.py → b.py → a.py`."""
    owners: dict[Path, dict[Path, None]] = {}
    for link in links:
        owners.setdefault(link.user, {})[link.owner] = None
    found: dict[Path, dict[Path, str]] = {}
    for user, used in owners.items():
        for owner in used:
            way = _way(owners, owner, user)
            if way:
                found.setdefault(user, {})[owner] = " → ".join(path.name for path in [user, *way])
    return found


def _way(owners: Mapping[Path, Collection[Path]], start: Path, end: Path) -> list[Path]:
    """The shortest chain of files, each using the next; empty where there is none."""
    before: dict[Path, Path | None] = {start: None}
    queue = [start]
    for path in queue:
        for near in owners.get(path, ()):
            if near not in before:
                before[near] = path
                queue.append(near)
    chain: list[Path] = []
    at = end if end in before else None
    while at is not None:
        chain.append(at)
        at = before[at]
    return chain[::-1]


def owners_first(models: Collection[Path], links: Sequence[Link]) -> list[Path]:
    """The files, each after those that it imports from; in a circle one of them comes too early."""
    owners: dict[Path, list[Path]] = {}
    for link in links:
        owners.setdefault(link.user, []).append(link.owner)
    ordered: dict[Path, None] = {}
    busy: set[Path] = set()
    stack = [(start, False) for start in sorted(models, reverse=True)]
    while stack:
        path, ready = stack.pop()
        if ready:
            ordered[path] = None
        elif path not in busy:
            busy.add(path)
            stack.append((path, True))
            stack += [(owner, False) for owner in sorted(owners.get(path, ()), reverse=True)]
    return [path for path in ordered if path in models]


def reading(users: Iterable[Path], owners: Mapping[Path, Model], project: Project) -> list[Link]:
    """The functions of other files that read Flyte 1's context and that files with Flyte 1 import.

    A task of Flyte 2 has no such context, and one of Flyte 1 none of Flyte 2's, so both files move or neither does.
    """
    found: list[Link] = []
    for user in users:
        for _, one in users_of.anything(user, project):
            if one.path != user and one.path in owners and isinstance(one.value, Function):
                link = Link(user, one.path, one.name)
                if link not in found and _reads_context(owners[one.path], one.name):
                    found.append(link)
    return found


def _reads_context(model: Model, name: str) -> bool:
    """True for a function that reads the context, itself or by a function of its file that it names."""
    spans = {f.name: f.span for f in model.functions() if f.top_level and f.entity is None}
    places = [r.span.start for r in model.references() if r.symbol.startswith(_CONTEXT)]
    seen, stack = {name}, [name]
    while stack:
        span = spans.get(stack.pop())
        if span is None:
            continue
        if any(span.start <= at < span.end for at in places):
            return True
        body = model.document.text[slice(*span)]
        more = {other for other in spans if other not in seen and re.search(rf"\b{re.escape(other)}\b", body)}
        seen |= more
        stack += more
    return False


def fields(users: Iterable[Path], owners: Mapping[Path, Model], project: Project) -> list[Link]:
    """The classes and objects of other files whose fields, set to something of Flyte 1 in the class, files read.

    `Settings.IMAGE` of a task that stays Flyte 1 has to stay Flyte 1 as well.
    """
    found: dict[Link, None] = {}
    for user in users:
        model = project.model(user)
        for node in model.document.nodes("attribute") if model is not None else ():
            of, name = node.child_by_field_name("object"), text(node.child_by_field_name("attribute"))
            value = model.value(of) if model is not None and of is not None else None
            one = project.find(user, value.name) if isinstance(value, Symbol) else None
            theirs = one is not None and one.path != user and one.path in owners and one.kind is None
            if one is not None and theirs and _sets(owners[one.path], one.name, name):
                found[Link(user, one.path, one.name)] = None
    return [*found]


def _sets(model: Model, name: str, field: str) -> bool:
    """True where a class, or that of an object made at module level, sets a field to something of Flyte 1."""
    starts = [r.span.start for r in model.references() if r.flyte1]
    for statement in model.document.tree.root_node.named_children if starts else ():
        inner = statement.child_by_field_name("definition") or statement
        made = statement.named_children[0] if statement.type == "expression_statement" else None
        if made is not None and made.type == "assignment" and text(made.child_by_field_name("left")) == name:
            call = made.child_by_field_name("right")
            maker = call.child_by_field_name("function") if call is not None and call.type == "call" else None
            return maker is not None and text(maker) != name and _sets(model, text(maker), field)
        if inner.type != "class_definition" or text(inner.child_by_field_name("name")) != name:
            continue
        body = inner.child_by_field_name("body")
        for each in body.named_children if body is not None else ():
            put = each.named_children[0] if each.type == "expression_statement" else None
            if put is not None and put.type == "assignment" and text(put.child_by_field_name("left")) == field:
                span = model.document.span(put)
                return any(span.start <= at < span.end for at in starts)
    return False
