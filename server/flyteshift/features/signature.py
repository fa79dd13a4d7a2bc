"""The signatures of Flyte 2 symbols as they are in the user's own environment.

jedi is slow to start and not made for threads, so it runs in a process of its own, one question after the other; it is
started by the first question and ends with this process.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

import flyteshift

logger = logging.getLogger(__name__)

_ROOT = Path(flyteshift.__file__).parent.parent
_PROGRAM = """\
import json, sys
sys.path[:] = json.loads(sys.argv.pop())
from flyteshift.features.signature_worker import main
main()
"""


class Interpreter(NamedTuple):
    """A Python of the user's: its executable or the folder of its virtual environment.

    One that the user named is `trusted`. One that merely lies in the workspace is not: it is only used where jedi
    finds that nobody can have put another program in its place.
    """

    path: str
    trusted: bool


class _Question(NamedTuple):
    dotted: str
    interpreter: Interpreter


class Signatures:
    """Asks the worker, and remembers every answer."""

    def __init__(self) -> None:
        self._answers: dict[_Question, Future[str | None]] = {}
        self._questions: SimpleQueue[_Question] = SimpleQueue()
        self._worker: subprocess.Popen[str] | None = None

    def ask(self, dotted: str, interpreter: Interpreter) -> Future[str | None]:
        """The signature of a dotted name, `(a: int, b: str = 'x') -> None` after its name; None where there is none.

        Returns at once. Failures are logged, and answered with None.
        """
        question = _Question(dotted, interpreter)
        if question not in self._answers:
            if not self._answers:
                Thread(target=self._work, name="signatures", daemon=True).start()
            self._answers[question] = Future()
            self._questions.put(question)
        return self._answers[question]

    def _work(self) -> None:
        while True:
            question = self._questions.get()
            try:
                answer = self._answer(question)
            except Exception as error:
                logger.warning("no signature of %s: %s", question.dotted, error)
                self._worker, answer = None, None
            self._answers[question].set_result(answer)

    def _answer(self, question: _Question) -> str | None:
        if self._worker is None or self._worker.poll() is not None:
            self._worker = _start()
        stdin, stdout = self._worker.stdin, self._worker.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps([question.dotted, *question.interpreter]) + "\n")
        stdin.flush()
        answer = json.loads(stdout.readline() or '{"error": "the worker ended"}')
        if "error" in answer:
            logger.warning("no signature of %s: %s", question.dotted, answer["error"])
        found = answer.get("signature")
        return found if isinstance(found, str) else None


def _start() -> subprocess.Popen[str]:
    """The worker. It sees our own modules, never those of the folder that the server was started in.

    The path is not handed over as PYTHONPATH, which the user's interpreter would take as well.
    """
    path = json.dumps([str(_ROOT), *(entry for entry in sys.path if entry)])
    isolated = ["-I"] * sys.flags.isolated + ["-S"] * sys.flags.no_site
    return subprocess.Popen(
        [sys.executable, *isolated, "-c", _PROGRAM, path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=_ROOT,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
