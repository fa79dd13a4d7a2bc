"""What files of a project share of classes, functions and names that hold files or frames of Flyte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from flyteshift.migration.data.held import Source, Type, annotated, assigned, class_of, fields, handles, holds
from flyteshift.migration.data.signatures import definition_of, parameters
from flyteshift.migration.foreign import Outside
from flyteshift.migration.trees import is_read, text
from flyteshift.semantics.model import Model
from flyteshift.workspace import users
from flyteshift.workspace.project import Defined, Project


def links(path: Path, project: Project) -> Iterator[Defined]:
    """What a file has of others whose values are, or contain, files or frames, each once."""
    taken = {(found.path, found.name): found for _, found in users.anything(path, project)}
    for found in taken.values():
        source = _source(found.path, project)
        if found.kind is None and source is not None and _carries(source, found.name):
            yield found


def shares(path: Path, project: Project) -> bool:
    """True where a file has something to give whose values are, or contain, files or frames."""
    model, source = project.model(path), _source(path, project)
    return model is not None and source is not None and any(_carries(source, name) for name in model.names.events)


def reads(path: Path, project: Project, found: Defined) -> bool:
    """True where a file that does not use Flyte 1 itself handles the files or frames of what it imports."""
    model, source = project.model(path), _source(found.path, project)
    if model is None or source is None or not _is_named(path, model, project, found):
        return False
    if definition_of(source, found.name) is not None:
        return True
    held = fields(source, Type("class", detail=found.name, path=found.path))
    if not held and class_of(source, found.name) is not None:
        return True
    names = [name for name, kind in held.items() if holds(source, kind)]
    return any(re.search(rf"\.{re.escape(name)}\b", model.document.text) for name in names)


def _is_named(path: Path, model: Model, project: Project, found: Defined) -> bool:
    """True where code of a file names what it imports; a package that only hands it on does not."""
    named = {name for name, one in users.anything(path, project) if (one.path, one.name) == (found.path, found.name)}
    return any(text(node) in named and is_read(node) for node in model.document.nodes("identifier", "attribute"))


def _source(path: Path, project: Project) -> Source | None:
    model = project.model(path)
    return Source(model, Outside(path, project), path) if model is not None else None


def _carries(source: Source, name: str) -> bool:
    definition = definition_of(source, name)
    if definition is not None:
        kinds = [kind for _, kind, _ in parameters(source, definition)]
        return any(holds(source, k) for k in [*kinds, annotated(source, definition.child_by_field_name("return_type"))])
    own = class_of(source, name)
    if own is not None and not fields(source, Type("class", detail=name, path=source.path)):
        return handles(source, own)
    return holds(source, Type("class", detail=name, path=source.path)) or holds(source, _made(source, name))


def _made(source: Source, name: str) -> Type | None:
    """What another name of the module for a type stands for."""
    return annotated(source, next(iter(assigned(source.model).get(name, ())), None))
