"""The process in which jedi works: a JSON line `[dotted, interpreter, trusted]` in, a JSON line out."""

from __future__ import annotations

import json
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

_WIDTH = 88
_HIDDEN = re.compile(r"^_|^self$|\bClassVar\b|\binit=False\b|^[^=]*=PrivateAttr\(")
_DEFAULT = re.compile(r"=field\(default=(.+?)(?:, \w+=.*)?\)$")
_FACTORY = re.compile(r"=field\(default_factory=.*\)$")


def main(questions: TextIO = sys.stdin, answers: TextIO = sys.stdout) -> None:
    """Answer until the questions end: `{"signature": str | None}` or `{"error": str}`."""
    import jedi  # type: ignore[import-untyped]
    import platformdirs

    # A cache of our own: that of other programs may be half written while we read it.
    jedi.settings.cache_directory = Path(platformdirs.user_cache_dir("flyteshift")) / "jedi"
    for line in questions:
        dotted, interpreter, trusted = json.loads(line)
        try:
            answer = {"signature": signature(dotted, _environment(interpreter, trusted))}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def signature(dotted: str, environment: Any) -> str | None:
    """What jedi says is called by `dotted(`; None where that is nothing."""
    import jedi

    parent, _, name = dotted.rpartition(".")
    sources = [f"import {dotted.partition('.')[0]}\n{dotted}("]
    if parent:
        sources.append(f"from {parent} import {name}\n{name}(")
    for source in sources:
        found = jedi.Script(source, environment=environment, project=_nowhere()).get_signatures()
        if found:
            return shown(name or parent, [p.to_string() for p in found[0].params], found[0].to_string())
    return None


def shown(name: str, params: list[str], whole: str) -> str:
    """A signature to read: what callers cannot pass is left out, and long ones take a line per parameter."""
    params = [_DEFAULT.sub(r"=\1", _FACTORY.sub("=...", p)) for p in params if not _HIDDEN.search(p)]
    _, arrow, result = whole.rpartition(") -> ")
    after = f" -> {result}" if arrow and result.isprintable() else ""
    line = f"{name}({', '.join(params)}){after}"
    if len(line) <= _WIDTH:
        return line
    return "".join([f"{name}(\n", *(f"    {p},\n" for p in params), f"){after}"])


@lru_cache(maxsize=8)
def _environment(path: str, trusted: bool) -> Any:
    import jedi

    return jedi.create_environment(path, safe=not trusted)


@lru_cache(maxsize=1)
def _nowhere() -> Any:
    """A project that adds no folder to the environment's import path."""
    import jedi

    return jedi.Project(Path(__file__).parent, added_sys_path=(), smart_sys_path=False)
