"""The imports: those of Flyte 1 go, those of Flyte 2 come, and what stands against that."""

from __future__ import annotations

import re

from tree_sitter import Node

from flyteshift.catalog.load import catalog
from flyteshift.migration import leftovers, scopes
from flyteshift.migration.draft import Draft
from flyteshift.migration.scopes import bound, is_label, parameters
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.expressions import Dotted
from flyteshift.semantics.references import Reference
from flyteshift.text import Document, Edit, Span

OFFERED = "Other modules may take the Flyte 1 name `{0}` from this one; let them import it themselves, then migrate."
_WORD = re.compile(r"[^\W\d]\w*")
_NAMED = re.compile(r"([\"'])flytekit(\.\w+)+\1")


def edits(draft: Draft) -> list[Edit]:
    """The Flyte 1 imports replaced by those of Flyte 2."""
    document, known = draft.document, draft.model.names.events
    removed: list[Span] = []
    kept: list[Span] = []
    for reference in draft.references:
        if reference.kind != "import":
            continue
        if reference.symbol.endswith(".*"):
            draft.refuse(reference.span, "A star import hides what is used; import the names.", reference.symbol)
            draft.claim(reference.span)
            continue
        draft.claim(reference.span)
        _refuse_registering(draft, reference)
        (kept if reference.span in draft.stays else removed).append(reference.span)
    wanted = sorted(draft.imports, key=lambda line: (line.startswith("from"), line))
    stay = {
        _bound_by(n) for s in imports.statements(document) for n in s.names if draft.span(imports.name_of(n)) in kept
    }
    added = []
    for line in wanted:
        name = line.rpartition(" ")[2].partition(".")[0]
        if _has_import(draft, line):
            continue
        if name in known and (name in stay or not _only_imports(draft, name)):
            draft.refuse(Span(0, 0), f"The module has a `{name}` of its own, which `{line}` would shadow.")
        added.append(line)
    _refuse_offered(draft, removed)
    _refuse_guarded(draft, removed)
    _refuse_exported(draft)
    _refuse_texts(draft)
    return imports.replace(document, [*removed, *leftovers.unread(draft)], imports.together(added), kept)


def _refuse_registering(draft: Draft, reference: Reference) -> None:
    """`import flytekitplugins.x` taught Flyte 1 types; where no Flyte 2 package does, it is not just left out."""
    known = catalog().symbol(reference.symbol)
    if reference.symbol.startswith("flytekitplugins.") and known is not None and known.kind == "module" and known.gone:
        draft.refuse(reference.span, known.message, reference.symbol)


def _only_imports(draft: Draft, name: str) -> bool:
    """True where the module binds a name by importing that package only, be it in a block, or by Flyte 1's imports."""
    values = [event.value for _, event in draft.model.names.events[name]]
    return all(isinstance(v, Dotted) and (v.name.partition(".")[0] == name or _goes(draft, v)) for v in values)


def _bound_by(imported: Node) -> str:
    """The name that an imported name is given in the module."""
    return text(imported.child_by_field_name("alias")) or text(imports.name_of(imported)).partition(".")[0]


def _goes(draft: Draft, imported: Dotted) -> bool:
    """True for an import of Flyte 1, which a migration takes out."""
    return draft.model.names.catalog.is_flyte1(imported.name)


def _has_import(draft: Draft, line: str) -> bool:
    """True where the module has this import at its top."""
    return any(
        n.type in ("import_statement", "import_from_statement") and " ".join(text(n).split()) == line
        for n in draft.document.tree.root_node.children
    )


def _refuse_offered(draft: Draft, removed: list[Span]) -> None:
    """Flyte 1 names that other modules take from here: those said to be (`task as task`), used so, or of a package."""
    gone, shared = set(removed), draft.outside.shared.keys() - draft.outside.tested if draft.outside else set()
    package = draft.document.uri.endswith("/__init__.py")
    for statement in imports.statements(draft.document):
        for node in statement.names:
            name, alias = node.child_by_field_name("name") or node, node.child_by_field_name("alias")
            if draft.span(name) not in gone:
                continue
            known = text(alias) if alias is not None else text(name)
            same = alias is not None and text(name) == text(alias)
            if same or known in shared or (package and not _is_read(draft, known, node)):
                draft.refuse(name, OFFERED.format(known))


def _is_read(draft: Draft, name: str, at: Node) -> bool:
    """True where a module reads a name that it imports."""
    places = draft.document.identifiers(name)
    return any(not at.start_byte <= n.start_byte < at.end_byte for n in places)


def _refuse_guarded(draft: Draft, removed: list[Span]) -> None:
    """Imports of which one or another is made, under `try` or in branches, decide something; they are not replaced."""
    gone = set(removed)
    for statement in imports.statements(draft.document):
        names = [n for n in draft.uses(statement.node) if n.span in gone and n.kind == "import"]
        bound = {text(n).rpartition(" ")[2] for n in statement.names}
        child, above = statement.node, statement.node.parent
        while above is not None and above.type != "function_definition" and names:
            if above.type == "class_definition" or _is_choice(above, child, bound):
                draft.refuse(
                    statement.node, "This import is one of several ways; keep one, then migrate.", names[0].symbol
                )
                break
            child, above = above, above.parent


def _is_choice(around: Node, child: Node, bound: set[str]) -> bool:
    """True where another branch of a `try` or `if` answers to a failing import, or binds one of its names as well."""
    others = [n for n in around.named_children if n != child and n.type not in ("comment",)]
    if around.type == "try_statement" and any(_catches_imports(n) for n in others if n.type == "except_clause"):
        return True
    if around.type not in ("try_statement", "if_statement"):
        return False
    return any(bound & scopes.bound(n) for n in others)


def _catches_imports(clause: Node) -> bool:
    """True for `except ImportError` and the like, and for a bare `except`."""
    kinds = [n for n in clause.named_children if n.type not in ("block", "comment")]
    return not kinds or any("ImportError" in text(n) or "ModuleNotFoundError" in text(n) for n in kinds)


def lost(draft: Draft, after: Document) -> list[str]:
    """The names of Flyte 1 imports that are gone and still read in the new code."""
    brought = {
        text(n.child_by_field_name("alias") or n).rpartition(".")[2]
        for statement in imports.statements(draft.document)
        if draft.uses(statement.node)
        for n in statement.names
    }
    left = brought & set(_WORD.findall(after.text))
    read = {name for name in left if any(_is_read_name(n) for n in after.identifiers(name))}
    if not read:
        return []
    inner = after.nodes("function_definition", "lambda", "class_definition")
    found = bound(after.tree.root_node)
    return sorted(read - found.union(*(parameters(n) | {text(n.child_by_field_name("name"))} for n in inner)))


def _is_read_name(node: Node) -> bool:
    """True for an identifier that is neither a label nor part of an import."""
    above = node.parent
    return above is not None and not is_label(node) and above.type not in ("dotted_name", "aliased_import")


def _refuse_exported(draft: Draft) -> None:
    """Flyte 1 names that the module offers to others in `__all__`."""
    for node in draft.document.tree.root_node.children:
        if node.type == "expression_statement" and text(node).startswith("__all__"):
            found = imports.statements(draft.document)
            imported = {text(n).rpartition(" ")[2] for s in found if draft.uses(s.node) for n in s.names}
            for inner in walk(node):
                if inner.type == "string" and text(inner).strip("\"'") in imported:
                    draft.refuse(inner, "The module offers this Flyte 1 name to others in `__all__`.")


def _refuse_texts(draft: Draft) -> None:
    """Texts that name something of Flyte 1, as `mock.patch("flytekit.current_context")` has them."""
    text_ = draft.document.text
    for match in _NAMED.finditer(text_):
        node = draft.document.tree.root_node.descendant_for_byte_range(
            draft.document.byte_offset(match.start() + 1), draft.document.byte_offset(match.end() - 1)
        )
        if node is not None and node.type in ("string", "string_content"):
            draft.refuse(Span(*match.span()), f"The text {match.group()} names a part of Flyte 1.")
