"""Suppression comments: `# flyteshift: ignore[FS401, map-task]` for a line, `# flyteshift: ignore-file` for a file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tree_sitter import Node

from flyteshift.text import Document, Span
from flyteshift.workspace import selectors

_DIRECTIVE = re.compile(
    r"#[ \t]*flyteshift[ \t]*:[ \t]*(?P<verb>[\w-]*)[ \t]*(?P<list>\[[^\]\r\n]*\]?)?", re.IGNORECASE
)
_MENTION = re.compile(r"flyteshift[ \t]*:", re.IGNORECASE)
_EVERYTHING = frozenset({"ALL"})


class Problem(NamedTuple):
    """A suppression comment that does not do what it seems to."""

    span: Span
    message: str


class Directive(NamedTuple):
    """One suppression comment that counts."""

    span: Span
    line: int | None
    """Its 0-based line; None where it is for the whole file."""
    wanted: frozenset[str]
    """What it names."""


@dataclass(frozen=True)
class Suppressions:
    """The suppression comments of a document."""

    document: Document
    everywhere: frozenset[str] = frozenset()
    """Selectors for the whole file."""
    by_line: dict[int, frozenset[str]] = field(default_factory=dict)
    """Selectors for 0-based lines."""
    problems: tuple[Problem, ...] = ()
    directives: tuple[Directive, ...] = ()

    def hides(self, code: str, name: str, span: Span) -> bool:
        """Whether a finding is suppressed.

        Its own first and last line count, and the last line of a statement or decorator that goes over several lines.
        """
        if selectors.weight(self.everywhere, code, name):
            return True
        return any(
            selectors.weight(self.by_line.get(line, ()), code, name)
            for line in (self.lines_of(span) if self.by_line else ())
        )

    def lines_of(self, span: Span) -> Iterator[int]:
        """The lines whose comments count for a finding."""
        lines = self.document.lines
        yield lines.line_of(span.start)
        yield lines.line_of(max(span.end - 1, span.start))
        start, end = map(self.document.byte_offset, span)
        statement = _statement(self.document.tree.root_node.descendant_for_byte_range(start, end))
        if statement is not None:
            yield lines.line_of(self.document.code_point(max(statement.end_byte - 1, 0)))


def suppressions(document: Document, known: Collection[str] = ()) -> Suppressions:
    """The suppression comments of a document. Only real comments count, not text in strings.

    `known` holds the codes and names of all rules; with it, what names no rule is a problem.
    """
    kept: Suppressions | None = None if known else document.__dict__.get("_suppressions")
    if kept is None:
        kept = _read(document, known)
        if not known:  # asked for more than once per keystroke
            document.__dict__["_suppressions"] = kept
    return kept


def _read(document: Document, known: Collection[str]) -> Suppressions:
    if b"flyteshift" not in document.data.lower() or not _MENTION.search(document.text):
        return Suppressions(document)
    everywhere: frozenset[str] = frozenset()
    by_line: dict[int, frozenset[str]] = {}
    problems: list[Problem] = []
    directives: list[Directive] = []
    for match in _directives(document):
        span = Span(*match.span())
        wanted, wrong = _wanted(match, known)
        problems += [Problem(span, message) for message in wrong]
        line = document.lines.line_of(span.start)
        alone = not document.text[document.lines.starts[line] : _comment_start(document, span)].strip()
        verb = match["verb"].lower()
        if alone and (verb == "ignore-file" or (verb == "ignore" and _at_top(document, span))):
            everywhere |= wanted
            directives.append(Directive(span, None, wanted))
        elif verb == "ignore" and not alone:
            by_line[line] = by_line.get(line, frozenset()) | wanted
            directives.append(Directive(span, line, wanted))
        elif verb == "ignore":
            message = "`ignore` goes at the end of the line that it is for; for the whole file use `ignore-file`"
            problems.append(Problem(span, message))
        elif verb == "ignore-file":
            problems.append(Problem(span, "`ignore-file` needs a line of its own"))
        elif meant := selectors.did_you_mean(verb, ("ignore", "ignore-file")):
            problems.append(Problem(span, f"`{verb}` is not known{meant}"))
    return Suppressions(document, everywhere, by_line, tuple(problems), tuple(d for d in directives if d.wanted))


def _directives(document: Document) -> Iterator[re.Match[str]]:
    return (match for match in _DIRECTIVE.finditer(document.text) if _comment(document, match.start()) is not None)


def _comment(document: Document, offset: int) -> Node | None:
    """The comment that holds the character at an offset."""
    at = document.byte_offset(offset)
    node = document.tree.root_node.descendant_for_byte_range(at, at + 1)
    return node if node is not None and node.type == "comment" else None


def _comment_start(document: Document, span: Span) -> int:
    comment = _comment(document, span.start)
    return span.start if comment is None else document.code_point(comment.start_byte)


def _at_top(document: Document, span: Span) -> bool:
    """Whether an offset stands before the first statement."""
    statements = (node for node in document.tree.root_node.named_children if node.type != "comment")
    first = next(statements, None)
    return first is None or span.start < document.code_point(first.start_byte)


def _wanted(match: re.Match[str], known: Collection[str]) -> tuple[frozenset[str], list[str]]:
    """The selectors that a directive names, without those that are no rules, and what is wrong with it."""
    listed = match["list"]
    if listed is None:
        return _EVERYTHING, []
    if not listed.endswith("]"):
        return frozenset(), ["the list of codes has no closing bracket, so nothing is ignored"]
    named = [selectors.canonical(each) for each in listed[1:-1].split(",") if each.strip()]
    if not named:
        return frozenset(), ["the list of codes is empty, so nothing is ignored"]
    return frozenset(named), [wrong for each in named if known and (wrong := selectors.problem(each, known))]


_COMPOUND = frozenset(f"{each}_statement" for each in ("if", "for", "while", "try", "with", "match"))


def _statement(node: Node | None) -> Node | None:
    """The innermost decorator or simple statement that holds a node; None in the head of a compound statement."""
    while node is not None and node.type != "decorator" and not node.type.endswith("_statement"):
        node = node.parent
    return None if node is None or node.type in _COMPOUND else node
