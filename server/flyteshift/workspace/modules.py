"""Python's names for files."""

from __future__ import annotations

from pathlib import Path


def module_name(path: Path) -> str:
    """The dotted name under which a file is imported: from the topmost folder above it that is a package.

    A folder without `__init__.py` counts as a place on the search path, so a lone file is a module by its own name.
    """
    path = path.absolute()
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder.name:
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts) or path.stem
