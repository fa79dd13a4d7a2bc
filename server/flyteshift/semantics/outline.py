"""The facts of a module without those of plain functions and classes: what they bind is told by their first line.

Most statements of most modules neither use nor are something of Flyte or of another file. Where nothing is asked of a
module but what it binds, exports and uses of others, these need not be read.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

import tree_sitter

from flyteshift.semantics.expressions import ClassDefinition, Definition, Dotted, Event
from flyteshift.semantics.facts import read_text
from flyteshift.semantics.reader import Facts
from flyteshift.text import Document, Span

_WORD = re.compile(r"[A-Za-z_]\w*")
_BINDS_ELSEWHERE = re.compile(r"\b(?:global|import)\b|:=|flyte|union")
"""What may bind a name of the module from within, or name Flyte without one."""


_IMPORTS = frozenset({"import_statement", "import_from_statement"})


class _Plain(NamedTuple):
    """A function without decorator, or a class without bases, by its words."""

    at: int
    node: tree_sitter.Node
    name: str
    words: list[str]


def outlined(
    document: Document, read: Callable[[tree_sitter.Node, Span], Facts], imported: Iterable[str]
) -> list[tuple[Span, Facts]]:
    """The statements' spans and facts, of a text without syntax errors; `read` gives those of a statement's node.

    A function or class that names nothing of the module but the standard library only binds its name here. `imported`:
    the dotted names of what other files give.
    """
    text, offset = document.text, document.code_point
    found: list[tuple[Span, Facts]] = []
    plain: list[_Plain] = []
    for node in document.tree.root_node.children:
        kind = node.type
        if kind == "comment":
            continue
        span = Span(offset(node.start_byte), offset(node.end_byte))
        if kind in _IMPORTS:
            found.append((span, _import(text[span.start : span.end])))
            continue
        named = _defined(node) if kind.endswith("_definition") else None
        source = text[span.start : span.end] if named is not None else ""
        if named is not None and source.isascii() and not _BINDS_ELSEWHERE.search(source):
            name = document.data[named.start_byte : named.end_byte].decode()
            plain.append(_Plain(len(found), node, name, _WORD.findall(source)))
            value = Definition(name, (), None) if kind == "function_definition" else ClassDefinition(name, ())
            fact = Facts(source=source)
            fact.module.events[name] = [Event(len(source), (), value, source)]
        else:
            fact = read(node, span)
        found.append((span, fact))
    standard = sys.stdlib_module_names - {dotted.partition(".")[0] for dotted in imported}
    bound = ((name, events) for _, fact in found for name, events in fact.module.events.items())
    names = {name for name, events in bound if not _is_of(standard, events)}
    for each in plain:
        if "*" in names or each.words.count(each.name) > 1 or not names.isdisjoint({*each.words} - {each.name}):
            span = found[each.at][0]
            found[each.at] = span, read(each.node, span)
    return found


@lru_cache(maxsize=1 << 12)
def _import(source: str) -> Facts:
    """The facts of an import: the files of a workspace say much the same, most were seen before."""
    fact = read_text(source)
    fact.source = source
    return fact


def _defined(node: tree_sitter.Node) -> tree_sitter.Node | None:
    """The name of a function without decorator, or of a class without bases; None for other definitions."""
    inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
    if inner is None or (inner is not node and inner.type != "class_definition"):
        return None
    return None if inner.child_by_field_name("superclasses") is not None else inner.child_by_field_name("name")


def _is_of(roots: Collection[str], events: list[Event]) -> bool:
    """Whether a name only stands for imports of some top-level modules."""
    return all(isinstance(each.value, Dotted) and each.value.name.partition(".")[0] in roots for each in events)
