"""Programs written to catch a wrong rewrite; each shows the cause of one that was found, or that it is refused."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from flyteshift.migration import plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from flyteshift.workspace.settings import Settings
from tests.cli.runs import run
from tests.migration.helpers import migrated, reasons

HEAD = """
from typing import NamedTuple

from flytekit import Resources, Secret, current_context, dynamic, task, workflow


class Two(NamedTuple):
    a: int
    b: int


class One(NamedTuple):
    v: int


@task
def two(n: int) -> Two:
    return Two(n, n)


@task
def one(n: int) -> One:
    return One(n)


@task
def inc(n: int) -> int:
    return n + 1
"""


def parallel(source: str) -> str:
    """The module migrated with its parallel branches."""
    text = dedent(source)
    plan = plan_module(build(Document("file:///example.py", text)), "example", Settings())
    assert not plan.left, [o.message for o in plan.left]
    return apply_edits(text, plan.edits)


HOLDS = {
    "the result that a helper returns gets its names back": (
        """
        def helper(n):
            return two(n=n)

        @workflow
        def wf(n: int) -> int:
            return inc(n=helper(n).a)
        """,
        "    return Two(*two(n=n))",
    ),
    "a secret inside of an f-string has the other quotes": (
        """
        @task(secret_requests=[Secret(group="g", key="k")])
        def t() -> str:
            return f"{current_context().secrets.get('g', 'k')}"
        """,
        """return f"{os.environ['G_K']}\"""",
    ),
    "a keyword that has the name of a task is no call of it": (
        """
        @task(requests=Resources(cpu="1"))
        def a(n: int) -> Two:
            return Two(a=n, b=n)

        @task(requests=Resources(cpu="2"))
        def b(n: int) -> Two:
            return Two(a=n, b=n)
        """,
        'b_env = flyte.TaskEnvironment(name="example_b", resources=flyte.Resources(cpu="2"))',
    ),
    "a local variable that has the name of a task is no call of it": (
        """
        @task(requests=Resources(cpu="1"))
        def a(n: int) -> int:
            b = n
            return b

        @task(requests=Resources(cpu="2"))
        def b(a: int) -> int:
            return a
        """,
        'a_env = flyte.TaskEnvironment(name="example_a", resources=flyte.Resources(cpu="1"))',
    ),
    "the variable of a secret may be asked for by position": (
        """
        A = Secret("g", "k", None, Secret.MountType.ENV_VAR, "A")

        def get():
            return current_context().secrets.get("g", "k")
        """,
        'return os.environ["A"]',
    ),
    "results in a generator go where those in a list go": (
        """
        @dynamic
        def d(n: int) -> list:
            return list(inc(n=i) for i in range(n))
        """,
        "    return list(inc(n=i) for i in range(n))",
    ),
}

REFUSED = {
    "a single field is given to a function": (
        """
        @workflow
        def wf(n: int) -> int:
            return sum(one(n=n))
        """,
        "one field",
    ),
    "the name of a secret is a parameter": (
        """
        KEY = "k"

        def get(KEY):
            return current_context().secrets.get("g", KEY)
        """,
        "cannot see which secret",
    ),
    "a secret is asked for under two names": (
        """
        A = Secret("g", "k", env_var="A")
        B = Secret(group="g", key="k")

        def get():
            return current_context().secrets.get("g", "k")
        """,
        "several variables (A, G_K)",
    ),
    "a secret inside of two kinds of quotes": (
        """
        @task(secret_requests=[Secret(group="g", key="k")])
        def t() -> str:
            return f"{f'{current_context().secrets.get(GROUP, KEY)}'}"

        GROUP = "g"
        KEY = "k"
        """,
        "both kinds of quotes",
    ),
}

SEQUENTIAL = {
    "a task runs an event loop": """
        @task
        def fetch(n: int) -> int:
            return asyncio.run(_fetch(n))

        async def _fetch(n):
            return n

        @workflow
        def wf(n: int) -> Two:
            a = fetch(n=n)
            b = inc(n=n)
            return two(n=a)
        """,
    "a helper of a task runs an event loop": """
        def fetch(n):
            return asyncio.get_event_loop().run_until_complete(n)

        @task
        def t(n: int) -> int:
            return fetch(n)

        @workflow
        def wf(n: int) -> Two:
            a = t(n=n)
            b = inc(n=n)
            return two(n=a)
        """,
    "statements share a line": """
        @workflow
        def wf(n: int) -> int:
            a = inc(n=n); b = inc(n=2)
            c = inc(n=a); d = inc(n=b); return c
        """,
    "a parameter is called asyncio": """
        @workflow
        def wf(n: int, asyncio: int) -> Two:
            a = inc(n=n)
            b = inc(n=asyncio)
            return two(n=a)
        """,
}


@pytest.mark.parametrize("case", HOLDS.values(), ids=HOLDS)
def test_means_the_same(case: tuple[str, str]) -> None:
    body, line = case
    assert line in migrated(HEAD + dedent(body))


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_is_refused(case: tuple[str, str]) -> None:
    body, why = case
    assert any(why in message for message in reasons(HEAD + dedent(body)))


@pytest.mark.parametrize("body", SEQUENTIAL.values(), ids=SEQUENTIAL)
def test_branches_stay_one_after_the_other(body: str) -> None:
    code = parallel(HEAD + dedent(body))
    assert "\ndef wf(" in code
    assert "gather" not in code


def test_branches_are_gathered_with_the_indent_of_the_file() -> None:
    body = "\n\n@workflow\ndef wf(n: int) -> int:\n\ta = inc(n=n)\n\tb = inc(n=n)\n\treturn inc(n=a)\n"
    assert "\ta, b = await asyncio.gather(\n\t\tinc.aio(n=n),\n\t\tinc.aio(n=n),\n\t)\n" in parallel(HEAD + body)


FLOW = """
from flytekit import task, workflow


@task
def inc(n: int) -> int:
    return n + 1


@workflow
def wf(n: int) -> int:
    a = inc(n=n)
    b = inc(n=n)
    return a
"""
IMAGES = """
from flytekit import ImageSpec, Resources

IMAGE = ImageSpec(name="x", packages=["pandas"])
SMALL = Resources(cpu="1")
"""
TASKS = """
from flytekit import task
from jobs import images
from jobs.images import SMALL


@task(container_image=images.IMAGE, requests=SMALL)
def t(n: int) -> int:
    return n
"""
MAIN = """
from flytekit import workflow
from jobs.{}


@workflow
def wf(n: int) -> int:
    {}
"""
SECRET = """
from flytekit import Secret, task
from jobs.reader import password


@task(secret_requests=[Secret(group="g", key="k", env_var="PW")])
def t() -> str:
    return password()
"""
READER = """
from flytekit import current_context


def password():
    return current_context().secrets.get("g", "k")
"""
PROJECTS = {
    "a script that calls a workflow, from a folder that is the package": (
        {"jobs/flow.py": FLOW, "jobs/script.py": "from jobs.flow import wf\n\nprint(wf(n=1))\n"},
        "jobs",
        "jobs/flow.py",
        "\ndef wf(",
    ),
    "a test beside the one file that is migrated": (
        {"pyproject.toml": "", "jobs/flow.py": FLOW, "tests/test_flow.py": "from jobs.flow import wf\n\nwf(n=1)\n"},
        "jobs/flow.py",
        "jobs/flow.py",
        "\ndef wf(",
    ),
    "a workflow that uses the one file that is migrated": (
        {"jobs/flow.py": FLOW, "jobs/main.py": MAIN.format("flow import inc", "return inc(n=n)")},
        "jobs/flow.py",
        "jobs/flow.py",
        "from flytekit",
    ),
    "a workflow that calls a task through a file without Flyte": (
        {
            "jobs/flow.py": FLOW,
            "jobs/helper.py": "from jobs.flow import inc\n\n\ndef more(n):\n    return inc(n=n)\n",
            "jobs/main.py": MAIN.format("helper import more", "return more(n)"),
        },
        "jobs",
        "jobs/flow.py",
        "from flytekit",
    ),
    "a task that a function imports": (
        {
            "jobs/flow.py": FLOW,
            "jobs/main.py": MAIN.format("x import y", "from jobs.flow import inc; return y(n=inc(n=n))"),
        },
        "jobs",
        "jobs/flow.py",
        "from flytekit",
    ),
    "images and resources of another file": (
        {"jobs/images.py": IMAGES, "jobs/tasks.py": TASKS},
        "jobs",
        "jobs/tasks.py",
        "image=images.IMAGE, resources=SMALL)",
    ),
    "images of another file that is not migrated": (
        {"jobs/images.py": IMAGES, "jobs/tasks.py": TASKS},
        "jobs/tasks.py",
        "jobs/tasks.py",
        "from flytekit",
    ),
    "the variable of a secret that another file asks for": (
        {"jobs/reader.py": READER, "jobs/tasks.py": SECRET},
        "jobs",
        "jobs/reader.py",
        'return os.environ["PW"]',
    ),
}


@pytest.mark.parametrize("case", PROJECTS.values(), ids=PROJECTS)
def test_files_fit_to_each_other(
    case: tuple[dict[str, str], str, str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sources, asked, name, expected = case
    for path, source in {"jobs/__init__.py": "", **sources}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(source)
    monkeypatch.chdir(tmp_path)
    run(capsys, "migrate", "--write", asked)
    assert expected in (tmp_path / name).read_text()
