"""FS206: retries of a task."""

from __future__ import annotations

from flyteshift.rules.rule import Example, Rule

RULE = Rule(
    code="FS206",
    name="retries",
    summary="`retries=` stays on the decorator, but Flyte 2 retries every exception.",
    shift="""\
Flyte 1 retries system errors and `FlyteRecoverableException`; any other exception of your code fails the task at once.
Flyte 2 retries whatever is raised, unless it is `flyte.errors.NonRecoverableError`.
So mark the errors that must not be retried, where Flyte 1 wanted the ones marked that may.
What happens after the last attempt is plain Python: `try`/`except` in the calling task.""",
    guide="configuration",
    applicability="unsafe",
    automatic=(
        "Migrate keeps `retries=` as it is and notes that it now covers every exception. "
        "It refuses values that are not whole numbers."
    ),
    gotchas=(
        "`retries=2` means up to three attempts, also for a `ValueError`: a task with side effects must stand being "
        "run again.",
        '`retries=1.5` and `retries="3"` raise `ValueError`; an int or `flyte.RetryStrategy` is accepted.',
        "Local runs retry as well. Flyte 1 does not retry in local runs.",
        "`f.override(retries=0)` keeps the old value.",
    ),
    examples=(
        Example(
            before="""\
from flytekit import task


@task(retries=3)
def host(url: str) -> str:
    if "://" not in url:
        raise ValueError("not a URL")
    return url.split("://")[1]
""",
            after="""\
import flyte
import flyte.errors

env = flyte.TaskEnvironment(name="hosts")


@env.task(retries=3)
def host(url: str) -> str:
    if "://" not in url:
        raise flyte.errors.NonRecoverableError("not a URL")
    return url.split("://")[1]
""",
            call='[host(url="https://flyte.org"), fails(lambda: host(url="flyte.org"))]',
            note="A wrong URL stays wrong: it fails at the first attempt, as in Flyte 1.",
        ),
    ),
    ignores=(
        """\
import flyte

env = flyte.TaskEnvironment(name="hosts")


@env.task(retries=3)
def host(url: str) -> str:
    return url
""",
        """\
from celery import Celery

app = Celery()


@app.task(retries=3)
def send(address):
    return address
""",
    ),
)
