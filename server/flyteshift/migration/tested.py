"""What tests use of the modules that are migrated: a test never holds back what it tests.

A test that stays Flyte 1 keeps passing where it calls plainly what Flyte 1 and Flyte 2 give and get alike. Every other
use of it is told with the migration of what it uses.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flyteshift.migration import plain
from flyteshift.migration.draft import Note
from flyteshift.migration.launch_plans import LAUNCH_PLAN
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Span
from flyteshift.workspace.project import Project
from flyteshift.workspace.users import Link

REWRITE = "`{0}` is used by {1}, which stays Flyte 1; that test has to be rewritten by hand."
ALONG = "`{0}` is used by {1}, which is still Flyte 1; migrate that test along, or rewrite it by hand."
CHECK = "`{0}` is used by {1}, which stays Flyte 1; run that test, since values may reach Flyte 2 differently."
FILES = "`{0}` is used by {1}, which takes its Flyte files for paths; that test has to be rewritten by hand."
GONE = "`{0}` is used by {1}, and Flyte 2 has nothing to be used so; that test has to be rewritten by hand."


def tests(paths: Iterable[Path], project: Project) -> set[Path]:
    """The files that pytest collects and that no other kind of file imports: these decide about themselves alone."""
    found = {path for path in paths if plain.is_test(path)}
    others = [path for path in paths if path not in found] if found else []
    while imported := found & {each for path in others for each in project.imports(path)}:
        found -= imported
        others = [*imported]
    return found


def note(link: Link, model: Model, place: str | None, *, asked: bool) -> Note:
    """What is told of a use by a test that stays Flyte 1.

    `place` is where it does more than call it; `asked` tells that it was to be migrated and cannot be.
    """
    at = model.definition(link.name) or Span(0, 0)
    if place is None:
        return Note(at, CHECK.format(link.name, link.user.name))
    return Note(at, (REWRITE if asked else ALONG).format(link.name, place), "test")


def lost(link: Link, model: Model, place: str) -> Note | None:
    """What is told of a use by a test without Flyte 1 of its own; None where Flyte 2 has what it uses."""
    value = model.names.final(link.name)
    if isinstance(value, Symbol) or value == LAUNCH_PLAN:
        return Note(model.definition(link.name) or Span(0, 0), GONE.format(link.name, place), "test")
    return None
