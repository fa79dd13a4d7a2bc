"""Settings: `[tool.flyteshift]` of the nearest pyproject.toml, and what an editor or the command line puts over it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from flyteshift.workspace import globs, selectors

if TYPE_CHECKING:
    from flyteshift.workspace.baseline import Baseline

Severity = Literal["error", "warning", "information", "hint"]
Diagnostics = Literal["open", "workspace"]
Orchestration = Literal["parallel", "sequential"]

SEVERITIES = ("error", "warning", "information", "hint")
CHANGES = ("import", "moves", "breaks")

USUAL_EXCLUDES = (
    *(".bzr", ".direnv", ".eggs", ".git", ".hg", ".svn", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d"),
    *(".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".tox", ".venv", ".vscode", "__pycache__", "__pypackages__"),
    *("_build", "build", "buck-out", "dist", "node_modules", "site-packages", "venv"),
)
"""What a walk leaves out; `!build` in `exclude` takes one back."""


@dataclass(frozen=True)
class Settings:
    """What the user set. Selectors are codes, prefixes of codes, or names of rules."""

    select: tuple[str, ...] = ("ALL",)
    ignore: tuple[str, ...] = ()
    severity: tuple[tuple[str, Severity], ...] = ()
    """Selector, or `breaks`, `moves` or `import` (what a finding asks of the user), and its severity."""
    exclude: tuple[str, ...] = ()
    """Globs as in a .gitignore, relative to `root`, beside `USUAL_EXCLUDES`."""
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    orchestration: Orchestration = "parallel"
    """Whether a migrated workflow keeps its independent branches parallel, or runs them one after the other."""
    diagnostics: Diagnostics | None = None
    """Whether diagnostics are of open files or of the whole workspace; None: the latter for who asks for them."""
    interpreter: str | None = None
    """The Python whose packages give signatures on hover; only editors set it."""
    baseline: str | None = None
    """The file of known findings, relative to `root`; None: the usual one, if it is there."""
    baselined: Baseline | None = None
    """The known findings, once they are read (see baseline.py)."""
    root: Path | None = None
    """The folder that globs are relative to; None: the current folder."""

    def selects(self, code: str, name: str) -> bool:
        """Whether findings of a rule are wanted: the closest selector decides, on a tie `ignore`."""
        return selectors.weight(self.select, code, name) > selectors.weight(self.ignore, code, name)

    def ignored_in(self, path: str | Path | None, code: str, name: str) -> bool:
        """Whether `per-file-ignores` hides a rule in a file; None: a text that is no file."""
        if path is None or not self.per_file_ignores:
            return False
        relative = self.relative(path)
        return any(
            selectors.weight(ignored, code, name) and globs.within(relative, pattern)
            for pattern, ignored in self.per_file_ignores
        )

    def severity_of(self, code: str, name: str, change: str, default: Severity) -> Severity:
        """The severity of a finding; `change` is `breaks`, `moves` or `import`. The closest entry decides."""
        best, found = 0, default
        for key, severity in self.severity:
            weight = 1 if key == change else selectors.weight((key,), code, name)
            if weight >= max(best, 1):
                best, found = weight, severity
        return found

    def excludes(self, path: str | Path) -> bool:
        """Whether a file, or a folder below `root` that holds it, is excluded."""
        parts = self.relative(path).split("/")
        return any(
            globs.ignored("/".join(parts[:depth]), self.excluded, folder=depth < len(parts))
            for depth in range(1, len(parts) + 1)
        )

    @property
    def excluded(self) -> tuple[str, ...]:
        """All globs that a walk leaves out, for `globs.ignored`."""
        return (*USUAL_EXCLUDES, *self.exclude)

    def unknown(self, known: Collection[str]) -> list[str]:
        """A message for every selector that names no rule; `known` holds all codes and names of rules."""
        return [f"`{key}`: {wrong}" for key, each in self.selectors() if (wrong := selectors.problem(each, known))]

    def selectors(self) -> list[tuple[str, str]]:
        """Every selector that the user wrote, with its setting."""
        used = [
            *(("select", each) for each in self.select),
            *(("ignore", each) for each in self.ignore),
            *(("severity", each) for each, _ in self.severity if each not in CHANGES),
            *(("per-file-ignores", each) for _, ignored in self.per_file_ignores for each in ignored),
        ]
        return [(key, each) for key, each in used if each != "ALL"]

    def relative(self, path: str | Path) -> str:
        """The path from `root`, with `/`; a path outside it counts from the top of its file system."""
        absolute = _absolute(Path(path))
        try:
            return absolute.relative_to(_absolute(self.root or Path())).as_posix()
        except ValueError:
            return absolute.relative_to(absolute.anchor).as_posix()


_MARKS = ("pyproject.toml", ".git", "setup.py", "setup.cfg")


def is_project(folder: Path) -> bool:
    """True for the top folder of a project, to judge by what lies in it."""
    return any(os.path.exists(f"{folder}{os.sep}{mark}") for mark in _MARKS)  # noqa: PTH110


def load(folder: Path) -> tuple[Settings, list[str]]:
    """The settings of the nearest pyproject.toml at or above a folder, and what is wrong with them.

    Without one, the root is the nearest folder that looks like a project's, else the folder itself. Never raises: an
    unreadable or broken file gives a message and the defaults.
    """
    folder = _absolute(folder)
    around = (folder, *folder.parents)
    for each in around:
        file = each / "pyproject.toml"
        if file.is_file():
            return _from_pyproject(file)
    return Settings(root=next((each for each in around if is_project(each)), folder)), []


def from_mapping(mapping: object, where: str, base: Settings | None = None) -> tuple[Settings, list[str]]:
    """Settings from plain data laid over `base`, and a message for each wrong key or value, naming it and `where`.

    Keys may be written in kebab-case, snake_case or camelCase; None counts as not set.
    """
    base = base or Settings()
    if not isinstance(mapping, Mapping):
        return base, [f"{where}: the settings must be a table, not {_kind(mapping)}"]
    found: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in mapping.items():
        name = _kebab(str(key))
        if name not in _READERS:
            problems.append(f"{where}: there is no setting `{key}`{selectors.did_you_mean(name, _READERS)}")
        elif value is not None:
            found[name.replace("-", "_")], wrong = _READERS[name](value)
            problems += [f"{where}: `{key}` {each}" for each in wrong]
    return replace(base, **{key: value for key, value in found.items() if value is not None}), problems


def _from_pyproject(file: Path) -> tuple[Settings, list[str]]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    base = Settings(root=file.parent)
    try:
        content = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        return base, [f"{file}: cannot be read, so the defaults apply ({error})"]
    tool = content.get("tool", {})
    table = tool.get("flyteshift", {}) if isinstance(tool, dict) else {}
    where = f"{file}: [tool.flyteshift]"
    settings, problems = from_mapping(table, where, base)
    if settings.interpreter is not None:
        # A cloned repository must not choose which program the editor starts.
        problems.append(f"{where}: `interpreter` is for the editor's settings only")
        settings = replace(settings, interpreter=None)
    return settings, problems


_Read = tuple[Any, list[str]]


def _selectors(value: object) -> _Read:
    if not isinstance(value, (list, tuple)):
        return None, [f'must be a list of codes or names such as ["FS4", "map-task"], not {_kind(value)}']
    strings = tuple(selectors.canonical(each) for each in value if isinstance(each, str))
    return strings, [f"holds {_kind(each)} where a code or name is due" for each in value if not isinstance(each, str)]


def _severity(value: object) -> _Read:
    if not isinstance(value, Mapping):
        return None, [f'must be a table such as {{"FS4" = "error"}}, not {_kind(value)}']
    pairs, problems = [], []
    for key, severity in value.items():
        key = str(key)
        if severity in SEVERITIES:
            pairs.append((key if key in CHANGES else selectors.canonical(key), severity))
        else:
            problems.append(f"gives `{key}` the severity {severity!r}; use {', '.join(SEVERITIES)}")
    return tuple(pairs), problems


def _globs(value: object) -> _Read:
    if not isinstance(value, (list, tuple)):
        return None, [f'must be a list of globs such as ["generated/"], not {_kind(value)}']
    strings = tuple(each for each in value if isinstance(each, str))
    return strings, [f"holds {_kind(each)} where a glob is due" for each in value if not isinstance(each, str)]


def _per_file(value: object) -> _Read:
    if not isinstance(value, Mapping):
        return None, [f'must be a table such as {{"tests/**" = ["FS1"]}}, not {_kind(value)}']
    pairs: list[tuple[str, tuple[str, ...]]] = []
    problems: list[str] = []
    for pattern, ignored in value.items():
        found, wrong = _selectors(ignored)
        problems += [f"for `{pattern}` {each}" for each in wrong]
        if found:
            pairs.append((str(pattern), cast("tuple[str, ...]", found)))
    return tuple(pairs), problems


def _orchestration(value: object) -> _Read:
    if value in ("parallel", "sequential"):
        return value, []
    return None, [f'must be "parallel" or "sequential", not {value!r}']


def _diagnostics(value: object) -> _Read:
    if value in ("open", "workspace"):
        return value, []
    return None, [f'must be "open" or "workspace", not {value!r}']


def _interpreter(value: object) -> _Read:
    if isinstance(value, str):
        return value or None, []
    return None, [f"must be the path of a Python, not {_kind(value)}"]


def _baseline(value: object) -> _Read:
    if isinstance(value, str):
        return value or None, []
    return None, [f"must be the path of a file, not {_kind(value)}"]


def _kind(value: object) -> str:
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list"
    return repr(value)


def _absolute(path: Path) -> Path:
    """The path from the top, without `..`, symbolic links as they stand."""
    return Path(os.path.abspath(path))  # noqa: PTH100


def _kebab(key: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", key).lower().replace("_", "-")


_READERS: Mapping[str, Callable[[object], _Read]] = {
    "select": _selectors,
    "ignore": _selectors,
    "severity": _severity,
    "exclude": _globs,
    "per-file-ignores": _per_file,
    "orchestration": _orchestration,
    "diagnostics": _diagnostics,
    "baseline": _baseline,
    "interpreter": _interpreter,
}
KEYS = tuple(_READERS)
"""All settings, as they are written in pyproject.toml."""

assert {key.replace("-", "_") for key in KEYS} | {"root", "baselined"} == {field.name for field in fields(Settings)}
