"""`flyteshift migrate`: modules rewritten to Flyte 2, and what stands in the way of those that are not."""

from __future__ import annotations

import logging
from argparse import Namespace
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from flyteshift.cli import ERROR, FOUND, OK, diffs, formats
from flyteshift.cli.console import Console
from flyteshift.cli.sources import Sources, shown
from flyteshift.migration.plan import Note, Obstacle, Plan
from flyteshift.migration.several import plan_many
from flyteshift.migration.unit import PlanError
from flyteshift.text import Document, apply_edits
from flyteshift.workspace.files import SourceFile, WriteError, write_atomic
from flyteshift.workspace.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileResult:
    """What a migration makes of one file with Flyte 1 in it. `text` is the new text; None: the file stays."""

    source: SourceFile
    document: Document
    text: str | None = None
    done: tuple[str, ...] = ()
    left: tuple[Obstacle, ...] = ()
    notes: tuple[Note, ...] = ()
    error: str | None = None
    flyte1: bool = True
    """False for a file without Flyte 1 that calls what is `async` now."""


def run(args: Namespace, console: Console) -> int:
    """Migrate what the arguments name and report; gives the exit code."""
    sources = Sources(args.paths, {"exclude": args.exclude}, console)
    results: list[FileResult] = []
    for settings, paths in sources.groups():
        found = list(sources.mentioning(paths))
        asked = {path.absolute() for path in paths}
        users = sources.users(settings, paths, found)
        callers = [each for each in users if each.path.absolute() in asked]
        results += migrate_files(found, settings, users, callers, sources.environments)
    if args.write:
        results = [_written(result) for result in results]
    if args.diff:
        for result in results:
            if result.text is not None:
                console.write(diffs.unified(shown(result.source.path), result.source.text, result.text, console))
    tell = console.note if args.diff else console.line
    for result in results:
        if result.error is not None:
            sources.fail(result.error)
        else:
            tell(_report(result, written=args.write, console=console))
    tell(_totals(results, sources.seen, args))
    if sources.failed:
        return ERROR
    return FOUND if any(result.left for result in results) else OK


def migrate_files(
    files: Sequence[SourceFile],
    settings: Settings,
    users: Sequence[SourceFile] = (),
    callers: Sequence[SourceFile] = (),
    named: Collection[str] = (),
) -> list[FileResult]:
    """What a migration makes of each of the files that hold Flyte 1. Writes nothing; never raises for a file's sake.

    The files are migrated so that they fit to each other; `users` are other files that may import them, `callers` those
    of these without Flyte 1 that may be changed where they call what is `async` then. `named` are the environments of
    files beside them.
    """
    sources = {source.path.absolute(): source for source in (*files, *users)}
    texts = {path: source.text for path, source in sources.items()}
    try:
        asked = [source.path.absolute() for source in (*files, *callers)]
        plans = plan_many(asked, texts, settings, [path for path in sources if path not in asked], named)
    except PlanError as error:
        _log.debug("%s", error.path, exc_info=True)
        source = sources[error.path]
        others = [[s for s in group if s is not source] for group in (files, users, callers)]
        failed = FileResult(source, _document(source), error=_failure(source, error))
        return [failed, *migrate_files(others[0], settings, others[1], others[2], named)]
    mine = {source.path.absolute() for source in callers}
    results = [_result(sources[path], plan) for path, plan in plans.items() if plan != Plan()]
    return [replace(each, flyte1=each.source.path.absolute() not in mine) for each in results]


def _result(source: SourceFile, plan: Plan) -> FileResult:
    document = _document(source)
    result = FileResult(source, document, None, tuple(plan.done), tuple(plan.left), tuple(plan.notes))
    if not plan.edits:
        return result
    try:
        text = apply_edits(source.text, plan.edits)
    except ValueError as error:
        return FileResult(source, document, error=_failure(source, error))
    if _breaks(document, text):
        message = f"{shown(source.path)}: not migrated, because the new code would not parse; please report this file"
        return FileResult(source, document, error=message)
    return replace(result, text=text)


def _document(source: SourceFile) -> Document:
    return Document(source.path.absolute().as_uri(), source.text)


def _failure(source: SourceFile, error: Exception) -> str:
    cause = error.__cause__ or error
    why = f"{type(cause).__name__}: {cause}"
    return f"{shown(source.path)}: flyteshift failed here ({why}); please report this file"


def _breaks(before: Document, after: str) -> bool:
    """Whether the new text has syntax errors and the old one has none."""
    return Document(before.uri, after).tree.root_node.has_error and not before.tree.root_node.has_error


def _written(result: FileResult) -> FileResult:
    if result.text is None:
        return result
    try:
        write_atomic(result.source.path, result.text, result.source)
    except WriteError as error:
        return replace(result, error=str(error), text=None)
    return result


def _report(result: FileResult, *, written: bool, console: Console) -> str:
    name = shown(result.source.path)
    rows = [*result.done] if not result.left else []
    rows += [
        f"{name}:{formats.place(result.document, note.span.start)} review: {note.message}" for note in result.notes
    ]
    rows += [f"{name}:{formats.place(result.document, each.span.start)} {each.message}" for each in result.left]
    if result.left:
        head = console.paint(f"{name}: not migrated, {_in_the_way(len(result.left))}", "yellow")
    else:
        head = console.paint(f"{name}: {'migrated' if written else 'can be migrated'}", "green")
    return "\n    ".join([head, *rows])


def _in_the_way(number: int) -> str:
    return "one thing is in the way" if number == 1 else f"{number} things are in the way"


def _totals(results: Sequence[FileResult], seen: int, args: Namespace) -> str:
    if not results:
        return f"No Flyte 1 found in {formats.count(seen, 'file')}."
    callers = sum(not result.flyte1 for result in results)
    results = [result for result in results if result.flyte1]
    migrated = sum(result.text is not None for result in results)
    left = sum(bool(result.left) for result in results)
    failed = sum(result.error is not None for result in results)
    verb = "migrated" if args.write else "can be migrated"
    parts = [f"{migrated} {verb}"] * bool(migrated) + [f"{left} left as they are"] * bool(left)
    parts += [f"{failed} failed"] * bool(failed)
    parts += [f"{formats.count(callers, 'caller')} adapted" if args.write else
              f"{formats.count(callers, 'caller')} to adapt"] * bool(callers)  # fmt: skip
    tests = sum(note.kind == "test" for result in results for note in result.notes)
    parts += [f"{formats.count(tests, 'use')} in tests to rewrite by hand"] * bool(tests)
    hint = "" if args.write or args.diff or not migrated else " Use --diff to see the changes, --write to make them."
    return f"{formats.count(len(results), 'file')} with Flyte 1: {', '.join(parts)}.{hint}"
