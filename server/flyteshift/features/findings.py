"""Findings as the user asked for them: settings and suppression comments applied."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import replace

from flyteshift.rules import detect
from flyteshift.rules.detect import Block
from flyteshift.rules.finding import Finding
from flyteshift.semantics.model import Model
from flyteshift.workspace.baseline import Key
from flyteshift.workspace.selectors import weight
from flyteshift.workspace.settings import Settings
from flyteshift.workspace.suppressions import Directive, Problem, Suppressions, suppressions


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
    known = settings.baselined.of(settings.relative(path)) if settings.baselined is not None and path else None
    return _new(shown, model, dict(known)) if known else shown


def keys(model: Model, found: list[Finding]) -> Counter[Key]:
    """The findings as a baseline knows them."""
    where = _names(model)
    starts = sorted(where)
    counts: Counter[Key] = Counter()
    for finding in found:
        start = starts[bisect_right(starts, finding.span.start) - 1]
        counts[finding.code, finding.symbol, where[start]] += 1
    return counts


def unused(model: Model) -> list[Problem]:
    """The suppression comments, or parts of them, that hide nothing."""
    problems = []
    for directive, unneeded in idle(model):
        if len(unneeded) == len(directive.wanted):
            problems.append(Problem(directive.span, "This hides nothing any more; drop it."))
        else:
            named = ", ".join(f"`{each}`" for each in sorted(unneeded))
            problems.append(Problem(directive.span, f"{named} hides nothing any more; drop it from the list."))
    return problems


def idle(model: Model) -> list[tuple[Directive, frozenset[str]]]:
    """The suppression comments with those of their selectors that match no finding, whatever the settings say."""
    comments = suppressions(model.document)
    if not comments.directives or model.document.tree.root_node.has_error:
        return []
    found = detect.find(model)
    told = []
    for directive in comments.directives:
        hidden = [f for f in found if directive.line is None or directive.line in comments.lines_of(f.span)]
        unneeded = [each for each in directive.wanted if not any(weight((each,), f.code, f.name) for f in hidden)]
        if unneeded:
            told.append((directive, frozenset(unneeded)))
    return told


def _new(blocks: list[Block], model: Model, known: dict[Key, int]) -> list[Block]:
    """The findings that a baseline does not hold; of several alike the first ones are the known ones."""
    where = _names(model)
    fresh = []
    for block in blocks:
        kept = []
        for finding in block.findings:
            key = (finding.code, finding.symbol, where.get(block.start, ""))
            if known.get(key, 0) > 0:
                known[key] -= 1
            else:
                kept.append(finding)
        if len(kept) == len(block.findings):
            fresh.append(block)
        elif kept:
            fresh.append(block._replace(findings=tuple(kept)))
    return fresh


def _names(model: Model) -> dict[int, str]:
    """The first name that each top-level statement binds, by where it starts."""
    return {s.span.start: next(iter(s.facts.module.events), "") for s in model.statements}


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
