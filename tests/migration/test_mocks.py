"""`task_mock` and `patch` of flytekit.testing become those of `unittest.mock`; FS709's examples run under both SDKs."""

from __future__ import annotations

import pytest

from tests.migration.helpers import migrated, reasons

HEAD = """\
from flytekit import task, workflow
from flytekit.testing import patch, task_mock


@task
def t(a: int) -> int:
    return a


@workflow
def wf(a: int) -> int:
    return t(a=a)


"""


def test_a_mock_replaces_what_the_task_runs() -> None:
    after = migrated(
        HEAD + "def test_wf() -> None:\n    with task_mock(t) as m:\n        m.return_value = 3\n        wf(a=1)\n"
    )
    assert '    with unittest.mock.patch.object(t, "func") as m:\n' in after


def test_a_decorator_gives_the_mock() -> None:
    assert '@unittest.mock.patch.object(t, "func")\ndef test_wf(m)' in migrated(
        HEAD + "@patch(t)\ndef test_wf(m) -> None:\n    assert wf(a=1)\n"
    )


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        (
            "def test_wf() -> None:\n    with task_mock(t) as m:\n        t(1)\n    m.assert_called_with(a=1)\n",
            "how it was called",
        ),
        ("@patch(t)\ndef test_wf(m, tmp_path) -> None:\n    assert wf(a=1)\n", "one parameter"),
        ("class TestIt:\n    @patch(t)\n    def test_wf(m) -> None:\n        assert wf(a=1)\n", "one parameter"),
        ("def mocked(task):\n    return task_mock(task)\n", "which task"),
    ],
)
def test_other_forms_are_refused(test: str, reason: str) -> None:
    assert any(reason in message for message in reasons(HEAD + test)), reasons(HEAD + test)


def test_a_patch_of_another_library_is_left_alone() -> None:
    source = HEAD.replace("from flytekit.testing import patch, task_mock", "from unittest.mock import patch")
    assert '@patch("jobs.t")' in migrated(source + '@patch("jobs.t")\ndef test_wf(m) -> None:\n    wf(a=1)\n')
