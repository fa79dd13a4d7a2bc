"""`on_failure` and `failure_policy`: golden texts, and what is refused."""

from __future__ import annotations

import pytest

from flyteshift.migration import plan_module
from flyteshift.semantics.model import build
from flyteshift.text import Document, apply_edits
from tests.migration.helpers import migrated, planned, reasons

HEAD = """\
from typing import Optional, Tuple

from flytekit import WorkflowFailurePolicy, conditional, task, workflow
from flytekit.types.error.error import FlyteError


@task
def check(n: int) -> int:
    return n


@task
def plain(n: int):
    print(n)


"""


ALERT = """\
@task
def alert(n: int, err: Optional[FlyteError] = None):
    print(f"failed: {err.message}")


"""


def workflow(body: str, setting: str = "on_failure=plain", inputs: str = "n: int") -> str:
    head = HEAD + ALERT if "alert" in setting else HEAD
    return f"{head}@workflow({setting})\ndef wf({inputs}) -> int:\n{body}"


def wf(after: str) -> str:
    return "def wf(" + after.rpartition("def wf(")[2]


def test_the_body_is_put_under_try() -> None:
    before = '    """Doc."""\n    # why\n    x = check(n=n)  # one\n\n    return check(\n        n=x,\n    )\n'
    assert wf(migrated(workflow(before))) == (
        'def wf(n: int) -> int:\n    """Doc."""\n    try:\n        # why\n        x = check(n=n)  # one\n\n'
        "        return check(\n            n=x,\n        )\n    except Exception:\n        plain(n=n)\n        raise\n"
    )


def test_the_text_of_the_error_stands_for_the_error_of_flyte_1() -> None:
    after = migrated(workflow("    return check(n=n)\n", "on_failure=alert"))
    assert 'def alert(n: int, err: Optional[str] = None):\n    print(f"failed: {err}")\n' in after
    assert "    except Exception as error:\n        alert(n=n, err=str(error))\n        raise\n" in after
    assert "FlyteError" not in after


def test_an_error_was_true_even_with_an_empty_text() -> None:
    source = workflow("    return check(n=n)\n", "on_failure=alert").replace(
        '    print(f"failed: {err.message}")', "    if err:\n        print(err.message if not err else 1)"
    )
    assert "    if err is not None:\n        print(err if err is None else 1)\n" in migrated(source)


def test_the_name_of_the_error_is_free() -> None:
    after = migrated(workflow("    error = check(n=n)\n    return error\n", "on_failure=alert"))
    assert "    except Exception as failure:\n        alert(n=n, err=str(failure))\n" in after


def test_texts_of_several_lines_keep_their_content() -> None:
    before = '    x = """one\n  two\n"""\n    print(x)\n    return check(n=n)\n'
    assert '    try:\n        x = """one\n  two\n"""\n        print(x)\n' in migrated(workflow(before))


def test_a_conditional_inside_is_laid_out_as_well() -> None:
    before = '    return conditional("a").if_(n > 3).then(check(n=n)).else_().fail("small")\n'
    assert wf(migrated(workflow(before))) == (
        "def wf(n: int) -> int:\n    try:\n        if n > 3:\n            return check(n=n)\n        else:\n"
        '            raise ValueError("small")\n    except Exception:\n        plain(n=n)\n        raise\n'
    )


def test_tabs_and_line_ends_stay() -> None:
    source = workflow("    return check(n=n)\n").replace("    ", "\t").replace("\n", "\r\n")
    assert migrated(source).endswith(
        "\ttry:\r\n\t\treturn check(n=n)\r\n\texcept Exception:\r\n\t\tplain(n=n)\r\n\t\traise\r\n"
    )


def test_the_handler_gets_only_what_it_takes() -> None:
    source = workflow("    return check(n=n)\n", inputs="n: int, m: int = 3")
    assert "        plain(n=n)\n" in migrated(source)


def test_the_environment_of_the_handler_is_depended_on() -> None:
    source = workflow("    return check(n=n)\n").replace("@task\ndef plain", '@task(environment={"A": "b"})\ndef plain')
    assert "depends_on=[plain_env]" in migrated(source)


def test_a_policy_that_python_has_goes() -> None:
    after = migrated(workflow("    return check(n=n)\n", "failure_policy=WorkflowFailurePolicy.FAIL_IMMEDIATELY"))
    assert "@env.task\ndef wf" in after
    assert "WorkflowFailurePolicy" not in after


LAST = "failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE"
LINEAR = {
    "one task": "    return check(n=n)\n",
    "by data": "    x = check(n=n)\n    y = check(n=x)\n    return check(n=y)\n",
    "nested": "    return check(n=check(n=check(n=n)))\n",
}
NOT_LINEAR = {
    "some of the branches": "    x = check(n=n)\n    y = check(n=n)\n    z = two(a=x, b=y)\n    check(n=y)\n    return z\n",
    "an inner call needs less": "    x = check(n=n)\n    y = check(n=n)\n    return two(a=x, b=check(n=y))\n",
    "a name set twice": "    x = check(n=n)\n    x = check(n=n)\n    return x\n",
    "an input set anew": "    n = check(n=n)\n    check(n=3)\n    return n\n",
    "on one line": "    x = check(n=n); y = check(n=n)\n    return x\n",
    "other code": "    x = check(n=n)\n    y = check(n=n)\n    z = [x, y]\n    return total(z=z)\n",
    "inner call is free": "    x = check(n=n)\n    return two(a=x, b=check(n=n))\n",
    "in a loop": "    for i in range(3):\n        check(n=n)\n    return check(n=n)\n",
    "side by side": "    return two(a=check(n=n), b=check(n=n))\n",
    "by a function": "    x = check(n=n)\n    helper(n)\n    return check(n=x)\n",
}
MORE = "@task\ndef two(a: int, b: int) -> int:\n    return a\n\n\ndef helper(n):\n    return check(n=n)\n\n\n"


@pytest.mark.parametrize("body", LINEAR.values(), ids=LINEAR)
def test_the_other_policy_goes_where_nothing_else_can_run(body: str) -> None:
    assert "WorkflowFailurePolicy" not in migrated(workflow(body, LAST))


@pytest.mark.parametrize("body", NOT_LINEAR.values(), ids=NOT_LINEAR)
def test_the_other_policy_is_refused_where_branches_would_end(body: str) -> None:
    source = workflow(body, LAST).replace("@workflow", MORE + "@workflow")
    assert any("finish before it failed" in r for r in reasons(source)), reasons(source)


def test_branches_end_before_the_first_error_is_raised() -> None:
    body = (
        "    x = check(n=n)\n\n    # left\n    y = check(n=x)  # behind\n    z = check(\n        n=x,\n    )\n"
        "    return two(a=y, b=z)\n"
    )
    source = workflow(body, LAST).replace("@workflow", MORE + "@workflow")
    assert wf(migrated(source)) == (
        "def wf(n: int) -> int:\n    x = check(n=n)\n    failures: list[Exception] = []\n    try:\n        # left\n"
        "        y = check(n=x)  # behind\n    except Exception as error:\n        failures.append(error)\n    try:\n"
        "        z = check(\n            n=x,\n        )\n    except Exception as error:\n"
        "        failures.append(error)\n    if failures:\n        raise failures[0]\n    return two(a=y, b=z)\n"
    )
    (note,) = (n for n in planned(source).notes if n.kind == "sequential")
    assert "all of them end before the first error is raised" in note.message


def test_a_branch_keeps_its_order_and_what_it_gives() -> None:
    body = "    x = check(n=n)\n    other = plain(n=n)\n    last = plain(n=1)\n    x >> last\n    return check(n=x)\n"
    after = wf(migrated(workflow(body, f"on_failure=plain, {LAST}")))
    assert after.count("        try:\n") == 4 and after.endswith(
        "        return result\n    except Exception:\n        plain(n=n)\n        raise\n"
    )
    assert after.index("x = check(n=n)") < after.index("result = check(n=x)") < after.index("plain(n=n)")


def test_branches_of_one_call_are_gathered_where_they_may_be() -> None:
    body = (
        "    x = check(n=n)\n    # left\n    y = check(n=x)  # one\n    z = check(\n        n=x,\n    )\n"
        "    plain(n=1)\n    plain(n=2)\n    return two(a=y, b=z)\n"
    )
    source = workflow(body, f"on_failure=plain, {LAST}").replace("@workflow", MORE + "@workflow")
    plan = plan_module(build(Document("file:///example.py", source)), "example")
    after = wf(apply_edits(source, plan.edits))
    assert "failures" in after  # `plain` needs nothing: all but that is one branch
    beside = source.replace("    plain(n=1)\n    plain(n=2)\n", "")
    plan = plan_module(build(Document("file:///example.py", beside)), "example")
    assert wf(apply_edits(beside, plan.edits)) == (
        "def wf(n: int) -> int:\n    try:\n        x = await check.aio(n=n)\n"
        "        results = await asyncio.gather(\n            # left\n            check.aio(n=x),  # one\n"
        "            check.aio(\n                n=x,\n            ),\n            return_exceptions=True,\n        )\n"
        "        for result in results:\n            if isinstance(result, BaseException):\n"
        "                raise result\n        y, z = results\n        return await two.aio(a=y, b=z)\n"
        "    except Exception:\n        await plain.aio(n=n)\n        raise\n"
    )
    assert {n.kind for n in plan.notes} == {"gathered"}


def test_branches_without_results_are_gathered_as_well() -> None:
    source = workflow("    plain(n=1)\n    plain(n=2)\n    return n\n", LAST)
    plan = plan_module(build(Document("file:///example.py", source)), "example")
    assert wf(apply_edits(source, plan.edits)) == (
        "def wf(n: int) -> int:\n    for result in await asyncio.gather(\n        plain.aio(n=1),\n"
        "        plain.aio(n=2),\n        return_exceptions=True,\n    ):\n"
        "        if isinstance(result, BaseException):\n            raise result\n    return n\n"
    )


HANDLERS = {
    "unknown": ("on_failure=print", "    return check(n=n)\n", "no task or workflow of this module"),
    "takes more": (
        "on_failure=check_two",
        "    return check(n=n)\n",
        "takes `m`, which is no input of `wf`",
    ),
    "input set anew": ("on_failure=plain", "    n = check(n=n)\n    return n\n", "is set anew"),
    "policy in a variable": ("failure_policy=POLICY", "    return check(n=n)\n", "finish before it failed"),
}


@pytest.mark.parametrize(("setting", "body", "reason"), HANDLERS.values(), ids=HANDLERS)
def test_handlers_that_are_refused(setting: str, body: str, reason: str) -> None:
    extra = (
        "POLICY = WorkflowFailurePolicy.FAIL_IMMEDIATELY\n\n\n@task\ndef check_two(n: int, m: int):\n    print(m)\n\n\n"
    )
    source = workflow(body, setting).replace("@workflow", extra + "@workflow")
    assert any(reason in r for r in reasons(source)), reasons(source)


USES = {
    "node of the error": "    print(err.failed_node_id)",
    "handed on": "    send(err)",
    "kept": "    x = err\n    print(x)",
    "formatted": '    x = f"{err}"\n    print(x)',
    "in a list": "    print([err])",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_other_uses_of_the_error_are_refused(use: str) -> None:
    source = workflow("    return check(n=n)\n", "on_failure=alert").replace('    print(f"failed: {err.message}")', use)
    assert any("only where the task reads `err.message`" in r for r in reasons(source))


def test_an_error_elsewhere_is_refused() -> None:
    source = HEAD + '@task\ndef make(n: int) -> str:\n    return FlyteError(message="x", failed_node_id="").message\n'
    assert any("FlyteError" in r for r in reasons(source))


def test_a_body_on_the_line_of_def_is_refused() -> None:
    source = f"{HEAD}@workflow(on_failure=plain)\ndef wf(n: int) -> int: return check(n=n)\n"
    assert any("lines of its own" in r for r in reasons(source))


def test_other_decorators_of_that_name_are_left_alone() -> None:
    assert planned("from celery import workflow\n\n\n@workflow(on_failure=print)\ndef f(): ...\n").edits == []
