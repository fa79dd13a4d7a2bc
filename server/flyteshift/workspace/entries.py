"""What is known of single files, and how things of theirs are named."""

from __future__ import annotations

from typing import NamedTuple

from flyteshift.workspace.summary import Defined, Summary, Use

Given = tuple[tuple[str, tuple[str, str]], ...]
"""What a file's imports hold, by dotted name as written: (kind, of), sorted."""


class Entry(NamedTuple):
    """What is known of one file."""

    time: int
    """Nanoseconds; 0 for an open document."""
    size: int
    digest: str
    imports: tuple[str, ...]
    mentions: bool
    """Whether it names Flyte."""
    summary: Summary | None = None
    """None where the file has nothing to do with Flyte, as far as is known."""
    given: Given = ()
    """What its summary was made with."""


class Place(NamedTuple):
    """A name that a file of the project binds."""

    path: str
    name: str
    """Empty for the module itself."""


class Reference(NamedTuple):
    """A use of something, and the file that it stands in."""

    path: str
    use: Use


def is_workflow(defined: Defined) -> bool:
    """Whether an entity calls others: workflows and dynamic tasks."""
    return defined.kind in ("workflow", "dynamic", "eager")
