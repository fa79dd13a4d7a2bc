"""What other files of the project give changes how a file is read; the file's own facts stay."""

from __future__ import annotations

import random

import pytest

from flyteshift.semantics.model import build
from flyteshift.semantics.values import Instance, Symbol, Value
from flyteshift.text import Change, Document, Span

IMPORTED: dict[str, Value] = {
    ".common.task": Symbol("flytekit.task"),
    "common.task": Symbol("flytekit.task"),
    "pkg.common.task": Symbol("flytekit.task"),
    ".common.image": Instance("flytekit.ImageSpec"),
    "common.image": Instance("flytekit.ImageSpec"),
}


def symbols(source: str, imported: dict[str, Value] | None = None) -> list[tuple[str, str]]:
    model = build(Document("", source), imported=IMPORTED if imported is None else imported)
    return [(r.symbol, source[slice(*r.span)]) for r in model.references() if r.flyte1]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("from .common import task\n@task(retries=1)\ndef f(): ...\n", "task"),
        ("from .common import task as t\n@t(retries=1)\ndef f(): ...\n", "t"),
        ("from . import common\n@common.task(retries=1)\ndef f(): ...\n", "common.task"),
        ("from .common import *\n@task(retries=1)\ndef f(): ...\n", "task"),
        ("import common\n@common.task(retries=1)\ndef f(): ...\n", "common.task"),
        ("import pkg.common\n@pkg.common.task(retries=1)\ndef f(): ...\n", "pkg.common.task"),
        ("import pkg.common as c\n@c.task(retries=1)\ndef f(): ...\n", "c.task"),
        ("def g():\n  from .common import task\n  return task(retries=1)\n", "task"),
    ],
)
def test_flyte_1_is_found_through_the_projects_own_modules(source: str, name: str) -> None:
    assert symbols(source) == [("flytekit.task", name), ("flytekit.task(retries)", "retries")]
    assert symbols(source, {}) == [], "without the other files nothing is known"


def test_tasks_are_entities_then() -> None:
    source = "from .common import task, image\n@task(container_image=image)\ndef f() -> int: ...\n"
    model = build(Document("", source), imported=IMPORTED)
    assert [f.entity.kind for f in model.functions() if f.entity] == ["task"]
    assert [r.uses for r in model.references() if r.name == "container_image"] == ["image"]


@pytest.mark.parametrize(
    "source",
    [
        "from .other import task\n@task\ndef f(): ...\n",
        "from .common import task\ndef g(task):\n    return task(retries=1)\n",
        "from .common import other\n@other.task\ndef f(): ...\n",
        "import common\ncommon = 1\n",
        "task = 1\n@task\ndef f(): ...\n",
    ],
)
def test_other_names_stay_silent(source: str) -> None:
    assert symbols(source) == []


def test_an_incremental_model_equals_a_fresh_one() -> None:
    pieces = ["from .common import task\n", "import common\n", "from .common import *\n", "@task\ndef f(): ...\n",
              "@common.task(retries=1)\ndef g(): ...\n", "task = 1\n", "x = common.image.with_packages('a')\n"]  # fmt: skip
    for seed in range(60):
        rng = random.Random(seed)
        text = "".join(rng.choices(pieces, k=6))
        given: list[dict[str, Value]] = [{}, IMPORTED, {".common.task": Symbol("flytekit.workflow")}]
        imported = rng.choice(given)
        document = Document("", text)
        model = build(document, whole=True, imported=imported)
        for _ in range(8):
            if rng.random() < 0.4:
                imported = rng.choice(given)
            else:
                at = rng.randrange(len(document.text) + 1)
                new = rng.choice([rng.choice(pieces), "", "x", "\n"])
                document = document.changed([Change(Span(at, min(at + rng.randrange(4), len(document.text))), new)])
            model = build(document, model, whole=True, imported=imported)
            fresh = build(Document("", document.text), whole=True, imported=imported)
            assert model.references() == fresh.references()
