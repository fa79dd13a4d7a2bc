"""What each variable holds where the code runs, statement after statement."""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from flyteshift.migration import awaits
from flyteshift.migration.data import boundaries, narrowed, values
from flyteshift.migration.data.held import MIXED, Source, Type, annotated, either, fields, holds, keeps
from flyteshift.migration.data.record import Record, Scope
from flyteshift.migration.data.signatures import parameters
from flyteshift.migration.draft import Draft
from flyteshift.migration.scopes import targets
from flyteshift.migration.trees import text

Env = dict[str, Type | None]

NO_DEFAULT = "A default is made when the module is loaded; a local file cannot be uploaded then. Use an address."
GLOBAL = "flyteshift cannot follow `{0}` here, which holds a file, folder or frame of Flyte."


def read(draft: Draft) -> tuple[Reader, Record]:
    """Everything that a module does with files, folders and frames.

    Plain functions without annotations take what they are called with, so the module is read until that is settled.
    """
    record = Record(draft)
    for _ in range(4):
        reader = Reader(draft, Record(draft, known_taken=record.taken, known_given=record.given), record.kept)
        reader.module()
        now = reader.record
        settled = (now.taken, now.given, now.kept) == (record.taken, record.given, record.kept)
        record = reader.record
        if settled:
            break
    return reader, record


class Reader:
    """One reading of a module."""

    def __init__(self, draft: Draft, record: Record, kept: Mapping[tuple[str, str], Type | None]) -> None:
        self.draft, self.record = draft, record
        self.source = Source(draft.model, draft.outside, attributes=kept)
        self.shared = draft.outside.shared if draft.outside is not None else ()  # the names that other files use
        self.keeping: dict[str, bool] = {}
        self.globals: Env = {}
        self.types: dict[tuple[int, int], Type | None] = {}
        """What each expression held when it was last read."""
        self.functions: dict[str, Node] = {}
        for node in self.source.tops():
            if node.type == "function_definition":
                self.functions[text(node.child_by_field_name("name"))] = node

    def module(self) -> None:
        """Read all code of the module: its own level first, then each function."""
        root = self.draft.document.tree.root_node
        self.block(root, self.globals, Scope(None))
        for node in self.source.tops():
            if node.type == "function_definition":
                name = text(node.child_by_field_name("name"))
                self.function(node, dict(self.globals), Scope(node, name))
            elif node.type == "class_definition":
                self._class(node)

    def _class(self, node: Node) -> None:
        name = text(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        own = Type("class", detail=name)
        for line in body.named_children if body is not None else ():
            inner = line.child_by_field_name("definition") or line
            if inner.type == "function_definition":
                env = {**self.globals, "self": own, "cls": None}
                self.function(inner, env, Scope(inner, name), f"{name}.")

    def function(self, node: Node, env: Env, scope: Scope, prefix: str = "") -> None:
        """Read a function; `scope` is that of its body, `prefix` the class of a method."""
        name = prefix + text(node.child_by_field_name("name"))
        task = name in self.draft.tasks and self.draft.tasks[name].function == node
        returns = annotated(self.source, node.child_by_field_name("return_type"))
        inside = Scope(node, scope.owner, returns, task, awaits.is_async(node), scope.inner, name)
        for parameter, kind, default in parameters(self.source, node):
            if parameter in ("self", "cls") and parameter in env:
                continue
            if kind is None and not task:
                kind = self.record.known_taken.get((name, parameter))
            if default is not None:
                self.default(default, kind, inside)
            env[parameter] = kind
            if holds(self.source, kind):
                self.marks(kind, inside)
        if holds(self.source, returns):
            self.marks(returns, inside)
        body = node.child_by_field_name("body")
        if body is not None:
            self.block(body, env, inside)

    def default(self, node: Node, kind: Type | None, scope: Scope) -> None:
        """A parameter's default, which is made once for all."""
        given = values.read(self, node, self.globals, Scope(None))
        if kind is not None and kind.name in ("file", "dir") and given is not None and given.name == "local":
            self.record.refuse(node, NO_DEFAULT)
        elif holds(self.source, kind):
            boundaries.give(self, node, given, kind, Scope(None, scope.owner))

    def marks(self, kind: Type | None, scope: Scope) -> None:
        """Note that a function handles frames, which work in a run only."""
        if _frames(self.source, kind):
            self.record.running.add(scope.owner)

    # -- statements

    def block(self, node: Node, env: Env, scope: Scope) -> bool:
        """Read the statements of a block, changing `env`; False where its end is not reached."""
        return all(self.statement(child, env, scope) for child in node.named_children)

    def statement(self, node: Node, env: Env, scope: Scope) -> bool:
        """Read one statement; False where nothing after it runs."""
        kind = node.type
        if kind in (
            "comment",
            "import_statement",
            "import_from_statement",
            "future_import_statement",
            "pass_statement",
        ):
            return True
        if kind == "expression_statement":
            for child in node.named_children:
                self.expression(child, env, scope)
            return True
        if kind in ("return_statement", "raise_statement"):
            self._leave(node, env, scope)
            return False
        if kind in ("break_statement", "continue_statement"):
            return False
        if kind in ("function_definition", "class_definition", "decorated_definition"):
            self._definition(node, env, scope)
            return True
        compound = getattr(self, f"_{kind}", None)
        if compound is not None:
            return bool(compound(node, env, scope))
        for child in node.named_children:
            if child.type == "block":
                self.block(child, env, scope)
            else:
                self.check(child, env, scope)
        return True

    def expression(self, node: Node, env: Env, scope: Scope) -> None:
        """A statement that is an expression or an assignment."""
        if node.type == "assignment":
            self._assignment(node, env, scope)
        elif node.type == "augmented_assignment":
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                old, new = self.value(left, env, scope), self.value(right, env, scope)
                if left.type == "identifier":
                    env[text(left)] = either(old, new) if old is not None and old.name == "list" else old
        elif not values.statement(self, node, env, scope):
            self.value(node, env, scope)

    def value(self, node: Node, env: Env, scope: Scope) -> Type | None:
        """What an expression holds."""
        return values.read(self, node, env, scope)

    def check(self, node: Node, env: Env, scope: Scope) -> None:
        """Read an expression that only asks, as the condition of an `if` does."""
        self.value(node, env, scope)

    def _leave(self, node: Node, env: Env, scope: Scope) -> None:
        value = next((n for n in node.named_children if n.type != "comment"), None)
        if value is None:
            return
        kind = self.value(value, env, scope)
        if node.type != "return_statement" or scope.inner:
            return
        if scope.task or holds(self.source, scope.returns):
            boundaries.give(self, value, kind, scope.returns, scope)
        elif scope.function is not None:
            self.record.gives(scope.name, kind)

    def _assignment(self, node: Node, env: Env, scope: Scope) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        said = annotated(self.source, node.child_by_field_name("type"))
        if right is None or left is None:
            if left is not None and left.type == "identifier" and said is not None:
                env[text(left)] = said
            return
        if right.type == "assignment":
            self._assignment(right, env, scope)
            inner = right.child_by_field_name("left")
            self.bind(left, self.value(inner, env, scope) if inner is not None else None, env, scope)
            return
        kind = self.value(right, env, scope)
        if holds(self.source, said) and (kind is None or (kind.name in ("list", "dict") and not kind.items)):
            kind = said
        self.bind(left, kind, env, scope)

    def bind(self, left: Node, kind: Type | None, env: Env, scope: Scope) -> None:
        """Give the names of a target what they hold."""
        if left.type == "identifier":
            env[text(left)] = kind
        elif left.type in ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"):
            for index, part in enumerate(left.named_children):
                rest = part.type == "list_splat_pattern"
                self.bind(part, self._rest(kind) if rest else self._part(kind, index), env, scope)
        elif left.type == "list_splat_pattern":
            self.bind(left.named_children[0], kind, env, scope)
        elif left.type == "subscript":
            self._fill(left, kind, env, scope)
        elif left.type == "attribute":
            of = left.child_by_field_name("object")
            owner = self.value(of, env, scope) if of is not None else None
            name = text(left.child_by_field_name("attribute"))
            if owner is not None and self._keeps(owner):
                self.record.keeps(owner.detail, name, kind)
                return
            want = values.field_of(self, owner, name)
            if owner is not None and owner.name in ("file", "dir", "frame"):
                self.record.refuse(left, GLOBAL.format(text(left)))
            right = left.parent.child_by_field_name("right") if left.parent is not None else None
            if holds(self.source, want) and right is not None:
                boundaries.give(self, right, kind, want, scope)
            elif holds(self.source, kind) and right is not None:
                self.record.refuse(left, GLOBAL.format(text(left)))

    def _keeps(self, kind: Type) -> bool:
        """True for an object whose attributes hold what the code of this module gives them."""
        if kind.name != "class" or kind.detail in self.shared:
            return False
        if kind.detail not in self.keeping:
            self.keeping[kind.detail] = keeps(self.source, kind)
        return self.keeping[kind.detail]

    def _rest(self, kind: Type | None) -> Type | None:
        """What `*rest` takes of a value."""
        if kind is not None and kind.name == "list":
            return kind
        return MIXED if holds(self.source, kind) else None

    def _part(self, kind: Type | None, index: int) -> Type | None:
        if kind is None:
            return None
        if kind.name == "tuple":
            return kind.items[index] if index < len(kind.items) else None
        if kind.name == "list":
            return kind.items[0] if kind.items else None
        if kind.name == "class":
            found = list(values.fields_of(self, kind).values())
            return found[index] if index < len(found) else None
        return kind if kind.name == "mixed" else None

    def _fill(self, left: Node, kind: Type | None, env: Env, scope: Scope) -> None:
        """`found[key] = value` for a container."""
        of = left.child_by_field_name("value")
        old = self.value(of, env, scope) if of is not None else None
        for index in left.children_by_field_name("subscript"):
            self.value(index, env, scope)
        if of is None or of.type != "identifier" or (old is None and not holds(self.source, kind)):
            if holds(self.source, kind):
                self.record.refuse(left, GLOBAL.format(text(left)))
            return
        if old is None or old.name in ("dict", "list"):
            name = old.name if old is not None else "dict"
            item = either(old.items[0], kind) if old is not None and old.items else kind
            env[text(of)] = Type(name, (item,))

    def _definition(self, node: Node, env: Env, scope: Scope) -> None:
        inner = node.child_by_field_name("definition") or node
        if scope.function is None:
            return  # read on its own
        if inner.type == "function_definition":
            self.function(inner, dict(env), Scope(inner, scope.owner, inner=True), f"{scope.name}.")
        env.pop(text(inner.child_by_field_name("name")), None)

    def _if_statement(self, node: Node, env: Env, scope: Scope) -> bool:
        if scope.function is None and "__main__" in text(node.child_by_field_name("condition")):
            scope = Scope(None, "")
        ways: list[tuple[Env, bool]] = []
        complete, rest, before = False, dict(env), dict(env)
        for child in [n for n in node.named_children if n.type in ("block", "elif_clause", "else_clause")]:
            own = dict(rest)
            said = (node if child.type == "block" else child).child_by_field_name("condition")
            if said is not None:
                self.check(said, own, scope)
                yes, rest = narrowed.ways(self, said, own)
                own = dict(yes)
            body = child if child.type == "block" else next(
                (n for n in child.named_children if n.type == "block"), None
            )  # fmt: skip
            ways.append((own, self.block(body, own, scope) if body is not None else True))
            complete = complete or child.type == "else_clause"
        if not complete:
            ways.append((dict(rest), True))
        reached = self._join(env, ways)
        narrowed.settled(before, env, node)
        return reached

    def _join(self, env: Env, ways: list[tuple[Env, bool]]) -> bool:
        """Continue with what all ways through a statement leave behind."""
        reached = [e for e, on in ways if on]
        if not reached:
            return False
        merged = dict(reached[0])
        for other in reached[1:]:
            for name in {*merged, *other}:
                if name in merged and name in other:
                    merged[name] = self.either(merged[name], other[name])
                else:
                    merged[name] = merged.get(name, other.get(name))
        env.clear()
        env.update(merged)
        return True

    def either(self, one: Type | None, other: Type | None) -> Type | None:
        """What a variable holds that two ways have set; `mixed` where only one of them is known to hold Flyte's."""
        found = either(one, other)
        if found is None and (holds(self.source, one) or holds(self.source, other)):
            return MIXED
        return found

    def _loop(self, node: Node, env: Env, scope: Scope) -> bool:
        body = node.child_by_field_name("body")
        for _ in range(2):
            own = dict(env)
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            if left is not None and right is not None:
                self.bind(left, values.element(self.value(right, own, scope)), own, scope)
            condition = node.child_by_field_name("condition")
            if condition is not None:
                self.check(condition, own, scope)
            if body is not None:
                self.block(body, own, scope)
            self._join(env, [(dict(env), True), (own, True)])
        other = node.child_by_field_name("alternative")
        for block in other.named_children if other is not None else ():
            if block.type == "block":
                self.block(block, env, scope)
        return True

    _for_statement = _loop
    _while_statement = _loop

    def _with_statement(self, node: Node, env: Env, scope: Scope) -> bool:
        clause = node.named_children[0]
        for item in clause.named_children if clause.type == "with_clause" else ():
            value = item.child_by_field_name("value")
            if value is not None and value.type == "as_pattern":
                kind = self.value(value.named_children[0], env, scope)
                target = value.child_by_field_name("alias")
                if target is not None:
                    for part in target.named_children:
                        self.bind(part, values.entered(self, kind), env, scope)
            elif value is not None:
                self.value(value, env, scope)
        body = node.child_by_field_name("body")
        return self.block(body, env, scope) if body is not None else True

    def _try_statement(self, node: Node, env: Env, scope: Scope) -> bool:
        before = dict(env)
        body = node.child_by_field_name("body")
        on = self.block(body, env, scope) if body is not None else True
        ways = [(dict(env), on)]
        middle = dict(before)
        self._join(middle, [(dict(before), True), (dict(env), True)])
        for clause in node.named_children:
            block = next((n for n in clause.named_children if n.type == "block"), None)
            if block is None or clause.type == "block":
                continue
            if clause.type in ("except_clause", "except_group_clause"):
                own = dict(middle)
                for name in targets(clause.child_by_field_name("alias")):
                    own[name] = None
                ways.append((own, self.block(block, own, scope)))
            elif clause.type == "else_clause":
                own = ways[0][0]
                ways[0] = (own, self.block(block, own, scope) and ways[0][1])
        reached = self._join(env, ways)
        last = next((c for c in node.named_children if c.type == "finally_clause"), None)
        for block in last.named_children if last is not None else ():
            if block.type == "block":
                self.block(block, env, scope)
        return reached


def _frames(source: Source, kind: Type | None, depth: int = 0) -> bool:
    if kind is None or depth > 6:
        return False
    if kind.name == "class":
        return any(_frames(source, f, depth + 1) for f in fields(source, kind).values())
    return kind.name == "frame" or any(_frames(source, item, depth + 1) for item in kind.items)
