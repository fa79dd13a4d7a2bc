"""`python -m benchmarks`, in a virtual environment with flyteshift and benchmarks/requirements.txt installed."""

from __future__ import annotations

import json
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

from benchmarks import commands, report, workspace
from benchmarks.measure import Bench
from benchmarks.results import Results
from benchmarks.servers import JEDI, servers

_ROOT = Path(__file__).resolve().parent.parent


def main(argv: list[str] | None = None) -> int:
    """Measure, print the page, and write it and the JSON; gives the exit code."""
    args = _arguments(argv)
    results = Results()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        _measure(results, args, Path(name).resolve())
    options = f"{args.edits} edits, {args.rounds} rounds of everything else"
    page = report.page(results, options)
    print(page)
    args.json.parent.mkdir(parents=True, exist_ok=True)
    args.json.write_text(json.dumps(results.summary(), indent=1) + "\n", encoding="utf-8")
    if args.output is not None:
        args.output.write_text(page, encoding="utf-8")
    return 0


def _measure(results: Results, args: Namespace, folder: Path) -> None:
    # Compiled modules are kept, as they are where packages are installed, but not beside the sources.
    environment = {"PYTHONPYCACHEPREFIX": str(folder / "pycache"), "PYTHONDONTWRITEBYTECODE": ""}
    work = folder / "workspace"
    work.mkdir()
    measured = [server for server in servers() if args.jedi or server.name != JEDI]
    bench = Bench(work, environment, measured, _log)
    bench.starts(results, args.rounds)
    bench.typing(results, 1000, args.edits, args.rounds)
    bench.typing(results, 5000, args.edits, args.rounds)
    bench.typing(results, 1000, args.edits, args.rounds, ascii_only=False)
    bench.hovers(results, places=40, passes=args.rounds)
    # In the folder of all that was typed into, the first index would be under way for the first dozen.
    alone = folder / "actions"
    alone.mkdir()
    Bench(alone, environment, measured, _log).actions(results, count=6 * args.rounds)
    _log("migrate")
    commands.migrations(results, folder, environment, args.rounds, _log)
    workspace.large(results, folder, environment, args.workspace, max(args.rounds // 2, 1), _log)
    _log(f"check {args.files} files")
    commands.checks(results, folder, environment, args.files, args.rounds)


def _arguments(argv: list[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m benchmarks", description="Measure flyteshift beside other servers.")
    parser.add_argument("--edits", type=int, default=104, help="edits in each file (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=7, help="how often the rest is measured (default: %(default)s)")
    parser.add_argument("--files", type=int, default=2000, help="files of the checked tree (default: %(default)s)")
    parser.add_argument("--workspace", type=int, default=10_000, help="files of the workspace (default: %(default)s)")
    parser.add_argument("--no-jedi", dest="jedi", action="store_false", help=f"leave out {JEDI}, which takes minutes")
    parser.add_argument("--output", type=Path, help="write the page there; docs/benchmarks.md is the one to commit")
    parser.add_argument("--json", type=Path, default=_ROOT / "build" / "benchmarks.json", help="default: %(default)s")
    return parser.parse_args(argv)


def _log(text: str) -> None:
    print(f"benchmarks: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
