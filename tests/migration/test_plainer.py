"""Flyte 1 that is written plainer first: what the text becomes, and what stays as it is."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.migration.helpers import migrated, planned, reasons

ECHOES = """\
from flytekit import kwtypes, task, workflow
from flytekit.core.task import Echo

{0}


@workflow
def wf(x: int) -> int:
    return echo(x=x)
"""

ECHO_REFUSED = {
    "settings": 'echo = Echo(name="echo", inputs={"x": int}, task_config=None)',
    "inputs of a call": 'echo = Echo(name="echo", inputs=make())',
    "no inputs": 'echo = Echo(name="echo")',
    "an input that is no name": 'echo = Echo(name="echo", inputs={"x": int, "class": str})',
    "arguments unpacked": 'OPTIONS = {"inputs": {"x": int}}\necho = Echo("echo", **OPTIONS)',
    "bound twice": 'echo = Echo(name="echo", inputs={"x": int})\necho = Echo(name="other", inputs={"x": int})',
    "a comment inside": 'echo = Echo(\n    name="echo",  # mine\n    inputs={"x": int},\n)',
    "offered to others": '__all__ = ["echo"]\necho = Echo(name="echo", inputs={"x": int})',
    "made in a function": 'def make():\n    return Echo(name="echo", inputs={"x": int})\n\n\necho = make()',
}


@pytest.mark.parametrize("made", ECHO_REFUSED.values(), ids=ECHO_REFUSED)
def test_an_echo_whose_inputs_do_not_show_stays(made: str) -> None:
    assert any("`Echo` has no Flyte 2 form" in r for r in reasons(ECHOES.format(made)))


def test_echoes_are_definitions_with_two_blank_lines_around() -> None:
    made = 'echo = Echo(name="e", inputs={"x": int})\nboth = Echo("b", kwtypes(x=int, y=str))\nLIMIT = 3'
    assert dedent("""\
        @env.task
        def echo(x: int) -> int:
            return x


        @env.task
        def both(x: int, y: str) -> (int, str):
            return x, y


        LIMIT = 3
        """) in migrated(ECHOES.format(made))


def test_an_echo_brings_the_decorator_that_it_needs() -> None:
    source = ECHOES.format('echo = Echo(name="e", inputs={"x": int})').replace("kwtypes, task, workflow", "workflow")
    assert "@env.task\ndef echo(x: int) -> int:\n    return x\n" in migrated(source)
    assert planned(source.replace("from flytekit.core", "task = 3\nfrom flytekit.core")).left
