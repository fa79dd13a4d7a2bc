"""Decorators that open an editor go with their configurations, unless they would run code of the user's."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated, planned, reasons

HEAD = """\
from flytekit import task, workflow
from flytekitplugins.flyteinteractive import VscodeConfig, jupyter, vscode

config = VscodeConfig()


def look() -> None:
    print("look")


"""
BODY = "\ndef f(x: int) -> int:\n    return x\n"
GONE = {
    "bare": "@task\n@vscode",
    "called": "@task()\n@jupyter()",
    "settings of the editor": "@task\n@vscode(port=8081, max_idle_seconds=10, config=config)",
    "a token": "@task\n@jupyter(token='t', notebook_dir='/root')",
    "nothing runs": "@task\n@vscode(pre_execute=None, post_execute=None, run_task_first=False)",
}
REFUSED = {
    "the task first": "@task\n@vscode(run_task_first=True)",
    "a function before": "@task\n@vscode(pre_execute=look)",
    "a function after": "@task\n@jupyter(post_execute=look)",
    "by position": "@task\n@vscode(None, 60)",
    "settings out of sight": "@task\n@vscode(**{})",
    "a call in the settings": "@task\n@vscode(port=look())",
    "above the task": "@vscode\n@task",
    "of a plain function": "@vscode",
}


@pytest.mark.parametrize("name", GONE)
def test_an_editor_goes(name: str) -> None:
    after = migrated(HEAD + GONE[name] + BODY)
    assert "vscode" not in after.lower() and "jupyter" not in after and "@env.task" + BODY in after
    assert any("flyte run --debug" in n.message for n in planned(HEAD + GONE[name] + BODY).notes)


@pytest.mark.parametrize("name", REFUSED)
def test_an_editor_that_does_more_is_refused(name: str) -> None:
    assert reasons(HEAD + REFUSED[name] + BODY)


def test_a_configuration_that_something_else_reads_is_refused() -> None:
    assert any("VscodeConfig" in r for r in reasons(HEAD + GONE["settings of the editor"] + BODY + "print(config)\n"))


def test_the_layout_around_an_editor_stays() -> None:
    source = HEAD + "# one\n@task  # two\n# three\n@vscode(\n    port=8081,\n)\n# four" + BODY
    assert "# one\n@env.task  # two\n# three\n# four\ndef f" in migrated(source)


def test_the_gap_above_an_editor_goes_with_it() -> None:
    assert "@env.task(retries=1)\ndef f" in migrated(HEAD + "@task(\n    retries=1,\n)\n\n@vscode" + BODY)


def test_the_package_of_the_editor_leaves_the_image() -> None:
    image = 'from flytekit import ImageSpec\n\nimage = ImageSpec(packages=["flytekitplugins-flyteinteractive", "pandas"])\n\n'
    assert 'with_pip_packages("pandas")' in migrated(HEAD + image + "@task(container_image=image)\n@vscode" + BODY)
