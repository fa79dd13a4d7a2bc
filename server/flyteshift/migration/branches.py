"""Chains of `conditional(...)` laid out as `if` statements: the author's code, names and comments at new places.

Works on code in which the conditions are Python's and everything else is Flyte 2 already.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from tree_sitter import Node

from flyteshift.migration import chains, scopes
from flyteshift.migration.chains import Case, Chain
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import indents
from flyteshift.rewriting.calls import Style
from flyteshift.rewriting.imports import LINT
from flyteshift.text import Document, Edit, Span
from flyteshift.text.document import parse

__all__ = ["Style", "edits", "is_whole", "names_around"]


@dataclass
class _Remarks:
    """The comments of one case: above its `if`, behind it, above what it does, behind and below that."""

    above: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Page:
    document: Document
    style: Style
    unit: str


def edits(document: Document, roots: Sequence[int], style: Style) -> list[Edit]:
    """The edits that lay out the outermost chains that start at the offsets `roots`."""
    by_statement: dict[int, tuple[Node, list[Chain]]] = {}
    for root in roots:
        chain = _chain_at(document, root)
        if chain is not None:
            statement = _statement(chain.top)
            by_statement.setdefault(statement.start_byte, (statement, []))[1].append(chain)
    return [
        e for statement, found in by_statement.values() for e in _statement_edits(document, style, statement, found)
    ]


def is_whole(statement: Node, outer: Node) -> bool:
    """True where an expression is all that a statement assigns, returns or runs."""
    above = outer.parent
    while above is not None and above.type == "assignment" and above.parent is not None:
        if above.child_by_field_name("right") != outer:
            return False
        outer, above = above, above.parent
    return above == statement


def _chain_at(document: Document, root: int) -> Chain | None:
    byte = document.byte_offset(root)
    node = document.tree.root_node.descendant_for_byte_range(byte, byte + 1)
    while node is not None and node.type != "call":
        node = node.parent
    return chains.read(node) if node is not None else None


def _statement(node: Node) -> Node:
    while node.parent is not None and node.type not in ("expression_statement", "return_statement"):
        node = node.parent
    return node


def _statement_edits(document: Document, style: Style, statement: Node, found: list[Chain]) -> Iterator[Edit]:
    page = _Page(document, style, indents.unit(document, statement))
    start = document.span(statement).start
    indent = indents.indent_at(document, start)
    if len(found) == 1 and is_whole(statement, found[0].outer):
        above, end = _comment_behind(document, statement)
        prefix = document.text[start : document.span(found[0].outer).start]
        lines = [*(indent + c for c in above), *_lines(page, found[0], prefix, indent)]
        yield Edit(Span(start, end), style.newline.join(lines)[len(indent) :])
        return
    taken = names_around(statement)
    for chain in found:
        name = _fresh(chain, taken)
        taken.add(name)
        lines = _lines(page, chain, f"{name} = ", indent)
        yield Edit(Span(start, start), style.newline.join([*lines, indent])[len(indent) :])
        yield Edit(document.span(chain.outer), name)


def _comment_behind(document: Document, statement: Node) -> tuple[list[str], int]:
    """The comment on a statement's last line, and where the statement ends with it."""
    following = statement.next_named_sibling
    end = document.span(statement).end
    if following is None:
        following = statement.next_sibling
    if following is None or following.type != "comment" or following.start_point.row != statement.end_point.row:
        return [], end
    return [c for c in [text(following)] if not LINT.match(c)], document.span(following).end


def _lines(page: _Page, chain: Chain, prefix: str, indent: str) -> list[str]:
    """The `if` statement of a chain; `prefix` stands before the value of each branch: `return `, `x = `."""
    lines: list[str] = []
    for case, remarks in zip(chain.cases, _remarks(chain), strict=True):
        if case.condition is None and _changes_nothing(case, prefix) and remarks == _Remarks():
            continue
        lines += [indent + c for c in remarks.above]
        lines += _behind(_head(page, case, indent), remarks.behind)
        lines += [indent + page.unit + c for c in remarks.inside]
        lines += _behind(_branch(page, case, prefix, indent + page.unit), remarks.after)
        lines += [indent + page.unit + c for c in remarks.below]
        if not case.fails:
            prefix = re.sub(r"\A(\w+)\s*:[^=]*=", r"\1 =", prefix)  # one annotation is enough
    return lines


def _head(page: _Page, case: Case, indent: str) -> list[str]:
    word = case.word.rstrip("_")
    if case.condition is None:
        return [f"{indent}{word}:"]
    document, condition = page.document, case.condition
    several = condition.start_point.row != condition.end_point.row
    if (several and any(n.type == "comment" for n in walk(condition))) or indents.texts(condition):
        inner = indents.moved(document, condition, indent + page.unit)
        return [f"{indent}{word} (", indent + page.unit + inner[0], *inner[1:], f"{indent}):"]
    one_line = f"{indent}{word} {_joined(document.source(condition))}:"
    if len(one_line) <= page.style.width:
        return [one_line]
    operator, parts = _operands(condition)
    sources = [_joined(document.source(p)) for p in parts]
    inner = [sources[0], *(f"{operator} {s}" for s in sources[1:])]
    return [f"{indent}{word} (", *(indent + page.unit + s for s in inner), f"{indent}):"]


def _joined(source: str) -> str:
    """Code without texts of several lines, on one line."""
    lines = [line.strip() for line in source.splitlines()]
    return re.sub(r"(?<=[(\[]) | (?=[)\]])", "", " ".join(lines)) if len(lines) > 1 else source


def _operands(condition: Node) -> tuple[str, list[Node]]:
    """The outermost operator of a condition and all that it joins."""
    condition = chains.stripped(condition)
    if condition.type != "boolean_operator":
        return "", [condition]
    operator = text(condition.child_by_field_name("operator"))
    parts: list[Node] = []
    node: Node | None = condition
    while (
        node is not None and node.type == "boolean_operator" and text(node.child_by_field_name("operator")) == operator
    ):
        right = node.child_by_field_name("right")
        parts = [right, *parts] if right is not None else parts
        node = node.child_by_field_name("left")
    return operator, [node, *parts] if node is not None else parts


def _branch(page: _Page, case: Case, prefix: str, indent: str) -> list[str]:
    nested = _nested(case.value)
    if nested is not None:
        return _lines(page, nested, prefix, indent)
    lines = indents.moved(page.document, case.value, indent)
    if case.fails:
        lines = ["raise ValueError(" + lines[0], *lines[1:]]
        lines[-1] += ")"
    elif _changes_nothing(case, prefix):
        lines = ["pass"]
    else:
        source = "\n".join(["x = " + lines[0], *lines[1:]])
        whole = len(parse(source).children) == 1 and not parse(source).has_error
        lines = [prefix + ("" if whole else "(") + lines[0], *lines[1:]]
        lines[-1] += "" if whole else ")"
    return [indent + lines[0], *lines[1:]]


def _changes_nothing(case: Case, prefix: str) -> bool:
    """True for a value that nothing is done with, and for that of the variable that the chain sets: `x = x`."""
    if case.fails or case.value.type == "call":
        return False
    return not prefix or (case.value.type == "identifier" and prefix == f"{text(case.value)} = ")


def _nested(value: Node) -> Chain | None:
    value = chains.stripped(value)
    root = chains.root_of(value) if value.type == "call" else value
    chain = chains.read(root) if root != value else None
    return chain if chain is not None and chain.top == value else None


def _behind(lines: list[str], comments: list[str]) -> list[str]:
    """The lines with a comment behind the last one; more comments go above."""
    if not comments:
        return lines
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip(" \t"))]
    return [*(indent + c for c in comments[:-1]), *lines[:-1], f"{lines[-1]}  {comments[-1]}"]


def _remarks(chain: Chain) -> list[_Remarks]:
    """The comments of a chain by the case that they belong to; those inside of values stay there."""
    found = [_Remarks() for _ in chain.cases]
    for comment in _comments(chain):
        at = comment.start_byte
        index = next((i for i, c in enumerate(chain.cases) if at < c.action.end_byte), len(chain.cases) - 1)
        case, remarks = chain.cases[index], found[index]
        before = comment.prev_sibling
        trailing = before is not None and before.end_point.row == comment.start_point.row
        last = chain.cases[index - 1] if index else None
        if at >= case.action.end_byte:
            (remarks.after if trailing and _nested(case.value) is None else remarks.below).append(text(comment))
        elif at < case.test.end_byte:
            if last is not None and trailing and before is not None and before.end_byte == last.action.end_byte:
                behind = found[index - 1]
                (behind.after if _nested(last.value) is None else behind.below).append(text(comment))
            else:
                remarks.above.append(text(comment))
        elif at < case.value.start_byte:
            ends_head = trailing and before is not None and before.end_byte == case.test.end_byte
            (remarks.behind if ends_head else remarks.inside).append(text(comment))
        else:
            simple = trailing and _nested(case.value) is None
            (remarks.after if simple else remarks.below).append(text(comment))
    return found


def _comments(chain: Chain) -> Iterator[Node]:
    """The comments of a chain and of the parentheses around it, in text order, without those of values."""
    kept = {c.value.id for c in chain.cases} | {c.condition.id for c in chain.cases if c.condition is not None}
    stack = [chain.outer]
    while stack:
        node = stack.pop()
        if node.id in kept:
            continue
        if node.type == "comment":
            yield node
        stack.extend(reversed(node.children))


def names_around(statement: Node) -> set[str]:
    """The names that a new variable must not have: of the function around, of the module, of Python."""
    above: Node = statement
    while above.parent is not None and above.type != "function_definition":
        above = above.parent
    found = {*dir(builtins), *keyword.kwlist}
    found |= {text(n) for n in walk(above) if n.type == "identifier" and not scopes.is_label(n)}
    root = above
    while root.parent is not None:
        root = root.parent
    return found | _module_names(root)


@lru_cache(maxsize=4)
def _module_names(root: Node) -> set[str]:
    """The functions and classes of a module, and all names outside of them."""
    found = set()
    for node in root.named_children:
        inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        if inner is not None and inner.type in ("function_definition", "class_definition"):
            found.add(text(inner.child_by_field_name("name")))
        else:
            found |= {text(n) for n in walk(node) if n.type == "identifier" and not scopes.is_label(n)}
    return found


def _fresh(chain: Chain, taken: set[str]) -> str:
    """A name for the value of a chain: that of the chain, else that of the argument that it is."""
    given = chains.given(chain.root)
    wanted = [text(n).strip("\"'") for n in given if n.type == "string"]
    above = chain.outer.parent
    if above is not None and above.type == "keyword_argument":
        wanted.append(text(above.child_by_field_name("name")))
    wanted = [re.sub(r"\W+", "_", w).strip("_").lower() for w in wanted]
    wanted = [w for w in [*wanted, "chosen"] if w.isidentifier()]
    wanted += [f"{w}_result" for w in wanted] + [f"chosen{i}" for i in range(2, len(taken) + 3)]
    return next(w for w in wanted if w not in taken)
