"""Calls of tasks that are started and not awaited yet, as `asyncio.gather` takes them."""

from __future__ import annotations

from collections.abc import Collection

from tree_sitter import Node

from flyteshift.migration.loops import Loop
from flyteshift.migration.sequential import Code, Mapped
from flyteshift.migration.stages import Step
from flyteshift.migration.trees import text, walk
from flyteshift.text import Document, Edit, Span, apply_edits


def gather_argument(code: Code, together: Collection[str], step: Step, indent: str) -> str:
    """A step as an argument of `asyncio.gather`, which stands at an indent."""
    assert step.call is not None
    if not step.branches:
        return _started(code, together, step.call)
    newline = code.document.lines.newline_at(0)
    parts: list[str] = []
    for branch in step.branches:
        parts.append(_started(code, together, branch.call))
        if branch.condition is not None:
            parts += ["if " + " ".join(text(branch.condition).split()), "else "]
    words = [parts[0]]
    for part in parts[1:]:
        words[-1:] = [words[-1] + part] if words[-1] == "else " else [words[-1], part]
    line = " ".join(words)
    if len(indent) + len(line) < 100 and newline not in line:
        return line
    return newline.join(["(", *(f"{indent}    {word}" for word in words), f"{indent})"])


def _started(code: Code, together: Collection[str], call: Node) -> str:
    """A call that is not awaited yet; a map as the calls of its task."""
    newline = code.document.lines.newline_at(0)
    found = code.mapped(call)
    if found is not None:
        return _each(code, together, found)
    start, end = code.document.span(call)
    source = apply_edits(code.document.text[start:end], [_shifted(e, -start) for e in aio(code, call, together)])
    several = newline in source and not any(newline in text(n) for n in walk(call) if n.type == "string")
    return source.replace(newline, newline + "    ") if several else source


def _each(code: Code, together: Collection[str], found: Mapped) -> str:
    """`asyncio.gather(*[f.aio(item, b=b) for item in xs])`."""
    used = {text(n) for part in (found.task, *found.lists, *found.bound) for n in walk(part) if n.type == "identifier"}
    item = next(n for n in ("item", "element", "each", "item_", "element_") if n not in used)
    over = text(found.lists[0]) if len(found.lists) == 1 else f"zip({', '.join(text(n) for n in found.lists)})"
    bound = "".join(f", {text(n)}" for n in found.bound)
    aio = "" if text(found.task) in together else ".aio"
    one = item if len(found.lists) == 1 else f"*{item}"
    return f"asyncio.gather(*[{text(found.task)}{aio}({one}{bound}) for {item} in {over}])"


def aio(code: Code, node: Node, together: Collection[str]) -> list[Edit]:
    """The edit that starts a task by `f.aio(...)`; none for what gives a coroutine by itself."""
    function = node.child_by_field_name("function")
    awaitable = {*together, *code.coroutines}
    if function is None or code.called(node) in awaitable:
        return []
    return [insert(code.document, function.end_byte, ".aio")]


def looped(code: Code, loop: Loop, together: Collection[str]) -> list[Edit]:
    """All calls of a loop at once: `list(await asyncio.gather(*[f.aio(x=x) for x in xs]))`."""
    document = code.document
    if loop.node.type != "for_statement":
        return [
            insert(document, loop.node.start_byte, "list(await asyncio.gather(*"),
            insert(document, loop.node.end_byte, "))"),
            *aio(code, loop.call, together),
        ]
    start, end = document.span(loop.call)
    call = apply_edits(document.text[start:end], [_shifted(e, -start) for e in aio(code, loop.call, together)])
    left, right = loop.node.child_by_field_name("left"), loop.node.child_by_field_name("right")
    head = f"for {text(left)} in {text(right)}"
    gathered = f"await asyncio.gather(*[{call} {head}])"
    return [Edit(document.span(loop.node), f"{text(loop.of)}.extend({gathered})" if loop.of is not None else gathered)]


def _shifted(edit: Edit, by: int) -> Edit:
    return Edit(edit.span.shifted(by), edit.text)


def insert(document: Document, byte: int, new: str) -> Edit:
    """The edit that puts new code at a byte."""
    at = document.code_point(byte)
    return Edit(Span(at, at), new)


def awaited_map(document: Document, node: Node) -> list[Edit]:
    """`list(flyte.map(...))` becomes `[r async for r in flyte.map.aio(...)]`."""
    call = node.parent.parent if node.parent is not None else None
    function = node.child_by_field_name("function")
    if call is None or function is None:
        return []
    start, end = document.span(call)
    inner = document.span(node)
    return [
        Edit(Span(start, inner.start), "[r async for r in "),
        insert(document, function.end_byte, ".aio"),
        Edit(Span(inner.end, end), "]"),
    ]


def is_listed(node: Node) -> bool:
    """True for `list(flyte.map(...))`."""
    call = node.parent.parent if node.parent is not None and node.parent.type == "argument_list" else None
    return call is not None and call.type == "call" and text(call.child_by_field_name("function")) == "list"
