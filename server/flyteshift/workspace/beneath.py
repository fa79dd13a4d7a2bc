"""Source folders below another one: what people start with as the working directory, or install from a monorepo.

In `repo/flyte/workflows/x.py`, run with `repo/flyte` as the working directory, `import tasks.predict` means what
`repo/flyte/tasks` has, and so it does in `repo/scripts/y.py`. A folder that is no package counts, with its `src` and
what its pyproject.toml names; of those one further down these alone count.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

MOST = 1_000
"""The folders that are looked at below one; of larger trees nothing is known."""
SOURCES = "src"
_SETTLED = 3_000_000_000
"""Nanoseconds after which a folder's time tells of every further change."""


class Listing(NamedTuple):
    """What a folder holds: the names of its folders, and those of its modules without their suffix."""

    folders: Collection[str] = ()
    modules: Collection[str] = ()
    configured: bool = True
    """False: it has no pyproject.toml."""


List = Callable[[str], Listing]
Declared = Callable[[str], tuple[str, ...]]
"""Gives the source folders that the pyproject.toml in a folder names."""


def beneath(base: str, listing: List, declared: Declared) -> Mapping[str, tuple[str, ...]]:
    """The source folders below a folder by each top-level name that they offer; empty where there are too many."""
    children = {
        f"{base}{os.sep}{name}": listing(f"{base}{os.sep}{name}") for name in sorted(listing(base).folders)[:MOST]
    }
    plain = {child: there for child, there in children.items() if "__init__" not in there.modules}
    if sum(1 + len(there.folders) for there in plain.values()) > MOST:
        return {}
    found: dict[str, dict[str, None]] = {}
    for child, there in plain.items():
        for folder in (child, *_named(child, there, declared), *_further(child, there, listing, declared)):
            held = listing(folder)
            for name in (*held.folders, *held.modules):
                found.setdefault(name, {})[folder] = None
    return {name: tuple(folders) for name, folders in found.items()}


def _further(child: str, there: Listing, listing: List, declared: Declared) -> Iterator[str]:
    """The source folders of the folders in a folder."""
    for name in sorted(there.folders) if not child.endswith(f"{os.sep}{SOURCES}") else ():
        inner = f"{child}{os.sep}{name}"
        yield from _named(inner, listing(inner), declared)


def _named(folder: str, there: Listing, declared: Declared) -> Iterator[str]:
    """What a folder itself says that modules are taken from."""
    if SOURCES in there.folders:
        yield f"{folder}{os.sep}{SOURCES}"
    if there.configured:
        yield from declared(folder)


def on_disk(folder: str, left_out: tuple[str, ...]) -> Listing:
    """What a folder on disk holds, without folders of the names `left_out`; looked at again when that changes."""
    try:
        changed = os.stat(folder).st_mtime_ns
        # One that changed just now may change again without a sign of it, where times are coarse.
        settled = time.time_ns() - changed > _SETTLED
        return _kept(folder, left_out, changed) if settled else _looked_at(folder, left_out)
    except OSError:
        return Listing()


@lru_cache(maxsize=4 * MOST)
def _kept(folder: str, left_out: tuple[str, ...], changed: int) -> Listing:
    return _looked_at(folder, left_out)


def _looked_at(folder: str, left_out: tuple[str, ...]) -> Listing:
    folders, modules, configured = [], [], False
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                modules.append(entry.name[:-3])
            elif entry.name == "pyproject.toml":
                configured = True
            elif entry.name not in left_out and entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
    return Listing(tuple(folders), tuple(modules), configured)
