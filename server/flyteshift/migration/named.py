"""NamedTuples that several files share: a Flyte 2 run loses their names, and `Out(*task(...))` gives them back."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import NamedTuple

from tree_sitter import Node

from flyteshift.migration import foreign
from flyteshift.migration.foreign import Outside
from flyteshift.migration.trees import text
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Class, Symbol
from flyteshift.workspace.project import Defined, Project

_NO_TUPLES = frozenset({*sys.stdlib_module_names, "pandas", "numpy", "torch", "sklearn", "pydantic", "dataclasses_json",
                        "mashumaro"})  # fmt: skip
"""Packages whose classes are no NamedTuples; what is built with `typing.NamedTuple` is known as one."""
_DATACLASS = re.compile(r"@\s*(dataclasses\.)?dataclass\b")


class Home(NamedTuple):
    """The module that defines a NamedTuple, and its name there."""

    model: Model
    name: str


class Written(NamedTuple):
    """How a file writes a NamedTuple; `imported`: it has to import it for that."""

    name: str
    imported: bool = False


def home(model: Model, outside: Outside | None, kind: Node | None) -> Home | None:
    """Where the NamedTuple is defined that an annotation or callee names; None for other things."""
    value = model.value(kind) if kind is not None else None
    if isinstance(value, Class) and value.named:
        return Home(model, text(kind))
    if not isinstance(value, Symbol) or outside is None:
        return None
    found = outside.project.find(outside.path, value.name)
    there = outside.project.model(found.path) if found is not None else None
    is_one = found is not None and isinstance(found.value, Class) and found.value.named
    return Home(there, found.name) if is_one and found is not None and there is not None else None


def may_be(model: Model, outside: Outside | None, kind: Node | None) -> bool:
    """True where an annotation names a class of another module that may be a NamedTuple, for all that is seen."""
    value = model.value(kind) if kind is not None else None
    if kind is None or kind.type not in ("identifier", "attribute") or not isinstance(value, Symbol):
        return False
    if value.name.partition(".")[0] in _NO_TUPLES:
        return False
    return outside is None or not _is_other(outside.project, outside.path, value.name)


def _is_other(project: Project, importer: Path, dotted: str) -> bool:
    """True where an imported name is a class of the project that is seen to be no NamedTuple."""
    found = project.find(importer, dotted)
    if (
        found is None
        or foreign.bare(project, found) != "class"
        or (isinstance(found.value, Class) and found.value.named)
    ):
        return False
    return _extends_no_tuple(project, found.path, found.name)


def _extends_no_tuple(project: Project, path: Path, name: str) -> bool:
    """True for a class that is a dataclass, or has no base that may be a NamedTuple."""
    model = project.model(path)
    whole = foreign.statement_of(model, name, "class_definition") if model is not None else None
    if model is None or whole is None:
        return False
    if any(n.type == "decorator" and _DATACLASS.match(text(n)) for n in whole.named_children):
        return True
    holder = (whole.child_by_field_name("definition") or whole).child_by_field_name("superclasses")
    bases = [n for n in holder.named_children if n.type != "keyword_argument"] if holder is not None else []
    for base in bases:
        value = model.value(base)
        if isinstance(value, Symbol) and value.name.partition(".")[0] in _NO_TUPLES:
            continue
        here = (
            isinstance(value, Class)
            and value.name == text(base) != name
            and _extends_no_tuple(project, path, value.name)
        )
        if not here and not (isinstance(value, Symbol) and _is_other(project, path, value.name)):
            return False
    return True


def returned(found: Defined, project: Project) -> tuple[str, Home | None]:
    """The return annotation of another file's task, and the NamedTuple that it is."""
    model, kind = project.model(found.path), _annotation(found, project)
    return text(kind), home(model, Outside(found.path, project), kind) if model is not None else None


def perhaps(found: Defined, project: Project) -> str:
    """The class that another file's task gives, if it may be a NamedTuple for all that is seen; empty: it is not."""
    model, kind = project.model(found.path), _annotation(found, project)
    return text(kind) if model is not None and may_be(model, Outside(found.path, project), kind) else ""


def _annotation(found: Defined, project: Project) -> Node | None:
    """The return annotation of another file's task."""
    statement = foreign.definition(project, found)
    function = (statement.child_by_field_name("definition") or statement) if statement is not None else None
    holder = function.child_by_field_name("return_type") if function is not None else None
    return holder.named_children[0] if holder is not None and holder.named_children else None


def gives(found: Defined, project: Project) -> bool:
    """True where another file's task gives a NamedTuple, wherever that is defined."""
    return found.named or isinstance(found.value, Class) or returned(found, project)[1] is not None


def written(path: Path, callee: str, found: Defined, name: str, project: Project) -> Written | None:
    """A NamedTuple that the module of another file's task calls `name`, for a file that calls the task `callee`.

    None where it has no name here, or the name is another thing.
    """
    model, (holder, _, _) = project.model(path), callee.rpartition(".")
    if model is None or not name.isidentifier():
        return None
    there = project.find(path, f"{found.module}{'' if found.module.endswith('.') else '.'}{name}")
    if holder and there is not None:
        modules = (dotted for alias, dotted in project.modules(path, model) if alias == holder)
        offered = (project.find(path, f"{dotted}{'' if dotted.endswith('.') else '.'}{name}") for dotted in modules)
        if any(each is not None and (each.path, each.name) == (there.path, there.name) for each in offered):
            return Written(f"{holder}.{name}")
    if name not in model.names.events:
        return Written(name, imported=True)
    value = model.names.final(name)
    here = project.find(path, value.name) if isinstance(value, Symbol) else None
    same = here is not None and there is not None and (here.path, here.name) == (there.path, there.name)
    return Written(name) if same else None


def fields(of: Home) -> list[str] | None:
    """The fields of a NamedTuple, where it is defined in a way that shows."""
    for node in of.model.document.tree.root_node.children:
        if node.type == "class_definition" and text(node.child_by_field_name("name")) == of.name:
            body = node.child_by_field_name("body")
            parts = (
                [n.named_children[0] for n in body.named_children if n.type == "expression_statement"] if body else []
            )
            typed = [p for p in parts if p.type == "assignment" and p.child_by_field_name("type") is not None]
            return [text(p.child_by_field_name("left")) for p in typed]
        if node.type == "expression_statement" and node.named_children and node.named_children[0].type == "assignment":
            made = node.named_children[0]
            right = made.child_by_field_name("right")
            if text(made.child_by_field_name("left")) == of.name and right is not None and right.type == "call":
                return _made_fields(right)
    return None


def _made_fields(call: Node) -> list[str] | None:
    """The fields of `NamedTuple("N", a=int)` or `NamedTuple("N", [("a", int)])`."""
    holder = call.child_by_field_name("arguments")
    if holder is None:
        return None
    given = [n for n in holder.named_children if n.type != "comment"][1:]
    if len(given) == 1 and given[0].type in ("list", "tuple"):
        return [text(next(iter(n.named_children), None)).strip("\"'") for n in given[0].named_children]
    if not all(n.type == "keyword_argument" for n in given):
        return None
    return [text(n.child_by_field_name("name")) for n in given]
