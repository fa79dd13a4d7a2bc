"""Source slices through libcst."""

from __future__ import annotations

import libcst as cst
import pytest

from flyteshift.rewriting import slices
from flyteshift.rewriting.calls import Argument, Style, keyword, print_call, renamed

EXPRESSIONS = [
    "a",
    "(a)",
    "f(\n    x,  # c\n)",
    "a +\n b",
    "[\n 1\n]",
    "f(x)  # end",
    "lambda: 0",
    "(yield)",
    '"a"\n"b"',
]


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_an_expression_comes_back_as_it_was(source: str) -> None:
    assert slices.rewrite_expression(source, lambda node: node).rstrip() == source.partition("  # end")[0]


@pytest.mark.parametrize("source", ["", "a b", "x = 1", "f(", "return 1", "a, b", "a)"])
def test_what_is_no_expression_is_told(source: str) -> None:
    if source == "a, b":
        assert isinstance(slices.expression(source), cst.Tuple)
        return
    with pytest.raises(slices.Unreadable):
        slices.expression(source)


STATEMENTS = [
    "x = 1\n",
    "    x = 1  # c\n",
    "\t@a\n\tdef f(x):\n\t\treturn x\n",
    "@a  # c\n# d\ndef f(x):\r\n    return x\r\n",
    "    if a:\n        b\n    else:\n        c\n",
]


@pytest.mark.parametrize("source", STATEMENTS)
def test_a_statement_comes_back_as_it_was(source: str) -> None:
    assert slices.rewrite_statement(source, lambda node: node) == source


def test_an_indented_statement_changes_in_place() -> None:
    def change(node: cst.BaseStatement) -> cst.BaseStatement:
        assert isinstance(node, cst.FunctionDef)
        return node.with_changes(name=cst.Name("g"))

    assert (
        slices.rewrite_statement("    # c\n    def f():\n        pass\n", change)
        == "    # c\n    def g():\n        pass\n"
    )


@pytest.mark.parametrize("source", ["x = 1\ny = 2\n", "    x = 1\ny = 2\n", "def f(:\n"])
def test_what_is_not_one_statement_is_told(source: str) -> None:
    with pytest.raises(slices.Unreadable):
        slices.rewrite_statement(source, lambda node: node)


def test_a_renamed_call_keeps_its_layout() -> None:
    source = "fk.R(\n    cpu = 1,  # one\n    # more\n    mem=m(mem=2),\n)"
    assert (
        renamed(source, "flyte.R", {"mem": "memory"})
        == "flyte.R(\n    cpu = 1,  # one\n    # more\n    memory=m(mem=2),\n)"
    )


def test_calls_are_printed_on_one_line_where_they_fit() -> None:
    style = Style(width=24)
    short, long = [keyword("a", "1"), keyword("b", "2")], [keyword("name", '"abcdefgh"'), keyword("b", "22")]
    assert print_call("f", short, style) == "f(a=1, b=2)"
    assert print_call("f", [], style) == "f()"
    assert print_call("f", long, style, "  ") == 'f(\n      name="abcdefgh",\n      b=22,\n  )'
    assert print_call("f", short, style, taken=16).count("\n") == 3
    noted = [Argument("a=1", ("# why",), "# how")]
    assert print_call("f", noted, Style("\r\n")) == "f(\r\n    # why\r\n    a=1,  # how\r\n)"
