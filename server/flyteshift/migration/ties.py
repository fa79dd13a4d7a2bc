"""Files that use each other: in which order they are planned, and the circles that they form."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from flyteshift.workspace.users import Link


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
