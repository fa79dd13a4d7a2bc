"""Every Flyte 1 name and what Migrate does with it: `python -m flyteshift.features.coverage docs/coverage.md`.

A name is "rewritten" where Migrate rewrites it in an example of a rule, which tests run under both SDKs; the others are
explained. How often code uses a name was counted over the public repositories that flyteshift is tried on, without the
tests of flytekit itself (`catalog/usage.toml`).
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

from flyteshift.catalog.load import SymbolRow, catalog
from flyteshift.features.explanation import place
from flyteshift.migration import plan_module
from flyteshift.rules.registry import RULES
from flyteshift.semantics.model import build
from flyteshift.text import Document

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REWRITTEN, EXPLAINED = "rewritten", "explained"
INTRODUCTION = """\
# Coverage

Every Flyte 1 name that flyteshift knows, the most used first. *Rewritten*: Migrate rewrites it in an example on the
page of its rule, which the tests run under both SDKs; where a use cannot be rewritten, Migrate says why. *Explained*:
the diagnostic and the hover say what to do by hand. Uses were counted in public repositories, without Flyte 1's own
tests. Made by `python -m flyteshift.features.coverage docs/coverage.md`."""


def main(arguments: list[str]) -> int:
    """Writes the page into a file; gives the exit code."""
    if len(arguments) != 1:
        print("usage: python -m flyteshift.features.coverage FILE", file=sys.stderr)
        return 2
    Path(arguments[0]).write_text(page(), encoding="utf-8", newline="\n")
    return 0


def uses() -> dict[str, int]:
    """How often code uses each Flyte 1 name, by its canonical name."""
    text = resources.files("flyteshift.catalog").joinpath("usage.toml").read_text(encoding="utf-8")
    return dict(tomllib.loads(text)["uses"])


def rewritten() -> frozenset[str]:
    """The canonical names that Migrate rewrites in at least one example of a rule."""
    found: set[str] = set()
    for rule in RULES:
        for example in rule.examples:
            model = build(Document("file:///example.py", example.before))
            if plan_module(model, "example").edits:
                found |= {model.names.role(r.symbol) for r in model.references() if r.flyte1}
                found |= {r.symbol for r in model.references() if r.flyte1}
    return frozenset(found)


def states() -> dict[str, str]:
    """What becomes of each name: REWRITTEN or EXPLAINED. A re-export is what the name behind it is."""
    done = rewritten()
    return {row.id: REWRITTEN if row.id in done or row.same_as in done else EXPLAINED for row in catalog().symbols()}


def shares(state: Mapping[str, str], counted: Mapping[str, int]) -> tuple[float, float]:
    """The shares of all counted uses that are rewritten, and that are rewritten or explained, in percent."""
    whole = sum(counted.values())
    known = sum(n for name, n in counted.items() if name in state)
    done = sum(n for name, n in counted.items() if state.get(name) == REWRITTEN)
    return 100 * done / whole, 100 * known / whole


def page() -> str:
    """The text of the page."""
    from flyteshift.features.docs import table

    state, counted = states(), uses()
    done, known = shares(state, counted)
    rows = sorted(catalog().symbols(), key=lambda row: (-counted.get(row.id, 0), row.id))
    names = sum(s == REWRITTEN for s in state.values())
    summary = (
        f"{len(rows)} names, {names} of them rewritten. Of {sum(counted.values())} counted uses {done:.1f} % are "
        f"rewritten, {known:.1f} % are rewritten or explained by a rule of their own."
    )
    lines = [[f"`{row.id}`", str(counted.get(row.id, 0)), state[row.id], _rule(row), place(row)] for row in rows]
    return "\n\n".join([INTRODUCTION, summary, table(["Flyte 1", "Uses", "State", "Rule", "Flyte 2"], lines)]) + "\n"


def _rule(row: SymbolRow) -> str:
    return f"[{row.rule}](rules/{row.rule}.md)"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
