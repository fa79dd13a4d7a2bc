"""The catalog's source form: TOML files under data/, one table per symbol. Read at compile time only."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True)
class Entry:
    """One table of a source file as written, and the file that holds it."""

    file: str
    table: dict[str, Any]
    importable: bool = True
    """False for an `[[object]]`: what a call gives, such as `flytekit.current_context()`."""

    @property
    def id(self) -> str:
        """The canonical id; empty where the row forgot it."""
        return str(self.table.get("id", ""))

    def rows(self, key: str) -> list[dict[str, Any]]:
        """The nested tables `param`, `attribute` or `form`."""
        found = self.table.get(key, [])
        return found if isinstance(found, list) else []


@dataclass(frozen=True)
class Source:
    """All tables of all files, in file order."""

    entries: list[Entry] = field(default_factory=list)

    def by_id(self) -> dict[str, Entry]:
        """Entries by canonical id; of two with one id the first."""
        found: dict[str, Entry] = {}
        for entry in self.entries:
            found.setdefault(entry.id, entry)
        return found


def read(folder: Path = DATA) -> Source:
    """The tables of every TOML file of a folder. Raises `tomllib.TOMLDecodeError`, naming the file, for bad syntax."""
    entries: list[Entry] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise tomllib.TOMLDecodeError(f"{path.name}: {error}") from None
        entries += [Entry(path.name, table) for table in tables.get("symbol", [])]
        entries += [Entry(path.name, table, importable=False) for table in tables.get("object", [])]
    return Source(entries)
