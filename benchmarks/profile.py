"""Where the time of an edit goes inside our server: `python -m benchmarks.profile --lines 5000`."""

from __future__ import annotations

import cProfile
import os
import pstats
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path

from benchmarks import sources
from benchmarks.client import Client
from benchmarks.edits import session

_OUTPUT = "FLYTESHIFT_BENCHMARK_PROFILE"
"""The file that the server's process writes its profile to."""
_MEASURED = ("textDocument/didChange", "textDocument/diagnostic")


def serve() -> int:
    """Run the server at standard input and output, and profile what edits make it do; gives its exit code."""
    from flyteshift.lsp import manners
    from flyteshift.lsp.inbox import Incoming
    from flyteshift.lsp.server import run_stdio

    profile = cProfile.Profile()
    receive = manners.Protocol.receive

    def profiled(protocol: manners.Protocol, incoming: Incoming) -> None:
        if incoming.method not in _MEASURED:
            if incoming.method == "shutdown":  # the process may end at once after `exit`
                profile.dump_stats(os.environ[_OUTPUT])
            receive(protocol, incoming)
            return
        profile.enable()
        receive(protocol, incoming)
        profile.disable()

    manners.Protocol.receive = profiled  # type: ignore[method-assign, assignment]
    return run_stdio()


def main() -> int:
    """Type into a module and print the profile of that; gives the exit code."""
    parser = ArgumentParser(prog="python -m benchmarks.profile", description="Profile flyteshift while someone types.")
    parser.add_argument("--lines", type=int, default=1000, help="lines of the module (default: %(default)s)")
    parser.add_argument("--edits", type=int, default=104, help="how many edits (default: %(default)s)")
    parser.add_argument("--pull", action="store_true", help="pull diagnostics instead of having them pushed")
    parser.add_argument("--sort", default="tottime", help="what to sort by, as pstats names it (default: %(default)s)")
    parser.add_argument("--rows", type=int, default=30, help="rows to print (default: %(default)s)")
    args = parser.parse_args()

    text = sources.module(args.lines)
    edits = session(text, args.edits)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name).resolve()
        path, output = folder / "module.py", folder / "profile"
        path.write_text(text, encoding="utf-8")
        command = [sys.executable, "-c", "from benchmarks.profile import serve; raise SystemExit(serve())"]
        root = str(Path(__file__).resolve().parent.parent)
        search = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        client = Client(command, folder, {_OUTPUT: str(output), "PYTHONPATH": search}, pull=args.pull)
        client.initialize()
        client.open(path.as_uri(), text)
        for edit in edits:
            client.change(path.as_uri(), edit.change(text))
            text = edit.applied(text)
        client.leave()
        pstats.Stats(str(output)).strip_dirs().sort_stats(args.sort).print_stats(args.rows)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
