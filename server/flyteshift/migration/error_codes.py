"""The codes that errors of tasks have in Flyte 2, for the classes that Flyte 1 code names.

The code of an error is the name of its class, and a subclass has another name: a class can be asked for by codes only
where flyteshift sees all of its subclasses.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

from tree_sitter import Node

from flyteshift.migration import awaits
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.rewriting import imports

ERROR = "flyte.errors.RuntimeUserError"
BROAD = frozenset({"", "Exception", "BaseException"})
"""What catches every error, and what fails in a task with it."""
TEXT = (
    "`{0}` gives another value in Flyte 2: in Flyte 1 the text of the error began with the place of the task, and it "
    "had the attributes of its class. Print it, or ask `.code`."
)
_PRINTED = frozenset({"print", "info", "warning", "warn", "error", "exception", "debug", "critical", "log", "fail"})
_SEARCHES = frozenset({"assertIn", "assertRegex", "search"})
_MOST = 6
"""The codes that one line asks for at most."""

_BUILTIN: Mapping[str, tuple[str, ...]] = {
    "ValueError": ("UnicodeError", "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeTranslateError"),
    "KeyError": (),
    "IndexError": (),
    "LookupError": ("KeyError", "IndexError"),
    "ZeroDivisionError": (),
    "OverflowError": (),
    "ArithmeticError": ("ZeroDivisionError", "OverflowError", "FloatingPointError"),
    "RuntimeError": ("NotImplementedError", "RecursionError"),
    "NotImplementedError": (),
    "AttributeError": (),
    "AssertionError": (),
    "TypeError": (),
    "FileNotFoundError": (),
    "FileExistsError": (),
    "PermissionError": (),
    "TimeoutError": (),
}
"""The built-in exceptions that can be asked for by codes, with their built-in subclasses (Python 3.10 to 3.13)."""
_IMPORTED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "ValueError": {"json": ("JSONDecodeError",), "statistics": ("StatisticsError",), "tomllib": ("TOMLDecodeError",)},
    "KeyError": {"zoneinfo": ("ZoneInfoNotFoundError",)},
    "AttributeError": {"dataclasses": ("FrozenInstanceError",)},
}
"""Subclasses of the standard library, by the modules that raise them."""
_QUIET = frozenset([
    "__future__", "abc", "argparse", "asyncio", "collections", "contextlib", "copy", "csv", "dataclasses",
    "datetime", "enum", "flytekit", "functools", "itertools", "json", "logging", "math", "operator", "os",
    "pathlib", "pytest", "random", "re", "shutil", "statistics", "string", "sys", "tempfile", "textwrap", "time",
    "tomllib", "traceback", "typing", "typing_extensions", "union", "unittest", "uuid", "warnings", "zoneinfo",
])  # fmt: skip
"""Modules whose exceptions are the built-in ones, those of `_IMPORTED`, or no subclasses of those in `_BUILTIN`."""
_CODECS = re.compile(r"encod|decod|open|read|write|bytes|codec")
"""What code that can fail to encode or decode has in it."""


def codes(draft: Draft, names: list[str], started: list[Node]) -> list[str] | None:
    """The codes of all errors that these classes catch; None where flyteshift cannot see all of them."""
    if any(text(n) not in draft.tasks and draft.entity(n) is not None for n in started):
        return None  # a task of another file, whose imports are not looked at
    found: dict[str, None] = {}
    own = _own_classes(draft)
    for name in names:
        some = _family(draft, name, own)
        if some is None:
            return None
        found |= dict.fromkeys(some)
    return list(found) if len(found) <= _MOST else None


def _family(draft: Draft, name: str, own: Mapping[str, list[str]]) -> list[str] | None:
    if name in draft.model.names.multiple:
        return None
    shared = draft.outside.shared if draft.outside is not None else {}
    if name in own:
        return None if name in shared else [name, *_below(name, own)]
    if name not in _BUILTIN or name in draft.model.names.events:
        return None
    roots = _imported_roots(draft)
    if not roots <= _QUIET:
        return None
    found = [name, *_BUILTIN[name]]
    if name == "ValueError" and not _CODECS.search(draft.document.text):
        found = [name]
    for module, more in _IMPORTED.get(name, {}).items():
        found += more if module in roots else ()
    return [*found, *(c for each in found for c in _below(each, own))]


def _below(name: str, own: Mapping[str, list[str]]) -> list[str]:
    """The classes of the module that extend one, also through others."""
    found = [c for c, bases in own.items() if name in bases]
    return [*found, *(c for each in found for c in _below(each, own))]


def _own_classes(draft: Draft) -> dict[str, list[str]]:
    """The top-level classes of the module with their bases as written."""
    found = {}
    for statement in draft.document.tree.root_node.children:
        inner = statement.child_by_field_name("definition") or statement
        if inner.type == "class_definition":
            bases = inner.child_by_field_name("superclasses")
            found[text(inner.child_by_field_name("name"))] = [text(n) for n in bases.named_children] if bases else []
    return found


def _imported_roots(draft: Draft) -> set[str]:
    """The packages that the module imports anything of; a relative import is one called `.`."""
    found = set()
    for statement in imports.statements(draft.document):
        module = text(statement.node.child_by_field_name("module_name"))
        for name in [module] if module else [text(n.child_by_field_name("name") or n) for n in statement.names]:
            root = name.partition(".")[0] or "."
            found.add(root if root in sys.stdlib_module_names or root in _QUIET else f"other {root}")
    return found


def asked(names: list[str], *, equal: bool = False) -> str:
    """What compares a code with names."""
    one, several = ("==", "in") if equal else ("!=", "not in")
    return f'{one} "{names[0]}"' if len(names) == 1 else f"{several} (" + ", ".join(f'"{n}"' for n in names) + ")"


def is_sync(draft: Draft, node: Node) -> bool:
    """True for a task of this module that is no coroutine."""
    task = draft.tasks.get(text(node))
    return task is not None and not awaits.is_async(task.function) and not task.driver


def is_told(node: Node, name: str) -> bool:
    """True where an error is printed, logged, raised again, or its text is searched."""
    inside, above = node, node.parent
    if above is not None and above.type == "attribute":
        return text(above) == f"{name}.__class__"  # told of by itself
    while above is not None and above.type not in ("block", "expression_statement"):
        if above.type == "raise_statement":
            return True
        function = above.child_by_field_name("function") if above.type == "call" else None
        called = text(function).rpartition(".")[2]
        if called in _PRINTED or called in _SEARCHES or called in ("isinstance", "type", "issubclass"):
            return True
        if above.type == "comparison_operator":
            return re.search(r"\bin\b", text(above)) is not None and inside != above.named_children[0]
        if function is not None and called not in ("str", "repr") and not _is_raised(above):
            return False
        inside = above
        above = inside.parent
    return False


def _is_raised(call: Node) -> bool:
    """True for the new error in `raise Mine(...)`."""
    return call.parent is not None and call.parent.type == "raise_statement"
