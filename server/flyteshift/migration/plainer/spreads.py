"""`@task(**COMMON)` with the settings of the dict `COMMON` written out: settings are read by their names.

Only for dicts of the module that nothing changes, and for values that are worth the same wherever they stand.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import callees, constants, leftovers, scopes
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.written import Written, exported
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit

_STILL = frozenset({"datetime.timedelta", "os.environ.get", "os.getenv"})
"""What gives the same at each call, while a module is imported."""
_ACTS = frozenset({"await", "yield", "lambda", "named_expression", "list_comprehension", "set_comprehension",
                   "dictionary_comprehension", "generator_expression"})  # fmt: skip


def written(model: Model, outside: Outside | None = None) -> Written:
    """The calls of Flyte 1 with the dicts that they unpack written out."""
    if "**" not in model.document.text:
        return Written()
    draft = Draft(model, {}, outside)
    edits: list[Edit] = []
    read: set[str] = set()
    for call in dict.fromkeys(
        s.parent.parent for s in model.document.nodes("dictionary_splat") if s.parent is not None
    ):
        if call is None or not _is_flyte1(draft, call):
            continue
        given = _given(draft, call)
        for spread in _spreads(call):
            items = entries(draft, spread.named_children[0])
            if items is None or not items or any(name in given for name in items):
                continue
            given |= items.keys()
            read.add(text(spread.named_children[0]))
            edits.append(Edit(draft.span(spread), ", ".join(f"{k}={v}" for k, v in items.items())))
    gone = list(_unread(draft, edits, read))
    kept = [e for e in edits if not any(g.span.start <= e.span.start and e.span.end <= g.span.end for g in gone)]
    return Written([*kept, *gone])


def _is_flyte1(draft: Draft, call: Node) -> bool:
    """True for a call of Flyte 1, and for a `partial` of something of it."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    holder = call.child_by_field_name("arguments")
    if function is not None and callees.is_partial(draft, call) and holder is not None and holder.named_children:
        function = holder.named_children[0]
    return function is not None and draft.symbol(function) is not None


def _spreads(call: Node) -> Iterator[Node]:
    holder = call.child_by_field_name("arguments")
    return (n for n in holder.named_children if n.type == "dictionary_splat") if holder is not None else iter(())


def _given(draft: Draft, call: Node) -> set[str]:
    """The keywords of a call, those of its dicts not counted."""
    holder = call.child_by_field_name("arguments")
    words = [n for n in holder.named_children if n.type == "keyword_argument"] if holder is not None else []
    return {text(n.child_by_field_name("name")) for n in words}


def entries(draft: Draft, node: Node, seen: frozenset[str] = frozenset()) -> dict[str, str] | None:
    """The items of a dict that is written here, or that a name of the module holds and nothing changes, as code.

    None where they do not show.
    """
    if node.type == "identifier":
        right = constants.assigned(draft, text(node))
        if right is None or text(node) in seen or not _is_kept(draft, node, right):
            return None
        return entries(draft, right, seen | {text(node)})
    if node.type == "call" and text(node.child_by_field_name("function")) == "dict":
        holder = node.child_by_field_name("arguments")
        children = holder.named_children if holder is not None and "dict" not in draft.model.names.events else [node]
    else:
        children = node.named_children if node.type == "dictionary" else [node]
    found: dict[str, str] = {}
    for item in children:
        if item.type == "dictionary_splat":
            inner = entries(draft, item.named_children[0], seen)
            if inner is None:
                return None
            found |= inner
            continue
        key = item.child_by_field_name("key") or item.child_by_field_name("name")
        value = item.child_by_field_name("value")
        name = _key(draft, item, key)
        if not name.isidentifier() or value is None or not is_still(draft, value):
            return None
        found[name] = text(value)
    return found


def _key(draft: Draft, item: Node, key: Node | None) -> str:
    if item.type == "keyword_argument":
        return text(key)
    known = constants.evaluate(draft, key) if item.type == "pair" and key is not None else None
    return known.value if known is not None and isinstance(known.value, str) else ""


def is_still(draft: Draft, value: Node) -> bool:
    """True for an expression that is worth the same wherever a module has it at its top level."""
    for node in walk(value):
        if node.type in _ACTS or node.type == "comment":
            return False
        if node.type == "identifier" and scopes.is_load(node) and text(node) in draft.model.names.multiple:
            return False
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is not None and draft.symbol(function) is None:
            made = draft.model.value(function)
            if not isinstance(made, Symbol) or made.name not in _STILL:
                return False
    return True


def _is_kept(draft: Draft, name: Node, right: Node) -> bool:
    """True for a name that means the module's dict here, and that is only ever unpacked."""
    made = right.parent
    return callees.binding(name) == made and all(
        n.parent is not None and n.parent.type == "dictionary_splat"
        for n in callees.loads(callees.scope(right), text(name))
    )


def _unread(draft: Draft, edits: list[Edit], names: set[str]) -> Iterator[Edit]:
    """The edits that take out the dicts that nothing unpacks any more."""
    gone: list[Node] = []
    written = leftovers.words(edits)
    while True:
        before = len(gone)
        for name in sorted(names - written):
            right = constants.assigned(draft, name)
            statement = right.parent.parent if right is not None and right.parent is not None else None
            if right is None or statement is None or statement in gone or exported(draft, name):
                continue
            inner = (n.named_children[0] for n in walk(right) if n.type == "dictionary_splat")
            names |= {text(n) for n in inner if n.type == "identifier"}
            reads = callees.loads(draft.document.tree.root_node, name)
            taken = [*(e.span for e in edits), *(draft.span(n) for n in gone)]
            if all(any(s.start <= draft.span(n).start < s.end for s in taken) for n in reads):
                gone.append(statement)
        if len(gone) == before:
            break
    yield from imports.drop_all(draft.document, gone)
