"""Commands of `pyflyte` that Python code runs become those of `flyte`, or the user reads why not."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = """\
import datetime
import enum
from typing import Any, List
from click.testing import CliRunner
from flytekit import task, workflow


class Colour(enum.Enum):
    RED = "red"


@task
def paint(colour: Colour, n: int, thing: Any, wet: bool = True) -> int:
    return n


@workflow
def wf(xs: List[int]) -> int:
    return 1


@task
def plan(day: datetime.date | None = None, shops: list[str] | None = None) -> int:
    return 1


def helper():
    return 1


"""
IMPORT = "from flytekit.clis.sdk_in_container import pyflyte\n\n"
MAIN = """\
if __name__ == "__main__":
    from flytekit.clis.sdk_in_container import pyflyte

    result = CliRunner().invoke(pyflyte.main, {words})
    print(result.output, result.exit_code)
"""


def script(words: str) -> str:
    return HEAD + MAIN.format(words=words)


WRITTEN = {
    "local": ('["run", "w.py", "wf"]', '["run", "--local", "w.py", "wf"]'),
    "remote": ('["run", "--remote", "w.py", "wf"]', '["run", "w.py", "wf"]'),
    "short": (
        '["run", "-r", "-p", "shop", "--domain", "dev", "w.py", "wf"]',
        '["run", "-p", "shop", "--domain", "dev", "w.py", "wf"]',
    ),
    "more said": ('["-vv", "--verbose", "run", "w.py", "wf"]', '["-vv", "--verbose", "run", "--local", "w.py", "wf"]'),
    "this file": ('["run", __file__, "wf"]', '["run", "--local", os.path.relpath(__file__), "wf"]'),
    "absolute": ('["run", "/a/w.py", "wf"]', '["run", "--local", os.path.relpath("/a/w.py"), "wf"]'),
    "inputs that may be None": (
        '["run", __file__, "plan", "--day", "2025-01-02", "--shops", "[]"]',
        '["run", "--local", os.path.relpath(__file__), "plan", "--day", "2025-01-02", "--shops", "[]"]',
    ),
    "inputs": (
        '["run", __file__, "wf", "--xs", str([1])]',
        '["run", "--local", os.path.relpath(__file__), "wf", "--xs", str([1])]',
    ),
}


@pytest.mark.parametrize(("before", "after"), WRITTEN.values(), ids=WRITTEN)
def test_a_run_says_where_and_keeps_the_rest(before: str, after: str) -> None:
    made = migrated(script(before))
    assert f"    import flyte.cli\n\n    result = CliRunner().invoke(flyte.cli.main, {after})" in made
    assert ("import os\n" in made) == ("os.path" in after)


def test_the_reviewer_reads_what_differs() -> None:
    notes = [n.message for n in planned(script('["run", "-r", "w.py", "wf"]')).notes]
    assert any("writes another text" in n for n in notes)
    assert any("project and domain" in n for n in notes)


def test_a_part_of_the_module_keeps_the_import_of_the_rest() -> None:
    assert "import flyte.cli" not in migrated(HEAD + IMPORT)


REFUSED = {
    "another command": ('["register", "w.py"]', "`pyflyte register` has no equal"),
    "a configuration": ('["-c", "c.yaml", "run", "w.py", "wf"]', "`pyflyte -c` has no equal"),
    "nothing but options": ('["-vv"]', "`pyflyte -vv` has no equal"),
    "a deployed task": ('["run", "remote-task", "wf"]', "write it out as a list"),
    "an option without an equal": ('["run", "--overwrite-cache", "w.py", "wf"]', "`--overwrite-cache`"),
    "an image": ('["run", "--image", "a:1", "w.py", "wf"]', "`--image`"),
    "a text": ('"run w.py wf"', "write it out as a list"),
    "a list from elsewhere": ("WORDS", "write it out as a list"),
    "a list with more": ('["run", "w.py", "wf", *MORE]', "write it out as a list"),
    "no workflow": ('["run", "w.py"]', "write it out as a list"),
    "no task": ('["run", __file__, "helper"]', "no task or workflow of this file"),
    "inputs of another file": ('["run", "w.py", "wf", "--xs", "[1]"]', "which task of which file"),
    "an unknown input": ('["run", __file__, "wf", "--ys", "[1]"]', "in another way"),
    "an enum": ('["run", __file__, "paint", "--colour", "red"]', "the type `Colour`"),
    "anything": ('["run", __file__, "paint", "--thing", "red"]', "the type `Any`"),
    "a flag turned off": ('["run", __file__, "paint", "--no-wet"]', "has no `--no-wet`"),
    "a value of a flag": ('["run", __file__, "paint", "--wet", "true"]', "write it out as a list"),
}


@pytest.mark.parametrize(("words", "why"), REFUSED.values(), ids=REFUSED)
def test_what_flyte_run_may_do_otherwise_is_refused(words: str, why: str) -> None:
    assert any(why in reason for reason in reasons(script(words)))


USES = {
    "its text is looked at": (
        '    r = CliRunner().invoke(pyflyte.main, ["run", "w.py", "wf"])\n    return "ok" in r.output',
        "exit_code",
    ),
    "its error is looked at": (
        '    return CliRunner().invoke(pyflyte.main, ["run", "w.py", "wf"]).exception',
        "exit_code",
    ),
    "it goes elsewhere": ('    return CliRunner().invoke(pyflyte.main, ["run", "w.py", "wf"])', "exit_code"),
    "errors are let through": (
        '    CliRunner().invoke(pyflyte.main, ["run", "w.py", "wf"], catch_exceptions=False)',
        "by hand",
    ),
    "it is called": ('    pyflyte.main(["run", "w.py", "wf"])', "by hand"),
    "it is handed on": ("    return pyflyte.main", "by hand"),
    "flyte is something else": (
        '    flyte = 1\n    CliRunner().invoke(pyflyte.main, ["run", "w.py", "wf"])\n    return flyte',
        "means something",
    ),
}


@pytest.mark.parametrize(("body", "why"), USES.values(), ids=USES)
def test_other_uses_of_the_command_are_refused(body: str, why: str) -> None:
    assert any(why in reason for reason in reasons(HEAD + IMPORT + f"\ndef go():\n{body}\n"))


def test_an_event_loop_that_runs_is_refused() -> None:
    source = HEAD + IMPORT + '\nasync def go():\n    CliRunner().invoke(pyflyte.main, ["run", "w.py", "wf"])\n'
    assert any("event loop" in reason for reason in reasons(source))
