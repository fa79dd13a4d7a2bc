"""Branches that all end before the first error is raised (policies.py), as one `asyncio.gather` that gives errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from tree_sitter import Node

from flyteshift.migration.branches import names_around
from flyteshift.migration.gather import target_of
from flyteshift.migration.sequential import Code
from flyteshift.migration.stages import Step, share, step_of
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import indents
from flyteshift.text import Document, Edit, Span

_FAILURES = re.compile(r"(failures(?:_\d+)?): list\[Exception\] = \[\]\Z")


@dataclass(frozen=True)
class Finished:
    """Branches of one call each, from the list of what has failed to the `if` that raises the first."""

    first: Node
    last: Node
    steps: Sequence[Step]


def finished(code: Code, driver: str) -> tuple[list[Finished], bool]:
    """The branches of a driver that can be gathered; True where there are others, of several calls."""
    found: list[Finished] = []
    others = False
    for block in walk(code.functions[driver]):
        for node in block.named_children if block.type == "block" else ():
            match = _FAILURES.match(text(node))
            if match:
                made = _read(code, node, match[1])
                others |= made is None
                found += [made] if made is not None else []
    return found, others


def _read(code: Code, first: Node, failures: str) -> Finished | None:
    steps: list[Step] = []
    node = first.next_named_sibling
    while node is not None and node.type == "try_statement":
        body = node.child_by_field_name("body")
        statements = [n for n in body.named_children if n.type != "comment"] if body is not None else []
        step = step_of(statements[0], code, raises=False) if len(statements) == 1 else None
        if step is None or step.call is None or step.wrapper or step.branches or _comments(step) is None:
            return None
        step.writes = code.writes(step.node)
        steps.append(step)
        node = node.next_named_sibling
    if node is None or not text(node).startswith(f"if {failures}:"):
        return None
    if any(share(one, other) for one, other in combinations(steps, 2)):
        return None
    return Finished(first, node, steps)


def edits(document: Document, found: Finished, argument: Callable[[Step, str], str]) -> list[Edit]:
    """The edit that gathers the branches, each as `argument` prints it, and raises the first error."""
    newline = document.lines.newline_at(0)
    span = Span(document.span(found.first).start, document.span(found.last).end)
    indent, step = indents.indent_at(document, span.start), indents.unit(document, found.first)
    taken = names_around(found.first)
    results, result = (next(n for n in (w, f"all_{w}", f"{w}_") if n not in taken) for w in ("results", "result"))
    rows = []
    for each in found.steps:
        above, behind = _comments(each) or ((), "")
        rows += [f"{indent}{step}{comment}" for comment in above]
        call = argument(each, indent + step)
        if each.call is not None and not any(newline in text(n) for n in walk(each.call) if n.type == "string"):
            call = call.replace(f"{newline}    ", newline)  # it stands as deep as under its `try`
        rows.append(f"{indent}{step}{call},{'  ' + behind if behind else ''}")
    gathered = ["await asyncio.gather(", *rows, f"{indent}{step}return_exceptions=True,", f"{indent})"]
    check = [f"{indent}{step}if isinstance({result}, BaseException):", f"{indent}{step}{step}raise {result}"]
    if all(each.target is None for each in found.steps):
        lines = [f"for {result} in {gathered[0]}", *gathered[1:-1], f"{indent}):", *check]
    else:
        targets = ", ".join(target_of(each.target) for each in found.steps)
        lines = [f"{results} = {gathered[0]}", *gathered[1:], f"{indent}for {result} in {results}:", *check]
        lines.append(f"{indent}{targets} = {results}")
    return [Edit(span, newline.join(lines))]


def _comments(step: Step) -> tuple[list[str], str] | None:
    """The comments above the statement of a `try`, and the one behind it; None where there are others."""
    around = step.node.parent.parent if step.node.parent is not None else None
    above: list[str] = []
    behind = ""
    for comment in (n for n in walk(around) if n.type == "comment") if around is not None else ():
        if comment.end_byte <= step.node.start_byte:
            above.append(text(comment))
        elif comment.start_byte >= step.node.end_byte and comment.start_point.row == step.node.end_point.row:
            behind = text(comment)
        else:
            return None
    return above, behind
