"""Flyte 1 that files hand on to each other: `task` of a `compat.py`, and functions of a project that make tasks.

A file that takes its decorators from another file uses Flyte 1, though it need not import any.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flyteshift.migration.draft import Obstacle
from flyteshift.migration.trees import is_read, text
from flyteshift.semantics.values import Function, Symbol
from flyteshift.text import Span
from flyteshift.workspace import users
from flyteshift.workspace.project import Defined, Project
from flyteshift.workspace.summary import wraps

TAKEN = "`{0}` is Flyte 1, by way of {1}; import it from flytekit here, then migrate."
MADE = "`{0}` of {1} makes tasks of Flyte 1; decorate with what it stands for, then migrate."


def flyte1(path: Path, project: Project) -> Iterator[tuple[Span, str, Defined]]:
    """Where a file reads Flyte 1 off others, names of flytekit's and what makes tasks and workflows, in text order."""
    model = project.model(path)
    if model is None:
        return
    named = users.anything(path, project)
    found = {name: used for name, used in named if used.path != path and _is_flyte1(used, project)}
    for node in model.document.nodes("identifier", "attribute") if found else ():
        if text(node) in found and is_read(node):
            yield model.document.span(node), text(node), found[text(node)]


def uses_flyte1(path: Path, project: Project) -> bool:
    """True where a file uses Flyte 1, itself or by way of other files."""
    model = project.model(path)
    return model is not None and (model.uses_flyte1 or any(flyte1(path, project)))


def obstacles(path: Path, project: Project) -> list[Obstacle]:
    """What is in the way of a file that uses Flyte 1 by way of others, for each name once."""
    found: dict[str, Obstacle] = {}
    for span, name, used in flyte1(path, project):
        message = TAKEN if isinstance(used.value, Symbol) else MADE
        found.setdefault(name, Obstacle(span, message.format(name, used.path.name)))
    return [*found.values()]


def _is_flyte1(found: Defined, project: Project) -> bool:
    owner = project.model(found.path)
    if owner is None:
        return False
    if isinstance(found.value, Symbol):
        return owner.names.catalog.is_flyte1(found.value.name)
    return isinstance(found.value, Function) and owner.uses_flyte1 and wraps(owner, found.name) is not None
