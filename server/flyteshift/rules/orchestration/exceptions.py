"""FS406: `flytekit.exceptions` become ordinary exceptions and `flyte.errors`."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS406",
    name="exceptions",
    summary="Raise ordinary exceptions to retry, `flyte.errors.NonRecoverableError` to stop; catch `RuntimeUserError`.",
    shift="""\
In Flyte 1 only `FlyteRecoverableException` was retried; every other exception of user code ended the task at once.
In Flyte 2 `retries=` retries every exception, and `flyte.errors.NonRecoverableError` is the one that is not
retried. A driver can catch what a task raised: it arrives as `flyte.errors.RuntimeUserError`, with the name of the
original class in `.code`, or as a subclass such as `OOMError`. Exceptions of the Flyte 1 compiler and clients have
nothing to be raised by.""",
    guide="control-flow",
    applicability="unsafe",
    automatic=(
        "Migrate writes an ordinary exception where `FlyteRecoverableException`, `FlyteUserException` or "
        "`FlyteAssertion` is raised or extended. `except` around a task asks for `.code` where flyteshift sees all "
        "subclasses: those of the module, and those of Python where no other package could extend it. Where the text, "
        "the class or attributes of a caught error are used, and for classes of other modules, it refuses."
    ),
    gotchas=(
        "A task with `retries=` that relied on other exceptions not being retried now runs again after each of them.",
        "`except ValueError` around a call does not match; compare `error.code`. A subclass has a code of its own: "
        '`except LookupError` is `error.code in ("LookupError", "KeyError", "IndexError")`.',
        "`flyte.errors.RuntimeUserError` is a `RuntimeError`: `except RuntimeError` catches whatever fails in a task.",
        "What is awaited (an async task, `f.aio()`) raises the error itself outside of a run: catch both there.",
        "The text of an error is that of the exception; in Flyte 1 it began with the place of the task.",
        "`NonRecoverableError` is itself a `RuntimeUserError`.",
        "A sync task called outside a run also raises `RuntimeUserError`: in tests expect that, or call "
        "`task.func(...)` for the original.",
        "Local runs of Flyte 1 did not retry at all; local runs of Flyte 2 do.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task
from flytekit.exceptions.user import FlyteRecoverableException


def request(url: str) -> int:
    if "slow" in url:
        raise TimeoutError(url)
    return len(url)


@task(retries=2)
def fetch(url: str) -> int:
    if not url.startswith("https:"):
        raise ValueError(f"not https: {url}")
    try:
        return request(url)
    except TimeoutError as error:
        raise FlyteRecoverableException(str(error)) from error
""",
            after="""\
import flyte
import flyte.errors

env = flyte.TaskEnvironment(name="fetching")


def request(url: str) -> int:
    if "slow" in url:
        raise TimeoutError(url)
    return len(url)


@env.task(retries=2)
def fetch(url: str) -> int:
    if not url.startswith("https:"):
        raise flyte.errors.NonRecoverableError(f"not https: {url}")
    return request(url)
""",
            call="[fetch(url='https://a'), fails(lambda: fetch(url='https://slow')), fails(lambda: fetch(url='ftp://a'))]",
            note="The timeout is retried because it is an exception; the bad address is not, because it says so.",
        ),
        Example(
            before="""\
from flytekit import task, workflow


class Closed(Exception):
    pass


@task
def order(item: str) -> int:
    if item == "late":
        raise Closed("we are closed")
    return {"tea": 2, "cake": 3}[item]


@workflow
def shop(item: str) -> int:
    return order(item=item)


def price(item: str) -> str:
    try:
        return f"{shop(item=item)}"
    except Closed as error:
        print("closed:", error)
        return "closed"
    except KeyError:
        return "unknown"
""",
            after="""\
import flyte

env = flyte.TaskEnvironment(name="shop")


class Closed(Exception):
    pass


@env.task
def order(item: str) -> int:
    if item == "late":
        raise Closed("we are closed")
    return {"tea": 2, "cake": 3}[item]


@env.task
def shop(item: str) -> int:
    return order(item=item)


def price(item: str) -> str:
    try:
        return f"{shop(item=item)}"
    except (Closed, KeyError, flyte.errors.RuntimeUserError) as error:
        code = error.code if isinstance(error, flyte.errors.RuntimeUserError) else type(error).__name__
        if code == "Closed":
            print("closed:", error)
            return "closed"
        elif code == "KeyError":
            return "unknown"
        else:
            raise
""",
            call="[price('tea'), price('late'), price('pie')]",
            note="As Migrate writes it: the name of the class is the `code` of the error, also through several tasks.",
        ),
        Example(
            before="""\
import asyncio

from flytekit import eager, task
from flytekit.exceptions.eager import EagerException


@task
async def invert(x: int) -> float:
    return 1 / x


@eager
async def safe_invert(x: int) -> float:
    try:
        return await invert(x=x)
    except (ZeroDivisionError, EagerException):
        return 0.0


def main(x: int) -> float:
    return asyncio.run(safe_invert(x=x))
""",
            after="""\
import flyte
import flyte.errors

env = flyte.TaskEnvironment(name="numbers")


@env.task
async def invert(x: int) -> float:
    return 1 / x


@env.task
async def safe_invert(x: int) -> float:
    try:
        return await invert(x=x)
    except flyte.errors.RuntimeUserError as error:
        if error.code != "ZeroDivisionError":
            raise
        return 0.0


def main(x: int) -> float:
    flyte.init()
    return flyte.with_runcontext(mode="local").run(safe_invert, x=x).outputs()[0]
""",
            call="[main(4), main(0)]",
            note="The original class is the `code` of the error; the other errors go on as before.",
        ),
    ),
    ignores=(
        """\
import flyte
import flyte.errors

env = flyte.TaskEnvironment(name="numbers")


@env.task
def invert(x: int) -> float:
    if x == 0:
        raise flyte.errors.NonRecoverableError("zero")
    return 1 / x
""",
        '''\
class FlyteRecoverableException(Exception):
    """Not flytekit's."""


def fetch():
    raise FlyteRecoverableException("again")
''',
    ),
)
