"""A secret that a file reads and another one asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from flyteshift.migration.unit import plan_files
from flyteshift.text import apply_edits
from flyteshift.workspace.project import Project
from flyteshift.workspace.settings import Settings

READS = "from flytekit import current_context\n\n\ndef token() -> str:\n    return current_context().secrets.get('g', 'k')\n"
ASKS = "from flytekit import Secret, task\nfrom reads import token\n\n\n@task(secret_requests=[Secret(group='g', key='k'{0})])\ndef f() -> str:\n    return token()\n"
ASKED = "import flyte\nfrom reads import token\n\nenv = flyte.TaskEnvironment(name='e', secrets=[flyte.Secret({0})])\n\n\n@env.task\ndef f() -> str:\n    return token()\n"


def migrated(folder: Path, only: str, **sources: str) -> tuple[str, list[str]]:
    """A file after a migration of it alone, and what is in the way."""
    for name, source in sources.items():
        (folder / f"{name}.py").write_text(source, "utf-8")
    path = folder / f"{only}.py"
    users = [folder / f"{name}.py" for name in sources if name != only]
    plan = plan_files([path], Project(root=folder), Settings(root=folder), users)[path]
    return apply_edits(sources[only], plan.edits), [o.message for o in plan.left]


@pytest.mark.parametrize(
    ("said", "variable"),
    [
        ("'k', 'g'", "G_K"),
        ("key='k', group='g', as_env_var='TOKEN'", "TOKEN"),
        ("'k', 'g', None, 'TOKEN'", "TOKEN"),
    ],
)
def test_a_secret_is_in_the_variable_that_a_file_of_flyte_2_names(tmp_path: Path, said: str, variable: str) -> None:
    after, left = migrated(tmp_path, "reads", reads=READS, asks=ASKED.format(said))
    assert not left
    assert f"return os.environ['{variable}']".replace("'", '"') in after


def test_a_secret_is_in_the_variable_that_an_imported_file_names(tmp_path: Path) -> None:
    base = "from flytekit import Secret\n\nTOKEN = Secret(group='g', key='k', env_var='TOKEN')\n"
    reads = READS.replace("from flytekit", "import base\nfrom flytekit", 1)
    _, left = migrated(tmp_path, "reads", reads=reads, base=base)
    assert not [message for message in left if "secret" in message]


@pytest.mark.parametrize(
    "other",
    [
        "import reads\n",
        ASKED.format("'other', 'g'"),
        ASKED.format("NAME, 'g'"),
        "from flytekit import Secret\n\nSECRET = Secret(group='g', key='K')\n",
    ],
)
def test_a_secret_that_no_file_asks_for_is_refused(tmp_path: Path, other: str) -> None:
    _, left = migrated(tmp_path, "reads", reads=READS, asks=other)
    assert [message for message in left if message.startswith("No file that belongs to this one asks for this secret")]


def test_a_secret_that_files_ask_for_in_two_variables_is_refused(tmp_path: Path) -> None:
    one, two = ASKED.format("'k', 'g'"), ASKED.format("'k', 'g', as_env_var='TOKEN'")
    _, left = migrated(tmp_path, "reads", reads=READS, one=one, two=two)
    assert [message for message in left if "is asked for in several variables (G_K, TOKEN)" in message]
