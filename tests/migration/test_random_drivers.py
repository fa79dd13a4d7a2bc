"""Random workflows and dynamics: what flytekit gives for them is what flyte gives after migration, in both forms.

Few names are used, so that variables are set again, in chains of targets, in branches and in loops, while calls that do
not need each other are moved together.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent

import pytest

from flyteshift.migration import plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from flyteshift.workspace.settings import Settings
from tests.migration.helpers import SEQUENTIAL
from tests.migration.test_differential import run

TASKS = """\
from functools import partial
from typing import List, NamedTuple, Tuple

from flytekit import conditional, dynamic, map_task, task, workflow
from flytekit.core.node_creation import create_node

Out = NamedTuple("Out", left=int, right=int)
FLAG = True
ITEMS = [4, 1]


@task
def step(x: int, y: int = 2) -> int:
    return (x * 3 + y) % 101


@task
def total(xs: List[int]) -> int:
    return sum(i * x for i, x in enumerate(xs, 1)) % 101


@task
def pair(x: int) -> Tuple[int, int]:
    return x + 1, x * 2


@task
def named(x: int) -> Out:
    return Out(x + 5, x * 4)


@task
def many(x: int) -> List[int]:
    return [x, x + 1, 7]


@task
def log(x: int) -> None:
    print(x)


"""
NAMES = ["a", "b", "c", "env", "asyncio", "left"]
SEEDS = (0, 1, 2, 35, 67, 86, 96)
"""The last four found what was wrong once: chains of targets, names that hide a module, overrides of what is `async`."""


@dataclass
class Body:
    """The statements of a driver so far. `numbers` and `lists` are the expressions that hold such values by now."""

    rng: random.Random
    plain: bool
    """True for a dynamic, whose inputs are plain values."""
    called: list[str]
    """The drivers of the module so far; each takes `n` and gives an `int`."""
    lines: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=lambda: ["n"])
    lists: list[str] = field(default_factory=list)

    def number(self, depth: int = 2) -> str:
        made = [str(self.rng.randint(0, 9)), *self.numbers[-3:] * 3]
        if depth:
            made += [self.call(depth - 1), f"named(x={self.number(depth - 1)}).right"]
        return self.rng.choice(made)

    def call(self, depth: int = 1) -> str:
        some = [f"step(x={self.number(depth)}, y={self.number(depth)})", f"step(x={self.number(depth)})"]
        some += [f"total(xs={self.many(depth)})", *(f"{name}(n={self.number(depth)})" for name in self.called)]
        some += [f'{call}.with_overrides(node_name="n-one")' for call in some[-1:] if depth]
        return self.rng.choice(some)

    def many(self, depth: int = 1) -> str:
        made = [f"many(x={self.number(depth)})", f"[{self.number(depth)}, {self.number(depth)}]", *self.lists * 2]
        return self.rng.choice(made)

    def set(self, name: str, *, many: bool = False) -> str:
        """The name, which holds a number or a list from now on and nothing else."""
        for values in (self.numbers, self.lists):
            values[:] = [v for v in values if v.partition(".")[0].partition("[")[0] != name]
        (self.lists if many else self.numbers).append(name)
        return name

    def statement(self) -> None:
        kinds: list[Callable[[str, str], list[str]]] = [
            self.assigned, self.assigned, self.chained, self.chained, self.unpacked, self.starred, self.of_fields, self.listed,
            self.grown, self.mapped, self.looped, self.chosen, self.decided, self.ordered,
        ]  # fmt: skip
        first, second = self.rng.sample(NAMES, 2)
        self.lines += self.rng.choice(kinds)(first, second)

    def assigned(self, name: str, _: str) -> list[str]:
        value = self.call()
        return [f"{self.set(name)} = {value}"]

    def chained(self, name: str, other: str) -> list[str]:
        value = self.call()
        return [f"{self.set(name)} = {self.set(other)} = {value}"]

    def unpacked(self, name: str, other: str) -> list[str]:
        value = self.number()
        return [f"{self.set(name)}, {self.set(other)} = {self.rng.choice(['pair', 'named'])}(x={value})"]

    def starred(self, name: str, other: str) -> list[str]:
        value = self.number()
        self.set(other)
        self.numbers[-1] = f"{other}[0]"
        return [f"{self.set(name)}, *{other} = pair(x={value})"]

    def of_fields(self, name: str, _: str) -> list[str]:
        value = self.number()
        self.set(name)
        self.numbers[-1:] = [f"{name}.left", f"{name}.right"]
        return [f"{name} = named(x={value})"]

    def listed(self, name: str, _: str) -> list[str]:
        over = self.rng.choice(["range(2)", "ITEMS", *["range(n % 3)"] * self.plain])
        value = f"[step(x=i, y={self.number()}) for i in {over}]"
        return [f"{self.set(name, many=True)} = {value}"]

    def grown(self, name: str, other: str) -> list[str]:
        more = [f"{name}.append({{}})", f"{name} += [{{}}]", f"{name} = [{{}}] + {name}", f"{name}[0] = {{}}"]
        lines = [f"{self.set(name, many=True)} = [{self.number(0) if self.plain else 3}]"]
        lines.append(self.rng.choice(more).format(self.call()))
        lines.append(f"{self.set(other)} = total(xs={name})")
        lines.append(self.rng.choice(more).format(self.call()))
        return lines

    def mapped(self, name: str, _: str) -> list[str]:
        value = (
            f"map_task({self.rng.choice(['partial(step, y=3)', f'partial(step, y={self.number()})'])})(x={self.many()})"
        )
        return [f"{self.set(name, many=True)} = {value}"]

    def looped(self, name: str, _: str) -> list[str]:
        value = self.number()
        self.set(name)
        return [f"{name} = {value}", "for i in range(2):", f"    {name} = {self.call()}", f"    log(x={name})"]

    def chosen(self, name: str, _: str) -> list[str]:
        asked = [v for v in self.numbers if v.isidentifier() and not (self.plain and v == "n")]
        if not asked:
            return self.assigned(name, _)
        first, second = self.call(0), self.call(0)
        test = f"{self.rng.choice(asked)} {self.rng.choice(['>', '==', '<='])} {self.rng.randint(0, 60)}"
        chain = f'conditional("c{len(self.lines)}").if_({test}).then({first}).else_().then({second})'
        return [f"{self.set(name)} = {chain}"]

    def decided(self, name: str, _: str) -> list[str]:
        test = "n % 2" if self.plain else "FLAG"
        first, second = self.call(), self.call()
        self.set(name)
        more = [f"    log(x={self.number()})"] if self.rng.random() < 0.5 else []
        return [f"if {test}:", f"    {name} = {first}", *more, "else:", f"    {name} = {second}"]

    def ordered(self, name: str, _: str) -> list[str]:
        first, second = f"first_{len(self.lines)}", f"second_{len(self.lines)}"
        lines = [f"{first} = step(x={self.number()})", f"{second} = log(x={self.number()})", f"{first} >> {second}"]
        return [*lines, f"{self.set(name)} = {first}"]


def module(seed: int) -> tuple[str, list[str]]:
    """A module of two dynamics and two workflows, and their names."""
    rng = random.Random(seed)
    source, drivers = TASKS, []
    for kind in rng.sample(["workflow", "dynamic", "workflow", "dynamic"], 4):
        body = Body(rng, kind == "dynamic", drivers[-1:])
        for _ in range(rng.randint(2, 6)):
            body.statement()
        body.lines.append(f"return {body.call()}")
        drivers = [*drivers, f"driver_{len(drivers)}"]
        source += f"@{kind}\ndef {drivers[-1]}(n: int) -> int:\n{indent(chr(10).join(body.lines), '    ')}\n\n\n"
    return source, drivers


def after(source: str, seed: int, settings: Settings) -> str | None:
    """The migrated module; None where it is refused."""
    plan = plan_module(build(Document("file:///jobs.py", source)), f"jobs_{seed}", settings)
    return None if plan.left else apply_edits(source, plan.edits)


@pytest.mark.sdk
@pytest.mark.timeout(300)
def test_random_drivers_give_what_they_gave(tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    compared(tmp_path, SEEDS)


def compared(folder: Path, seeds: Sequence[int]) -> None:
    """Fails where a migrated module gives something else."""
    made = {seed: module(seed) for seed in seeds}
    calls = {seed: f"[w(n=n) for w in ({', '.join(names)}) for n in (2, 5)]" for seed, (_, names) in made.items()}
    old = run("flyte1", [{"id": str(s), "source": made[s][0], "call": calls[s]} for s in seeds], folder)
    forms = {"parallel": Settings(), "sequential": SEQUENTIAL}
    jobs = [
        {"id": f"{form} {s}", "source": text, "call": calls[s]}
        for s in seeds
        if "value" in old[str(s)]
        for form, settings in forms.items()
        if (text := after(made[s][0], s, settings)) is not None
    ]
    assert len(jobs) > len(seeds)
    for sdk in ("flyte2", "direct"):
        for name, found in run(sdk, jobs, folder).items():
            seed = name.split()[1]
            assert found.get("value") == old[seed]["value"], (sdk, name, found.get("error", found), made[int(seed)][0])
