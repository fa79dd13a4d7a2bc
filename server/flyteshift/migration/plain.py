"""Files without Flyte 1 that call workflows of those that are migrated: tests and scripts.

What such a file calls may become `async`, if each call can be written `asyncio.run(...)`. That holds for tests and for
scripts; in a library nobody knows from where it is called. How such a file is changed stands in adapted.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from tree_sitter import Node

from flyteshift.migration import parallel, reexported
from flyteshift.migration.foreign import SHARED
from flyteshift.migration.trees import is_read, text
from flyteshift.semantics.model import Model
from flyteshift.text import Document
from flyteshift.workspace import users
from flyteshift.workspace.project import Defined, Project

STRING = "{0} names `{1}` in a text"
_MAIN = re.compile(r"""^if\s+__name__\s*==\s*["']__main__["']""", re.MULTILINE)
_WORD = re.compile(r"[^\W\d]\w*")
_PLAIN = frozenset(["int", "float", "str", "bool", "None", "list", "dict", "tuple", "List", "Dict", "Tuple", "Optional",
                    "Union", "typing", "datetime", "timedelta"])  # fmt: skip
QUOTED = re.compile(r"""["'](?:\w+\.)+(\w+)["']""")
"""A text that may name something of a module: `"steps.load"`."""


def obstacle(path: Path, name: str, owner: Path, project: Project, others: Collection[Path]) -> str | None:
    """Why a file cannot call a driver of another file that is `async`; None where it can.

    `others` are the files that may import this one.
    """
    model = project.model(path)
    shared = SHARED.format(path.name)
    if model is None or model.document.tree.root_node.has_error:
        return shared
    called = _called(path, owner, {name}, project)
    if not called:
        return None  # it only hands the name on
    if name in QUOTED.findall(model.document.text):
        return STRING.format(path.name, name)
    if not (is_test(path) or _MAIN.search(model.document.text)) or _is_async(model) or _ambiguous(path, project):
        return shared
    if any(path in project.imports(other) for other in others if other != path):
        return shared
    made = parallel.parallel(model.document, called, (), awaitable=frozenset(called))
    return shared if made.stuck else None


def more_than_called(path: Path, name: str, owner: Path, project: Project) -> str | None:
    """Where a file that stays Flyte 1 does more with a task than call it plainly, for a message; None: it does not.

    A plain call stands outside of what Flyte 1 runs and is no part of a Flyte 1 call, `with` or decorated function.
    """
    found = _uses(path, name, owner, project)
    return next((_place(path, node, document) for node, document, plainly in found if not plainly), None)


def used_at(path: Path, name: str, owner: Path, project: Project) -> str | None:
    """Where a file first uses a name of another one, for a message; None where it only imports it."""
    return next((_place(path, node, document) for node, document, _ in _uses(path, name, owner, project)), None)


def _place(path: Path, node: Node, document: Document) -> str:
    return f"{path.name} (line {document.lines.line_of(document.span(node).start) + 1})"


def calls(path: Path, name: str, owner: Path, project: Project) -> bool:
    """True where a file that stays Flyte 1 calls a task plainly, whatever else it does with it."""
    return any(plainly for _, _, plainly in _uses(path, name, owner, project))


def _uses(path: Path, name: str, owner: Path, project: Project) -> Iterator[tuple[Node, Document, bool]]:
    """The uses of a task by a file, in text order; the last of the three is True for a plain call."""
    model = project.model(path)
    if model is None:
        return
    document = model.document
    flyte1 = [reference.span for reference in model.references() if reference.flyte1]
    flyte1 += [span for span, _, _ in reexported.flyte1(path, project)]
    names = _called(path, owner, {name}, project)
    for node in document.nodes("identifier", "attribute", "string"):
        if text(node) in names and node.type != "string" and is_read(node):
            call = node.parent
            plain = call is not None and call.type == "call" and call.child_by_field_name("function") == node
            spans = [document.span(part) for part in _around(node)]
            inside = any(s.start <= at.start and at.end <= s.end for s in spans for at in flyte1)
            yield node, document, plain and not inside and not _fails(node)
        elif node.type == "string" and name in QUOTED.findall(text(node)):
            yield node, document, False


def uses(path: Path, name: str, owner: Path, project: Project) -> bool:
    """True where a file does more with a driver of another one than import it."""
    return bool(_called(path, owner, {name}, project))


def knows(model: Model, name: str) -> bool:
    """True where Flyte 1 and Flyte 2 give and get the same from the task of a name: plain values only."""
    for node in model.document.tree.root_node.children:
        function = node.child_by_field_name("definition")
        if function is None or text(function.child_by_field_name("name")) != name:
            continue
        parameters = function.child_by_field_name("parameters")
        kinds = [n.child_by_field_name("type") for n in (parameters.named_children if parameters is not None else ())]
        kinds.append(function.child_by_field_name("return_type"))
        return all(word in _PLAIN for kind in kinds if kind is not None for word in _WORD.findall(text(kind)))
    return False


def is_test(path: Path) -> bool:
    """True for what pytest collects."""
    return path.stem.startswith("test_") or path.stem.endswith("_test") or path.stem == "conftest"


def _fails(node: Node) -> bool:
    """True where the error of a call is looked at, which Flyte 1 wraps."""
    above = node.parent
    while above is not None:
        head = text(above.named_children[0]) if above.type == "with_statement" else ""
        if above.type == "try_statement" or "raises" in head:
            return True
        above = above.parent
    return False


def _around(node: Node) -> Iterator[Node]:
    """What decides how a call runs: its statement, and the heads of the blocks around it."""
    child, above = node, node.parent
    while above is not None and above.type != "module":
        if above.type == "decorated_definition":
            yield from (n for n in above.named_children if n.type == "decorator")
        elif above.type == "with_statement":
            yield from (n for n in above.named_children if n != child)
        elif above.type == "function_definition":
            yield from (n for n in (above.child_by_field_name("parameters"),) if n is not None)
        elif above.type not in ("block", "class_definition", "if_statement", "for_statement", "while_statement"):
            yield above
        child, above = above, above.parent


def _called(path: Path, owner: Path, names: Collection[str], project: Project) -> set[str]:
    """The names under which a file has drivers of another one, where it does more than import them."""
    model = project.model(path)
    found = {n for n, used in users.used_by(path, project) if used.path == owner and used.name in names}
    nodes = model.document.nodes("identifier", "attribute") if model is not None else ()
    read = {text(n) for n in nodes if is_read(n)}
    return found & read


def _is_async(model: Model) -> bool:
    """True where a file has `async` code, so that an event loop may be running."""
    document = model.document
    functions = document.nodes("function_definition")
    waits = any(n.children[0].type == "async" for n in functions) or document.nodes("await")
    return bool(waits or document.identifiers("pytest_asyncio"))


def _ambiguous(path: Path, project: Project) -> bool:
    """True where a name is one thing in one function and another one elsewhere."""
    seen: dict[str, Defined] = {}
    pairs = [*users.used_by(path, project)]
    return any((known := seen.setdefault(name, used)).path != used.path or known.name != used.name
               for name, used in pairs)  # fmt: skip
