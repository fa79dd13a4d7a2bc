"""`flyteshift check`: every Flyte 1 usage in files and folders."""

from __future__ import annotations

import logging
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flyteshift.cli import ERROR, FOUND, OK, formats
from flyteshift.cli.baseline import Keeper, write_all
from flyteshift.cli.console import Console
from flyteshift.cli.sources import Sources, known, shown
from flyteshift.workspace.files import SourceFile
from flyteshift.workspace.settings import Settings

if TYPE_CHECKING:
    from flyteshift.rules.finding import Finding
    from flyteshift.text import Document
    from flyteshift.workspace.baseline import Key

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checked:
    """A file with its findings."""

    name: str
    document: Document
    findings: list[Finding]
    """Without those that a baseline holds."""
    settings: Settings
    path: Path
    keys: Counter[Key]
    """All of them, as a baseline knows them."""


def run(args: Namespace, console: Console) -> int:
    """Print what is found as the arguments say; gives the exit code."""
    options = {"select": args.select, "ignore": args.ignore, "exclude": args.exclude}
    sources = Sources(args.paths, options, console, baselined=not (args.write_baseline or args.no_baseline))
    if args.write_baseline:
        return _write_baseline(sources, console)
    counts: Counter[str] = Counter()
    collected: list[dict[str, object]] = []
    keeper = Keeper(console, active=not (args.select or args.ignore or args.no_baseline))
    for checked in _checked(sources, console):
        keeper.saw(checked)
        for finding in checked.findings:
            counts[checked.name] += 1
            if args.output_format == "json":
                collected.append(formats.as_json(checked.name, checked.document, finding))
            elif args.output_format == "github":
                console.line(formats.as_github(checked.name, checked.document, finding))
            else:
                console.line(formats.as_text(checked.name, checked.document, finding, console))
    for settings, paths in sources.looked.items():
        for path in paths if settings.baselined is not None else ():
            keeper.looked(settings, path)
    if not sources.failed:
        keeper.shrink()
    if args.output_format == "json":
        console.line(formats.json_list(collected))
    elif args.output_format == "text" and not console.quiet:
        console.line(_summary(counts, sources, console))
    return ERROR if sources.failed else FOUND if counts else OK


def _write_baseline(sources: Sources, console: Console) -> int:
    """Keep all that is found in the baseline of each project; gives the exit code."""
    write_all(list(_checked(sources, console)), sources, console)
    return ERROR if sources.failed else OK


def _checked(sources: Sources, console: Console) -> Iterator[Checked]:
    for settings, paths in sources.groups():
        for source in sources.mentioning(paths):
            yield from _check(source, settings, sources, console)
    for settings, source in sources.stdin():
        yield from _check(source, settings, sources, console)


def _check(source: SourceFile, settings: Settings, sources: Sources, console: Console) -> Iterator[Checked]:
    from flyteshift.features.findings import findings, keys, unused
    from flyteshift.semantics.model import build
    from flyteshift.text import Document
    from flyteshift.workspace.suppressions import suppressions

    name = shown(source.path)
    document = Document(source.path.absolute().as_uri(), source.text)
    try:
        model = build(document)
        every = findings(model, replace(settings, baselined=None), str(source.path))
        found = findings(model, settings, str(source.path)) if settings.baselined is not None else every
    except Exception as error:
        _log.debug("%s", name, exc_info=True)
        sources.fail(f"{name}: flyteshift failed here ({type(error).__name__}: {error}); please report this file")
        return
    if where := formats.syntax_error(document):
        console.note(f"flyteshift: {name}:{where}: syntax error; the rest of the file was checked")
    for problem in [*suppressions(document, known()).problems, *unused(model)]:
        console.note(f"flyteshift: {name}:{formats.place(document, problem.span.start)}: {problem.message}")
    yield Checked(name, document, found, settings, source.path, keys(model, every))


def _summary(counts: Counter[str], sources: Sources, console: Console) -> str:
    files = formats.count(sources.seen, "file")
    usages = formats.count(counts.total(), "Flyte 1 usage")
    text = f"{usages} in {len(counts):,} of {files}." if counts else f"No Flyte 1 found in {files}."
    if sources.failed:
        text += f" {formats.count(sources.failed, 'error')}, see above."
    return console.paint(text, "bold" if counts or sources.failed else "green")
