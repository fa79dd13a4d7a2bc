"""What the tasks of a migrated module return is stamped: `artifacts.new(value, artifacts.Metadata(name="model"))`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tree_sitter import Node

from flyteshift.migration import bodies
from flyteshift.migration.trees import text
from flyteshift.rewriting import imports
from flyteshift.rewriting.calls import Argument, Style, print_call
from flyteshift.text import Document, Edit, Span


def stamped(
    metadata: Mapping[str, Sequence[Mapping[int, list[str]]]], style: Style, document: Document
) -> list[Edit] | None:
    """The edits of a migrated module that stamp what its tasks return; None where they return other things."""
    edits: list[Edit] = []
    for statement in document.tree.root_node.children:
        function = statement.child_by_field_name("definition")
        name = text(function.child_by_field_name("name")) if function is not None else ""
        if function is None or name not in metadata:
            continue
        returns = [n for n in bodies.own_nodes(function) if n.type == "return_statement"]
        if len(returns) != len(metadata[name]):
            return None
        for node, said in zip(returns, metadata[name], strict=True):
            values = [n for n in node.named_children if n.type != "comment"]
            if max(said) > 0 or values[0].type in ("expression_list", "tuple"):
                values = [n for n in values[0].named_children if n.type != "comment"]
            for index, code in said.items():
                edits.append(_wrapped(document, values[index], code, style))
        edits.append(_produces(document, next(n for n in statement.children if n.type == "decorator")))
    line = _imported(document)
    return sorted([*edits, line], key=lambda e: e.span) if line is not None else None


def _wrapped(document: Document, value: Node, metadata: Sequence[str], style: Style) -> Edit:
    """A returned value as an artifact, on one line where that fits."""
    span = document.span(value)
    line = document.lines.line_text(document.lines.line_of(span.start))
    start = line[: len(line) - len(line.lstrip())]
    said = f"artifacts.Metadata({', '.join(metadata)})"
    given = [Argument(document.source(value)), Argument(said)]
    code = print_call("artifacts.new", given, style, start, len("return "))
    inner = start + style.indent
    if "\n" in code and len(inner) + len(said) >= style.width:
        said = print_call("artifacts.Metadata", [Argument(m) for m in metadata], style, inner, spread=True)
        code = print_call("artifacts.new", [given[0], Argument(said)], style, start)
    return Edit(span, code)


def _produces(document: Document, decorator: Node) -> Edit:
    """The edit that says of a task that it produces artifacts."""
    expression = decorator.named_children[0]
    end = document.span(expression).end
    if expression.type != "call":
        return Edit(Span(end, end), "(produces_artifacts=True)")
    holder = expression.child_by_field_name("arguments")
    given = [n for n in holder.named_children if n.type != "comment"] if holder is not None else []
    if not given:
        return Edit(Span(end - 1, end - 1), "produces_artifacts=True")
    last = given[-1]
    at = document.span(last).end
    own_line = expression.end_point[0] > last.end_point[0]
    newline = document.lines.newline_at(at)
    separator = f",{newline}{' ' * last.start_point[1]}" if own_line else ", "
    return Edit(Span(at, at), f"{separator}produces_artifacts=True")


def _imported(document: Document) -> Edit | None:
    """The line that imports the module, below the one that imports `flyte`; None where there is none."""
    found = next((s for s in imports.statements(document) for n in s.names if text(n) == "flyte"), None)
    if found is None:
        return None
    end = document.lines.end_of(document.lines.line_of(document.span(found.node).end))
    return Edit(Span(end, end), f"{document.lines.newline_at(end)}from flyte import artifacts")
