"""Shell tasks as tasks that run their script."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = """import datetime
import os
from dataclasses import dataclass

from flytekit import kwtypes, workflow
from flytekit.extras.tasks.shell import OutputLocation, ShellTask, subproc_execute
from flytekit.types.file import FlyteFile

NAME = "x"
{above}
"""


def shell(arguments: str, above: str = "") -> str:
    return HEAD.format(above=above) + f't = ShellTask(name="t", {arguments})\n'


SCRIPTS = {
    'script="ls"': '"ls"',
    "script='echo {{a}} {inputs.a}', inputs=kwtypes(a=int)": "f'echo {{a}} {a}'",
    'script=r"grep \\d {inputs.a:>3}", inputs={"a": str}': 'fr"grep \\d {a:>3}"',
    'script="cat {inputs.a}", inputs=kwtypes(a=FlyteFile["csv"])': 'f"cat {a_path}"',
    'script="echo {inputs.a}", inputs=kwtypes(a=datetime.datetime)': 'f"echo {a.isoformat()}"',
    'script=f"echo {NAME} {{inputs.a}} {{{{b}}}}", inputs=kwtypes(a=int)': 'f"echo {NAME} {a} {{b}}"',
    'script="echo {inputs.a} " "{{b}}", inputs=kwtypes(a=int)': '(f"echo {a} " f"{{b}}")',
    'script="echo {inputs.done}", inputs=kwtypes(done=int)': 'f"echo {done}"',
}


@pytest.mark.parametrize("given", SCRIPTS)
def test_a_script_says_the_same(given: str) -> None:
    assert f"script = {SCRIPTS[given]}\n" in migrated(shell(given))


def test_names_do_not_meet() -> None:
    out = 'OutputLocation(var="script", var_type=FlyteFile, location="{inputs.done}.txt")'
    after = migrated(shell(f'script="> {{outputs.script}}", inputs=kwtypes(done=str), output_locs=[{out}]'))
    assert (
        'script = f"{done}.txt"\n    script_ = f"> {script}"\n    done_ = subprocess.run(script_, shell=True' in after
    )


def test_what_the_task_asks_for_goes_to_its_environment() -> None:
    after = migrated(shell('script="ls", container_image="a:b", environment={"A": "1"}'))
    assert 'env = flyte.TaskEnvironment(name="example", image="a:b", env_vars={"A": "1"})' in after


def test_comments_stay() -> None:
    after = migrated(
        HEAD.format(above="") + 't = ShellTask(\n    name="t",\n    # lists all\n    script="ls",  # here\n)\n'
    )
    assert "# lists all\n# here\n@env.task\ndef t() -> None:" in after


REFUSED = {
    "a file": 'script_file="a.sh"',
    "another name": "script=os.environ['SCRIPT']",
    "the context": 'script="ls {ctx.working_directory}"',
    "an unknown input": 'script="ls {inputs.b}", inputs=kwtypes(a=int)',
    "a field of an input": 'script="ls {inputs.a.b}", inputs=kwtypes(a=str)',
    "an index": 'script="ls {inputs[a]}", inputs=kwtypes(a=str)',
    "a conversion": 'script="ls {inputs.a!r}", inputs=kwtypes(a=str)',
    "a class": 'script="ls {inputs.a}", inputs=kwtypes(a=Box)',
    "a list": 'script="ls {inputs.a}", inputs=kwtypes(a=list)',
    "a call in a text": 'script=f"ls {os.getcwd()}"',
    "inputs that are computed": 'script="ls", inputs=make()',
    "a name of an output that is computed": 'script="ls", output_locs=[OutputLocation(NAME, FlyteFile, "a")]',
    "a pod": 'script="ls", task_config=make()',
    "arguments that are unpacked": 'script="ls", **OPTIONS',
    "debugging that is computed": 'script="ls", debug=bool(NAME)',
}


@pytest.mark.parametrize("given", REFUSED.values(), ids=REFUSED)
def test_what_is_not_plain_to_see_is_refused(given: str) -> None:
    above = "OPTIONS = {}\n\n\ndef make():\n    return None\n\n\n@dataclass\nclass Box:\n    b: int\n\n"
    assert any("`ShellTask` is Flyte 1" in reason for reason in reasons(shell(given, above)))


def test_a_shell_task_in_a_function_is_refused() -> None:
    assert reasons(HEAD.format(above="") + 'def f():\n    return ShellTask(name="t", script="ls")\n')


def test_what_a_shell_task_knows_of_its_run_is_refused() -> None:
    assert any("used as a value" in r for r in reasons(shell('script="ls"') + "t()\nprint(t.result.output)\n"))


def test_a_command_of_ones_own_stays() -> None:
    source = "from lib import ShellTask, subproc_execute\n\nt = ShellTask(name='t', script='ls {inputs.a}')\n"
    assert planned(source + "subproc_execute(['ls'])\n").edits == []


COMMANDS = {
    "subproc_execute(['ls'])": "subprocess.run(['ls'], check=True)",
    "subproc_execute('ls', shell=True, cwd='/')": "subprocess.run('ls', shell=True, cwd='/', check=True)",
    "print(subproc_execute(command=['ls']).error)": (
        "print(subprocess.run(args=['ls'], capture_output=True, text=True, check=True).stderr)"
    ),
}
UNSURE = {
    "the result is handed on": "print(subproc_execute(['ls']))",
    "the result is bound twice": "r = None\n    r = subproc_execute(['ls'])\n    print(r.output)",
    "the result is used otherwise": "r = subproc_execute(['ls'])\n    print(r.output, r)",
    "its output goes elsewhere": "subproc_execute(['ls'], stdout=None)",
    "arguments are unpacked": "subproc_execute(['ls'], **OPTIONS)",
    "its error is caught by its class": "try:\n        subproc_execute(['ls'])\n    except RuntimeError:\n        pass",
    "its error is caught among others": (
        "try:\n        subproc_execute(['ls'])\n    except (RuntimeError, OSError):\n        pass"
    ),
}


@pytest.mark.parametrize(("command", "wanted"), COMMANDS.items(), ids=COMMANDS)
def test_a_command_is_run(command: str, wanted: str) -> None:
    assert f"def f() -> None:\n    {wanted}\n" in migrated(HEAD.format(above="") + f"def f() -> None:\n    {command}\n")


@pytest.mark.parametrize("body", UNSURE.values(), ids=UNSURE)
def test_a_command_of_which_more_is_asked_is_refused(body: str) -> None:
    source = HEAD.format(above="OPTIONS = {}\n") + f"def f() -> None:\n    {body}\n"
    assert any("`subproc_execute` is Flyte 1" in reason for reason in reasons(source))
