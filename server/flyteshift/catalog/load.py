"""What Flyte 1 has and where it went in Flyte 2: look-ups by name, in a few microseconds each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from flyteshift.catalog.rows import Form, ParamRow, SymbolRow

__all__ = ["Catalog", "Form", "ParamRow", "SymbolRow", "catalog"]

COMPILED = Path(__file__).with_name("compiled.json")
_FLYTE1_ROOTS = frozenset({"flytekit", "flytekitplugins", "flyteidl"})


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    """The catalog, read once from the compiled file."""
    return Catalog(json.loads(COMPILED.read_bytes()))


class Catalog:
    """All rows by name. Rows are made when first asked for, so that loading costs a few milliseconds."""

    def __init__(self, compiled: dict[str, Any]) -> None:
        self._paths: dict[str, str] = compiled["paths"]
        self._symbols: dict[str, list[Any]] = compiled["symbols"]
        self._params: dict[str, dict[str, list[Any]]] = compiled["params"]
        self._attributes: dict[str, dict[str, list[Any]]] = compiled["attributes"]
        self._like: dict[str, str] = compiled["like"]
        self._results: dict[str, str] = compiled["results"]
        self._flyte2: dict[str, list[str]] = compiled["flyte2"]
        self._made: dict[str, SymbolRow] = {}
        self._made_params: dict[tuple[str, str, str], ParamRow] = {}

    def canonical(self, dotted: str) -> str:
        """The one id of a Flyte 1 import path; what the catalog does not know stays as given.

        `flytekit.core.task.task` gives `flytekit.task`. Where only a first part is known, the rest is kept:
        `flytekit.core.launch_plan.LaunchPlan.get_or_create` gives `flytekit.LaunchPlan.get_or_create`.
        """
        known = self._paths.get(dotted)
        if known is not None:
            return known
        at = dotted.rfind(".")
        while at > 0:
            known = self._paths.get(dotted[:at])
            if known is not None:
                whole = known + dotted[at:]
                # A module may have two paths (`flytekit.file`): what it holds is then known by the other one.
                return whole if whole == dotted else self.canonical(whole)
            at = dotted.rfind(".", 0, at)
        return dotted

    def symbol(self, id: str) -> SymbolRow | None:
        """The row of a canonical id, or of any other import path of the same thing."""
        row = self._made.get(id)
        if row is None:
            values = self._symbols.get(id)
            if values is None:
                other = self._paths.get(id)
                return None if other is None or other == id else self.symbol(other)
            fields = [*values]
            fields[1], fields[-1] = tuple(values[1]), tuple(Form(*form) for form in values[-1])
            row = self._made[id] = SymbolRow(*fields)
        return row

    def param(self, owner: str, name: str) -> ParamRow | None:
        """The row of a keyword parameter of a symbol, e.g. `("flytekit.task", "cache")`."""
        return self._find(self._params, "parameter", owner, name)

    def attribute(self, owner: str, name: str) -> ParamRow | None:
        """The row of an attribute or method, e.g. `("flytekit.current_context()", "secrets.get")`."""
        return self._find(self._attributes, "attribute", owner, name)

    def result_of(self, id: str) -> str | None:
        """What calling a symbol gives: a class its own id, `flytekit.current_context` its context; else None."""
        return self._results.get(id)

    def flyte2(self, dotted: str) -> list[SymbolRow]:
        """The Flyte 1 rows that a Flyte 2 name replaced, those of the name itself before those of its members."""
        return [row for id in self._flyte2.get(dotted, ()) if (row := self.symbol(id)) is not None]

    def is_flyte1(self, dotted: str) -> bool:
        """True for every name of flytekit, its plugins and flyteidl, and for the names of `union` that are known."""
        root, dot, rest = dotted.partition(".")
        if root in _FLYTE1_ROOTS:
            return True
        if root not in ("union", "unionai"):
            return False
        return not dot or f"union.{rest.partition('.')[0]}" in self._paths

    def symbols(self) -> Iterator[SymbolRow]:
        """Every symbol, in the order of the catalog's files."""
        return (row for id in self._symbols if (row := self.symbol(id)) is not None)

    def params(self) -> Iterator[ParamRow]:
        """Every parameter, attribute and method, each under the owner that its row names."""
        for table, find in ((self._params, self.param), (self._attributes, self.attribute)):
            for owner, names in table.items():
                yield from (row for name in names if (row := find(owner, name)) is not None)

    def _find(self, table: dict[str, dict[str, list[Any]]], kind: str, owner: str, name: str) -> ParamRow | None:
        holder: str | None = owner
        while holder is not None:
            values = table.get(holder, {}).get(name)
            if values is not None:
                key = (kind, holder, name)
                row = self._made_params.get(key)
                if row is None:
                    row = self._made_params[key] = ParamRow(holder, name, *values)
                return row
            holder = self._like.get(holder)
        return None
