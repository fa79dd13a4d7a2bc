"""Local paths that `FlyteContextManager` gave, and modules that a test imports or skips."""

from __future__ import annotations

import pytest

from flyteshift.semantics.model import build
from flyteshift.text import Document
from tests.migration.helpers import migrated, reasons

TASK = """\
from pathlib import Path

from flytekit import FlyteContextManager, task

FOLDER = FlyteContextManager.current_context().file_access.get_random_local_directory()


@task
def shout(word: str) -> str:
    path = FlyteContextManager.current_context().file_access.get_random_local_path("a.txt")
    Path(path).write_text(word)
    return path
"""


def test_local_paths_are_those_of_flyte_2() -> None:
    after = migrated(TASK)
    assert "FOLDER = str(flyte.storage.get_random_local_directory())\n" in after
    assert '    path = str(flyte.storage.get_random_local_path("a.txt"))\n' in after
    assert "import flyte.storage\n" in after


REFUSED = {
    "a remote path": ("get_random_local_path", "get_random_remote_path"),
    "an upload": ('get_random_local_path("a.txt")', "put_data('a', 'b')"),
    "another part": ("file_access.get_random_local_path", "execution_state.get_random_local_path"),
    "a folder with a name": ("get_random_local_directory()", "get_random_local_directory('a')"),
    "by name": ('("a.txt")', '(file_path_or_file_name="a.txt")'),
    "a context of a builder": ("FlyteContextManager.current_context()", "FlyteContextManager.push_context(None)"),
}


@pytest.mark.parametrize(("old", "new"), REFUSED.values(), ids=REFUSED)
def test_other_uses_of_the_context_are_refused(old: str, new: str) -> None:
    assert old in TASK
    assert any("FlyteContextManager" in r or "file_access" in r for r in reasons(TASK.replace(old, new)))


FRAMES = """\
import pytest

from flytekit import StructuredDataset, task

pd = pytest.importorskip("pandas")


@task
def f(frame: StructuredDataset) -> int:
    return len(frame.open(pd.DataFrame).all())
"""


def test_a_module_that_is_imported_or_skipped_is_that_module() -> None:
    assert "frame.open(pd.DataFrame).all_sync()" in migrated(FRAMES)


@pytest.mark.parametrize(
    "made", ["pytest.importorskip(name)", "importorskip('pandas')", "pytest.importorskip('polars')"]
)
def test_what_else_may_be_anything(made: str) -> None:
    assert any(
        "as a type to open a frame with" in r for r in reasons(FRAMES.replace('pytest.importorskip("pandas")', made))
    )


def test_flyte_itself_is_not_known_by_that() -> None:
    source = 'import pytest\n\nflytekit = pytest.importorskip("flytekit")\n\n\n@flytekit.task\ndef f() -> int:\n    return 1\n'
    assert not build(Document("file:///test_f.py", source)).uses_flyte1
