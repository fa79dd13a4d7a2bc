"""The table of parameters.toml: the module of each case, and the page that tells what becomes of every parameter.

`python -m tests.migration.parameters docs/parameters.md` writes the page.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from flyteshift.catalog.load import catalog
from flyteshift.text import apply_edits
from tests.migration.forms import FORMS, IMPORTS, MODULE
from tests.migration.helpers import planned

TABLE = Path(__file__).with_name("parameters.toml")


@dataclass(frozen=True)
class Case:
    """One use of a parameter: what Migrate gives for it, or why it refuses."""

    owner: str
    param: str
    code: str
    gives: str = ""
    refused: str = ""
    form: str = ""
    """The form where it is not the owner's."""
    runs: bool = True
    """False for what a local run here has not: a bucket, people who answer, a session of Spark."""
    needs: str = ""
    """The package without which the result cannot be imported."""

    @property
    def module(self) -> str:
        below = FORMS[self.form or self.owner].format(self.code.replace("\n", "\n    "))
        above = f"image = {self.code}\n\n\n" if self.owner == "flytekit.ImageSpec" else ""
        return MODULE.format(imports=IMPORTS.get(self.owner, ""), above=above, below=below)


def cases() -> list[Case]:
    return [Case(**row) for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]]


def outcome(case: Case) -> tuple[str, list[str]]:
    """The migrated module and no reasons, or no module and the reasons."""
    plan = planned(case.module)
    return ("", [o.message for o in plan.left]) if plan.left else (apply_edits(case.module, plan.edits), [])


def page() -> str:
    """The page's Markdown; each outcome is what Migrate does."""
    rows: dict[tuple[str, str], list[tuple[Case, list[str]]]] = {}
    for case in cases():
        rows.setdefault((case.owner, case.param), []).append((case, outcome(case)[1]))
    verdicts = {key: _verdict([bool(reasons) for _, reasons in found]) for key, found in rows.items()}
    counts = Counter(verdicts.values())
    lines = [
        "# What becomes of each parameter",
        "",
        "Written by `python -m tests.migration.parameters docs/parameters.md`: each row is code that was migrated, and the",
        "result was built by `flyte`, or refused with the reason given here. The rules tell more: `flyteshift explain KEY`.",
        "The options of the `pyflyte` command are not here: they are no Python.",
        "",
        f"{len(rows)} parameters: " + ", ".join(f"{counts[v]} {v}" for v in VERDICTS) + ".",
    ]
    owner = ""
    for (of, param), found in rows.items():
        if of != owner:
            owner = of
            lines += [
                "",
                f"## `{owner}`",
                "",
                "| parameter | Migrate | example | Flyte 2, or the reason |",
                "|---|---|---|---|",
            ]
        for case, reasons in found:
            shown = next(r for r in reasons if case.refused in r) if reasons else _code(case.gives)
            name, verdict = (f"`{_cell(param)}`", verdicts[of, param]) if case is found[0][0] else ("", "")
            lines.append(f"| {name} | {verdict} | {_code(case.code)} | {_cell(shown)} |")
    return "\n".join(lines) + "\n"


VERDICTS = ("rewritten", "rewritten or refused", "refused")


def _verdict(refused: list[bool]) -> str:
    return VERDICTS[2] if all(refused) else VERDICTS[1] if any(refused) else VERDICTS[0]


def _code(code: str) -> str:
    line = " ".join(part.strip() for part in code.strip().splitlines() if part.strip())
    return f"`{_cell(line)}`" if line else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def known() -> set[tuple[str, str]]:
    """The parameters that the catalog knows of the owners in the table."""
    return {(p.owner, p.name) for p in catalog().params() if p.owner in FORMS}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
