"""`flyteshift report`: how far a project is from Flyte 2, as a table, as JSON or as a page."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flyteshift.cli import ERROR, OK, formats
from flyteshift.cli.console import Console, Style
from flyteshift.workspace.settings import Settings, from_mapping, load

if TYPE_CHECKING:
    from flyteshift.features.readiness import Need
    from flyteshift.features.report import Report

_COLOURS: dict[str, Style] = {"needs you": "yellow", "unknown": "red", "ready": "green", "done": "dim"}
_MOST_NEEDS = 5


def run(args: Namespace, console: Console) -> int:
    """Print or write the report of a folder; gives the exit code."""
    folder = Path(args.path)
    if not folder.is_dir():
        console.error(f"flyteshift: {folder}: there is no such folder")
        return ERROR
    settings, problems = load(folder)
    settings, wrong = from_mapping({"exclude": args.exclude} if args.exclude else {}, "command line", settings)
    for problem in [*problems, *wrong]:
        console.error(f"flyteshift: {problem}")
    made = make(folder.absolute(), settings, console)
    if args.output_format == "json":
        from flyteshift.features.report import as_json

        text = json.dumps(as_json(made), indent=2) + "\n"
    elif args.output_format == "html":
        from flyteshift.features.report_page import page

        text = page(made)
    else:
        text = table(made, console.paint if args.output is None else lambda text, *_: text)
    if args.output is None:
        console.write(text)
        return OK
    try:
        Path(args.output).write_text(text, encoding="utf-8")
    except OSError as error:
        console.error(f"flyteshift: {args.output}: not written ({error.strerror or error})")
        return ERROR
    console.note(f"flyteshift: written to {args.output}")
    return OK


def make(folder: Path, settings: Settings, console: Console) -> Report:
    """The report of a folder: indexed, then planned in groups of files, on as many cores as pay."""
    from flyteshift.features import readiness
    from flyteshift.features.report import report
    from flyteshift.workspace.gather import Gatherer
    from flyteshift.workspace.workers import cores, run_all

    index = Gatherer(folder, settings, progress=lambda p: console.progress(f"{p.done:,} files read")).build()
    questions = [readiness.question(index, group, settings, {}) for group in readiness.groups(index)]
    questions.sort(key=lambda question: -len(question["paths"]))  # so that no core waits for the largest at the end
    plans: dict[str, Sequence[Need] | None] = {}
    if len(questions) > 1 and sum(len(question["paths"]) for question in questions) > _ALONE:
        for number, (_, answer) in enumerate(run_all(readiness.PLANS, questions, cores()), 1):
            console.progress(f"{number:,} of {len(questions):,} groups of files planned")
            plans |= readiness.restored(answer)
    else:
        for question in questions:
            plans |= readiness.restored(readiness.plans(question))
    missing = {path: None for question in questions for path in question["paths"] if path not in plans}
    return report(index, {**plans, **missing})


_ALONE = 8
"""Up to so many files are planned in this process."""


def table(made: Report, paint: Callable[..., str]) -> str:
    """The report for a terminal."""
    if not made.workflows and not made.steps:
        return "There is no Flyte here.\n"
    rows = [("workflow", "file", "tasks", "modules", "state")]
    rows += [
        (each.place.name, made.relative(each.place.path), str(len(each.tasks)), str(len(each.modules)), each.state)
        for each in made.workflows
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [paint(_row(rows[0], widths), "bold")]
    for row, each in zip(rows[1:], made.workflows, strict=True):
        lines.append(paint(_row(row, widths), _COLOURS[each.state]))
        shown = each.needs[:_MOST_NEEDS]
        lines += [f"    {made.relative(need.path)}:{need.line + 1} {need.message}" for need in shown]
        if len(each.needs) > _MOST_NEEDS:
            lines.append(f"    and {len(each.needs) - _MOST_NEEDS} more")
        lines += [f"    {made.relative(need.path)}:{need.line + 1} {need.message}" for need in each.tests[:_MOST_NEEDS]]
        lines += [f"    {each.ways_out}"] if each.beyond else []
    if made.steps:
        lines += ["", paint("in this order", "bold")]
    for number, step in enumerate(made.steps, 1):
        files = " ".join(made.relative(path) for path in step.paths)
        if step.state == "ready":
            said = paint(f"flyteshift migrate --write {files}", "green")
        else:
            first = formats.count(len(step.needs), "thing") + " first" if step.needs else "could not be planned"
            said = f"{files} ({first})"
        lines.append(f"{number:>3}. {said}")
    states = [each.state for each in made.workflows]
    total = ", ".join(f"{states.count(state)} {_SAID[state]}" for state in _SAID if state in states)
    lines += ["", f"{formats.count(len(states), 'workflow')}{': ' + total if total else ''}; "
              f"{formats.count(made.flyte1_files, 'file')} with Flyte 1."]  # fmt: skip
    return "\n".join(lines) + "\n"


_SAID = {"needs you": "need you", "unknown": "could not be planned", "ready": "ready", "done": "on Flyte 2"}


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
