"""Code around calls of tasks that catches or expects their errors.

What fails in a task reached its caller in Flyte 1 as an exception of its own class. In Flyte 2 it arrives as a
`flyte.errors.RuntimeUserError` whose `code` is the name of the class, also through several tasks, in a run and (for
sync tasks) outside of one (measured with flyte 2.12). A subclass has another name, so a class can be asked for by its
code only where flyteshift sees all of them: those of the module, and those of Python where nothing else is imported.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping

from tree_sitter import Node

from flyteshift.migration import awaits, callees, scopes
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports, indents
from flyteshift.text import Edit, Span

ERROR = "flyte.errors.RuntimeUserError"
CAUGHT = (
    f"`except {{0}}` would not match: in Flyte 2 what fails in a task arrives as `{ERROR}`. "
    "Catch that `as error`, then `if error.code {1}: raise`; a subclass has a code of its own."
)
SEVERAL = (
    f"These `except` would not match: in Flyte 2 what fails in a task arrives as `{ERROR}`. Make them one clause for "
    'that, `as error`, with `if error.code == "{0}":` and so on, and `raise` at the end.'
)
GROUP = f"`except*` would not match: in Flyte 2 what fails in a task arrives as `{ERROR}`."
ASKED = f"`{{0}}` sees another class in Flyte 2: what fails in a task arrives as `{ERROR}`; ask `.code`."
TEXT = (
    "`{0}` gives another value in Flyte 2: in Flyte 1 the text of the error began with the place of the task, and it "
    "had the attributes of its class. Print it, or ask `.code`."
)
RAISES = f"In Flyte 2 calling `{{0}}` raises `{ERROR}`, whatever failed; expect that."
EXPECTED = f"This passes with every error of a task now: `{ERROR}` has the name of its class, here `{{0}}`, in `.code`."
_BROAD = frozenset({"", "Exception", "BaseException"})
_PRINTED = frozenset({"print", "info", "warning", "warn", "error", "exception", "debug", "critical", "log", "fail"})
_EXPECTS = frozenset({"raises", "assertRaises", "assertRaisesRegex"})
_CANNOT_FAIL = frozenset([
    "argument_list", "assignment", "await", "block", "call", "comment", "expression_statement", "false", "float",
    "identifier", "integer", "keyword_argument", "none", "pass_statement", "return_statement", "string",
    "string_content", "string_end", "string_start", "true",
])  # fmt: skip
"""The syntax of blocks in which only calls can fail."""
_MOST = 5
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


def edits(draft: Draft, direct: Mapping[str, Collection[str]]) -> list[Edit]:
    """The edits of what catches and expects errors of tasks; refuses what has no equal form.

    `direct` tells which functions and classes of the module each of them names.
    """
    runners = _runners(draft, direct)
    found: list[Edit] = []
    for node in walk(draft.document.tree.root_node):
        body = node.child_by_field_name("body") if node.type in ("try_statement", "with_statement") else None
        if body is None:
            continue
        started = list(_started(draft, body, runners))
        if started and node.type == "try_statement":
            found += _caught(draft, node, started)
        elif started:
            found += _expected(draft, node, started)
    return found


def _runners(draft: Draft, direct: Mapping[str, Collection[str]]) -> set[str]:
    """The module's plain functions and classes that start tasks, themselves or through others."""
    found = {_outermost(n) for n in walk(draft.document.tree.root_node) if n.type == "identifier" and _starts(draft, n)}
    grown = True
    while grown:
        more = {name for name, named in direct.items() if found.intersection(named)} - found
        grown = bool(more)
        found |= more
    return found - {""}


def _outermost(node: Node) -> str:
    """The name of the top-level function or class around a node."""
    name, above = "", node.parent
    while above is not None:
        if above.type in ("function_definition", "class_definition"):
            name = text(above.child_by_field_name("name"))
        above = above.parent
    return name


def _started(draft: Draft, body: Node, runners: Collection[str]) -> Iterator[Node]:
    """What a block calls that is a task, or a plain function that starts one."""
    for node in walk(body):
        called = node.parent is not None and callees.is_callee(node)
        if _starts(draft, node) or (called and node.type == "identifier" and text(node) in runners):
            yield node


def _starts(draft: Draft, node: Node) -> bool:
    """True for a task that is called, or run by a Flyte 1 call around it."""
    if node.type not in ("identifier", "attribute") or node.parent is None:
        return False
    return (callees.is_callee(node) or callees.is_target(draft, node)) and draft.entity(node) is not None


def _caught(draft: Draft, statement: Node, started: list[Node]) -> list[Edit]:
    clauses = [n for n in statement.named_children if n.type in ("except_clause", "except_group_clause")]
    narrow = [c for c in clauses if not _BROAD.intersection(caught(c))]
    for clause in clauses:
        _check_uses(draft, clause)
        if clause.type == "except_group_clause" or text(clause).removeprefix("except").lstrip().startswith("*"):
            draft.refuse(clause, GROUP)
            return []
    if not narrow:
        return []
    names = caught(narrow[0])
    known = codes(draft, names, started)
    if len(clauses) > 1:
        draft.refuse(narrow[0], SEVERAL.format(names[0].rpartition(".")[2]))
        return []
    if known is None or not _has_lines(narrow[0]):
        draft.refuse(narrow[0], CAUGHT.format(", ".join(sorted(names)), _asked(_last(names))))
        return []
    return _by_code(draft, narrow[0], known, alone=_is_alone(draft, statement, started))


def caught(clause: Node) -> list[str]:
    """The classes that an except clause names, as written; one empty text for a bare one."""
    kind = _kind(clause)
    if kind is None:
        return [""]
    return [text(n) for n in kind.named_children if n.type != "comment"] if kind.type == "tuple" else [text(kind)]


def _kind(clause: Node) -> Node | None:
    """What stands behind `except`, without the name behind `as`."""
    kinds = [n for n in clause.named_children if n.type not in ("block", "comment")]
    if not kinds:
        return None
    return kinds[0].named_children[0] if kinds[0].type == "as_pattern" else kinds[0]


def _alias(clause: Node) -> str:
    """The name behind `as`; empty where there is none."""
    return text(next((n for n in clause.named_children if n.type == "as_pattern"), None)).rpartition(" as ")[2].strip()


def _last(names: list[str]) -> list[str]:
    return [name.rpartition(".")[2] for name in names]


def _asked(names: list[str]) -> str:
    return f'!= "{names[0]}"' if len(names) == 1 else "not in (" + ", ".join(f'"{n}"' for n in names) + ")"


def _block(clause: Node) -> Node:
    return next(n for n in clause.named_children if n.type == "block")


def _has_lines(clause: Node) -> bool:
    """True where the block of a clause has lines of its own."""
    return _block(clause).start_point.row > clause.start_point.row


def _by_code(draft: Draft, clause: Node, known: list[str], *, alone: bool) -> list[Edit]:
    """The edits that make a clause one for errors of tasks of these codes; unless `alone`, also for other errors."""
    kind, block = _kind(clause), _block(clause)
    assert kind is not None
    start, end = draft.span(kind)
    alias = _alias(clause)
    function = callees.scope(clause)
    name = alias or next(n for n in ("error", "failure", "caught_error") if n not in _names(function))
    listed = ", ".join(caught(clause))
    classes = ERROR if alone else f"({listed}, {ERROR})"
    found = [Edit(Span(start, end), classes if alias else f"{classes} as {name}")]
    asked = f"{name}.code {_asked(known)}"
    test = asked if alone else f"isinstance({name}, {ERROR}) and {asked}"
    at = draft.span(block).start
    indent = indents.indent_at(draft.document, at)
    step = indents.unit(draft.document, clause)
    newline = draft.style.newline
    return [*found, Edit(Span(at, at), f"if {test}:{newline}{indent}{step}raise{newline}{indent}")]


def _names(around: Node) -> set[str]:
    return {text(n) for n in walk(around) if n.type == "identifier"}


def _is_alone(draft: Draft, statement: Node, started: list[Node]) -> bool:
    """True where nothing but sync tasks can fail in the block: then every error arrives as one of Flyte 2.

    What is awaited, `f.aio()` too, raises the error itself outside of a run.
    """
    body = statement.child_by_field_name("body")
    if awaits.around(statement) is not None:
        return False
    calls = {n.start_byte for n in started}
    for node in walk(body) if body is not None else ():
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is not None and function.start_byte not in calls:
            return False
        if node.type in (
            "attribute",
            "subscript",
            "binary_operator",
            "unary_operator",
            "assert_statement",
            "if_statement",
        ):
            return False
        if node.type in ("for_statement", "with_statement", "raise_statement", "pattern_list", "tuple_pattern"):
            return False
    return all(_is_sync(draft, node) for node in started)


def _is_sync(draft: Draft, node: Node) -> bool:
    """True for a task of this module that is no coroutine."""
    task = draft.tasks.get(text(node))
    return task is not None and not awaits.is_async(task.function) and not task.driver


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


def _check_uses(draft: Draft, clause: Node) -> None:
    """Refuse code that asks an error for what it was in Flyte 1."""
    alias = _alias(clause)
    for node in walk(_block(clause)) if alias else ():
        asks = _asks_class(node, alias)
        if asks is not None:
            draft.refuse(asks, ASKED.format(text(asks)))
        elif node.type == "identifier" and text(node) == alias and scopes.is_load(node) and not _is_told(node, alias):
            draft.refuse(node, TEXT.format(text(_whole(node))))


def _asks_class(node: Node, name: str) -> Node | None:
    """`isinstance(e, ...)`, `type(e)` and `e.__class__`."""
    if node.type == "attribute" and text(node) == f"{name}.__class__":
        return node
    function = node.child_by_field_name("function") if node.type == "call" else None
    holder = node.child_by_field_name("arguments")
    if text(function) not in ("isinstance", "type", "issubclass") or holder is None or not holder.named_children:
        return None
    return node if text(holder.named_children[0]) == name else None


def _whole(node: Node) -> Node:
    """`str(e)` or `e.args` around an error, else the error."""
    whole, above = node, node.parent
    while above is not None and above.type in ("argument_list", "call", "attribute", "interpolation", "string"):
        whole, above = above, above.parent
    return whole


def _is_told(node: Node, name: str) -> bool:
    """True where an error is printed, logged, raised again, or its text is searched."""
    inside, above = node, node.parent
    if above is not None and above.type == "attribute":
        return text(above) == f"{name}.__class__"  # told of by itself
    while above is not None and above.type not in ("block", "expression_statement"):
        if above.type == "raise_statement":
            return True
        function = above.child_by_field_name("function") if above.type == "call" else None
        called = text(function).rpartition(".")[2]
        if called in _PRINTED or called in ("isinstance", "type", "issubclass"):
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


def _expected(draft: Draft, statement: Node, started: list[Node]) -> list[Edit]:
    """The edits of `with pytest.raises(ValueError):` around a task; refuses other ways to expect a class."""
    items = [n for n in walk(statement.named_children[0]) if n.type == "with_item"]
    found: list[Edit] = []
    for item in items:
        call = next((n for n in walk(item) if n.type == "call" and _expects(n)), None)
        if call is not None:
            found += _expectation(draft, statement, item, call, started)
    return found


def _expects(call: Node) -> bool:
    return text(call.child_by_field_name("function")).rpartition(".")[2] in _EXPECTS


def _expectation(draft: Draft, statement: Node, item: Node, call: Node, started: list[Node]) -> list[Edit]:
    holder = call.child_by_field_name("arguments")
    given = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
    if not given or given[0].type == "keyword_argument":
        return []
    names = [text(n) for n in given[0].named_children] if given[0].type == "tuple" else [text(given[0])]
    if _BROAD.intersection(names):
        return []
    if any(name in ("TypeError", "AssertionError") or "Flyte" in name for name in names) or draft.uses(given[0]):
        draft.refuse(statement.named_children[0], RAISES.format(text(started[0])))
        return []
    alone = all(_is_sync(draft, node) for node in started)
    draft.note(given[0], EXPECTED.format(", ".join(names)))
    return [Edit(draft.span(given[0]), ERROR if alone else f"({', '.join(names)}, {ERROR})")]
