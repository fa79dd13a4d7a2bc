"""What the user's own environment has of Flyte: signatures, documentation, and where in its source a name is defined.

jedi is slow to start and not made for threads, so it runs in a process of its own, one question after the other; it is
started by the first question and ends with this process.
"""

from __future__ import annotations

import json
import logging
import subprocess
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread, Timer
from typing import NamedTuple

from flyteshift.workspace.workers import spawn

logger = logging.getLogger(__name__)

_WORKER = "flyteshift.features.installed_worker"
PATIENCE = 20.0
"""Seconds after which a worker that does not answer is ended."""


class Interpreter(NamedTuple):
    """A Python of the user's: its executable or the folder of its virtual environment.

    One that the user named is `trusted`. One that merely lies in the workspace is not: it is only used where jedi
    finds that nobody can have put another program in its place.
    """

    path: str
    trusted: bool


class Source(NamedTuple):
    """Where a name is defined: a file, a line (from 0), the column of the name in code points."""

    path: str
    line: int
    column: int


class About(NamedTuple):
    """What is known of a dotted name; empty where it is not installed."""

    signature: str | None = None
    """`name(a: int, b: str = 'x') -> None`."""
    documentation: str | None = None
    """The first paragraphs of its docstring."""
    source: Source | None = None


class _Question(NamedTuple):
    dotted: str
    interpreter: Interpreter


class Installed:
    """Asks the worker, and remembers every answer."""

    def __init__(self) -> None:
        self._answers: dict[_Question, Future[About]] = {}
        self._questions: SimpleQueue[_Question] = SimpleQueue()
        self._worker: subprocess.Popen[str] | None = None

    def ask(self, dotted: str, interpreter: Interpreter) -> Future[About]:
        """What is known of a dotted name. Returns at once. Failures are logged, and answered with nothing."""
        question = _Question(dotted, interpreter)
        if question not in self._answers:
            if not self._answers:
                Thread(target=self._work, name="installed", daemon=True).start()
            self._answers[question] = Future()
            self._questions.put(question)
        return self._answers[question]

    def _work(self) -> None:
        while True:
            question = self._questions.get()
            try:
                answer = self._answer(question)
            except Exception as error:
                logger.warning("nothing known of %s: %s", question.dotted, error)
                self._worker, answer = None, About()
            self._answers[question].set_result(answer)

    def _answer(self, question: _Question) -> About:
        if self._worker is None or self._worker.poll() is not None:
            self._worker = spawn(_WORKER)
        stdin, stdout = self._worker.stdin, self._worker.stdout
        assert stdin is not None and stdout is not None
        watch = Timer(PATIENCE, self._worker.kill)
        watch.daemon = True
        watch.start()
        try:
            stdin.write(json.dumps([question.dotted, *question.interpreter]) + "\n")
            stdin.flush()
            line = stdout.readline()
        finally:
            watch.cancel()
        if not line:
            self._worker.kill()
            raise OSError("the worker ended")
        answer = json.loads(line)
        if "error" in answer:
            logger.warning("nothing known of %s: %s", question.dotted, answer["error"])
            return About()
        signature, documentation, source = answer["about"]
        return About(signature, documentation, Source(*source) if source is not None else None)
