"""Names that a migration makes: of environments and of their variables."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

_PARTS = re.compile(r"[a-z0-9]+")


def slug(name: str) -> str:
    """A name that Flyte 2 takes for an environment (`^[a-z0-9]+([_-][a-z0-9]+)*$`), made from any text."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    return "_".join(_PARTS.findall(words)) or "tasks"


def environment_name(module: str) -> str:
    """The base of a module's environment names: the last part of its dotted name."""
    parts = [p for p in module.split(".") if p and p not in ("__init__", "__main__")]
    return slug(parts[-1]) if parts else "tasks"


def environment_base(module: str, path: Path | None, named: Collection[str]) -> str:
    """The same, with as many folders of the file before it as tell it apart from the names of others' environments."""
    base, depth = environment_name(module), 2
    while base in named and path is not None and depth < len(path.parts):
        base, depth = tail(path, depth), depth + 1
    return base


def tail(path: Path, depth: int) -> str:
    """A name made from a file's and those of the folders around it, `depth` in all."""
    parts = list(path.with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return slug("_".join(p for p in parts[-depth:] if p != "/"))


def free(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or a clear other name where the module has one of that name."""
    if wanted not in taken:
        return wanted
    stem = wanted.removesuffix("env").strip("_")
    for candidate in (f"flyte_{wanted}", f"{stem}_task_env".strip("_"), f"{wanted}_v2"):
        if candidate not in taken:
            return candidate
    number = 2
    while f"flyte_{wanted}{number}" in taken:
        number += 1
    return f"flyte_{wanted}{number}"


def underscored(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, with as many `_` behind it as make it a name that is not taken: for variables inside of functions."""
    while wanted in taken:
        wanted += "_"
    return wanted
