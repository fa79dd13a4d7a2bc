"""The part of an example that is about one name: what a hover has room for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flyteshift.rules.rule import Example
from flyteshift.text.document import parse

LINES = 25
"""Longer modules are cut."""

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Block:
    """One top-level statement of a module with the comments right above it."""

    first: int
    """Its 0-based first line."""
    last: int
    above: int
    """How many blank lines stand above it."""
    text: str
    kind: str
    """The type of its syntax node."""
    names: frozenset[str]
    """What it binds at module level."""

    @property
    def is_import(self) -> bool:
        """True for import statements."""
        return self.kind in {"import_statement", "import_from_statement", "future_import_statement"}

    @property
    def words(self) -> frozenset[str]:
        """Every word in its text, so also every name that it uses."""
        return frozenset(_WORD.findall(self.text))


def best(examples: tuple[Example, ...], word: str) -> Example | None:
    """The first example that uses the word in its Flyte 1 code; without one the first of all, None of none."""
    for example in examples:
        if any(_uses(block, word) for block in blocks(example.before) if not block.is_import):
            return example
    return next((e for e in examples if re.search(rf"\b{re.escape(word)}\b", e.before)), next(iter(examples), None))


def cut(example: Example, word: str) -> tuple[str, str]:
    """Before and after, whole where both are short, else the statements about the word and what these need."""
    before, after = example.before.strip("\n"), example.after.strip("\n")
    if max(before.count("\n"), after.count("\n")) < LINES:
        return before, after
    old = blocks(before)
    about = [block for block in old if not block.is_import and _uses(block, word) and block.kind != "if_statement"]
    if not about:
        return before, after
    shown = _with_needs(about, [b for b in old if not _defines_function(b)])
    names = frozenset[str]().union(*(block.names for block in shown))
    new = blocks(after)
    known = frozenset[str]().union(*(block.names for block in old))
    kept = [block for block in new if block.names & names]
    if not kept:
        return _join(shown), after
    return _join(shown), _join(_with_needs(kept, [b for b in new if not _defines_function(b) or not b.names & known]))


def blocks(source: str) -> list[Block]:
    """The top-level statements of a module in order."""
    lines = source.split("\n")
    found: list[Block] = []
    first: int | None = None
    for node in parse(source).named_children:
        row, end = node.start_point.row, node.end_point.row
        if node.type == "comment":
            if found and found[-1].last == row:
                continue
            first = row if first is None else first
            continue
        first = row if first is None else first
        text = "\n".join(lines[first : end + 1])
        above = next((n for n in range(first) if lines[first - 1 - n].strip()), first)
        found.append(Block(first, end, above, text, node.type, _bound(node.type, "\n".join(lines[row : end + 1]))))
        first = None
    return found


_DEFINED = re.compile(r"^(?:async\s+def|def|class)\s+(\w+)", re.MULTILINE)
_ASSIGNED = re.compile(r"^(\w+(?:\s*,\s*\w+)*)\s*(?::[^=\n]+)?=(?!=)")


def _bound(kind: str, text: str) -> frozenset[str]:
    if kind in {"import_statement", "import_from_statement"}:
        tail = text.partition(" import ")[2] if kind == "import_from_statement" else text.removeprefix("import ")
        items = (re.sub(r"#.*", "", tail)).replace("(", " ").replace(")", " ").split(",")
        return frozenset(item.split(" as ")[-1].strip().split(".")[0] for item in items if item.strip())
    if kind in {"decorated_definition", "function_definition", "class_definition"}:
        return frozenset(_DEFINED.findall(text)[:1])
    if match := _ASSIGNED.match(text):
        return frozenset(_WORD.findall(match[1]))
    return frozenset()


def _defines_function(block: Block) -> bool:
    return bool(re.search(r"^(?:async\s+)?def ", block.text, re.MULTILINE))


def _uses(block: Block, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", block.text) is not None


def _with_needs(wanted: list[Block], offered: list[Block]) -> list[Block]:
    """The wanted blocks and those of the offered ones that bind a name which a kept block uses, in order."""
    kept = list(wanted)
    for block in kept:
        kept += [other for other in offered if other not in kept and other.names & block.words]
    return sorted(kept, key=lambda block: block.first)


def _join(kept: list[Block]) -> str:
    return "".join("\n" * (block.above + 1) + block.text for block in kept).lstrip("\n")
