"""Makes compiled.json of the TOML files: `python -m flyteshift.catalog.compile`."""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from flyteshift.catalog import load, validate
from flyteshift.catalog.source import Entry, Source, read

_DOTTED = re.compile(r"(flyte|flyteplugins)(\.\w+)+")


def compiled(source: Source) -> dict[str, Any]:
    """The tables that `load.Catalog` reads; the source must have passed `validate.problems`."""
    entries = _with_re_exports(source)
    by_id = {entry.id: entry for entry in entries}
    symbols = {entry.id: _symbol(entry, by_id) for entry in entries if entry.importable}
    return {
        "paths": {path: entry.id for entry in entries if entry.importable for path in (entry.id, *_paths(entry))},
        "symbols": symbols,
        "params": _members(entries, "param", by_id),
        "attributes": _members(entries, "attribute", by_id),
        "like": {e.id: link for e in entries if (link := e.table.get("same_as") or e.table.get("like"))},
        "results": _results(entries, by_id),
        "flyte2": _flyte2(symbols),
    }


def text(source: Source) -> str:
    """compiled.json, one row a line so that its changes can be read."""
    lines = []
    for key, table in compiled(source).items():
        rows = (f"{_json(name)}: {_json(value)}" for name, value in table.items())
        lines.append(f"{_json(key)}: {{\n" + ",\n".join(rows) + "\n}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> int:
    """Checks the source and writes compiled.json; 1 when a row is refused, with every problem on standard error."""
    source = read()
    problems = validate.problems(source)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return 1
    load.COMPILED.write_text(text(source), encoding="utf-8", newline="\n")
    print(f"{load.COMPILED.name}: {len(source.entries)} tables")
    return 0


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _with_re_exports(source: Source) -> list[Entry]:
    """All entries, and for a re-exported class the symbols under it: `union.LaunchPlan.create`."""
    entries = list(source.entries)
    ids = {entry.id for entry in entries}
    for entry in source.entries:
        target = entry.table.get("same_as")
        for below in source.entries if target else ():
            if below.id.startswith(f"{target}."):
                id = entry.id + below.id[len(str(target)) :]
                if id not in ids:
                    kind = below.table["kind"]
                    entries.append(Entry(entry.file, {"id": id, "kind": kind, "same_as": below.id}))
    return entries


def _paths(entry: Entry) -> list[str]:
    return list(entry.table.get("paths", []))


def _target(entry: Entry, by_id: dict[str, Entry]) -> Entry:
    while entry.table.get("same_as"):
        entry = by_id[entry.table["same_as"]]
    return entry


def _symbol(entry: Entry, by_id: dict[str, Entry]) -> list[Any]:
    """The fields of `rows.SymbolRow` in their order."""
    own, facts = entry.table, _target(entry, by_id).table
    kind, automation = facts["kind"], facts["automation"]
    return [
        entry.id,
        _paths(entry),
        kind,
        facts["v2"],
        facts["category"],
        automation,
        facts.get("safe_when", ""),
        facts.get("reason", ""),
        facts.get("paradigm", ""),
        own.get("guide", facts["guide"]),
        own.get("rule", facts["rule"]),
        own.get("message", facts["message"]),
        _change(facts),
        facts.get("gone", False),
        own.get("same_as") and _target(entry, by_id).id,
        [_form(form) for form in _target(entry, by_id).rows("form")],
    ]


def _form(form: dict[str, Any]) -> list[Any]:
    return [form["text"], form["v2"], form.get("transform", ""), form["automation"], form.get("note", "")]


def _change(table: dict[str, Any]) -> str:
    """`change` as written, else what kind and automation say."""
    if table.get("kind") == "module":
        return "import"
    return str(table.get("change") or ("moves" if table["automation"] == "safe" else "breaks"))


def _members(entries: list[Entry], key: str, by_id: dict[str, Entry]) -> dict[str, dict[str, list[Any]]]:
    """Per owner the fields of `rows.ParamRow` after `owner` and `name`, in their order."""
    found: dict[str, dict[str, list[Any]]] = {}
    for entry in entries:
        rows = {row["name"]: _member(row, entry, key) for row in entry.rows(key)}
        if rows:
            found[entry.id] = rows
    return found


def _member(row: dict[str, Any], entry: Entry, key: str) -> list[Any]:
    kind = "parameter" if key == "param" else row.get("kind", "attribute")
    return [
        kind,
        row["v2"],
        row.get("transform", ""),
        row["automation"],
        row.get("note", ""),
        row.get("rule", entry.table.get("rule")),
        row["message"],
        _change({**row, "kind": kind}),
        row.get("gone", False),
        row.get("guide", entry.table.get("guide")),
    ]


def _results(entries: list[Entry], by_id: dict[str, Entry]) -> dict[str, str]:
    found = {}
    for entry in entries:
        target = _target(entry, by_id)
        gives = target.table.get("gives")
        if gives or target.table.get("kind") == "class":
            found[entry.id] = gives or target.id
    return found


def _flyte2(symbols: dict[str, list[Any]]) -> dict[str, list[str]]:
    """Flyte 1 ids by Flyte 2 name: of the name itself first, then those of its members (`TaskEnvironment.task`)."""
    own: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for id, values in symbols.items():
        match = _DOTTED.match(values[3])
        if match is None or values[2] == "module" or values[14] is not None:
            continue
        own.setdefault(match[0], []).append(id)
        holder = match[0].rpartition(".")[0]
        if holder.rpartition(".")[2][:1].isupper():
            below.setdefault(holder, []).append(id)
    return {name: own.get(name, []) + below.get(name, []) for name in {**own, **below}}


if __name__ == "__main__":
    raise SystemExit(main())
