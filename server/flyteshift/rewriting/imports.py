"""The import service: imported names go, import statements come, everything else stays byte for byte."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.text import Document, Edit, Span

LINT = re.compile(
    r"#\s*(noqa|type:|pyright:|pylint:|isort:|ruff:|mypy:|fmt:|yapf:|pragma:|nosec|noinspection)", re.IGNORECASE
)
"""A comment for a linter, which means its line and goes with it."""
_HOLDERS = frozenset(
    [
        "block",
        "function_definition",
        "class_definition",
        "decorated_definition",
        "if_statement",
        "elif_clause",
        "else_clause",
        "try_statement",
        "except_clause",
        "except_group_clause",
        "finally_clause",
        "with_statement",
        "for_statement",
        "while_statement",
        "match_statement",
        "case_clause",
    ]
)
"""What holds statements."""
_NAMES = ("dotted_name", "aliased_import", "wildcard_import")


@dataclass(frozen=True)
class Statement:
    """One import statement: its node and the nodes of the names that it imports."""

    node: Node
    names: tuple[Node, ...]


def statements(document: Document) -> list[Statement]:
    """All import statements of a document, those inside functions and blocks included, in text order."""
    known: list[Statement] | None = document.__dict__.get("_imports")
    if known is None:
        # Kept with the document itself: an equal one has nodes of its own.
        known = document.__dict__["_imports"] = _statements(document)
    return [*known]


def _statements(document: Document) -> list[Statement]:
    found = []
    for node in _walk_statements(document.tree.root_node, document.data):
        if node.type == "import_statement":
            found.append(Statement(node, _imported(node)))
        elif node.type in ("import_from_statement", "future_import_statement"):
            module = node.child_by_field_name("module_name")
            found.append(Statement(node, tuple(n for n in _imported(node) if n != module)))
    return found


def replace(
    document: Document, removed: Collection[Span], added: Sequence[str], beside: Collection[Span] = ()
) -> list[Edit]:
    """The edits that take the imported names at the spans `removed` out and put the statements `added` in.

    A span is that of a name as imported (`task` in `from flytekit import task as t`) or of a dotted module. The new
    statements stand where the first removed one of the module's own level stood, else above the first that imports one
    of the names `beside`; standard library modules go among the others, in order.
    """
    gone = set(removed)
    standard = [line for line in added if _root(line) in sys.stdlib_module_names]
    other = [line for line in added if line not in standard]
    if not other and _leads(document, gone):
        standard, other = other, standard
    edits: list[Edit] = []
    anchored = not other
    for statement in statements(document):
        out = [n for n in statement.names if document.span(name_of(n)) in gone]
        if not out:
            continue
        anchor = not anchored and _at_module_level(statement.node)
        if len(out) < len(statement.names):
            edits += _drop_names(document, statement, out)
            if anchor:
                edits.append(_line_after(document, statement.node, other))
        elif anchor:
            edits.append(_stand_in(document, statement.node, other))
        else:
            edits += drop(document, statement.node, gone)
        anchored = anchored or anchor
    if not anchored:
        edits.append(_above(document, beside, other) or _first_line(document, other))
    return [*_standard(document, standard, gone), *edits]


def together(lines: Sequence[str]) -> list[str]:
    """Import statements, those that import names of one module as one: `from flyte.io import Dir, File`."""
    names: dict[str, list[str]] = {}
    for line in lines:
        module, found, name = line.partition(" import ")
        names.setdefault(module if found and line.startswith("from ") else line, []).append(name)
    return [
        f"{line} import {', '.join(sorted(found))}" if line.startswith("from ") else line
        for line, found in names.items()
    ]


def _leads(document: Document, gone: Collection[Span]) -> bool:
    """True where the first import of a module goes as a whole, and none of the standard library stands beside it."""
    there = [s for s in statements(document) if _at_module_level(s.node) and s.names]
    if any(_root(document.source(s.node)) in sys.stdlib_module_names for s in there):
        return False
    return bool(there) and all(document.span(name_of(n)) in gone for n in there[0].names)


def _stand_in(document: Document, node: Node, lines: Sequence[str]) -> Edit:
    span = document.span(node)
    newline = document.lines.newline_at(span.start)
    return Edit(span, newline.join([*_inner_comments(document, node), *lines]))


def _line_after(document: Document, node: Node, lines: Sequence[str]) -> Edit:
    end = document.lines.end_of(document.lines.line_of(document.span(node).end))
    newline = document.lines.newline_at(end)
    return Edit(Span(end, end), "".join(newline + line for line in lines))


def _above(document: Document, names: Collection[Span], lines: Sequence[str]) -> Edit | None:
    """The lines above the first statement of the module's level that imports one of the names."""
    for statement in statements(document):
        start = document.span(statement.node).start
        at = document.lines.starts[document.lines.line_of(start)]
        named = any(document.span(name_of(n)) in names for n in statement.names)
        if named and at == start and _at_module_level(statement.node):
            return Edit(Span(at, at), "".join(line + document.lines.newline_at(at) for line in lines))
    return None


def _first_line(document: Document, lines: Sequence[str]) -> Edit:
    """New imports where none was removed at the module's level: after docstring and future imports."""
    at = 0
    newline = document.lines.newline_at(0)
    for node in document.tree.root_node.children:
        docstring = node.type == "expression_statement" and node.child_count == 1 and node.children[0].type == "string"
        if not (docstring or node.type in ("future_import_statement", "comment")):
            break
        if node.type != "comment":
            line = document.lines.line_of(document.span(node).end)
            at = document.lines.end_of(line, with_break=True)
    return Edit(Span(at, at), "".join(line + newline for line in lines))


def drop(document: Document, node: Node, gone: Collection[Span] = ()) -> list[Edit]:
    """The edits that take a whole statement out, with its line where nothing else stands on it.

    `gone` are the imported names that go as well, so that a block of such imports is left with a `pass`.
    """
    text, lines = document.text, document.lines
    start, end = document.span(node)
    first, last = lines.line_of(start), lines.line_of(end)
    head, tail = text[lines.starts[first] : start], text[end : lines.end_of(last)]
    if _alone_in_block(document, node, gone):
        return [Edit(Span(start, end), "pass")]
    kept = _inner_comments(document, node)
    if tail.strip().startswith("#") and not LINT.match(tail.strip()):
        kept.append(tail.strip())
        tail = ""
    elif LINT.match(tail.strip()):
        tail = ""
    if head.strip():
        return [Edit(Span(start - _gap_before(text, start), end), "")]
    if tail.strip():
        after = re.match(r"[ \t]*;[ \t]*", text[end:])
        return [Edit(Span(start, end + (after.end() if after else 0)), "")]
    newline = lines.newline_at(start)
    if kept:
        return [Edit(Span(lines.starts[first], lines.end_of(last)), newline.join(head + c for c in kept))]
    from_ = lines.starts[first]
    following = last + 1 >= len(lines) or not lines.line_text(last + 1).strip()
    while following and first > 0 and not lines.line_text(first - 1).strip():
        first -= 1
        from_ = lines.starts[first]
    leads = not first or _leaves_gap(document, node, gone)
    if following and from_ == lines.starts[lines.line_of(start)] and leads:
        while last + 1 < len(lines) - 1 and not lines.line_text(last + 1).strip():
            last += 1
    return [Edit(Span(from_, lines.end_of(last, with_break=True)), "")]


def drop_all(document: Document, nodes: Sequence[Node]) -> list[Edit]:
    """The edits that take whole statements out; several on lines in a row leave as much room as one would."""
    lines = document.lines
    edits: list[Edit] = []
    rows: list[list[Node]] = []
    for node in sorted(nodes, key=lambda n: n.start_byte):
        if rows and rows[-1][-1].end_point.row + 1 == node.start_point.row:
            rows[-1].append(node)
        else:
            rows.append([node])
    for row in rows:
        found = [e for node in row for e in drop(document, node)]
        first, last = lines.line_of(document.span(row[0]).start), lines.line_of(document.span(row[-1]).end)
        ends = last + 1 >= len(lines) or not lines.line_text(last + 1).strip()
        whole = len(row) > 1 and found[0].span.start == lines.starts[first] and not found[0].text
        while whole and ends and first > 0 and not lines.line_text(first - 1).strip():
            first -= 1
        if whole:
            found[0] = Edit(Span(lines.starts[first], found[0].span.end), "")
        edits += found
    return edits


def _leaves_gap(document: Document, node: Node, gone: Collection[Span]) -> bool:
    """True where a block would start with the blank lines below a statement, or have those above it as well."""
    if _at_module_level(node):
        return False
    above = node.prev_named_sibling
    while above is not None and _goes(document, above, gone):
        node, above = above, above.prev_named_sibling
    line = document.lines.line_of(document.span(node).start)
    return above is None or not document.lines.line_text(line - 1).strip()


def _goes(document: Document, node: Node, gone: Collection[Span]) -> bool:
    """True for an import all of whose names go."""
    names = next((s.names for s in statements(document) if s.node == node), ())
    return bool(names) and all(document.span(name_of(n)) in gone for n in names)


def _gap_before(text: str, start: int) -> int:
    """How many characters of `; ` stand before a statement that is not the first on its line."""
    match = re.search(r"[ \t]*;[ \t]*$", text[:start])
    return len(match.group()) if match else 0


def _drop_names(document: Document, statement: Statement, out: Sequence[Node]) -> list[Edit]:
    """The edits that take some of a statement's names out."""
    edits = []
    siblings = statement.node.children
    for node in out:
        index = siblings.index(node)
        start, end = document.span(node)
        after = siblings[index + 1] if index + 1 < len(siblings) else None
        if after is not None and after.type == ",":
            end = document.span(after).end
            end = _over_rest(document, start, end)
        else:
            before = siblings[index - 1]
            while before in out or before.type == ",":
                index -= 1
                before = siblings[index]
            start = document.span(before).end
        if _own_line(document, start, end):
            line = document.lines.line_of(start)
            start = document.lines.starts[line]
            end = document.lines.end_of(document.lines.line_of(end), with_break=True)
        edits.append(Edit(Span(start, end), ""))
    return _merged(edits)


def _over_rest(document: Document, start: int, end: int) -> int:
    """`end` moved over the blanks behind a removed name, and over its comment where the name had its own line."""
    text = document.text
    line = document.lines.line_of(start)
    rest = text[end : document.lines.end_of(line)]
    alone = not text[document.lines.starts[line] : start].strip()
    if alone and LINT.match(rest.strip()):
        return end + len(rest)
    return end + len(rest) - len(rest.lstrip(" \t")) if rest.strip() else end


def _own_line(document: Document, start: int, end: int) -> bool:
    lines = document.lines
    head = document.text[lines.starts[lines.line_of(start)] : start]
    tail = document.text[end : lines.end_of(lines.line_of(end))]
    return not head.strip() and not tail.strip()


def _merged(edits: list[Edit]) -> list[Edit]:
    """Deletions without overlaps."""
    out: list[Edit] = []
    for edit in sorted(edits):
        if out and edit.span.start <= out[-1].span.end:
            out[-1] = Edit(Span(out[-1].span.start, max(edit.span.end, out[-1].span.end)), "")
        else:
            out.append(edit)
    return out


def _standard(document: Document, lines: Sequence[str], gone: Collection[Span]) -> list[Edit]:
    """The insertions of standard library imports, in order among those that are there."""
    if not lines:
        return []
    newline = document.lines.newline_at(0)
    there = [s for s in statements(document) if s.node.parent == document.tree.root_node]
    there = [s for s in there if s.node.type == "import_statement" or s.node.type == "import_from_statement"]
    known = [s for s in there if _root(document.source(s.node)) in sys.stdlib_module_names]
    plain = [s for s in known if s.node.type == "import_statement"]
    edits = []
    for line in lines:
        later = [s for s in plain if _root(document.source(s.node)) > _root(line)]
        if later or (known and not plain):
            at = document.lines.starts[document.lines.line_of(document.span((later or known)[0].node).start)]
            edits.append(Edit(Span(at, at), line + newline))
        elif plain and _goes(document, plain[-1].node, gone):
            at = max(edit.span.end for edit in drop(document, plain[-1].node, gone))
            edits.append(Edit(Span(at, at), line + newline if at in document.lines.starts else newline + line))
        elif plain:
            end = document.lines.end_of(document.lines.line_of(document.span(plain[-1].node).end))
            edits.append(Edit(Span(end, end), newline + line))
        elif there:
            at = document.lines.starts[document.lines.line_of(document.span(there[0].node).start)]
            edits.append(Edit(Span(at, at), line + newline + (newline if line == lines[-1] else "")))
        else:
            edits.append(_first_line(document, [line]))
    return edits


def _inner_comments(document: Document, node: Node) -> list[str]:
    """The comments inside a statement, those for linters left out: they meant its lines."""
    found = [document.source(n).rstrip("\r") for n in _walk(node) if n.type == "comment"]
    return [c for c in found if not LINT.match(c)]


def _alone_in_block(document: Document, node: Node, gone: Collection[Span]) -> bool:
    """True for the first of a block's statements where all of them go."""
    block = node.parent
    if block is None or block.type != "block":
        return False
    body = [n for n in block.children if n.type not in ("comment", ";")]
    for other in body:
        if other.type not in ("import_statement", "import_from_statement"):
            return False
        if any(
            document.span(name_of(n)) not in gone
            for n in Statement(other, _imported(other)).names
            if _is_name(other, n)
        ):
            return False
    return node == body[0]


def _is_name(statement: Node, node: Node) -> bool:
    return node != statement.child_by_field_name("module_name")


def _imported(node: Node) -> tuple[Node, ...]:
    return tuple(n for n in node.children if n.type in _NAMES)


def name_of(node: Node) -> Node:
    """The name as imported, without its alias."""
    inner = node.child_by_field_name("name") if node.type == "aliased_import" else node
    return inner if inner is not None else node


def _at_module_level(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "module"


def _root(line: str) -> str:
    """The top-level module of an import statement's text."""
    match = re.match(r"(?:from|import)\s+(\w+)", line)
    return match.group(1) if match else ""


def _walk_statements(node: Node, data: bytes) -> Iterator[Node]:
    for child in node.named_children:
        if child.type in ("import_statement", "import_from_statement"):
            yield child
        elif child.type in _HOLDERS or child.type == "future_import_statement":
            yield child
            if data.find(b"import", child.start_byte, child.end_byte) >= 0:
                yield from _walk_statements(child, data)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)
