"""Migrations that go over files: a workflow with everything it calls, or all that a workspace has.

What belongs together is told by the index; planning is done by worker processes (`changes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flyteshift.features import readiness, titles
from flyteshift.features.readiness import Need
from flyteshift.migration.draft import Note
from flyteshift.migration.several import SECRET
from flyteshift.text import Edit, Span
from flyteshift.workspace.entries import is_workflow
from flyteshift.workspace.files import read_bytes
from flyteshift.workspace.index import Index
from flyteshift.workspace.settings import Settings

CHANGES = f"{__name__}:changes"
"""The function that a worker runs."""


@dataclass(frozen=True)
class Unit:
    """Files that are migrated at once. `name` is the workflow that was asked about; empty: the whole first file."""

    path: str
    name: str
    files: tuple[str, ...]
    """Those with Flyte 1 that the workflow is made of, its own first."""
    others: tuple[str, ...]
    """Those with Flyte 1 that use some of these, so that they go along."""

    @property
    def title(self) -> str:
        """What migrating the unit does."""
        return titles.unit(self.name, len(self.files), len(self.others))


@dataclass(frozen=True)
class FileChange:
    """What is done to one file: the text that was planned, edits of it, and what a reviewer should know."""

    path: Path
    text: str
    edits: tuple[Edit, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Changes:
    """What a migration of several files does, and what stands in the way of those that stay."""

    files: tuple[FileChange, ...]
    left: tuple[Need, ...]


def unit_at(index: Index, path: str, offset: int) -> Unit | None:
    """The unit of the workflow or task around an offset, else of the file; None where it is that one file alone."""
    entry = index.entries.get(path)
    if entry is None or entry.summary is None:
        return None
    around = (each for each in entry.summary.defined if each.whole_start <= offset < each.whole_end)
    found = next(around, None)
    return unit(index, path, found.name if found is not None and is_workflow(found) else "")


def unit(index: Index, path: str, name: str) -> Unit | None:
    """The unit of a workflow, or of a file; None where it is that one file alone."""
    reached = [place.path for place in index.reached(path, name)] if name else [path]
    everything = readiness.together(index, reached)
    files = tuple(each for each in dict.fromkeys(reached) if each in everything)
    if len(everything) < 2 or not files:
        return None
    if name and len(files) < 2:
        name, files = "", (files[0],)
    return Unit(path, name, files, tuple(each for each in everything if each not in files))


def with_secrets(groups: Iterable[Sequence[str]], opened: Mapping[str, str]) -> list[bool]:
    """Which groups of files may handle secrets. Reads the files that are not `opened`; never raises."""
    return [any(_may_handle_secrets(path, opened.get(path)) for path in group) for group in groups]


def _may_handle_secrets(path: str, text: str | None) -> bool:
    if text is not None:
        return SECRET in text
    data = read_bytes(Path(path))
    return isinstance(data, bytes) and SECRET.encode() in data


def joined(
    groups: Sequence[list[str]], secret: Sequence[bool], project: Callable[[Sequence[str]], object]
) -> list[list[str]]:
    """The groups, with those of a project that handle secrets as one, since names of secrets are agreed on."""
    found: dict[object, list[str]] = {}
    for number, (group, handles) in enumerate(zip(groups, secret, strict=True)):
        found.setdefault(project(group) if handles else number, []).extend(group)
    return [sorted(group) for group in found.values()]


def question(index: Index, group: Sequence[str], settings: Settings, opened: Mapping[str, str]) -> dict[str, Any]:
    """The argument of `changes` for files that are planned together."""
    return readiness.question(index, group, settings, opened)


def changes(argument: dict[str, Any]) -> dict[str, Any]:
    """What a migration of some files does to each of them: run by a worker."""
    project, made, failed = readiness.planned(argument)
    files = []
    for path, plan in made.items():
        model = project.model(path)
        if plan.edits and model is not None:
            edits = [[*edit.span, edit.text] for edit in plan.edits]
            notes = [[*note.span, note.message, note.kind] for note in plan.notes]
            files.append([str(path), model.document.text, edits, notes])
    return {"files": files, "left": readiness.needs(argument, project, made, failed)}


def restored(answer: Mapping[str, Any]) -> Changes:
    """The answer of `changes` from a worker."""
    files = tuple(
        FileChange(
            Path(path),
            text,
            tuple(Edit(Span(start, end), new) for start, end, new in edits),
            tuple(Note(Span(start, end), message, kind) for start, end, message, kind in notes),
        )
        for path, text, edits, notes in answer["files"]
    )
    left = [need for needs in readiness.restored(answer["left"]).values() for need in needs or ()]
    return Changes(files, tuple(left))


def missing(wanted: Unit, found: Changes) -> str:
    """Why a unit cannot be migrated; empty where all that the workflow is made of can."""
    names = [str(each.path) for each in found.files]
    if all(path in names for path in wanted.files):
        return ""
    theirs = [need for need in found.left if need.path in (*wanted.files, *wanted.others)]
    # What follows from something else is told last.
    told = sorted(theirs, key=lambda need: (need.end == 0, need.path not in wanted.files))
    lines = [f"{Path(need.path).name}, line {need.line + 1}: {need.message}" for need in told[:3]]
    more = f" (and {len(told) - 3} more)" if len(told) > 3 else ""
    return " ".join(lines) + more or "flyteshift could not plan these files."
