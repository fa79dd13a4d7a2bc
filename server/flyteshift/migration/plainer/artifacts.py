"""Artifacts: Flyte 1 named one in an annotation, Flyte 2 stamps the value that a task returns.

`Annotated[FlyteFile, Model]` is taken off before the rest of a migration reads the module, with the frames of pandas
made ones of Flyte; afterwards each returned value is wrapped in `artifacts.new(value, artifacts.Metadata(...))`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from tree_sitter import Node

from flyteshift.migration import bodies, callees, launch_plans, scopes
from flyteshift.migration.arguments import arguments
from flyteshift.migration.data.held import flyte1, parts
from flyteshift.migration.draft import Draft
from flyteshift.migration.foreign import Outside
from flyteshift.migration.plainer.stamps import stamped
from flyteshift.migration.plainer.watched import watched
from flyteshift.migration.plainer.written import Written, unread
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.semantics.model import Model
from flyteshift.semantics.values import Symbol
from flyteshift.text import Edit, Span

ARTIFACTS = frozenset({"flytekit.Artifact", "union.Artifact"})
INPUTS = "flytekit.core.artifact.Inputs"
_FRAMES = frozenset({"pandas.DataFrame", "pandas.core.frame.DataFrame"})
_GRANULARITIES = frozenset({"HOUR", "DAY", "WEEK", "MONTH"})
_TIME = "time_partition"


@dataclass(frozen=True)
class _Artifact:
    """An artifact of the module: the code of its name, its time partitions' granularity, whether it has partitions."""

    statement: Node
    name: str
    granularity: str
    partitioned: bool


@dataclass
class _Output:
    """One output of a task that is an artifact: the part of the annotation, and its partitions that are inputs."""

    artifact: _Artifact
    kind: Node
    annotation: Node
    partitions: dict[str, str] = field(default_factory=dict)

    @property
    def pandas(self) -> str:
        return text(self.kind)


class _Unclear(Exception):
    """What becomes of an artifact is not plain to see."""


def written(model: Model, outside: Outside | None = None) -> Written:
    """The edits that take artifacts out of annotations; none unless all that is said of each is plain to see."""
    if not any(r.symbol in ARTIFACTS for r in model.references()):
        return Written()
    draft = Draft(model, {}, outside)
    try:
        return _Module(draft).written()
    except _Unclear:
        return Written()


class _Module:
    """The artifacts of a module and the tasks that give them."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.found = _declared(draft)
        self.edits: list[Edit] = []
        self.metadata: dict[str, list[dict[int, list[str]]]] = {}
        """The metadata of each return of a task, by the place of the output; 0 where there is one."""
        self.given: set[str] = set()
        """The artifacts that tasks give, or that something waits for."""
        self.taken: list[Node] = []
        """The code that has been read whole."""
        self.heads: list[Node] = []
        """The names `Annotated` that go."""
        self.frames = False

    def written(self) -> Written:
        """The edits, and what is to be done afterwards."""
        draft = self.draft
        if any(_is_taken(n) for n in draft.document.nodes("identifier")):
            raise _Unclear
        for definition in draft.document.tree.root_node.children:
            function = definition.child_by_field_name("definition")
            if function is not None and function.type == "function_definition" and self._names_one(function):
                self._task(definition, function)
        partitioned = {n for n, a in self.found.items() if a.partitioned}
        waited = watched(draft, {n: a.name for n, a in self.found.items()}, partitioned)
        self.edits += waited.edits
        self.taken += waited.taken
        self.given |= waited.artifacts
        for name in self.found:
            root = draft.document.tree.root_node
            reads = [n for n in callees.loads(root, name) if not any(_inside(n, t) for t in self.taken)]
            if reads or name not in self.given or launch_plans.user(draft, name) is not None:
                raise _Unclear
        self.edits += imports.drop_all(draft.document, [a.statement for a in self.found.values()])
        added = (
            ["from flytekit import StructuredDataset"]
            if self.frames and self._frame() not in draft.model.names.events
            else []
        )
        self.edits += unread(draft, self.heads, added)
        stamps = partial(stamped, self.metadata, draft.style) if self.metadata else None
        return Written(sorted(self.edits, key=lambda e: e.span), [], stamps)

    def _names_one(self, function: Node) -> bool:
        return any(n.type == "identifier" and text(n) in self.found for n in walk(function))

    def _task(self, definition: Node, function: Node) -> None:
        draft, name = self.draft, text(function.child_by_field_name("name"))
        entity = draft.model.names.final(name)
        returns = function.child_by_field_name("return_type")
        if getattr(entity, "kind", "") != "task" or returns is None or name in draft.model.names.multiple:
            raise _Unclear
        outputs = self._outputs(returns, function)
        for output in outputs.values():
            self._unannotated(output)
            if self._is_pandas(output) and launch_plans.user(draft, name) is not None:
                raise _Unclear
        several = _elements(returns)
        found = []
        for node in bodies.own_nodes(function):
            if node.type == "return_statement":
                values = [n for n in node.named_children if n.type != "comment"]
                if several and values and values[0].type in ("expression_list", "tuple"):
                    values = [n for n in values[0].named_children if n.type != "comment"]
                if len(values) != max(len(several), 1):
                    raise _Unclear
                found.append({i: self._returned(output, values[i], function) for i, output in outputs.items()})
        self.metadata[name] = found

    def _outputs(self, returns: Node, function: Node) -> dict[int, _Output]:
        found = {}
        for index, annotation in enumerate(_elements(returns) or [_bare(returns)]):
            output = self._output(annotation, function)
            if output is not None:
                found[index] = output
        if not found:
            raise _Unclear
        self.taken.append(returns)
        return found

    def _output(self, annotation: Node, function: Node) -> _Output | None:
        """`Annotated[FlyteFile, Model(region=Inputs.region)]`."""
        if annotation.type not in ("subscript", "generic_type"):
            return None
        head, given = parts(annotation)
        if text(head).rpartition(".")[2] != "Annotated" or not any(self._names_one(n) for n in given):
            return None
        if len(given) != 2:
            raise _Unclear
        partitions: dict[str, str] = {}
        node = _bare(given[1])
        while node.type == "call":
            bound = {a.name: self._bound(a.value, function) for a in arguments(self.draft, node)}
            partitions = {**bound, **partitions}
            node = node.child_by_field_name("function") or node
        artifact = self.found.get(text(node))
        self.given.add(text(node))
        kind = _bare(given[0])
        held = flyte1(self._symbol(kind))
        if artifact is None or "" in partitions or (held is None and self._value(kind) not in _FRAMES):
            raise _Unclear
        return _Output(artifact, kind, annotation, self._partitions(artifact, partitions))

    def _symbol(self, kind: Node) -> str | None:
        head = parts(kind)[0] if kind.type in ("subscript", "generic_type") else kind
        return self.draft.symbol(head)

    def _value(self, kind: Node) -> str:
        value = self.draft.model.value(kind)
        return value.name if isinstance(value, Symbol) else ""

    def _is_pandas(self, output: _Output) -> bool:
        return self._value(output.kind) in _FRAMES

    def _bound(self, value: Node, function: Node) -> str:
        """The code of a partition that an annotation binds: an input, or a text."""
        of = value.child_by_field_name("object") if value.type == "attribute" else None
        if of is not None and self.draft.symbol(of) == INPUTS:
            name = text(value.child_by_field_name("attribute"))
            if name not in scopes.parameters(function) or len(callees.bindings(function, name)) > 1:
                raise _Unclear
            return name
        if value.type != "string" or any(n.type == "interpolation" for n in walk(value)):
            raise _Unclear
        return text(value)

    def _partitions(self, artifact: _Artifact, given: Mapping[str, str]) -> dict[str, str]:
        if _TIME not in given:
            return dict(given)
        if not artifact.granularity:
            raise _Unclear
        time = f'artifacts.TimePartition({given[_TIME]}, "{artifact.granularity}")'
        return {**{n: c for n, c in given.items() if n != _TIME}, _TIME: time}

    def _unannotated(self, output: _Output) -> None:
        span, kind = self.draft.document.span(output.annotation), text(output.kind)
        self.heads.append(parts(output.annotation)[0])
        if self._is_pandas(output):
            self.frames = True
            kind = self._frame()
        self.edits.append(Edit(span, kind))

    def _frame(self) -> str:
        """What the module calls `StructuredDataset`, or may call it."""
        names = self.draft.model.names
        for name in names.events:
            value = names.final(name)
            if isinstance(value, Symbol) and names.role(value.name) == "flytekit.StructuredDataset":
                return name
        if "StructuredDataset" in names.events:
            raise _Unclear
        return "StructuredDataset"

    def _returned(self, output: _Output, value: Node, function: Node) -> list[str]:
        """The arguments of a returned value's metadata; adds the edits that leave the value alone."""
        draft, partitions, inner = self.draft, output.partitions, value
        callee = value.child_by_field_name("function") if value.type == "call" else None
        if (
            callee is not None
            and callee.type == "attribute"
            and text(callee.child_by_field_name("object")) in self.found
        ):
            of, method = callee.child_by_field_name("object"), text(callee.child_by_field_name("attribute"))
            given = arguments(draft, value)
            if method != "create_from" or self.found[text(of)] != output.artifact or not given or given[0].name:
                raise _Unclear
            said = {a.name: self._computed(a.name, a.value, function) for a in given[1:]}
            if "" in said or "card" in said or {"*", "**"} & set(said):
                raise _Unclear
            partitions = {**partitions, **self._partitions(output.artifact, said)}
            inner = given[0].value
            self.taken.append(callee)
        start, end = draft.document.span(value)
        code = draft.document.source(inner)
        if self._is_pandas(output):
            code = f"{self._frame()}(dataframe={code})"
        if code != draft.document.source(value):
            self.edits.append(Edit(Span(start, end), code))
        pairs = ", ".join(f'"{n}": {c}' for n, c in partitions.items())
        return [f"name={output.artifact.name}", *([f"partitions={{{pairs}}}"] if pairs else [])]

    def _computed(self, name: str, value: Node, function: Node) -> str:
        """The code of a partition that a task gives with the value; Flyte 1 made a text of it, if it is no time."""
        held = {text(n) for n in walk(value) if n.type == "identifier"}
        if self.draft.uses(value) or any(flyte1(self._annotated(function, n)) for n in held):
            raise _Unclear
        code = text(value)
        plain = name == _TIME or value.type == "string" or self._annotation(function, code) == "str"
        return code if plain else f"str({code})"

    def _annotation(self, function: Node, name: str) -> str:
        kind = _parameter(function, name)
        return text(kind) if kind is not None and len(callees.bindings(function, name)) == 1 else ""

    def _annotated(self, function: Node, name: str) -> str | None:
        kind = _parameter(function, name)
        return self._symbol(_bare(kind)) if kind is not None else None


def _declared(draft: Draft) -> dict[str, _Artifact]:
    """The artifacts that variables of the module hold. Raises _Unclear for others."""
    found: dict[str, _Artifact] = {}
    calls = 0
    for node in walk(draft.document.tree.root_node):
        function = node.child_by_field_name("function") if node.type == "call" else None
        if function is not None and draft.symbol(function) in ARTIFACTS:
            calls += 1
    for statement in draft.document.tree.root_node.children:
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        left = inner.child_by_field_name("left") if inner is not None and inner.type == "assignment" else None
        right = inner.child_by_field_name("right") if inner is not None and left is not None else None
        function = right.child_by_field_name("function") if right is not None and right.type == "call" else None
        if left is None or right is None or function is None or draft.symbol(function) not in ARTIFACTS:
            continue
        said = {a.name: a.value for a in arguments(draft, right)}
        known = {"name", "partition_keys", "time_partitioned", "time_partition_granularity"}
        granularity = text(said[g]).rpartition(".")[2] if (g := "time_partition_granularity") in said else "DAY"
        plain = left.type == "identifier" and text(left) not in draft.model.names.multiple
        if not plain or "name" not in said or not set(said) <= known or granularity not in _GRANULARITIES:
            raise _Unclear
        timed = text(said["time_partitioned"]) if "time_partitioned" in said else "False"
        name = text(said["name"])
        partitioned = timed != "False" or "partition_keys" in said
        found[text(left)] = _Artifact(statement, name, granularity.lower() if timed == "True" else "", partitioned)
    if calls != len(found):
        raise _Unclear
    return found


def _elements(returns: Node) -> list[Node]:
    """The types of a result annotation that has several."""
    kind = _bare(returns)
    if kind.type not in ("subscript", "generic_type"):
        return []
    head, given = parts(kind)
    return [_bare(n) for n in given] if text(head).rpartition(".")[2] in ("Tuple", "tuple") else []


def _bare(node: Node) -> Node:
    """An annotation without the node that says it is one."""
    while node.type == "type" and len(node.named_children) == 1:
        node = node.named_children[0]
    return node


def _parameter(function: Node, name: str) -> Node | None:
    """The annotation of a parameter."""
    holder = function.child_by_field_name("parameters")
    for parameter in holder.named_children if holder is not None else ():
        if text(parameter.child_by_field_name("name") or next(iter(parameter.named_children), None)) == name:
            return parameter.child_by_field_name("type")
    return None


def _inside(node: Node, around: Node) -> bool:
    return around.start_byte <= node.start_byte and node.end_byte <= around.end_byte


def _is_taken(node: Node) -> bool:
    """True where the module means something of its own by `artifacts`."""
    imported = node.parent is not None and node.parent.type == "dotted_name"
    return text(node) == "artifacts" and not imported and not scopes.is_label(node)
