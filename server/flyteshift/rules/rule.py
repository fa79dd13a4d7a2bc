"""What a rule is: one Flyte 1 idiom, told once for diagnostics, hover, documentation and tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Applicability = Literal["safe", "unsafe", "display-only"]
Severity = Literal["error", "warning", "information", "hint"]


@dataclass(frozen=True)
class Example:
    """The same program before (Flyte 1) and after (Flyte 2), both whole modules that run.

    `call` is an expression that is evaluated in both modules (under flytekit, and inside a local Flyte 2 run where it
    names a task) and must give equal values; None: the modules are only imported, because `why_not_run` says so.
    """

    before: str
    after: str
    call: str | None = None
    why_not_run: str = ""
    note: str = ""


@dataclass(frozen=True)
class Rule:
    """One Flyte 1 idiom. Which symbols and parameters belong to it is said in the catalog (`rule = "<name>"`)."""

    code: str
    """`FS` and three digits; the first digit is the group (see docs/rules)."""
    name: str
    """The old idiom in kebab case, e.g. `map-task`."""
    summary: str
    """One line of Markdown: the answer, e.g. "`map_task(f)(x=xs)` becomes `list(flyte.map(f, xs))`."."""
    shift: str
    """Three to six lines of Markdown for someone who knows Flyte 1: what changed and why."""
    guide: str
    """A key of `flyteshift.catalog.guide.PAGES`, e.g. `tasks-and-workflows`."""
    applicability: Applicability
    """How a rewrite of this idiom is offered at best; single findings may be weaker."""
    automatic: str
    """One or two sentences: when flyteshift rewrites this by itself, and when it refuses."""
    gotchas: tuple[str, ...] = ()
    """Measured facts that break naive rewrites, one sentence each."""
    examples: tuple[Example, ...] = ()
    ignores: tuple[str, ...] = ()
    """Sources in which this rule must find nothing."""
