"""The process that started the server: when it is gone, so are we."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from threading import Thread

_SECONDS = 2.0


def watch(process: int, gone: Callable[[], None]) -> None:
    """Look every few seconds, in a thread of its own, whether the process lives; call `gone` when it does not."""

    def look() -> None:
        while alive(process):
            time.sleep(_SECONDS)
        gone()

    Thread(target=look, name="parent", daemon=True).start()


def alive(process: int) -> bool:
    """True where a process of that id runs, or may run."""
    if sys.platform == "win32":
        return _alive_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):  # it is another user's, or no id at all
        return True
    return True


def _alive_on_windows(process: int) -> bool:
    """`os.kill` would end the process there."""
    import ctypes

    synchronize, timeout = 0x00100000, 0x00000102
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(synchronize, False, process)
    if not handle:
        return bool(kernel.GetLastError() == 5)  # access denied: it lives
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == timeout)
    finally:
        kernel.CloseHandle(handle)
