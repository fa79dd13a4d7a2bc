"""FS402: `conditional` becomes `if`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS402",
    name="conditional",
    summary="`conditional(...)` becomes `if`, `elif` and `else`; `.fail(message)` becomes `raise`.",
    shift="""\
A Flyte 1 workflow only drew a graph, so a branch had to be an object that the platform could evaluate later. In
Flyte 2 the driver runs: the values it compares are real, so a branch is Python's own `if`. `&` and `|` become `and`
and `or`, `.is_true()` the value itself, `.is_false()` `not value`, `.is_none()` `value is None`, `.is_(x)`
`value == x`. As before, only the branch that is taken runs its task.""",
    guide="control-flow",
    applicability="unsafe",
    automatic="""\
Migrate rewrites whole chains that are returned, assigned, discarded, or an argument of a task call, also inside each
other; each `then` holds a call, a result or another chain. Of branches with different outputs it takes those that all
have; an `Echo` becomes a task that returns its input. It refuses, with the reason: a chain that is stored half
built, branches whose outputs do not show, calls in conditions, and comparisons that Python may answer otherwise.""",
    gotchas=(
        "Operands of `&` needed parentheses; `and` and `or` bind less tightly, so `(a > 1) & (b > 2)` is `a > 1 and"
        " b > 2`.",
        "`.fail(message)` raised ValueError in local runs of Flyte 1; `raise ValueError(message)` does the same.",
        "Flyte 1 needed an `else_()`; an `if` without `else` leaves the variable unset.",
        "The name of the conditional was shown in the console; it has no place in Flyte 2.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import conditional, task, workflow


@task
def small(n: int) -> str:
    return f"small {n}"


@task
def large(n: int) -> str:
    return f"large {n}"


@workflow
def choose(n: int, quiet: bool = False) -> str:
    return (
        conditional("size")
        .if_((n > 3) & (quiet.is_false()))
        .then(large(n=n))
        .elif_(n >= 0)
        .then(small(n=n))
        .else_()
        .fail("negative")
    )
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="sizes")


@env.task
def small(n: int) -> str:
    return f"small {n}"


@env.task
def large(n: int) -> str:
    return f"large {n}"


@env.task
def choose(n: int, quiet: bool = False) -> str:
    if n > 3 and not quiet:
        return large(n=n)
    elif n >= 0:
        return small(n=n)
    else:
        raise ValueError("negative")
""",
            call="[choose(n=5), choose(n=5, quiet=True), choose(n=0), fails(lambda: choose(n=-1))]",
        ),
        Example(
            before="""\
from flytekit import conditional, task, workflow


@task
def single(n: int) -> float:
    return 10.0 * n


@task
def bulk(n: int) -> float:
    return 8.0 * n


@task
def total(amount: float, shipping: float) -> float:
    return amount + shipping


@workflow
def price(n: int) -> float:
    amount = conditional("amount").if_(n >= 10).then(bulk(n=n)).else_().then(single(n=n))
    return total(amount=amount, shipping=4.5)
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="prices")


@env.task
def single(n: int) -> float:
    return 10.0 * n


@env.task
def bulk(n: int) -> float:
    return 8.0 * n


@env.task
def total(amount: float, shipping: float) -> float:
    return amount + shipping


@env.task
def price(n: int) -> float:
    if n >= 10:
        amount = bulk(n=n)
    else:
        amount = single(n=n)
    return total(amount=amount, shipping=4.5)
""",
            call="[price(n=1), price(n=10)]",
        ),
        Example(
            before="""\
from flytekit import conditional, task, workflow
from flytekit.core.task import Echo


@task
def cut(price: float) -> float:
    return price * 0.8


unchanged = Echo(name="unchanged", inputs={"price": float})


@workflow
def reduced(price: float) -> float:
    return conditional("reduced").if_(price > 50.0).then(cut(price=price)).else_().then(unchanged(price=price))
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="prices")


@env.task
def cut(price: float) -> float:
    return price * 0.8


@env.task
def reduced(price: float) -> float:
    if price > 50.0:
        return cut(price=price)
    return price
""",
            call="[reduced(price=100.0), reduced(price=10.0)]",
            note="Migrate keeps `unchanged` as a task that returns its input; you can drop it and give the value.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="sizes")


@env.task
def choose(n: int) -> str:
    return "large" if n > 3 else "small"
""",
        """\
from rules_engine import conditional

discount = conditional("size").if_(3 > 2).then(0.1).else_().then(0.0)
""",
    ),
)
