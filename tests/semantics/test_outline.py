"""A model of the outline says of a module what a whole one does, as far as others can ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks import sources

from flyteshift.semantics.evaluate import NOTHING_IMPORTED, Imported
from flyteshift.semantics.model import build
from flyteshift.semantics.values import Symbol
from flyteshift.text import Document
from flyteshift.workspace.summary import of_model, summarise

PROGRAMS = sorted((Path(__file__).parent.parent / "migration").rglob("*.py"))
HEAD = "import math\nimport pandas as pd\nfrom flytekit import task\nfrom .jobs import load\n\n"


def read(text: str) -> list[str]:
    """The names of the top-level functions and classes whose inside an outline reads."""
    model = build(Document("", text), whole=True, outline=True)
    return [name for s in model.statements if s.facts.uses and s.facts.functions for name in s.facts.module.events]


def same(text: str, imported: Imported = NOTHING_IMPORTED) -> None:
    whole = build(Document("", text), whole=True, imported=imported)
    assert summarise(text, imported) == of_model(whole)
    outline = build(Document("", text), whole=True, outline=True, imported=imported)
    assert outline.references() == whole.references()
    assert [(s.span, s.ordinal) for s in outline.statements] == [(s.span, s.ordinal) for s in whole.statements]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_it_says_the_same_of_programs(path: Path) -> None:
    same(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("write", [sources.module, sources.plain_module, sources.python_module])
def test_it_says_the_same_of_modules_and_of_their_beginnings(write: object, seed: int) -> None:
    text = write(150, seed)  # type: ignore[operator]
    for end in (len(text), len(text) // 2, len(text) // 3):
        same(text[:end])


@pytest.mark.parametrize(
    "text",
    [
        "def f(x: float) -> float:\n    return math.sqrt(x)\n",
        "class A:\n    def m(self): return math.pi\n",
        "@math.decorated\nclass A:\n    x: int = 1\n    def m(self): return self.x\n",
        "async def f():\n    'says g of what it is called'\n    return [x for x in range(3)]\n",
        "def f(n): return n\ndef g(n): return n\n",
    ],
)
def test_what_names_nothing_of_the_module_is_left_out(text: str) -> None:
    assert read(HEAD + text) == []
    same(HEAD + text)


@pytest.mark.parametrize(
    "text",
    [
        "def f(): return load()\n",
        "def f(): return pd.DataFrame()\n",
        "def f(n): return n and f(n - 1)\n",
        "def f():\n    import os\n    return os\n",
        "def f():\n    global task\n    task = str(1)\n",
        "def f(x=(y := str(1))): return y\n",
        "def f(x: 'task'): return str(x)\n",
        "def f(x): return str(helper)\nhelper = 1\n",
        "def f(x): return str(G)\nclass G: ...\n",
        "def f(x) -> 'G': return str(x)\nclass G(dict): ...\n",
        "@load\ndef f(x): return str(x)\n",
        "def f(x):\n    @task\n    def g(y: int): return y\n    return g(x)\n",
        "class A(dict):\n    def m(self): return str(self)\n",
        "class A(metaclass=type):\n    def m(self): return str(self)\n",
        "def f(\u00e9): return str(\u00e9)\n",
        "def f(x): return str(x)\nfrom jobs import *\n",
        "def f(x): return str('flytekit')\n",
        "if True:\n    def f(x): return str(x)\n",
    ],
)
def test_what_may_say_something_is_read(text: str) -> None:
    assert read(HEAD + text) != []
    same(HEAD + text)


def test_a_module_of_the_standard_library_that_another_file_gives_is_none() -> None:
    text = "import queue\n\n\ndef f(x):\n    @queue.task\n    def g(): ...\n    return g\n\n\n@queue.task\ndef h(): return f(1)\n"
    same(text, {"queue.task": Symbol("flytekit.task")})


def test_a_text_with_a_syntax_error_is_read_as_a_whole() -> None:
    same(HEAD + "def f(x): return math.sqrt(x\n\n\n@task\ndef g(): return f(1)\n")
