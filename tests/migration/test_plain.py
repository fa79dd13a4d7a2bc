"""Modules with bare and simply configured tasks: golden texts."""

from __future__ import annotations

from textwrap import dedent

from tests.migration.helpers import migrated, planned

PLAIN_BEFORE = '''\
"""Numbers."""
import os
from datetime import timedelta
from typing import List

from flytekit import dynamic, task, workflow  # noqa: E402


# Doubles.
@task
def double(x: int) -> int:
    return 2 * x  # twice


@task(
    retries=2,  # flaky
    timeout=timedelta(minutes=5),
    cache=False,
)
def add(a: int, b: int = 1) -> int:
    """Adds."""
    return a + b


@dynamic(interruptible=True)
def many(n: int) -> List[int]:
    out = []
    for i in range(n):
        out.append(double(x=i))
    return out


@workflow
def wf(n: int = 3) -> List[int]:
    x = add(a=n)
    add(a=x, b=2)
    return many(n=x)


if __name__ == "__main__":
    print(f"wf() = {wf(n=2)}")
'''

PLAIN_AFTER = '''\
"""Numbers."""
import os
from datetime import timedelta
from typing import List

import flyte  # noqa: E402

env = flyte.TaskEnvironment(name="numbers")


# Doubles.
@env.task
def double(x: int) -> int:
    return 2 * x  # twice


@env.task(
    retries=2,  # flaky
    timeout=timedelta(minutes=5),
)
def add(a: int, b: int = 1) -> int:
    """Adds."""
    return a + b


@env.task(interruptible=True)
def many(n: int) -> List[int]:
    out = []
    for i in range(n):
        out.append(double(x=i))
    return out


@env.task
def wf(n: int = 3) -> List[int]:
    x = add(a=n)
    add(a=x, b=2)
    return many(n=x)


if __name__ == "__main__":
    print(f"wf() = {wf(n=2)}")
'''


def test_a_plain_module() -> None:
    assert migrated(PLAIN_BEFORE, "jobs.numbers") == PLAIN_AFTER


def test_line_ends_tabs_form_feeds_and_a_missing_last_line_end_stay() -> None:
    before = "# caf\u00e9 \U0001f600\r\nfrom flytekit import task\r\n\x0c\r\n\r\n@task\r\ndef f(a: int) -> int:\r\n\treturn a"
    assert migrated(before) == (
        '# caf\u00e9 \U0001f600\r\nimport flyte\r\n\x0c\r\nenv = flyte.TaskEnvironment(name="example")\r\n\r\n\r\n'
        "@env.task\r\ndef f(a: int) -> int:\r\n\treturn a"
    )


def test_a_byte_order_mark_stays() -> None:
    assert migrated("\ufefffrom flytekit import task\n\n\n@task\ndef f(): ...\n").startswith("\ufeffimport flyte\n")


def test_every_spelling_of_the_decorators_is_found() -> None:
    before = """\
    import flytekit as fk
    import flytekit
    from flytekit import task as t
    from flytekit.core.workflow import workflow


    @fk.task
    def a() -> int:
        return 1


    @flytekit.task()
    def b() -> int:
        return 2


    @t(retries=1)
    def c() -> int:
        return 3


    @workflow()
    def d() -> int:
        return c()
    """
    after = migrated(before)
    assert after.startswith('import flyte\n\nenv = flyte.TaskEnvironment(name="example")\n\n\n@env.task\ndef a')
    assert after.count("@env.task\n") == 3
    assert "@env.task(retries=1)\ndef c" in after


def test_the_environment_gets_another_name_where_env_is_taken() -> None:
    after = migrated("from flytekit import task\n\nenv = 'prod'\n\n\n@task\ndef f() -> str:\n    return env\n")
    assert 'flyte_env = flyte.TaskEnvironment(name="example")' in after
    assert "@flyte_env.task\ndef f() -> str:\n    return env\n" in after


def test_code_between_imports_and_tasks_keeps_its_place() -> None:
    before = "from flytekit import task\n\nN = 3\n\n\ndef helper(x):\n    return x\n\n\n# About f.\n@task\ndef f() -> int:\n    return N\n"
    assert migrated(before) == (
        "import flyte\n\nN = 3\n\n\ndef helper(x):\n    return x\n\n\n"
        'env = flyte.TaskEnvironment(name="example")\n\n\n# About f.\n@env.task\ndef f() -> int:\n    return N\n'
    )


def test_retries_and_parallel_branches_are_noted() -> None:
    notes = [n.message for n in planned(PLAIN_BEFORE).notes]
    assert any("retries every exception" in n for n in notes)
    source = """\
    from flytekit import task, workflow


    @task
    def f(a: int) -> int:
        return a


    @workflow
    def wf(a: int) -> int:
        x = f(a=a)
        y = f(a=2)
        return f(a=x)
    """
    assert any("one after the other" in n.message for n in planned(source).notes)
    chained = dedent(source).replace("f(a=2)", "f(a=x)").replace("return f(a=x)", "return f(a=y)")
    assert not planned(chained).notes


def test_named_tuples_are_wrapped_again_and_positions_become_indexes() -> None:
    before = """\
    from typing import NamedTuple, Tuple

    from flytekit import task, workflow

    Out = NamedTuple("Out", [("a", int), ("b", str)])


    @task
    def both(n: int) -> Out:
        return Out(n, "x")


    @task
    def pair(n: int) -> Tuple[int, str]:
        return n, "y"


    @workflow
    def wf(n: int) -> Tuple[int, str]:
        r = both(n=n)
        a, b = both(n=r.a)
        p = pair(n=a)
        return p.o0, both(n=pair(n=2).o0).b


    if __name__ == "__main__":
        print(wf(n=1).o1, both(n=2))
    """
    after = migrated(before)
    assert "    r = Out(*both(n=n))\n    a, b = both(n=r.a)\n    p = pair(n=a)\n" in after
    assert "    return p[0], Out(*both(n=pair(n=2)[0])).b\n" in after
    assert "    print(wf(n=1)[1], both(n=2))\n" in after


def test_plain_functions_on_the_way_count_as_part_of_the_workflow() -> None:
    before = """\
    from flytekit import Resources, task, workflow


    @task(requests=Resources(cpu="2"))
    def big(n: int) -> int:
        return n


    def twice(n):
        return big(n=big(n=n))


    @workflow
    def wf(n: int) -> int:
        return twice(n)
    """
    assert 'env = flyte.TaskEnvironment(name="example", depends_on=[big_env])' in migrated(before)


def test_lists_of_results_are_lists() -> None:
    before = """\
    from typing import List

    from flytekit import dynamic, task


    @task
    def f(n: int) -> int:
        return n


    @dynamic
    def d(n: int) -> List[int]:
        found = [f(n=i) for i in range(n)]
        if len(found) > 2 and found:
            found = found[:2] + [f(n=9)]
        for each in reversed(found):
            found.append(f(n=each))
        return found
    """
    assert migrated(before).endswith(dedent(before).partition("@dynamic")[2])


def test_inputs_of_a_dynamic_are_values_already() -> None:
    before = """\
    from flytekit import dynamic, task


    @task
    def f(name: str) -> str:
        return name


    @dynamic
    def d(n: int) -> str:
        if n > 3 and n is not None:
            return f(name=f"big {n}")
        return f(name=str(n))
    """
    assert 'return f(name=f"big {n}")' in migrated(before)
