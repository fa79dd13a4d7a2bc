"""Which statements of a module migrate together: tasks and workflows that call each other, and what only they use.

Cheap: it looks at the words of each statement, which are kept as long as its text is the same. A word that only looks
like a use (a local variable of a task's name) makes a part larger than it has to be, never too small.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field

from flyteshift.migration.draft import Obstacle
from flyteshift.semantics.model import Model, Statement
from flyteshift.semantics.values import Entity, EntityKind

SHARED = "`{0}` is used by `{1}` as well, which would stay Flyte 1; migrate the module."
_TEXT = r"(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
_COMMANDS = "flytekit.clis."
_NAME = r"(?<![\w.])([^\W\d]\w*)\b(?!\s*=[^=])"
_WORD = re.compile(
    rf"#[^\n]*|(?<!\w)(?:[rbuRBU]{{1,2}})?{_TEXT}|(?<!\w)(?P<formatted>[rR]?[fF][rR]?{_TEXT})|{_NAME}", re.DOTALL
)
DEFINES = re.compile(r"@|(?:async\s+def|def|class)\b")


@dataclass(frozen=True)
class Component:
    """A part of a module that can change its generation alone."""

    statements: frozenset[int]
    """Indexes into the model's statements."""
    entities: tuple[str, ...]
    """Its tasks and workflows, those that none of the others calls first."""
    roots: int
    """How many of them none of the others calls."""
    kind: EntityKind
    """What the first of them is."""
    uses: frozenset[str] = field(default_factory=frozenset)
    """The parameters that its decorators give: `flytekit.task(requests)`."""
    obstacle: Obstacle | None = None
    """Why it cannot, as far as that can be told from outside."""
    around: frozenset[int] = field(default_factory=frozenset)
    """The statements that it reads or is read by, also through others, and what those read."""


def components(model: Model) -> list[Component]:
    """The parts of a module in text order; empty where all that is Flyte 1 in it belongs to one part.

    A text with a syntax error has none.
    """
    if model.document.tree.root_node.has_error:
        return []
    graph = _Graph(model)
    flyte1 = {i for i, statement in enumerate(model.statements) if _is_flyte1(statement)}
    found = [graph.component(members) for members in graph.groups(graph.linked) if members & graph.entities]
    return [] if any(flyte1 <= c.statements for c in found) else found


def component_at(model: Model, offset: int, found: Iterable[Component]) -> Component | None:
    """The part that an offset lies in; None where it is in none, or in an object of several."""
    inside = {i for i, s in enumerate(model.statements) if s.span.contains(offset)}
    touched = [c for c in found if c.statements & inside]
    return touched[0] if len(touched) == 1 else None


def words(source: str) -> frozenset[str]:
    """The names that a piece of code may read; strings (f-strings aside) and comments are no code."""
    found: set[str] = set()
    for match in _WORD.finditer(source):
        if match["formatted"]:
            found.update(re.findall(_NAME, match["formatted"].lstrip("rRfF")))
        elif match[match.lastindex or 0] and match.lastindex:
            found.add(match[match.lastindex])
    return frozenset(found)


class _Graph:
    """Which statement of a module reads which other one."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.statements = model.statements
        every = range(len(self.statements))
        self.binds = [frozenset(s.facts.module.events) for s in self.statements]
        self.binders: dict[str, set[int]] = {}
        binders = self.binders
        for i in every:
            for name in self.binds[i]:
                binders.setdefault(name, set()).add(i)
        self.reads: list[set[int]] = [
            {j for name in _words(s) & binders.keys() for j in binders[name]} - {i}
            for i, s in enumerate(self.statements)
        ]
        self.readers: list[set[int]] = [set() for _ in every]
        for i in every:
            for j in self.reads[i]:
                self.readers[j].add(i)
        flyte1 = {i for i in every if _is_flyte1(self.statements[i])}
        self.entities = {i for i in every if any(_entity(model, name) for name in self.binds[i])}
        self.entities &= flyte1
        running = _reached(self.entities, self.reads, self._defines)
        self.leading = _reached(self.entities, self.readers) | self.entities
        self.linked = self.entities | {i for i in self.leading if i in running or i in flyte1}
        made = flyte1 - self.linked
        self.objects = made | (_reached(made, self.readers, lambda i: i not in self.linked) - self.linked)

    def groups(self, members: Collection[int]) -> Iterator[set[int]]:
        """The members in groups that read each other, also through others, in text order."""
        left = set(members)
        for start in sorted(members):
            if start not in left:
                continue
            group, stack = {start}, [start]
            while stack:
                near = self._near(stack.pop(), members) - group
                group |= near
                stack += near
            left -= group
            yield group

    def component(self, members: set[int]) -> Component:
        """The part that statements which call each other make, with the objects that they use."""
        obstacle = None
        whole = set(members)
        for group in self.groups(self.objects):
            if not any(self.reads[i] & group for i in members):
                continue
            whole |= group
            others = {i for j in group for i in self.readers[j]} - group - members
            if others and obstacle is None:
                obstacle = self._shared(group, members, min(others))
        mine = sorted(members & self.entities)
        reach = {i: _reached({i}, self.reads, self.leading.__contains__) for i in mine}
        first = [i for i in mine if not any(i in reach[j] and j not in reach[i] for j in mine)]
        names = [name for i in [*first, *(j for j in mine if j not in first)] for name in self._entities(i)]
        kind = _entity(self.model, names[0])
        uses = {r.symbol for i in mine for r in self.statements[i].references if r.kind == "parameter"}
        around = whole | _reached(whole, self.readers)
        around |= _reached(around, self.reads)
        return Component(
            statements=frozenset(whole),
            entities=tuple(names),
            roots=len(first),
            kind=kind.kind if kind else "task",
            uses=frozenset(uses),
            obstacle=obstacle,
            around=frozenset(around),
        )

    def _shared(self, group: set[int], members: set[int], other: int) -> Obstacle:
        mine = {name for i in members for j in self.reads[i] & group for name in self.binds[j]}
        read = _words(self.statements[other])
        name = min(mine & read or mine)
        span = next(self.statements[j].span for j in sorted(group) if name in self.binds[j])
        return Obstacle(span, SHARED.format(name, min(self.binds[other], default="other code")))

    def _near(self, start: int, members: Collection[int]) -> set[int]:
        """The members that one reads or is read by, also through statements that are none."""
        found = {i for name in self.binds[start] for i in self.binders[name] if i in members}
        for edges in (self.reads, self.readers):
            seen, stack = {start}, [start]
            while stack:
                for near in edges[stack.pop()] - seen:
                    seen.add(near)
                    if near in members:
                        found.add(near)
                    elif near in self.leading and self._is_between(near):
                        stack.append(near)
        return found - {start}

    def _is_between(self, index: int) -> bool:
        """True for a statement that hands on what it reads: `both = [f, g]`; what runs outside of tasks does not."""
        return bool(self.binds[index]) and not self._defines(index)

    def _defines(self, index: int) -> bool:
        return DEFINES.match(self.model.document.text, self.statements[index].span.start) is not None

    def _entities(self, index: int) -> list[str]:
        return [name for name in sorted(self.binds[index]) if _entity(self.model, name)]


def _reached(starts: Iterable[int], edges: list[set[int]], goes: Callable[[int], bool] = lambda _: True) -> set[int]:
    """What the edges lead to, over those that `goes` lets pass."""
    seen: set[int] = set()
    stack = [*starts]
    while stack:
        for near in edges[stack.pop()] - seen:
            if goes(near):
                seen.add(near)
                stack.append(near)
    return seen


def _is_flyte1(statement: Statement) -> bool:
    """True where a statement uses Flyte 1, importing it aside; kept with its references."""
    known: bool | None = statement.derived.get("flyte1")
    if known is None:
        known = any(r.flyte1 and r.kind != "import" for r in statement.references)
        statement.derived["flyte1"] = known
    return known


def _entity(model: Model, name: str) -> Entity | None:
    value = model.names.final(name)
    return value if isinstance(value, Entity) else None


def _words(statement: Statement) -> frozenset[str]:
    """The names that a statement may read, kept with its references; a command line names tasks in texts."""
    known: frozenset[str] | None = statement.derived.get("words")
    if known is None:
        code = statement.facts.source
        known = words(code)
        if any(r.symbol.startswith(_COMMANDS) for r in statement.references):
            known = known.union(re.findall(_NAME, code))
        statement.derived["words"] = known
    return known
