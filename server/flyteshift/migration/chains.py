"""Chains of Flyte 1's `conditional(...)` as they are written: cases in order, each with what it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from flyteshift.migration.draft import Draft
from flyteshift.migration.trees import text

CONDITIONAL = "flytekit.conditional"
_WORDS = frozenset({"if_", "elif_", "else_", "then", "fail"})


@dataclass(frozen=True)
class Case:
    """`.if_(condition).then(value)`: `test` and `action` are the two calls; `condition` is None for `.else_()`."""

    word: str
    test: Node
    condition: Node | None
    action: Node
    value: Node
    fails: bool


@dataclass(frozen=True)
class Chain:
    """A whole chain: `root` is the call `conditional("name")`, `top` the outermost call, the last of the chain."""

    root: Node
    top: Node
    cases: tuple[Case, ...]

    @property
    def outer(self) -> Node:
        """The chain with the parentheses around it."""
        return stripped_up(self.top)


def read(root: Node) -> Chain | None:
    """The chain that a call `conditional("name")` starts; None where it is not a whole one, ended by `.else_()`."""
    calls = list(_links(root))
    cases = []
    for index in range(0, len(calls) - 1, 2):
        case = _case(calls[index], calls[index + 1])
        if case is None:
            return None
        cases.append(case)
    words = [c.word for c in cases]
    if len(calls) % 2 or len(words) < 2 or words != ["if_", *["elif_"] * (len(words) - 2), "else_"]:
        return None
    return Chain(root, calls[-1], tuple(cases))


def stripped_up(node: Node) -> Node:
    """A node with the parentheses around it."""
    while node.parent is not None and node.parent.type == "parenthesized_expression":
        node = node.parent
    return node


def stripped(node: Node) -> Node:
    """A node without the parentheses around it."""
    while node.type == "parenthesized_expression":
        inner = [n for n in node.named_children if n.type != "comment"]
        if len(inner) != 1:
            break
        node = inner[0]
    return node


def nested_in(draft: Draft, node: Node) -> Chain | None:
    """The chain that has an expression as what one of its cases gives: `.then(node)`."""
    holder = stripped_up(node).parent
    call = holder.parent if holder is not None and holder.type == "argument_list" else None
    if call is None or _word(call) != "then":
        return None
    root = root_of(call)
    return read(root) if is_root(draft, root) else None


def consumer(draft: Draft, node: Node) -> Node | None:
    """What takes the value of an expression: the parent, parentheses and the chains that hand it on passed over."""
    chain = nested_in(draft, node)
    while chain is not None:
        node = chain.top
        chain = nested_in(draft, node)
    return stripped_up(node).parent


def in_condition(draft: Draft, node: Node) -> bool:
    """True inside of `.if_(...)` and `.elif_(...)` of a chain."""
    above = node.parent
    while above is not None and above.type not in ("expression_statement", "return_statement", "block"):
        holder = above.child_by_field_name("arguments") if above.type == "call" else None
        inside = holder is not None and holder.start_byte <= node.start_byte < holder.end_byte
        if inside and _word(above) in ("if_", "elif_") and is_root(draft, root_of(above)):
            return True
        above = above.parent
    return False


def started_by(draft: Draft, node: Node) -> Chain | None:
    """The whole chain that an expression is, in parentheses or not."""
    node = stripped(node)
    if node.type != "call" or not _word(node):
        return None
    root = root_of(node)
    chain = read(root) if is_root(draft, root) else None
    return chain if chain is not None and chain.top == node else None


def is_root(draft: Draft, call: Node) -> bool:
    """True for the call `conditional("name")`."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    return function is not None and draft.symbol(function) == CONDITIONAL


def root_of(call: Node) -> Node:
    """The call that a chain of calls starts with."""
    while _word(call):
        function = call.child_by_field_name("function")
        of = function.child_by_field_name("object") if function is not None else None
        if of is None:
            break
        call = stripped(of)
    return call


def given(call: Node) -> list[Node]:
    """The arguments of a call, comments left out."""
    holder = call.child_by_field_name("arguments")
    return [n for n in holder.named_children if n.type != "comment"] if holder is not None else []


def _links(root: Node) -> Iterator[Node]:
    """The calls of a chain after its root, in order."""
    node = root
    while node.parent is not None and node.parent.type == "attribute" and node.parent.parent is not None:
        call = node.parent.parent
        if call.type != "call" or call.child_by_field_name("function") != node.parent or not _word(call):
            return
        yield call
        node = call


def _word(call: Node) -> str:
    """The method that a call of a chain names; empty for other nodes."""
    function = call.child_by_field_name("function") if call.type == "call" else None
    if function is None or function.type != "attribute":
        return ""
    word = text(function.child_by_field_name("attribute"))
    return word if word in _WORDS else ""


def _case(test: Node, action: Node) -> Case | None:
    word, outcome = _word(test), _word(action)
    tests, values = given(test), given(action)
    if outcome not in ("then", "fail") or len(values) != 1 or len(tests) != (0 if word == "else_" else 1):
        return None
    condition = _value(tests[0], "expr") if tests else None
    value = _value(values[0], "p" if outcome == "then" else "err")
    if value is None or (tests and condition is None):
        return None
    return Case(word, test, condition, action, value, outcome == "fail")


def _value(argument: Node, keyword: str) -> Node | None:
    """The value of an argument that stands alone or under its keyword."""
    if argument.type == "keyword_argument":
        return argument.child_by_field_name("value") if text(argument.child_by_field_name("name")) == keyword else None
    return None if argument.type in ("list_splat", "dictionary_splat") else argument
