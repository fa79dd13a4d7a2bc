"""What is found: one Flyte 1 usage, as plain data."""

from __future__ import annotations

from dataclasses import dataclass

from flyteshift.rules.rule import Applicability, Severity
from flyteshift.text import Span


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a finding, in the same document."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One Flyte 1 usage with its exact span."""

    code: str
    name: str
    symbol: str
    """The dotted Flyte 1 name, one per thing whatever the import path; a parameter is `flytekit.task(cache)`."""
    message: str
    """One line that names the Flyte 2 way."""
    severity: Severity
    span: Span
    url: str
    """The page of the Flyte migration guide."""
    applicability: Applicability | None
    """How its rewrite is offered; None where flyteshift has none."""
    gone: bool = False
    """True where the thing has no Flyte 2 form."""
    related: tuple[Related, ...] = ()
    """Spans in the document, also where `span` is relative to a statement."""
    change: str = "breaks"
    """What the user has to do: `import`, `moves` or `breaks`; settings can set severities by it."""
