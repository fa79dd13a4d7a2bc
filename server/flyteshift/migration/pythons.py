"""The Python of an image."""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.migration.arguments import Given
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.rewriting.calls import Argument, keyword

BASE_PYTHON = "Flyte 2 uses the Python of the base image; flyteshift cannot see whether it is this version."
OLD_PYTHON = "Flyte 2 needs Python 3.10 or newer and has no base image for {0}.{1}: write a newer version."
OLD_BASE = "Flyte 2 needs Python 3.10 or newer, and the name of this image tells of {0}.{1}: take a newer image."
PARAMETER = "flytekit.ImageSpec(python_version)"
OLDEST = (3, 10)
"""The oldest Python that the package `flyte` installs on (`Requires-Python`)."""
_PYTHON_IN = re.compile(r"(?:\bpy|\bpython[:-]?)(3)\.?(\d{1,2})(?!\d)")


def of_base(base: Node) -> tuple[int, int] | None:
    """The Python that the name of an image tells of: `flytekit:py3.11-1.14`, `python:3.12-slim`."""
    found = _PYTHON_IN.search(text(base)) if base.type == "string" else None
    return (int(found[1]), int(found[2])) if found else None


def numbers(version: Node) -> tuple[int, int] | None:
    """The Python that `"3.11"` or `"3.11.4"` is."""
    found = re.fullmatch(r"[\"'](\d+)\.(\d+)(\.\d+)?[\"']", text(version))
    return (int(found[1]), int(found[2])) if found else None


def version(draft: Draft, given: Given) -> list[Argument] | None:
    """`"3.11"` and `"3.11.4"` are `(3, 11)`."""
    code = draft.source(given.value)
    plain = numbers(given.value)
    if plain:
        if plain < OLDEST:
            draft.note(given.value, OLD_PYTHON.format(*plain))
        return [keyword("python_version", f"({plain[0]}, {plain[1]})", given.before, given.behind)]
    if re.sub(r"\s", "", code).replace("'", '"') == 'f"{sys.version_info.major}.{sys.version_info.minor}"':
        return []  # what Flyte 2 takes by itself
    if given.value.type == "identifier":
        return [keyword("python_version", f'tuple(int(n) for n in {code}.split(".")[:2])', given.before, given.behind)]
    draft.refuse(given.node, "flyteshift cannot see which Python version this is.", PARAMETER)
    return None
