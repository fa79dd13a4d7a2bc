"""What is kept of unchanged statements from one version to the next gives what a fresh look gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import sources
from benchmarks.edits import session

from flyteshift.features import actions, fixes
from flyteshift.features.neighbours import Neighbours
from flyteshift.migration import partial
from flyteshift.migration.components import components
from flyteshift.migration.plan import obvious
from flyteshift.migration.width import may_branch
from flyteshift.semantics.model import Model, build
from flyteshift.text import Document, Edit, Span

COMMAND = """\
from flytekit import task
from flytekit.clis.sdk_in_container import pyflyte
from click.testing import CliRunner


@task
def load(n: int) -> int:
    return n


def test() -> None:
    CliRunner().invoke(pyflyte.main, ["run", __file__, "load", "--n", "1"])
"""


def asked(model: Model) -> list[object]:
    place = Span(len(model.document.text) // 2, len(model.document.text) // 2)
    found = [components(model), obvious(model), fixes.fixes(model), may_branch(model), actions.actions(model, place)]
    return [*found, [s.facts.words for s in model.statements]]


@pytest.mark.parametrize("write", [sources.module, sources.plain_module])
def test_after_edits_all_is_as_if_read_for_the_first_time(write: object) -> None:
    text = write(300)  # type: ignore[operator]
    model = build(Document("file:///x/m.py", text))
    for edit in session(text, 20):
        asked(model)
        text = edit.applied(text)
        model = build(Document("file:///x/m.py", text), model)
        assert asked(model) == asked(build(Document("file:///x/m.py", text)))


def test_what_a_command_line_names_counts_from_the_edit_on_that_makes_it_one() -> None:
    def linked(model: Model) -> bool:
        return any(len(each.statements) > 1 for each in components(model)) or not components(model)

    model = build(Document("file:///x/m.py", COMMAND + "\n\n@task\ndef other() -> None: ...\n"))
    without = COMMAND.replace("from flytekit.clis.sdk_in_container import pyflyte\n", "pyflyte = None\n")
    before = build(Document("file:///x/m.py", without + "\n\n@task\ndef other() -> None: ...\n"))
    assert linked(model) and not linked(before)
    for first, then in ((model, before), (before, model)):
        assert components(build(then.document, first)) == components(build(then.document))


def plans(model: Model) -> list[tuple[Edit, ...]]:
    starts = [model.statements[min(part.statements)].span.start for part in components(model)]
    found = (actions.resolve(model, actions.MIGRATE_PART, Span(at, at)).edits for at in starts)
    return [edits for edits in found if edits]


def test_a_result_parsed_around_its_edits_is_the_result() -> None:
    model = build(Document("file:///x/m.py", sources.plain_module(400)))
    found = plans(model)
    assert len(found) > 3
    for edits in found:
        after = partial._after(model.document, [*edits])
        fresh = Document("", model.document.edited(edits).text)
        assert after.text == fresh.text and str(after.tree.root_node) == str(fresh.tree.root_node)


def test_insertions_at_one_place_stand_in_their_order() -> None:
    document = Document("", "a = 1\nb = 2\n")
    edits = [Edit(Span(6, 6), "x = 1\n"), Edit(Span(6, 11), "c = 3"), Edit(Span(6, 6), "y = 1\n")]
    assert partial._after(document, edits).text == document.edited(edits).text == "a = 1\nx = 1\ny = 1\nc = 3\n"


def test_the_model_of_an_open_file_is_not_made_again(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    texts = {path: sources.plain_module(100)}
    opened = {path: build(Document(path.as_uri(), texts[path]))}
    around = Neighbours(texts.get, read=opened.get)
    assert around.model(path) is opened[path]


@pytest.mark.parametrize("text", ["x = 1\n", "from flytekit import task\n\n@task\ndef f(:\n", "# flytekit\n"])
def test_one_that_was_not_read_or_has_an_error_is_made_of_its_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.py"
    around = Neighbours({path: text}.get, read={path: build(Document(path.as_uri(), text))}.get)
    made, fresh = around.model(path), build(Document("", text), whole=True)
    assert made is not None and made.references() == fresh.references() and made.bindings == fresh.bindings
    assert list(made.names.events) == list(fresh.names.events)
