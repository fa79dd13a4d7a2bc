"""What a catalog row must be. A row that breaks a rule is refused with a message that names its file and id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flyteshift.catalog import guide
from flyteshift.catalog.rule_names import RULE_NAMES
from flyteshift.catalog.source import Entry, Source

LONGEST_MESSAGE = 160
"""Code points: an editor shows a diagnostic on one line."""

_KINDS = {"module", "class", "function", "decorator", "constant", "method"}
_AUTOMATIONS = {"safe", "assisted", "manual"}
_CHANGES = {"import", "moves", "breaks"}
_SYMBOL_KEYS = {
    "id",
    "paths",
    "kind",
    "v2",
    "category",
    "automation",
    "safe_when",
    "reason",
    "paradigm",
    "guide",
    "rule",
    "message",
    "change",
    "gone",
    "same_as",
    "like",
    "gives",
    "param",
    "attribute",
    "form",
}
_RE_EXPORT_KEYS = {"id", "paths", "kind", "same_as", "guide", "rule", "message"}
_OBJECT_KEYS = {"id", "like", "guide", "rule", "param", "attribute"}
_MEMBER_KEYS = {
    "name",
    "kind",
    "v2",
    "transform",
    "automation",
    "note",
    "rule",
    "message",
    "change",
    "gone",
    "guide",
    "checks",
}
_FORM_KEYS = {"text", "v2", "transform", "automation", "note", "checks"}
_ID = re.compile(r"[A-Za-z_][\w.]*(\(\))?")
_MEMBER_NAME = re.compile(r"\*{0,2}[A-Za-z_]\w*(\.[A-Za-z_]\w*)*|>>")


def problems(source: Source) -> list[str]:
    """Every problem of every row, each as `file: id: what is wrong`; empty when the catalog may be compiled."""
    return [*_per_row(source), *_between_rows(source)]


def _per_row(source: Source) -> Iterator[str]:
    for entry in source.entries:
        where = f"{entry.file}: {entry.id or 'a row without id'}"
        for problem in _entry(entry):
            yield f"{where}: {problem}"
        for key in ("param", "attribute"):
            for row in entry.rows(key):
                for problem in _member(row, entry, key):
                    yield f"{where}: {key} {row.get('name', 'without name')}: {problem}"
        for form in entry.rows("form"):
            for problem in _form(form):
                yield f"{where}: form {form.get('text', 'without text')}: {problem}"


def _entry(entry: Entry) -> Iterator[str]:
    table = entry.table
    if not _ID.fullmatch(entry.id):
        yield "`id` is missing or is no dotted name"
    if not entry.importable:
        yield from _unknown_keys(table, _OBJECT_KEYS)
        yield from _links(table)
        return
    if table.get("same_as"):
        yield from _unknown_keys(table, _RE_EXPORT_KEYS)
        yield from _links(table, required=False)
        return
    yield from _unknown_keys(table, _SYMBOL_KEYS)
    if table.get("kind") not in _KINDS:
        yield f"`kind` must be one of {_listed(_KINDS)}"
    if not table.get("category"):
        yield "`category` is missing"
    yield from _links(table)
    yield from _facts(table)


def _member(row: dict[str, Any], entry: Entry, key: str) -> Iterator[str]:
    yield from _unknown_keys(row, _MEMBER_KEYS)
    if not _MEMBER_NAME.fullmatch(str(row.get("name", ""))):
        yield "`name` is missing or is no name; a way of writing belongs to a `form`"
    if key == "param" and "kind" in row:
        yield "`kind` is for attributes only"
    if key == "attribute" and row.get("kind", "attribute") not in ("attribute", "method"):
        yield "`kind` must be attribute or method"
    yield from _links({"guide": entry.table.get("guide"), "rule": entry.table.get("rule"), **row})
    yield from _facts(row)


def _form(form: dict[str, Any]) -> Iterator[str]:
    yield from _unknown_keys(form, _FORM_KEYS)
    if not form.get("text"):
        yield "`text` is missing"
    yield from _target(form)


def _facts(table: dict[str, Any]) -> Iterator[str]:
    yield from _target(table)
    message = table.get("message", "")
    if not message:
        yield "`message` is missing"
    elif len(message) > LONGEST_MESSAGE:
        yield f"`message` has {len(message)} characters, at most {LONGEST_MESSAGE} fit on a line"
    elif "\n" in message or "`" not in message:
        yield "`message` must be one line that names the symbol in backticks"
    change = table.get("change")
    if change is not None and change not in _CHANGES:
        yield f"`change` must be one of {_listed(_CHANGES)}"
    if change == "moves" and table.get("automation") != "safe":
        yield '`change = "moves"` says that only the name changes, so `automation` must be safe'
    if change == "import" and table.get("kind") != "module":
        yield '`change = "import"` is for modules'
    if table.get("gone") and table.get("v2") != "none":
        yield '`gone` says that nothing replaces it, so `v2` must be "none"'


def _target(table: dict[str, Any]) -> Iterator[str]:
    if not table.get("v2"):
        yield '`v2` is missing; write "none" where Flyte 2 has nothing'
    if table.get("automation") not in _AUTOMATIONS:
        yield f"`automation` must be one of {_listed(_AUTOMATIONS)}"


def _links(table: dict[str, Any], required: bool = True) -> Iterator[str]:
    for key, known, what in (("guide", guide.PAGES, "page of the guide"), ("rule", RULE_NAMES, "rule")):
        value = table.get(key)
        if value is None and required:
            yield f"`{key}` is missing"
        elif value is not None and value not in known:
            yield f"`{key} = {value!r}` is no {what}"


def _between_rows(source: Source) -> Iterator[str]:
    owners: dict[str, Entry] = {}
    ids = {entry.id for entry in source.entries}
    re_exports = {entry.id for entry in source.entries if entry.table.get("same_as")}
    for entry in source.entries:
        where = f"{entry.file}: {entry.id}"
        for path in (entry.id, *entry.table.get("paths", [])):
            if path in owners:
                yield f"{where}: path {path} is already that of {owners[path].id} in {owners[path].file}"
            owners.setdefault(path, entry)
        for key in ("same_as", "like"):
            link = entry.table.get(key)
            if link is not None and (link not in ids or link == entry.id):
                yield f"{where}: `{key} = {link!r}` names no other row"
            elif key == "same_as" and link in re_exports:
                yield f"{where}: `same_as` must name the row with the facts, and {link} is a re-export itself"
        if _loops(entry.id, source):
            yield f"{where}: `like` goes in a circle"
        for key in ("param", "attribute"):
            names = [row.get("name") for row in entry.rows(key)]
            for name in sorted({str(name) for name in names if names.count(name) > 1}):
                yield f"{where}: {key} {name} is told twice"


def _loops(id: str, source: Source) -> bool:
    links = {entry.id: entry.table.get("like") for entry in source.entries}
    seen: set[str] = set()
    at: str | None = id
    while at is not None and at not in seen:
        seen.add(at)
        at = links.get(at)
    return at is not None


def _unknown_keys(table: dict[str, Any], known: set[str]) -> Iterator[str]:
    for key in sorted(set(table) - known):
        yield f"unknown key `{key}`"


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names))
