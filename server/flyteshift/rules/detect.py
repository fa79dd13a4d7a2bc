"""References become findings: one per Flyte 1 usage, with the rule that explains it."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from flyteshift.catalog import guide
from flyteshift.catalog.load import ParamRow, SymbolRow, catalog
from flyteshift.rules.finding import Finding, Related
from flyteshift.rules.rule import Applicability, Severity
from flyteshift.semantics.border import Crossing, crossings
from flyteshift.semantics.known import FLYTE2_TASK
from flyteshift.semantics.model import Model, Statement
from flyteshift.semantics.references import Reference
from flyteshift.text import Span

SEVERITIES: dict[str, Severity] = {"import": "information", "moves": "information", "breaks": "warning"}
"""By what the user has to do: import lines, things that only move, things that break in Flyte 2."""

_IMPORT_RULES = {"union": "union-import", "flyteidl": "flyteidl-import"}
_RANKS: tuple[Applicability | None, ...] = ("safe", "unsafe", "display-only", None)
_APPLICABILITY: dict[str, Applicability | None] = {"safe": "safe", "assisted": "unsafe", "manual": None}


class Block(NamedTuple):
    """The findings of one top-level statement, their spans relative to `start`.

    `findings` is the same object as long as nothing about them changes, however the statement moves. Spans of related
    places are absolute.
    """

    start: int
    line: int
    character: int
    """The code points between the start of the line and the statement (not 0 after a `;`)."""
    findings: tuple[Finding, ...]


def find(model: Model) -> list[Finding]:
    """All findings of a document, in text order, spans absolute."""
    return [absolute(finding, block.start) for block in blocks(model) for finding in block.findings]


def absolute(finding: Finding, start: int) -> Finding:
    """A block's finding with its span in the document."""
    f = finding
    return Finding(f.code, f.name, f.symbol, f.message, f.severity, f.span.shifted(start), f.url, f.applicability,
                   f.gone, f.related, f.change)  # fmt: skip


def blocks(model: Model) -> list[Block]:
    """The findings by top-level statement, in text order; statements without any are left out."""
    lines = model.document.lines
    found = []
    for statement in model.statements:
        if statement.references:
            findings = _findings(statement, model)
            if findings:
                start = statement.span.start
                line = lines.line_of(start)
                found.append(Block(start, line, start - lines.starts[line], findings))
    return found


def _findings(statement: Statement, model: Model) -> tuple[Finding, ...]:
    cached = statement.derived.get("findings")
    if cached is not None and not cached[0]:
        alone: tuple[Finding, ...] = cached[1]
        return alone
    targets = tuple((r.uses, model.definition(r.uses)) for r in statement.references if r.uses)
    if cached is not None and cached[0] == targets:
        kept: tuple[Finding, ...] = cached[1]
        return kept
    where = dict(targets)
    made = []
    for reference in statement.references:
        if reference.flyte1:
            span = where.get(reference.uses) if reference.uses else None
            related = (Related(span, f"`{reference.uses}` is defined here"),) if span else ()
            finding = _finding(reference, related)
            if finding is not None:
                made.append(finding)
    crossed = [_crossed(each) for each in crossings(statement, model.names)]
    findings = tuple(sorted([*made, *crossed], key=lambda each: each.span) if crossed else made)
    statement.derived["findings"] = (targets, findings)
    return findings


def _crossed(crossing: Crossing) -> Finding:
    """The finding of a place where Flyte 1 would run a task of Flyte 2."""
    from flyteshift.rules.registry import by_name

    rule = by_name["migrated-task"]
    caller = f"migrate `{crossing.workflow}` too" if crossing.workflow else "migrate this too"
    message = (
        f"`{crossing.task}` is Flyte 2 by now, which Flyte 1 cannot run: {caller}, keep a Flyte 1 copy, or use a "
        "bridging task"
    )
    return Finding(rule.code, rule.name, FLYTE2_TASK, message, "error", Span(crossing.start, crossing.end),
                   guide.url(rule.guide), rule.applicability)  # fmt: skip


def _finding(reference: Reference, related: tuple[Related, ...]) -> Finding | None:
    told = _tell(reference.symbol, reference.kind, reference.owner, reference.name)
    if told is None:
        return None
    code, name, message, url, applicability, gone, change = told
    severity = SEVERITIES[change]
    return Finding(code, name, reference.symbol, message, severity, reference.span, url, applicability, gone, related,
                   change)  # fmt: skip


@lru_cache(maxsize=4096)
def _tell(
    symbol: str, kind: str, owner: str | None, name: str | None
) -> tuple[str, str, str, str, Applicability | None, bool, str] | None:
    """What a finding of a symbol says: code, name, message, url, applicability, gone, change."""
    from flyteshift.rules.registry import by_name

    row = row_of(symbol, kind, owner, name)
    root = symbol.partition(".")[0]
    if kind == "import":
        rule = by_name[_IMPORT_RULES.get(root, "flytekit-import")]
        message = row.message if row is not None else f"`{symbol}` belongs to Flyte 1: {rule.summary}"
        gone = row.gone if row is not None else False
        return rule.code, rule.name, message, guide.url(row.guide if row else rule.guide), "unsafe", gone, "import"
    if row is None:
        rule = by_name["flytekit-symbol"]
        message = f"`{symbol}` is internal to Flyte 1 and has no known Flyte 2 form"
        return rule.code, rule.name, message, guide.url(rule.guide), None, False, "breaks"
    rule = by_name[row.rule]
    applicability = max(_APPLICABILITY[row.automation], rule.applicability, key=_RANKS.index)
    return rule.code, rule.name, row.message, guide.url(row.guide), applicability, row.gone, row.change


def row_of(symbol: str, kind: str, owner: str | None, name: str | None) -> SymbolRow | ParamRow | None:
    """The catalog's row for a reference: its own, else that of the nearest thing around it that is not a module."""
    known = catalog()
    if kind == "parameter" and owner and name:
        return known.param(owner, name)
    if kind in ("attribute", "operator") and owner and name:
        return known.attribute(owner, name) or known.attribute(owner, symbol.rpartition(".")[2])
    dotted = symbol.removesuffix(".*")
    row: SymbolRow | ParamRow | None = known.symbol(dotted)
    while row is None and "." in dotted:
        dotted, _, last = dotted.rpartition(".")
        row = known.attribute(dotted, last)
        if row is None:
            around = known.symbol(dotted)
            if around is not None and around.kind == "module" and kind != "import":
                return None
            row = around
    return row
