"""Safe fixes: changes that each keep the meaning of the Flyte 1 code, so that they can be made without a look."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from tree_sitter import Node

from flyteshift.rewriting import imports
from flyteshift.rewriting.imports import LINT
from flyteshift.rules import detect
from flyteshift.semantics.model import Model, build
from flyteshift.semantics.references import Reference
from flyteshift.text import Document, Edit, Span, compose

DEFAULTS = {
    "flytekit.task": {
        "cache": "False", "container_image": "None", "environment": "None", "requests": "None", "limits": "None",
        "resources": "None", "secret_requests": "None", "interruptible": "None", "deprecated": '""', "docs": "None",
        "pod_template": "None", "pod_template_name": "None", "accelerator": "None", "pickle_untyped": "False",
        "task_config": "None", "node_dependency_hints": "None", "enable_deck": "None", "disable_deck": "None",
        "shared_memory": "None", "labels": "None", "annotations": "None",
    },
    "flytekit.workflow": {
        "interruptible": "False", "docs": "None", "failure_policy": "None", "on_failure": "None",
        "pickle_untyped": "False",
    },
}  # fmt: skip
"""What flytekit 1.16 takes a parameter for where it is not given (its signatures; a test compares)."""
_PURE = re.compile(r"flytekit(\.core\b.*)?\Z")
"""The modules whose import does nothing else that matters; others register types and plugins."""
_FROM = re.compile(r"^[ \t]*from[ \t]+[\w.]+(?=[ \t]+import\b)", re.MULTILINE)
_ROUNDS = 10


@dataclass(frozen=True)
class Fix:
    """One safe change: what it is for, in the words of a menu, and the edits."""

    title: str
    span: Span
    edits: tuple[Edit, ...]
    name: str = ""
    """The imported name that it drops."""


def fixes(model: Model) -> list[Fix]:
    """The safe fixes of a document, in text order; none where it has a syntax error."""
    if not model.uses_flyte1 or model.document.tree.root_node.has_error:
        return []
    return sorted([*_defaults(model), *_unused(model)], key=lambda f: f.span)


def by_rule(model: Model) -> dict[Span, str]:
    """The name of the rule that each safe fix belongs to, by the fix's span."""
    return {finding.span: finding.name for finding in detect.find(model)}


def all_edits(model: Model, shared: Collection[str] = (), rule: str | None = None) -> list[Edit]:
    """The edits of all safe fixes, or those of one rule, and of those that they make possible, as one change.

    `shared` are names that other files import from this one; their imports stay.
    """
    first, done = model.document, list[Edit]()
    for _ in range(_ROUNDS):
        rules = by_rule(model) if rule is not None else {}
        found = [f for f in fixes(model) if f.name not in shared and (rule is None or rules.get(f.span) == rule)]
        edits = _without_overlaps(found)
        if not edits:
            break
        done = compose(first.text, done, edits)
        model = build(first.edited(done), model)
    return done


def _without_overlaps(found: list[Fix]) -> list[Edit]:
    taken: list[Edit] = []
    for fix in found:
        if not any(a.span.overlaps(b.span) for a in fix.edits for b in taken):
            taken += fix.edits
    return taken


def _defaults(model: Model) -> Iterator[Fix]:
    """Parameters of decorators that say what holds anyway."""
    for reference in _references(model, lambda r: r.kind == "parameter" and r.name in DEFAULTS.get(r.owner or "", ())):
        argument = _argument(model.document, reference)
        if argument is not None:
            code = model.document.source(argument)
            yield Fix(f"Drop `{code}`, which is the default", reference.span, (_without(model.document, argument),))


def _references(model: Model, wanted: Callable[[Reference], bool]) -> Iterator[Reference]:
    """The Flyte 1 references that are wanted."""
    for statement in model.statements:
        for reference in statement.references:
            if reference.flyte1 and wanted(reference):
                yield reference._replace(span=reference.span.shifted(statement.span.start))


def _argument(document: Document, reference: Reference) -> Node | None:
    """The argument of a decorator of Flyte 1 itself, where it is the default; None for all others."""
    at = document.byte_offset(reference.span.start)
    name = document.tree.root_node.descendant_for_byte_range(at, at + 1)
    argument = name.parent if name is not None else None
    holder = argument.parent if argument is not None and argument.type == "keyword_argument" else None
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    if argument is None or holder is None or call is None or call.parent is None or call.parent.type != "decorator":
        return None
    if any(n.type in ("comment", "dictionary_splat") for n in holder.named_children):
        return None
    function, value = call.child_by_field_name("function"), argument.child_by_field_name("value")
    default = DEFAULTS[reference.owner or ""][reference.name or ""]
    if function is None or value is None or document.source(value).replace("'", '"') != default:
        return None
    # A decorator made by functools.partial has defaults of its own.
    named = document.source(function).rpartition(".")[2]
    return argument if _is_flytekits(document, function, named) else None


def _is_flytekits(document: Document, function: Node, named: str) -> bool:
    if function.type == "attribute":
        return True
    return any(
        document.source(node.child_by_field_name("alias") or imports.name_of(node)) == named
        for statement in imports.statements(document)
        for node in statement.names
    )


def _without(document: Document, argument: Node) -> Edit:
    """The edit that takes an argument and its comma out, and the brackets where they are left empty."""
    holder = argument.parent
    assert holder is not None
    others = [n for n in holder.named_children if n != argument]
    if not others:
        return Edit(document.span(holder), "")
    following = [n for n in others if n.start_byte > argument.start_byte]
    if following:
        return Edit(Span(document.span(argument).start, document.span(following[0]).start), "")
    return Edit(Span(document.span(others[-1]).end, document.span(argument).end), "")


def _unused(model: Model) -> Iterator[Fix]:
    """Names that the module imports from Flyte 1 and nowhere mentions again."""
    document = model.document
    spans = {r.span for r in _references(model, lambda r: r.kind == "import") if not r.symbol.endswith(".*")}
    if not spans or document.uri.endswith("/__init__.py"):
        return
    # Words in texts count too, as in `__all__` and annotations.
    words = [s.facts.words for s in model.statements if "import" not in s.facts.source]
    code = None
    for statement in imports.statements(document):
        node = statement.node
        if node.parent is None or node.parent.type != "module" or not _is_pure(document, node):
            continue
        for each in statement.names:
            name, alias = imports.name_of(each), each.child_by_field_name("alias")
            bound = document.source(alias or name)
            if document.span(name) not in spans or "." in bound or (alias and bound == document.source(name)):
                continue
            if any(bound in held for held in words):
                continue
            code = _FROM.sub("", document.text) if code is None else code
            here = len([*_mentions(bound, document.source(each))])
            if len([*islice(_mentions(bound, code), here + 1)]) == here:
                edits = imports.replace(document, [document.span(name)], [])
                yield Fix(f"Drop the import of `{bound}`, which nothing uses", document.span(name), tuple(edits), bound)


def _mentions(word: str, code: str) -> Iterator[re.Match[str]]:
    """Where a word stands by itself. A pattern that starts with letters is looked for ten times as fast."""
    found = re.finditer(rf"{re.escape(word)}\b", code)
    return (m for m in found if not re.match(r"\w", code[max(m.start() - 1, 0) : m.start()]))


def _is_pure(document: Document, statement: Node) -> bool:
    """True where an import does nothing but bind names, and no comment asks for it to stay."""
    line = document.lines.line_of(document.span(statement).end)
    tail = document.text[document.span(statement).end : document.lines.end_of(line)].strip()
    inner = document.source(statement)
    if LINT.match(tail) or "#" in inner:
        return False
    module = statement.child_by_field_name("module_name")
    names = [module] if module is not None else [imports.name_of(n) for n in statement.named_children]
    return all(_PURE.match(document.source(n)) for n in names)


def without_suppression(model: Model, span: Span) -> list[Edit]:
    """The edits that drop a suppression comment, or those of its rules, that hide nothing any more."""
    from flyteshift.features.findings import idle

    document = model.document
    for directive, unneeded in idle(model):
        if directive.span != span:
            continue
        start, end = span
        if len(unneeded) < len(directive.wanted):
            listed = ", ".join(sorted(directive.wanted - unneeded))
            code = re.sub(r"\[[^\]]*\]", f"[{listed}]", document.text[start:end], count=1)
            return [Edit(span, code)]
        line = document.lines.line_of(start)
        first, last = document.lines.starts[line], document.lines.end_of(line)
        tail = document.text[end:last]
        # What follows is a reason, or the comment of another tool.
        end = end + tail.index("#") if "#" in tail else last
        head = document.text[first:start].rstrip(" \t")
        if not head and end == last:
            return [Edit(Span(first, document.lines.end_of(line, with_break=True)), "")]
        return [Edit(Span(first + len(head) if end == last else start, end), "")]
    return []
