"""`[*f(x), y]` as `[*(f(x)), y]`: tree-sitter reads the star of the first form as one of `f` alone.

So a call, an attribute or a sum behind a star is read as what it is. The parentheses go once the module is migrated.
"""

from __future__ import annotations

from tree_sitter import Node

from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written
from flyteshift.migration.trees import text
from flyteshift.semantics.model import Model
from flyteshift.text import Document, Edit, Span

_GOES_ON = frozenset({"call", "attribute", "subscript", "binary_operator"})
"""What may begin with a star that belongs to all of it."""
_TIGHT = frozenset({"call", "attribute", "subscript", "await", "identifier"})
"""What means the same behind a star without parentheses."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that put parentheses around what stands behind a star."""
    document = model.document
    edits: list[Edit] = []
    for star in document.nodes("list_splat") if "*" in document.text else ():
        whole = _whole(star)
        if whole != star:
            span = document.span(whole)
            edits += [Edit(Span(span.start + 1, span.start + 1), "("), Edit(Span(span.end, span.end), ")")]
    own = {text(star) for star in document.nodes("list_splat")} if edits else set()
    return Written(edits, afterwards=lambda made: _without(made, own)) if edits else Written()


def _whole(star: Node) -> Node:
    """All of the expression that begins with a star."""
    while (above := star.parent) is not None and above.type in _GOES_ON and above.start_byte == star.start_byte:
        star = above
    return star


def _without(made: Document, own: set[str]) -> list[Edit]:
    """The edits that take the parentheses off, but for those that the module had itself."""
    edits = []
    for star in made.nodes("list_splat"):
        inside = star.named_children[0] if len(star.named_children) == 1 else None
        held = inside.named_children if inside is not None and inside.type == "parenthesized_expression" else []
        if inside is not None and len(held) == 1 and held[0].type in _TIGHT and text(star) not in own:
            span = made.span(inside)
            edits += [Edit(Span(span.start, span.start + 1), ""), Edit(Span(span.end - 1, span.end), "")]
    return edits
