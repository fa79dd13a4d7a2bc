"""The baseline on the command line: written when asked for, made smaller as findings vanish."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flyteshift.cli import formats
from flyteshift.cli.console import Console
from flyteshift.workspace import baseline

if TYPE_CHECKING:
    from flyteshift.cli.check import Checked
    from flyteshift.cli.sources import Sources
    from flyteshift.workspace.settings import Settings


def write_all(checked: Sequence[Checked], sources: Sources, console: Console) -> None:
    """Write the baseline of each project that was looked at; what it held of other files stays."""
    for path, settings in {baseline.path_of(s): s for s in sources.looked}.items():
        attached, _ = baseline.attach(settings)
        known = attached.baselined.files if attached.baselined is not None else {}
        mine = [each for each in checked if baseline.path_of(each.settings) == path]
        looked = {settings.relative(each) for each in sources.looked[settings]}
        files = {name: counts for name, counts in known.items() if name not in looked and _is_there(settings, name)}
        found = {settings.relative(each.path): each.keys for each in mine}
        try:
            count = baseline.write(path, {**files, **found})
        except OSError as error:
            sources.fail(f"{path}: not written ({error.strerror or error})")
        else:
            console.note(f"{path}: holds {formats.count(count, 'known finding')}. Put it under version control.")


class Keeper:
    """Takes out of baselines what is not found any more."""

    def __init__(self, console: Console, *, active: bool) -> None:
        self._console = console
        self._active = active
        self._seen: dict[Settings, dict[str, Counter[baseline.Key]]] = {}

    def saw(self, checked: Checked) -> None:
        """A file was checked."""
        if checked.settings.baselined is not None:
            seen = self._seen.setdefault(checked.settings, {})
            seen[checked.settings.relative(checked.path)] = checked.keys

    def looked(self, settings: Settings, path: Path) -> None:
        """A file was looked at, whether or not it mentions Flyte."""
        if settings.baselined is not None:
            self._seen.setdefault(settings, {}).setdefault(settings.relative(path), Counter())

    def shrink(self) -> None:
        """Write the baselines that got smaller; on CI, where nobody would commit them, only say so."""
        for settings, seen in self._seen.items() if self._active else ():
            before = settings.baselined
            assert before is not None
            gone = [name for name in before.files if not _is_there(settings, name)]
            left = baseline.shrunk(before, seen, gone)
            fewer = len(before) - sum(sum(counts.values()) for counts in left.values())
            if not fewer:
                continue
            path = baseline.path_of(settings)
            what = f"{formats.count(fewer, 'known finding')} {'is' if fewer == 1 else 'are'} gone"
            if os.environ.get("CI"):
                self._console.note(f"flyteshift: {path}: {what}; run `flyteshift check` and commit the file")
                continue
            try:
                baseline.write(path, left)
            except OSError as error:
                self._console.note(f"flyteshift: {path}: {what}, but it is not written ({error.strerror or error})")
            else:
                self._console.note(f"flyteshift: {path}: {what}, {len(before) - fewer:,} left")


def _is_there(settings: Settings, name: str) -> bool:
    return ((settings.root or Path()) / name).is_file()
