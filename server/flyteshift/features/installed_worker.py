"""The process in which jedi works: a JSON line `[dotted, interpreter, trusted]` in, a JSON line out."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any, TextIO

_WIDTH = 88
_HIDDEN = re.compile(r"^_|^self$|\bClassVar\b|\binit=False\b|^[^=]*=PrivateAttr\(")
_DEFAULT = re.compile(r"=field\(default=(.+?)(?:, \w+=.*)?\)$")
_SECTION = re.compile(
    r"\s*(?::\w+|\.\. |>>> |```|(?:Args|Arguments|Parameters|Returns?|Raises|Examples?|Usage)\b)", re.IGNORECASE
)
_WRAPPED = re.compile(r"\s*\n(?!\s*[*-] )\s*")
"""Where a line is broken for its length only."""
_PARAGRAPHS = 3
_LONGEST = 800
_FACTORY = re.compile(r"=field\(default_factory=.*\)$")


def main(questions: TextIO = sys.stdin, answers: TextIO = sys.stdout) -> None:
    """Answer until the questions end: `{"about": [signature, documentation, source]}` or `{"error": str}`."""
    import jedi  # type: ignore[import-untyped]
    import platformdirs

    # A cache of our own: that of other programs may be half written while we read it.
    jedi.settings.cache_directory = Path(platformdirs.user_cache_dir("flyteshift")) / "jedi"
    for line in questions:
        dotted, interpreter, trusted = json.loads(line)
        answer: dict[str, Any]
        try:
            answer = {"about": about(dotted, _environment(interpreter, trusted))}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


def about(dotted: str, environment: Any) -> list[Any]:
    """Signature, documentation and source of a dotted name."""
    return [_tried(ask, dotted, environment) for ask in (signature, documentation, source)]


def _tried(ask: Callable[[str, Any], Any], dotted: str, environment: Any) -> Any:
    """One answer; None where jedi fails at it, so that the others still count."""
    try:
        return ask(dotted, environment)
    except Exception as error:
        print(f"{ask.__name__} of {dotted}: {type(error).__name__}: {error}", file=sys.stderr)
        return None


def documentation(dotted: str, environment: Any) -> str | None:
    """The first paragraphs of a docstring, before what it says of parameters; None where there is none."""
    for name in _names(dotted, environment):
        paragraphs = re.split(r"\n\s*\n", name.docstring(raw=True).strip())
        told = list(takewhile(lambda paragraph: not _SECTION.match(paragraph), paragraphs))
        text = "\n\n".join(_WRAPPED.sub(" ", paragraph) for paragraph in told[:_PARAGRAPHS])
        if text:
            return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"
    return None


def source(dotted: str, environment: Any) -> tuple[str, int, int] | None:
    """The file that defines a name, the line from 0, and the column; None where that is no file of Python source."""
    for name in _names(dotted, environment):
        if name.module_path is not None and name.line is not None:
            return str(name.module_path), name.line - 1, name.column
    return None


def _names(dotted: str, environment: Any) -> list[Any]:
    """The definitions behind a dotted name: followed through imports."""
    import jedi

    for asked in _sources(dotted):
        script = jedi.Script(asked, environment=environment, project=_nowhere())
        found = script.goto(len(asked.splitlines()), len(asked.splitlines()[-1]), follow_imports=True)
        if found and not any(name.module_path is None and name.type == "module" for name in found):
            return list(found)
    return []


def _sources(dotted: str) -> list[str]:
    """Programs that end with a dotted name, in which jedi may find it."""
    parent, _, name = dotted.rpartition(".")
    return [
        *([f"from {parent} import {name}\n{name}"] if parent else []),
        f"import {dotted.partition('.')[0]}\n{dotted}",
    ]


def signature(dotted: str, environment: Any) -> str | None:
    """What jedi says is called by `dotted(`; None where that is nothing."""
    import jedi

    parent, _, name = dotted.rpartition(".")
    for asked in reversed(_sources(dotted)):
        found = jedi.Script(f"{asked}(", environment=environment, project=_nowhere()).get_signatures()
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
