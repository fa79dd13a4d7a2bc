"""Suppression comments that hide nothing are told, and can be dropped."""

from __future__ import annotations

import pytest

from flyteshift.features.actions import actions, resolve
from flyteshift.features.findings import unused
from flyteshift.semantics.model import build
from flyteshift.text import Document, Span, apply_edits

HEAD = "from flytekit import task\n\n\n"


def told(source: str) -> list[str]:
    return [each.message for each in unused(build(Document("file:///a.py", source)))]


@pytest.mark.parametrize(
    ("source", "after"),
    [
        (HEAD + "x = 1  # flyteshift: ignore\n", HEAD + "x = 1\n"),
        (HEAD + "x = 1  # flyteshift: ignore[FS111] old\n", HEAD + "x = 1\n"),
        (HEAD + "# flyteshift: ignore-file[FS401]\nx = 1\n", HEAD + "x = 1\n"),
        (
            HEAD + "@task  # flyteshift: ignore[FS111, FS401]\ndef f(): ...\n",
            HEAD + "@task  # flyteshift: ignore[FS111]\ndef f(): ...\n",
        ),
        (HEAD + "x = 1  # flyteshift: ignore  # noqa\n", HEAD + "x = 1  # noqa\n"),
        (HEAD + "x = 1  # noqa  # flyteshift: ignore\n", HEAD + "x = 1  # noqa\n"),
        ("# flyte\nx = 1  # flyteshift: ignore", "# flyte\nx = 1"),
    ],
)
def test_what_hides_nothing_is_told_and_dropped(source: str, after: str) -> None:
    assert len(told(source)) == 1
    model = build(Document("file:///a.py", source, 1))
    at = source.index("flyteshift")
    [action] = [a for a in actions(model, Span(at, at)) if a.key == "drop-suppression"]
    change = resolve(model, action.key, action.span)
    assert apply_edits(source, change.edits) == after
    assert told(after) == []


@pytest.mark.parametrize(
    "source",
    [
        HEAD + "@task  # flyteshift: ignore\ndef f(): ...\n",
        HEAD + "@task  # flyteshift: ignore[task]\ndef f(): ...\n",
        HEAD + "@task(\n    cache=True,\n)  # flyteshift: ignore[task-cache]\ndef f(): ...\n",
        "# flyteshift: ignore-file\n" + HEAD,
        HEAD + "x = '# flyteshift: ignore'\n",
        HEAD + "x = 1  # flyteshift: ignore[]\n",
        HEAD + "@task(  # flyteshift: ignore\n",
    ],
)
def test_what_hides_something_or_is_no_suppression_stays(source: str) -> None:
    assert told(source) == []
