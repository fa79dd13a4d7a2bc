"""What a migration makes of a source, and what must hold of it whatever the source: the promises to the user."""

from __future__ import annotations

import ast
import builtins
import io
import re
import symtable
import tokenize
from collections import Counter

from flyteshift.features.findings import findings
from flyteshift.migration.data.held import flyte1
from flyteshift.migration.plan import Plan, plan_module
from flyteshift.rewriting.imports import statements
from flyteshift.rules.finding import Finding
from flyteshift.semantics.model import Model, build
from flyteshift.semantics.values import Entity, Instance
from flyteshift.text import Document, Span, apply_edits
from flyteshift.workspace.settings import Settings

URI = "file:///project/flow.py"
_FOR_LINTERS = re.compile(r"#\s*(noqa|type:|pyright:|pylint:|isort:|ruff:|mypy:|pragma:)")
_MARKS = re.compile("[«»]")


def model(source: str) -> Model:
    return build(Document(URI, source))


def found(source: str) -> list[Finding]:
    return findings(model(source), Settings(), "flow.py")


def plan(source: str) -> Plan:
    return plan_module(model(source), "flow")


def migrated(source: str) -> str:
    """The new code of a source that must not be refused, every promise checked."""
    made = plan(source)
    assert not made.left, [(each.message, source[slice(*each.span)]) for each in made.left]
    after = apply_edits(source, made.edits)
    check_migrated(source, after)
    return after


def check(source: str) -> str | None:
    """Asserts that a source is migrated as promised, or refused with reasons; gives the new code, None where refused."""
    made = plan(source)
    if made.left:
        check_refused(source, made)
        return None
    after = apply_edits(source, made.edits)
    check_migrated(source, after)
    return after


def check_refused(source: str, made: Plan) -> None:
    """No edits, each reason once, in text order, with words, at a place in the text."""
    assert made.edits == [] and made.done == [], "refused, and edited all the same"
    spans = [each.span for each in made.left]
    assert spans == sorted(set(spans)), f"two reasons at one place, or out of order: {made.left}"
    for each in made.left:
        assert len(each.message.split()) > 2, f"no reason: {each}"
        assert 0 <= each.span.start <= each.span.end <= len(source)


def check_migrated(before: str, after: str) -> None:
    """Nothing of Flyte 1 is left, nothing else is lost, and a second run has nothing to do."""
    assert [each.symbol for each in found(after)] == []
    assert plan(after) == Plan(), "a second run changes the code again"
    assert comments(after) == comments(before)
    assert _line_ends(after) <= (_line_ends(before) or {"\n"})
    if compiles(before):
        assert compiles(after), after
        assert unbound(after) <= unbound(before), "the new code uses names that it does not have"
    else:
        assert not Document(URI, after).tree.root_node.has_error
    old, new = _lines(before), iter(_lines(after))
    for line in sorted(set(range(len(old))) - _touchable(before)):
        if old[line].strip():
            assert old[line] in new, f"line {line + 1} has no Flyte 1 on it and did not stay: {old[line]!r}"


def compiles(source: str) -> bool:
    try:
        compile(source.removeprefix("\ufeff"), "flow.py", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def comments(source: str) -> Counter[str]:
    """The comments of a source; those for linters belong to their line and may go with it."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    kept = (t.string for t in tokens if t.type == tokenize.COMMENT)
    return Counter(each for each in kept if not _FOR_LINTERS.match(each))


def unbound(source: str) -> set[str]:
    """The names that a module reads and neither it nor Python defines."""
    top = symtable.symtable(source.removeprefix("\ufeff"), "flow.py", "exec")
    tables, read = [top], set()
    while tables:
        table = tables.pop()
        tables += table.get_children()
        read |= {s.get_name() for s in table.get_symbols() if s.is_referenced() and (s.is_global() or table is top)}
    bound = {s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported() or s.is_namespace()}
    return read - bound - set(dir(builtins)) - {"__file__", "__name__"}


def unmarked(marked: str) -> tuple[str, list[Span]]:
    """A source without its marks, and the marked places."""
    places, start = [], 0
    for gone, match in enumerate(_MARKS.finditer(marked)):
        offset = match.start() - gone
        if match[0] == "«":
            start = offset
        else:
            places.append(Span(start, offset))
    return _MARKS.sub("", marked), places


def _lines(source: str) -> list[str]:
    lines = Document(URI, source).lines
    return [lines.line_text(i) for i in range(len(lines))]


def _line_ends(source: str) -> set[str]:
    return set(re.findall("\r\n|\r|\n", source))


def _touchable(source: str) -> set[int]:
    """The lines of imports, decorators and expressions that have to do with Flyte 1."""
    document = Document(URI, source)
    spans = [document.span(each.node) for each in statements(document)]
    for reference in build(document).references():
        if reference.symbol == "node.outputs":
            # Fields of a result: the call that gives it is wrapped into its NamedTuple.
            spans += _assignments(source, reference.span)
        node = document.tree.root_node.descendant_for_byte_range(*map(document.byte_offset, reference.span))
        while node is not None and node.type not in ("decorator", "call", "attribute", "module", "block"):
            node = node.parent
        spans += [document.span(node)] if node is not None and node.type not in ("module", "block") else []
        spans.append(reference.span)
        known = flyte1(reference.symbol) is not None or flyte1(reference.symbol.rpartition(".")[0]) is not None
        spans += _around(source, reference.span) if known or "FlyteError" in reference.symbol else []
    spans += [*_driven(source), *_caught(source), *_fields(source), *_spread(source), *_unannotated(source)]
    lines = document.lines
    return {line for s in spans for line in range(lines.line_of(s.start), lines.line_of(s.end) + 1)}


def _unannotated(source: str) -> list[Span]:
    """The returns of functions without a return annotation: what a task gives without one is dropped."""
    document = Document(URI, source)
    functions = [n for n in document.nodes("function_definition") if n.child_by_field_name("return_type") is None]
    inside = [document.span(n) for n in functions]
    returns = [document.span(n) for n in document.nodes("return_statement")]
    return [span for span in returns if any(f.start <= span.start < f.end for f in inside)]


def _fields(source: str) -> list[Span]:
    """Where NamedTuples are defined and named: one of a single field is gone, since a call gives the value itself."""
    names = re.findall(r"^(\w+) = NamedTuple\(", source, re.MULTILINE)
    return [Span(*found.span()) for name in names for found in re.finditer(rf"\b{name}\b", source)]


def _spread(source: str) -> list[Span]:
    """The dicts whose items are written where they were unpacked, and what iterators yield, which become lists."""
    names = re.findall(r"\*\*(\w+)", source)
    dicts = [Span(*found.span()) for name in names for found in re.finditer(rf"^{name} = .*$", source, re.MULTILINE)]
    return dicts + [Span(*found.span()) for found in re.finditer(r"\byield\b", source)]


def _driven(source: str) -> list[Span]:
    """What becomes `async` and `await`: the heads of tasks and the statements in them that call tasks."""
    read = model(source)
    tasks = {function.name for function in read.functions() if function.entity is not None}
    spans, nodes = [], [read.document.tree.root_node]
    while nodes:
        node = nodes.pop()
        nodes += node.named_children
        name = node.child_by_field_name("name") if node.type == "function_definition" else None
        if name is not None and read.document.source(name) in tasks:
            spans.append(read.document.span(name))
        called = node.child_by_field_name("function") if node.type == "call" else None
        held = node if node.type == "identifier" and node.parent and node.parent.type == "argument_list" else called
        if held is not None and isinstance(read.value(held), (Entity, Instance)):
            while node.parent is not None and node.parent.type not in ("block", "module"):
                node = node.parent
            spans.append(read.document.span(node))
            if (
                node.parent is not None
                and node.parent.parent is not None
                and node.parent.parent.type == "for_statement"
            ):
                spans.append(read.document.span(node.parent.parent))  # all turns of the loop at once
    return spans


def _caught(source: str) -> list[Span]:
    """The clauses that catch what fails in calls, and the lines that expect it: a class is asked for by its code."""
    document = Document(URI, source)
    spans, nodes = [], [document.tree.root_node]
    while nodes:
        node = nodes.pop()
        nodes += node.named_children
        if node.type in ("except_clause", "with_item") and "(" in document.source(node.parent or node):
            spans.append(document.span(node))
    return spans


def _around(source: str, at: Span) -> list[Span]:
    """The function that takes an error or file: what it reads of that changes with the parameter."""
    return [each.span for each in model(source).functions() if each.span.start <= at.start and at.end <= each.span.end]


def _assignments(source: str, field: Span) -> list[Span]:
    """Where the variable before `.field` is assigned."""
    variable = re.search(r"\w+(?=\.$)", source[: field.start])
    return [Span(*m.span()) for m in re.finditer(rf"\b{variable[0]} = ", source)] if variable else []


def dead_names(source: str) -> list[str]:
    """The modules, names and keywords of `flyte` that a source uses and the installed SDK does not have."""
    import flyte

    return [problem for node in ast.walk(ast.parse(source)) for problem in _dead(node, flyte)]


def _dead(node: ast.AST, flyte: object) -> list[str]:
    import importlib.util
    import inspect

    there = {"flyte"} | ({"flyteplugins"} if importlib.util.find_spec("flyteplugins") else set())
    if isinstance(node, ast.Import):
        for each in node.names:
            if each.name.split(".")[0] in there:
                importlib.import_module(each.name)
    if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in there:
        module = importlib.import_module(node.module or "")
        return [f"{node.module}.{a.name}" for a in node.names if not hasattr(module, a.name)]
    if isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Call) and node.attr.startswith("with_"):
            return [] if hasattr(flyte.Image, node.attr) else [f"Image.{node.attr}"]
        return [] if _resolve(node, flyte) is not _MISSING else [ast.unparse(node)]
    if isinstance(node, ast.Call):
        called = _resolve(node.func, flyte)
        if callable(called):
            known = inspect.signature(called).parameters
            if not any(p.kind is p.VAR_KEYWORD for p in known.values()):
                return [f"{ast.unparse(node.func)}({k.arg}=)" for k in node.keywords if k.arg and k.arg not in known]
    return []


_MISSING = object()


def _resolve(node: ast.AST, flyte: object) -> object:
    """What `flyte.a.b` is, or `env.task` by the names that migrations give; None: nothing of Flyte's."""
    if isinstance(node, ast.Name):
        if node.id == "flyte":
            return flyte
        return flyte.TaskEnvironment if re.fullmatch(r"(\w+_)?env", node.id) else None
    if not isinstance(node, ast.Attribute):
        return None
    of = _resolve(node.value, flyte)
    return of if of is None or of is _MISSING else getattr(of, node.attr, _MISSING)
