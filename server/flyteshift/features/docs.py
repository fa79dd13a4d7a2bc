"""The rules' pages in docs/rules: `python -m flyteshift.features.docs docs/rules`.

The pages are committed; a test fails where they are stale.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from flyteshift.catalog import guide
from flyteshift.catalog.load import ParamRow, SymbolRow, catalog
from flyteshift.features.explanation import fenced, marked, place
from flyteshift.rules.registry import RULES
from flyteshift.rules.rule import Rule

INDEX = "README.md"
GROUPS = {
    "1": "Structure and imports",
    "2": "Task configuration",
    "3": "Images, resources, secrets, cache",
    "4": "Orchestration",
    "5": "Data types",
    "6": "Context and reports",
    "7": "Scheduling, remote access, configuration",
    "8": "Plugins and extensions",
    "9": "Project files",
}
_OFFERED = {
    "safe": "Rewrites of this rule keep the meaning of the code; fix-all applies them.",
    "unsafe": "Rewrites of this rule need a look; they are offered one by one and by Migrate.",
    "display-only": "This rule is explained, not rewritten.",
}


def main(arguments: list[str]) -> int:
    """Writes all pages into a folder and removes those of rules that are gone; gives the exit code."""
    if len(arguments) != 1:
        print("usage: python -m flyteshift.features.docs FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return 0


def pages() -> dict[str, str]:
    """The text of every page by its file name."""
    symbols: dict[str, list[SymbolRow]] = defaultdict(list)
    params: dict[str, list[ParamRow]] = defaultdict(list)
    for symbol in catalog().symbols():
        symbols[symbol.rule].append(symbol)
    for param in catalog().params():
        params[param.rule].append(param)
    made = {f"{rule.name}.md": page(rule, symbols[rule.name], params[rule.name]) for rule in RULES}
    return {INDEX: index(), **made}


def index() -> str:
    """All rules by group, each with its answer."""
    parts = [
        "# Rules",
        "One page per Flyte 1 idiom. Made from the rules by `python -m flyteshift.features.docs docs/rules`.",
    ]
    for digit, title in GROUPS.items():
        rules = [rule for rule in RULES if rule.code[2] == digit]
        if rules:
            rows = [[rule.code, f"[{rule.name}]({rule.name}.md)", rule.summary] for rule in rules]
            parts += [f"## FS{digit}xx {title}", table(["Code", "Name", "Answer"], rows)]
    return "\n\n".join(parts) + "\n"


def page(rule: Rule, symbols: list[SymbolRow], params: list[ParamRow]) -> str:
    """One rule: what a hover tells, all its examples and the names that it speaks for."""
    parts = [f"# {rule.code} {rule.name}", rule.summary, "## What changed", rule.shift.strip()]
    if rule.gotchas:
        parts += ["## Watch out", "\n".join(f"- {text}" for text in rule.gotchas)]
    parts += ["## Automatic", f"{rule.automatic} {_OFFERED[rule.applicability]}"]
    for number, example in enumerate(rule.examples, 1):
        title = "## Example" if len(rule.examples) == 1 else f"## Example {number}"
        parts += [title, example.note, "Before (Flyte 1)", fenced(example.before.strip("\n"))]
        parts += ["After (Flyte 2)", fenced(example.after.strip("\n")), _shown_by(example.call, example.why_not_run)]
    if symbols:
        rows = [[f"`{row.id}`", place(row), marked(row.reason)] for row in symbols]
        parts += ["## Names", table(["Flyte 1", "Flyte 2", "What differs"], rows)]
    if params:
        rows = [[_name(row), place(row), marked("; ".join(filter(None, (row.transform, row.note))))] for row in params]
        parts += ["## Parameters and attributes", table(["Flyte 1", "Flyte 2", "What differs"], rows)]
    forms = [(row, form) for row in symbols if row.same_as is None for form in row.forms]
    if forms:
        rows = [[f"`{f.text}`", marked(f.v2), marked("; ".join(filter(None, (f.transform, f.note))))] for _, f in forms]
        parts += ["## Forms", table(["Flyte 1", "Flyte 2", "What differs"], rows)]
    parts.append(f"Flyte's own guide: [{rule.guide.replace('-', ' ')}]({guide.url(rule.guide)})")
    return "\n\n".join(part for part in parts if part) + "\n"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; bars and line ends inside cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    cells = ([cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def _name(row: ParamRow) -> str:
    return f"`{row.owner}({row.name})`" if row.kind == "parameter" else f"`{row.owner}.{row.name}`"


def _shown_by(call: str | None, why_not_run: str) -> str:
    return f"The tests run `{call}` under both." if call else f"Not run by the tests: {why_not_run}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
