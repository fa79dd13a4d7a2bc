"""The tasks and workflows of a module and the settings that their decorators carry."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from flyteshift.migration.arguments import Given, arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting.calls import Argument
from flyteshift.semantics.expressions import Dotted
from flyteshift.semantics.values import EntityKind
from flyteshift.text import Span

ACTOR_TASK = "union.ActorEnvironment.task"
MAKERS = frozenset(
    {"flytekit.task", "flytekit.workflow", "flytekit.dynamic", "flytekit.eager", "flytekit.experimental.eager"}
    | {ACTOR_TASK}
)
"""The decorators that are migrated."""
DRIVERS = frozenset({"workflow", "dynamic"})
"""What Flyte 1 called with promises."""


@dataclass(frozen=True)
class Setting:
    """A setting of an environment: its Flyte 2 parameter and code; `key` is equal for equal settings."""

    name: str
    code: str
    key: str
    names: frozenset[str] = frozenset()
    """The names that the code reads."""
    before: tuple[str, ...] = ()
    behind: str = ""
    device: str = ""
    """What the setting is best known for, e.g. `gpu`; part of the environment's name where it sets it apart."""


@dataclass(eq=False)
class Task:
    """A task, workflow or dynamic of the module and what becomes of its decorator."""

    name: str
    kind: EntityKind
    statement: Node
    """The decorated definition."""
    decorator: Node
    function: Node
    settings: dict[str, Setting] = field(default_factory=dict)
    """What its environment carries."""
    options: list[Argument] = field(default_factory=list)
    """What stays on its decorator."""
    hinted: set[str] = field(default_factory=set)
    """Tasks that it says it calls."""
    given: list[Given] = field(default_factory=list)
    home: str = ""
    """The variable of the environment that it has already: its actor."""
    shm: bool = False
    """True where Flyte 1 gave it shared memory without being asked."""

    loose: list[str] = field(default_factory=list)
    """Comments in the decorator whose code goes."""

    @property
    def driver(self) -> bool:
        """True where Flyte 1 ran the body with promises."""
        return self.kind in DRIVERS


def find(draft: Draft) -> list[Task]:
    """The entities of the module, in text order; refuses those that Flyte 2 cannot hold."""
    document, found = draft.document, []
    top = {document.span(n): n for n in document.tree.root_node.children if n.type == "decorated_definition"}
    for definition in draft.model.functions():
        if definition.entity is None:
            continue
        statement = top.get(definition.span) or _around(draft, definition.span, top)
        if statement is None:
            draft.refuse(
                definition.span,
                f"`{definition.name}` is not at the top level of the module; Flyte 2 loads a task by its name there.",
                definition.symbol or "",
            )
            continue
        task = _task(draft, definition.name, definition.entity.kind, statement)
        if task is not None:
            found.append(task)
    names = [t.name for t in found]
    bound = draft.model.names.multiple
    for task in found:
        if (task.name in bound and not _only_imported(draft, task.name)) or names.count(task.name) > 1:
            draft.refuse(
                task.statement, f"`{task.name}` is bound more than once; give each a name of its own, then migrate."
            )
    return found


def _only_imported(draft: Draft, name: str) -> bool:
    """True where what a name is besides the task is a name of Flyte 1, whose import goes."""
    values = [event.value for _, event in draft.model.names.events[name]]
    imported = [v for v in values if isinstance(v, Dotted) and draft.model.names.catalog.is_flyte1(v.name)]
    return len(values) == len(imported) + 1 and not draft.stays


def _around(draft: Draft, span: Span, top: dict[Span, Node]) -> Node | None:
    """The top-level decorated definition whose function has this span."""
    for node in top.values():
        inner = node.child_by_field_name("definition")
        if inner is not None and draft.document.span(inner) == span:
            return node
    return None


def _task(draft: Draft, name: str, kind: EntityKind, statement: Node) -> Task | None:
    function = statement.child_by_field_name("definition")
    decorators = [n for n in statement.children if n.type == "decorator"]
    if function is None or function.type != "function_definition":
        return None
    mine = [d for d in decorators if _makes_entity(draft, d)]
    if kind not in ("task", "workflow", "dynamic", "eager") or len(mine) != 1:
        if len(mine) > 1:
            draft.refuse(mine[1], f"`{name}` has two Flyte 1 decorators.")
        return None
    if mine[0] != decorators[0]:
        draft.refuse(
            decorators[0],
            f"A decorator stands above the one that makes `{name}` a task; in Flyte 2 it would get the task object.",
        )
    for inner in decorators[1:]:
        _check_wraps(draft, name, inner)
    home = _home(draft, mine[0])
    return Task(name, kind, statement, mine[0], function, given=_given(draft, mine[0]), home=home)


def _home(draft: Draft, decorator: Node) -> str:
    """The variable of the actor whose task a decorator makes; empty for other decorators."""
    expression = decorator.named_children[0]
    if expression.type == "call":
        expression = expression.child_by_field_name("function") or expression
    if expression.type != "attribute" or draft.symbol(expression) != ACTOR_TASK:
        return ""
    return text(expression.child_by_field_name("object"))


def _makes_entity(draft: Draft, decorator: Node) -> bool:
    expression = decorator.named_children[0]
    if expression.type == "call":
        expression = expression.child_by_field_name("function") or expression
    return draft.symbol(expression) in MAKERS


def _given(draft: Draft, decorator: Node) -> list[Given]:
    """What the decorator says; claims its name, and its keywords are for the settings to claim."""
    expression = decorator.named_children[0]
    if expression.type != "call":
        draft.claim_within(expression)
        return []
    function = expression.child_by_field_name("function")
    if function is not None:
        draft.claim_within(function)
    return arguments(draft, expression)


def _check_wraps(draft: Draft, name: str, decorator: Node) -> None:
    """A decorator of this module under the task's must keep the function's name, or a container cannot load it."""
    expression = decorator.named_children[0]
    called = expression.child_by_field_name("function") if expression.type == "call" else expression
    for node in draft.document.tree.root_node.children:
        inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        if (
            inner is None
            or inner.type != "function_definition"
            or text(inner.child_by_field_name("name")) != text(called)
        ):
            continue
        if not any(n.type == "identifier" and text(n) in ("wraps", "update_wrapper") for n in walk(inner)):
            draft.refuse(
                decorator,
                f"`{text(called)}` does not use `functools.wraps`, so a container could not find `{name}` by its name.",
            )
