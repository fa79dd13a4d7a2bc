"""`flyteshift check`: every Flyte 1 usage in files and folders."""

from __future__ import annotations

import logging
import os
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flyteshift.cli import ERROR, FOUND, OK, formats
from flyteshift.cli.baseline import Keeper, write_all
from flyteshift.cli.console import Console
from flyteshift.cli.sources import Sources, known, shown
from flyteshift.workspace import baseline
from flyteshift.workspace.files import SourceFile
from flyteshift.workspace.settings import Settings, is_project
from flyteshift.workspace.workers import cores, run_all

if TYPE_CHECKING:
    from flyteshift.rules.finding import Finding
    from flyteshift.text import Document
    from flyteshift.workspace.baseline import Key

Given = Mapping[str, Any]
"""What the imports of a file hold (see `workspace.index`)."""
_ALONE = 60
"""Up to so many files are looked at in this process: workers take as long to start."""
_BATCH = 20

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
        given = _given(settings, paths, console)
        wanted = ((source, given.get(str(source.path.absolute()), {})) for source in sources.mentioning(paths, given))
        yield from _examined(wanted, settings, sources, console)
    for settings, source in sources.stdin():
        yield from _examined([(source, {})], settings, sources, console)


def _examined(
    wanted: Iterable[tuple[SourceFile, Given]], settings: Settings, sources: Sources, console: Console
) -> Iterator[Checked]:
    """The files with their findings, in order; many are looked at by worker processes."""
    plain = baseline.plain(settings)
    asked = [(source, [str(source.path), source.text, given, plain]) for source, given in wanted]
    if len(asked) <= _ALONE or cores() == 1:
        answers: Iterable[Any] = (examine(question) for _, question in asked)
    else:
        answers = _by_workers([question for _, question in asked])
    for (source, _), answer in zip(asked, answers, strict=True):
        checked = _taken(source, answer, settings, sources, console)
        if checked is not None:
            yield checked


def _by_workers(questions: list[Any]) -> Iterator[Any]:
    """What `examine` says to each, in order, each as soon as those before it are there."""
    batches = [questions[at : at + _BATCH] for at in range(0, len(questions), _BATCH)]
    numbers = {id(batch): number for number, batch in enumerate(batches)}
    there: dict[int, list[Any]] = {}
    due = 0
    for batch, answers in run_all(f"{__name__}:examine_all", batches, cores()):
        there[numbers[id(batch)]] = answers
        while due in there:
            yield from there.pop(due)
            due += 1
    # A worker that was killed leaves a gap.
    for number in range(due, len(batches)):
        yield from there.get(number) or (examine(question) for question in batches[number])


def examine_all(questions: list[Any]) -> list[dict[str, Any]]:
    """`examine` for several files: run by a worker."""
    return [examine(question) for question in questions]


def _given(settings: Settings, paths: Sequence[Path], console: Console) -> dict[str, Given]:
    """What files of the project import of Flyte 1 by way of its own modules; nothing where there is no project."""
    if settings.root is None or not paths or not is_project(settings.root):
        return {}
    from flyteshift.workspace.gather import Gatherer

    root = Path(os.path.abspath(settings.root))  # noqa: PTH100
    gatherer = Gatherer(root, settings, progress=lambda p: console.progress(f"{p.done:,} files read"))
    index = gatherer.build()
    return {path: dict(given) for path in index.flyte_files() if (given := index.seen(path))}


def examine(question: list[Any]) -> dict[str, Any]:
    """What is found in a file: `[path, text, what its imports hold, settings]`, all as JSON has it. Never raises."""
    from flyteshift.features.findings import findings, keys, unused
    from flyteshift.semantics import model as semantics
    from flyteshift.text import Document
    from flyteshift.workspace.summary import values
    from flyteshift.workspace.suppressions import suppressions

    path, text, given, plain = question
    settings = baseline.restored(plain)
    document = Document(Path(path).absolute().as_uri(), text)
    try:
        model = semantics.build(document, imported=values(given))
        every = findings(model, replace(settings, baselined=None), path)
        found = findings(model, settings, path) if settings.baselined is not None else every
        problems = [*suppressions(document, known()).problems, *unused(model)]
    except Exception as error:
        _log.debug("%s", path, exc_info=True)
        return {"error": f"{type(error).__name__}: {error}"}
    return {
        "findings": [_plain(each) for each in found],
        "keys": [[*key, count] for key, count in keys(model, every).items()],
        "syntax": formats.syntax_error(document),
        "problems": [[formats.place(document, each.span.start), each.message] for each in problems],
    }


def _taken(
    source: SourceFile, answer: dict[str, Any], settings: Settings, sources: Sources, console: Console
) -> Checked | None:
    """What was found, after the user has been told what is to be told beside it."""
    from flyteshift.text import Document

    name = shown(source.path)
    if "error" in answer:
        sources.fail(f"{name}: flyteshift failed here ({answer['error']}); please report this file")
        return None
    if answer["syntax"]:
        console.note(f"flyteshift: {name}:{answer['syntax']}: syntax error; the rest of the file was checked")
    for where, message in answer["problems"]:
        console.note(f"flyteshift: {name}:{where}: {message}")
    document = Document(source.path.absolute().as_uri(), source.text)
    counts: Counter[Key] = Counter({(code, symbol, where): count for code, symbol, where, count in answer["keys"]})
    return Checked(name, document, list(map(_finding, answer["findings"])), settings, source.path, counts)


def _plain(finding: Finding) -> list[Any]:
    """A finding as JSON has it; related places are not printed."""
    f = finding
    return [f.code, f.name, f.symbol, f.message, f.severity, [*f.span], f.url, f.applicability, f.gone, f.change]


def _finding(plain: list[Any]) -> Finding:
    from flyteshift.rules.finding import Finding
    from flyteshift.text import Span

    code, name, symbol, message, severity, span, url, applicability, gone, change = plain
    return Finding(code, name, symbol, message, severity, Span(*span), url, applicability, gone, (), change)


def _summary(counts: Counter[str], sources: Sources, console: Console) -> str:
    files = formats.count(sources.seen, "file")
    usages = formats.count(counts.total(), "Flyte 1 usage")
    text = f"{usages} in {len(counts):,} of {files}." if counts else f"No Flyte 1 found in {files}."
    if sources.failed:
        text += f" {formats.count(sources.failed, 'error')}, see above."
    return console.paint(text, "bold" if counts or sources.failed else "green")
