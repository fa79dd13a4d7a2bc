"""Branches that Flyte 1 ran in parallel: gathered, in the right stages, with every caller made to agree, or left alone."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent, indent

import pytest

from flyteshift.migration import Plan, plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from flyteshift.workspace.settings import Settings
from tests.migration.test_differential import PROGRAMS, calls, run

HEAD = """\
from typing import List, NamedTuple, Tuple

from functools import partial

from flytekit import conditional, dynamic, map_task, task, workflow

Out = NamedTuple("Out", a=int, b=int)


@task
def f(x: int) -> int:
    return x + 1


@task
def pair(x: int) -> Tuple[int, int]:
    return x, x + 1


@task
def named(x: int) -> Out:
    return Out(x, x + 1)


@task
def log(x: int) -> None:
    print(x)


@task
def join(a: int, b: int) -> int:
    return a * 10 + b


@task
def many(x: int) -> List[int]:
    return list(range(x))


@task
def total(xs: List[int]) -> int:
    return sum(xs)


"""


def plan(source: str, settings: Settings | None = None) -> Plan:
    return plan_module(build(Document("file:///branches.py", source)), "branches", settings or Settings())


def migrated(source: str, settings: Settings | None = None) -> str:
    made = plan(source, settings)
    assert not made.left, [o.message for o in made.left]
    return apply_edits(source, made.edits)


def body(statements: str, result: str = "int") -> str:
    """What becomes of the statements of a workflow."""
    after = migrated(HEAD + f"@workflow\ndef w(n: int) -> {result}:\n" + indent(dedent(statements), "    "))
    return dedent(after[after.index("def w(n: int)") :].split("\n", 1)[1])


def test_targets_that_do_not_fit_into_a_line_stand_below_each_other() -> None:
    names = [(f"a_long_name_of_the_first_{i}", f"a_long_name_of_the_second_{i}") for i in range(3)]
    after = body("".join(f"{one}, {two} = pair(x={i})\n" for i, (one, two) in enumerate(names)))
    assert after.startswith("".join(["(\n", *(f"    ({one}, {two}),\n" for one, two in names), ") = await asyncio"]))


def test_independent_calls_are_gathered() -> None:
    assert body("a = f(x=n)\nb = f(x=2)\nreturn f(x=b)\n") == dedent("""\
        a, b = await asyncio.gather(
            f.aio(x=n),
            f.aio(x=2),
        )
        return await f.aio(x=b)
        """)


def test_chains_that_do_not_need_each_other_run_in_stages() -> None:
    before = "a = f(x=n)\na2 = f(x=a)\nb = f(x=n)\nb2 = f(x=b)\nreturn f(x=b2)\n"
    assert body(before) == dedent("""\
        a, b = await asyncio.gather(
            f.aio(x=n),
            f.aio(x=n),
        )
        a2, b2 = await asyncio.gather(
            f.aio(x=a),
            f.aio(x=b),
        )
        return await f.aio(x=b2)
        """)


def test_what_a_chain_of_targets_is_set_to_comes_first() -> None:
    assert body("a = b = f(x=n)\nc = f(x=b)\nd = f(x=2)\nreturn join(a=c, b=d)\n") == dedent("""\
        f_result, d = await asyncio.gather(
            f.aio(x=n),
            f.aio(x=2),
        )
        a = b = f_result
        c = await f.aio(x=b)
        return await join.aio(a=c, b=d)
        """)


def test_a_rest_of_outputs_may_hide_what_the_new_code_needs() -> None:
    before = "first, *{0} = pair(x=n)\na = f(x=first)\nb = f(x=n)\nreturn f(x={0}[0])\n"
    assert "await" in body(before.format("rest"))
    assert body(before.format("asyncio")) == before.format("asyncio")


def test_targets_of_all_kinds() -> None:
    before = "a, b = pair(x=n)\nlog(x=1)\no = named(x=n)\nreturn f(x=o.a)\n"
    assert body(before) == dedent("""\
        (a, b), _, o = await asyncio.gather(
            pair.aio(x=n),
            log.aio(x=1),
            named.aio(x=n),
        )
        o = Out(*o)
        return await f.aio(x=o.a)
        """)


def test_keywords_are_no_variables() -> None:
    after = body("x = f(x=n)\ny = f(x=n)\nreturn f(x=y)\n")
    assert after.startswith("x, y = await asyncio.gather(")


def test_a_task_whose_name_is_taken_inside_a_workflow_is_not_called_wrongly() -> None:
    source = HEAD + "@workflow\ndef w(n: int) -> int:\n    a = f(x=n)\n    b = f(x=2)\n    log = a\n    return b\n"
    assert "async def w" in migrated(source)


def test_calls_without_targets() -> None:
    assert body("log(x=1)\nlog(x=n)\n", "None") == "await asyncio.gather(\n    log.aio(x=1),\n    log.aio(x=n),\n)\n"


def test_comments_go_with_their_calls() -> None:
    before = """\
        # first
        a = f(x=n)  # one
        # second
        b = f(
            x=2,  # inner
        )  # two

        # last
        return f(x=b)
        """
    assert body(dedent(before)) == dedent("""\
        # first
        a, b = await asyncio.gather(
            f.aio(x=n),  # one
            # second
            f.aio(
                x=2,  # inner
            ),  # two
        )

        # last
        return await f.aio(x=b)
        """)


NESTED = {
    "inside of one call": (
        "return join(a=f(x=n), b=join(a=f(x=1), b=f(x=2)))",
        "a, f_a, b = await asyncio.gather(\n    f.aio(x=n),\n    f.aio(x=1),\n    f.aio(x=2),\n)\n"
        "return await join.aio(a=a, b=await join.aio(a=f_a, b=b))",
    ),
    "with another statement": (
        "log(x=n)\nreturn f(x=1)",
        "_, f_result = await asyncio.gather(\n    log.aio(x=n),\n    f.aio(x=1),\n)\nreturn f_result",
    ),
    "a result's field": (
        "return join(a=named(x=n).a, b=f(x=n))",
        "named_result, b = await asyncio.gather(\n    named.aio(x=n),\n    f.aio(x=n),\n)\n"
        "return await join.aio(a=Out(*named_result).a, b=b)",
    ),
    "annotated": (
        "a: int = f(x=n)\nb: int = f(x=1)\nreturn join(a=a, b=b)",
        "a: int\nb: int\na, b = await asyncio.gather(\n    f.aio(x=n),\n    f.aio(x=1),\n)\n"
        "return await join.aio(a=a, b=b)",
    ),
    "maps": (
        "xs = many(x=n)\nys = map_task(f)(x=xs)\nzs = map_task(partial(join, b=n))(a=xs)\n"
        "return join(a=total(xs=ys), b=total(xs=zs))",
        "xs = await many.aio(x=n)\nys, zs = await asyncio.gather(\n"
        "    asyncio.gather(*[f.aio(item) for item in xs]),\n"
        "    asyncio.gather(*[join.aio(item, b=n) for item in xs]),\n)\n"
        "a, b = await asyncio.gather(\n    total.aio(xs=ys),\n    total.aio(xs=zs),\n)\n"
        "return await join.aio(a=a, b=b)",
    ),
    "a map with a limit": (
        "xs = many(x=n)\nys = map_task(f, concurrency=2)(x=xs)\nb = f(x=n)\nreturn join(a=total(xs=ys), b=b)",
        "xs, b = await asyncio.gather(\n    many.aio(x=n),\n    f.aio(x=n),\n)\n"
        "ys = [r async for r in flyte.map.aio(f, xs, concurrency=2, return_exceptions=False)]\n"
        "return await join.aio(a=await total.aio(xs=ys), b=b)",
    ),
    "a conditional": (
        'a = conditional("c").if_(n > 2).then(f(x=n)).else_().then(f(x=0))\nb = f(x=n)\nreturn join(a=a, b=b)',
        "a, b = await asyncio.gather(\n    f.aio(x=n) if n > 2 else f.aio(x=0),\n    f.aio(x=n),\n)\n"
        "return await join.aio(a=a, b=b)",
    ),
    "over a conditional": (
        'a = f(x=n)\nc = conditional("c").if_(a > 2).then(f(x=a)).else_().fail("low")\nb = f(x=n)\n'
        "return join(a=c, b=b)",
        "a, b = await asyncio.gather(\n    f.aio(x=n),\n    f.aio(x=n),\n)\n"
        'if a > 2:\n    c = await f.aio(x=a)\nelse:\n    raise ValueError("low")\nreturn await join.aio(a=c, b=b)',
    ),
    "a list": (
        "return total(xs=[f(x=i) for i in range(3)])",
        "return await total.aio(xs=list(await asyncio.gather(*[f.aio(x=i) for i in range(3)])))",
    ),
    "a loop that keeps nothing": (
        "for i in range(3):\n    log(x=i)\nreturn n",
        "await asyncio.gather(*[log.aio(x=i) for i in range(3)])\nreturn n",
    ),
    "a loop": (
        "xs = []\nfor i in range(3):\n    xs.append(f(x=i))\nreturn total(xs=xs)",
        "xs = []\nxs.extend(await asyncio.gather(*[f.aio(x=i) for i in range(3)]))\nreturn await total.aio(xs=xs)",
    ),
}


@pytest.mark.parametrize(("before", "after"), NESTED.values(), ids=NESTED)
def test_calls_that_stand_elsewhere_run_at_the_same_time_too(before: str, after: str) -> None:
    assert body(before + "\n") == after + "\n"


@pytest.mark.parametrize(
    "statements",
    [
        "a = f(x=n)\nreturn f(x=a)\n",
        "a = join(a=f(x=f(x=n)), b=1)\nreturn a\n",
        "xs = many(x=n)\nreturn total(xs=map_task(f)(x=xs))\n",
        "x = n\nfor i in range(3):\n    x = join(a=x, b=i)\nreturn x\n",
        'a = f(x=n)\nc = conditional("c").if_(a > 2).then(f(x=a)).else_().then(f(x=0))\nreturn f(x=c)\n',
        "a = f(x=n)\nreturn join(a=a, b=a)\n",
        "a = f(x=n)\nb = f(x=a)\nc = f(x=b)\nreturn c\n",
        "return f(x=f(x=n))\n",
        "a = f(x=n)\na = f(x=a)\nreturn a\n",
    ],
)
def test_a_line_of_calls_stays_sync(statements: str) -> None:
    after = body(statements)
    assert "await" not in after
    assert "asyncio" not in after


def test_nothing_is_moved_over_what_could_notice() -> None:
    after = body("a = f(x=n)\nprint('now')\nb = f(x=2)\nreturn f(x=b)\n")
    assert "gather" not in after


def test_a_name_bound_twice_keeps_its_order() -> None:
    after = body("a = f(x=n)\nb = f(x=a)\na = f(x=2)\nreturn b\n")
    assert "gather" not in after


@pytest.mark.parametrize(
    "statements",
    [
        "xs = []\nfor i in range(3):\n    a = f(x=i)\n    xs.append(f(x=a))\nreturn total(xs=xs)\n",
        "xs = []\nfor i in range(3):\n    xs.append(f(x=len(xs)))\nreturn total(xs=xs)\n",
        "xs = []\nfor i in range(3):\n    xs.append(f(x=i))\nreturn join(a=total(xs=xs), b=i)\n",
        "xs = []\nfor i in range(3):\n    # one by one\n    xs.append(f(x=i))\nreturn total(xs=xs)\n",
        "xs = []\nfor i in range(3):\n    xs.append(f(x=i))\nelse:\n    xs = [1]\nreturn total(xs=xs)\n",
    ],
)
def test_other_loops_go_on_one_after_the_other_and_the_reviewer_is_told(statements: str) -> None:
    source = HEAD + f"@dynamic\ndef w(n: int) -> int:\n{indent(statements, '    ')}"
    for setting in ("parallel", "sequential"):
        made = plan(source, Settings(orchestration=setting))
        assert "asyncio" not in apply_edits(source, made.edits)
        assert any("in the loops of `w`" in n.message and n.kind == "sequential" for n in made.notes)


CALLERS = (
    HEAD
    + """\
@workflow
def inner(n: int) -> int:
    a = f(x=n)
    b = f(x=2)
    return b


@workflow
def outer(n: int) -> int:
    return inner(n=n)


def test_outer() -> None:
    assert outer(n=1) == 3


if __name__ == "__main__":
    print(f"{outer(n=1)} and {inner(n=2)}")
"""
)


def test_every_caller_agrees() -> None:
    after = migrated(CALLERS)
    assert "async def inner" in after
    assert "async def outer" in after
    assert "return await inner(n=n)" in after
    assert "assert asyncio.run(outer(n=1)) == 3" in after
    assert 'print(f"{asyncio.run(outer(n=1))} and {asyncio.run(inner(n=2))}")' in after
    assert after.startswith("import asyncio\nfrom typing")
    assert sorted(n.message.split("`")[1] for n in plan(CALLERS).notes if "async" in n.message) == ["inner", "outer"]


def test_the_setting_keeps_it_sequential_and_says_so() -> None:
    after = migrated(CALLERS, Settings(orchestration="sequential"))
    assert "async" not in after
    notes = plan(CALLERS, Settings(orchestration="sequential")).notes
    assert any("one after the other" in n.message for n in notes)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("@task\ndef leaf(n: int) -> int:\n    return w(n=n)\n", "the task `leaf` calls `w`"),
        (
            "def helper(n: int) -> int:\n    return w(n=n)\n\n\n@workflow\ndef v(n: int) -> int:\n    return helper(n=n)\n",
            "`helper`",
        ),
    ],
)
def test_where_a_caller_cannot_agree_it_stays_sequential_with_the_reason(more: str, why: str) -> None:
    source = HEAD + "@workflow\ndef w(n: int) -> int:\n    a = f(x=n)\n    b = f(x=2)\n    return b\n\n\n" + more
    made = plan(source)
    assert not made.left
    assert "async def w" not in apply_edits(source, made.edits)
    assert any(why in n.message for n in made.notes), made.notes


def test_what_a_decorator_gets_stays_sync() -> None:
    source = (
        "import functools\n" + HEAD + "def traced(fn):\n    @functools.wraps(fn)\n    def inner(*args, **kwargs):\n"
        "        return fn(*args, **kwargs)\n    return inner\n\n\n"
        "@workflow\n@traced\ndef w(n: int) -> int:\n    a = f(x=n)\n    b = f(x=2)\n    return b\n"
    )
    made = plan(source)
    assert not made.left
    assert "async" not in apply_edits(source, made.edits)
    assert any("a decorator of its own stands under `w`" in n.message for n in made.notes), made.notes


def test_one_driver_that_cannot_does_not_hold_up_another() -> None:
    leaf = "@task\ndef leaf(n: int) -> int:\n    return w(n=n)\n\n\n"
    two = "    a = f(x=n)\n    b = f(x=2)\n    return b\n\n\n"
    after = migrated(
        HEAD + "@workflow\ndef w(n: int) -> int:\n" + two + leaf + "@workflow\ndef v(n: int) -> int:\n" + two
    )
    assert "async def v" in after
    assert "async def w" not in after


def test_line_ends_and_tabs_are_kept() -> None:
    source = (HEAD + "@workflow\ndef w(n: int) -> int:\n    a = f(x=n)\n    b = f(x=2)\n    return b\n").replace(
        "\n", "\r\n"
    )
    after = migrated(source)
    assert after.count("\n") == after.count("\r\n")


# What Flyte 1 itself says: the compiled graph of random workflows.


def random_workflow(rng: random.Random) -> str:
    names = ["n"]
    lines = []
    for index in range(rng.randint(2, 6)):
        lines.append(f"v{index} = f(x={rng.choice(names)})")
        names.append(f"v{index}")
    return "\n".join([*lines, f"return {names[-1]}"])


def graph_script(workflows: list[str]) -> tuple[str, list[str]]:
    """Prints, for each workflow, the pairs of calls (by position) with a path between them, as flytekit compiles it."""
    sources = [
        HEAD.split("@task\ndef pair")[0] + f"@workflow\ndef w(n: int) -> int:\n{indent(w, '    ')}" for w in workflows
    ]
    return dedent("""\
        import importlib.util, json, pathlib, sys, tempfile
        out = []
        for i, source in enumerate(json.loads(sys.stdin.read())):
            path = pathlib.Path(tempfile.mkdtemp()) / f"graph{i}.py"
            path.write_text(source)
            spec = importlib.util.spec_from_file_location(f"graph{i}", path)
            module = importlib.util.module_from_spec(spec)
            sys.modules[f"graph{i}"] = module
            spec.loader.exec_module(module)
            module.w.compile()
            nodes = [n for n in module.w.nodes]
            order = {n.id: int(n.id[1:]) for n in nodes}
            edges = {(order[u.id], order[n.id]) for n in nodes for u in n.upstream_nodes if u.id in order}
            while True:
                more = {(a, d) for a, b in edges for c, d in edges if b == c} | edges
                if more == edges:
                    break
                edges = more
            out.append(sorted(edges))
        print("GRAPHS" + json.dumps(out))
        """), sources


def gathered(statements: str) -> list[set[int]]:
    """Which calls of a workflow (by position) run together after the migration."""
    groups = []
    for block in body(statements).split("await asyncio.gather(")[:-1]:
        targets = block.rstrip().removesuffix("=").rpartition("\n")[2]
        groups.append({int(t.strip(" (),=")[1:]) for t in targets.split(",")})
    return groups


@pytest.mark.sdk
def test_only_calls_without_a_path_in_flytekits_graph_run_together() -> None:
    pytest.importorskip("flytekit")
    workflows = [random_workflow(random.Random(seed)) for seed in range(40)]
    script, sources = graph_script(workflows)
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    graphs = json.loads(done.stdout.rpartition("GRAPHS")[2])
    together = 0
    for statements, edges in zip(workflows, graphs, strict=True):
        groups = gathered(statements)
        paths = {tuple(e) for e in edges}
        for group in groups:
            assert not any((a, b) in paths for a in group for b in group)
            together += 1
        depth: dict[int, int] = {}
        for call in range(statements.count("f(x=")):
            depth[call] = 1 + max((depth[a] for a, b in paths if b == call), default=0)
        for a in depth:
            for b in depth:
                if a < b and depth[a] == depth[b]:
                    assert any({a, b} <= group for group in groups), (statements, groups)
    assert together > 20


EVENTS = """\
import threading

from flytekit import conditional, task, workflow

UP = {}
PEERS = {}
ready = threading.Condition()
begun, ended = set(), set()


def meet(k: int) -> None:
    with ready:
        begun.add(k)
        ready.notify_all()
        assert set(UP.get(k, ())) <= ended, f"{k} began before what it needs"
        assert ready.wait_for(lambda: set(PEERS.get(k, ())) <= begun, timeout=60), f"{k} was alone"
        ended.add(k)


@task
def f(x: int, k: int) -> int:
    meet(k)
    return x + 1


@task
def join(a: int, b: int, k: int) -> int:
    meet(k)
    return a * 3 + b


"""


def random_calls(rng: random.Random) -> str:
    """A workflow of calls inside of calls, some with an order; each has a number of its own."""
    names, numbers, lines = ["n"], iter(range(100)), []

    def call(depth: int) -> str:
        if depth == 0 or rng.random() < 0.3:
            return rng.choice(names)
        if rng.random() < 0.5:
            return f"f(x={call(depth - 1)}, k={next(numbers)})"
        return f"join(a={call(depth - 1)}, b={call(depth - 1)}, k={next(numbers)})"

    for index in range(rng.randint(1, 3)):
        lines.append(f"v{index} = f(x={call(2)}, k={next(numbers)})")
        names.append(f"v{index}")
    if len(names) > 2 and rng.random() < 0.5:
        lines.append(f"{names[1]} >> {names[2]}")
    return "\n".join([*lines, f"return join(a={call(2)}, b={call(2)}, k={next(numbers)})"])


GRAPH = """\
def graph():
    w.compile()
    key = lambda n: next(b.binding.scalar.primitive.integer for b in n.bindings if b.var == "k")
    return [[key(u), key(n)] for n in w.nodes for u in n.upstream_nodes if u.id != "start-node"]
"""


@pytest.mark.sdk
@pytest.mark.timeout(240)
def test_calls_are_in_flight_at_once_where_flytekits_graph_has_no_path(tmp_path: Path) -> None:
    """Each call of a run waits until those of its depth in the graph have begun, and none before it has to end."""
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    sources = [
        f"{EVENTS}@workflow\ndef w(n: int) -> int:\n{indent(random_calls(random.Random(seed)), '    ')}\n\n\n"
        for seed in range(25)
    ]
    jobs = [{"id": str(i), "source": s + GRAPH, "call": "graph()"} for i, s in enumerate(sources)]
    graphs = run("flyte1", jobs, tmp_path)
    jobs, wide = [], 0
    for i, source in enumerate(sources):
        up: dict[int, set[int]] = {int(k): set() for k in re.findall(r"k=(\d+)", source)}
        for _ in up:
            for a, b in graphs[str(i)]["value"]:
                up[b] |= {a} | up[a]
        depth: dict[int, int] = {}
        for k in sorted(up, key=lambda k: len(up[k])):
            depth[k] = 1 + max((depth[a] for a in up[k]), default=0)
        peers = {k: [j for j in up if depth[j] == depth[k]] for k in up}
        wide += any(len(p) > 1 for p in peers.values())
        new = migrated(source)
        new = new.replace("UP = {}", f"UP = { ({k: [*v] for k, v in up.items()}) }")
        new = new.replace("PEERS = {}", f"PEERS = {peers}")
        jobs.append({"id": str(i), "source": new, "call": "w(n=1)"})
    assert wide > 15
    old = run("flyte1", [{**job, "source": s} for job, s in zip(jobs, sources, strict=True)], tmp_path)
    for i, found in run("flyte2", jobs, tmp_path).items():
        assert found == old[i], sources[int(i)]


TOGETHER = """\
import threading

from flytekit import task, workflow

meeting = threading.Barrier(2)


@task
def wait(x: int) -> str:
    try:
        meeting.wait(timeout=SECONDS)
        return f"{x} met"
    except threading.BrokenBarrierError:
        return f"{x} was alone"


@task
def join(a: str, b: str) -> str:
    return f"{a}, {b}"


@workflow
def w() -> str:
    a = wait(x=1)
    b = wait(x=2)
    return join(a=a, b=b)
"""


@pytest.mark.sdk
def test_branches_are_in_flight_at_once_in_flyte_2(tmp_path: Path) -> None:
    pytest.importorskip("flyte")
    both = migrated(TOGETHER.replace("SECONDS", "60"))
    alone = migrated(TOGETHER.replace("SECONDS", "0.2"), Settings(orchestration="sequential"))
    jobs = [{"id": "parallel", "source": both, "call": "w()"}, {"id": "sequential", "source": alone, "call": "w()"}]
    found = run("flyte2", jobs, tmp_path)
    assert found["parallel"].get("value") == "1 met, 2 met", found["parallel"]
    assert found["sequential"].get("value") == "1 was alone, 2 was alone"


@pytest.mark.sdk
@pytest.mark.timeout(500)
def test_programs_give_what_they_gave(tmp_path: Path) -> None:
    pytest.importorskip("flytekit")
    pytest.importorskip("flyte")
    sources = {
        **PROGRAMS,
        "callers": CALLERS + "CALLS = '[outer(n=3), inner(n=4)]'\n",
        "stages": HEAD
        + "@workflow\ndef w(n: int) -> Tuple[int, int, int]:\n    a, b = pair(x=n)\n    o = named(x=n)\n    log(x=n)\n"
        + "    c = f(x=a)\n    d = f(x=o.b)\n    return b, c, d\n\n\n@dynamic\ndef d(n: int) -> int:\n    x = f(x=n)\n"
        + "    y = f(x=n)\n    return f(x=x) if n else f(x=y)\nCALLS = '[w(n=3), d(n=2)]'\n",
    }
    changed = [n for n, s in sources.items() if "async def" in migrated(s)]
    assert {"callers", "stages"} <= set(changed)
    old = run("flyte1", [{"id": n, "source": sources[n], "call": calls(sources[n])} for n in changed], tmp_path)
    jobs = [{"id": n, "source": migrated(sources[n]), "call": calls(sources[n])} for n in changed]
    new, outside = run("flyte2", jobs, tmp_path), run("direct", jobs, tmp_path)
    for name in changed:
        assert "error" not in old[name], old[name]["error"]
        for found in (new[name], outside[name]):
            assert "error" not in found, found["error"]
            assert found["value"] == old[name]["value"]


MAPPED = (
    HEAD
    + """\
from functools import partial

from flytekit import map_task


@workflow
def w(a: int) -> List[int]:
    xs, ys = many(x=a), many(x=a)
    found = map_task(partial(join, a=a){limit})(b=xs)
    return found
"""
)


def test_a_written_out_map_is_gathered() -> None:
    assert "found = list(await asyncio.gather(*[join.aio(a=a, b=b) for b in xs]))" in migrated(MAPPED.format(limit=""))


def test_a_written_out_map_keeps_its_limit_by_running_one_after_the_other() -> None:
    source = MAPPED.format(limit=", concurrency=4")
    assert "found = [await join.aio(a=a, b=b) for b in xs]" in migrated(source)
    assert any("more at once would not keep the limit of `concurrency=4`" in n.message for n in plan(source).notes)
