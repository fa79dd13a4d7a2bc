"""Flyte 1 modules made up for measuring: the same seed gives the same text, and no text is anyone's.

A module is a realistic mix: images and constants, tasks with settings, workflows over them, and more plain Python than
both together; about 110 findings in 1,000 lines, as in real code.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

_NOUNS = (
    "order",
    "user",
    "price",
    "sensor",
    "image",
    "report",
    "model",
    "batch",
    "region",
    "invoice",
    "event",
    "label",
)
_VERBS = ("load", "clean", "merge", "score", "rank", "split", "export", "train", "check", "count", "join", "filter")
_PACKAGES = ("pandas", "scikit-learn", "polars", "pyarrow", "xgboost", "requests", "numpy", "lightgbm")


def module(lines: int, seed: int = 1) -> str:
    """A Flyte 1 module of exactly that many lines (50 at least) that uses most of what Flyte 1 has."""
    rng = random.Random(f"module-{seed}")
    return _filled(rng, _HEADER, [_helper] * 24 + [_record] * 7 + [_task] * 5 + [_workflow] * 2 + [_extra] * 2, lines)


def plain_module(lines: int, seed: int = 1) -> str:
    """A Flyte 1 module of exactly that many lines that holds nothing but what flyteshift migrates by itself."""
    rng = random.Random(f"plain-{seed}")
    return _filled(
        rng, _PLAIN_HEADER, [_helper] * 12 + [_record] * 3 + [_plain_task] * 5 + [_plain_workflow] * 2, lines
    )


def python_module(lines: int, seed: int = 1) -> str:
    """A Python module of exactly that many lines without Flyte."""
    rng = random.Random(f"python-{seed}")
    return _filled(rng, _PYTHON_HEADER, [_helper, _helper, _record], lines)


def tree(folder: Path, files: int, share: float = 0.05, lines: int = 150) -> int:
    """Write packages of Python files, of which that share uses Flyte 1; gives how many do."""
    rng = random.Random("tree")
    flyte = 0
    for number in range(files):
        package = folder / f"package_{number // 50:03}"
        package.mkdir(parents=True, exist_ok=True)
        chosen = int((number + 1) * share) > int(number * share)
        flyte += chosen
        write = module if chosen else python_module
        text = write(rng.randint(50, 2 * lines - 50), number)
        (package / f"module_{number:05}.py").write_text(text, encoding="utf-8")
    return flyte


def project(folder: Path, files: int, share: float = 0.05) -> None:
    """The same as `tree`, with workflows in one module of a package that call tasks of another."""
    tree(folder, files, share)
    (folder / "pyproject.toml").write_text('[project]\nname = "shop"\n', encoding="utf-8")
    for package in sorted(folder.glob("package_*")):
        (package / "__init__.py").write_text("", encoding="utf-8")
        (package / "tasks.py").write_text(_TASKS, encoding="utf-8")
        (package / "flow.py").write_text(_FLOW.format(package=package.name), encoding="utf-8")


_TASKS = """\
from flytekit import task


@task(retries=2)
def load(day: int) -> int:
    return day


@task
def train(day: int) -> int:
    return day + 1
"""
_FLOW = """\
from flytekit import workflow

from {package}.tasks import load, train


@workflow
def daily(day: int = 1) -> int:
    return train(day=load(day=day))
"""

_Part = Callable[[random.Random, int, "list[str]"], str]


def _filled(rng: random.Random, header: str, parts: Sequence[_Part], lines: int) -> str:
    """The header and parts in random order, filled up to the number of lines."""
    text, tasks = header, list[str]()
    for number in range(lines):
        part = rng.choice(parts)
        more = "\n\n" + part(rng, number, tasks)
        if text.count("\n") + more.count("\n") > lines:
            break
        text += more
    rest = lines - text.count("\n")
    return text + "".join(f"# Note {number}: kept for the next review.\n" for number in range(rest))


def _name(rng: random.Random, number: int) -> str:
    return f"{rng.choice(_VERBS)}_{rng.choice(_NOUNS)}_{number}"


_HEADER = '''\
"""Pipelines of a shop: load, clean, train, report."""

import math
import os
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import List, Optional

import flytekit
from flytekit import CronSchedule, ImageSpec, LaunchPlan, Resources, Secret
from flytekit import conditional, current_context, dynamic, map_task, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile

REGISTRY = os.environ.get("REGISTRY", "registry.example.com/shop")
base_image = ImageSpec(name="shop", packages=["pandas", "pyarrow"], registry=REGISTRY)
'''
_PLAIN_HEADER = '''\
"""Pipelines of a shop, plain ones."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import List, Optional

from flytekit import Resources, dynamic, task, workflow
'''
_PYTHON_HEADER = '''\
"""Helpers of a shop."""

import math
from dataclasses import dataclass
from typing import List, Optional
'''


def _helper(rng: random.Random, number: int, tasks: list[str]) -> str:
    name, noun = f"_{_name(rng, number)}", rng.choice(_NOUNS)
    limit, factor = rng.randint(3, 900), rng.randint(2, 19)
    return rng.choice(
        (
            f'''\
def {name}({noun}s: List[float], limit: Optional[float] = None) -> List[float]:
    """The {noun}s below a limit, scaled."""
    kept = []
    for value in {noun}s:
        if limit is not None and value > limit:
            continue
        kept.append(math.sqrt(abs(value)) * {factor})
    if not kept:
        raise ValueError("no {noun} is left below {limit}")
    return sorted(kept)
''',
            f'''\
def {name}(first: int, second: int = {limit}) -> dict:
    """How far two {noun}s are apart."""
    difference = abs(first - second)
    result = {{
        "first": first,
        "second": second,
        "difference": difference,
        "share": difference / {limit},
    }}
    # Small differences come from rounding.
    if difference < {factor}:
        result["difference"] = 0
    return result
''',
            f'''\
def {name}(text: str) -> str:
    """A {noun}'s name as the warehouse spells it."""
    words = [word.strip().lower() for word in text.split("_") if word]
    return "-".join(words[:{factor}])
''',
        )
    )


def _record(rng: random.Random, number: int, tasks: list[str]) -> str:
    noun = rng.choice(_NOUNS)
    return f'''\
@dataclass
class {noun.title()}{number}:
    """One {noun} of the shop."""

    name: str
    amount: float = {rng.randint(1, 99)}.0
    tags: Optional[List[str]] = None

    def total(self, rate: float) -> float:
        """The amount with tax."""
        return round(self.amount * (1 + rate), 2)
'''


def _settings(rng: random.Random, known: list[str]) -> str:
    chosen = rng.sample(known, rng.randint(0, min(3, len(known))))
    if not chosen:
        return ""
    if len(chosen) == 1:
        return f"({chosen[0]})"
    return "(\n" + "".join(f"    {each},\n" for each in chosen) + ")"


def _task(rng: random.Random, number: int, tasks: list[str]) -> str:
    name, noun = _name(rng, number), rng.choice(_NOUNS)
    size = rng.randint(1, 8)
    settings = _settings(
        rng,
        [
            f"retries={size}",
            f'cache=True, cache_version="{size}.{number}"',
            f'requests=Resources(cpu="{size}", mem="{size}Gi")',
            f"timeout=timedelta(minutes={size})",
            "container_image=base_image",
            'secret_requests=[Secret(group="shop", key="token")]',
            f'environment={{"LEVEL": "{size}"}}',
        ],
    )
    tasks.append(name)
    body = rng.choice(
        (
            f'''\
def {name}(amount: int) -> int:
    """Work on one {noun}."""
    rows = [amount * step for step in range({size})]
    flytekit.logger.info("%s rows", len(rows))
    return sum(rows)
''',
            f'''\
def {name}(amount: int) -> int:
    """Work on {noun}s that a service keeps."""
    token = current_context().secrets.get("shop", "token")
    if len(token) > {number}:
        return amount + {size}
    return amount
''',
            f'''\
def {name}(amount: int) -> int:
    """Work on the {noun}s of a day."""
    best = 0
    for step in range(amount):
        candidate = step * {size} % 17
        if candidate > best:
            best = candidate
    return best
''',
        )
    )
    return f"@task{settings}\n{body}"


def _workflow(rng: random.Random, number: int, tasks: list[str]) -> str:
    name = f"pipeline_{number}"
    if len(tasks) < 3:
        return _task(rng, number, tasks)
    first, second, third = rng.sample(tasks, 3)
    return f'''\
@workflow
def {name}(amount: int = {number}) -> int:
    """From {first} to {third}."""
    loaded = {first}(amount=amount)
    cleaned = {second}(amount=loaded){rng.choice(("", '.with_overrides(requests=Resources(cpu="2"))'))}
    result = {third}(amount=cleaned)
    return result
'''


def _extra(rng: random.Random, number: int, tasks: list[str]) -> str:
    """What there are a few of in a module: maps, conditions, schedules, files, images."""
    if len(tasks) < 2:
        return _task(rng, number, tasks)
    first, second = rng.sample(tasks, 2)
    return rng.choice(
        (
            f'''\
@workflow
def mapped_{number}(amounts: List[int]) -> List[int]:
    """All amounts at once."""
    return map_task({first}, concurrency=4)(amount=amounts)
''',
            f'''\
@workflow
def chosen_{number}(amount: int) -> int:
    """One of two ways."""
    return conditional("size").if_(amount > {number}).then({first}(amount=amount)).else_().then({second}(amount=amount))
''',
            f'''\
@workflow
def nightly_{number}(amount: int = 3) -> int:
    """What runs each night."""
    return {first}(amount=amount)


nightly_plan_{number} = LaunchPlan.get_or_create(
    nightly_{number},
    name="nightly_{number}",
    schedule=CronSchedule(schedule="0 {number % 24} * * *"),
)
''',
            f'''\
image_{number} = ImageSpec(
    name="extra-{number}",
    packages=["{rng.choice(_PACKAGES)}"],
    registry=REGISTRY,
)


@task(container_image=image_{number})
def archive_{number}(source: FlyteFile, target: FlyteDirectory) -> FlyteFile:
    """Keep a file."""
    with open(source, "rb") as stream:
        head = stream.read({number})
    path = os.path.join(target.path, "archive")
    with open(path, "wb") as stream:
        stream.write(head)
    return FlyteFile(path)
''',
            f'''\
@dynamic
def repeated_{number}(amount: int) -> List[int]:
    """As often as the amount says."""
    results = []
    for step in range(amount):
        results.append({first}(amount=step))
    return results
''',
            f"scaled_{number} = partial({first}, amount={number})\n",
        )
    )


def _plain_task(rng: random.Random, number: int, tasks: list[str]) -> str:
    name, noun = _name(rng, number), rng.choice(_NOUNS)
    size = rng.randint(1, 3)
    settings = _settings(
        rng,
        [
            f"retries={size}",
            f"timeout=timedelta(minutes={size})",
            f'requests=Resources(cpu="{size}", mem="{size}Gi")',
            "interruptible=True",
        ],
    )
    tasks.append(name)
    return f'''\
@task{settings}
def {name}(amount: int) -> int:
    """Work on one {noun}."""
    rows = [amount * step for step in range({size})]
    return sum(rows)
'''


def _plain_workflow(rng: random.Random, number: int, tasks: list[str]) -> str:
    if len(tasks) < 3:
        return _plain_task(rng, number, tasks)
    first, second, third = rng.sample(tasks, 3)
    if rng.random() < 0.2:
        return f'''\
@dynamic
def repeated_{number}(amount: int) -> List[int]:
    """As often as the amount says."""
    results = []
    for step in range(amount):
        results.append({first}(amount=step))
    return results
'''
    return f'''\
@workflow
def pipeline_{number}(amount: int = {number}) -> int:
    """From {first} to {third}."""
    loaded = {first}(amount=amount)
    cleaned = {second}(amount=loaded)
    return {third}(amount=cleaned)
'''
