"""FS212: documentation of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS212",
    name="task-docs",
    summary="`Documentation(short_description=S)` becomes `flyte.Documentation(description=S)`; docstrings stay.",
    shift="""\
Flyte 1 models short and long descriptions, icons and source links, and a `deprecated=` text.
Flyte 2 keeps one description. The docstring is the normal place for it.
`long_description` goes to the docstring, and links to source code are not declared any more.
`deprecated="..."` has no counterpart: say it in the docstring.""",
    guide="tasks-and-workflows",
    applicability="unsafe",
    automatic=(
        "Migrate drops `deprecated=` with a note, and refuses a module with `docs=`; move the text by hand as shown."
    ),
    gotchas=("`env.task(deprecated=...)` raises `TypeError`.",),
    examples=(
        Example(
            before="""\
from flytekit import Description, Documentation, task


@task(
    docs=Documentation(
        short_description="Counts words",
        long_description=Description(value="Words are separated by whitespace."),
    ),
    deprecated="use tokens",
)
def words(text: str) -> int:
    return len(text.split())
""",
            after='''\
import flyte

env = flyte.TaskEnvironment(name="words")


@env.task(docs=flyte.Documentation(description="Counts words"))
def words(text: str) -> int:
    """Words are separated by whitespace. Deprecated: use tokens."""
    return len(text.split())
''',
            call='words(text="one two")',
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="words")


@env.task(docs=flyte.Documentation(description="Counts words"))
def words(text: str) -> int:
    return len(text.split())
""",
        """\
from fastapi import Documentation

page = Documentation(docs=None, deprecated="old")
print(page)
""",
    ),
)
