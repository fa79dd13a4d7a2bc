"""The command `flyteshift`. What a command needs is imported when it runs, so that each starts fast."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from flyteshift import __version__
from flyteshift.cli import ERROR

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Sequence

    from flyteshift.cli.console import Console

_INTERRUPTED = 130
_BROKEN_PIPE = 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit code (see `flyteshift.cli`)."""
    # Installers refuse older versions; this is for those who run a checkout.
    if sys.version_info < (3, 10):  # noqa: UP036
        print("flyteshift needs Python 3.10 or newer; this is Python " + sys.version.split()[0], file=sys.stderr)
        return ERROR
    from flyteshift.cli.console import Console, gone

    args = _parser().parse_args(argv)
    console = Console(sys.stdout, sys.stderr, quiet=getattr(args, "quiet", False))
    try:
        code = _run(args, console)
        console.close()
    except KeyboardInterrupt:
        console.interrupted()
        return _INTERRUPTED
    except BrokenPipeError:
        gone(sys.stdout)
        return _BROKEN_PIPE
    return code


def _run(args: Namespace, console: Console) -> int:
    if args.command == "server":
        from flyteshift.collecting import uncollected

        with uncollected():
            from flyteshift.lsp.server import main as serve

        return serve(args.tcp)
    if args.command == "explain":
        from flyteshift.cli import explain

        return explain.run(args.key, console)
    if args.command == "migrate":
        from flyteshift.cli import migrate

        return migrate.run(args, console)
    if args.command == "report":
        from flyteshift.cli import report

        return report.run(args, console)
    from flyteshift.cli import check

    return check.run(args, console)


def _parser() -> ArgumentParser:
    from argparse import ArgumentParser

    parser = ArgumentParser(prog="flyteshift", description="Move Flyte 1 (flytekit) code to Flyte 2 (flyte).")
    parser.add_argument("--version", action="version", version=f"flyteshift {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    server = commands.add_parser("server", help="run the language server", description="Run the language server.")
    server.add_argument("--stdio", action="store_true", help="talk over standard input and output (the default)")
    server.add_argument("--tcp", metavar="HOST:PORT", help="wait for one client at an address instead")

    check = commands.add_parser(
        "check",
        help="list every Flyte 1 usage",
        description="List every Flyte 1 usage. Exits with 0 if there is none, 1 if there are some, 2 on errors.",
    )
    check.add_argument("paths", nargs="*", default=["."], metavar="PATH", help="files or folders; - is standard input")
    check.add_argument("--output-format", choices=("text", "json", "github"), default="text", help="default: text")
    _settings_options(check)
    check.add_argument(
        "--write-baseline", action="store_true", help="keep what is found now in a file, and show only what is new"
    )
    check.add_argument("--no-baseline", action="store_true", help="show what the baseline holds as well")
    check.add_argument("-q", "--quiet", action="store_true", help="print findings and errors only")

    migrate = commands.add_parser(
        "migrate",
        help="rewrite modules to Flyte 2",
        description="Rewrite modules to Flyte 2, or say what stands in the way. Without an option nothing is written. "
        "Exits with 0 if everything could be migrated, 1 if something is left, 2 on errors.",
    )
    migrate.add_argument("paths", nargs="+", metavar="PATH", help="files or folders")
    how = migrate.add_mutually_exclusive_group()
    how.add_argument(
        "--diff", action="store_true", help="print the changes as a unified diff; the report goes to stderr"
    )
    how.add_argument("--write", action="store_true", help="write the changes")
    migrate.add_argument("--exclude", action="append", metavar="GLOBS", help="leave these out of folders")

    report = commands.add_parser(
        "report",
        help="tell how far a project is from Flyte 2",
        description="Tell how far each workflow of a project is from Flyte 2: what it calls, what migrates by itself, "
        "what needs a person, and in which order to go.",
    )
    report.add_argument("path", nargs="?", default=".", metavar="FOLDER", help="default: the current folder")
    report.add_argument("--output-format", choices=("text", "json", "html"), default="text", help="default: text")
    report.add_argument("-o", "--output", metavar="FILE", help="write it to a file")
    report.add_argument("--exclude", action="append", metavar="GLOBS", help="leave these out")
    report.add_argument("-q", "--quiet", action="store_true", help="print the report and errors only")

    explain = commands.add_parser(
        "explain",
        help="explain a rule or a Flyte symbol",
        description="Explain a rule or a Flyte symbol, as the editor's hover does.",
    )
    explain.add_argument("key", metavar="KEY", help="for example FS401, map-task, flytekit.map_task or flyte.map")
    return parser


def _settings_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--select", action="append", metavar="RULES", help="only these: codes, prefixes or names, by commas"
    )
    parser.add_argument("--ignore", action="append", metavar="RULES", help="all but these")
    parser.add_argument("--exclude", action="append", metavar="GLOBS", help="leave these out of folders")
