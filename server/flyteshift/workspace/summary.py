"""What other files, and the user, may ask about a module: what it defines, hands on and uses. A function of its text.

Summaries are plain tuples, so that they cross processes as JSON and lie in a cache.
"""

from __future__ import annotations

import builtins
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from flyteshift.semantics.evaluate import NOTHING_IMPORTED, Imported, interesting
from flyteshift.semantics.expressions import Chain, Dotted, Import, Name
from flyteshift.semantics.known import FLYTE2_TASK, MIGRATED
from flyteshift.semantics.model import Model, build
from flyteshift.semantics.values import Class, Entity, Function, Instance, Items, Symbol, Value
from flyteshift.text import Document

FORMAT = 7
"""Grows when summaries or the file that keeps them get another form or say other things: nobody reads old ones."""
FLYTE2 = ("flyte2", FLYTE2_TASK)
"""What an import of a task holds that is Flyte 2."""
ENVIRONMENT = re.compile(
    r"""TaskEnvironment\(\s*(?:(?:[^"'()]|"[^"\n]*"|'[^'\n]*'|\([^()]*\))*?\bname\s*=\s*)?["']([\w-]+)["']"""
)
"""The name of an environment of Flyte 2 where a module makes one."""
LAUNCH_PLAN = "flytekit.LaunchPlan"
_ROOTS = ("flytekit", "flytekitplugins", "flyteidl", "union", "unionai", "flyte", "flyteplugins")
_MAKERS = ("flytekit.task", "flytekit.workflow", "flytekit.dynamic", "flytekit.eager")
_ALL = re.compile(r"^__all__\s*(?::[^=\n]+)?\+?=\s*[\[(]([^\])]*)[\])]", re.MULTILINE)
_BUILTINS = frozenset(dir(builtins))
_SPACE = re.compile(r"\s+")


class Defined(NamedTuple):
    """A task, workflow, launch plan or other Flyte entity. Offsets are code points."""

    name: str
    kind: str
    """`task`, `workflow`, `dynamic`, `eager`, `reference`, `map` or `launch_plan`."""
    symbol: str
    """What made it: `flytekit.task`, `flyte.TaskEnvironment.task`."""
    start: int
    end: int
    """Where the name stands in its definition."""
    whole_start: int
    whole_end: int
    signature: str
    """`(x: int) -> int` as written, on one line; empty where it is none."""
    settings: tuple[tuple[str, str], ...]
    """The keywords of its decorator, as written."""


class Use(NamedTuple):
    """A place that names something of this module or of another one."""

    target: str
    """The dotted name as imported (`.tasks.train`), or the name alone for one of this module, or of a star import."""
    start: int
    end: int
    within: str
    """The top-level function or variable around it; empty for other code."""
    called: bool


class Summary(NamedTuple):
    """What a module says to others."""

    flyte1: bool
    """Whether it uses Flyte 1 itself."""
    exports: dict[str, tuple[str, str]]
    """Its module-level names that may be of Flyte: (kind, of). The kind is `entity`, `symbol`, `instance`, `class` or
    `function`; `import` for a name of another module by its dotted name; `wrapper` for a function of the project's own
    that makes entities, as `of` does."""
    stars: tuple[str, ...]
    """The modules that it imports everything from."""
    offered: tuple[str, ...] | None
    """`__all__`, where it is a plain list."""
    defined: tuple[Defined, ...]
    uses: tuple[Use, ...]
    environments: tuple[str, ...] = ()
    """The names of its environments of Flyte 2."""

    @property
    def interface(self) -> object:
        """What other files see: equal as long as nothing that they may ask has changed."""
        seen = tuple((d.name, d.kind, d.symbol, d.signature) for d in self.defined)
        return (self.flyte1, tuple(self.exports.items()), self.stars, self.offered, seen)


def summarise(text: str, imported: Imported = NOTHING_IMPORTED) -> Summary:
    """The summary of a module's text; `imported` as for `semantics.build`."""
    return of_model(build(Document("", text), whole=True, outline=True, imported=imported))


def of_model(model: Model) -> Summary:
    """The summary of a model that was built with `whole`, or that mentions Flyte."""
    defined = [*_functions(model), *_plans(model)]
    known = {each.name for each in defined}
    exports = dict(_exports(model))
    local = known | {name for name, (kind, _) in exports.items() if kind != "import"}
    offered = _ALL.search(model.document.text)
    return Summary(
        model.uses_flyte1,
        exports,
        tuple(model.names.stars),
        tuple(re.findall(r"[\"'](\w+)[\"']", offered[1])) if offered else None,
        tuple(sorted(defined, key=lambda each: each.start)),
        tuple(_uses(model, local)),
        tuple(ENVIRONMENT.findall(model.document.text)),
    )


def value_of(kind: str, of: str, name: str) -> Value | None:
    """What an export is to a file that imports it, as far as that changes how the file is read.

    Tasks and workflows are left out: that a call of one is a call of a task, Flyte 1 code does not need to know.
    """
    if kind in ("symbol", "wrapper"):
        return Symbol(of)
    if kind == "instance":
        return Instance(of)
    if kind == "class":
        return Class(name, named=not of, base=of or None)
    return Instance(MIGRATED) if kind == FLYTE2[0] else None


def plain(summary: Summary) -> list[Any]:
    """The summary as JSON has it, to cross processes."""
    flyte1, exports, *rest = summary
    return [flyte1, [[name, *export] for name, export in exports.items()], *rest]


def restored(data: Any) -> Summary:
    """A summary that was JSON, its words shared with others. Raises TypeError or ValueError where it is none."""
    flyte1, exports, stars, offered, defined, uses, environments = data
    word = sys.intern
    return Summary(
        bool(flyte1),
        {word(name): _pair(kind, of) for name, kind, of in exports},
        tuple(map(word, stars)),
        None if offered is None else tuple(map(word, offered)),
        tuple(map(_restored_entity, defined)),
        tuple([Use(word(target), start, end, word(within), called) for target, start, end, within, called in uses]),
        tuple(map(word, environments)),
    )


def packed(summary: Summary) -> tuple[Any, ...]:
    """The summary as `marshal` takes it."""
    *rest, defined, uses, environments = summary
    return (*rest, tuple(map(tuple, defined)), tuple(map(tuple, uses)), environments)


def unpacked(data: tuple[Any, ...]) -> Summary:
    """A summary that was packed. Raises TypeError or ValueError where it is none."""
    flyte1, exports, stars, offered, defined, uses, environments = data
    made = tuple(map(Defined._make, defined)), tuple(map(Use._make, uses))
    return Summary(flyte1, dict(exports), stars, offered, *made, environments)


@lru_cache(maxsize=1 << 14)
def _pair(kind: str, of: str) -> tuple[str, str]:
    """One of many that are alike."""
    return sys.intern(kind), sys.intern(of)


def _restored_entity(data: Any) -> Defined:
    made = Defined._make(data)
    settings = tuple([_pair(key, value) for key, value in made.settings])
    word = sys.intern
    return made._replace(
        name=word(made.name),
        kind=word(made.kind),
        symbol=word(made.symbol),
        signature=word(made.signature),
        settings=settings,
    )


def values(data: Mapping[str, Iterable[str]]) -> dict[str, Value]:
    """The `imported` of `summarise` from its plain form: dotted name to (kind, of)."""
    found = ((dotted, value_of(*pair, dotted.rpartition(".")[2])) for dotted, pair in data.items())  # type: ignore[call-arg]
    return {dotted: value for dotted, value in found if value is not None}


def _functions(model: Model) -> Iterator[Defined]:
    for statement in model.statements:
        for fact in statement.facts.functions:
            if fact.parent is not None or fact.outer.kind != "module":
                continue
            value = model.names.definition(fact.definition, statement.ordinal)
            if isinstance(value, Entity):
                kind, symbol = str(value.kind), value.symbol
            elif isinstance(value, Function) and value.flyte2:
                kind, symbol = "task", FLYTE2_TASK
            else:
                continue
            start = statement.span.start
            yield _defined(model, fact.name, kind, symbol, fact.start + start, fact.end + start)


_DEF = re.compile(r"\bdef\s+(\w+)\s*")
_DECORATOR = re.compile(r"@\s*[\w.]+\s*\(")


def _defined(model: Model, name: str, kind: str, symbol: str, start: int, end: int) -> Defined:
    text = model.document.text
    found = next((m for m in _DEF.finditer(text, start, end) if m[1] == name), None)
    if found is None:
        return Defined(name, kind, symbol, start, start, start, end, "", ())
    signature = _SPACE.sub(" ", _signature(text[found.end() : end])).replace("( ", "(").replace(", )", ")")
    settings = _settings(model, start, found.start())
    return Defined(name, kind, symbol, found.start(1), found.end(1), start, end, signature.replace(" )", ")"), settings)


def _signature(text: str) -> str:
    """The parameters and the result of what follows a function's name, up to its colon."""
    depth = 0
    for at, char in enumerate(text):
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == ":" and depth == 0:
            return text[:at].strip()
    return ""


def _settings(model: Model, start: int, end: int) -> tuple[tuple[str, str], ...]:
    """The keywords of the decorators between two offsets."""
    document = model.document
    found: list[tuple[str, str]] = []
    node = document.tree.root_node.descendant_for_byte_range(*map(document.byte_offset, (start, end)))
    for decorator in node.named_children if node is not None and node.type == "decorated_definition" else ():
        call = decorator.named_children[0] if decorator.type == "decorator" and decorator.named_children else None
        arguments = call.child_by_field_name("arguments") if call is not None and call.type == "call" else None
        for argument in arguments.named_children if arguments is not None else ():
            name, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
            if argument.type == "keyword_argument" and name is not None and value is not None:
                found.append((document.source(name), _SPACE.sub(" ", document.source(value))))
    return tuple(found)


def _plans(model: Model) -> Iterator[Defined]:
    """Module-level variables that hold launch plans, mapped tasks and the like."""
    text = model.document.text
    for name in model.names.events:
        value = model.names.final(name)
        if value == Instance(LAUNCH_PLAN):
            kind, symbol = "launch_plan", LAUNCH_PLAN
        elif isinstance(value, Entity) and value.name != name:
            kind, symbol = str(value.kind), value.symbol
        else:
            continue
        statement = model.binding(name)
        if statement is None:
            continue
        start, end = statement.span
        at = re.compile(rf"\b{re.escape(name)}\b").search(text, start, end)
        where = at.span() if at else (start, start)
        yield Defined(name, kind, symbol, *where, start, end, "", ())


def _exports(model: Model) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in model.names.events:
        value = model.names.final(name)
        if isinstance(value, Items):
            continue
        if isinstance(value, Symbol):
            yield name, ("symbol" if _is_flyte(value.name) else "import", value.name)
        elif isinstance(value, Entity):
            yield name, ("entity", str(value.kind))
        elif isinstance(value, Instance):
            yield name, ("instance", value.of)
        elif isinstance(value, Class) and interesting(value):
            yield name, ("class", value.base or "")
        elif isinstance(value, Function):
            maker = wraps(model, name)
            yield name, ("wrapper", maker) if maker else ("function", "")


def _is_flyte(dotted: str) -> bool:
    return dotted.partition(".")[0] in _ROOTS


_RETURN = re.compile(r"\breturn\s+(?:\w+\()?\s*(?:functools\.)?(?:partial\(\s*)?([\w.]+)\s*[(,)]")


def wraps(model: Model, name: str) -> str | None:
    """The Flyte 1 decorator that a function of the project's own gives or applies: `return task(f, cache=True)`."""
    statement = model.binding(name)
    if statement is None:
        return None
    returns = [*_RETURN.finditer(model.document.text[slice(*statement.span)])]
    makers = {r.span: model.names.role(r.symbol) for r in statement.references if r.kind == "name"} if returns else {}
    for match in returns:
        for span, symbol in makers.items():
            if match.start() < span.start and span.end <= match.end() and symbol in _MAKERS:
                return symbol
    return None


def _uses(model: Model, local: set[str]) -> Iterator[Use]:
    text = model.document.text
    wanted = local | {name for name in model.names.events if _imports_ours(model, name)}
    if any(map(_may_be_ours, model.names.stars)):
        starred = {name for statement in model.statements for name in statement.facts.roots} - model.names.events.keys()
        local = local | {name for name in starred if name not in _BUILTINS}
        wanted |= local
    for statement in model.statements:
        facts, base = statement.facts, statement.span.start
        indexes = {*facts.always, *(i for name in wanted & facts.roots.keys() for i in facts.roots[name])}
        if not indexes:
            continue
        seen: set[tuple[int, int]] = set()
        owners = [f for f in facts.functions if f.parent is None and f.outer.kind == "module"]
        bound = next(iter(facts.module.events), "")
        for index in sorted(indexes):
            use = facts.uses[index]
            found = _target(model, use, local)
            if found is None or found[1:] in seen:
                continue
            target, start, end = found
            seen.add((start, end))
            owner = next((f.name for f in owners if f.start <= start < f.end), bound)
            called = text[base + end : base + end + 40].lstrip().startswith("(")
            yield Use(target, base + start, base + end, "" if isinstance(use, Import) else owner, called)


def _imports_ours(model: Model, name: str) -> bool:
    """True where a module-level name is an import that may be of the project."""
    value = model.names.events[name][-1][1].value
    return isinstance(value, Dotted) and _may_be_ours(value.name)


def _may_be_ours(dotted: str) -> bool:
    """False for Flyte and the standard library, whose names a project seldom takes."""
    root = dotted.partition(".")[0]
    return root not in _ROOTS and root not in sys.stdlib_module_names


def _target(model: Model, use: Any, local: set[str]) -> tuple[str, int, int] | None:
    """What a use names, if that may be of the project; offsets from the statement's start."""
    if isinstance(use, Import):
        dotted = use.dotted.removesuffix(".*")
        return (dotted, use.start, use.end) if _may_be_ours(dotted) else None
    if not isinstance(use, Chain) or not isinstance(use.base, Name):
        return None
    base = use.base
    bound = _bound(model, base)
    if isinstance(bound, Dotted):
        if not _may_be_ours(bound.name):
            return None
        end = use.attributes[-1][2] if use.attributes else use.end
        return ".".join([bound.name, *(a[0] for a in use.attributes)]), use.start, end
    return (base.name, use.start, use.end) if base.name in local and bound is not _LOCAL else None


_LOCAL = object()


def _bound(model: Model, base: Name) -> object:
    """What a name was last bound to: an expression, `_LOCAL` for something of a function's own, None if nothing."""
    scope: Any = base.scope
    first = True
    while scope is not None and scope.kind != "module":
        if (scope.kind != "class" or first) and base.name not in scope.elsewhere and base.name in scope.events:
            found = scope.events[base.name][-1].value
            return found if isinstance(found, Dotted) else _LOCAL
        first = first and scope.kind == "comprehension"
        scope = scope.parent
    events = model.names.events.get(base.name)
    return events[-1][1].value if events else None
