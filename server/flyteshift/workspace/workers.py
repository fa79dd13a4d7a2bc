"""Processes that do work for this one: so that it keeps answering, and more than one core is used.

A worker gets a JSON line `[function, argument]` and answers with a JSON line `[result]` or `[null, error]`. It ends
when its input does, and so with this process, however that ends.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TextIO

import flyteshift

_ROOT = Path(flyteshift.__file__).parent.parent
_PROGRAM = """\
import json, sys
sys.path[:] = json.loads(sys.argv.pop())
from importlib import import_module
import_module("{module}").main()
"""
_MOST = 4

logger = logging.getLogger(__name__)


class WorkerError(Exception):
    """The function failed in the worker; the message says how."""


class Cancelled(Exception):
    """The work is not wanted any more."""


def cores() -> int:
    """How many workers pay at most."""
    try:
        usable = len(os.sched_getaffinity(0))
    except AttributeError:
        usable = os.cpu_count() or 1
    return max(1, min(usable, _MOST))


class Worker:
    """One process, started when it is first asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = Lock()

    def call(self, function: str, argument: Any) -> Any:
        """The result of `module:function` for an argument, both as JSON has them. Raises WorkerError, OSError.

        Calls of several threads wait for each other, also for one whose answer nobody awaits any more.
        """
        with self._lock:
            line = self._exchange(json.dumps([function, argument], separators=(",", ":")))
        if not line:
            raise OSError("the worker ended")
        answer = json.loads(line)
        if len(answer) > 1:
            raise WorkerError(answer[1])
        return answer[0]

    def _exchange(self, question: str) -> str:
        if self._process is None or self._process.poll() is not None:
            self._process = spawn(__name__)
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(question + "\n")
        stdin.flush()
        return stdout.readline()

    def end(self) -> None:
        """Stop the process, whatever it is at."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process = None


def run_all(
    function: str, arguments: Iterable[Any], count: int, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[tuple[Any, Any]]:
    """Each argument with its result, as they come, from so many workers, which end with it.

    What fails in a worker is logged and left out. Raises Cancelled, at the latest a tenth of a second after
    `cancelled()` has turned true.
    """
    queue: SimpleQueue[Any] = SimpleQueue()
    answers: SimpleQueue[tuple[Any, Any] | None] = SimpleQueue()
    waiting = 0
    for argument in arguments:
        queue.put(argument)
        waiting += 1
    workers = [Worker() for _ in range(min(count, waiting))]
    try:
        for worker in workers:
            Thread(target=_serve, args=(worker, function, queue, answers), daemon=True, name="worker").start()
        left = len(workers)
        while left:
            if cancelled():
                raise Cancelled
            try:
                answer = answers.get(timeout=0.1)
            except Empty:
                continue
            if answer is None:
                left -= 1
            else:
                yield answer
    finally:
        with suppress(Empty):
            while True:
                queue.get_nowait()
        for worker in workers:
            worker.end()


def _serve(
    worker: Worker, function: str, queue: SimpleQueue[Any], answers: SimpleQueue[tuple[Any, Any] | None]
) -> None:
    while True:
        try:
            argument = queue.get_nowait()
        except Empty:
            break
        try:
            answers.put((argument, worker.call(function, argument)))
        except (WorkerError, OSError, ValueError) as error:
            logger.warning("%s: %s", function, error)
            if isinstance(error, OSError) and worker._process is None:
                break
    answers.put(None)


def spawn(module: str) -> subprocess.Popen[str]:
    """A process that runs `main()` of one of our modules, its input and output piped.

    It sees our own modules, never those of the folder that this process was started in. The path is not handed over as
    PYTHONPATH, which the user's interpreter would take as well.
    """
    path = json.dumps([str(_ROOT), *(entry for entry in sys.path if entry)])
    isolated = ["-I"] * sys.flags.isolated + ["-S"] * sys.flags.no_site
    return subprocess.Popen(
        [sys.executable, *isolated, "-c", _PROGRAM.format(module=module), path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=_ROOT,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def main(questions: TextIO | None = None, answers: TextIO | None = None) -> None:
    """Answer until the questions end."""
    import gc

    gc.disable()  # a worker lives for seconds and makes trees, which its process takes along
    questions, answers = questions or sys.stdin, answers or sys.stdout
    sys.stdout = sys.stderr
    for line in questions:
        name, argument = json.loads(line)
        module, _, function = name.partition(":")
        try:
            answer = [getattr(import_module(module), function)(argument)]
        except Exception as error:
            answer = [None, f"{type(error).__name__}: {error}"]
        try:
            print(json.dumps(answer, separators=(",", ":")), file=answers, flush=True)
        except BrokenPipeError:  # nobody waits any more
            os._exit(0)
