"""Findings as the user asked for them: settings and suppression comments applied."""

from __future__ import annotations

from dataclasses import replace

from flyteshift.rules import detect
from flyteshift.rules.detect import Block
from flyteshift.rules.finding import Finding
from flyteshift.semantics.model import Model
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.suppressions import Suppressions, suppressions


def findings(model: Model, settings: Settings, path: str | None = None) -> list[Finding]:
    """The findings to show, in text order, spans absolute; `path` is the file's, for `per-file-ignores`."""
    return [detect.absolute(f, block.start) for block in blocks(model, settings, path) for f in block.findings]


def blocks(model: Model, settings: Settings, path: str | None = None) -> list[Block]:
    """The findings to show by top-level statement (see `rules.detect.Block`).

    Where settings, path and suppressions do not change, an unchanged statement keeps the identical tuple.
    """
    found = detect.blocks(model)
    comments = suppressions(model.document)
    plain = not comments.everywhere and not comments.by_line
    shown = []
    for block in found:
        kept = _selected(block.findings, settings, path)
        if not plain:
            kept = _unsuppressed(kept, block.start, comments)
        if kept:
            shown.append(block if kept is block.findings else block._replace(findings=kept))
    return shown


_SELECTED: dict[int, tuple[tuple[Finding, ...], Settings, str | None, tuple[Finding, ...]]] = {}


def _selected(found: tuple[Finding, ...], settings: Settings, path: str | None) -> tuple[Finding, ...]:
    """The findings that the settings want, with the severities that they give."""
    if settings.select == ("ALL",) and not (settings.ignore or settings.severity or settings.per_file_ignores):
        return found
    cached = _SELECTED.get(id(found))
    if cached is not None and cached[0] is found and cached[1] == settings and cached[2] == path:
        return cached[3]
    kept = []
    for finding in found:
        code, name = finding.code, finding.name
        if settings.selects(code, name) and not settings.ignored_in(path, code, name):
            severity = settings.severity_of(code, name, finding.change, finding.severity)
            kept.append(finding if severity == finding.severity else replace(finding, severity=severity))
    result = found if kept == list(found) else tuple(kept)
    if len(_SELECTED) > 20_000:
        _SELECTED.clear()
    _SELECTED[id(found)] = (found, settings, path, result)
    return result


def _unsuppressed(found: tuple[Finding, ...], start: int, comments: Suppressions) -> tuple[Finding, ...]:
    kept = tuple(f for f in found if not comments.hides(f.code, f.name, f.span.shifted(start)))
    return found if len(kept) == len(found) else kept
