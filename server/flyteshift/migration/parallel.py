"""Branches that Flyte 1 ran in parallel stay so: drivers become `async`, independent calls are gathered.

This is a second pass, over the sequential Flyte 2 code that the plan has made. Making one driver `async` changes all
its callers: drivers become `async` too, code outside of runs calls them through `asyncio.run`. Where a caller cannot,
the driver stays sequential, which gives the same results, only later. Tasks that call no task stay as they are:
`await f.aio(...)` runs a sync task from an async one (a plain call raises there, measured with flyte 2.12).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tree_sitter import Node

from flyteshift.migration.callers import HELPER, LEAF, SHADOWED, stuck_at, used_by
from flyteshift.migration.data import waiting
from flyteshift.migration.draft import Draft, Note, NoteKind
from flyteshift.migration.finished import Finished, finished
from flyteshift.migration.finished import edits as finished_edits
from flyteshift.migration.gather import gathered
from flyteshift.migration.loops import Loop, loops_of, others
from flyteshift.migration.nested import inner_calls, taken_out
from flyteshift.migration.order import order
from flyteshift.migration.sequential import Code, binds
from flyteshift.migration.stages import Step, stages
from flyteshift.migration.started import aio, awaited_map, gather_argument, insert, is_listed, looped
from flyteshift.migration.tasks import Task
from flyteshift.migration.trees import text, walk
from flyteshift.rewriting import imports
from flyteshift.text import Document, Edit, compose, moved

KEPT = "Flyte 1 ran independent tasks of `{0}` in parallel; they run one after the other now, because {1}."
SEQUENTIAL = "Flyte 1 ran independent tasks of `{0}` in parallel; they run one after the other now."
LOOPS = (
    "Flyte 1 ran those calls in the loops of `{0}` in parallel that do not need each other; they run one after the"
    " other now."
)
ONE_BY_ONE = (
    "Flyte 1 ran independent tasks of `{0}` in parallel; they run one after the other now, each under a `try`, so that "
    "all of them end before the first error is raised."
)
AWAITED = "`{0}` is `async` now, because it calls a task that gives a coroutine."
GATHERED = "`{0}` is `async` now, so that its independent tasks still run in parallel."
STUCK = "`{0}` calls a task that gives a coroutine, so it has to be `async`; it cannot, because {1}."
CALLS = "`{0}` is `async` now, since it calls what is `async`."
ORDERED = "their order is asked for in a way that flyteshift cannot follow"
NESTED = "a call of `{0}` stands in a nested function, lambda or generator"
WAITS = "`{0}` would stop all branches while it waits"
BLOCKS = "`{0}` blocks, which it must not in an `async` function"
DECORATED = "a decorator of its own stands under `{0}`, which would get an `async` function"
LOOP = "`{0}` runs an event loop of its own (`{1}`), which it could not inside of another"
_NESTED = frozenset({"lambda", "function_definition", "class_definition", "generator_expression"})
_TIGHT = frozenset({"attribute", "subscript", "call"})


@dataclass(frozen=True)
class Parallel:
    """The edits of the sequential code, the drivers that they make `async`, and those that stay, with the reason."""

    edits: list[Edit] = field(default_factory=list)
    drivers: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    wanted: tuple[str, ...] = ()
    """The drivers that have branches."""
    loops: tuple[str, ...] = ()
    """The drivers with loops that go on one after the other."""
    tried: tuple[str, ...] = ()
    """The drivers with branches that are each under a `try`, one after the other."""
    targets: frozenset[str] = frozenset()
    """What the gathered calls are assigned to."""
    stuck: Mapping[str, str] = field(default_factory=dict)
    """The `async` tasks of other files that the module cannot call, and the drivers of task objects that cannot be
    `async`, with the reason; then there are no edits."""


@dataclass(frozen=True)
class Kept:
    """What keeping the branches of a module makes of its plan."""

    edits: list[Edit]
    notes: list[Note]
    drivers: tuple[str, ...] = ()
    """The drivers that are `async` now."""
    stuck: Mapping[str, str] = field(default_factory=dict)
    """See Parallel."""


def keep(draft: Draft, tasks: Sequence[Task], edits: Sequence[Edit], *, branches: bool = True) -> Kept:
    """The edits of a sequential migration, made parallel where Flyte 1 was, and notes on each driver that had branches.

    Without `branches` only what calls `async` tasks of other files becomes `async`. Raises ValueError where the edits
    overlap.
    """
    document = draft.document
    made = _made(draft, tasks, edits, branches=branches)
    if made.stuck:
        return Kept([], [], (), made.stuck)
    names = {t.name: t.function.child_by_field_name("name") or t.function for t in tasks}
    because = AWAITED if draft.templates else CALLS
    told: list[tuple[str, str, NoteKind]] = []
    if branches:
        told += [(n, GATHERED, "gathered") if n in made.wanted else (n, because, "") for n in made.drivers]
        told += [(name, KEPT.replace("{1}", reason), "sequential") for name, reason in made.kept.items()]
        told += [(name, LOOPS, "sequential") for name in made.loops]
        told += [(name, ONE_BY_ONE, "sequential") for name in made.tried if name not in made.kept]
    else:
        wanted = sorted({*made.wanted, *made.kept} & names.keys() - draft.laid)
        told += [(name, because, "") for name in made.drivers]
        told += [(name, SEQUENTIAL, "sequential") for name in wanted]
        told += [(name, LOOPS, "sequential") for name in made.loops if name not in wanted]
        told += [(name, ONE_BY_ONE, "sequential") for name in sorted(draft.laid)]
    notes = [Note(document.span(names[name]), message.replace("{0}", name), kind) for name, message, kind in told]
    were = {t.name for t in tasks if text(t.function).startswith("async")}
    drivers = tuple(name for name in made.drivers if name not in were)
    return Kept(compose(document.text, edits, made.edits), notes, drivers)


def _made(draft: Draft, tasks: Sequence[Task], edits: Sequence[Edit], *, branches: bool) -> Parallel:
    document = draft.document
    middle = document.edited(edits)
    pairs: list[tuple[int, int]] = []
    kept: dict[str, str] = {}
    for task in tasks:
        found = order(task.function) if task.driver else []
        if found is None:
            kept[task.name] = ORDERED
        for pair in found or ():
            first, second = (moved(document.code_point(byte), edits) for byte in pair)
            pairs.append((first, second))
    drivers = {t.name for t in tasks if t.driver}
    kept |= {name: LEAF.format(caller, name) for name, caller in draft.awaited.items() if name in drivers}
    if draft.outside is not None:
        kept |= {name: reason for name, reason in draft.outside.sequential.items() if name in drivers}
    called = {t.name for t in tasks} | draft.foreign | set(draft.templates)
    dynamics = {t.name for t in tasks if t.kind == "dynamic"}
    awaitable = frozenset(draft.awaitable)
    coroutines, laid = tuple(draft.templates), draft.laid
    limited = [moved(start, edits) for start in draft.limited]
    return parallel(
        middle,
        called,
        drivers,
        pairs,
        kept,
        dynamics,
        awaitable,
        coroutines,
        laid,
        limited,
        named=draft.named,
        branches=branches,
    )


def parallel(
    document: Document,
    tasks: Collection[str],
    drivers: Collection[str],
    pairs: Collection[tuple[int, int]] = (),
    sequential: Mapping[str, str] | None = None,
    dynamics: Collection[str] = (),
    awaitable: frozenset[str] = frozenset(),
    coroutines: Collection[str] = (),
    laid: Collection[str] = (),
    limited: Collection[int] = (),
    *,
    named: Collection[str] = (),
    branches: bool = True,
) -> Parallel:
    """The parallel form of the drivers that have independent task calls.

    `tasks` and `drivers` are the names of the module's tasks and of those among them that were workflows or dynamics,
    `dynamics` the dynamics. `pairs` are offsets of statements, the first of which Flyte 1 ran before the second.
    `sequential` are drivers that have to stay as they are, with the reason. `awaitable` are those of `tasks` that other
    files define and that are `async`: what calls one becomes `async` in any case, without `branches` only that.
    So it is with `coroutines`, task objects of this module. The calls of the drivers `laid` are never gathered, nor
    those of the comprehensions that start at the offsets `limited`. `named` are NamedTuples of other files.
    """
    code = Code(document, tasks, drivers, sequential or {}, dynamics, coroutines, named, limited)
    if not branches:
        found = _gathered(code, pairs, laid=laid)
        if found.stuck or not (awaitable or coroutines):
            return replace(found, edits=[], drivers=())
        made = _gathered(code, pairs, awaitable, branches=False)
        return replace(made, kept=found.kept, wanted=found.wanted, loops=found.loops)
    chosen = {n.start_byte for d in code.drivers & code.functions.keys() - laid for n in inner_calls(code, d)}
    while True:
        first, names = taken_out(code, chosen)
        flat = document.edited(first) if first else document
        places = [(flat.byte_offset(moved(a, first)), flat.byte_offset(moved(b, first))) for a, b in pairs]
        kept = [moved(start, first) for start in limited]
        flatly = Code(flat, tasks, drivers, sequential or {}, dynamics, coroutines, named, kept) if first else code
        made = _gathered(flatly, places, awaitable, laid)
        useful = {start for start, name in names.items() if name in made.targets}
        if useful == chosen:
            return replace(made, edits=compose(document.text, first, made.edits)) if first else made
        chosen = useful


def _gathered(
    code: Code,
    pairs: Collection[tuple[int, int]],
    awaitable: frozenset[str] = frozenset(),
    laid: Collection[str] = (),
    *,
    branches: bool = True,
) -> Parallel:
    """The parallel form of code in which all calls that are worth it stand in statements of their own."""
    stuck = {name: reason for name in sorted(awaitable) if (reason := stuck_at(code, name))}
    if stuck:
        return Parallel(stuck=stuck)
    drivers = [name for name in code.drivers if name in code.functions]
    groups = {name: list(_groups(code, name, pairs)) if branches and name not in laid else [] for name in drivers}
    loops = {name: list(loops_of(code, name)) if branches else [] for name in groups}
    forced = {code.around(node) for node, name in code.calls if name in code.coroutines} & set(drivers)
    stuck = {name: reason for name, reason in code.sequential.items() if name in forced}
    if stuck:
        return Parallel(stuck=stuck)
    serial = tuple(sorted(name for name in groups if others(code, name, loops[name])))
    tries = {name: finished(code, name) for name in drivers if branches and name in laid}
    tried = tuple(sorted(name for name, (_, others) in tries.items() if others))
    wanted = {name for name, found in groups.items() if found or loops[name] or (name in tries and tries[name][0])}
    needed = _callers(code, awaitable) - awaitable
    kept = {name: reason for name, reason in code.sequential.items() if name in wanted - needed}
    branching = tuple(sorted(wanted))
    wanted = (wanted | forced) - set(kept)
    while wanted or awaitable:
        together = _callers(code, wanted | awaitable) - awaitable
        reasons = {name: reason for name in sorted(together) if (reason := _obstacle(code, name, together))}
        if not reasons:
            every = together | awaitable
            edits = [
                e
                for name in sorted(together)
                for e in _driver(
                    code, name, every, groups.get(name, []), loops.get(name, []), tries.get(name, ([], False))[0]
                )
            ]
            outer = _outside(code, every)
            if "asyncio" not in code.imported and (outer or any("asyncio." in e.text for e in edits)):
                edits += imports.replace(code.document, [], ["import asyncio"])
            steps = [step for name in together for group in groups.get(name, []) for step in group]
            targets = frozenset(text(step.target) for step in steps if step.target is not None)
            return Parallel([*edits, *outer], tuple(sorted(together)), kept, branching, serial, tried, targets)
        stuck = {
            name: reasons[caller]
            for name in sorted(awaitable)
            for caller in sorted(_callers(code, {name}) & reasons.keys(), reverse=True)
        }
        if stuck:
            return Parallel(stuck=stuck)
        for name in sorted(wanted):
            found = [reasons[n] for n in sorted(_callers(code, {name})) if n in reasons]
            if found and name in forced:
                return Parallel(stuck={name: found[0]})
            if found:
                kept[name] = found[0]
        wanted -= set(kept)
    return Parallel(kept=kept, wanted=branching, loops=serial, tried=tried)


def _callers(code: Code, wanted: Collection[str]) -> set[str]:
    """The drivers that have to be `async` together: those wanted and all drivers that call one of them."""
    together = set(wanted)
    while True:
        more = {code.around(node) for node, name in code.calls if name in together} & code.drivers
        if more <= together:
            return together
        together |= more


def _obstacle(code: Code, driver: str, together: Collection[str]) -> str | None:
    """Why a driver cannot be `async`; None where it can."""
    function = code.functions.get(driver)
    if function is None:
        return f"`{driver}` is not a function of this module"
    if driver in code.sequential:
        return code.sequential[driver]
    above = function.parent
    if above is not None and sum(n.type == "decorator" for n in above.children) > 1:
        return DECORATED.format(driver)
    inside = code.running
    if code.shadowed:
        return SHADOWED.format(code.shadowed, driver)
    if code.loop is not None:
        return LOOP.format(*code.loop)
    if reason := used_by(code, driver, inside):
        return reason
    if blocked := waiting.stuck(function):
        return blocked
    for node in walk(function):
        if node.type == "call" and (reason := _stuck(code, function, node, inside)):
            return reason
        if node.type == "identifier" and binds(node) and any(code.called(n) == text(node) for n in walk(function)):
            return SHADOWED.format(text(node), driver)
    return None


def _stuck(code: Code, function: Node, node: Node, running: Collection[str]) -> str | None:
    name = code.called(node)
    called = text(node.child_by_field_name("function"))
    if called in ("flyte.durable.sleep", "time.sleep") or called.endswith(".wait"):
        return WAITS.format(called)
    if called.startswith("flyte.map") and not is_listed(node):
        return NESTED.format(called)
    helper = code.functions.get(called)
    if _flushes(node) or (not name and helper is not None and any(_flushes(n) for n in walk(helper))):
        return BLOCKS.format("flyte.report.flush")
    if not name:
        if helper is not None and called in running and any(code.called(n) for n in walk(helper)):
            return HELPER.format(called, next(code.called(n) for n in walk(helper) if code.called(n)))
        return waiting.blocks(helper) or None if helper is not None else None
    above = node.parent
    while above is not None and above != function:
        if above.type in _NESTED:
            return NESTED.format(name)
        above = above.parent
    return None


def _flushes(node: Node) -> bool:
    """True for `flyte.report.flush()`, which waits for its upload (measured with flyte 2.12: "Deadlock detected")."""
    return node.type == "call" and text(node.child_by_field_name("function")) == "flyte.report.flush"


def _groups(code: Code, driver: str, pairs: Collection[tuple[int, int]]) -> Iterator[list[Step]]:
    body = code.functions[driver].child_by_field_name("body")
    for block in walk(body) if body is not None else ():
        if block.type == "block":
            yield from stages(block, code, pairs, raises=driver not in code.dynamics)


def _driver(
    code: Code,
    name: str,
    together: Collection[str],
    groups: list[list[Step]],
    loops: list[Loop],
    tries: Sequence[Finished],
) -> list[Edit]:
    """The edits that make one driver `async`."""
    document, function = code.document, code.functions[name]
    edits = [] if text(function).startswith("async") else [insert(document, function.start_byte, "async ")]
    grouped = {step.node.start_byte: step for group in groups for step in group}
    grouped |= {step.node.start_byte: step for each in tries for step in each.steps}
    listed = {loop.call.start_byte: loop for loop in loops}
    for node in walk(function):
        if node.type != "call" or _within(node, grouped.values()):
            continue
        if code.called(node) and node.start_byte in listed:
            edits += looped(code, listed[node.start_byte], together)
        elif code.called(node):
            edits += _awaited(code, node, together)
        elif text(node.child_by_field_name("function")) == "flyte.map" and node.parent is not None:
            edits += awaited_map(document, node)
    for group in groups:
        edits += gathered(document, group, partial(gather_argument, code, together))
    for each in tries:
        edits += finished_edits(document, each, partial(gather_argument, code, together))
    return edits


def _awaited(code: Code, node: Node, together: Collection[str]) -> list[Edit]:
    """`f(x)` becomes `await f.aio(x)`, in parentheses where more is read off it."""
    document = code.document
    above = node.parent
    tight = above is not None and above.type in _TIGHT and above.named_children[0] == node
    edits = [insert(document, node.start_byte, "(await " if tight else "await ")]
    if tight:
        edits.append(insert(document, node.end_byte, ")"))
    return edits + aio(code, node, together)


def _outside(code: Code, together: Collection[str]) -> list[Edit]:
    """`asyncio.run(...)` around the calls of async drivers by code that is not part of a run."""
    edits = []
    for node, name in code.calls:
        if name in together and code.around(node) not in code.tasks:
            edits += [
                insert(code.document, node.start_byte, "asyncio.run("),
                insert(code.document, node.end_byte, ")"),
            ]
    return edits


def _within(node: Node, steps: Collection[Step]) -> bool:
    return any(s.node.start_byte <= node.start_byte < s.node.end_byte for s in steps)
