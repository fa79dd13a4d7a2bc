"""Local paths of files and folders: `file.download_sync()` where one is needed, or a variable for several.

Flyte 1 downloaded once, however often a file was used. Flyte 2 downloads at each call, so where a function uses a file
more than once, or says where it wants it downloaded, a variable holds the path.
"""

from __future__ import annotations

from collections import defaultdict

from tree_sitter import Node

from flyteshift.migration.data.record import Download, Record
from flyteshift.migration.names import free
from flyteshift.migration.scopes import bound
from flyteshift.migration.trees import text, walk

_SIMPLE = frozenset({"identifier", "attribute"})
_TIGHT = frozenset({"attribute", "subscript", "call"})


def settle(record: Record) -> None:
    """The edits of all downloads."""
    groups: dict[tuple[int, str], list[Download]] = defaultdict(list)
    for found in record.downloads.values():
        function = found.scope.function
        groups[(function.start_byte if function is not None else -1, text(found.base))].append(found)
    taken: dict[int, set[str]] = {}
    for (at, _), places in groups.items():
        places.sort(key=lambda d: d.region.start_byte)
        function = places[0].scope.function
        if at not in taken:
            everything = record.draft.document.tree.root_node
            taken[at] = {text(n) for n in walk(function or everything) if n.type == "identifier"} | (
                bound(function) if function is not None else set()
            )
        rest = _with_variable(record, places, taken[at])
        for place in rest:
            _inline(record, place)


def _with_variable(record: Record, places: list[Download], taken: set[str]) -> list[Download]:
    """Give those places a variable that one can serve; the others."""
    first = places[0]
    if first.base.type not in _SIMPLE or first.scope.function is None:
        return places
    for place in places:
        if place.statement and _is_own(place) and place is places[0]:
            served = [p for p in places if not p.statement and _reaches(place, p)]
            if served:
                name = _name(place, taken)
                taken.add(name)
                start, end = record.span(place.region)
                record.put(start, end, f"{name} = {_call(record, place)}")
                for other in served:
                    record.replace(other.region, name.join(other.around))
                return [p for p in places if p is not place and p not in served]
    several = [p for p in places if not p.statement and _is_own(p) and not p.kind.optional]
    said = [p for p in places if p.statement]
    if len(several) + len(said) < 2 or (said and not several):
        return places
    together = sorted([*several, *said], key=lambda d: d.region.start_byte)
    at = _common(together)
    if at is None or _rebound(at, together) or not all(_is_line(record, p) for p in said):
        return places
    row = record.draft.document.lines.line_of(record.span(at).start)
    start = record.draft.document.lines.starts[row]
    indent = record.draft.document.text[start : record.span(at).start]
    if indent.strip():
        return places
    name = _name(first, taken)
    taken.add(name)
    newline = record.draft.style.newline
    record.put(start, start, f"{indent}{name} = {_call(record, first)}{newline}")
    for place in several:
        record.replace(place.region, name.join(place.around))
    for place in said:
        lines = record.draft.document.lines
        row = lines.line_of(record.span(place.region).start)
        record.put(lines.starts[row], lines.starts[row + 1], "")
    return [p for p in places if p not in several and p not in said]


def _is_line(record: Record, place: Download) -> bool:
    """True for a statement that has its lines for itself and stands among others."""
    statement = place.region.parent
    block, lines = statement.parent if statement is not None else None, record.draft.document.lines
    if statement is None or block is None or len(block.named_children) < 2:
        return False
    row = lines.line_of(record.span(statement).start)
    alone = lines.line_text(row).strip() == text(statement)
    return alone and row + 1 < len(lines)


def _name(place: Download, taken: set[str]) -> str:
    last = text(place.base).rpartition(".")[2]
    wanted = f"local_{last}" if last.endswith("path") else f"{last}_path"
    return wanted if wanted not in taken else free(f"local_{last}_path", taken)


def _call(record: Record, place: Download) -> str:
    if place.scope.waits:
        return f"await {text(place.base)}.download()"
    return f"{text(place.base)}.download_sync()"


def _block_of(node: Node) -> tuple[Node, Node]:
    """The block that a node's statement stands in, and the statement."""
    child = node
    above = node.parent
    while above is not None and above.type not in ("block", "module"):
        child, above = above, above.parent
    return above or child, child


def _reaches(place: Download, other: Download) -> bool:
    """True where a path that one place has got is still the one that another needs."""
    block, statement = _block_of(place.region)
    if not (statement.end_byte <= other.region.start_byte and other.region.end_byte <= block.end_byte):
        return False
    return not _rebound(statement, [other])


def _common(places: list[Download]) -> Node | None:
    """The statement that is the first of the innermost block around all places."""
    block, _ = _block_of(places[0].region)
    while block.end_byte < places[-1].region.end_byte or block.start_byte > places[0].region.start_byte:
        if block.parent is None:
            return None
        block, _ = _block_of(block)
    return next((n for n in block.named_children if n.end_byte >= places[0].region.end_byte), None)


def _rebound(at: Node, places: list[Download]) -> bool:
    """True where the variable is set between a statement and the last place."""
    root = text(places[0].base).partition(".")[0]
    function = places[0].scope.function
    for node in walk(function) if function is not None else ():
        if node.type != "identifier" or text(node) != root:
            continue
        above = node.parent
        while above is not None and above.type in (
            "pattern_list",
            "tuple_pattern",
            "list_pattern",
            "as_pattern_target",
        ):
            node, above = above, above.parent
        sets = above is not None and above.type in (
            "assignment",
            "augmented_assignment",
            "for_statement",
            "for_in_clause",
        )
        target = above is not None and (
            (sets and above.child_by_field_name("left") == node) or above.type in ("as_pattern", "named_expression")
        )
        if target and at.start_byte <= node.start_byte < places[-1].region.start_byte:
            return True
    return False


def _inline(record: Record, place: Download) -> None:
    base, region = record.span(place.base), record.span(place.region)
    above, waits = place.region.parent, place.scope.waits
    tight = waits and above is not None and above.type in _TIGHT and above.named_children[0] == place.region
    before, after = place.around
    before += ("(" if tight else "") + ("await " if waits else "")
    after = (".download()" if waits else ".download_sync()") + (")" if tight else "") + after
    if before or region.start < base.start:
        record.put(region.start, base.start, before)
    if base.end < region.end:
        record.put(base.end, region.end, after)
    else:
        record.close(base.end, after)


def _is_own(place: Download) -> bool:
    """True where a place reads a variable of the function itself, not one of a comprehension or a function inside."""
    root = text(place.base).partition(".")[0]
    above = place.base.parent
    while above is not None and above != place.scope.function:
        if above.type in ("function_definition", "class_definition"):
            return False
        if above.type == "lambda" and root in {text(n) for n in walk(above.child_by_field_name("parameters") or above)}:
            return False
        for clause in above.named_children if above.type.endswith(("_comprehension", "generator_expression")) else ():
            if clause.type == "for_in_clause":
                left = clause.child_by_field_name("left")
                if left is not None and root in {text(n) for n in walk(left)}:
                    return False
        above = above.parent
    return above is not None
