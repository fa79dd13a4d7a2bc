"""Tasks that write one path or seed one generator: in a local run they must not run at the same time."""

from __future__ import annotations

from textwrap import indent

import pytest

from flyteshift.migration import Plan, plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits

HEAD = """\
import os
import random
import sqlite3
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import List

import joblib
import numpy as np
import pandas as pd
import torch
from flytekit import dynamic, task, workflow

FOLDER = Path("out")
NEW = tempfile.mkdtemp()


class Store:
    def keep(self, frame):
        frame.to_csv("kept.csv")


def helper(n, path="given.txt"):
    joblib.dump({"n": n}, FOLDER / "model.joblib")


@task
def f(n: int) -> int:
%s
    return n


@task
def g(n: int) -> int:
    return n


@task
def join(a: int, b: int) -> int:
    return a + b


"""
TWICE = """\
@workflow
def w(n: int) -> int:
    a = f(n=n)
    b = f(n=2)
    return join(a=a, b=b)
"""


def plan(source: str) -> Plan:
    return plan_module(build(Document("file:///paths.py", source)), "paths")


def migrated(source: str) -> str:
    made = plan(source)
    assert not made.left, [o.message for o in made.left]
    return apply_edits(source, made.edits)


def writing(statements: str, driver: str = TWICE) -> str:
    return HEAD % indent(statements, "    ") + driver


SHARED = {
    "a text": "with open('a.txt', 'w') as out:\n    out.write('x')",
    "a mode by name": "open('a.txt', mode='wb').close()",
    "a variable": "path = 'a.txt'\nPath(path).write_text('x')",
    "joined": "folder = os.path.join('out', 'sub')\npath = os.path.join(folder, 'a.txt')\nopen(path, 'a').close()",
    "of the module": "Path(FOLDER, 'a.txt').write_text('x')",
    "a new folder of the module": "open(NEW, 'w').close()",
    "of a helper": "helper(n)",
    "of a class": "Store().keep(pd.DataFrame({'a': [n]}))",
    "a frame": "pd.DataFrame({'a': [n]}).to_parquet(path='a.parquet')",
    "an archive": "zipfile.ZipFile('a.zip', mode='w').close()",
    "a compressed archive": "tarfile.open('a.tgz', 'w:gz').close()",
    "a database": "sqlite3.connect('a.db').close()",
    "a folder to work in": "os.chdir('out')",
    "seeded random numbers": "random.seed(n)\nrandom.random()",
    "those of numpy": "np.random.seed(n)\nnp.random.rand(n)",
    "those of torch": "torch.manual_seed(n)",
    "a method of a path": "(FOLDER / 'a.txt').absolute().open('w').close()",
}


@pytest.mark.parametrize("statements", SHARED.values(), ids=SHARED)
def test_tasks_that_write_one_path_run_one_after_the_other_and_the_reviewer_is_told(statements: str) -> None:
    made = plan(writing(statements))
    assert not made.left, [o.message for o in made.left]
    assert "gather" not in apply_edits(writing(statements), made.edits)
    assert any("has one for all of them" in n.message and "`w`" in n.message for n in made.notes)


OWN = {
    "named after an input": "open(f'{n}.txt', 'w').close()",
    "a new folder": "path = os.path.join(tempfile.mkdtemp(), 'a.txt')\nopen(path, 'w').close()",
    "read": "with open('a.txt') as given:\n    given.read()",
    "a name that is assigned twice": "path = 'a.txt'\npath = path + str(n)\nopen(path, 'w').close()",
    "a file that begins with a mode": "with open('wax') as given:\n    given.read()",
    "random numbers without a seed": "random.random()",
    "a generator of its own": "np.random.default_rng(seed=n).random()\nrandom.Random(n).random()",
    "no path": "joblib.dumps('some text')",
    "a name that a loop sets": "for path in [str(n)]:\n    open(path, 'w').close()",
}


@pytest.mark.parametrize("statements", OWN.values(), ids=OWN)
def test_tasks_with_paths_of_their_own_are_gathered(statements: str) -> None:
    made = plan(writing(statements))
    assert "asyncio.gather" in apply_edits(writing(statements), made.edits)
    assert not any("has one for all of them" in n.message for n in made.notes)


WRITES = "open('a.txt', 'w').close()"
OTHERS = {
    "comprehension": ("    return [f(n=i) for i in range(n)]\n", "[f(n=i) for i in range(n)]"),
    "inside of another call": ("    return [g(n=f(n=i)) for i in range(n)]\n", "[g(n=f(n=i)) for i in range(n)]"),
    "loop": ("    xs = []\n    for i in range(n):\n        xs.append(f(n=i))\n    return xs\n", "xs.append(f(n=i))"),
    "read before it is written again": (
        "    a = f(n=1)\n    b = g(n=a)\n    c = f(n=2)\n    return [b, c]\n",
        "    b = g(n=a)\n    c = f(n=2)\n",
    ),
    "by a workflow": ("    a = w(n=1)\n    b = w(n=2)\n    return [a, b]\n", "    a = w(n=1)\n    b = w(n=2)\n"),
}


@pytest.mark.parametrize(("statements", "kept"), OTHERS.values(), ids=OTHERS)
def test_no_form_of_them_is_gathered(statements: str, kept: str) -> None:
    after = migrated(writing(WRITES, TWICE + f"\n\n@dynamic\ndef d(n: int) -> List[int]:\n{statements}"))
    assert "gather" not in after
    assert kept in after


def test_others_beside_them_still_run_in_parallel() -> None:
    driver = "@workflow\ndef w(n: int) -> int:\n    a = f(n=n)\n    b = g(n=n)\n    return join(a=a, b=b)\n"
    made = plan(writing(WRITES, driver))
    assert "await asyncio.gather(\n        f.aio(n=n),\n        g.aio(n=n),\n" in apply_edits(
        writing(WRITES, driver), made.edits
    )
    assert not any("has one for all of them" in n.message for n in made.notes)
