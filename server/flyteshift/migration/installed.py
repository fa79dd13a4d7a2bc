"""Installed packages: some are built on Flyte 1, others get objects of it, for which Flyte 2 has other ones.

With `flytekitplugins-airflow` installed, an operator of Airflow is a task of Flyte 1 wherever one is made; no import of
the plugin is needed (its entry point replaces `__new__` of the operators).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from tree_sitter import Node

from flyteshift.migration import constants
from flyteshift.migration.arguments import arguments
from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text
from flyteshift.rewriting import imports
from flyteshift.semantics.values import Instance, Symbol
from flyteshift.text import Edit, Span

BUILT = (
    "`{0}` is built on Flyte 1 and has no version for Flyte 2; call the libraries that it wraps in tasks, then migrate."
)
OPERATOR = (
    "Flyte 1 runs an operator of Airflow as a task, and Flyte 2 has no form for that: call the service in a task, then "
    "migrate."
)
GIVEN = "`{0}` of an installed package gets this `{1}`, which would be one of Flyte 2; migrate what takes it by hand."
IMAGE = "A container of a pod template takes a text as its image in Flyte 2; give this image to a task, then migrate."
_BUILT_ON_FLYTE1 = frozenset({"unionml", "latch"})
_NEUTRAL = frozenset(
    {"pytest", "pydantic", "attr", "attrs", "flyte", "flyteplugins", "flytekit", "flytekitplugins", "union"}
)
"""Packages that hold a value and do not look into it, and Flyte's own."""
_OBJECTS = frozenset({f"flytekit.{name}" for name in ("Resources", "ImageSpec", "Secret", "PodTemplate", "Cache")})
_CONTAINER = "kubernetes.client."


def check(draft: Draft) -> None:
    """Refuse packages built on Flyte 1 and objects of Flyte 1 that an installed package gets.

    The image of a task's own container, which stands in its pod template too, is left to the task.
    """
    for statement in imports.statements(draft.document):
        _imported(draft, statement)
    for call in draft.document.nodes("call"):
        package = _package(draft, call)
        for given, symbol in _objects(draft, call) if package else ():
            if _is_own_image(draft, given, symbol):
                draft.inline.append(_without(draft, given))
            else:
                function = text(call.child_by_field_name("function"))
                is_image = package.startswith(_CONTAINER) and symbol == "flytekit.ImageSpec"
                draft.refuse(given, IMAGE if is_image else GIVEN.format(function, symbol.rpartition(".")[2]), symbol)


def _imported(draft: Draft, statement: imports.Statement) -> None:
    module = text(statement.node.child_by_field_name("module_name"))
    for name in statement.names:
        dotted = f"{module}.{text(name)}" if module else text(name)
        parts = dotted.split(" ")[0].split(".")
        if not _is_installed(draft, dotted):
            continue
        if parts[0] in _BUILT_ON_FLYTE1:
            draft.refuse(statement.node, BUILT.format(parts[0]))
            return
        if parts[0] == "airflow" and {"operators", "sensors"} & set(parts) and draft.tasks:
            draft.refuse(statement.node, OPERATOR)
            return


def _is_installed(draft: Draft, dotted: str) -> bool:
    return not dotted.startswith(".") and (draft.outside is None or draft.outside.is_installed(dotted))


def _package(draft: Draft, call: Node) -> str:
    """The dotted name of what is called, where an installed package has it; of a method, that of the object's class."""
    function = call.child_by_field_name("function")
    seen: set[str] = set()
    while function is not None:
        value = draft.model.value(function)
        if isinstance(value, Symbol):
            root = value.name.partition(".")[0]
            plain = root in sys.stdlib_module_names or root in _NEUTRAL or not _is_installed(draft, value.name)
            return "" if plain else value.name
        while function.type == "attribute" and function.named_children:
            function = function.named_children[0]
        if function.type == "call":
            function = function.child_by_field_name("function")
            continue
        name = text(function)
        made = constants.assigned(draft, name) if function.type == "identifier" and name not in seen else None
        seen.add(name)
        function = made.child_by_field_name("function") if made is not None and made.type == "call" else None
    return ""


def _objects(draft: Draft, call: Node) -> Iterator[tuple[Node, str]]:
    """The arguments of a call that are objects of Flyte 1, each with its class."""
    holder = call.child_by_field_name("arguments")
    for node in holder.named_children if holder is not None else ():
        symbol = _made(draft, node.child_by_field_name("value") or node)
        if symbol in _OBJECTS:
            yield node, symbol


def _made(draft: Draft, value: Node) -> str:
    """The class of an object of Flyte 1 that is made here, or that a variable of this or another file holds."""
    function = value.child_by_field_name("function") if value.type == "call" else None
    symbol = draft.symbol(function) if function is not None else None
    known = draft.model.value(value)
    if isinstance(known, Symbol) and draft.outside is not None:
        found = draft.outside.project.find(draft.outside.path, known.name)
        known = found.value if found is not None else None
    return symbol or (draft.model.names.role(known.of) if isinstance(known, Instance) else "")


def _is_own_image(draft: Draft, given: Node, symbol: str) -> bool:
    """True for the image of a task's primary container that the task has as its `container_image` too."""
    calls = []
    around = given.parent
    while around is not None and around.type != "decorator":
        calls += [around] if around.type == "call" else []
        around = around.parent
    if around is None or len(calls) != 4 or symbol != "flytekit.ImageSpec":
        return False
    said = [{a.name: text(a.value) for a in arguments(draft, call)} for call in calls]
    primary = said[2].get("primary_container_name", '"primary"').strip("\"'")
    image = said[3].get("container_image")
    return image is not None and said[0].get("image") == image and said[0].get("name", "").strip("\"'") == primary


def _without(draft: Draft, argument: Node) -> Edit:
    """The edit that takes an argument out of its call, with the comma before or after it."""
    span = draft.span(argument)
    before = argument.prev_named_sibling
    if before is not None and before.type != "comment":
        return Edit(Span(draft.span(before).end, span.end), "")
    comma = argument.next_sibling
    following = argument.next_named_sibling
    if following is not None:
        return Edit(Span(span.start, draft.span(following).start), "")
    return Edit(Span(span.start, draft.span(comma).end if comma is not None and comma.type == "," else span.end), "")
